//! What a wallet says before it answers (spec 06 §3, spec 18).

use std::time::Duration;

use selfsame::codec::Message;
use serde_json::{Value as Json, json};
use testkit::card::stolen_desk;
use testkit::digits::{USUAL_SEED, usual_digits, usual_key, usually};
use testkit::directory::place;
use testkit::earlier;
use testkit::host::{Host, confirm};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector};

use crate::conformance::output;
use crate::following::changed;
use crate::phones;

mod face;
mod pair;

/// Of the country and its wallet.
pub const SEED: u8 = 0xc0;
/// Of the desk, the sets and the auditors.
pub const OTHERS: u8 = 0xc5;
/// Of the issuer of the season pass.
const PASS: u8 = 0xc6;
/// Of the wallet with a face, and all that it has to do with.
const FACES: u8 = 0xc3;
/// Of those whom the wallet does not know, and of the nonces of requests.
pub const STRANGERS: [(&str, u8); 5] = [
    ("another country", SEED + 1),
    ("other auditors", 9),
    ("another set", 10),
    ("the requests", 7),
    ("the signed requests", 8),
];
const VERIFIER: &str = "Cinema Daguangming 大光明";
const CONDITION: &str = "an order of the Haidian District Court";

/// The bug that a vector with the flag finds.
pub const FLAGS: [(&str, &str); 6] = [
    ("Lists", "a wallet answers under lists that it has not seen, or one list and not the other"),
    ("Time", "a wallet answers outside of a window, a period or a key's time, or a window of any length"),
    ("False", "a wallet answers what is not true of its credential"),
    ("Excess", "a wallet answers a desk that asks more than its certificate permits, or when it is over"),
    ("Unknown", "a wallet answers about sets, digits, auditors or issuers that it does not know"),
    ("Faces", "a wallet compares more faces than three in a day, or with a probe that tells about single entries"),
];

pub struct Cast {
    pub country: Country,
    pub host: Host,
    desk: DeskKey,
    sets: Vec<(VerifiedCodeSet, CodeSetKey)>,
    dealings: Vec<Dealing>,
    /// The wallet's file before its handle was removed, and its heads.
    heads: [CosignedHeadSet; 2],
}

/// Auditors of whom so many are enough, of so many.
fn auditors(enough: u8, of: u8, rng: &mut SeededRng) -> Dealing {
    AuditorGroup::deal(Threshold::new(enough).unwrap(), AuditorCount::new(of).unwrap(), rng).unwrap()
}

impl Cast {
    pub fn new() -> Self {
        let mut country = Country::new(SEED);
        let mut host = Host::enrolled(&mut country, None);
        host.take_usual_digits(&mut country);
        let rng = &mut SeededRng::new([OTHERS; 32]);
        let dealings = [(3, 5), (1, 1), (1, 3), (2, 2)].map(|(enough, of)| auditors(enough, of, rng));
        let named = dealings.iter().enumerate();
        let named = named.map(|(place, dealt)| Auditor::new(&format!("Auditors {place} 审计组"), &dealt.group));
        let named: Vec<Auditor> = named.map(Result::unwrap).collect();
        host.follow(&mut country, |draft| named.into_iter().fold(draft, |draft, one| draft.auditor(one)));
        let chip: Vec<u32> = (0..if SUITE == 2 { 64 } else { 32 }).filter(|factors| factors & 2 == 2).collect();
        let codes = [vec![1], vec![1, 2], vec![2, 110_108, 440_101], chip, vec![6], vec![2, 6]];
        let sets = codes.map(|codes| {
            let key = CodeSetKey::random(codes, rng).unwrap();
            (key.publish().verify().unwrap(), key)
        });
        let (desk, heads) = (DeskKey::random(rng), country.sets.clone());
        Self { country, host, desk, sets: sets.into(), dealings: dealings.into(), heads }
    }

