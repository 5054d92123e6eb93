//! What works without a line: orders of tickets, a desk with public keys alone, certificates, frames of QR codes; and auditors.

use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::certificate::{DeskCertificate, DeskKey, DeskPermissions, KeyValidity};
use selfsame::codec::Message;
use selfsame::directory::{Auditor, Authority};
use selfsame::escrow::{AuditorCount, AuditorGroup, Threshold};
use selfsame::hazmat::ParkedSession;
use selfsame::helper::Helper;
use selfsame::presentation::{
    AuditorsKey, Evidence, EvidenceContext, Known, MemoryReplayRegister, Mode, RequestKey, StandingRequest,
    TicketNumber, Verdict, Verifier, order_tickets, present, review,
};
use selfsame::qr::{Capacity, split};
use selfsame::ticket::TicketCount;

use crate::setting::{FRESHNESS, NOW, Setting};

const CONDITION: &str = "a court order 法院令状";

/// A printed request, and whom it is answered to.
pub struct Desk {
    verifier: Verifier<MemoryReplayRegister>,
    request: StandingRequest,
    honest: Vec<Vec<u8>>,
}

impl Setting {
    fn helper(&self) -> Helper {
        let mut helper = Helper::new();
        helper.add_issuer(self.issuer.parameters(), self.issuer.share_key()).expect("the key fits");
        for list in [&self.status, &self.flag] {
            helper.add_list(&list.list_keys(), list.share_keys()).expect("the keys fit");
        }
        helper
    }

    fn verifier(&self) -> Verifier<MemoryReplayRegister> {
        let mut verifier = Verifier::without_directory(FRESHNESS, MemoryReplayRegister::new());
        verifier.add_issuer(self.issuer.parameters().clone()).expect("it is the first");
        for (list, heads) in [&self.status, &self.flag].into_iter().zip(&self.heads) {
            verifier.add_list(list.list_keys()).expect("it is the only one of its name");
            verifier.take(heads, NOW).expect("they are cosigned");
        }
        verifier
    }

    /// Two answers to one printed request, by one ticket for three keys or by two; the messages of the order come before them.
    fn tickets(&mut self, several: bool, inputs: &mut Vec<(&'static str, Vec<u8>)>) -> (StandingRequest, Vec<Vec<u8>>) {
        let mode = |key: RequestKey<'_>| {
            let number = u8::from(several && matches!(key, RequestKey::List(_)));
            Mode::Ticket(TicketNumber::new(number).expect("it is in range"))
        };
        let request = self.ask(2).verified_by(mode).standing(NOW, NOW).expect("the question is valid");
        let credential = self.credential();
        let (helper, heads) = (self.helper(), self.heads.each_ref());
        let known = Known::at(&heads);
        let two = TicketCount::new(2).expect("it is in range");
        let mut stock = Vec::new();
        for number in 0..=u8::from(several) {
            let number = TicketNumber::new(number).expect("it is in range");
            let ordered = order_tickets(request.message(), number, &[&credential], &known, two, &mut self.rng);
            let ordered = ordered.expect("the credential fits");
            let committed = helper.commit(&ordered.message, &mut self.rng).expect("the pairs are true");
            let challenged = ordered.state.challenge(&committed.message, &mut self.rng).expect("it is the session's");
            inputs.push(("ticket_request", ordered.message.to_bytes()));
            inputs.push(("ticket_commitments", committed.message.to_bytes()));
            inputs.push(("ticket_challenges", challenged.message.to_bytes()));
            let parked = ParkedSession(committed.session);
            inputs.push(("helper_session", parked.to_bytes()));
            let answers = helper.answer(parked.0, &challenged.message).expect("it is the session's");
            inputs.push(("ticket_answers", answers.to_bytes()));
            stock.push(challenged.state.finish(&answers).expect("the answers are honest").into_iter());
        }
        let answer = |_| {
            let tickets = stock.iter_mut().filter_map(Iterator::next).collect();
            let consent = review(request.message(), &[&credential], &known).expect("the request can be answered");
            let presented = present(&[&credential], consent, tickets, &mut self.device, &mut self.rng);
            presented.expect("the tickets fit").to_bytes()
        };
        let answers = [(); 2].map(answer).to_vec();
        (request, answers)
    }

