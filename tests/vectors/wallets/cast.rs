//! A phone with everything that a wallet can hold, and its keys.

use selfsame::codec::Message;
use selfsame::hazmat::wallet_content;
use selfsame::presentation::order_tickets;
use testkit::host::{Host, confirm};
use testkit::prelude::*;
use testkit::vectors::File;

use crate::independent;
use crate::phones;

pub const SEED: [u8; 32] = [0x11; 32];
/// Wallets here are sealed under this one, or none.
pub const PASSCODE: &str = "open sesame";
/// And backups under this one.
pub const FOR_BACKUP: &str = "翻山越岭夜航早茶";

/// What a wallet file is made of.
#[derive(Clone)]
pub struct Sealed {
    pub file: Vec<u8>,
    pub key: [u8; 32],
}

impl Sealed {
    fn of(host: &Host) -> Self {
        Self { file: host.file.clone(), key: *host.key.to_secret_bytes().expose() }
    }

    /// Its keys, with this passcode.
    pub fn keys(&self, passcode: Option<&str>) -> Vec<[u8; 32]> {
        keys(&self.file, &self.key, passcode)
    }

    /// The content without its filling.
    pub fn content(&self, passcode: Option<&str>) -> Vec<u8> {
        let content = independent::open(&self.file, &self.keys(passcode));
        let end = content.iter().rposition(|byte| *byte == 0x80).unwrap();
        content[..end].to_vec()
    }

    /// The file with another content, sealed again.
    pub fn with_plaintext(&self, plaintext: &[u8]) -> Vec<u8> {
        let header = independent::header(&self.file);
        independent::replace_last(&self.file, independent::seal(&header, &[self.key], [0x5a; 32], plaintext))
    }

    /// The same with the filling put behind.
    pub fn with_content(&self, content: &[u8]) -> Vec<u8> {
        let mut plaintext = [content, &[0x80]].concat();
        plaintext.resize(plaintext.len().next_multiple_of(4096), 0);
        self.with_plaintext(&plaintext)
    }

    /// The file with one thing changed in its content.
    pub fn with(&self, change: impl FnOnce(&mut Item)) -> Vec<u8> {
        self.with_content(&Tree::parse(&self.content(None)).with(change))
    }
}

/// The keys of a file: the held one, and that of the passcode by the setting in its header.
pub fn keys(file: &[u8], key: &[u8; 32], passcode: Option<&str>) -> Vec<[u8; 32]> {
    let setting = Tree::parse(file);
    let setting = setting.body.at(2).items().first().cloned();
    let of_passcode = setting.zip(passcode).map(|(setting, words)| independent::passcode_key(&setting, words));
    [*key].into_iter().chain(of_passcode).collect()
}

pub struct Cast {
    /// A wallet that was just made, with a passcode and without.
    pub fresh: [Sealed; 2],
    /// With a credential, two former witnesses of each list, tickets, an issuance that waits, and
    /// two orders, of which one is challenged.
    pub rich: Sealed,
    /// The same with its credential and nothing else, so that a file is short.
    pub lean: Sealed,
    /// The same phone's, before it asked for anything.
    pub empty: Sealed,
    /// Restored from a backup.
    pub restored: Sealed,
    /// Orders of its for an issuer's key, that no file has: nine of one ticket, four of 128.
    pub small: Vec<Vec<u8>>,
    pub large: Vec<Vec<u8>>,
    /// The challenged order of the rich one, before its challenges.
    pub before: Vec<u8>,
    pub recovery: [u8; 32],
    pub device: SoftwareDevice,
    country: Country,
    authority: Authority,
}

impl Cast {
    pub fn new() -> Self {
        let mut country = Country::new(SEED[0]);
        let fresh = [Some(PASSCODE), None].map(|words| Sealed::of(&Host::new(&mut country, words)));
        let mut host = Host::new(&mut country, None);
        let empty = Sealed::of(&host);
        host.enrol(&mut country, Generation::FIRST, None);
        for _ in 0..2 {
            go_on(&mut host, &mut country);
        }
        stock(&mut host, &mut country);
        let before = order(&mut host, &mut country);
        let shard = host.wallet.shard().unwrap().number();
        host.asked(&mut country, Generation::FIRST.next().unwrap(), Some(shard));
        let recovery = host.wallet.recovery_secret().to_secret_bytes();
        let key = WalletKey::random(&mut country.rng);
        let again = RecoverySecret::from_secret_bytes(Secret::new(*recovery.expose()));
        let new = Wallet::restore(&key, None, again, Trusted::NOTHING, &mut country.rng).unwrap();
        let restored = Sealed { file: new.sealed().to_vec(), key: *key.to_secret_bytes().expose() };
        let rich = Sealed::of(&host);
        let lean = rich.with(|body| (4..=11).for_each(|key| body.at_mut(key).items_mut().clear()));
        let lean = Sealed { file: lean, key: rich.key };
        let [small, large] =
            [(9, 1), (4, 128)].map(|(orders, tickets)| admissions(&host, &mut country, orders, tickets));
        let recovery = *recovery.expose();
        Self {
            fresh,
            rich,
            lean,
            empty,
            restored,
            small,
            large,
            before,
            recovery,
            device: host.device,
            country,
            authority: host.authority,
        }
    }

