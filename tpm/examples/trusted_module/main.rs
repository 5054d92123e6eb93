//! Check-ins with the device key in a TPM 2.0 (spec 17 §6).
//!
//! ```text
//! cargo run --release -p selfsame-tpm --example trusted_module
//! ```
//!
//! The TPM is `swtpm`, which the story starts and ends. Without it the story is left out, and says
//! so.

mod software;

use std::process::ExitCode;

use selfsame::credential::request;
use selfsame::device::{EcdsaDevice, Nonces};
use selfsame_tpm::TpmKey;
use testkit::country::Country;
use testkit::prelude::*;
use testkit::story::{Result, exit_with};

use software::Software;

fn main() -> ExitCode {
    let folder = std::env::temp_dir().join(format!("trusted-module-{}", std::process::id()));
    match Software::start(&folder) {
        Ok(mut software) => exit_with(run(&mut software)),
        Err(error) => {
            println!("left out: swtpm does not start: {error}");
            ExitCode::SUCCESS
        }
    }
}

fn run(software: &mut Software) -> Result<Verdict> {
    let mut country = Country::new(15);
    let mut key = TpmKey::make(software.place()?)?;
    println!("A key is made in the TPM, and stays there. 密钥在可信平台模块中生成。");
    let (offered, recovery) = (country.offer(Generation::FIRST), RecoverySecret::random(&mut OsRng));
    let parameters = country.issuer.parameters();
    let asked = request(parameters, &offered.message, ShardChoice::FromSlot, &recovery, &mut key, &mut OsRng)?;
    println!("Its nonces: {:?}.", asked.state.nonces());
    if asked.state.nonces() != Nonces::Fresh {
        return Err("two signatures over one digest are equal".into());
    }
    let accepted = offered.state.accept(&asked.message).map_err(|refused| refused.error)?;
    let response = country.issue(&accepted, Generation::FIRST);
    let heads = &country.heads;
    let credential = asked.state.receive(&response, &heads[0], &heads[1]).map_err(|failed| failed.error)?;
    println!("A credential is issued to it. 网证已绑定。");
    let (saved, public) = (key.saved().to_vec(), EcdsaDevice::public_key(&key));
    drop(key);
    software.restart()?;
    key = TpmKey::open(software.place()?, &saved, &public)?;
    println!("The TPM was started anew, and its key is opened again. 重启后密钥仍可使用。");
    let mut verdict = Verdict::Refused;
    for _ in 0..20 {
        let asked = country.hotel().once(&mut OsRng)?;
        let consent = credential.review(&asked.message, &country.heads())?;
        let presentation = credential.present(consent, &mut key, &mut OsRng)?.to_bytes();
        verdict = country.settle(asked.state, &presentation);
        if verdict != Verdict::Verified {
            return Ok(verdict);
        }
    }
    println!("Twenty check-ins. 二十次入住。\n{}", verdict.text(Language::Chinese));
    Ok(verdict)
}
