//! A hotel that asked for an escrow, and what it kept.

use selfsame::presentation::{Relayed, present, review};
use testkit::prelude::*;

pub const CONDITION: &str = "a court order of Haidian District 海淀区法院令状";

pub struct Case {
    pub country: Country,
    pub dealing: Dealing,
    /// For intervals, where a suite has nothing else for them.
    pub digits: Vec<VerifiedDigitSet>,
    pub call: Vec<u8>,
    pub evidence: Evidence,
    /// What the platform answered.
    pub platforms: VerdictMessage,
}

pub fn dealing(threshold: u8, count: u8, country: &mut Country) -> Dealing {
    let (threshold, count) = (Threshold::new(threshold).unwrap(), AuditorCount::new(count).unwrap());
    AuditorGroup::deal(threshold, count, &mut country.rng).unwrap()
}

/// An honest wallet's answer, and what the desk makes of it.
pub fn answered(
    country: &mut Country,
    phone: &mut Phone,
    asked: Asked,
    auditors: &AuditorGroup,
    digits: &[VerifiedDigitSet],
) -> Relayed {
    let (heads, auditors) = (country.heads(), [Auditor::new("Auditors", auditors).unwrap()]);
    let digits: Vec<&VerifiedDigitSet> = digits.iter().collect();
    let known = WalletContext::at(&heads).with_auditors_unchecked(&auditors).with_digits_unchecked(&digits);
    let consent = review(&asked.message, &[&phone.credential], &known).unwrap();
    let shown = present(&[&phone.credential], consent, Vec::new(), &mut phone.device, &mut country.rng).unwrap();
    asked.state.relay(&shown.to_bytes())
}

impl Case {
    pub fn new(seed: u8) -> Self {
        Self::with(seed, |builder| builder)
    }

    /// A request with more in it than the escrow.
    pub fn with(seed: u8, more: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        Self::made(seed, SUITE == 2, more)
    }

    /// With an interval in digits, in either suite.
    pub fn in_digits(seed: u8) -> Self {
        Self::made(seed, true, |builder| builder.at_least("valid-until", 100))
    }

    fn made(seed: u8, in_digits: bool, more: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        let mut country = Country::new(seed);
        let mut phone = country.enrol();
        let dealing = dealing(3, 5, &mut country);
        let key = dealing.group.key();
        let mut digits = Vec::new();
        if in_digits {
            let key = DigitSetKey::random(DigitBase::Of256, &mut country.rng);
            digits.push(country.platform.add_digits(key).unwrap());
        }
        let builder = country.hotel().escrow(AuditorsKey::from_bytes(&key).unwrap(), CONDITION);
        let builder = digits.iter().fold(builder, RequestBuilder::in_digits);
        let asked = more(builder).once(&mut country.rng).unwrap();
        let relayed = answered(&mut country, &mut phone, asked, &dealing.group, &digits);
        let call = relayed.message.to_bytes();
        let verdict = country.answer(&call);
        let evidence = Evidence::new(&relayed.message, &verdict);
        Self { country, dealing, digits, call, evidence, platforms: verdict }
    }

    /// Heads as somebody has them who is no wallet.
    pub fn heads(&self) -> [VerifiedHeads; 2] {
        [&self.country.status, &self.country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap())
    }

    pub fn verdict(&mut self) -> VerdictMessage {
        self.country.answer(&self.call)
    }

    /// Checks evidence in this context, changed as a test wants.
    pub fn check<T>(
        &self,
        evidence: &Evidence,
        change: impl FnOnce(&mut EvidenceContext<'_>),
        then: impl FnOnce(Checked) -> T,
    ) -> T {
        let heads = self.heads();
        let issuers = [self.country.issuer.parameters().clone()];
        let digits: Vec<&VerifiedDigitSet> = self.digits.iter().collect();
        let mut context = EvidenceContext {
            platforms: &[self.country.platform.public_key()],
            issuers: &issuers,
            heads: &[&heads[0], &heads[1]],
            sets: &[],
            digits: &digits,
            condition: CONDITION,
        };
        change(&mut context);
        then(evidence.check(&self.dealing.group, &context))
    }
}

/// What an auditor goes by that knows one platform.
pub fn pinned(platform: PlatformPublicKey) -> &'static [PlatformPublicKey] {
    Vec::leak(vec![platform])
}

pub type Checked = Result<selfsame::presentation::CheckedEvidence, selfsame::presentation::EvidenceError>;
