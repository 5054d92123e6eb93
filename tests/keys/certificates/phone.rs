//! A phone with a wallet that follows a directory and holds the card.

use testkit::prelude::*;

pub struct Phone {
    pub wallet: Wallet,
    pub device: SoftwareDevice,
    pub authority: Authority,
    pub directory: VerifiedDirectory,
    pub heads: [SeenHeads; 2],
    /// For intervals, where a suite has nothing else for them.
    pub digits: Option<VerifiedDigitSet>,
}

pub fn new_wallet(country: &mut Country) -> Wallet {
    let key = WalletKey::random(&mut country.rng);
    Wallet::create(&key, None, Trusted::NOTHING, &mut country.rng).unwrap().confirm_stored()
}

impl Phone {
    pub fn enrolled(country: &mut Country) -> Self {
        let authority = Authority::random(&mut country.rng);
        let symbols = SymbolKey::random(&mut country.rng).public_key();
        let always = KeyValidity { from: Timestamp::from_secs(0), until: NOW.checked_add(1 << 30).unwrap() };
        let draft = authority
            .draft(country.quorum.cosigners(), symbols, ShardCount::new(SHARDS).unwrap())
            .issuer(country.issuer.parameters(), always)
            .list(country.status.list_keys())
            .list(country.flag.list_keys());
        let digits = (SUITE == 2).then(|| {
            let key = DigitSetKey::random(DigitBase::Of256, &mut country.rng);
            country.platform.add_digits(key).unwrap()
        });
        let draft = digits.iter().fold(draft, |draft, digits| draft.digits(digits.digest()));
        let founded = authority.found(draft, NOW).unwrap();
        let directory = founded.pin(&founded.digest()).unwrap();

        let mut wallet = new_wallet(country);
        wallet.pin(&founded, &founded.digest(), &mut country.rng).unwrap().confirm_stored();
        digits.iter().for_each(|digits| wallet.take_digits(digits).unwrap());
        let heads = country
            .sets
            .each_ref()
            .map(|set| wallet.see(set, LATE, &mut country.rng).map(Staged::confirm_stored).unwrap().counts().unwrap());
        let mut device = SoftwareDevice::random(&mut country.rng);
        let offered = country.offer_in(Generation::FIRST, None);
        let parameters = country.issuer.parameters().clone();
        let staged = wallet.request(&parameters, &offered.message, NOW, &mut device, &mut country.rng);
        let requested = staged.unwrap().confirm_stored();
        let accepted = offered.state.accept(&requested).unwrap();
        let response = country.issue(&accepted, Generation::FIRST);
        let response = CredentialResponse::from_bytes(&response.to_bytes()).unwrap();
        wallet.receive(&parameters, &response, heads.each_ref(), &mut country.rng).unwrap().confirm_stored();
        Self { wallet, device, authority, directory, heads, digits }
    }

    /// What the wallet says of the bytes that a desk shows.
    pub fn review(&self, shown: &SignedRequest) -> Result<WalletConsent, WalletError> {
        let shown = SignedRequest::from_bytes(&shown.to_bytes()).unwrap();
        self.wallet.review(&shown, &self.heads.each_ref(), &[], NOW)
    }

    /// The same where nothing says who made the request.
    pub fn uncertified(&self, request: &PresentationRequest) -> Result<WalletConsent, WalletError> {
        self.wallet.review_uncertified(request, &self.heads.each_ref(), &[], NOW)
    }

    /// The wallet follows a version that names another authority.
    pub fn follow(&mut self, country: &mut Country, next: Authority) {
        let draft = self.directory.amend().authority(&next.public_key());
        let signed = self.authority.sign(&self.directory, draft, NOW).unwrap();
        let cosigners = &mut country.quorum.0;
        let signatures = cosigners
            .each_mut()
            .map(|one| one.cosign_directory(&self.directory, &signed, NOW).unwrap().confirm_stored());
        let signed = signed.with_cosignatures(signatures.to_vec());
        let seen = self.wallet.follow(&signed, &mut country.rng).map(Staged::confirm_stored).unwrap();
        assert!(seen.counts().is_some());
        self.directory = self.directory.follow(&signed).unwrap();
        self.authority = next;
    }
}
