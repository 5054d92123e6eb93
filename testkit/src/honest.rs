//! One honest message of each type that came with auditors, tickets and desks' certificates.

use std::time::Duration;

use crate::prelude::*;
use selfsame::hazmat::ParkedSession;
use selfsame::presentation::{order_tickets, present, review};
use selfsame::registry::run;

use crate::card::{self, CardDesk};
use crate::keys;

const CONDITION: &str = "a court order of Haidian District 海淀区法院令状";

/// With the names of their Rust types, in the order of their numbers: 33, 34, 35, 38, 46, 47, and
/// 50 to 57; then those that wait, 70 to 76.
pub fn messages() -> Vec<(&'static str, Vec<u8>)> {
    let mut country = Country::new(241);
    let sent = [escrow(&mut country), card_check(), tickets(&mut country), certificate(&mut country)];
    [sent.concat(), keys::messages(), waiting(&mut country)].concat()
}

/// What desks and holders keep while they wait.
fn waiting(country: &mut Country) -> Vec<(&'static str, Vec<u8>)> {
    let phone = country.enrol();
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let standing = country.hotel().standing(NOW, later(3_600)).unwrap();
    let mut states = vec![("PendingRequest", asked.state.to_bytes()), ("StandingRequest", standing.to_bytes())];
    let shown = standing.relay(b"an answer", &mut country.rng);
    states.push(("AwaitingVerdict", shown.state.to_bytes()));

    let offered = country.offer(Generation::FIRST);
    states.push(("RequestState", country.apply_afresh(&offered.message).state.to_bytes()));

    let first = TicketNumber::FIRST;
    let example = country.hotel().verified_by(|_| Mode::Ticket(first)).once(&mut country.rng).unwrap().message;
    let heads = [&country.heads[0], &country.heads[1]];
    let (known, two) = (WalletContext::at(&heads), TicketCount::new(2).unwrap());
    let ordered = order_tickets(&example, first, &[&phone.credential], &known, two, &mut country.rng).unwrap();
    states.push(("TicketOrder", ordered.state.to_bytes()));
    let committed = country.helper().commit(&ordered.message, &mut country.rng).unwrap();
    let challenged = ordered.state.challenge(&committed.message, &mut country.rng).unwrap();
    states.push(("AwaitedTickets", challenged.state.to_bytes()));
    states.push(("StandingAnswer", standing.answered(b"an answer", &mut country.rng).to_bytes()));
    states
}

fn escrow(country: &mut Country) -> Vec<(&'static str, Vec<u8>)> {
    let mut phone = country.enrol();
    let (threshold, count) = (Threshold::new(2).unwrap(), AuditorCount::new(3).unwrap());
    let dealing = AuditorGroup::deal(threshold, count, &mut country.rng).unwrap();
    let key = dealing.group.key();
    let builder = country.hotel().escrow(AuditorsKey::from_bytes(&key).unwrap(), CONDITION);
    let asked = builder.once(&mut country.rng).unwrap();
    let auditors = [Auditor::new("Auditors", &dealing.group).unwrap()];
    let heads = [&country.heads[0], &country.heads[1]];
    let known = WalletContext::at(&heads).with_auditors_unchecked(&auditors);
    let consent = review(&asked.message, &[&phone.credential], &known).unwrap();
    let shown = present(&[&phone.credential], consent, Vec::new(), &mut phone.device, &mut country.rng).unwrap();
    let relayed = asked.state.relay(&shown.to_bytes());
    let verdict = country.answer(&relayed.message.to_bytes());
    let evidence = Evidence::new(&relayed.message, &verdict);
    let heads = [&country.status, &country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap());
    let context = EvidenceContext {
        platforms: &[country.platform.public_key()],
        issuers: &[country.issuer.parameters().clone()],
        heads: &[&heads[0], &heads[1]],
        sets: &[],
        digits: &[],
        condition: CONDITION,
    };
    let part = evidence.check(&dealing.group, &context).unwrap().decrypt(&dealing.shares[1]).unwrap();
    vec![
        ("AuditorGroup", dealing.group.to_bytes()),
        ("AuditorShare", dealing.shares[1].to_bytes()),
        ("PartialDecryption", part.to_bytes()),
        ("Evidence", evidence.to_bytes()),
    ]
}

