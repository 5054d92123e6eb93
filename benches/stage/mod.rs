//! The operations that both benches measure, each before the clock starts and under it.
//!
//! Every message is timed as its receiver meets it: an operation starts from the bytes that arrived
//! and ends with the bytes that leave. What is decided before they arrive is prepared: the issuer's
//! grant with its witnesses, the holder's state, the consent that a user gave. One-time states are
//! consumed by what they are for, so the preparation makes a fresh one for each run.
#![allow(dead_code, reason = "each bench uses its part")]

pub mod faces;
pub mod tickets;
#[cfg(not(suite = "p256"))]
mod two_numbers;

use selfsame::hazmat::review_any_lists;
use selfsame::list::{Head, IssuedWitness};
use selfsame::presentation::{present, review};
use testkit::Terms;
use testkit::prelude::*;

/// Lists of the hotel's question: status and flag.
pub const LISTS: usize = 2;
/// Presentations of a batch.
pub const BATCH: usize = 1024;
/// Entries of an epoch.
pub const ENTRIES: usize = 1000;
/// Epochs that a holder has missed.
pub const EPOCHS: usize = 10;

/// A country, a phone of it, and what the operations need ready.
pub struct Stage {
    country: Country,
    phone: Phone,
    accepted: AcceptedRequest,
    follower: Follower,
    calls: Vec<Vec<u8>>,
    statements: Statements,
    #[cfg(not(suite = "p256"))]
    range_proof: two_numbers::TwoNumbers,
    offline: tickets::Offline,
}

/// What a request asks of a credential that is on no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Nothing,
    /// Both lists, without which there is neither a pseudonym nor a limit.
    Lists,
    /// One bound of 16 bits.
    Age,
    /// One bound of 16 bits of each of two attributes.
    AgeAndExpiry,
    /// Both bounds of 16 bits.
    Interval,
    /// One bound of 16 bits, in digits.
    AgeKeyed,
    /// Both bounds of 16 bits, in digits.
    IntervalKeyed,
    /// One bound of 32 bits, in digits.
    WideKeyed,
    /// One of 256 codes.
    OneOf,
    Differs,
    Pseudonym,
    /// Three shows.
    Limit,
    /// The same in digits.
    LimitKeyed,
    Escrow,
    /// A second credential with one attribute in common, and nothing else of it.
    Second,
    /// All of these.
    Everything,
}

/// What statements are about beside the card.
struct Statements {
    set: VerifiedCodeSet,
    digits: VerifiedDigitSet,
    auditors: Auditor,
    transport: Issuer,
    licence: Credential,
    /// Each limit has a scope of its own, so that every show is a first one.
    limits: u32,
}

/// The log of the status list, for holders who are some epochs behind: the country's twin is ahead.
struct Follower {
    before: Head,
    keys: ListKeys,
    epochs: Vec<Vec<u8>>,
    target: CosignedHeads,
}

/// What the issuer has when a request arrives.
pub struct ToIssue {
    state: OfferState,
    request: Vec<u8>,
    grant: Grant,
}

/// What the holder has when a response arrives.
pub struct ToReceive {
    state: RequestState,
    response: Vec<u8>,
}

impl ToReceive {
    /// The message that arrived.
    pub fn response(&self) -> &[u8] {
        &self.response
    }
}

fn shard() -> Shard {
    Shard::new(2).unwrap()
}

/// Registers handles that nobody else has, and removes them.
fn remove_many(list: &mut AccumulatorManager, shard: Shard, handles: &HandleKey, card: &CardSymbol) {
    let mut generation = Generation::FIRST;
    for _ in 0..ENTRIES {
        let handle = handles.status(card, generation);
        generation = generation.next().unwrap();
        list.register(shard, &handle).unwrap();
        list.remove(&handle).unwrap();
    }
}

impl Follower {
    /// [`EPOCHS`] epochs of removals and, one entry in four, restorations.
    fn new(seed: u8) -> Self {
        let mut ahead = Country::new(seed);
        let handles = HandleKey::random(&mut ahead.rng);
        let before = ahead.heads[0].head(shard()).unwrap().clone();
        let mut generation = Generation::FIRST;
        let mut epochs = Vec::with_capacity(EPOCHS);
        for _ in 0..EPOCHS {
            let mut last = None;
            for entry in 0..ENTRIES {
                if entry % 4 == 3 {
                    ahead.status.restore(&last.take().unwrap()).unwrap();
                } else {
                    let handle = handles.status(&ahead.card, generation);
                    generation = generation.next().unwrap();
                    ahead.status.register(shard(), &handle).unwrap();
                    ahead.status.remove(&handle).unwrap();
                    last = Some(handle);
                }
            }
            let [closed, _] = ahead.close_epoch();
            epochs.push(closed.updates[usize::from(shard().number())].to_bytes());
        }
        Self { before, keys: ahead.status.list_keys(), epochs, target: ahead.heads[0].clone() }
    }
}

