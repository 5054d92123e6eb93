//! Two issuers, sets of codes, auditors, a phone with a card and licences, and another phone.

use ed25519_dalek::SigningKey;

use testkit::Terms;
use testkit::prelude::*;

pub const SEED: u8 = 171;
pub const CONDITION: &str = "an order of the Haidian District Court 海淀区法院令状";
pub const DESK: &str = "Cinema Daguangming 大光明电影院";
/// The licence's mileage, in the middle of what a number can be.
pub const MILEAGE: u64 = 1 << 63;
pub const POINTS: u64 = 12;

/// Attributes of the card that vectors are about.
pub mod card {
    pub const NAME: usize = 0;
    pub const SEX: usize = 1;
    pub const BIRTH_DATE: usize = 3;
    pub const ID_NUMBER: usize = 5;
    pub const REGION: usize = 6;
    pub const VALID_UNTIL: usize = 8;
}

/// A set with what is published and what is not.
pub struct Set<V = VerifiedCodeSet> {
    pub verified: V,
    pub message: Vec<u8>,
    /// The key as its owner stores it.
    pub key: Vec<u8>,
}

/// Which credential answers a question.
#[derive(Clone, Copy, Debug)]
pub enum Holder {
    Card,
    Licence,
    /// The licence of somebody else with the same phone.
    Cousin,
    /// A licence on another phone.
    Stranger,
}

pub struct World {
    pub country: Country,
    pub phone: Phone,
    pub transport: Issuer,
    pub licences: [Credential; 3],
    /// Of the cousin, and of the stranger.
    pub other: RecoverySecret,
    pub stranger: SoftwareDevice,
    pub sets: Vec<Set>,
    pub digits: Set<VerifiedDigitSet>,
    pub dealing: Dealing,
    /// A platform that signs whatever it is sent, so that auditors' own checks are seen.
    pub liar: SigningKey,
}

/// More attributes than a card has; the name at its place, the number at two others.
fn licence_schema() -> Schema {
    let schema = Schema::builder("driving-licence")
        .attribute("name", AttributeKind::Text, "name", "姓名")
        .attribute("holder", AttributeKind::Text, "ID number", "公民身份号码")
        .attribute("owner", AttributeKind::Text, "ID number of the owner", "车主身份号码")
        .attribute("class", AttributeKind::Code, "vehicle class", "准驾车型")
        .attribute("points", AttributeKind::Number, "points left", "剩余分数")
        .attribute("mileage", AttributeKind::Number, "mileage", "里程");
    (0..6)
        .fold(schema, |schema, i| {
            let [name, english, chinese] = [format!("trip-{i}"), format!("trip {i}"), format!("行程{i}")];
            schema.attribute(&name, AttributeKind::Number, &english, &chinese)
        })
        .build()
        .unwrap()
}

fn licence_values(name: &str, number: &str) -> Vec<Value> {
    let [name, number] = [name, number].map(|text| || Value::Text(text.to_owned()));
    let mut values = vec![name(), number(), number(), Value::Code(7), Value::Number(POINTS), Value::Number(MILEAGE)];
    values.extend((0..6).map(|i| Value::Number(1 << (40 + i))));
    values
}

impl World {
    pub fn new() -> Self {
        let mut country = Country::new(SEED);
        let mut phone = country.enrol();
        let transport = Issuer::random(licence_schema(), KeyVersion(3), &mut country.rng);
        country.platform.allow(selfsame::presentation::Effort::ANY);
        country.platform.add_issuer(transport.parameters().clone(), transport.share_key()).unwrap();
        let [name, number] = [card::NAME, card::ID_NUMBER].map(|i| match &phone.credential.values()[i] {
            Value::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        });
        let mut stranger = SoftwareDevice::random(&mut country.rng);
        let other = RecoverySecret::random(&mut country.rng);
        let mut licence = |values, recovery, device: &mut SoftwareDevice, slot| {
            issue_licence(&mut country, &transport, values, recovery, device, slot)
        };
        let licences = [
            licence(licence_values(&name, &number), &phone.recovery, &mut phone.device, 2),
            licence(licence_values("王小明", "110105200001011236"), &other, &mut phone.device, 3),
            licence(licence_values(&name, &number), &other, &mut stranger, 4),
        ];
        let (threshold, count) = (Threshold::new(3).unwrap(), AuditorCount::new(5).unwrap());
        let dealing = AuditorGroup::deal(threshold, count, &mut country.rng).unwrap();
        let liar = SigningKey::from_bytes(&[7; 32]);
        let digits = digits(&mut country);
        let sets = Vec::new();
        let mut world = Self { country, phone, transport, licences, other, stranger, sets, digits, dealing, liar };
        world.add_sets();
        world
    }

