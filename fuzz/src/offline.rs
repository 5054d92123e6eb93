//! What works offline: tickets, a desk with public keys, certificates, frames of codes; auditors.

use std::time::Duration;

use selfsame::hazmat::ParkedSession;
use selfsame::presentation::{order_tickets, present, review};
use selfsame::qr::split;

use super::setting::Setting;
use testkit::prelude::*;

const CONDITION: &str = "a court order 法院令状";

/// A printed request, and whom it is answered to.
pub struct Desk {
    verifier: KeylessVerifier<Register>,
    request: StandingRequest,
    honest: Vec<Vec<u8>>,
}

impl Setting {
    fn helper(&self) -> Helper {
        let mut helper = self.country.helper();
        helper.add_issuer(self.issuer.parameters(), self.issuer.share_key()).expect("the key fits");
        helper
    }

    fn verifier(&self) -> KeylessVerifier<Register> {
        let verifier = self.country.verifier();
        verifier.add_issuer(self.issuer.parameters().clone()).expect("it is the first");
        verifier
    }

    /// Two answers to one printed request, by one ticket for three keys or by two, and their order.
    fn tickets(&mut self, several: bool, inputs: &mut Vec<(&'static str, Vec<u8>)>) -> (StandingRequest, [Vec<u8>; 2]) {
        let mode = |key: RequestKey<'_>| {
            let number = u8::from(several && matches!(key, RequestKey::List(_)));
            Mode::Ticket(TicketNumber::new(number).expect("it is in range"))
        };
        let request = self.ask(2).verified_by(mode).standing(NOW, NOW).expect("the question is valid");
        let credential = self.credential();
        let (helper, heads) = (self.helper(), self.country.heads.each_ref());
        let known = WalletContext::at(&heads);
        let two = TicketCount::new(2).expect("it is in range");
        let mut stock = Vec::new();
        for number in 0..=u8::from(several) {
            let number = TicketNumber::new(number).expect("it is in range");
            let ordered = order_tickets(request.message(), number, &[&credential], &known, two, &mut self.country.rng);
            let ordered = ordered.expect("the credential fits");
            let committed = helper.commit(&ordered.message, &mut self.country.rng).expect("the pairs are true");
            let challenged =
                ordered.state.challenge(&committed.message, &mut self.country.rng).expect("it is the session's");
            inputs.push(("ticket_request", ordered.message.to_bytes()));
            inputs.push(("ticket_commitments", committed.message.to_bytes()));
            inputs.push(("ticket_challenges", challenged.message.to_bytes()));
            let parked = ParkedSession(committed.state);
            inputs.push(("helper_session", parked.to_bytes()));
            let answers = helper.answer(parked.0, &challenged.message).expect("it is the session's");
            inputs.push(("ticket_answers", answers.to_bytes()));
            stock.push(challenged.state.finish(&answers).expect("the answers are honest").into_iter());
        }
        let answer = |_| {
            let tickets = stock.iter_mut().filter_map(Iterator::next).collect();
            let consent = review(request.message(), &[&credential], &known).expect("the request can be answered");
            let presented = present(&[&credential], consent, tickets, &mut self.device, &mut self.country.rng);
            presented.expect("the tickets fit").to_bytes()
        };
        let answers = [(); 2].map(answer);
        (request, answers)
    }