impl Stage {
    pub fn new() -> Self {
        const SEED: u8 = 1;
        let mut country = Country::new(SEED);
        let mut device = SoftwareDevice::random(&mut country.rng);
        let recovery = RecoverySecret::random(&mut country.rng);
        let (offered, requested, message) = ask_for_credential(&mut country, &mut device, &recovery);
        let accepted = offered.accept(&message).unwrap();
        let response = country.issue(&accepted, Generation::FIRST);
        let credential = requested.receive(&response, &country.heads[0], &country.heads[1]).unwrap();
        let mut phone = Phone { credential, device, recovery };
        let statements = Statements::new(&mut country, &mut phone);
        let follower = Follower::new(SEED);
        let offline = tickets::Offline::new(&country);
        let mut stage = Self {
            country,
            phone,
            accepted,
            follower,
            calls: Vec::new(),
            statements,
            #[cfg(not(suite = "p256"))]
            range_proof: two_numbers::TwoNumbers::new(),
            offline,
        };
        stage.calls = (0..BATCH).map(|_| stage.prepare_verify(LISTS)).collect();
        stage
    }

    // Issuance

    /// An offer, the request under it, and the grant with both witnesses.
    pub fn prepare_issue(&mut self) -> ToIssue {
        let (state, _, message) = ask_for_credential(&mut self.country, &mut self.phone.device, &self.phone.recovery);
        let grant = self.country.grant(&self.accepted, Generation::FIRST);
        ToIssue { state, request: message.to_bytes(), grant }
    }

    /// The issuer's side once the request is there.
    pub fn issue(&mut self, ToIssue { state, request, grant }: ToIssue) -> Vec<u8> {
        let accepted = state.accept(&CredentialRequest::from_bytes(&request).unwrap()).unwrap();
        self.country.issuer.issue(&accepted, grant).unwrap().to_bytes()
    }

    /// A request's state and the response to it.
    pub fn prepare_receive(&mut self) -> ToReceive {
        let (offered, state, message) =
            ask_for_credential(&mut self.country, &mut self.phone.device, &self.phone.recovery);
        let accepted = offered.accept(&message).unwrap();
        let grant = self.country.grant(&accepted, Generation::FIRST);
        ToReceive { state, response: self.country.issuer.issue(&accepted, grant).unwrap().to_bytes() }
    }

    /// The holder's side once the response is there.
    pub fn receive(&mut self, ToReceive { state, response }: ToReceive) -> Credential {
        let response = CredentialResponse::from_bytes(&response).unwrap();
        state.receive(&response, &self.country.heads[0], &self.country.heads[1]).unwrap()
    }

    /// The handle of a registered credential.
    pub fn prepare_witness(&mut self) -> Handle {
        self.country.handle_key.status(&self.country.card, Generation::FIRST)
    }

    /// One witness of the status list, as it goes into a grant.
    pub fn issue_witness(&mut self, handle: Handle) -> IssuedWitness {
        self.country.status.witness(shard(), &handle).unwrap()
    }

    // Presentation

    /// A question for the first `lists` lists that discloses nothing; two of them are the hotel's.
    fn builder(&self, lists: usize) -> RequestBuilder {
        let builder = PresentationRequest::builder(self.country.issuer.parameters(), HOTEL, "check-in 入住登记");
        self.country.heads.iter().take(lists).fold(builder, |builder, heads| builder.present_on(heads))
    }

    fn question(&mut self, lists: usize) -> selfsame::presentation::Asked {
        self.builder(lists).once(&mut self.country.rng).unwrap()
    }

    /// What the user of the phone agreed to.
    pub fn prepare_present(&mut self, lists: usize) -> Consent {
        let asked = self.question(lists);
        self.review(&asked.message)
    }

    /// Also of one list of two, which wallets answer where a certificate permits just that.
    fn review(&self, request: &PresentationRequest) -> Consent {
        review_any_lists(request, &[&self.phone.credential], &WalletContext::at(&self.country.heads())).unwrap()
    }

    /// The phone's answer, software device included.
    pub fn present(&mut self, consent: Consent) -> Vec<u8> {
        let Phone { credential, device, .. } = &mut self.phone;
        credential.present(consent, device, &mut self.country.rng).unwrap().to_bytes()
    }

    /// The bytes of a call that carries a fresh presentation.
    pub fn prepare_verify(&mut self, lists: usize) -> Vec<u8> {
        let asked = self.question(lists);
        let consent = self.review(&asked.message);
        asked.state.relay(&self.present(consent)).message.to_bytes()
    }

    /// The platform's answer to a call.
    pub fn verify(&mut self, call: Vec<u8>) -> Vec<u8> {
        let answer = self.country.answer(&call);
        assert_eq!(answer.unverified_verdict(), Verdict::Verified);
        answer.to_bytes()
    }

