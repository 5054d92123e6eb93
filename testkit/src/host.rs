//! A phone with its storage.

use crate::prelude::*;
use selfsame::directory::DirectoryDraft;
use selfsame::hazmat::cheap_cost;
use selfsame::list::KeyValidity;

/// As cheap as a passcode can be.
pub fn cheap() -> PasscodeCost {
    cheap_cost(64, 1, 1).unwrap()
}

pub fn passcode(text: &str) -> Passcode {
    Passcode::new(text).unwrap()
}

/// One that a wallet is sealed under.
pub fn chosen(text: &str) -> NewPasscode {
    NewPasscode::new(text).unwrap()
}

/// A phone with its storage: what a host is.
pub struct Host {
    pub wallet: Wallet,
    pub device: SoftwareDevice,
    pub key: WalletKey,
    pub file: Vec<u8>,
    pub trusted: Trusted,
    pub authority: Authority,
    pub directory: VerifiedDirectory,
}

/// From the beginning to an hour that no test reaches.
pub fn always() -> KeyValidity {
    KeyValidity { from: Timestamp::from_secs(0), until: NOW.checked_add(1 << 30).unwrap() }
}

/// The first version of a directory of this country.
pub fn found(country: &mut Country, authority: &Authority) -> SignedDirectory {
    let symbols = SymbolKey::random(&mut country.rng).public_key();
    let shards = ShardCount::new(SHARDS).unwrap();
    let draft = authority
        .draft(country.quorum.cosigners(), symbols, shards)
        .issuer(country.issuer.parameters(), always())
        .list(country.status.list_keys())
        .list(country.flag.list_keys());
    authority.found(draft, NOW).unwrap()
}

impl Host {
    pub fn new(country: &mut Country, words: Option<&str>) -> Self {
        let key = WalletKey::random(&mut country.rng);
        let words = words.map(chosen);
        let words = words.as_ref().map(|words| (words, cheap()));
        let new = Wallet::create(&key, words, Trusted::NOTHING, &mut country.rng).unwrap();
        let file = new.sealed().to_vec();
        let wallet = new.confirm_stored();
        let trusted = Trusted::minimum(wallet.version());
        let authority = Authority::random(&mut country.rng);
        let founded = found(country, &authority);
        let directory = founded.pin(&founded.digest()).unwrap();
        let device = SoftwareDevice::random(&mut country.rng);
        let mut host = Self { wallet, device, key, file, trusted, authority, directory };
        host.pin(country);
        host
    }

    /// Gives the wallet its first directory.
    pub fn pin(&mut self, country: &mut Country) {
        let (signed, digest) = (self.directory.signed(), self.directory.digest());
        let (file, ()) = confirm(self.wallet.pin(signed, &digest, &mut country.rng).unwrap());
        self.settle(file);
    }

    /// The next version, signed by authority and cosigners.
    pub fn next_version(
        &self,
        country: &mut Country,
        change: impl FnOnce(DirectoryDraft) -> DirectoryDraft,
    ) -> SignedDirectory {
        let next = self.authority.sign(&self.directory, change(self.directory.amend()), country.now).unwrap();
        let (now, cosigners) = (country.now, &mut country.quorum.0);
        let signatures =
            cosigners.each_mut().map(|one| one.cosign_directory(&self.directory, &next, now).unwrap().confirm_stored());
        next.with_cosignatures(signatures.to_vec())
    }

    /// The wallet follows the next version.
    pub fn follow(&mut self, country: &mut Country, change: impl FnOnce(DirectoryDraft) -> DirectoryDraft) {
        let next = self.next_version(country, change);
        let (file, seen) = confirm(self.wallet.follow(&next, &mut country.rng).unwrap());
        assert!(seen.counts().is_some());
        self.settle(file);
        self.directory = self.directory.follow(&next).unwrap();
    }

