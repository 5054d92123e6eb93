//! A wallet in a file, beside a token that has its device key.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use selfsame::device::{EcdsaDevice, Nonces};
use testkit::prelude::*;
use testkit::story::{Country, FLAG, Result, STATUS, request_key};

/// A wallet, the file that the phone stores it in, and the key that the phone's keystore has for
/// it.
pub struct Holder {
    pub wallet: Wallet,
    key: Rc<WalletKey>,
    file: PathBuf,
}

/// Replaces the file.
fn keep(file: &Path, sealed: &[u8]) -> std::io::Result<()> {
    std::fs::write(file, sealed)
}

impl Holder {
    /// A new wallet, whose file takes this passphrase.
    pub fn new(file: PathBuf, passphrase: &str) -> Result<Self> {
        let (key, passcode) = (Rc::new(WalletKey::random(&mut OsRng)), NewPasscode::new(passphrase)?);
        let new = Wallet::create(&key, Some((&passcode, PasscodeCost::DEFAULT)), Trusted::NOTHING, &mut OsRng)?;
        let wallet = new.store(|sealed, _| keep(&file, sealed))?;
        Ok(Self { wallet, key, file })
    }

    /// The wallet of a file, by who has the phone's key for it, too.
    pub fn opened(&self, file: PathBuf, passphrase: &str) -> Result<std::result::Result<Self, WalletError>> {
        let (sealed, passcode) = (std::fs::read(&file)?, Passcode::new(passphrase)?);
        let opened = Wallet::open(&sealed, &self.key, Some(&passcode), Trusted::NOTHING);
        Ok(opened.map(|wallet| Self { wallet, key: Rc::clone(&self.key), file }))
    }

    /// The process ends, and begins again with what the file has.
    pub fn reopened(self, passphrase: &str) -> Result<Self> {
        Ok(self.opened(self.file.clone(), passphrase)??)
    }

    pub fn copy_file(&self, to: &Path) -> Result<()> {
        std::fs::copy(&self.file, to)?;
        Ok(())
    }

    /// An enrolment with the key in this token, which takes the place of a former one. Gives how
    /// the token makes its nonces, and how many removals of the status list went with it.
    pub fn enrol(
        &mut self,
        country: &mut Country,
        token: &mut impl EcdsaDevice,
        kind: IssuanceKind,
    ) -> Result<(Nonces, usize)> {
        let (now, record) = (country.now, testkit::story::record()?);
        let (person, card) = country.symbols(&record)?;
        let issuance = Issuance { kind, person, card };
        let offered = country.at_registry(|registry| registry.offer(request_key(), issuance, now, &mut OsRng))?;
        let offer = offered.now_or_before().message;
        if self.wallet.directory().is_err() {
            let staged = self.wallet.pin(&country.directory, &country.directory.digest(), &mut OsRng)?;
            staged.store(|sealed, _| keep(&self.file, sealed))?;
        }
        let parameters = country.registry.issuer().parameters().clone();
        let staged = self.wallet.request(&parameters, &offer, now, token, &mut OsRng)?;
        let request = staged.store(|sealed, _| keep(&self.file, sealed))?;
        let nonces = self.wallet.awaited().next().ok_or("nothing was asked")?.nonces();

        let slot = offer.slot();
        let asked = country.at_registry(|registry| registry.flag_registration(slot, request.clone(), now))?;
        let flag = country.at_police(|police| police.register(request_key(), asked))?.now_or_before().answer;
        let (values, factors) = (Schema::card_values(&record), AssuranceFactors::CHIP_READ);
        let completion = Completion { slot, request, values, factors, flag };
        let issued = country.at_registry(|registry| registry.complete(request_key(), completion, now))?;
        let issued = issued.now_or_before();

        let seen = [self.see(country, STATUS)?, self.see(country, FLAG)?];
        let staged = self.wallet.receive(&parameters, &issued.response, seen.each_ref(), &mut OsRng)?;
        staged.store(|sealed, _| keep(&self.file, sealed))?;
        Ok((nonces, issued.entries.len()))
    }

    /// The newest heads of a list.
    fn see(&mut self, country: &Country, list: usize) -> Result<SeenHeads> {
        if let Ok(heads) = self.wallet.seen(&country.served[list]) {
            return Ok(heads);
        }
        let staged = self.wallet.see(&country.served[list], country.now, &mut OsRng)?;
        Ok(staged.store(|sealed, _| keep(&self.file, sealed))?.counts().ok_or("two versions of an epoch")?)
    }

    /// Reads what the lists published since.
    pub fn catch_up(&mut self, country: &Country) -> Result<()> {
        let shard = usize::from(self.wallet.shard().ok_or("not enrolled")?.number());
        for list in [STATUS, FLAG] {
            let target = self.see(country, list)?;
            let known = self.credential()?.witness(target.name().class()).epoch();
            let mut way = self.wallet.catch_up(0, &target, EpochProofs::Verify)?;
            for update in country.epochs_after(list, known, shard) {
                way.follow(EpochUpdate::from_bytes(&update)?, &mut OsRng)?;
            }
            let staged = self.wallet.adopt(0, way.finish(&mut OsRng)?, &target, &mut OsRng)?;
            staged.store(|sealed, _| keep(&self.file, sealed))?;
        }
        Ok(())
    }

    pub fn credential(&self) -> Result<&Credential> {
        Ok(self.wallet.credentials().next().ok_or("no credential")?)
    }

    /// What the wallet sends whose user reviews this request, and agrees.
    pub fn present(
        &mut self,
        country: &Country,
        device: &mut impl EcdsaDevice,
        request: &PresentationRequest,
    ) -> Result<std::result::Result<Vec<u8>, WalletError>> {
        let seen = [self.see(country, STATUS)?, self.see(country, FLAG)?];
        let consent = self.wallet.review_uncertified(request, &seen.each_ref(), &[], country.now);
        let answer = consent.and_then(|consent| self.wallet.present(consent, country.now, device, &mut OsRng));
        Ok(answer.map(|presentation| presentation.to_bytes()))
    }
}