    /// A certificate of the directory's authority with a key and a request under it.
    fn certificates(&mut self) -> (VerifiedDirectory, [(&'static str, Vec<u8>); 3]) {
        let validity = KeyValidity { from: NOW, until: NOW.checked_add(864_000).expect("it is in range") };
        let (authority, first) = self.directory();
        let directory = first.pin(&first.digest()).expect("it is its own digest");
        let desk = DeskKey::random(&mut self.country.rng);
        let asked = self.ask(2).disclose("class").once(&mut self.country.rng).expect("the question is valid").message;
        let [status, flag] = self.country.heads.each_ref().map(|heads| heads.name().clone());
        let permissions = DeskPermissions::of(self.issuer.parameters().schema()).disclose("class").between("since");
        let draft = DeskCertificate::draft(asked.verifier(), &desk.public_key(), validity)
            .permit(permissions.present_on(&status).present_on(&flag))
            .standing(Duration::from_secs(86_400))
            .purpose(asked.purpose());
        let certificate = authority.certify(draft).expect("the draft is valid");
        let signed = desk.sign(&certificate, &asked).expect("the request is permitted");
        let inputs = [
            ("desk_certificate", certificate.to_bytes()),
            ("desk_key", desk.to_bytes()),
            ("signed_request", signed.to_bytes()),
        ];
        (directory, inputs)
    }

    fn escrow(&mut self) -> (Auditing, [(&'static str, Vec<u8>); 6]) {
        let (threshold, count) = (Threshold::new(2).expect("in range"), AuditorCount::new(3).expect("in range"));
        let dealing = AuditorGroup::deal(threshold, count, &mut self.country.rng).expect("two of three is a majority");
        let key = dealing.group.key();
        let question = self.ask(2).escrow(AuditorsKey::from_bytes(&key).expect("it is a point"), CONDITION);
        let asked = question.once(&mut self.country.rng).expect("the question is valid");
        let credential = self.credential();
        let auditors = [Auditor::new("Auditors", &dealing.group).expect("the name is valid")];
        let heads = self.country.heads.each_ref();
        let known = WalletContext::at(&heads).with_auditors_unchecked(&auditors);
        let consent = review(&asked.message, &[&credential], &known).expect("the request can be answered");
        let shown = present(&[&credential], consent, Vec::new(), &mut self.device, &mut self.country.rng);
        let relayed = asked.state.relay(&shown.expect("the credential is good").to_bytes());
        let verdict =
            self.country.platform.answer(&relayed.message.to_bytes(), NOW).expect("the register is in memory");
        let evidence = Evidence::new(&relayed.message, &verdict);
        let lists = [&self.country.status, &self.country.flag];
        let heads = lists.map(|list| list.heads().verify(&list.list_keys()).expect("the owner signed them"));
        let (platform, issuer) = (self.country.platform.public_key(), self.issuer.parameters().clone());
        let auditing = Auditing { group: dealing.group, platform, issuer, heads, honest: evidence.to_bytes() };
        let checked = auditing.check(&evidence).expect("the evidence is good");
        let part = checked.decrypt(&dealing.shares[1]).expect("the share is the group's");
        let inputs = [
            ("auditor_group", auditing.group.to_bytes()),
            ("auditor_share", dealing.shares[1].to_bytes()),
            ("partial_decryption", part.to_bytes()),
            ("evidence", evidence.to_bytes()),
            ("check_evidence", evidence.to_bytes()),
            ("verdict", verdict.to_bytes()),
        ];
        (auditing, inputs)
    }
}

/// What an auditor knows, and evidence that a platform vouched for.
struct Auditing {
    group: AuditorGroup,
    platform: PlatformPublicKey,
    issuer: IssuerParameters,
    heads: [VerifiedHeads; 2],
    honest: Vec<u8>,
}

impl Auditing {
    fn check(&self, evidence: &Evidence) -> Result<CheckedEvidence, EvidenceError> {
        let context = EvidenceContext {
            platforms: &[self.platform],
            issuers: std::slice::from_ref(&self.issuer),
            heads: &[&self.heads[0], &self.heads[1]],
            sets: &[],
            digits: &[],
            condition: CONDITION,
        };
        evidence.check(&self.group, &context)
    }
}

/// What a wallet knows that was given directories and requests, and the honest ones.
struct Wallet {
    pinned: VerifiedDirectory,
    next: Vec<Vec<u8>>,
    directory: VerifiedDirectory,
    signed: Vec<u8>,
}

impl Wallet {
    fn new() -> Self {
        let (versions, _) = Setting::new().versions();
        let (_, first) = Setting::new().directory();
        let pinned = first.pin(&first.digest()).expect("it is its own digest");
        let next = versions.iter().map(Message::to_bytes).filter(|version| *version != first.to_bytes()).collect();
        let (directory, [.., (_, signed)]) = Setting::new().certificates();
        Self { pinned, next, directory, signed }
    }
}

/// What a helper parked for an order, and the honest challenge to it.
struct Order {
    helper: Helper,
    challenges: TicketChallenges,
}

impl Order {
    fn new() -> Self {
        let (mut setting, mut inputs) = (Setting::new(), Vec::new());
        let _ = setting.tickets(false, &mut inputs);
        let challenges = inputs.iter().find(|(target, _)| *target == "ticket_challenges").expect("there is an order");
        let challenges = TicketChallenges::from_bytes(&challenges.1).expect("they are honest");
        Self { helper: setting.helper(), challenges }
    }
}

impl Desk {
    /// A desk for requests that take one ticket, or two. The same at each call.
    fn new(several: bool) -> Self {
        let mut setting = Setting::new();
        let (request, honest) = setting.tickets(several, &mut Vec::new());
        Self { verifier: setting.verifier(), request, honest: honest.to_vec() }
    }

    fn verdict(&self, presentation: &[u8]) -> Verdict {
        self.verifier.register().forget_before(Timestamp::from_secs(u64::MAX));
        let answer = self.request.answered(presentation, &mut SeededRng::new([1; 32]));
        self.verifier.conclude_standing(answer, NOW).expect("the register is in memory").verdict
    }
}

thread_local! {
    static DESKS: [Desk; 2] = [Desk::new(false), Desk::new(true)];
    static AUDITING: Auditing = Setting::new().escrow().0;
    static WALLET: Wallet = Wallet::new();
    static ORDER: Order = Order::new();
}

/// An auditor acts on the honest evidence, and on nothing else.
pub fn check_evidence(bytes: &[u8]) {
    let Ok(evidence) = Evidence::from_bytes(bytes) else { return };
    AUDITING.with(|auditing| assert_eq!(auditing.check(&evidence).is_ok(), auditing.honest == bytes));
}

/// A wallet takes the next version of its directory as it was signed, whoever else signed.
pub fn follow_directory(bytes: &[u8]) {
    let Ok(version) = SignedDirectory::from_bytes(bytes) else { return };
    WALLET.with(|wallet| {
        let followed = wallet.pinned.follow(&version);
        assert!(followed.is_ok() || !wallet.next.iter().any(|next| next == bytes));
        assert!(followed.is_err() || wallet.next.contains(&followed.expect("it was taken").signed().to_bytes()));
    });
}

/// A wallet takes the honest signed request for certified, and no other.
pub fn verify_request(bytes: &[u8]) {
    let Ok(signed) = SignedRequest::from_bytes(bytes) else { return };
    WALLET.with(|wallet| assert_eq!(signed.verify(&wallet.directory, NOW).is_ok(), wallet.signed == bytes));
}

/// Whatever is in a session out of a store, it is answered or refused.
pub fn helper_session(bytes: &[u8]) {
    let Ok(ParkedSession(session)) = ParkedSession::from_bytes(bytes) else { return };
    ORDER.with(|order| drop(order.helper.answer(session, &order.challenges)));
}

/// A desk that has public keys alone verifies the honest answers to its request, and nothing else.
pub fn desk_conclude(presentation: &[u8]) {
    DESKS.with(|desks| {
        for desk in desks {
            let honest = desk.honest.iter().any(|answer| answer == presentation);
            assert_eq!(desk.verdict(presentation), if honest { Verdict::Verified } else { Verdict::Refused });
        }
    });
}

fn verified((_, signed): &(&'static str, Vec<u8>)) -> (&'static str, Vec<u8>) {
    ("verify_request", signed.clone())
}

/// Honest inputs.
pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
    let mut inputs = Vec::new();
    for several in [false, true] {
        let (request, answers) = Setting::new().tickets(several, &mut inputs);
        inputs.push(("presentation_request", request.message().to_bytes()));
        let sets = answers.each_ref().map(|answer| split(answer, Capacity::VERSION_10_M).expect("it is not too long"));
        let side_by_side: Vec<&str> = sets[0].iter().zip(&sets[1]).flat_map(|(a, b)| [a.as_str(), b]).collect();
        inputs.push(("qr_assembler", side_by_side.join("\n").into_bytes()));
        for answer in answers {
            let frames = split(&answer, Capacity::VERSION_10_M).expect("it is not too long");
            let reversed: Vec<&str> = frames.iter().rev().map(String::as_str).collect();
            inputs.push(("qr_assembler", frames.join("\n").into_bytes()));
            inputs.push(("qr_assembler", reversed.join("\n").into_bytes()));
            inputs.push(("presentation", answer.clone()));
            inputs.push(("desk_conclude", answer));
        }
    }
    let (_, certified) = Setting::new().certificates();
    inputs.extend(certified.iter().filter(|(target, _)| *target == "signed_request").map(verified));
    inputs.extend(certified);
    inputs.extend(Setting::new().escrow().1);
    inputs
}
