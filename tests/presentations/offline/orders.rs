//! Orders of tickets that wait in a wallet's file (spec 11 §12).

use std::collections::BTreeSet;

use selfsame::hazmat::{reread_wallet_content, wallet_content};
use selfsame::helper::ParkedError;
use selfsame::ticket::{MemorySessionStore, OrderError, SessionId};
use selfsame::wallet::WaitingOrder;

use crate::offline::traveller::Traveller;
use testkit::cbor::bytes;
use testkit::host::confirm;
use testkit::prelude::*;
use testkit::town::ticket;

fn reopen(traveller: &mut Traveller) {
    traveller.host.wallet = traveller.host.reopen(None).unwrap();
}

/// A request that takes tickets under the issuer's key alone.
fn admission(traveller: &mut Traveller) -> PresentationRequest {
    let issuer = traveller.country.issuer.parameters().clone();
    let admission = PresentationRequest::builder(&issuer, "Cinema", "admission");
    traveller.once(admission.verified_by(|_| ticket(0))).message
}

/// The last that is done of a step before the process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Killed {
    /// The answer to what was sent came, and nothing was done with it.
    Received,
    /// The change was made, and not stored.
    Staged,
    /// The change was stored, and what comes of it did not leave.
    Stored,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Order,
    Challenge,
    Finish,
}

/// A phone that orders, and is killed once.
struct Phone {
    traveller: Traveller,
    sessions: MemorySessionStore,
    kill: Option<(Step, Killed)>,
    /// What was challenged: the session, and the challenges.
    challenged: BTreeSet<(SessionId, Vec<u8>)>,
    /// Orders that left, each once.
    ordered: BTreeSet<Vec<u8>>,
    given_up: usize,
}

impl Phone {
    /// Whether the process ends here; then the next one begins with what is stored.
    fn dies(&mut self, step: Step, killed: Killed) -> bool {
        let dies = self.kill.take_if(|kill| *kill == (step, killed)).is_some();
        if dies {
            reopen(&mut self.traveller);
        }
        dies
    }

    /// Begins an order, which is stored before it leaves.
    fn order(&mut self, request: &PresentationRequest) {
        let heads = self.traveller.host.heads(&mut self.traveller.country);
        let (now, two) = (self.traveller.country.now, TicketCount::new(2).unwrap());
        let (wallet, rng) = (&mut self.traveller.host.wallet, &mut self.traveller.country.rng);
        let known: (&[&SeenHeads], &[_]) = (&heads.each_ref(), &[]);
        let staged = wallet.order_tickets(request, TicketNumber::FIRST, known, two, now, rng).unwrap();
        let file = staged.sealed().to_vec();
        if self.kill == Some((Step::Order, Killed::Staged)) {
            drop(staged);
            assert!(self.dies(Step::Order, Killed::Staged));
            assert_eq!(self.traveller.host.wallet.orders().len(), 0);
            return;
        }
        let _ = staged.confirm_stored();
        self.traveller.host.settle(file);
        self.dies(Step::Order, Killed::Stored);
    }

    fn challenge(&mut self, order: &TicketRequest) {
        self.ordered.insert(order.to_bytes());
        let (helper, rng) = (&self.traveller.helper, &mut self.traveller.country.rng);
        let commitments = helper.commit_parked(&mut self.sessions, order, rng).unwrap();
        if self.dies(Step::Challenge, Killed::Received) {
            return;
        }
        let (wallet, rng) = (&mut self.traveller.host.wallet, &mut self.traveller.country.rng);
        let (file, _) = confirm(wallet.challenge_tickets(order, &commitments, rng).unwrap());
        if self.dies(Step::Challenge, Killed::Staged) {
            return;
        }
        self.traveller.host.settle(file);
        self.dies(Step::Challenge, Killed::Stored);
    }

