//! Check-ins with the device key in a TPM 2.0 (spec 17 §6).
//!
//! ```text
//! cargo run --release -p selfsame-tpm --example trusted_module
//! ```
//!
//! The TPM is `swtpm`, which the story starts and ends. Without it the story is left out, and says
//! so.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::str::FromStr;
use std::time::Duration;

use selfsame::credential::request;
use selfsame::device::Nonces;
use selfsame_tpm::TpmKey;
use testkit::country::Country;
use testkit::prelude::*;
use testkit::story::{Result, exit_with};
use tss_esapi::TctiNameConf;

/// A TPM in software, in a folder of its own.
struct Software {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Software {
    /// Two ports in a row that are free, and what it takes to be asked there.
    fn start(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let port = (20_000..30_000)
            .step_by(2)
            .find(|port| [*port, port + 1].iter().all(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()))
            .ok_or(std::io::ErrorKind::AddrInUse)?;
        let child = Command::new("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
            .arg(format!("dir={}", folder.display()))
            .arg("--server")
            .arg(format!("type=tcp,port={port},bindaddr=127.0.0.1"))
            .arg("--ctrl")
            .arg(format!("type=tcp,port={},bindaddr=127.0.0.1", port + 1))
            .spawn()?;
        Ok(Self { child, folder: folder.into(), port })
    }

    /// A key in it, when it has begun to listen.
    fn make_key(&self) -> Result<TpmKey> {
        let place = TctiNameConf::from_str(&format!("swtpm:host=127.0.0.1,port={}", self.port))?;
        for _ in 0..100 {
            match TpmKey::make(place.clone()) {
                Ok(key) => return Ok(key),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        Ok(TpmKey::make(place)?)
    }
}

impl Drop for Software {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

fn main() -> ExitCode {
    let folder = std::env::temp_dir().join(format!("trusted-module-{}", std::process::id()));
    match Software::start(&folder) {
        Ok(software) => exit_with(run(&software)),
        Err(error) => {
            println!("left out: swtpm does not start: {error}");
            ExitCode::SUCCESS
        }
    }
}

fn run(software: &Software) -> Result<Verdict> {
    let mut country = Country::new(15);
    let mut key = software.make_key()?;
    if !key.is_kept()? {
        return Err("the key may leave its TPM".into());
    }
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
