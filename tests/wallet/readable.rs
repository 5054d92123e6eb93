//! Whatever a wallet stages it reads back, also where its generator gives the same bytes at each
//! call (spec 11 §12).

use std::collections::{BTreeMap, BTreeSet};

use selfsame::hazmat::wallet_content;
use selfsame::rand_core::RngCore;
use selfsame::template::TemplateParameters;
use selfsame::wallet::WaitingOrder;
use testkit::faces::{Arrived, Home, vector};
use testkit::prelude::*;

/// A machine that is set back at each step.
fn repeated() -> SeededRng {
    SeededRng::new([0x2a; 32])
}

/// A change by this method, if the wallet makes it: its file is one that opens, and with what the
/// wallet goes on with. Some changes are dropped.
macro_rules! change {
    ($life:ident, $method:ident($($argument:expr),*)) => {{
        let (stored, key) = ($life.one_in(5) > 0, &$life.home.host.key);
        let staged = $life.home.host.wallet.$method($($argument,)* &mut repeated());
        let change = read_back(stringify!($method), key, staged, stored);
        change.map(|(file, content, result)| {
            assert_eq!(wallet_content(&$life.home.host.wallet), content, stringify!($method));
            $life.home.host.settle(file);
            $life.made.insert(stringify!($method));
            result
        })
    }};
}

/// The file, what it holds and the result, where the change was stored.
fn read_back<T>(
    method: &str,
    key: &WalletKey,
    staged: Result<Staged<'_, T>, WalletError>,
    stored: bool,
) -> Option<(Vec<u8>, Vec<u8>, T)> {
    let staged = match staged {
        Ok(staged) => staged,
        Err(WalletError::Unreadable(error)) => panic!("{method} would make a file that does not open: {error}"),
        Err(_) => return None,
    };
    let file = staged.sealed().to_vec();
    let opened = Wallet::open(&file, key, None, Trusted::NOTHING).unwrap_or_else(|error| panic!("{method}: {error:?}"));
    stored.then(|| (file, wallet_content(&opened), staged.confirm_stored()))
}

struct Life {
    home: Home,
    helper: Helper,
    fate: SeededRng,
    epochs: Vec<[ClosedEpoch; 2]>,
    next: Option<SignedDirectory>,
    arrived: Option<Arrived>,
    /// Of orders that were challenged.
    sessions: BTreeMap<Vec<u8>, (SessionState, TicketChallenges)>,
    is_flagged: bool,
    made: BTreeSet<&'static str>,
}

impl Life {
    fn new(seed: u8) -> Self {
        let home = Home::empty(seed, TemplateParameters::of_128([1; 32], 500, 1000).unwrap(), vector(128, 3));
        let (helper, fate) = (home.country.helper(), SeededRng::new([seed; 32]));
        let mut life = Self {
            home,
            helper,
            fate,
            epochs: Vec::new(),
            next: None,
            arrived: None,
            sessions: BTreeMap::new(),
            is_flagged: false,
            made: BTreeSet::new(),
        };
        life.begin();
        life
    }

    fn one_in(&mut self, count: u32) -> u32 {
        self.fate.next_u32() % count
    }

    /// A wallet that is new, or out of a backup.
    fn begin(&mut self) {
        let (key, rng) = (&self.home.host.key, &mut repeated());
        let new = if self.fate.next_u32().is_multiple_of(2) {
            Wallet::create(key, None, Trusted::NOTHING, rng)
        } else {
            Wallet::restore(key, None, RecoverySecret::random(&mut self.fate), Trusted::NOTHING, rng)
        };
        let new = new.unwrap();
        let file = new.sealed().to_vec();
        assert!(Wallet::open(&file, key, None, Trusted::NOTHING).is_ok());
        self.home.host.wallet = new.confirm_stored();
        self.home.host.settle(file);
        let (signed, digest) = (self.home.host.directory.signed().clone(), self.home.host.directory.digest());
        while change!(self, pin(&signed, &digest)).is_none() {}
        self.home.host.wallet.take_digits(&self.home.digits).unwrap();
    }

    /// The newest heads, if the wallet has seen them.
    fn heads(&self) -> Option<[SeenHeads; 2]> {
        let [status, flag] = self.home.country.sets.each_ref().map(|set| self.home.host.wallet.seen(set).ok());
        Some([status?, flag?])
    }

    fn see(&mut self) {
        for set in self.home.country.sets.clone() {
            change!(self, see(&set, self.home.country.now));
        }
    }