    /// As many calls, of which so many are forged, as whoever sent them left them: anywhere.
    pub fn prepare_bad_batch(&mut self, bad: usize) -> Vec<Vec<u8>> {
        let mut calls = self.calls.clone();
        for i in 0..bad {
            // One byte of the responses.
            let call = &mut calls[i * BATCH / bad + 37 % (BATCH / bad)];
            let place = call.len() - 100;
            call[place] ^= 1;
        }
        calls
    }

    /// The platform's answers to such a batch.
    pub fn verify_bad_batch(&mut self, calls: Vec<Vec<u8>>) -> usize {
        let answers = self.country.platform.answer_batch(&calls, self.country.now).unwrap();
        answers.iter().filter(|answer| answer.unverified_verdict() == Verdict::Refused).count()
    }

    /// The platform's answers to all calls of a batch.
    pub fn verify_batch(&mut self) -> usize {
        let Country { platform, now, .. } = &self.country;
        let answers = platform.answer_batch(&self.calls, *now).unwrap();
        assert!(answers.iter().all(|answer| answer.unverified_verdict() == Verdict::Verified));
        answers.len()
    }

    // Statements

    fn ask(&mut self, ask: Ask) -> selfsame::presentation::Asked {
        let today = LocalDay::in_china(NOW).unwrap();
        let Self { country, statements, phone, .. } = self;
        let [region, birth] = [6, 3].map(|place: usize| phone.credential.values()[place].number().unwrap());
        let mut builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in 入住登记");
        let all = ask == Ask::Everything;
        if all || matches!(ask, Ask::Lists | Ask::Pseudonym | Ask::Limit | Ask::LimitKeyed) {
            builder = country.listed(builder);
        }
        if all || matches!(ask, Ask::Age | Ask::AgeAndExpiry | Ask::AgeKeyed) {
            builder = builder.of_age("birth-date", Age::new(18).unwrap(), today);
        }
        if all || ask == Ask::AgeAndExpiry {
            builder = builder.valid_on("valid-until", today);
        }
        if matches!(ask, Ask::Interval | Ask::IntervalKeyed) {
            builder = builder.between("birth-date", birth - 1000..=birth + 1000);
        }
        if ask == Ask::WideKeyed {
            builder = builder.at_least("region", 1);
        }
        if all {
            builder = builder.between("region", region - 100..=region + 100);
        }
        if all || ask == Ask::OneOf {
            builder = builder.one_of("region", &statements.set);
        }
        if all || ask == Ask::Differs {
            builder = builder.differs("name", Value::Text("王小明".into()));
        }
        if all || ask == Ask::Pseudonym {
            builder = builder.pseudonym(Scope::new("account"));
        }
        if all || matches!(ask, Ask::Limit | Ask::LimitKeyed) {
            statements.limits += 1;
            let scope = Scope::new(&format!("visit {:08}", statements.limits));
            builder = builder.limit(scope, 3, NOW..=NOW.checked_add(1 << 20).unwrap());
        }
        if all || ask == Ask::Escrow {
            let key = AuditorsKey::from_bytes(&statements.auditors.key()).unwrap();
            builder = builder.escrow(key, "an order of the Haidian District Court");
        }
        if all || ask == Ask::Second {
            builder = builder.and(statements.transport.parameters()).same("id-number", "holder");
        }
        let digits = matches!(ask, Ask::AgeKeyed | Ask::IntervalKeyed | Ask::WideKeyed | Ask::LimitKeyed);
        if digits || SUITE == 2 && matches!(ask, Ask::AgeAndExpiry | Ask::Everything) {
            builder = builder.in_digits(&statements.digits);
        }
        builder.once(&mut country.rng).unwrap()
    }

    fn agree(&mut self, request: &PresentationRequest) -> Consent {
        let Self { country, statements, phone, .. } = self;
        let (heads, sets, digits) = (country.heads(), [&statements.set], [&statements.digits]);
        let known = WalletContext::at(&heads)
            .with_sets(&sets)
            .with_digits_unchecked(&digits)
            .with_auditors_unchecked(std::slice::from_ref(&statements.auditors))
            .with_uses_unchecked(0);
        let both = [&phone.credential, &statements.licence];
        review(request, &both[..request.credentials().len()], &known).unwrap()
    }

    /// What the user of the phone agreed to.
    pub fn prepare_statement(&mut self, ask: Ask) -> Consent {
        let asked = self.ask(ask);
        self.agree(&asked.message)
    }

    /// The phone's answer with as many credentials as are asked for.
    pub fn state(&mut self, consent: Consent) -> Vec<u8> {
        let Self { country, statements, phone, .. } = self;
        let both = [&phone.credential, &statements.licence];
        let credentials = &both[..consent.request().credentials().len()];
        present(credentials, consent, Vec::new(), &mut phone.device, &mut country.rng).unwrap().to_bytes()
    }