    fn certificates(&mut self) -> [(&'static str, Vec<u8>); 3] {
        let validity = KeyValidity { from: NOW, until: NOW.checked_add(864_000).expect("it is in range") };
        let authority = Authority::random(&mut self.rng);
        let desk = DeskKey::random(&mut self.rng);
        let asked = self.ask(2).disclose("class").once(&mut self.rng).expect("the question is valid").message;
        let [status, flag] = self.heads.each_ref().map(|heads| heads.name().clone());
        let permissions = DeskPermissions::of(self.issuer.parameters().schema()).disclose("class").between("since");
        let draft = DeskCertificate::draft(asked.verifier(), &desk.public_key(), validity)
            .permit(permissions.present_on(&status).present_on(&flag))
            .standing(Duration::from_secs(86_400))
            .purpose(asked.purpose());
        let certificate = authority.certify(draft).expect("the draft is valid");
        let signed = desk.sign(&certificate, &asked).expect("the request is permitted");
        [
            ("desk_certificate", certificate.to_bytes()),
            ("desk_key", desk.to_bytes()),
            ("signed_request", signed.to_bytes()),
        ]
    }

    fn escrow(&mut self) -> [(&'static str, Vec<u8>); 4] {
        let (threshold, count) = (Threshold::new(2).expect("in range"), AuditorCount::new(3).expect("in range"));
        let dealing = AuditorGroup::deal(threshold, count, &mut self.rng).expect("two of three is a majority");
        let key = dealing.group.key();
        let question = self.ask(2).escrow(AuditorsKey::from_bytes(&key).expect("it is a point"), CONDITION);
        let asked = question.once(&mut self.rng).expect("the question is valid");
        let credential = self.credential();
        let auditors = [Auditor::new("Auditors", &dealing.group).expect("the name is valid")];
        let heads = self.heads.each_ref();
        let known = Known::at(&heads).with_auditors_unchecked(&auditors);
        let consent = review(&asked.message, &[&credential], &known).expect("the request can be answered");
        let shown = present(&[&credential], consent, Vec::new(), &mut self.device, &mut self.rng);
        let relayed = asked.state.relay(&shown.expect("the credential is good").to_bytes());
        let verdict = self.platform.answer(&relayed.message.to_bytes(), NOW);
        let evidence = Evidence::new(&relayed.message, &verdict);
        let lists = [&self.status, &self.flag];
        let heads = lists.map(|list| list.heads().verify(&list.list_keys()).expect("the owner signed them"));
        let context = EvidenceContext {
            platform: self.platform.public_key(),
            issuers: &[self.issuer.parameters().clone()],
            heads: &[&heads[0], &heads[1]],
            sets: &[],
            condition: CONDITION,
        };
        let checked = evidence.check(&dealing.group, &context).expect("the evidence is good");
        let part = checked.decrypt(&dealing.shares[1]).expect("the share is the group's");
        [
            ("auditor_group", dealing.group.to_bytes()),
            ("auditor_share", dealing.shares[1].to_bytes()),
            ("partial_decryption", part.to_bytes()),
            ("evidence", evidence.to_bytes()),
        ]
    }
}

impl Desk {
    /// A desk for requests that take one ticket, or two. The same at each call.
    fn new(several: bool) -> Self {
        let mut setting = Setting::new();
        let (request, honest) = setting.tickets(several, &mut Vec::new());
        Self { verifier: setting.verifier(), request, honest }
    }

    fn verdict(&self, presentation: &[u8]) -> Verdict {
        self.verifier.register().forget_before(Timestamp::from_secs(u64::MAX));
        self.verifier.conclude_standing(&self.request, presentation, NOW).verdict
    }
}

thread_local! {
    static DESKS: [Desk; 2] = [Desk::new(false), Desk::new(true)];
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

/// Honest inputs.
pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
    let mut inputs = Vec::new();
    for several in [false, true] {
        let (request, answers) = Setting::new().tickets(several, &mut inputs);
        inputs.push(("presentation_request", request.message().to_bytes()));
        for answer in answers {
            let frames = split(&answer, Capacity::VERSION_10_M).expect("it is not too long");
            let reversed: Vec<&str> = frames.iter().rev().map(String::as_str).collect();
            inputs.push(("qr_assembler", frames.join("\n").into_bytes()));
            inputs.push(("qr_assembler", reversed.join("\n").into_bytes()));
            inputs.push(("presentation", answer.clone()));
            inputs.push(("desk_conclude", answer));
        }
    }
    inputs.extend(Setting::new().certificates());
    inputs.extend(Setting::new().escrow());
    inputs
}