    pub fn secrets(&self, file: File) -> File {
        let Self { country, host, .. } = self;
        let file = phones::host(file.country_and_issuer("", country), "", host);
        let mut file = file.signing_key("the desk", stolen_desk(&self.desk).to_bytes());
        for (place, (_, key)) in self.sets.iter().enumerate() {
            file = file.secret(&format!("set {place}"), key.to_bytes());
        }
        for (place, dealing) in self.dealings.iter().enumerate() {
            file = file.auditors(&format!(" of group {place}"), dealing);
        }
        let file = file.seeds(&[("the desk, the sets and the auditors", OTHERS)]);
        usual_key()
            .iter()
            .fold(file, |file, key| file.secret("digits", key.to_bytes()).seeds(&[("the digits", USUAL_SEED)]))
    }

    fn set(&self, place: usize) -> &VerifiedCodeSet {
        &self.sets[place].0
    }

    fn auditors_key(&self, place: usize) -> AuditorsKey {
        let key = Tree::parse(&self.dealings[place].group.to_bytes()).body.at(2).run()[0];
        AuditorsKey::from_bytes(&key).unwrap()
    }

    /// A request about the card that asks for no list, or for both.
    pub fn ask(&self) -> RequestBuilder {
        PresentationRequest::builder(self.country.issuer.parameters(), VERIFIER, "admission 入场")
    }

    pub fn listed(&self) -> RequestBuilder {
        self.country.listed(self.ask())
    }

    pub fn state(&self) -> Json {
        let hexed = |bytes: Vec<u8>| hex::encode(bytes);
        let digits: Vec<String> = usual_key().iter().map(|key| hexed(key.publish().to_bytes())).collect();
        assert_eq!(digits.len(), usual_digits().len());
        json!({
            "key": hexed(self.host.key.to_secret_bytes().expose().to_vec()),
            "minimum": 0,
            "handed_out": 0,
            "heads": self.heads.iter().map(|set| hexed(set.to_bytes())).collect::<Vec<_>>(),
            "sets": self.sets.iter().map(|(_, key)| hexed(key.publish().to_bytes())).collect::<Vec<_>>(),
            "digits": digits,
        })
    }

    fn input(&self, request: Vec<u8>) -> Json {
        json!({ "file": hex::encode(&self.host.file), "request": hex::encode(request), "now": NOW.as_secs() })
    }

    pub fn once(&self, builder: RequestBuilder) -> Json {
        self.input(builder.once(&mut SeededRng::new([7; 32])).unwrap().message.to_bytes())
    }

    pub fn standing(&self, builder: RequestBuilder, from: Timestamp, until: Timestamp) -> Json {
        self.input(builder.standing(from, until).unwrap().message().to_bytes())
    }

    /// Under a certificate that permits both lists and the name.
    pub fn certified(&self, builder: RequestBuilder) -> Json {
        self.certified_for("name", KeyValidity { from: NOW, until: later(86_400) }, builder)
    }

    /// Under one that permits both lists and this attribute, for so long.
    fn certified_for(&self, attribute: &str, validity: KeyValidity, builder: RequestBuilder) -> Json {
        let request = builder.once(&mut SeededRng::new([8; 32])).unwrap().message;
        let lists = [&self.country.status, &self.country.flag].map(|list| list.list_keys().name().clone());
        let permissions = DeskPermissions::of(self.country.issuer.parameters().schema()).disclose(attribute);
        let permissions = lists.iter().fold(permissions, |permissions, list| permissions.present_on(list));
        let draft = DeskCertificate::draft(VERIFIER, &self.desk.public_key(), validity);
        let draft = draft.purpose("admission 入场").permit(permissions);
        let certificate = self.host.authority.certify(draft).unwrap();
        self.input(selfsame::hazmat::sign_anyway(&self.desk, &certificate, &request).to_bytes())
    }

    fn number(&self, place: usize) -> u64 {
        self.host.wallet.credentials().next().unwrap().values()[place].number().unwrap()
    }
}