    /// Asks for a credential, or gives up what it asked for.
    fn ask(&mut self) {
        let parameters = self.home.country.issuer.parameters().clone();
        if self.home.host.wallet.awaited().len() > 0 && self.one_in(4) == 0 {
            change!(self, give_up(&parameters));
            return;
        }
        let known = self.home.host.wallet.shard().map(|shard| shard.number());
        let shard = known.or_else(|| (self.one_in(2) == 0).then_some(1));
        let offered = self.home.country.offer_in(Generation::FIRST, shard);
        let now = self.home.country.now;
        if let Some(asked) = change!(self, request(&parameters, &offered.message, now, &mut self.home.host.device))
            && !self.is_flagged
        {
            self.arrived = Some(self.home.issue(offered.state, &asked));
        }
    }

    fn receive(&mut self) {
        let (Some(heads), Some(Arrived { card, face })) = (self.heads(), self.arrived.take()) else { return };
        let both = [self.home.country.issuer.parameters().clone(), self.home.faces.parameters().clone()];
        let (heads, now) = (heads.each_ref(), self.home.country.now);
        if self.one_in(3) == 0 {
            change!(self, receive(&both[0], &card, heads));
        } else {
            change!(self, receive_with_face(both.each_ref(), (&card, &face), heads, now));
        }
        // It may be received again, or be lost.
        self.arrived = (self.one_in(2) == 0).then_some(Arrived { card, face });
    }

    /// An epoch in which the holder is flagged, or is no longer, or neither.
    fn close(&mut self) {
        let country = &mut self.home.country;
        let handle = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
        if self.fate.next_u32().is_multiple_of(if self.is_flagged { 2 } else { 6 }) {
            let changed = if self.is_flagged { country.flag.restore(&handle) } else { country.flag.remove(&handle) };
            self.is_flagged ^= changed.is_ok();
        }
        self.epochs.push(country.close_epoch());
    }

    /// Follows a list, or part of the way.
    fn follow_list(&mut self) {
        let (Some(heads), Some(shard)) = (self.heads(), self.home.host.wallet.shard()) else { return };
        let (class, place) = (self.one_in(2) as usize, self.one_in(2) as usize);
        let Ok(mut way) = self.home.host.wallet.catch_up(place, &heads[class], EpochProofs::Verify) else { return };
        while !way.is_complete() && self.one_in(4) > 0 {
            let epoch = usize::try_from(way.next_epoch().number()).unwrap() - 1;
            let update = self.epochs[epoch][class].updates[usize::from(shard.number())].to_bytes();
            way.follow(EpochUpdate::from_bytes(&update).unwrap(), &mut repeated()).unwrap();
        }
        if way.is_complete() {
            let witness = way.finish(&mut repeated()).unwrap();
            change!(self, adopt(place, witness, &heads[class]));
        } else {
            let suspended = way.suspend(&mut repeated()).unwrap();
            change!(self, keep(place, suspended));
        }
    }

    fn renew(&mut self) {
        let (Some(heads), Some(shard)) = (self.heads(), self.home.host.wallet.shard()) else { return };
        let country = &self.home.country;
        let status = country.status.witness(shard, &country.handle_key.status(&country.card, Generation::FIRST));
        let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
        for (issued, heads) in [status, country.flag.witness(shard, &flag)].into_iter().zip(&heads) {
            let place = self.one_in(2) as usize;
            if let Ok(issued) = issued {
                change!(self, renew(place, &issued, heads));
            }
        }
    }

    fn by_ticket(&mut self) -> PresentationRequest {
        let hotel = self.home.country.hotel().verified_by(|_| Mode::Ticket(TicketNumber::FIRST));
        hotel.once(&mut self.home.country.rng).unwrap().message
    }

    fn order(&mut self) {
        let (Some(heads), request) = (self.heads(), self.by_ticket()) else { return };
        let (heads, now, one) = (heads.each_ref(), self.home.country.now, TicketCount::ONE);
        let known: (&[&SeenHeads], &[_]) = (&heads, &[]);
        change!(self, order_tickets(&request, TicketNumber::FIRST, known, one, now));
    }

