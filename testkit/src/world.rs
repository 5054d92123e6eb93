//! A country with two more issuers, sets of codes, auditors, and a phone with card and licence.

use std::rc::Rc;

use selfsame::hazmat::present_anyway;
use selfsame::presentation::{present, review};

use crate::Terms;
use crate::curve::Scalar;
use crate::prelude::*;
use crate::reference::scalar;
use crate::rogue::call;

pub const CONDITION: &str = "an order of the Haidian District Court";
pub const VERIFIER: &str = "Cinema Daguangming";
pub const AUDITORS: &str = "Provincial auditors 省审计组";

/// The shard of the licence, another one than the card's.
const LICENCE_SHARD: u16 = 1;

pub struct World {
    pub country: Country,
    pub device: SoftwareDevice,
    /// The check that its user passes where one is demanded.
    pub passes: Option<LocalCheck>,
    pub recovery: RecoverySecret,
    pub card: Rc<Credential>,
    pub licence: Rc<Credential>,
    pub transport: Issuer,
    pub samples: Issuer,
    pub sets: Vec<VerifiedCodeSet>,
    pub digits: Vec<VerifiedDigitSet>,
    /// Digits that every request names where there are no range proofs.
    usual: Option<VerifiedDigitSet>,
    /// `α` of each.
    pub digit_keys: Vec<Scalar>,
    /// The same as they are published.
    pub tables: Vec<Tree>,
    pub auditors: Vec<Auditor>,
    /// How many faces were compared before.
    pub faces: Option<u32>,
    issued: u32,
}

/// A licence: more attributes than a card, the name in the same place, the number in another.
fn licence_schema() -> Schema {
    let schema = Schema::builder("driving-licence")
        .attribute("name", AttributeKind::Text, "name", "姓名")
        .attribute("holder", AttributeKind::Text, "number of the holder", "持证人号码")
        .attribute("class", AttributeKind::Code, "vehicle class", "准驾车型")
        .attribute("points", AttributeKind::Number, "points left", "剩余分数");
    (0..8)
        .fold(schema, |schema, i| {
            schema.attribute(&format!("note-{i}"), AttributeKind::Text, &format!("note {i}"), &format!("备注{i}"))
        })
        .build()
        .unwrap()
}

/// One attribute of each kind, and the day once more.
fn sample_schema() -> Schema {
    Schema::builder("sample")
        .attribute("number", AttributeKind::Number, "number", "数字")
        .attribute("code", AttributeKind::Code, "code", "代码")
        .attribute("date", AttributeKind::Date, "day", "日期")
        .attribute("text", AttributeKind::Text, "text", "文字")
        .attribute("digest", AttributeKind::Digest, "digest", "摘要")
        .attribute("again", AttributeKind::Date, "day again", "日期再录")
        .build()
        .unwrap()
}

/// What a credential of the sample schema says.
pub struct Sample {
    pub number: u64,
    pub code: u32,
    pub date: Days,
    pub factors: AssuranceFactors,
}

impl Default for Sample {
    fn default() -> Self {
        let date = Days::from_civil(2000, 2, 29).unwrap();
        Self { number: 1_000_000, code: 110_108, date, factors: AssuranceFactors::CHIP_READ }
    }
}