    fn finish(&mut self, order: &TicketRequest, challenges: &TicketChallenges) {
        self.challenged.insert((challenges.session(), challenges.to_bytes()));
        let answers = match self.traveller.helper.answer_parked(&mut self.sessions, challenges) {
            Ok(answers) => answers,
            Err(gone) => {
                assert_eq!(gone, ParkedError::Helper(HelperError::UnknownSession));
                self.given_up += 1;
                return self.traveller.give_up();
            }
        };
        if self.dies(Step::Finish, Killed::Received) {
            return;
        }
        let (wallet, rng) = (&mut self.traveller.host.wallet, &mut self.traveller.country.rng);
        let (file, kept) = confirm(wallet.finish_tickets(order, &answers, rng).unwrap());
        if self.dies(Step::Finish, Killed::Staged) {
            return;
        }
        assert_eq!(kept, 2);
        self.traveller.host.settle(file);
        self.dies(Step::Finish, Killed::Stored);
    }

    /// Goes on until the tickets are there, as a phone does whose app is started again.
    fn stock(&mut self, request: &PresentationRequest) {
        while self.traveller.left(request) == 0 {
            let waiting = self.traveller.host.wallet.orders().next();
            match waiting {
                None => self.order(request),
                Some(WaitingOrder::Commitments(order)) => {
                    let order = order.clone();
                    self.challenge(&order);
                }
                Some(WaitingOrder::Answers(order, challenges)) => {
                    let (order, challenges) = (order.clone(), challenges.clone());
                    self.finish(&order, &challenges);
                }
            }
        }
    }
}

