//! An authority, a desk that asks for all there is, and a certificate that permits it but one part.

use std::time::Duration;

use ed25519_dalek::{Signer, SigningKey};

use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::hash;

pub const NAME: &str = "Cinema Daguangming 大光明影院";
pub const PURPOSE: &str = "admission 入场";
pub const DAY: u64 = 86_400;

pub fn validity() -> KeyValidity {
    KeyValidity { from: NOW, until: later(90 * DAY) }
}

pub fn licence_schema() -> Schema {
    Schema::builder("driving-licence")
        .attribute("class", AttributeKind::Code, "vehicle class", "准驾车型")
        .attribute("holder", AttributeKind::Text, "ID number", "公民身份号码")
        .build()
        .unwrap()
}

/// What a certificate may say, one thing each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Purpose,
    Link,
    Window,
    Outlives,
    Tickets,
    Card,
    Licence,
    DiscloseSex,
    DiscloseClass,
    Status,
    Flag,
    IdNumber,
    Holder,
    BirthDate,
    Since,
    Region,
    Factors,
    Name,
    Pseudonym,
    Limit,
    Escrow,
}

impl Part {
    pub const ALL: [Self; 21] = [
        Self::Purpose,
        Self::Link,
        Self::Window,
        Self::Outlives,
        Self::Tickets,
        Self::Card,
        Self::Licence,
        Self::DiscloseSex,
        Self::DiscloseClass,
        Self::Status,
        Self::Flag,
        Self::IdNumber,
        Self::Holder,
        Self::BirthDate,
        Self::Since,
        Self::Region,
        Self::Factors,
        Self::Name,
        Self::Pseudonym,
        Self::Limit,
        Self::Escrow,
    ];
}

pub struct World {
    pub country: Country,
    pub authority: Authority,
    pub directory: VerifiedDirectory,
    pub desk: DeskKey,
    pub transport: Issuer,
    pub set: VerifiedCodeSet,
    pub factors: VerifiedCodeSet,
    pub auditors: AuditorsKey,
    /// For intervals and limits, where a suite has nothing else for them.
    pub digits: Option<VerifiedDigitSet>,
    /// Those of both sets, and of the digits if there are any, by name.
    #[allow(dead_code, reason = "the vectors alone have them, among their secrets")]
    pub set_keys: Vec<(&'static str, Vec<u8>)>,
}

impl World {
    pub fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let authority = Authority::random(&mut country.rng);
        let transport = Issuer::random(licence_schema(), KeyVersion(1), &mut country.rng);
        let symbols = SymbolKey::random(&mut country.rng).public_key();
        let shards = ShardCount::new(SHARDS).unwrap();
        let draft = authority.draft(country.quorum.cosigners(), symbols, shards);
        let draft = draft.issuer(country.issuer.parameters(), validity()).issuer(transport.parameters(), validity());
        let first = authority.found(draft, NOW).unwrap();
        let directory = first.pin(&first.digest()).unwrap();
        let desk = DeskKey::random(&mut country.rng);
        let mut set_keys = Vec::new();
        let mut set = |name, codes| {
            let key = CodeSetKey::random(codes, &mut country.rng).unwrap();
            set_keys.push((name, key.to_bytes()));
            key.publish().verify().unwrap()
        };
        let (set, factors) =
            (set("set 1", vec![110_105, 110_108]), set("set 2", AssuranceFactors::CHIP_READ.supersets()));
        let auditors = AuditorsKey::from_bytes(&desk_point(&country)).unwrap();
        let digits = (SUITE == 2).then(|| {
            let key = DigitSetKey::random(DigitBase::Of256, &mut country.rng);
            set_keys.push(("digits", key.to_bytes()));
            key.publish().verify().unwrap()
        });
        Self { country, authority, directory, desk, transport, set, factors, auditors, digits, set_keys }
    }

    /// A request for credentials of the card that asks for its lists, and nothing else yet.
    pub fn ask(&self) -> RequestBuilder {
        self.country.listed(self.ask_nothing())
    }

    /// A request for credentials of the card that asks nothing yet.
    pub fn ask_nothing(&self) -> RequestBuilder {
        PresentationRequest::builder(self.country.issuer.parameters(), NAME, PURPOSE)
    }

    /// A request that asks for all there is.
    pub fn everything(&self) -> RequestBuilder {
        let today = LocalDay::in_china(NOW).unwrap();
        let ask = self.digits.iter().fold(self.ask(), RequestBuilder::in_digits);
        ask.disclose("sex")
            .of_age("birth-date", Age::new(18).unwrap(), today)
            .pseudonym_since(Days::from_civil(2026, 9, 21).unwrap())
            .one_of("region", &self.set)
            .enrolled_with(&self.factors)
            .differs("name", Value::Text("王小明".into()))
            .pseudonym(Scope::new("account"))
            .limit(Scope::new("visits"), 3, later(0)..=later(3600))
            .escrow(self.auditors, "an order of the Haidian District Court")
            .and(self.transport.parameters())
            .disclose("class")
            .same("id-number", "holder")
            .verified_by(|key| match key {
                RequestKey::Digits(_) => Mode::Keyed,
                _ => Mode::Ticket(TicketNumber::FIRST),
            })
    }

