//! Instances of secret types, with what is secret in them.

use selfsame::escrow::EscrowedIdentity;
use selfsame::hazmat;
use selfsame::helper::SessionKey;
use selfsame::template::Template;
use testkit::curve::Scalar;
use testkit::prelude::*;

use crate::Needle;

/// A country, from which what is not made by itself is taken.
pub struct Cast(Country);

/// An instance and its secrets.
pub type Made<T> = (T, Vec<Needle>);

/// A key that is 32 bytes.
fn of_bytes<T>(make: impl FnOnce(Secret<[u8; 32]>) -> T) -> Made<T> {
    let bytes = std::array::from_fn(|at| 0x41 ^ u8::try_from(at * 5).unwrap());
    (make(Secret::new(bytes)), vec![bytes.to_vec()])
}

/// What is read from bytes, and the runs of them that are secret.
fn of_message<T: Message>(bytes: &[u8], secrets: impl FnOnce(&Item) -> Vec<[u8; 32]>) -> Made<T> {
    let secrets = secrets(&Tree::parse(bytes).body);
    (T::from_bytes(bytes).unwrap(), secrets.iter().map(|secret| secret.to_vec()).collect())
}

const WORDS: &str = "a passcode longer than the needle";

fn of_text<T>(text: &str, make: impl FnOnce(&str) -> T) -> Made<T> {
    (make(text), vec![text.as_bytes().to_vec()])
}

impl Cast {
    pub fn new() -> Self {
        Self(Country::new(47))
    }

    pub fn secret(&mut self) -> Made<Secret<[u8; 32]>> {
        of_bytes(|bytes| bytes)
    }

    pub fn handle(&mut self) -> Made<Handle> {
        let Country { handle_key, card, .. } = &self.0;
        of_message(&handle_key.status(card, Generation::FIRST).to_bytes(), |body| body.at(1).run())
    }

    pub fn signing_key(&mut self) -> Made<SigningKey> {
        of_bytes(SigningKey::from_secret_bytes)
    }

    pub fn authority(&mut self) -> Made<Authority> {
        of_bytes(Authority::from_secret_bytes)
    }

    pub fn cosigner(&mut self) -> Made<Cosigner> {
        of_bytes(|bytes| Cosigner::with_key(SigningKey::from_secret_bytes(bytes)))
    }

    pub fn verdict_key(&mut self) -> Made<VerdictKey> {
        of_bytes(VerdictKey::from_secret_bytes)
    }

    pub fn wallet_key(&mut self) -> Made<WalletKey> {
        of_bytes(WalletKey::from_secret_bytes)
    }

    pub fn handle_key(&mut self) -> Made<HandleKey> {
        of_bytes(HandleKey::from_secret_bytes)
    }

    pub fn record_key(&mut self) -> Made<RecordKey> {
        of_bytes(RecordKey::from_secret_bytes)
    }

    pub fn session_key(&mut self) -> Made<SessionKey> {
        of_bytes(SessionKey::from_secret_bytes)
    }

    pub fn symbol_key(&mut self) -> Made<SymbolKey> {
        of_bytes(SymbolKey::from_secret_bytes)
    }

    pub fn recovery_secret(&mut self) -> Made<RecoverySecret> {
        of_bytes(RecoverySecret::from_secret_bytes)
    }

    pub fn person_symbol(&mut self) -> Made<PersonSymbol> {
        let bytes: [u8; 64] = std::array::from_fn(|at| 0x17 ^ u8::try_from(at * 3).unwrap());
        (PersonSymbol::from_stored(Secret::new(bytes)), vec![bytes.to_vec()])
    }

    pub fn desk_key(&mut self) -> Made<DeskKey> {
        let key = DeskKey::random(&mut self.0.rng);
        of_message(&key.to_wiped_bytes(), |body| body.at(1).run())
    }

    pub fn issuer_key(&mut self) -> Made<SharedIssuerKey> {
        let key = self.0.issuer.share_key();
        let secret = hazmat::issuer_secret(&key).to_vec();
        (key, vec![secret])
    }

    pub fn list_keys(&mut self) -> Made<SharedListKeys> {
        let keys = self.0.status.share_keys();
        let secrets = hazmat::accumulator_secrets(&keys).iter().map(|alpha| alpha.to_vec()).collect();
        (keys, secrets)
    }

    pub fn helper(&mut self) -> Made<Helper> {
        (self.0.helper(), vec![hazmat::issuer_secret(&self.0.issuer.share_key()).to_vec()])
    }

