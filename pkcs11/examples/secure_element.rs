//! A check-in with the device key in a token that does not give it away (spec 17).
//!
//! ```text
//! cargo run --release -p selfsame-pkcs11 --example secure_element
//! ```
//!
//! The token is SoftHSM's, if it is there: `SOFTHSM2_MODULE`, or where Debian puts it. Without it
//! the story is left out, and says so.

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use selfsame::credential::request;
use selfsame::device::{DeviceAnswer, DeviceError, DeviceQuestion, EcdsaDevice, Nonces};
use selfsame::rand_core::CryptoRngCore;
use selfsame_pkcs11::{Module, TokenKey};
use testkit::country::Country;
use testkit::prelude::*;

const PIN: &str = "4321";
const PLACES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

fn main() -> ExitCode {
    let named = std::env::var("SOFTHSM2_MODULE").map(PathBuf::from).ok();
    let found = named.into_iter().chain(PLACES.map(PathBuf::from)).find(|place| place.exists());
    let Some(module) = found else {
        println!("left out: no SoftHSM module was found (Debian: softhsm2)");
        return ExitCode::SUCCESS;
    };
    if std::env::var_os("SOFTHSM2_CONF").is_none() {
        return in_a_folder_of_its_own();
    }
    testkit::story::exit_with(run(&module))
}

/// The module reads where its tokens are from the environment that the process began with.
fn in_a_folder_of_its_own() -> ExitCode {
    let folder = std::env::temp_dir().join(format!("secure-element-{}", std::process::id()));
    let tokens = folder.join("tokens");
    let prepared = std::fs::create_dir_all(&tokens).and_then(|()| {
        let conf =
            format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
        std::fs::write(folder.join("softhsm2.conf"), conf)?;
        Command::new(std::env::current_exe()?).env("SOFTHSM2_CONF", folder.join("softhsm2.conf")).status()
    });
    let removed = std::fs::remove_dir_all(&folder);
    match (prepared, removed) {
        (Ok(status), Ok(())) if status.success() => ExitCode::SUCCESS,
        (prepared, removed) => {
            eprintln!("the story did not end well: {prepared:?}, {removed:?}");
            ExitCode::FAILURE
        }
    }
}

fn title(text: &str) {
    println!("\n── {text}");
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
    ) -> Result<DeviceAnswer, DeviceError> {
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
    ) -> Result<DeviceAnswer, DeviceError> {
        self.own.sign(question, rng)
    }
}

/// An enrolment: the token signs last, and twice.
fn enrol(
    country: &mut Country,
    token: &mut TokenKey,
    recovery: &RecoverySecret,
    generation: Generation,
) -> Result<Credential, Box<dyn Error>> {
    let offered = country.offer(generation);
    let parameters = country.issuer.parameters();
    let asked = request(parameters, &offered.message, ShardChoice::FromSlot, recovery, token, &mut OsRng)?;
    println!(
        "Two signatures over one digest are {}.",
        match asked.state.nonces() {
            Nonces::Fresh => "different, so nobody recognises old visits by asking the token again",
            Nonces::Deterministic =>
                "equal: who has the token later recognises old visits. 警告：此元件可被用来识别旧记录",
        }
    );
    let accepted = offered.state.accept(&asked.message).map_err(|refused| refused.error)?;
    let response = country.issue(&accepted, generation);
    let heads = &country.heads;
    Ok(asked.state.receive(&response, &heads[0], &heads[1]).map_err(|failed| failed.error)?)
}

fn present(
    country: &Country,
    credential: &Credential,
    device: &mut impl EcdsaDevice,
    request: &PresentationRequest,
) -> Result<Vec<u8>, PresentError> {
    let heads = country.heads();
    let consent = credential.review(request, &heads)?;
    Ok(credential.present(consent, device, &mut OsRng)?.to_bytes())
}

fn run(module: &std::path::Path) -> Result<Verdict, Box<dyn Error>> {
    let module = Module::load(module)?;
    let mut country = Country::new(14);
    let recovery = RecoverySecret::random(&mut OsRng);

    title("A key is made in the token, and stays there 密钥在安全元件中生成");
    let slot = module.make_token("phone", PIN)?;
    let mut token = module.make_key(slot, PIN)?;
    assert!(token.is_kept()? && token.private_value().is_none(), "the token gives its key away");
    println!("Its value cannot be read: sensitive and never extractable. 私钥不可导出。");
    println!(
        "{}",
        if token.hashes() { "It hashes what it signs itself." } else { "It is given SHA-256 of what it signs." }
    );

    title("A credential is issued to it 网证已绑定安全元件");
    let credential = enrol(&mut country, &mut token, &recovery, Generation::FIRST)?;

    title("Twenty check-ins 二十次入住");
    for _ in 0..20 {
        let asked = country.hotel().once(&mut OsRng)?;
        let presentation = present(&country, &credential, &mut token, &asked.message)?;
        assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);
    }
    println!("All verified: one plain ECDSA signature each, and no desk saw a signature or a key.");

    title("The wallet's file is copied to another machine 钱包文件被复制");
    let asked = country.hotel().once(&mut OsRng)?.message;
    let mut other = module.make_key(module.make_token("another machine", PIN)?, PIN)?;
    let refused = present(&country, &credential, &mut other, &asked).unwrap_err();
    println!("Its own token: {refused}.");
    let mut copied = Copied { own: &mut other, says: token.public_key() };
    let refused = present(&country, &credential, &mut copied, &asked).unwrap_err();
    assert_eq!(refused, PresentError::Device(DeviceError::InvalidAnswer));
    println!("A token that says it is the other: {refused}. Nothing was sent.");

    title("Malware shows one request and asks for another 恶意软件");
    let (shown, wanted) = (country.hotel().once(&mut OsRng)?, country.ask("A bank", "a loan").once(&mut OsRng)?);
    let mut malware = Malware { token: &mut token, asked: 0 };
    let presentation = present(&country, &credential, &mut malware, &wanted.message)?;
    let asked = malware.asked;
    assert_eq!(country.settle(shown.state, &presentation), Verdict::Refused);
    assert_eq!(country.settle(wanted.state, &presentation), Verdict::Verified);
    println!("It got {asked} presentation, for what it asked: this token has no screen. 元件无屏，无法阻止这一次。");
    println!("It did not get one for what was shown, nor a second one, nor the key. 仅此一次，密钥未泄露。");

    title("The token is lost, and the person enrols anew 元件遗失，重新签发");
    country.remove(ListClass::Status);
    country.close_epoch();
    let mut new = module.make_key(module.make_token("new phone", PIN)?, PIN)?;
    let renewed = enrol(&mut country, &mut new, &recovery, Generation::new(2).ok_or("there is a second generation")?)?;
    let asked = country.hotel().once(&mut OsRng)?.message;
    let refused = present(&country, &credential, &mut token, &asked).unwrap_err();
    println!("Whoever finds the old one: {refused}.");
    token.destroy()?;
    let asked = country.hotel().once(&mut OsRng)?;
    let presentation = present(&country, &renewed, &mut new, &asked.message)?;
    let verdict = country.settle(asked.state, &presentation);
    println!("{}", if verdict == Verdict::Verified { "验证成功" } else { "验证未通过" });
    Ok(verdict)
}