/// A question about a card that the registry does not know, and its answer.
fn card_check() -> Vec<(&'static str, Vec<u8>)> {
    let rng = &mut SeededRng::new([46; 32]);
    let (registry, _) = card::registry(rng);
    let desk = CardDesk::new(&registry, NOW, rng);
    let mut store = MemoryStore::new();
    run(&mut store, &registry.create(NOW)).unwrap();
    let question = desk.ask(&registry, card::card(1), NOW, rng).message.to_bytes();
    let admitted = registry.admit(CardQuestion::from_bytes(&question).unwrap(), &desk.directory, NOW).unwrap();
    let answer = run(&mut store, &registry.check_card(admitted)).unwrap();
    vec![("CardQuestion", question), ("CardAnswer", answer.to_bytes())]
}

/// An order of two tickets for three keys.
fn tickets(country: &mut Country) -> Vec<(&'static str, Vec<u8>)> {
    let phone = country.enrol();
    let helper = country.helper();
    let first = TicketNumber::FIRST;
    let asked = country.hotel().verified_by(|_| Mode::Ticket(first)).once(&mut country.rng).unwrap().message;
    let heads = [&country.heads[0], &country.heads[1]];
    let known = WalletContext::at(&heads);
    let two = TicketCount::new(2).unwrap();
    let ordered = order_tickets(&asked, first, &[&phone.credential], &known, two, &mut country.rng).unwrap();
    let committed = helper.commit(&ordered.message, &mut country.rng).unwrap();
    let challenged = ordered.state.challenge(&committed.message, &mut country.rng).unwrap();
    let parked = ParkedSession(committed.state);
    let session = parked.to_bytes();
    let answers = helper.answer(parked.0, &challenged.message).unwrap();
    vec![
        ("TicketRequest", ordered.message.to_bytes()),
        ("TicketCommitments", committed.message.to_bytes()),
        ("TicketChallenges", challenged.message.to_bytes()),
        ("TicketAnswers", answers.to_bytes()),
        ("SessionState", session),
    ]
}

fn certificate(country: &mut Country) -> Vec<(&'static str, Vec<u8>)> {
    let (validity, day) =
        (KeyValidity { from: NOW, until: NOW.checked_add(864_000).unwrap() }, Duration::from_secs(86_400));
    let authority = Authority::random(&mut country.rng);
    let symbols = SymbolKey::random(&mut country.rng).public_key();
    let draft = authority.draft(country.quorum.cosigners(), symbols, ShardCount::new(SHARDS).unwrap());
    authority.found(draft.issuer(country.issuer.parameters(), validity), NOW).unwrap();
    let desk = DeskKey::random(&mut country.rng);
    let [status, flag] = country.heads.each_ref().map(|heads| heads.name().clone());
    let permissions = DeskPermissions::of(&Schema::resident_card()).disclose("sex").between("birth-date");
    let draft = DeskCertificate::draft(HOTEL, &desk.public_key(), validity)
        .permit(permissions.present_on(&status).present_on(&flag))
        .standing(day);
    let asked = country.hotel().disclose("sex").once(&mut country.rng).unwrap().message;
    let certificate = authority.certify(draft.purpose(asked.purpose())).unwrap();
    let signed: SignedRequest = desk.sign(&certificate, &asked).unwrap();
    vec![
        ("DeskCertificate", certificate.to_bytes()),
        ("DeskKey", desk.to_bytes()),
        ("SignedRequest", signed.to_bytes()),
    ]
}

/// An answer with its last key, which is optional: it states under which epochs it is.
pub fn stating() -> Vec<u8> {
    let mut country = Country::new(243);
    let mut phone = country.enrol();
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let [status, flag] = country.heads.each_ref().map(|heads| heads.name());
    let hour = Duration::from_secs(3_600);
    let asked = builder.present_lately_on(status, hour).present_lately_on(flag, hour);
    let asked = asked.once(&mut country.rng).unwrap().message;
    phone.present(&mut country, &asked)
}

/// A request with its last key, which is optional.
pub fn demanding() -> Vec<u8> {
    let mut country = Country::new(242);
    let demand = LocalChecks::only(LocalCheck::Face);
    country.hotel().unlocked_by(demand).once(&mut country.rng).unwrap().message.to_bytes()
}