/// What is asked, and then said.
pub fn said(cast: &Cast) -> Vec<(&'static str, &'static str, Json)> {
    let born = cast.number(3);
    let (plain, listed) = (|| usually(cast.ask()), || usually(cast.listed()));
    let once = |builder| cast.once(builder);
    let scope = || Scope::new("season 季票");
    let status = cast.country.status.list_keys().name().clone();
    let flag = cast.country.flag.list_keys().name().clone();
    let lately = |seconds| {
        let age = Duration::from_secs(seconds);
        once(cast.ask().present_lately_on(&status, age).present_lately_on(&flag, age))
    };
    let ticket = |_: RequestKey<'_>| Mode::Ticket(TicketNumber::FIRST);
    let escrow = |place: usize| once(cast.ask().escrow(cast.auditors_key(place), CONDITION));
    let unlocked = |checks: LocalChecks| once(cast.listed().unlocked_by(checks));
    let all = LocalChecks::only(LocalCheck::Passcode).or(LocalCheck::Fingerprint).or(LocalCheck::Face);
    vec![
        ("nothing", "nothing but that there is a credential", once(cast.ask())),
        ("lists", "both lists", once(cast.listed())),
        ("certified", "both lists, under a certificate", cast.certified(cast.listed())),
        ("certified-disclosure", "the name, under a certificate", cast.certified(cast.listed().disclose("name"))),
        ("disclosed", "two attributes", once(cast.ask().disclose("name").disclose("valid-until"))),
        ("disclosed-code", "a code of two", once(cast.ask().disclose("sex"))),
        ("lately-second", "lists of any epoch, a second old", lately(1)),
        ("lately-hours", "at most two hours old", lately(7_200)),
        ("lately-day", "at most a day old", lately(86_400)),
        ("lately-minute", "at most a minute and a half old", lately(90)),
        ("born-before", "born on or before a day", once(plain().between("birth-date", 0..=born))),
        ("born-after", "born on or after a day", once(plain().between("birth-date", born..=65_535))),
        ("born-between", "born within 33 days", once(plain().between("birth-date", born..=born + 32))),
        ("born-month", "born within 32 days: told closely", once(plain().between("birth-date", born..=born + 31))),
        ("born-on", "born on one day, which is a disclosure", once(plain().between("birth-date", born..=born))),
        ("born-two-days", "one of two days, and not the other", {
            let other = Days::from_number(u16::try_from(born + 1).unwrap());
            once(plain().between("birth-date", born..=born + 1).differs("birth-date", Value::Date(other)))
        }),
        ("region-below", "a code at most", once(plain().between("region", 0..=4_000_000))),
        ("region-above", "a code at least", once(plain().between("region", 1..=u64::from(u32::MAX)))),
        ("region-between", "a code from and to", once(plain().between("region", 1..=4_000_000))),
        (
            "since",
            "the pseudonym has stood since a day",
            once(plain().pseudonym_since(Days::from_civil(2026, 9, 21).unwrap())),
        ),
        ("valid", "valid on a day, or long-term", once(plain().between("valid-until", 45_000..=65_535))),
        ("sex-of-both", "one of both sexes", once(cast.ask().one_of("sex", cast.set(1)))),
        ("sex-not", "not the other sex: one number is left", {
            let other = 3 - u32::try_from(cast.number(1)).unwrap();
            once(cast.ask().differs("sex", Value::Code(other)))
        }),
        ("factors", "the chip was read", once(cast.ask().enrolled_with(cast.set(3)))),
        ("factors-exactly", "exactly these factors", once(cast.ask().enrolled_with(cast.set(4)))),
        ("factors-either", "one of two sets of factors", once(cast.ask().enrolled_with(cast.set(5)))),
        ("name-not", "another name", once(cast.ask().differs("name", Value::Text("静夜思".into())))),
        ("photo-not", "another photo", once(cast.ask().differs("photo", Value::Digest([0x5a; 32])))),
        ("date-not", "another day", once(cast.ask().differs("birth-date", Value::Date(Days::LONG_TERM)))),
        ("pseudonym", "a pseudonym", once(cast.listed().pseudonym(scope()))),
        ("limit", "three uses in a day", once(listed().limit(scope(), 3, NOW..=later(86_399)))),
        (
            "limit-once",
            "one use, without an end that has a date",
            once(listed().limit(scope(), 1, NOW..=later(86_400 * 366))),
        ),
        (
            "limit-tolerance",
            "a limit whose period begins at the tolerance after now",
            once(listed().limit(scope(), 3, later(120)..=later(900))),
        ),
        (
            "limit-last-second",
            "a limit in its period's last second",
            once(listed().limit(scope(), 3, earlier(900)..=NOW)),
        ),
        ("limit-told", "a limit, and an interval that leaves much", {
            once(listed().limit(scope(), 3, NOW..=later(60)).between("birth-date", 0..=born))
        }),
        ("escrow-of-five", "three of five auditors", escrow(0)),
        ("escrow-alone", "one auditor alone", escrow(1)),
        ("escrow-any", "any one of three", escrow(2)),
        ("escrow-all", "both of two", escrow(3)),
        ("tickets", "by tickets", once(cast.listed().verified_by(ticket))),
        ("passcode", "a passcode is demanded", unlocked(LocalChecks::only(LocalCheck::Passcode))),
        (
            "finger-or-face",
            "a finger or a face",
            unlocked(LocalChecks::only(LocalCheck::Fingerprint).or(LocalCheck::Face)),
        ),
        ("any-check", "any check", unlocked(all)),
        ("window", "for others, too, for an hour", cast.standing(cast.listed(), NOW, later(3_600))),
        ("window-last-second", "in its last second", cast.standing(cast.ask(), earlier(900), NOW)),
        ("window-day", "for as long as nothing vouches for", cast.standing(cast.listed(), NOW, later(86_400))),
        (
            "window-tolerance",
            "which begins at the tolerance after now",
            cast.standing(cast.ask(), later(120), later(900)),
        ),
        ("three-narrow", "three narrow classes fit few people", {
            let asked = plain().between("birth-date", born..=born + 400).between("valid-until", 45_000..=50_000);
            once(asked.between("region", 1..=4_000_000))
        }),
        ("everything", "a pseudonym, a set, an inequality and a disclosure", {
            let asked = cast.listed().pseudonym(scope()).disclose("address").one_of("sex", cast.set(1));
            once(asked.differs("name", Value::Text("静夜思".into())))
        }),
    ]
}