    /// The bytes of a call that carries a fresh presentation.
    pub fn prepare_verify_statement(&mut self, ask: Ask) -> Vec<u8> {
        let asked = self.ask(ask);
        let consent = self.agree(&asked.message);
        asked.state.relay(&self.state(consent)).message.to_bytes()
    }

    // Epochs

    /// The owner of a list of one shard, where removals wait for the epoch to close.
    pub fn prepare_close(&mut self) -> AccumulatorManager {
        let name = ListName::new("bench", ListClass::Status).unwrap();
        let (mut owner, _) = AccumulatorManager::new(name, ShardCount::ONE, NOW, &mut self.country.rng);
        remove_many(&mut owner, Shard::FIRST, &self.country.handle_key, &self.country.card);
        owner
    }

    /// The owner's side of an epoch.
    pub fn close(&mut self, mut owner: AccumulatorManager) -> (AccumulatorManager, ClosedEpoch) {
        let closed = owner.close_epoch(NOW).unwrap();
        assert_eq!(closed.updates[0].entries().len(), ENTRIES);
        (owner, closed)
    }

    /// Anybody's check of an epoch.
    pub fn verify_epoch(&mut self) -> Epoch {
        let Follower { before, keys, epochs, .. } = &self.follower;
        EpochUpdate::from_bytes(&epochs[0]).unwrap().verify(before, keys).unwrap().epoch()
    }

    /// A holder that is [`EPOCHS`] epochs behind reads them all.
    pub fn catch_up(&mut self, proofs: EpochProofs) -> MembershipWitness {
        let Follower { keys, epochs, target, .. } = &self.follower;
        let mut catch_up = self.phone.credential.witness(ListClass::Status).catch_up(keys, target, proofs).unwrap();
        for epoch in epochs {
            catch_up.follow(EpochUpdate::from_bytes(epoch).unwrap(), &mut self.country.rng).unwrap();
        }
        catch_up.finish(&mut self.country.rng).unwrap()
    }

    // Sizes

    /// Attributes of the credential's schema.
    pub fn attributes(&self) -> usize {
        self.phone.credential.values().len()
    }

    /// Bytes of the epoch's message.
    pub fn epoch_bytes(&self) -> usize {
        self.follower.epochs[0].len()
    }
}

impl Statements {
    fn new(country: &mut Country, phone: &mut Phone) -> Self {
        let region = u32::try_from(phone.credential.values()[6].number().unwrap()).unwrap();
        let key = CodeSetKey::random((region - 128..region + 128).collect(), &mut country.rng).unwrap();
        let set = country.platform.add_set(key).unwrap();
        let digits = DigitSetKey::random(DigitBase::Of256, &mut country.rng);
        let digits = country.platform.add_digits(digits).unwrap();
        let (three, five) = (Threshold::new(3).unwrap(), AuditorCount::new(5).unwrap());
        let dealing = AuditorGroup::deal(three, five, &mut country.rng).unwrap();
        let auditors = Auditor::new("auditors", &dealing.group);

        let schema = Schema::builder("driving-licence")
            .attribute("class", AttributeKind::Code, "vehicle class", "准驾车型")
            .attribute("holder", AttributeKind::Text, "ID number", "公民身份号码")
            .build()
            .unwrap();
        let transport = Issuer::random(schema, KeyVersion(1), &mut country.rng);
        country.platform.add_issuer(transport.parameters().clone(), transport.share_key()).unwrap();
        let licence = Self::licence(country, phone, &transport);
        Self { set, digits, auditors: auditors.unwrap(), transport, licence, limits: 0 }
    }

    fn licence(country: &mut Country, phone: &mut Phone, transport: &Issuer) -> Credential {
        let status = country.handle_key.status(&country.card, Generation::FIRST.next().unwrap());
        let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
        let Phone { credential, device, recovery } = phone;
        let Value::Text(number) = &credential.values()[5] else { unreachable!("the ID number is a text") };
        let terms = Terms {
            slot: SlotId([9; 16]),
            generation: Generation::FIRST,
            shard: shard().number(),
            handles: [status, flag],
            values: vec![Value::Code(7), Value::Text(number.clone())],
            factors: AssuranceFactors::NAME_AND_NUMBER,
        };
        country.issue_by(transport, terms, recovery, device)
    }
}

fn ask_for_credential(
    country: &mut Country,
    device: &mut SoftwareDevice,
    recovery: &RecoverySecret,
) -> (OfferState, RequestState, CredentialRequest) {
    let offered = country.offer(Generation::FIRST);
    let requested = country.apply(&offered.message, recovery, device);
    (offered.state, requested.state, requested.message)
}