    /// The newest heads, stored as seen if they were not.
    pub fn heads(&mut self, country: &mut Country) -> [SeenHeads; 2] {
        country.sets.clone().map(|set| match self.wallet.seen(&set) {
            Ok(heads) => heads,
            Err(_) => {
                let (file, seen) = confirm(self.wallet.see(&set, LATE, &mut country.rng).unwrap());
                self.settle(file);
                seen.counts().unwrap()
            }
        })
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
    pub fn asked(&mut self, country: &mut Country, generation: Generation, shard: Option<u16>) -> CredentialResponse {
        let offered = country.offer_in(generation, shard);
        let parameters = country.issuer.parameters().clone();
        let requested = self.request(country, &parameters, &offered.message);
        let accepted = offered.state.accept(&requested).unwrap();
        let response = country.issue(&accepted, generation);
        CredentialResponse::from_bytes(&response.to_bytes()).unwrap()
    }

    pub fn enrol(&mut self, country: &mut Country, generation: Generation, shard: Option<u16>) {
        let response = self.asked(country, generation, shard);
        let parameters = country.issuer.parameters().clone();
        self.receive(country, &parameters, &response);
    }

    /// The wallet gets a credential of another issuer beside its card's, with these values.
    pub fn enrol_at(&mut self, country: &mut Country, issuer: &Issuer, values: Vec<Value>) {
        self.follow(country, |draft| draft.issuer(issuer.parameters(), always()));
        let (shards, generation) = (ShardCount::new(SHARDS).unwrap(), Generation::new(50).unwrap());
        let offered = issuer.offer(SlotId([8; 16]), generation, shards, None, &mut country.rng).unwrap();
        let requested = self.request(country, issuer.parameters(), &offered.message);
        let accepted = offered.state.accept(&requested).unwrap();
        let status = country.handle_key.status(&country.card, generation);
        let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
        let grant = country.grant_of(accepted.shard(), [status, flag], values, AssuranceFactors::NAME_AND_NUMBER);
        let response = issuer.issue(&accepted, grant).unwrap();
        let response = CredentialResponse::from_bytes(&response.to_bytes()).unwrap();
        self.receive(country, issuer.parameters(), &response);
    }

    /// What the wallet answers to an offer, when it is stored.
    pub fn request(
        &mut self,
        country: &mut Country,
        parameters: &IssuerParameters,
        offer: &CredentialOffer,
    ) -> CredentialRequest {
        let Self { wallet, device, .. } = self;
        let (file, requested) =
            confirm(wallet.request(parameters, offer, country.now, device, &mut country.rng).unwrap());
        self.settle(file);
        requested
    }

    /// The wallet keeps the credential that it waits for.
    fn receive(&mut self, country: &mut Country, parameters: &IssuerParameters, response: &CredentialResponse) {
        let heads = self.heads(country);
        let (file, ()) =
            confirm(self.wallet.receive(parameters, response, heads.each_ref(), &mut country.rng).unwrap());
        self.settle(file);
    }

    /// Agrees, stores the count and gives the presentation.
    pub fn show(
        &mut self,
        country: &mut Country,
        consent: WalletConsent,
        now: Timestamp,
    ) -> Result<Presentation, WalletError> {
        let staged = self.wallet.present_staged(consent, now, &mut self.device, &mut country.rng)?;
        let (file, presentation) = confirm(staged);
        self.settle(file);
        Ok(presentation)
    }

    pub fn reopen(&self, words: Option<&str>) -> Result<Wallet, WalletError> {
        let words = words.map(passcode);
        Wallet::open(&self.file, &self.key, words.as_ref(), self.trusted)
    }
}

/// The file of a change, stored, and its result.
pub fn confirm<T>(staged: Staged<'_, T>) -> (Vec<u8>, T) {
    let file = staged.sealed().to_vec();
    (file, staged.confirm_stored())
}

/// Whether the hotel is satisfied with what the wallet answers.
pub fn presents(country: &mut Country, wallet: &Wallet, device: &mut SoftwareDevice) -> Verdict {
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let heads = country.sets.each_ref().map(|set| wallet.seen(set).unwrap());
    let consent = wallet.review_uncertified(&asked.message, &heads.each_ref(), &[], country.now).unwrap();
    let presentation = wallet.present(consent, country.now, device, &mut country.rng).unwrap();
    country.settle(asked.state, &presentation.to_bytes())
}