/// Wherever the process is killed, an order gives its tickets once: no two challenges go to one
/// session, no session that was challenged is left for other commitments of the same order, and
/// where answers were lost, what is ordered anew has other points. Checks 11-65, 14-24.
#[test]
fn killed_at_each_step_an_order_gives_its_tickets_once() {
    use Killed::{Received, Staged, Stored};
    use Step::{Challenge, Finish, Order};
    let lost = [(Finish, Received), (Finish, Staged)];
    for (seed, kill) in [
        (Order, Staged),
        (Order, Stored),
        (Challenge, Received),
        (Challenge, Staged),
        (Challenge, Stored),
        (Finish, Received),
        (Finish, Staged),
        (Finish, Stored),
    ]
    .into_iter()
    .enumerate()
    {
        let mut traveller = Traveller::new(100 + u8::try_from(seed).unwrap());
        let asked = traveller.once(traveller.hotel());
        let (sessions, kill) = (MemorySessionStore::new(8), Some(kill));
        let (challenged, ordered, given_up) = (BTreeSet::new(), BTreeSet::new(), 0);
        let killed = kill;
        let mut phone = Phone { traveller, sessions, kill, challenged, ordered, given_up };
        phone.stock(&asked.message);
        assert_eq!(phone.kill, None, "{killed:?}");
        let again = usize::from(lost.contains(&killed.unwrap()));
        assert_eq!((phone.given_up, phone.ordered.len()), (again, 1 + again), "{killed:?}");
        // One session for each order is challenged, with one message.
        assert_eq!(phone.challenged.len(), 1 + again, "{killed:?}");
        let points = |order: &Vec<u8>| {
            let points = Tree::parse(order).body.at(2).bytes().to_vec();
            points.chunks(POINT_LEN).map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        let points: Vec<_> = phone.ordered.iter().flat_map(points).collect();
        assert_eq!(points.iter().collect::<BTreeSet<_>>().len(), points.len(), "{killed:?}");
        assert_eq!(phone.traveller.host.wallet.orders().len(), 0);
        assert_eq!(phone.traveller.left(&asked.message), 2, "{killed:?}");
        let presentation = phone.traveller.show(&asked.message).unwrap();
        let (desk, now) = (&phone.traveller.desk, phone.traveller.country.now);
        assert_eq!(desk.conclude(asked.state, &presentation, now).unwrap().verdict, Verdict::Verified);
    }
}

/// A helper that has answered refuses, and other commitments of its are not challenged: the order
/// is given up. Check 11-65.
#[test]
fn an_order_whose_challenge_was_answered_is_challenged_no_more() {
    let mut traveller = Traveller::new(79);
    let asked = traveller.once(traveller.hotel());
    let order = traveller.order(&asked.message, 2).unwrap();
    let committed = traveller.helper.commit(&order, &mut traveller.country.rng).unwrap();
    let (wallet, rng) = (&mut traveller.host.wallet, &mut traveller.country.rng);
    let (file, challenges) = confirm(wallet.challenge_tickets(&order, &committed.message, rng).unwrap());
    traveller.host.settle(file);
    reopen(&mut traveller);
    let other = traveller.helper.commit(&order, &mut traveller.country.rng).unwrap();
    let (wallet, rng) = (&mut traveller.host.wallet, &mut traveller.country.rng);
    assert_eq!(wallet.challenge_tickets(&order, &other.message, rng).map(drop), Err(WalletError::NotRequestedHere));
    assert!(traveller.helper.answer(other.state, &challenges).is_err(), "of another session");
    let answers = traveller.helper.answer(committed.state, &challenges).unwrap();
    let mut bad = Tree::parse(&answers.to_bytes());
    let last = bad.body.at(2).bytes().len() - SCALAR_LEN;
    bad.body.at_mut(2).bytes_mut()[last] ^= 1;
    let bad = TicketAnswers::from_bytes(&bad.to_bytes()).unwrap();
    let refused = wallet.finish_tickets(&order, &bad, rng).map(drop);
    assert_eq!(refused, Err(WalletError::Present(PresentError::Order(OrderError::BadAnswer))));
    let WaitingOrder::Answers(_, again) = wallet.orders().next().unwrap() else { panic!("it waits") };
    assert_eq!(*again, challenges);
    let (file, kept) = confirm(wallet.finish_tickets(&order, &answers, rng).unwrap());
    traveller.host.settle(file);
    reopen(&mut traveller);
    assert_eq!(kept, 2);
    assert_eq!(traveller.left(&asked.message), 2);
    let (wallet, rng) = (&mut traveller.host.wallet, &mut traveller.country.rng);
    assert_eq!(wallet.orders().len(), 0);
    assert_eq!(wallet.finish_tickets(&order, &answers, rng).map(drop), Err(WalletError::NotRequestedHere));
    assert_eq!(wallet.give_up_order(&order, rng).map(drop), Err(WalletError::NotRequestedHere));
}

/// A generator that gives the same bytes at each call makes two orders of the same all the same,
/// and each goes its own way when one before it ends. Checks 11-65, 11-66.
#[test]
fn orders_of_a_generator_that_repeats_itself_are_not_alike() {
    let mut traveller = Traveller::new(82);
    let request = traveller.once(traveller.hotel()).message;
    let heads = traveller.host.heads(&mut traveller.country);
    let (now, known): (_, (&[&SeenHeads], &[_])) = (traveller.country.now, (&heads.each_ref(), &[]));
    let repeated = || SeededRng::new([7; 32]);
    let orders = [false, true, true, true].map(|stored| {
        let (wallet, rng) = (&mut traveller.host.wallet, &mut repeated());
        let staged = wallet.order_tickets(&request, TicketNumber::FIRST, known, TicketCount::ONE, now, rng).unwrap();
        let file = staged.sealed().to_vec();
        if !stored {
            // A version that was handed out is not handed out again, so this order is no other's.
            drop(staged);
            let mut unstored = Wallet::open(&file, &traveller.host.key, None, Trusted::NOTHING).unwrap();
            let order = unstored.orders().next().unwrap().request().clone();
            assert_eq!(unstored.give_up_order(&order, rng).map(drop), Ok(()));
            return order;
        }
        let order = staged.confirm_stored();
        traveller.host.settle(file);
        reopen(&mut traveller);
        order
    });
    let points = |order: &TicketRequest| Tree::parse(&order.to_bytes()).body.at(2).run::<POINT_LEN>();
    let points: Vec<_> = orders.iter().flat_map(points).collect();
    assert_eq!(points.iter().collect::<BTreeSet<_>>().len(), points.len());

    let [unstored, first, second, third] = &orders;
    let rng = &mut repeated();
    let committed = traveller.helper.commit(third, &mut traveller.country.rng).unwrap();
    let wallet = &mut traveller.host.wallet;
    assert_eq!(wallet.give_up_order(unstored, rng).map(drop), Err(WalletError::NotRequestedHere));
    let challenges = wallet.challenge_tickets(third, &committed.message, rng).unwrap().confirm_stored();
    wallet.give_up_order(first, rng).unwrap().confirm_stored();
    let answers = traveller.helper.answer(committed.state, &challenges).unwrap();
    assert_eq!(wallet.finish_tickets(second, &answers, rng).map(drop), Err(WalletError::NotRequestedHere));
    assert_eq!(wallet.finish_tickets(third, &answers, rng).unwrap().confirm_stored(), 1);
    assert_eq!(wallet.orders().next().unwrap().request(), second);
    assert_eq!(wallet.orders().len(), 1);
}

/// Killed between the file without it and the presentation's way, a ticket is gone; the file that
/// has it still is not opened again. Checks 11-32, 11-48.
#[test]
fn a_ticket_that_was_shown_is_in_no_file_that_opens() {
    let mut traveller = Traveller::new(81);
    let asked = traveller.once(traveller.hotel());
    traveller.stock(&asked.message, 2);
    let before = traveller.host.file.clone();
    let never_sent = traveller.show(&asked.message).unwrap();
    drop(never_sent);
    reopen(&mut traveller);
    assert_eq!(traveller.left(&asked.message), 1);
    let shown = traveller.show(&asked.message).unwrap();
    reopen(&mut traveller);
    assert_eq!(traveller.left(&asked.message), 0);
    assert_eq!(traveller.show(&asked.message).unwrap_err(), WalletError::Present(PresentError::NoTicket),);
    let turned_back = Wallet::open(&before, &traveller.host.key, None, traveller.host.trusted).map(drop);
    assert!(matches!(turned_back, Err(WalletError::RolledBack { .. })), "{turned_back:?}");
    let (desk, now) = (&traveller.desk, traveller.country.now);
    assert_eq!(desk.conclude(asked.state, &shown, now).unwrap().verdict, Verdict::Verified);
}

/// Checks 11-64, 11-65.
#[test]
fn a_wallet_waits_for_eight_orders_and_for_512_tickets_in_all() {
    let mut traveller = Traveller::new(80);
    let request = admission(&mut traveller);
    for _ in 0..8 {
        traveller.order(&request, 1).unwrap();
    }
    assert_eq!(traveller.order(&request, 1).unwrap_err(), WalletError::Full);
    let content = wallet_content(&traveller.host.wallet);
    let changed = |change: &dyn Fn(&mut Vec<Item>)| {
        reread_wallet_content(&Tree::parse(&content).with(|body| change(body.at_mut(11).items_mut())))
    };
    assert_eq!(changed(&|_| ()).as_ref(), Ok(&content));
    assert_eq!(changed(&|orders| orders[0] = bytes([0; 40])), Err(DecodeError::WrongSuite));
    assert_eq!(changed(&|orders| orders[7] = orders[0].clone()), Err(DecodeError::OutOfRange), "one twice");
    traveller.give_up();
    traveller.order(&request, 1).unwrap();
    let ninth = Tree::parse(&wallet_content(&traveller.host.wallet)).body.at(11).at(7).clone();
    assert_eq!(changed(&|orders| orders.push(ninth.clone())), Err(DecodeError::OutOfRange));
    assert!(changed(&|orders| orders[0] = ninth.clone()).is_ok());
    for _ in 0..8 {
        traveller.give_up();
    }
    for _ in 0..4 {
        traveller.order(&request, 128).unwrap();
    }
    let content = wallet_content(&traveller.host.wallet);
    assert!(reread_wallet_content(&content).is_ok());
    let more = Tree::parse(&content).with(|body| body.at_mut(11).items_mut().push(ninth));
    assert_eq!(reread_wallet_content(&more), Err(DecodeError::OutOfRange), "513");

    // A new credential ends them, as it ends tickets.
    let next = Generation::new(2).unwrap();
    traveller.host.enrol(&mut traveller.country, next, None);
    assert_eq!(traveller.host.wallet.orders().len(), 0);
}
