//! A country with a second issuer, a set of codes, auditors, and one phone with a card and a licence.

use selfsame::calendar::{Days, LocalDay, Timestamp};
use selfsame::codec::Message;
use selfsame::credential::{
    AssuranceFactors, Credential, CredentialResponse, Grant, Issuer, KeyVersion, ResetCounter, ShardChoice, SlotId,
    request,
};
use selfsame::directory::Auditor;
use selfsame::hazmat::SeededRng;
use selfsame::list::{GivenWitness, Shard, ShardCount};
use selfsame::presentation::{
    Known, Outcome, PendingRequest, PresentError, PresentationRequest, RequestBuilder, Verdict, VerdictMessage,
    present, review,
};
use selfsame::schema::{AttributeKind, Schema, Value};
use selfsame::set::{CodeSetKey, VerifiedCodeSet};
use selfsame::symbol::Generation;

use crate::common::{Country, NOW, Phone, SHARDS};

pub const CONDITION: &str = "an order of the Haidian District Court";

pub struct World {
    pub country: Country,
    pub phone: Phone,
    pub licence: Credential,
    pub transport: Issuer,
    pub sets: Vec<VerifiedCodeSet>,
    pub auditors: Vec<Auditor>,
}

/// A licence: more attributes than a card, the number of the person at another place.
fn licence_schema() -> Schema {
    let schema =
        Schema::builder("driving-licence").attribute("class", AttributeKind::Code, "vehicle class", "准驾车型");
    let schema = schema.attribute("holder", AttributeKind::Text, "ID number", "公民身份号码");
    let schema = schema.attribute("points", AttributeKind::Number, "points left", "剩余分数");
    (0..9)
        .fold(schema, |schema, i| schema.attribute(&format!("note-{i}"), AttributeKind::Text, "note", "备注"))
        .build()
        .unwrap()
}

impl World {
    pub fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let mut phone = country.enrol();
        let transport = Issuer::random(licence_schema(), KeyVersion(1), &mut country.rng);
        country.platform.add_issuer(transport.parameters().clone(), transport.share_key()).unwrap();
        let licence = Self::licence(&mut country, &transport, &mut phone);
        let auditor = Auditor::new(
            "Provincial auditors 省审计组",
            &country.status.list_keys().accumulator(Shard::FIRST).unwrap().to_bytes(),
        );
        Self { country, phone, licence, transport, sets: Vec::new(), auditors: vec![auditor.unwrap()] }
    }

    fn licence(country: &mut Country, transport: &Issuer, phone: &mut Phone) -> Credential {
        let shards = ShardCount::new(SHARDS).unwrap();
        let offered = transport
            .offer(SlotId([9; 16]), Generation::FIRST, shards, Some(Shard::new(2).unwrap()), &mut country.rng)
            .unwrap();
        let asked = request(
            transport.parameters(),
            &offered.message,
            ShardChoice::FromSlot,
            &phone.recovery,
            &mut phone.device,
            &mut country.rng,
        )
        .unwrap();
        let accepted = offered.state.accept(&asked.message).unwrap();
        let status = country.handle_key.status(&country.card, Generation::FIRST.next().unwrap());
        let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
        country.status.register(accepted.shard(), &status).unwrap();
        let Value::Text(number) = &phone.credential.values()[5] else { panic!("no number") };
        let mut values = vec![Value::Code(7), Value::Text(number.clone()), Value::Number(12)];
        values.extend((0..9).map(|i| Value::Text(format!("note {i}"))));
        let grant = Grant {
            values,
            status_witness: country.status.witness(accepted.shard(), &status).unwrap(),
            flag_witness: GivenWitness::Given(country.flag.witness(accepted.shard(), &flag).unwrap()),
            status,
            flag,
            factors: AssuranceFactors::NAME_AND_NUMBER,
            since: Days::from_civil(2026, 9, 21).unwrap(),
            reset: ResetCounter(0),
        };
        let response = transport.issue(&accepted, grant).unwrap();
        let response = CredentialResponse::from_bytes(&response.to_bytes()).unwrap();
        asked.state.receive(&response, &country.heads[0], &country.heads[1]).unwrap()
    }

    pub fn today(&self) -> LocalDay {
        LocalDay::in_china(NOW).unwrap()
    }

    pub fn add_set(&mut self, codes: Vec<u32>) -> VerifiedCodeSet {
        let key = CodeSetKey::random(codes, &mut self.country.rng).unwrap();
        let set = self.country.platform.add_set(key).unwrap();
        self.sets.push(set.clone());
        set
    }

    /// A request that asks for no list.
    pub fn ask(&self) -> RequestBuilder {
        PresentationRequest::builder(self.country.issuer.parameters(), "Cinema Daguangming", "admission")
    }

    /// The honest answer, with the wallet's count of shows.
    pub fn answer(&mut self, request: &PresentationRequest, shows: Option<u32>) -> Result<Vec<u8>, PresentError> {
        let sets: Vec<&VerifiedCodeSet> = self.sets.iter().collect();
        let heads = [&self.country.heads[0], &self.country.heads[1]];
        let known = Known { heads: &heads, sets: &sets, auditors: &self.auditors, shows };
        let both = [&self.phone.credential, &self.licence];
        let credentials = &both[..request.credentials().len()];
        let consent = review(request, credentials, &known)?;
        Ok(present(credentials, consent, Vec::new(), &mut self.phone.device, &mut self.country.rng)?.to_bytes())
    }

    pub fn outcome(&mut self, pending: PendingRequest, presentation: &[u8]) -> Outcome {
        let relayed = pending.relay(presentation);
        let verdict = self.country.answer(&relayed.message.to_bytes());
        let verdict = VerdictMessage::from_bytes(&verdict.to_bytes()).unwrap();
        relayed.state.conclude(&verdict, &self.country.platform.public_key())
    }

    /// Asks, answers honestly and gives the verdict.
    pub fn verdict(&mut self, builder: RequestBuilder) -> Result<Verdict, PresentError> {
        let asked = builder.once(&mut self.country.rng).unwrap();
        let presentation = self.answer(&asked.message, Some(0))?;
        Ok(self.outcome(asked.state, &presentation).verdict)
    }
}

pub fn rng(seed: u8) -> SeededRng {
    SeededRng::new([seed; 32])
}

pub fn later(seconds: u64) -> Timestamp {
    NOW.checked_add(seconds).unwrap()
}
