//! A check-in with the device key in a token that does not give it away (spec 17).
//!
//! ```text
//! cargo run --release -p selfsame-pkcs11 --example secure_element
//! ```
//!
//! The wallet is a file under a passphrase and a key of the phone. The token is SoftHSM's.

mod holder;
#[path = "../softhsm/mod.rs"]
mod softhsm;

use std::path::Path;
use std::process::ExitCode;

use selfsame::device::{DeviceAnswer, DeviceError, DeviceQuestion, EcdsaDevice, Nonces};
use selfsame::hazmat::present_anyway;
use selfsame::rand_core::CryptoRngCore;
use selfsame_pkcs11::{KeyError, Module, TokenKey};
use testkit::prelude::*;
use testkit::story::{Country, FLAG, Result, STATUS, reason};

use holder::Holder;

const PIN: &str = "4321";
/// Under which a token has its device key.
const ID: &[u8] = b"device key";
/// Of the token's officer, who sets the PIN; a real one is nobody's but its issuer's.
const OFFICER: &str = "an officer's PIN";
const PASSPHRASE: &str = "翻山 越岭 夜航 早茶 墨水 竹林";
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

/// That the desk sees this verdict of an answer to a new request of the hotel.
fn check_in(country: &Country, holder: &mut Holder, device: &mut impl EcdsaDevice) -> Result<Verdict> {
    let asked = country.hotel().once(&mut OsRng)?;
    country.verdict(asked.state, &holder.present(country, device, &asked.message)??)
}

/// Why this wallet answers the hotel with nothing, which its holder reads.
fn refusal(country: &Country, holder: &mut Holder, device: &mut impl EcdsaDevice) -> Result<WalletError> {
    let asked = country.hotel().once(&mut OsRng)?;
    let error = holder.present(country, device, &asked.message)?.err().ok_or("it answered")?;
    println!("  {}", reason(&error));
    Ok(error)
}

/// A wallet that shows one request and has the element sign what it wants.
struct Malware<'a> {
    token: &'a mut TokenKey,
    asked: usize,
}

impl EcdsaDevice for Malware<'_> {
    fn public_key(&self) -> DevicePublicKey {
        self.token.public_key()
    }
    fn sign(
        &mut self,
        question: &DeviceQuestion<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> std::result::Result<DeviceAnswer, DeviceError> {
        self.asked += 1;
        self.token.sign(question, rng)
    }
}

/// A machine that has the wallet's file and says that it has the key.
struct Copied<'a> {
    own: &'a mut TokenKey,
    says: DevicePublicKey,
}

impl EcdsaDevice for Copied<'_> {
    fn public_key(&self) -> DevicePublicKey {
        self.says
    }
    fn sign(
        &mut self,
        question: &DeviceQuestion<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> std::result::Result<DeviceAnswer, DeviceError> {
        self.own.sign(question, rng)
    }
}

/// A key in a new token, which does not give it away.
fn make_key(module: &Module, label: &str) -> Result<TokenKey> {
    let token = module.make_key(module.make_token(label, OFFICER, PIN)?, PIN, ID)?;
    promised(token.is_kept()?, "the key signs and does nothing else, and was never extractable")?;
    promised(token.private_value().is_none(), "the value of the key cannot be read")?;
    println!("Its value cannot be read: sensitive and never extractable. 私钥不可导出。");
    Ok(token)
}

/// The session ends, and another one finds the key in its token; no key is taken for another.
fn reopened(module: &Module, token: TokenKey) -> Result<TokenKey> {
    let (public, slot) = (token.public_key(), module.find_token("phone")?);
    drop(token);
    let other = SoftwareDevice::random(&mut OsRng);
    let refused = module.open_key(slot, PIN, ID, &EcdsaDevice::public_key(&other));
    promised(matches!(refused, Err(KeyError::WrongKey)), "the token has one key under this id")?;
    println!("So was the key, by its id in the token. 密钥按编号重新打开。");
    Ok(module.open_key(slot, PIN, ID, &public)?)
}

fn enrol(country: &mut Country, holder: &mut Holder, token: &mut TokenKey, kind: IssuanceKind) -> Result<usize> {
    let (nonces, removals) = holder.enrol(country, token, kind)?;
    let warnings = [Language::Chinese, Language::English].map(|language| nonces.warning(language));
    warnings.into_iter().flatten().for_each(|sentence| println!("  {sentence}"));
    if nonces == Nonces::Fresh {
        println!("Nobody recognises old visits by asking the token again. 无法借此元件辨认旧记录。");
    }
    Ok(removals)
}

/// Whoever copied the file, and learnt all that opens it, still has no token.
fn on_another_machine(country: &Country, holder: &Holder, copy: &Path, keys: [&mut TokenKey; 2]) -> Result<()> {
    let [token, other] = keys;
    let sealed = holder.opened(copy.into(), "another passphrase")?.err();
    promised(sealed == Some(WalletError::Seal(SealError::WrongPasscode)), "the file takes its passphrase")?;
    let mut copied = holder.opened(copy.into(), PASSPHRASE)??;
    println!("With the passphrase, and the phone's key for its file, it opens. Its own token:");
    let error = refusal(country, &mut copied, other)?;
    promised(error == WalletError::Present(PresentError::WrongDevice), "the wallet asks for its token")?;
    println!("A token that says it is the other:");
    let error = refusal(country, &mut copied, &mut Copied { says: token.public_key(), own: other })?;
    let invalid = PresentError::Device(DeviceError::InvalidAnswer);
    promised(error == WalletError::Present(invalid), "a signature of another key is none")
}

