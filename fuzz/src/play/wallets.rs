//! A wallet and its file: changes that are dropped, messages that are wrong, repeated or late,
//! files that are old or damaged.

use selfsame::hazmat::wallet_content;
use testkit::host::{Host, cheap, confirm};
use testkit::prelude::*;

use super::Choices;

/// What an issuer answered to a request of this wallet.
struct Response {
    bytes: Vec<u8>,
    request: usize,
    generation: Generation,
    epoch: u64,
}

/// The credential that the wallet has.
struct Held {
    generation: Generation,
    /// Status and flag list: how far it has followed.
    at: [u64; 2],
}

/// A file that was stored, and what was in it.
struct Stored {
    file: Vec<u8>,
    content: Vec<u8>,
    version: Version,
}

struct Game {
    country: Country,
    host: Host,
    files: Vec<Stored>,
    responses: Vec<Response>,
    requests: usize,
    awaited: Option<usize>,
    held: Option<Held>,
    /// Whether its handle is on the status list, as of the last epoch.
    removed: Vec<Generation>,
    /// By epoch: status and flag.
    log: Vec<[ClosedEpoch; 2]>,
    seen: u64,
    next: Generation,
}

impl Game {
    fn new() -> Self {
        let mut country = Country::new(81);
        let mut host = Host::new(&mut country, None);
        host.heads(&mut country);
        let (responses, removed, log) = (Vec::new(), Vec::new(), Vec::new());
        let (requests, awaited, held, seen) = (0, None, None, 0);
        let (files, next) = (Vec::new(), Generation::FIRST);
        let mut game = Self { country, host, files, responses, requests, awaited, held, removed, log, seen, next };
        game.write_down();
        game
    }

    fn epoch(&self) -> u64 {
        self.log.len() as u64
    }

    fn content(&self) -> Vec<u8> {
        wallet_content(&self.host.wallet)
    }

    /// Remembers the file in force.
    fn write_down(&mut self) {
        let (file, content, version) = (self.host.file.clone(), self.content(), self.host.wallet.version());
        assert!(self.files.last().is_none_or(|before| before.version < version), "no version comes twice");
        self.files.push(Stored { file, content, version });
    }

    /// A request, stored and answered, or dropped before it was stored.
    fn ask(&mut self, choices: &mut Choices<'_>) {
        let before = self.content();
        let generation = self.next;
        let offered = self.country.offer_in(generation, None);
        let parameters = self.country.issuer.parameters().clone();
        let Host { wallet, device, .. } = &mut self.host;
        let staged = wallet.request(&parameters, &offered.message, self.country.now, device, &mut self.country.rng);
        let staged = staged.expect("the offer is honest");
        if choices.flag() {
            drop(staged);
            assert_eq!(before, self.content(), "a change that is dropped is none");
            return;
        }
        let (file, requested) = confirm(staged);
        self.host.settle(file);
        self.write_down();
        let accepted = offered.state.accept(&requested).expect("the request is honest");
        let bytes = self.country.issue(&accepted, generation).to_bytes();
        self.responses.push(Response { bytes, request: self.requests, generation, epoch: self.epoch() });
        self.awaited = Some(self.requests);
        self.requests += 1;
        self.next = generation.next().expect("there are more");
    }

    /// A response to the request that waits, to another one, once more, late, or damaged.
    fn receive(&mut self, choices: &mut Choices<'_>) {
        let place = choices.below(self.responses.len());
        let Some(Response { bytes, request, generation, epoch }) = self.responses.get(place) else { return };
        let (mut bytes, damages) = (bytes.clone(), choices.below(4) == 3);
        if damages {
            let place = choices.below(bytes.len());
            bytes[place] ^= 1 << choices.below(8);
        }
        let Ok(response) = CredentialResponse::from_bytes(&bytes) else { return };
        let good = !damages && self.awaited == Some(*request) && *epoch == self.epoch();
        let (generation, epoch) = (*generation, *epoch);
        self.see();
        let before = self.content();
        let seen = self.country.sets.each_ref().map(|set| self.host.wallet.seen(set).expect("they were seen"));
        let parameters = self.country.issuer.parameters();
        let received = self.host.wallet.receive(parameters, &response, seen.each_ref(), &mut self.country.rng);
        assert_eq!(received.is_ok(), good);
        match received {
            Ok(staged) if choices.flag() => {
                let (file, ()) = confirm(staged);
                self.host.settle(file);
                self.write_down();
                self.awaited = None;
                self.held = Some(Held { generation, at: [epoch; 2] });
            }
            _ => assert_eq!(before, self.content(), "what is refused or dropped is no change"),
        }
    }