    pub fn secrets(&self, file: File) -> File {
        let file = file.country_and_issuer("", &self.country).secret("recovery", self.recovery);
        phones::device(file, "", &self.device)
            .signing_key("the authority", self.authority.to_secret_bytes().expose())
            .secret("wallet key", self.rich.key)
            .secret("wallet key of the restored one", self.restored.key)
    }
}

/// The wallet follows an epoch of both lists, in which somebody else is removed.
fn go_on(host: &mut Host, country: &mut Country) {
    let epochs = country.close_epoch();
    let shard = usize::from(host.wallet.shard().unwrap().number());
    // Seen when they are new: later, former witnesses would be wiped.
    let seen = country.sets.clone().map(|set| {
        let (file, seen) = confirm(host.wallet.see(&set, country.now, &mut country.rng).unwrap());
        host.settle(file);
        seen.counts().unwrap()
    });
    for (heads, epoch) in seen.iter().zip(&epochs) {
        let mut way = host.wallet.catch_up(0, heads, EpochProofs::Verify).unwrap();
        way.follow(EpochUpdate::from_bytes(&epoch.updates[shard].to_bytes()).unwrap(), &mut country.rng).unwrap();
        let witness = way.finish(&mut country.rng).unwrap();
        let (file, ()) = confirm(host.wallet.adopt(0, witness, heads, &mut country.rng).unwrap());
        host.settle(file);
    }
}

/// An order of two tickets for what a hotel asks, in the wallet's file.
fn place(host: &mut Host, country: &mut Country) -> TicketRequest {
    let request = country.hotel().verified_by(|_| Mode::Ticket(TicketNumber::FIRST));
    let request = request.once(&mut country.rng).unwrap().message;
    let (heads, count) = (host.heads(country), TicketCount::new(2).unwrap());
    let known: (&[&SeenHeads], &[_]) = (&heads.each_ref(), &[]);
    let (now, rng) = (country.now, &mut country.rng);
    let (file, order) =
        confirm(host.wallet.order_tickets(&request, TicketNumber::FIRST, known, count, now, rng).unwrap());
    host.settle(file);
    order
}

/// Challenges for the newest order; the session that waits for them.
fn challenge(host: &mut Host, country: &mut Country, order: &TicketRequest) -> (SessionState, TicketChallenges) {
    let committed = country.helper().commit(order, &mut country.rng).unwrap();
    let (file, challenges) =
        confirm(host.wallet.challenge_tickets(order, &committed.message, &mut country.rng).unwrap());
    host.settle(file);
    (committed.state, challenges)
}

/// Two tickets that the wallet keeps.
fn stock(host: &mut Host, country: &mut Country) {
    let order = place(host, country);
    let (session, challenges) = challenge(host, country, &order);
    let answers = country.helper().answer(session, &challenges).unwrap();
    let (file, kept) = confirm(host.wallet.finish_tickets(&order, &answers, &mut country.rng).unwrap());
    assert_eq!(kept, 2);
    host.settle(file);
}

/// An order that waits for commitments, and one that waits for answers; this one's bytes before.
fn order(host: &mut Host, country: &mut Country) -> Vec<u8> {
    place(host, country);
    let order = place(host, country);
    let before = Tree::parse(&wallet_content(&host.wallet)).body.at(11).at(1).bytes().to_vec();
    challenge(host, country, &order);
    before
}

/// Orders for the issuer's key alone.
fn admissions(host: &Host, country: &mut Country, orders: usize, tickets: usize) -> Vec<Vec<u8>> {
    let admission = PresentationRequest::builder(country.issuer.parameters(), "Cinema", "admission");
    let asked = admission.verified_by(|_| Mode::Ticket(TicketNumber::FIRST)).once(&mut country.rng).unwrap().message;
    let credential = host.wallet.credentials().next().unwrap();
    let (known, count) = (WalletContext::default(), TicketCount::new(tickets).unwrap());
    let mut one = || order_tickets(&asked, TicketNumber::FIRST, &[credential], &known, count, &mut country.rng);
    (0..orders).map(|_| one().unwrap().state.to_bytes()).collect()
}