/// Slug, flag, check and comment of what is asked and refused.
pub fn refused(cast: &Cast) -> Vec<(&'static str, &'static str, &'static str, &'static str, Json)> {
    let born = cast.number(3);
    let refuse = |slug, flag, check, comment, input| (slug, flag, check, comment, input);
    let [status, flag] = cast.country.heads.clone();
    let one = |heads: &CosignedHeads| cast.once(cast.ask().present_on(heads));
    let other = Country::new(SEED + 1);
    let unknown = {
        let builder = cast.ask().present_on(&other.heads[0]).present_on(&other.heads[1]);
        cast.once(builder)
    };
    let lately = {
        let names = [&cast.country.status, &cast.country.flag].map(|list| list.list_keys().name().clone());
        let age = Duration::from_secs(86_401);
        cast.once(cast.ask().present_lately_on(&names[0], age).present_lately_on(&names[1], age))
    };
    let stranger = auditors(1, 1, &mut SeededRng::new([9; 32])).group;
    let key = Tree::parse(&stranger.to_bytes()).body.at(2).run()[0];
    let escrow = cast.once(cast.ask().escrow(AuditorsKey::from_bytes(&key).unwrap(), CONDITION));
    let plain = || usually(cast.ask());
    let name = Schema::card_values(&record("adult-female")).remove(0);
    let over = cast.standing(cast.ask(), earlier(900), earlier(1));
    let not_yet = cast.standing(cast.ask(), later(121), later(900));
    let no_set = CodeSetKey::random(vec![1, 2], &mut SeededRng::new([10; 32])).unwrap().publish().verify().unwrap();
    vec![
        refuse("status-alone", "Lists", "06-23", "the status list alone", one(&status)),
        refuse("flag-alone", "Lists", "06-23", "the flag list alone", one(&flag)),
        refuse("unknown-heads", "Lists", "06-14", "heads that the wallet has not seen", unknown),
        refuse("long-age", "Lists", "06-71", "lists of more than a day ago", lately),
        refuse(
            "long-window",
            "Time",
            "06-24",
            "a window of more than a day",
            cast.standing(cast.ask(), NOW, later(86_401)),
        ),
        refuse("window-over", "Time", "06-22", "a window that is over", over),
        refuse("window-not-yet", "Time", "06-22", "a window that has not begun", not_yet),
        refuse("period-over", "Time", "12-38", "a limit of a period that is over", {
            cast.once(usually(cast.listed()).limit(Scope::new("season"), 3, earlier(900)..=earlier(1)))
        }),
        refuse("period-not-yet", "Time", "12-38", "a limit of a period that has not begun", {
            cast.once(usually(cast.listed()).limit(Scope::new("season"), 3, later(121)..=later(900)))
        }),
        refuse(
            "born-later",
            "False",
            "12-16",
            "born before the day",
            cast.once(plain().between("birth-date", born + 1..=65_535)),
        ),
        refuse(
            "born-earlier",
            "False",
            "12-16",
            "born after the day",
            cast.once(plain().between("birth-date", 0..=born - 1)),
        ),
        refuse(
            "not-in-set",
            "False",
            "12-23",
            "a code that is not in the set",
            cast.once(cast.ask().one_of("region", cast.set(2))),
        ),
        refuse("same-name", "False", "12-31", "another name than its own", cast.once(cast.ask().differs("name", name))),
        refuse("beyond-certificate", "Excess", "15-15", "the name, under a certificate for the sex", {
            cast.certified_for("sex", KeyValidity { from: NOW, until: later(86_400) }, cast.listed().disclose("name"))
        }),
        refuse(
            "one-list-of-two",
            "Excess",
            "15-15",
            "no list, under a certificate for both",
            cast.certified(cast.ask()),
        ),
        refuse("certificate-over", "Excess", "15-12", "under a certificate that is over", {
            cast.certified_for(
                "name",
                KeyValidity { from: earlier(86_400), until: earlier(1) },
                cast.listed().disclose("name"),
            )
        }),
        refuse("auditors", "Unknown", "12-42", "auditors that the directory does not name", escrow),
        refuse("no-table", "Unknown", "12-23", "a set without a table", cast.once(cast.ask().one_of("sex", &no_set))),
    ]
}