/// One answer for one signature. This token was unlocked once and asks for nothing more, so malware
/// takes another one as it took the first.
fn malware(country: &Country, holder: &mut Holder, token: &mut TokenKey) -> Result<()> {
    let wanted = |purpose| -> Result<_> {
        let asked = country.request("A bank", purpose).present_on(&country.heads[STATUS]);
        Ok(asked.present_on(&country.heads[FLAG]).once(&mut OsRng)?)
    };
    let (shown, first, second) = (country.hotel().once(&mut OsRng)?, wanted("a loan")?, wanted("another loan")?);
    let mut malware = Malware { token, asked: 0 };
    let presentation = holder.present(country, &mut malware, &first.message)??;
    promised(country.verdict(shown.state, &presentation)? == Verdict::Refused, "it serves no other request")?;
    promised(country.verdict(first.state, &presentation)? == Verdict::Verified, "it serves its own")?;
    let presentation = holder.present(country, &mut malware, &second.message)??;
    promised(country.verdict(second.state, &presentation)? == Verdict::Verified, "the second serves its own")?;
    promised(malware.asked == 2, "one signature is asked for each")?;
    println!("It got 2 presentations, one for each signature: this token has no screen, was unlocked once,");
    println!("and does not ask for each use. 元件已解锁且不逐次验证，恶意软件取得两次应答。");
    println!("It got none for what was shown, and not the key: none more once the token is locked.");
    println!("未取得所示请求的应答，密钥未泄露。");
    Ok(())
}

/// Whoever found the old token, with the old file and all that opens it.
fn finder(country: &Country, holder: &mut Holder, token: &mut TokenKey) -> Result<()> {
    let heads = [&country.heads[STATUS], &country.heads[FLAG]];
    let mut forced = |holder: &Holder| -> Result<Verdict> {
        let asked = country.hotel().once(&mut OsRng)?;
        let known = WalletContext::at(&heads);
        let presentation = present_anyway(&[holder.credential()?], &asked.message, &known, token, &mut OsRng)?;
        country.verdict(asked.state, &presentation.to_bytes())
    };
    promised(forced(holder)? == Verdict::Refused, "yesterday's evidence is refused")?;
    holder.catch_up(country)?;
    println!("The old wallet, with the old token:");
    let error = refusal(country, holder, token)?;
    let removed = matches!(error, WalletError::Present(PresentError::Removed { .. }));
    promised(removed, "the old credential is removed")
}

fn run(module: &Path, folder: &Path) -> Result<Verdict> {
    let module = Module::load(module)?;
    let mut country = Country::new()?;
    let [file, copy] = ["wallet", "wallet-on-another-machine"].map(|name| folder.join(name));

    title("A key is made in the token, and stays there 密钥在安全元件中生成");
    let mut token = make_key(&module, "phone")?;
    let hashes = token.hashes();
    println!("{}", if hashes { "It hashes what it signs itself." } else { "It is given SHA-256 of what it signs." });

    title("A credential is issued to it, into a wallet in a file 网证已绑定安全元件");
    let mut holder = Holder::new(file, PASSPHRASE)?;
    enrol(&mut country, &mut holder, &mut token, IssuanceKind::Enrol)?;
    holder = holder.reopened(PASSPHRASE)?;
    println!("The file was closed, and opened again with its passphrase. 钱包文件凭口令重新打开。");
    token = reopened(&module, token)?;

    title("Twenty check-ins 二十次入住");
    for _ in 0..20 {
        promised(check_in(&country, &mut holder, &mut token)? == Verdict::Verified, "each is verified")?;
    }
    println!("All verified: one plain ECDSA signature each, and no desk saw a signature or a key.");

    title("The wallet's file is copied to another machine 钱包文件被复制");
    let mut other = make_key(&module, "another machine")?;
    holder.copy_file(&copy)?;
    on_another_machine(&country, &holder, &copy, [&mut token, &mut other])?;
    println!("Nothing was sent. 未发送任何内容。");

    title("Malware shows one request and asks for another 恶意软件");
    malware(&country, &mut holder, &mut token)?;

    title("The token is lost, and the person enrols anew 元件遗失，重新签发");
    let mut new = make_key(&module, "new phone")?;
    let removals = enrol(&mut country, &mut holder, &mut new, IssuanceKind::Reissue)?;
    promised(removals == 1, "the former credential ends in the same transaction")?;
    println!("The former credential ended in the same transaction. 旧网证同时作废。");
    country.publish_day()?;
    finder(&country, &mut holder.opened(copy, PASSPHRASE)??, &mut token)?;
    token.destroy()?;
    holder = holder.reopened(PASSPHRASE)?;
    holder.catch_up(&country)?;
    let verdict = check_in(&country, &mut holder, &mut new)?;
    println!("{}", verdict.text(Language::Chinese));
    Ok(verdict)
}
