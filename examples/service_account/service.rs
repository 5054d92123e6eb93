//! A service with accounts, which are pseudonyms (网号).

use std::collections::BTreeSet;

use selfsame::device::{LocalCheck, LocalChecks};
use selfsame::presentation::{Language, Outcome, Pseudonym, RequestBuilder, Scope, Verdict};

use testkit::story::{Country, FLAG, Result, STATUS};

/// How long a pseudonym must have stood.
pub const WAIT_DAYS: u16 = 30;
/// How many reviews anybody can write in a day.
pub const REVIEWS: u32 = 3;

/// All that it knows of its customers.
pub struct Service {
    pub name: &'static str,
    pub accounts: BTreeSet<Pseudonym>,
    pub banned: BTreeSet<Pseudonym>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Entry {
    NewAccount,
    Account,
    Banned,
}

impl Entry {
    const fn text(&self) -> &'static str {
        match self {
            Self::NewAccount => "a new account 新账户",
            Self::Account => "a known account 已有账户",
            Self::Banned => "banned 已封禁",
        }
    }
}

impl Service {
    pub fn new(name: &'static str) -> Self {
        Self { name, accounts: BTreeSet::new(), banned: BTreeSet::new() }
    }

    /// For whatever it is: a live credential of nobody who is wanted, and no new pseudonym behind
    /// it. Who resets it gains neither an account nor reviews.
    fn request(&self, country: &Country, purpose: &str) -> Result<RequestBuilder> {
        let day = country.today()?.day().checked_sub_days(WAIT_DAYS).ok_or("before the first day")?;
        let request = country.request(self.name, purpose);
        // No certificate says which list it always asks: so it asks all of them.
        Ok(request.present_on(&country.heads[STATUS]).present_on(&country.heads[FLAG]).pseudonym_since(day))
    }

    /// On a first visit and on every other: the pseudonym here.
    pub fn login(&self, country: &Country) -> Result<RequestBuilder> {
        Ok(self.request(country, "登录 login")?.pseudonym(Scope::new("账号 account")))
    }

    /// Without a login: so often a day.
    pub fn review(&self, country: &Country) -> Result<RequestBuilder> {
        let today = country.today()?.seconds().ok_or("before the first day")?;
        let request = self.request(country, "匿名评论 review without a name")?;
        Ok(request.limit(Scope::new("评论 reviews"), REVIEWS, today))
    }

    /// By the holder's finger on the holder's phone.
    pub fn payment(&self, country: &Country) -> Result<RequestBuilder> {
        let request = self.request(country, "付款 payment")?.pseudonym(Scope::new("账号 account"));
        Ok(request.unlocked_by(LocalChecks::only(LocalCheck::Fingerprint)))
    }

    /// Who stands at the door, after the platform's verdict.
    pub fn admit(&mut self, outcome: &Outcome) -> Result<(Entry, Pseudonym)> {
        let (Verdict::Verified, [pseudonym]) = (outcome.verdict, outcome.pseudonyms.as_slice()) else {
            return Err(format!("{}: a login fails", self.name).into());
        };
        let entry = match (self.banned.contains(pseudonym), self.accounts.insert(*pseudonym)) {
            (true, _) => Entry::Banned,
            (false, true) => Entry::NewAccount,
            (false, false) => Entry::Account,
        };
        let [chinese, english] = [Language::Chinese, Language::English].map(|language| outcome.verdict.text(language));
        let hex = format!("{pseudonym:?}");
        println!("  {}: {chinese} {english}, {hex:.16}… is {}", self.name, entry.text());
        Ok((entry, *pseudonym))
    }
}