    pub fn standing(&self, builder: RequestBuilder, from: Timestamp, until: Timestamp) -> PresentationRequest {
        builder.standing(from, until).unwrap().message().clone()
    }

    pub fn once(&mut self, builder: RequestBuilder) -> PresentationRequest {
        builder.once(&mut self.country.rng).unwrap().message
    }

    /// Permissions for the card that permit its lists, and so have them asked for.
    pub fn lists_alone(&self) -> PermissionsBuilder {
        let card = DeskPermissions::of(&Schema::resident_card());
        self.country.heads.iter().fold(card, |card, heads| card.present_on(heads.name()))
    }

    fn card(&self, without: Option<Part>) -> PermissionsBuilder {
        let permissions = DeskPermissions::of(&Schema::resident_card());
        let [status, flag] = self.country.heads.each_ref().map(|heads| heads.name().clone());
        let mut permissions = permissions.between("valid-until").disclose("photo");
        let mut permit = |part, add: &dyn Fn(PermissionsBuilder) -> PermissionsBuilder| {
            if without != Some(part) {
                permissions = add(permissions.clone());
            }
        };
        permit(Part::DiscloseSex, &|p| p.disclose("sex"));
        permit(Part::Status, &|p| p.present_on(&status));
        permit(Part::Flag, &|p| p.present_on(&flag));
        permit(Part::IdNumber, &|p| p.same("id-number"));
        permit(Part::BirthDate, &|p| p.between("birth-date"));
        permit(Part::Since, &|p| p.pseudonym_since());
        permit(Part::Region, &|p| p.one_of("region"));
        permit(Part::Factors, &|p| p.enrolled_with());
        permit(Part::Name, &|p| p.differs("name"));
        permit(Part::Pseudonym, &|p| p.pseudonym(Scope::new("account")));
        permit(Part::Limit, &|p| p.limit(Scope::new("visits")));
        permit(Part::Escrow, &|p| p.escrow(self.auditors));
        permissions
    }

    /// A certificate that permits all that [`World::everything`] asks, less one part. The same
    /// words are permitted for something else, where there is something else.
    pub fn draft(&self, without: Option<Part>) -> CertificateDraft {
        let has = |part| without != Some(part);
        let purpose = if has(Part::Purpose) { PURPOSE } else { "admission 入场。" };
        // The request stands for a day, of which the last second is within.
        let until = if has(Part::Outlives) { validity().until } else { later(DAY) };
        let validity = KeyValidity { from: NOW, until };
        let mut draft = DeskCertificate::draft(NAME, &self.desk.public_key(), validity).purpose(purpose);
        if has(Part::Card) {
            let card = self.card(without);
            draft = draft.permit(match without {
                Some(Part::Pseudonym) => card.limit(Scope::new("account")),
                Some(Part::Limit) => card.pseudonym(Scope::new("visits")),
                Some(Part::IdNumber) => card.differs("id-number").same("name"),
                Some(Part::BirthDate) => card.differs("birth-date").disclose("birth-date"),
                Some(Part::Region) => card.between("region").differs("region"),
                _ => card,
            });
        }
        if has(Part::Licence) {
            let licence = DeskPermissions::of(&licence_schema()).differs("class");
            let licence = if has(Part::Holder) { licence.same("holder") } else { licence.same("class") };
            draft = draft.permit(if has(Part::DiscloseClass) { licence.disclose("class") } else { licence });
        }
        if has(Part::Window) {
            draft = draft.standing(Duration::from_secs(DAY));
        }
        if has(Part::Tickets) {
            draft = draft.tickets();
        }
        if has(Part::Link) { draft.linking() } else { draft }
    }

    pub fn certificate(&self, without: Option<Part>) -> DeskCertificate {
        self.authority.certify(self.draft(without)).unwrap()
    }
}

/// Some point that nobody means anything by.
fn desk_point(country: &Country) -> [u8; POINT_LEN] {
    country.status.list_keys().accumulator(selfsame::list::Shard::FIRST).unwrap().to_bytes()
}

/// The Ed25519 key in a stored desk key.
pub fn signing_key(desk: &DeskKey) -> SigningKey {
    let stored = Tree::parse(&desk.to_bytes());
    SigningKey::from_bytes(stored.body.at(1).bytes().try_into().unwrap())
}

/// `H[desk-certificate, 64]` of the content of a certificate, as the spec says it.
pub fn digest(certificate: &[u8]) -> [u8; 64] {
    let content = Tree::parse(certificate).body.at(1).encode();
    hash("desk-certificate", &[&content])
}

/// What a desk makes that signs anything under any certificate.
pub fn forged(desk: &DeskKey, certificate: &DeskCertificate, request: &PresentationRequest) -> SignedRequest {
    let (certificate, request) = (certificate.to_bytes(), request.to_bytes());
    let signed: [u8; 64] = hash("signed-request", &[&digest(&certificate), &request]);
    let signature = signing_key(desk).sign(&signed).to_bytes();
    let body = Item::Map(vec![bytes(request), bytes(certificate), bytes(signature)]);
    SignedRequest::from_bytes(&Tree { envelope: [SUITE, 1, 57], body }.to_bytes()).unwrap()
}