impl World {
    pub fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let Phone { credential, device, recovery } = country.enrol();
        let [transport, samples] = [licence_schema(), sample_schema()].map(|schema| {
            let issuer = Issuer::random(schema, KeyVersion(1), &mut country.rng);
            country.platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).unwrap();
            issuer
        });
        let (three, five) = (Threshold::new(3).unwrap(), AuditorCount::new(5).unwrap());
        let dealing = AuditorGroup::deal(three, five, &mut country.rng).unwrap();
        let auditors = vec![Auditor::new(AUDITORS, &dealing.group).unwrap()];
        let card = Rc::new(credential);
        let (sets, digits, digit_keys, tables) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        // The licence is put in its place below.
        let licence = Rc::clone(&card);
        let passes = Some(LocalCheck::Fingerprint);
        let mut world = Self {
            country,
            device,
            passes,
            recovery,
            card,
            licence,
            transport,
            samples,
            sets,
            digits,
            usual: None,
            digit_keys,
            tables,
            auditors,
            faces: Some(0),
            issued: 100,
        };
        world.licence = Rc::new(world.licence_of(None, None));
        if SUITE == 2 {
            world.usual = Some(world.add_digits(DigitBase::Of256));
            world.digits.clear();
            world.digit_keys.clear();
        }
        world
    }

    /// A licence of the card's holder, or of a namesake with this number; on this phone or another.
    pub fn licence_of(&mut self, number: Option<&str>, device: Option<&mut SoftwareDevice>) -> Credential {
        let name = text(&self.card.values()[0]);
        let number = number.map_or_else(|| text(&self.card.values()[5]), String::from);
        let mut values = vec![Value::Text(name), Value::Text(number), Value::Code(7), Value::Number(12)];
        values.extend((0..8).map(|i| Value::Text(format!("note {i}"))));
        self.issue(true, LICENCE_SHARD, values, AssuranceFactors::NAME_AND_NUMBER, device)
    }

    pub fn sample(&mut self, sample: Sample) -> Credential {
        let Sample { number, code, date, factors } = sample;
        let values = vec![
            Value::Number(number),
            Value::Code(code),
            Value::Date(date),
            Value::Text(String::from("静夜思")),
            Value::Digest([0x5a; 32]),
            Value::Date(date),
        ];
        self.issue(false, 2, values, factors, None)
    }

    fn issue(
        &mut self,
        licence: bool,
        shard: u16,
        values: Vec<Value>,
        factors: AssuranceFactors,
        device: Option<&mut SoftwareDevice>,
    ) -> Credential {
        let Self { country, recovery, transport, samples, issued, device: phone, .. } = self;
        let issuer = if licence { transport } else { samples };
        let device = device.unwrap_or(phone);
        *issued += 1;
        let generation = Generation::new(*issued).unwrap();
        // Any handles will do: those of this issuer's own lists, on the lists that are there.
        let list = ListName::new(if licence { "transport" } else { "samples" }, ListClass::Flag).unwrap();
        let handles =
            [country.handle_key.status(&country.card, generation), country.handle_key.flag(&list, &country.person)];
        let terms = Terms { slot: SlotId([9; 16]), generation, shard, handles, values, factors };
        country.issue_by(issuer, terms, recovery, device)
    }

    pub fn today(&self) -> LocalDay {
        LocalDay::in_china(NOW).unwrap()
    }

    pub fn add_set(&mut self, codes: Vec<u32>) -> VerifiedCodeSet {
        let key = CodeSetKey::random(codes, &mut self.country.rng).unwrap();
        self.tables.push(Tree::parse(&key.publish().to_bytes()));
        let set = self.country.platform.add_set(key).unwrap();
        self.sets.push(set.clone());
        set
    }

    /// The platform's digits.
    pub fn add_digits(&mut self, base: DigitBase) -> VerifiedDigitSet {
        let key = DigitSetKey::random(base, &mut self.country.rng);
        self.tables.push(Tree::parse(&key.publish().to_bytes()));
        self.digit_keys.push(scalar(&Tree::parse(&key.to_bytes()).body.at(1).run()[0]));
        let set = self.country.platform.add_digits(key).unwrap();
        self.digits.push(set.clone());
        set
    }

    /// A request about the card that asks for no list.
    pub fn ask(&self) -> RequestBuilder {
        self.usually(PresentationRequest::builder(self.country.issuer.parameters(), VERIFIER, "admission"))
    }

    /// In the usual digits, where a suite has no other way.
    pub fn usually(&self, builder: RequestBuilder) -> RequestBuilder {
        match &self.usual {
            Some(digits) => builder.in_digits(digits),
            None => builder,
        }
    }

    /// A request about the card that asks for both lists: what takes a pseudonym or a limit.
    pub fn ask_listed(&self) -> RequestBuilder {
        self.usually(self.country.ask(VERIFIER, "admission"))
    }

    /// The same without lists about a credential of the sample schema.
    pub fn ask_sample(&self) -> RequestBuilder {
        self.usually(PresentationRequest::builder(self.samples.parameters(), VERIFIER, "admission"))
    }

    pub fn auditors_key(&self) -> AuditorsKey {
        AuditorsKey::from_bytes(&self.auditors[0].key()).unwrap()
    }

    /// All digits that a wallet knows.
    pub fn known_digits(&self) -> Vec<VerifiedDigitSet> {
        self.digits.iter().chain(&self.usual).cloned().collect()
    }

    /// Does something with everything that a wallet knows.
    fn knowing<T>(&mut self, shows: Option<u32>, use_it: impl FnOnce(&WalletContext<'_>, &mut Self) -> T) -> T {
        let sets = self.sets.clone();
        let sets: Vec<&VerifiedCodeSet> = sets.iter().collect();
        let digits = self.known_digits();
        let digits: Vec<&VerifiedDigitSet> = digits.iter().collect();
        let heads = self.country.heads.clone();
        let heads: Vec<&CosignedHeads> = heads.iter().collect();
        let (auditors, faces) = (self.auditors.clone(), self.faces);
        let known = WalletContext::at(&heads).with_sets(&sets).with_digits_unchecked(&digits);
        use_it(&known.with_auditors_unchecked(&auditors).with_uses_unchecked(shows).with_faces_unchecked(faces), self)
    }

    pub fn review(
        &mut self,
        credentials: &[&Credential],
        request: &PresentationRequest,
        shows: Option<u32>,
    ) -> Result<Consent, PresentError> {
        self.knowing(shows, |known, _| review(request, credentials, known))
    }

    /// The honest answer, with the wallet's count of shows.
    pub fn present(
        &mut self,
        credentials: &[&Credential],
        request: &PresentationRequest,
        shows: Option<u32>,
    ) -> Result<Vec<u8>, PresentError> {
        let consent = self.review(credentials, request, shows)?;
        let (passes, rng) = (self.passes, &mut self.country.rng);
        let mut device = self.device.unlocked_by(|_| passes);
        Ok(present(credentials, consent, Vec::new(), &mut device, rng)?.to_bytes())
    }

    /// The answer of a wallet that ignores its own refusals.
    pub fn forge(
        &mut self,
        credentials: &[&Credential],
        request: &PresentationRequest,
        shows: Option<u32>,
    ) -> Result<Vec<u8>, PresentError> {
        self.knowing(shows, |known, world| {
            let (device, rng) = (&mut world.device, &mut world.country.rng);
            present_anyway(credentials, request, known, device, rng).map(|presentation| presentation.to_bytes())
        })
    }

    pub fn outcome(&mut self, pending: PendingRequest, presentation: &[u8]) -> Outcome {
        let relayed = pending.relay(presentation);
        let verdict = self.country.answer(&relayed.message.to_bytes());
        let verdict = VerdictMessage::from_bytes(&verdict.to_bytes()).unwrap();
        relayed.state.conclude(&verdict, &self.country.platform.public_key())
    }

    /// The platform's verdict about these bytes under these bytes of a request.
    pub fn verdict(&mut self, request: &[u8], presentation: &[u8]) -> Verdict {
        self.country.answer(&call(request, presentation)).unverified_verdict()
    }

    /// Asks the honest holder of these credentials and gives what the desk has in the end.
    #[track_caller]
    pub fn shown(&mut self, credentials: &[&Credential], builder: RequestBuilder, shows: Option<u32>) -> Outcome {
        let asked = builder.once(&mut self.country.rng).unwrap();
        let presentation = self.present(credentials, &asked.message, shows).unwrap();
        self.outcome(asked.state, &presentation)
    }

    /// The honest holder of this credential is verified.
    #[track_caller]
    pub fn holds(&mut self, credential: &Credential, builder: RequestBuilder) {
        assert_eq!(self.shown(&[credential], builder, None).verdict, Verdict::Verified);
    }

    /// The wallet refuses for this reason; one that ignores it has no proof that would verify.
    #[track_caller]
    pub fn fails(&mut self, credential: &Credential, builder: RequestBuilder, error: &PresentError) {
        self.all_fail(&[credential], builder, None, error);
    }

    #[track_caller]
    pub fn all_fail(
        &mut self,
        credentials: &[&Credential],
        builder: RequestBuilder,
        shows: Option<u32>,
        error: &PresentError,
    ) {
        let asked = builder.once(&mut self.country.rng).unwrap();
        assert_eq!(self.present(credentials, &asked.message, shows).unwrap_err(), *error);
        match self.forge(credentials, &asked.message, shows) {
            Ok(forged) => assert_eq!(self.outcome(asked.state, &forged).verdict, Verdict::Refused),
            Err(PresentError::Unprovable | PresentError::Equal(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        _ => panic!("no text"),
    }
}
