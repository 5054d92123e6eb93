//! A phone with its storage.

use selfsame::codec::Message;
use selfsame::credential::{CredentialResponse, RequestState};
use selfsame::device::SoftwareDevice;
use selfsame::presentation::Verdict;
use selfsame::symbol::Generation;
use selfsame::wallet::{Passcode, PasscodeCost, Staged, Trusted, Wallet, WalletError, WalletKey};

use crate::common::Country;

/// As cheap as a passcode can be.
pub fn cheap() -> PasscodeCost {
    PasscodeCost::new(64, 1, 1).unwrap()
}

pub fn passcode(text: &str) -> Passcode {
    Passcode::new(text).unwrap()
}

/// A phone with its storage: what a host is.
pub struct Host {
    pub wallet: Wallet,
    pub device: SoftwareDevice,
    pub key: WalletKey,
    pub file: Vec<u8>,
    pub trusted: Trusted,
}

impl Host {
    pub fn new(country: &mut Country, words: Option<&str>) -> Self {
        let key = WalletKey::random(&mut country.rng);
        let words = words.map(passcode);
        let words = words.as_ref().map(|words| (words, cheap()));
        let new = Wallet::create(&key, words, Trusted::NOTHING, &mut country.rng).unwrap();
        let file = new.sealed().to_vec();
        let wallet = new.confirm();
        let trusted = Trusted::minimum(wallet.version());
        Self { wallet, device: SoftwareDevice::random(&mut country.rng), key, file, trusted }
    }

    pub fn enrolled(country: &mut Country, words: Option<&str>) -> Self {
        let mut host = Self::new(country, words);
        host.enrol(country, Generation::FIRST, None);
        host
    }

    /// The host stored this file and was told that it is in force.
    pub fn settle(&mut self, file: Vec<u8>) {
        self.file = file;
        self.trusted = Trusted::minimum(self.wallet.version());
    }

    /// The request of an enrolment, stored and sent, and the issuer's response to it.
    pub fn asked(
        &mut self,
        country: &mut Country,
        generation: Generation,
        shard: Option<u16>,
    ) -> (RequestState, CredentialResponse) {
        let offered = country.offer_in(generation, shard);
        let parameters = country.issuer.parameters().clone();
        let staged = self.wallet.request(&parameters, &offered.message, &mut self.device, &mut country.rng).unwrap();
        let (file, requested) = confirm(staged);
        self.settle(file);
        let accepted = offered.state.accept(&requested.message).unwrap();
        let grant = country.grant(&accepted, generation);
        let response = country.issuer.issue(&accepted, grant).unwrap();
        (requested.state, CredentialResponse::from_bytes(&response.to_bytes()).unwrap())
    }

    pub fn enrol(&mut self, country: &mut Country, generation: Generation, shard: Option<u16>) {
        let (state, response) = self.asked(country, generation, shard);
        let [status, flag] = &country.heads;
        let staged = self.wallet.receive(state, &response, status, flag, &mut country.rng).unwrap();
        let (file, ()) = confirm(staged);
        self.settle(file);
    }

    pub fn reopen(&self, words: Option<&str>) -> Result<Wallet, WalletError> {
        let words = words.map(passcode);
        Wallet::open(&self.file, &self.key, words.as_ref(), self.trusted)
    }
}

/// The file of a change, stored, and its result.
pub fn confirm<T>(staged: Staged<'_, T>) -> (Vec<u8>, T) {
    let file = staged.sealed().to_vec();
    (file, staged.confirm())
}

/// Whether the hotel is satisfied with what the wallet answers.
pub fn presents(country: &mut Country, wallet: &Wallet, device: &mut SoftwareDevice) -> Verdict {
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let consent = wallet.review(&asked.message, &country.heads()).unwrap();
    let presentation = wallet.present(consent, device, &mut country.rng).unwrap();
    country.settle(asked.state, &presentation.to_bytes())
}