    /// An epoch, before which the wallet's own credential may be suspended, or counts again.
    fn close(&mut self, choices: &mut Choices<'_>) {
        if let (Some(Held { generation, .. }), true) = (&self.held, choices.flag()) {
            let handle = self.country.handle_key.status(&self.country.card, *generation);
            if self.removed.contains(generation) {
                self.country.status.restore(&handle).expect("it is removed");
                self.removed.retain(|other| other != generation);
            } else {
                self.country.status.remove(&handle).expect("it is present");
                self.removed.push(*generation);
            }
        }
        let closed = self.country.close_epoch();
        self.log.push(closed);
    }

    /// The wallet sees the newest heads.
    fn see(&mut self) {
        let version = self.host.wallet.version();
        self.host.heads(&mut self.country);
        if self.host.wallet.version() > version {
            self.write_down();
        }
        self.seen = self.epoch();
    }

    /// The wallet follows one list: all that it missed, or with one epoch left out or damaged.
    fn follow(&mut self, choices: &mut Choices<'_>) {
        self.see();
        let (list, newest) = (choices.below(2), self.epoch());
        let heads = self.host.heads(&mut self.country);
        let before = self.content();
        let Some(held) = &mut self.held else {
            assert!(self.host.wallet.catch_up(0, &heads[list], EpochProofs::Verify).is_err());
            return;
        };
        let shard = usize::from(self.host.wallet.shard().expect("it was drawn").number());
        let epochs = &self.log[held.at[list] as usize..];
        let mut missed: Vec<Vec<u8>> = epochs.iter().map(|epoch| epoch[list].updates[shard].to_bytes()).collect();
        let mut honest = true;
        match (choices.below(4), missed.is_empty()) {
            (2, false) => {
                missed.remove(choices.below(missed.len()));
                honest = false;
            }
            (3, false) => {
                let place = choices.below(missed.len());
                let bit = choices.below(missed[place].len());
                missed[place][bit] ^= 1 << choices.below(8);
                honest = false;
            }
            _ => {}
        }
        let rng = &mut self.country.rng;
        let mut way = self.host.wallet.catch_up(0, &heads[list], EpochProofs::Verify).expect("it was seen");
        let mut followed = Ok(());
        for update in missed {
            let Ok(update) = EpochUpdate::from_bytes(&update) else { return };
            followed = followed.and_then(|()| way.follow(update, rng).map(drop));
        }
        let witness = followed.and_then(|()| way.finish(rng));
        assert_eq!(witness.is_ok(), honest);
        let Ok(witness) = witness else {
            assert_eq!(before, wallet_content(&self.host.wallet), "what is refused is no change");
            return;
        };
        let staged = self.host.wallet.adopt(0, witness, &heads[list], rng).expect("it fits");
        if choices.flag() {
            drop(staged);
            assert_eq!(before, wallet_content(&self.host.wallet), "a change that is dropped is none");
            return;
        }
        let (file, ()) = confirm(staged);
        held.at[list] = newest;
        self.host.settle(file);
        self.write_down();
    }

    /// Another process opens the file in force, one from before, or a damaged one.
    fn open(&mut self, choices: &mut Choices<'_>) {
        let Host { key, trusted, .. } = &self.host;
        let place = self.files.len() - 1 - choices.below(self.files.len().min(4));
        let Stored { file, content, version } = &self.files[place];
        if choices.below(3) == 2 {
            let mut damaged = file.clone();
            let place = choices.below(damaged.len());
            damaged[place] ^= 1 << choices.below(8);
            assert!(Wallet::open(&damaged, key, None, Trusted::NOTHING).is_err());
            return;
        }
        // Whoever has no minimum takes an old one for what it was.
        let opened = Wallet::open(file, key, None, Trusted::NOTHING).expect("it was stored");
        assert_eq!((&wallet_content(&opened), opened.version()), (content, *version));
        let opened = Wallet::open(file, key, None, *trusted);
        assert_eq!(opened.is_ok(), *version == self.host.wallet.version());
        if let Ok(wallet) = opened {
            self.host.wallet = wallet;
        }
    }