    fn add_sets(&mut self) {
        let region = self.region();
        let factors = AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE).supersets();
        let many = (region - 100..region + 156).collect();
        // The holder's code alone, first, last, among 256; nobody's; the factors.
        let all = [vec![region], vec![region, region + 1, u32::MAX], vec![0, region], many, vec![500_000], factors];
        for codes in all {
            let key = CodeSetKey::random(codes, &mut self.country.rng).unwrap();
            let message = key.publish().to_bytes();
            let stored = key.to_bytes();
            let verified = self.country.platform.add_set(key).unwrap();
            assert_eq!(CodeSet::from_bytes(&message).unwrap().verify().unwrap().digest(), verified.digest());
            self.sets.push(Set { verified, message, key: stored });
        }
    }

    /// What the card says of an attribute that is a number.
    pub fn number(&self, attribute: usize) -> u64 {
        match &self.phone.credential.values()[attribute] {
            Value::Date(day) => u64::from(day.number()),
            Value::Code(code) => u64::from(*code),
            other => panic!("{other:?}"),
        }
    }

    pub fn region(&self) -> u32 {
        u32::try_from(self.number(card::REGION)).unwrap()
    }

    /// A request about a card that asks for nothing yet.
    pub fn ask(&self) -> RequestBuilder {
        PresentationRequest::builder(self.country.issuer.parameters(), DESK, "admission 入场")
    }

    /// The same with both lists: what takes a pseudonym or a limit.
    pub fn ask_listed(&self) -> RequestBuilder {
        self.country.listed(self.ask())
    }

    /// A request about a licence that asks for no list.
    pub fn ask_licence(&self) -> RequestBuilder {
        PresentationRequest::builder(self.transport.parameters(), DESK, "admission 入场")
    }

    pub fn credential(&self, holder: Holder) -> &Credential {
        match holder {
            Holder::Card => &self.phone.credential,
            Holder::Licence => &self.licences[0],
            Holder::Cousin => &self.licences[1],
            Holder::Stranger => &self.licences[2],
        }
    }

    pub fn auditors_key(&self) -> AuditorsKey {
        AuditorsKey::from_bytes(&self.dealing.group.key()).unwrap()
    }

    pub fn auditors(&self) -> Vec<Auditor> {
        vec![Auditor::new("Provincial auditors 省审计组", &self.dealing.group).unwrap()]
    }

    pub fn platform_of_evidence(&self) -> PlatformPublicKey {
        PlatformPublicKey::from_bytes(&self.liar.verifying_key().to_bytes()).unwrap()
    }
}

fn digits(country: &mut Country) -> Set<VerifiedDigitSet> {
    let key = DigitSetKey::random(DigitBase::Of256, &mut country.rng);
    let (message, stored) = (key.publish().to_bytes(), key.to_bytes());
    Set { verified: country.platform.add_digits(key).unwrap(), message, key: stored }
}

/// A licence whose shard is 1, where the card's is 2.
fn issue_licence(
    country: &mut Country,
    transport: &Issuer,
    values: Vec<Value>,
    recovery: &RecoverySecret,
    device: &mut SoftwareDevice,
    number: u32,
) -> Credential {
    let generation = (1..number).fold(Generation::FIRST, |generation, _| generation.next().unwrap());
    let handles = [(); 2].map(|()| country.handle_key.status(&country.card, generation));
    let (slot, factors) = (SlotId([u8::try_from(number).unwrap(); 16]), AssuranceFactors::NAME_AND_NUMBER);
    // The slot's shard is 1, where the card's is 2; each slot is at its first generation.
    let terms = Terms { slot, generation: Generation::FIRST, shard: 1, handles, values, factors };
    country.issue_by(transport, terms, recovery, device)
}