    pub fn platform_keys(&mut self) -> Made<PlatformKeys> {
        let Country { issuer, status, rng, .. } = &mut self.0;
        (testkit::keys::platform(issuer, status, rng), vec![hazmat::issuer_secret(&issuer.share_key()).to_vec()])
    }

    pub fn manager(&mut self) -> Made<AccumulatorManager> {
        let name = self.0.status.list_keys().name().clone();
        let (manager, _) = AccumulatorManager::new(name, ShardCount::ONE, NOW, &mut self.0.rng);
        let secrets = hazmat::accumulator_secrets(&manager.share_keys());
        (manager, secrets.iter().map(|alpha| alpha.to_vec()).collect())
    }

    pub fn issuer(&mut self) -> Made<Issuer> {
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut self.0.rng);
        let secret = hazmat::issuer_secret(&issuer.share_key()).to_vec();
        (issuer, vec![secret])
    }

    pub fn device(&mut self) -> Made<SoftwareDevice> {
        let [device, d] = [(); 2].map(|()| SeededRng::new([9; 32]));
        let (mut device, mut d) = (device, d);
        (SoftwareDevice::random(&mut device), vec![Scalar::random(&mut d).to_bytes().to_vec()])
    }

    pub fn dealing(&mut self) -> Made<Dealing> {
        let (three, five) = (Threshold::new(3).unwrap(), AuditorCount::new(5).unwrap());
        let dealing = AuditorGroup::deal(three, five, &mut self.0.rng).unwrap();
        let of = |share: &AuditorShare| Tree::parse(&share.to_wiped_bytes()).body.at(2).bytes().to_vec();
        let secrets = dealing.shares.iter().map(of).collect();
        (dealing, secrets)
    }

    pub fn identity(&mut self) -> Made<EscrowedIdentity> {
        let Country { handle_key, card, .. } = &self.0;
        let identity = EscrowedIdentity::of(&handle_key.status(card, Generation::FIRST));
        let bytes = identity.to_secret_bytes().expose().to_vec();
        (identity, vec![bytes])
    }

    pub fn share(&mut self) -> Made<AuditorShare> {
        let (Dealing { mut shares, .. }, mut secrets) = self.dealing();
        (shares.remove(0), vec![secrets.remove(0)])
    }

    pub fn code_set_key(&mut self) -> Made<selfsame::set::CodeSetKey> {
        let key = CodeSetKey::random(vec![3, 5, 8], &mut self.0.rng).unwrap();
        of_message(&key.to_wiped_bytes(), |body| body.at(1).run())
    }

    pub fn digit_set_key(&mut self) -> Made<DigitSetKey> {
        let key = DigitSetKey::random(DigitBase::Of256, &mut self.0.rng);
        of_message(&key.to_wiped_bytes(), |body| body.at(1).run())
    }

    pub fn request_state(&mut self) -> Made<RequestState> {
        let offered = self.0.offer(Generation::FIRST);
        let asked = self.0.apply_afresh(&offered.message);
        of_message(&asked.state.to_wiped_bytes(), |body| body.at(4).run())
    }

    pub fn record(&mut self) -> Made<ChipRecord> {
        let record = testkit::record("adult-female");
        let number = record.number().as_bytes().to_vec();
        (record, vec![number])
    }

    pub fn person_input(&mut self) -> Made<SymbolInput<Person>> {
        of_text("110108199003077715", |number| SymbolInput::person("CHN", number).unwrap())
    }

    pub fn template(&mut self) -> Made<Template> {
        let entries: Vec<i8> = (0..128).map(|at| [3, -3, 2, 4, -2][at % 5] + i8::try_from(at % 3).unwrap()).collect();
        let secret = entries.iter().map(|entry| entry.to_ne_bytes()[0]).collect();
        (Template::new(entries), vec![secret])
    }

    pub fn value(&mut self) -> Made<Value> {
        of_text("a text that nobody should see", |text| Value::Text(text.to_owned()))
    }

    pub fn passcode(&mut self) -> Made<Passcode> {
        of_text(WORDS, |text| Passcode::new(text).unwrap())
    }

    pub fn new_passcode(&mut self) -> Made<NewPasscode> {
        of_text(WORDS, |text| NewPasscode::new(text).unwrap())
    }

    pub fn backup_passcode(&mut self) -> Made<BackupPasscode> {
        of_text(WORDS, |text| BackupPasscode::new(text).unwrap())
    }

    pub fn call(&mut self) -> Made<VerificationCall> {
        let mut phone = self.0.enrol();
        let asked = self.0.hotel().once(&mut self.0.rng).unwrap();
        let shown = phone.present(&mut self.0, &asked.message);
        (asked.state.relay(&shown).message, vec![shown])
    }
}
