//! All services as processes of their own on loopback, in a folder that ends with them.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::{Context, Error, Result};
use crate::http::Client;
use crate::setup::{PROCESSES, Plan, metrics_of, role_of, setup};

/// How long a service may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// The processes of a plan. Dropping it ends them, and removes the folder unless it is kept.
#[derive(Debug)]
pub struct Town {
    /// What was set up.
    pub plan: Plan,
    binary: PathBuf,
    processes: BTreeMap<String, Child>,
    keep: bool,
    client: Client,
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> Result<u16> {
    // It may be taken again before it is used; then the service says so.
    let listener = TcpListener::bind("127.0.0.1:0").context("a free port")?;
    Ok(listener.local_addr().context("a free port")?.port())
}

/// A plan on loopback, in a temporary folder.
///
/// # Errors
/// If there is no port or no folder.
pub fn plan(shards: u16, postgres: Option<String>) -> Result<Plan> {
    let root = std::env::temp_dir().join(format!("selfsame-{}-{}", std::process::id(), free_port()?));
    std::fs::create_dir_all(&root).context(root.display().to_string())?;
    let mut addresses = BTreeMap::new();
    // All at once, so that no two are the same.
    let names = PROCESSES.into_iter().map(str::to_owned).chain(["desk-phones".to_owned()]);
    let names = names.chain(PROCESSES.into_iter().map(metrics_of));
    let ports: Vec<_> = names.map(|name| (name, TcpListener::bind("127.0.0.1:0"))).collect();
    for (name, listener) in ports {
        let listener = listener.context("a free port")?;
        let port = listener.local_addr().context("a free port")?.port();
        addresses.insert(name, (format!("127.0.0.1:{port}"), listener));
    }
    let addresses = addresses.into_iter().map(|(name, (address, _))| (name, address)).collect();
    Ok(Plan { root, addresses, shards, postgres, close_every: 0 })
}

impl Town {
    /// Sets everything up, begins the stores, and starts nothing yet.
    ///
    /// # Errors
    /// Those of the file system and of the stores.
    pub fn found(plan: Plan, binary: PathBuf, keep: bool) -> Result<Self> {
        setup(&plan)?;
        let town = Self { plan, binary, processes: BTreeMap::new(), keep, client: Client::new() };
        for name in ["registry", "police", "platform-1", "helper"] {
            let ended = town.command(name)?.arg("--create").status().context(name)?;
            if !ended.success() {
                return Err(Error::new(format!("{name} did not begin its store: {}", town.log(name))));
            }
        }
        Ok(town)
    }

    fn command(&self, name: &str) -> Result<Command> {
        let folder = self.plan.root.join(name);
        let log = File::options().create(true).append(true).open(folder.join("log")).context("a log")?;
        let mut command = Command::new(&self.binary);
        command.arg(role_of(name)).arg("--config").arg(folder.join("config"));
        // What is read from it later is said at this level.
        command.env("LOG", "info");
        command.stdin(Stdio::null()).stdout(log.try_clone().context("a log")?).stderr(log);
        Ok(command)
    }

    /// Starts a process; it may take some time until it is ready.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(&mut self, name: &str) -> Result<()> {
        let child = self.command(name)?.spawn().context(name)?;
        self.processes.insert(name.to_owned(), child);
        Ok(())
    }

    /// Starts all and waits until all are ready.
    ///
    /// # Errors
    /// If one of them does not become ready.
    pub async fn start_all(&mut self) -> Result<()> {
        for name in PROCESSES {
            self.start(name)?;
        }
        for name in PROCESSES {
            self.ready(name).await?;
        }
        Ok(())
    }

    /// Waits until a process is ready.
    ///
    /// # Errors
    /// If it is not, after a minute; with the end of its log.
    pub async fn ready(&self, name: &str) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.client.get(&format!("{}/health", self.url(name)?)).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(Error::new(format!("{name} is not ready: {}", self.log(name))))
    }

    /// Where a process is.
    ///
    /// # Errors
    /// If the plan has no such process.
    pub fn url(&self, name: &str) -> Result<String> {
        Ok(format!("http://{}", self.plan.addresses.get(name).context(format!("{name} has no address"))?))
    }

    /// Ends a process at once, as kill -9 does.
    ///
    /// # Errors
    /// If it does not run.
    pub fn kill(&mut self, name: &str) -> Result<()> {
        let mut child = self.processes.remove(name).context(format!("{name} does not run"))?;
        child.kill().context(name)?;
        child.wait().context(name)?;
        Ok(())
    }

    /// Ends a process at once, starts it again and waits until it is ready.
    ///
    /// # Errors
    /// Those of the steps.
    pub async fn kill_and_restart(&mut self, name: &str) -> Result<()> {
        self.kill(name)?;
        self.start(name)?;
        self.ready(name).await
    }

    /// The names of the processes that run.
    pub fn running(&self) -> impl Iterator<Item = &str> {
        self.processes.keys().map(String::as_str)
    }

    /// The numbers of a process.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn metrics(&self, name: &str) -> Result<String> {
        let text = self.client.get(&format!("{}/metrics", self.url(&metrics_of(name))?)).await.context(name)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Waits until the numbers of a process have a line.
    ///
    /// # Errors
    /// If they do not, after a minute.
    pub async fn until(&self, name: &str, line: &str) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.metrics(name).await?.contains(line) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(Error::new(format!("{name} never said {line}")))
    }

    /// Asks a process to end (SIGTERM) and waits for it.
    ///
    /// # Errors
    /// If it does not run, or ends otherwise than with success.
    pub fn stop(&mut self, name: &str) -> Result<()> {
        let mut child = self.processes.remove(name).context(format!("{name} does not run"))?;
        let told = Command::new("kill").arg(child.id().to_string()).status().context("kill")?;
        let ended = child.wait().context(name)?;
        if told.success() && ended.success() { Ok(()) } else { Err(Error::new(format!("{name} ended with {ended}"))) }
    }

    /// The last lines that a process wrote.
    #[must_use]
    pub fn log(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.plan.root.join(name).join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        for child in self.processes.values_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.plan.root);
        }
    }
}