    /// Verified exactly while the credential is live and the wallet knows the newest epoch.
    fn present(&mut self) {
        let Host { wallet, device, .. } = &mut self.host;
        let Country { rng, sets, now, issuer, heads, .. } = &mut self.country;
        let newest = self.log.len() as u64;
        let seen = sets.each_ref().map(|set| wallet.seen(set));
        assert_eq!(seen.iter().all(Result::is_ok), self.seen == newest);
        let Ok(seen) = seen.into_iter().collect::<Result<Vec<_>, _>>() else { return };
        let builder = PresentationRequest::builder(issuer.parameters(), HOTEL, "check-in");
        let builder = heads.iter().fold(builder, |builder, heads| builder.present_on(heads));
        let asked = builder.once(rng).expect("it may be asked");
        let live =
            self.held.as_ref().is_some_and(|held| held.at == [newest; 2] && !self.removed.contains(&held.generation));
        let consent = wallet.review_uncertified(&asked.message, &seen.iter().collect::<Vec<_>>(), &[], *now);
        assert_eq!(consent.is_ok(), live);
        let Ok(consent) = consent else { return };
        let shown = wallet.present(consent, *now, device, rng).expect("it was reviewed").to_bytes();
        assert_eq!(self.country.settle(asked.state, &shown), Verdict::Verified);
    }

    /// Takes the credential away, or the request that waits.
    fn drop_one(&mut self, choices: &mut Choices<'_>) {
        let (before, credential, confirms) = (self.content(), choices.flag(), choices.flag());
        let (wallet, rng) = (&mut self.host.wallet, &mut self.country.rng);
        let parameters = self.country.issuer.parameters();
        let staged = if credential { wallet.forget(0, rng) } else { wallet.give_up(parameters, rng) };
        assert_eq!(staged.is_ok(), if credential { self.held.is_some() } else { self.awaited.is_some() });
        match staged {
            Ok(staged) if confirms => {
                let (file, ()) = confirm(staged);
                self.host.settle(file);
                self.write_down();
                if credential { self.held = None } else { self.awaited = None }
            }
            _ => assert_eq!(before, self.content(), "what is refused or dropped is no change"),
        }
    }

    /// A copy of the recovery secret opens under its own passcode and no other.
    fn back_up(&mut self) {
        let words = |text| BackupPasscode::new(text).expect("it is long");
        let backup = self.host.wallet.backup(&words("correct horse battery"), cheap(), &mut self.country.rng);
        let backup = backup.expect("there is memory");
        let opened = backup.open(&testkit::host::passcode("correct horse battery")).expect("it is its own");
        let own = self.host.wallet.recovery_secret();
        assert!(opened.to_secret_bytes().expose() == own.to_secret_bytes().expose());
        assert!(backup.open(&testkit::host::passcode("correct horse battery ")).is_err());
    }

    fn check(&self) {
        assert_eq!(self.host.wallet.credentials().len(), usize::from(self.held.is_some()));
        assert_eq!(self.host.wallet.awaited().len(), usize::from(self.awaited.is_some()));
        let last = self.files.last().expect("there is one");
        assert_eq!((&self.content(), self.host.wallet.version()), (&last.content, last.version));
    }
}

/// After every step the wallet has what the model says, and so does its file; what was refused or
/// dropped changed nothing.
pub fn play(bytes: &[u8]) {
    let (mut choices, mut game) = (Choices::new(bytes), Game::new());
    for _ in 0..24 {
        if choices.is_empty() {
            break;
        }
        match choices.below(9) {
            0 => game.ask(&mut choices),
            1 => game.receive(&mut choices),
            2 => game.close(&mut choices),
            3 => game.see(),
            4 => game.follow(&mut choices),
            5 => game.open(&mut choices),
            6 => game.present(),
            7 => game.drop_one(&mut choices),
            _ => game.back_up(),
        }
        game.check();
    }
}

/// A life of a credential, with everything that may go wrong in between; then any.
pub fn honest() -> Vec<Vec<u8>> {
    let life = [
        &[0, 1, 0, 0][..],                                    // dropped; stored and answered
        &[1, 3, 7, 1],                                        // damaged
        &[1, 0, 0, 1, 0, 1],                                  // received, but dropped; received
        &[1, 0, 6, 5, 0, 0],                                  // once more; shown; opened again
        &[2, 0, 6, 4, 0, 0, 0, 4, 1, 0, 0, 6],                // an epoch; followed; shown
        &[2, 1, 2, 0, 4, 0, 2, 0, 4, 0, 0, 0, 4, 1, 0, 0, 6], // suspended
        &[2, 1, 4, 0, 0, 0, 4, 1, 0, 0, 6],                   // counts again
        &[5, 1, 0, 8, 7, 1, 0, 7, 1, 1, 6],
    ];
    let late = [0, 0, 2, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 6, 0, 0, 7, 0, 1, 1, 2, 0, 5, 3, 0, 5, 0, 2, 9, 1];
    [life.concat(), late.to_vec()].into_iter().chain(super::any(8, 70)).collect()
}
