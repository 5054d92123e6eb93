//! A TPM in software.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tss_esapi::TctiNameConf;

/// `swtpm`, in a folder of its own.
pub struct Software {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Software {
    /// Starts one in this folder, which it makes.
    pub fn start(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (child, port) = spawn(folder)?;
        Ok(Self { child, folder: folder.into(), port })
    }

    /// Ends it, and starts it again with what it keeps.
    pub fn restart(&mut self) -> std::io::Result<()> {
        self.end();
        (self.child, self.port) = spawn(&self.folder)?;
        Ok(())
    }

    /// How it is reached, when it has begun to listen.
    pub fn place(&self) -> Result<TctiNameConf, tss_esapi::Error> {
        // The other port: the first one takes one connection.
        let listens = || TcpStream::connect(("127.0.0.1", self.port + 1)).is_ok();
        for _ in (0..100).take_while(|_| !listens()) {
            std::thread::sleep(Duration::from_millis(50));
        }
        TctiNameConf::from_str(&format!("swtpm:host=127.0.0.1,port={}", self.port))
    }

    fn end(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// At two ports in a row that are free; each of a process looks from another place on.
fn spawn(folder: &Path) -> std::io::Result<(Child, u16)> {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let place = (std::process::id() + 100 * STARTED.fetch_add(1, Ordering::Relaxed)) % 4_000;
    let first = 20_000 + 2 * u16::try_from(place).unwrap_or_default();
    let port = (first..30_000).step_by(2).find(|port| is_free(*port) && is_free(port + 1));
    let port = port.ok_or(std::io::ErrorKind::AddrInUse)?;
    let child = Command::new("swtpm")
        .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
        .arg(format!("dir={}", folder.display()))
        .arg("--server")
        .arg(format!("type=tcp,port={port},bindaddr=127.0.0.1"))
        .arg("--ctrl")
        .arg(format!("type=tcp,port={},bindaddr=127.0.0.1", port + 1))
        .spawn()?;
    Ok((child, port))
}

impl Drop for Software {
    fn drop(&mut self) {
        self.end();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
