//! A list whose heads are signed in a token that does not give its key away (spec 01 §9.2).
//!
//! ```text
//! cargo run --release -p selfsame-pkcs11 --example signed_heads
//! ```
//!
//! The token is SoftHSM's.

#[path = "../softhsm/mod.rs"]
mod softhsm;

use std::path::Path;
use std::process::ExitCode;

use cryptoki::error::Error;
use selfsame::list::Cosignature;
use selfsame_pkcs11::{Module, TokenSigner};
use testkit::prelude::*;
use testkit::story::{DAY, Result, START};

const PIN: &str = "4321";
/// Of the token's officer, who sets the PIN; a real one is nobody's but its issuer's.
const OFFICER: &str = "an officer's PIN";
const LABEL: &str = "heads of public-security/status";
const PEOPLE: u32 = 6;

fn main() -> ExitCode {
    softhsm::tell(run)
}

fn title(text: &str) {
    println!("\n── {text}");
}

/// What went otherwise than the story promised.
fn promised(kept: bool, what: &str) -> Result<()> {
    if kept { Ok(()) } else { Err(format!("not as promised: {what}").into()) }
}

/// Everybody who reads the list: an auditor of its log, and a cosigner, neither of whom knows where
/// its key is.
struct Followers {
    auditor: LogAuditor,
    cosigner: Cosigner,
    cosigners: Cosigners,
    keys: ListKeys,
}

impl Followers {
    fn new(keys: ListKeys) -> Result<Self> {
        let cosigner = Cosigner::random(&mut OsRng);
        let cosigners = Cosigners::new(&[cosigner.public_key()], 1)?;
        Ok(Self { auditor: LogAuditor::new(keys.clone()), cosigner, cosigners, keys })
    }

    /// Both take an epoch; gives the heads as a wallet counts them.
    fn follow(&mut self, heads: &HeadSet, updates: &[EpochUpdate], now: Timestamp) -> Result<CosignedHeads> {
        self.auditor.follow(heads, updates)?;
        let signature: Cosignature = self.cosigner.cosign(&self.keys, heads, updates, now)?.confirm_stored();
        let cosigned = CosignedHeadSet::new(heads.clone(), vec![signature]);
        let cosigned = CosignedHeadSet::from_bytes(&cosigned.to_bytes())?;
        Ok(cosigned.verify(&self.keys, &self.cosigners, now)?)
    }
}

fn handles() -> Vec<Handle> {
    let (key, card) = (HandleKey::random(&mut OsRng), CardSymbol::from_stored(Secret::new([7; 64])));
    (1..=PEOPLE).filter_map(Generation::new).map(|generation| key.status(&card, generation)).collect()
}

/// What the owner stores beside the token has no signing key, and is enough.
fn restarted(module: &Module, owner: &ListOwner<KeyElsewhere>, slot: selfsame_pkcs11::Slot) -> Result<TokenSigner> {
    let again = ListOwner::<KeyElsewhere>::from_bytes(&owner.to_bytes())?;
    let signer = module.open_signer(slot, PIN, LABEL)?;
    promised(signer.public_key() == again.list_keys().owner_key(), "the token's key is the list's")?;
    println!("After a restart: the file without the key, and the key under its label. 密钥不在文件中。");
    Ok(signer)
}

/// The token does not answer: its own error, and nothing has changed.
fn without_token(list: &mut AccumulatorManager<KeyElsewhere>, signer: &TokenSigner, now: Timestamp) -> Result<()> {
    let before = list.heads().clone();
    match list.prepare_epoch(now)?.sign(signer) {
        Err(SignError::Signer(error)) => println!("  {}", SignError::Signer(error)),
        other => return Err(format!("not as promised: {:?}", other.map(drop)).into()),
    }
    promised(*list.heads() == before, "nothing was published")
}

fn run(module: &Path, _: &Path) -> Result<Verdict> {
    let module = Module::load(module)?;
    title("The key of the heads is made in a token 列表头的签名密钥在硬件中生成");
    let slot = module.make_token("list owner", OFFICER, PIN)?;
    let signer = module.make_signer(slot, PIN, LABEL)?;
    promised(signer.is_kept()?, "the key is sensitive, and was never extractable")?;
    promised(signer.private_value().is_none(), "the value of the key cannot be read")?;
    let again = module.make_signer(slot, PIN, LABEL);
    promised(matches!(again, Err(Error::InvalidValue)), "a label is one key's")?;
    let key = KeyElsewhere::new(&signer.public_key())?;
    let name = ListName::new("public-security", ListClass::Status)?;
    let owner = ListOwner::with_key(key, name, ShardCount::new(2)?, &mut OsRng);
    drop(signer);
    let signer = restarted(&module, &owner, slot)?;

    title("Epochs are signed by it, and anybody follows them 人人可验证");
    let (heads, handles) = (owner.prepare_first_heads(START).sign(&signer)?, handles());
    let mut followers = Followers::new(owner.list_keys())?;
    let mut list = AccumulatorManager::with_owner(owner, heads)?;
    followers.follow(list.heads(), &[], START)?;
    handles.iter().try_for_each(|handle| list.register(Shard::FIRST, handle))?;
    for (number, handle) in (1..).zip(handles.iter().take(3)) {
        let now = START.checked_add(number * DAY / 2).ok_or("a time")?;
        list.remove(handle)?;
        let signed = list.prepare_epoch(now)?.sign(&signer)?;
        let closed = list.take_epoch(signed)?;
        let heads = followers.follow(&closed.heads, &closed.updates, now)?;
        println!("Epoch {}: {} removed, 2 signatures.", heads.epoch().number(), heads.head(Shard::FIRST)?.length());
    }

    title("Another key signs 另一把密钥");
    let now = START.checked_add(2 * DAY).ok_or("a time")?;
    let other = module.make_signer(module.make_token("another", OFFICER, PIN)?, PIN, LABEL)?;
    list.remove(&handles[3])?;
    let wrong = list.prepare_epoch(now)?.sign(&other);
    promised(matches!(wrong, Err(SignError::WrongSignature)), "it is refused before anything is published")?;
    println!("  {}", WrongSignature);

    title("The token is taken out 令牌被取出");
    signer.log_out()?;
    without_token(&mut list, &signer, now)?;
    let signer = module.open_signer(slot, PIN, LABEL)?;
    let signed = list.prepare_epoch(now)?.sign(&signer)?;
    let closed = list.take_epoch(signed)?;
    followers.follow(&closed.heads, &closed.updates, now)?;
    println!("It is back, and the same epoch is signed. 令牌归位，同一期已签。");

    title("The token is lost 令牌遗失");
    signer.destroy()?;
    without_token(&mut list, &signer, now)?;
    println!("This list is at its end; one under new keys begins. 须以新密钥另立列表。");
    let last = followers.follow(&closed.heads, &[], now);
    promised(last.is_err(), "nobody takes an epoch twice for two")?;
    let heads = list.heads().verify(&list.list_keys())?;
    promised(heads.epoch().number() == 4, "what was published stands")?;
    println!("{}", Verdict::Verified.text(Language::Chinese));
    Ok(Verdict::Verified)
}