/// What is asked and refused, with slug, check and comment.
pub type Refused = (&'static str, &'static str, &'static str, Json);

/// A wallet that has seen an epoch which it has not followed: the state, what it can answer, and
/// what it cannot.
pub fn behind(mut cast: Cast) -> (Json, Json, Vec<Refused>) {
    let before = cast.heads.clone();
    let [status, flag] = cast.country.heads.clone();
    let old = cast.listed();
    cast.country.close_epoch();
    for set in cast.country.sets.clone() {
        let staged = cast.host.wallet.see(&set, cast.country.now, &mut cast.country.rng).unwrap();
        let (file, _) = confirm(staged);
        cast.host.settle(file);
    }
    let each = |status: &CosignedHeads, flag: &CosignedHeads| cast.ask().present_on(status).present_on(flag);
    let [new_status, new_flag] = cast.country.heads.clone();
    let mut state = cast.state();
    let heads = before.iter().chain(&cast.country.sets).map(|set| hex::encode(set.to_bytes()));
    state["heads"] = heads.collect::<Vec<_>>().into();
    let standing = |list: usize, kind: u64| {
        let file = changed(&cast.host, |body| {
            let content = body.at_mut(3).at_mut(0).at_mut(0).at_mut(3);
            *content.at_mut(7 + list).at_mut(2) = Item::Array(vec![Item::Uint(kind), Item::Uint(0)]);
        });
        let mut input = cast.once(each(&status, &flag));
        input["file"] = hex::encode(file).into();
        input
    };
    let cannot = vec![
        ("newer", "06-17", "the epoch that it has not followed", cast.once(each(&new_status, &new_flag))),
        ("newer-status", "06-17", "the same of the status list alone", cast.once(each(&new_status, &flag))),
        ("newer-flag", "06-17", "the same of the flag list alone", cast.once(each(&status, &new_flag))),
        ("removed-status", "06-16", "it is removed from the status list", standing(0, 2)),
        ("removed-flag", "06-16", "it is removed from the flag list", standing(1, 2)),
        ("withheld", "06-16", "no witness for the flag list was given", standing(1, 3)),
    ];
    (state, cast.once(old), cannot)
}

fn behind_group(cast: Cast) -> Group {
    let (state, seen, cannot) = behind(cast);
    let output = output("Consent", &state, &seen);
    let refuse = |(slug, check, comment, input)| Vector::invalid(slug, "Lists", check, comment, input);
    Group::new("behind", "Consent", "A wallet that has seen an epoch which it has not followed.", state)
        .with(Vector::valid("older", "the epoch of its witnesses", seen, output))
        .with_all(cannot.into_iter().map(refuse))
}

/// The same wallet, whose directory says something else of its issuer's key (09-36).
fn issuer_key(cast: &Cast) -> Group {
    let state = cast.state();
    let asked = cast.once(cast.ask());
    let (from, until) = (3, 4);
    let with = |field: usize, value: u64| {
        let file = changed(&cast.host, |body| {
            let issuer = body.at_mut(4).at_mut(0).at_mut(0).at_mut(place::ISSUERS).at_mut(0);
            *issuer.at_mut(field) = Item::Uint(value);
        });
        let mut input = asked.clone();
        input["file"] = hex::encode(file).into();
        input
    };
    let now = NOW.as_secs();
    let takes = |slug: &str, comment: &str, input: Json| {
        let output = output("Consent", &state, &input);
        Vector::valid(slug, comment, input, output)
    };
    let refuses = |slug: &str, comment: &str, input: Json| Vector::invalid(slug, "Time", "11-41", comment, input);
    Group::new("issuer-key", "Consent", "A wallet whose issuer's key counts from a time on, or ends.", state.clone())
        .with(takes("first", "at the tolerance before the key counts", with(from, now + 120)))
        .with(takes("last", "a second before the key ends", with(until, now + 1)))
        .with(refuses("not-yet", "a second earlier", with(from, now + 121)))
        .with(refuses("ended", "when the key ends", with(until, now)))
        .with(refuses("other-version", "a key of which the directory names another version", with(1, 9)))
}

/// Checks 06-14, 06-16, 06-17, 06-19, 06-20, 06-22, 06-23, 06-24, 06-27, 06-28, 06-29, 06-30,
/// 06-62, 06-71, 09-36, 11-41, 11-55, 12-16, 12-17, 12-23, 12-27, 12-31, 12-38, 12-42, 12-50,
/// 12-62, 12-65, 15-12, 15-15.
#[test]
fn consent_in_words_gives_the_bytes_of_the_file() {
    let file = File::new(
        "consent",
        "What a wallet says to its user of a request, in English and Chinese, and what it refuses.",
        &["06 §3", "11 §3.4", "12", "18"],
    );
    let cast = Cast::new();
    let file = cast.secrets(file);
    let state = cast.state();
    let valid = said(&cast).into_iter().map(|(slug, comment, input)| {
        let output = output("Consent", &state, &input);
        Vector::valid(slug, comment, input, output)
    });
    let group = Group::new("card", "Consent", "A wallet with the credential of an identity card.", state.clone());
    let refuse = |(slug, flag, check, comment, input)| Vector::invalid(slug, flag, check, comment, input);
    let group = group.with_all(valid).with_all(refused(&cast).into_iter().map(refuse));
    let file = file.flags(&FLAGS).seed([SEED; 32]).seeds(&STRANGERS).group(group);
    let file = face::group(pair::group(file));
    let counts = issuer_key(&cast);
    file.group(behind_group(cast)).group(counts).check();
}