    /// Goes on with one order, or gives it up.
    fn go_on(&mut self) {
        let waiting = self.home.host.wallet.orders().len();
        let place = self.fate.next_u32() as usize % waiting.max(1);
        let Some(waiting) = self.home.host.wallet.orders().nth(place) else { return };
        let (order, is_placed) = (waiting.request().clone(), matches!(waiting, WaitingOrder::Commitments(_)));
        if self.one_in(6) == 0 {
            change!(self, give_up_order(&order));
        } else if is_placed {
            let committed = self.helper.commit(&order, &mut self.home.country.rng).unwrap();
            if let Some(challenges) = change!(self, challenge_tickets(&order, &committed.message)) {
                self.sessions.insert(order.to_bytes(), (committed.state, challenges));
            }
        } else if let Some((session, challenges)) = self.sessions.remove(&order.to_bytes()) {
            let answers = self.helper.answer(session, &challenges).unwrap();
            change!(self, finish_tickets(&order, &answers));
        } else {
            change!(self, give_up_order(&order));
        }
    }

    /// Answers with a ticket, or under a limit.
    fn present(&mut self) {
        let Some(heads) = self.heads() else { return };
        let (now, country) = (self.home.country.now, &mut self.home.country);
        let request = if self.fate.next_u32().is_multiple_of(2) {
            let limited = country.hotel().limit(Scope::new("visits"), 3, NOW..=later(1 << 24));
            let limited = if SUITE == 2 { limited.in_digits(&self.home.digits) } else { limited };
            limited.once(&mut country.rng).unwrap().message
        } else {
            self.by_ticket()
        };
        if let Ok(consent) = self.home.host.wallet.review_uncertified(&request, &heads.each_ref(), &[], now) {
            change!(self, present_staged(consent, now, &mut self.home.host.device));
        }
    }

    fn compare(&mut self) {
        let (asked, now) = (self.home.ask(vector(128, 3)).message, self.home.country.now);
        if let Ok(consent) = self.home.review(&asked, now) {
            change!(self, count_face(&consent, now));
        }
    }

    fn follow_directory(&mut self) {
        // Cosigners sign one version of a number: one that was dropped comes again.
        let next = self.next.take();
        let next = next.unwrap_or_else(|| self.home.host.next_version(&mut self.home.country, |draft| draft));
        if change!(self, follow(&next)).is_some() {
            self.home.host.directory = self.home.host.directory.follow(&next).unwrap();
        } else {
            self.next = Some(next);
        }
    }

    fn give_way(&mut self) {
        let (heads, place) = (self.heads(), self.one_in(2) as usize);
        match self.one_in(7) {
            0 => drop(change!(self, forget(place))),
            1 => drop(change!(self, start_over(place, ListClass::Flag))),
            2 => drop(change!(self, set_passcode(None))),
            3 => {
                self.home.host.wallet = self.home.host.reopen(None).unwrap();
                self.home.host.wallet.take_digits(&self.home.digits).unwrap();
            }
            _ => {
                if let Some(heads) = heads {
                    change!(self, forget_stale_tickets(&heads.each_ref()));
                }
            }
        }
    }

    fn step(&mut self) {
        let is_empty = self.home.host.wallet.credentials().len() == 0;
        match self.one_in(20) {
            5..=17 if is_empty && self.arrived.is_some() => self.receive(),
            0 | 5..=10 if is_empty => self.ask(),
            0 => self.ask(),
            1 | 2 => self.receive(),
            3 => self.close(),
            4 => self.see(),
            5..=7 => self.follow_list(),
            8 => self.renew(),
            9..=11 => self.order(),
            12..=14 => self.go_on(),
            15 | 16 => self.present(),
            17 => self.compare(),
            18 => self.follow_directory(),
            _ => self.give_way(),
        }
    }
}

/// The methods of a wallet that stage a change.
fn staging() -> BTreeSet<String> {
    let folder = std::path::Path::new(testkit::ROOT).join("src/wallet");
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let methods = |text: String| {
        let methods = text.split("    pub fn ").skip(1).filter_map(|method| {
            let (name, rest) = method.split_once(['(', '<'])?;
            rest.split_once('{')?.0.contains("Result<Staged<").then(|| name.to_owned())
        });
        methods.collect::<Vec<_>>()
    };
    files.flat_map(methods).collect()
}

/// Check 11-66.
#[test]
fn whatever_is_staged_is_read_back() {
    let mut made = BTreeSet::new();
    for seed in 0..6 {
        let mut life = Life::new(seed);
        for _ in 0..150 {
            life.step();
        }
        made.extend(life.made.into_iter().map(str::to_owned));
    }
    assert_eq!(made, staging());
}
