//! A phone: a wallet whose file it stores, and a device.

use rand_core::OsRng;
use selfsame::hazmat::pseudonym_secret;

use super::{Country, FLAG, Result, STATUS, request_key};
use crate::digits::usual_digits;
use crate::prelude::*;

pub struct Phone {
    pub wallet: Wallet,
    /// What went to the issuer and came from it.
    pub issuance: Vec<Vec<u8>>,
    pub(super) device: SoftwareDevice,
    /// The check that whoever holds the phone passes, if a request demands one.
    pub passes: Option<LocalCheck>,
    pub(super) key: WalletKey,
    /// What the phone's storage has.
    pub(super) file: Vec<u8>,
}

/// The phone's storage: one place, whose bytes are replaced whole.
pub(super) fn keep(place: &mut Vec<u8>, sealed: &[u8]) -> std::result::Result<(), WalletError> {
    *place = sealed.to_vec();
    Ok(())
}

/// What an enrolment showed.
pub struct Enrolment {
    pub pseudonym: PseudonymChange,
    /// Entries that it put on the status list: the end of the former credential.
    pub removals: usize,
    /// How often the person's pseudonyms were reset.
    pub resets: u32,
    /// Whether a retry, after the answer was lost, gave the same bytes.
    pub retry_is_equal: bool,
}

impl Phone {
    /// A phone out of the box; with the recovery secret of the last one, if there was one.
    pub fn new(recovery: Option<RecoverySecret>) -> Result<Self> {
        let key = WalletKey::random(&mut OsRng);
        let new = match recovery {
            None => Wallet::create(&key, None, Trusted::NOTHING, &mut OsRng)?,
            Some(recovery) => Wallet::restore(&key, None, recovery, Trusted::NOTHING, &mut OsRng)?,
        };
        let mut file = Vec::new();
        let wallet = new.store(|sealed, _| keep(&mut file, sealed))?;
        let (device, passes) = (SoftwareDevice::random(&mut OsRng), Some(LocalCheck::Fingerprint));
        Ok(Self { wallet, issuance: Vec::new(), device, passes, key, file })
    }

    /// A first phone, enrolled.
    pub fn of(country: &mut Country, record: &ChipRecord) -> Result<Self> {
        let mut phone = Self::new(None)?;
        phone.enrol(country, record, IssuanceKind::Enrol)?;
        Ok(phone)
    }

    /// Gets a credential. The phone stores each new state before it uses it.
    pub fn enrol(&mut self, country: &mut Country, record: &ChipRecord, kind: IssuanceKind) -> Result<Enrolment> {
        let (now, rng) = (country.now, &mut OsRng);
        let (person, card) = country.symbols(record)?;
        let issuance = Issuance { kind, person, card };
        let offer = country.at_registry(|registry| registry.offer(request_key(), issuance, now, &mut OsRng))?;
        let offer = offer.now_or_before().message;
        let offer = CredentialOffer::from_bytes(&offer.to_bytes())?;

        if self.wallet.directory().is_err() {
            let staged = self.wallet.pin(&country.directory, &country.directory.digest(), rng)?;
            staged.store(|file, _| keep(&mut self.file, file))?;
            usual_digits().into_iter().try_for_each(|digits| self.wallet.take_digits(digits))?;
        }
        let parameters = country.registry.issuer().parameters().clone();
        let staged = self.wallet.request(&parameters, &offer, now, &mut self.device, rng)?;
        let requested = staged.store(|file, _| keep(&mut self.file, file))?;

        // The registry asks the police whether the person is wanted; both answer a retry as before.
        let (key, slot, request) = (request_key(), offer.slot(), &requested);
        let complete = |country: &mut Country| -> Result<_> {
            let registration =
                country.at_registry(|registry| registry.flag_registration(slot, request.clone(), now))?;
            let flag = country.at_police(|police| police.register(key, registration))?.now_or_before().answer;
            let (values, factors) = (Schema::card_values(record), AssuranceFactors::CHIP_READ);
            let completion = Completion { slot, request: request.clone(), values, factors, flag };
            country.at_registry(|registry| registry.complete(key, completion, now))
        };
        let (issued, again) = (complete(country)?, complete(country)?);
        let told_apart = !issued.is_replay() && again.is_replay();
        let (issued, again) = (issued.now_or_before(), again.now_or_before());
        let response = issued.response.to_bytes();
        self.issuance.extend([offer.to_bytes(), requested.to_bytes(), response.clone()]);

        let (status, flag) = (self.see(country, STATUS)?, self.see(country, FLAG)?);
        let received = CredentialResponse::from_bytes(&response)?;
        let staged = self.wallet.receive(&parameters, &received, [&status, &flag], rng)?;
        staged.store(|file, _| keep(&mut self.file, file))?;
        Ok(Enrolment {
            pseudonym: issued.pseudonym,
            removals: issued.entries.len(),
            resets: issued.reset.0,
            retry_is_equal: told_apart && response == again.response.to_bytes(),
        })
    }

    /// Reads what the lists published since. Gives the epoch since which it is removed from one.
    pub fn catch_up(&mut self, country: &Country) -> Result<Option<(ListClass, Epoch)>> {
        let shard = usize::from(self.wallet.shard().ok_or("not enrolled")?.number());
        for list in [STATUS, FLAG] {
            let target = self.see(country, list)?;
            let mut catch_up = self.wallet.catch_up(0, &target, EpochProofs::Verify)?;
            let known = self.credential()?.witness(target.name().class()).epoch();
            for update in country.epochs_after(list, known, shard) {
                catch_up.follow(EpochUpdate::from_bytes(&update)?, &mut OsRng)?;
            }
            let witness = catch_up.finish(&mut OsRng)?;
            let staged = self.wallet.adopt(0, witness, &target, &mut OsRng)?;
            staged.store(|file, _| keep(&mut self.file, file))?;
        }
        let removed = |class| self.credential().ok()?.witness(class).removed_since().map(|since| (class, since));
        Ok(removed(ListClass::Status).or(removed(ListClass::Flag)))
    }

    /// The newest heads of a list, once the wallet has stored that it saw them.
    pub(super) fn see(&mut self, country: &Country, list: usize) -> Result<SeenHeads> {
        if let Ok(heads) = self.wallet.seen(&country.served[list]) {
            return Ok(heads);
        }
        let staged = self.wallet.see(&country.served[list], country.now, &mut OsRng)?;
        Ok(staged.store(|file, _| keep(&mut self.file, file))?.counts().ok_or("two versions of an epoch")?)
    }

    pub(super) fn credential(&self) -> Result<&selfsame::credential::Credential> {
        Ok(self.wallet.credentials().next().ok_or("no credential")?)
    }

    /// The file as it is now: what somebody copies who wants to go back to it.
    pub fn file(&self) -> Vec<u8> {
        self.file.clone()
    }

    /// Whether both phones make the same pseudonyms. No wallet tells; the story looks inside.
    pub fn has_pseudonym_of(&self, other: &Self) -> Result<bool> {
        Ok(pseudonym_secret(self.credential()?) == pseudonym_secret(other.credential()?))
    }
}
