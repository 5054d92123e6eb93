//! One binary for all roles: `selfsame-services ROLE --config FILE`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use selfsame_services::cluster::Cluster;
use selfsame_services::config::Config;
use selfsame_services::error::{Context, Error, Result};
use selfsame_services::{demo, enrol, load, nation, restart, role, rotate};

const USAGE: &str = "usage: selfsame-services COMMAND

  authority | registry | police | cosigner | platform | helper | desk | phone  --config FILE
      serves a role; registry, police, platform and helper with --create begin their store, once
  verdict-key --config FILE [--take]
      a platform's next verdict key, for the directory; the platform goes over to it
  amend --config FILE [--platform KEY] … [--without-platform KEY] …
      signs the next version of the directory
  publish VERSION --config FILE
      has the cosigners sign a version of the directory, and publishes it
  demo [--keep] [--postgres ADDRESS]
      all of them as processes on loopback, and the story of a guest
  load [--seconds N] [--postgres ADDRESS]
      answers a second of two platforms, while epochs are closed
  enrol PERSONS [--postgres ADDRESS]
      enrols synthetic persons, and says where the time goes
  restart [--entries N]
      a platform's process beside a log of a million entries: from its start to its first answer
  nation [--assumptions FILE] [--costs FILE] [--plot FILE.svg]
      what a nation takes, from measured unit costs

ADDRESS is postgres://USER@HOST, where there are databases named registry, police, register and
sessions, or `temporary` for a server of its own.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let format = tracing_subscriber::fmt().with_target(false).with_writer(std::io::stderr).with_ansi(false);
    format.with_max_level(level()).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// How much is logged: `LOG` is one of error, warn, info, debug.
fn level() -> tracing::Level {
    std::env::var("LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(tracing::Level::INFO)
}

async fn run(arguments: &[String]) -> Result<()> {
    let Some((command, options)) = arguments.split_first() else { return Err(Error::new(USAGE)) };
    let options = Options(options);
    match command.as_str() {
        "demo" | "load" | "enrol" => {
            let Some((postgres, _cluster)) = database(&options)? else {
                println!("left out: PostgreSQL is not installed (Debian: postgresql)");
                return Ok(());
            };
            on_loopback(command, &options, postgres).await
        }
        "restart" => {
            let entries = options.value("--entries")?.unwrap_or("1000000").parse().context("--entries")?;
            restart::run(std::env::current_exe().context("the binary")?, entries).await
        }
        "nation" => {
            let file = |name: &str| {
                Ok(options.value(&format!("--{name}"))?.map_or_else(|| folder().join(name), PathBuf::from))
            };
            let read = |name: &str| nation::Numbers::read(&file(name)?);
            let nation = nation::Nation::of(&read("assumptions")?, &read("costs")?)?;
            if let Some(plot) = options.value("--plot")? {
                std::fs::write(plot, nation.plot()).context(plot)?;
            }
            print!("{}", nation.tables());
            Ok(())
        }
        "verdict-key" | "amend" | "publish" => rotate(command, &options).await,
        name => serve(name, &options).await,
    }
}

/// A step of a rotation.
async fn rotate(command: &str, options: &Options<'_>) -> Result<()> {
    let config = options.config()?;
    match command {
        "verdict-key" if options.has("--take") => rotate::take_verdict_key(&config)?,
        "verdict-key" => println!("{}", rotate::next_verdict_key(&config)?),
        "amend" => {
            let platforms = options.all("--platform")?;
            let changes = rotate::Changes { platforms, without_platforms: options.all("--without-platform")? };
            let (path, digest) = rotate::amend(&config, &changes)?;
            println!("{}\n{digest}", path.display());
        }
        _ => println!("version {}", rotate::publish(&config, Path::new(options.0.first().context(USAGE)?)).await?),
    }
    Ok(())
}

/// The server that rows go to, if they go to one; with `temporary` one is started, if it is
/// installed.
fn database(options: &Options<'_>) -> Result<Option<(Option<String>, Option<Cluster>)>> {
    match options.value("--postgres")? {
        Some("temporary") => {
            let cluster = Cluster::start(&["registry", "police", "register", "sessions"])?;
            Ok(cluster.map(|cluster| (Some(cluster.address()), Some(cluster))))
        }
        address => Ok(Some((address.map(str::to_owned), None))),
    }
}

async fn on_loopback(command: &str, options: &Options<'_>, postgres: Option<String>) -> Result<()> {
    let binary = std::env::current_exe().context("the binary")?;
    match command {
        "load" => {
            let seconds = options.value("--seconds")?.unwrap_or("30").parse().context("--seconds")?;
            load::run(load::Options { binary, seconds, postgres }).await
        }
        "enrol" => {
            let persons = options.0.first().context(USAGE)?.parse().context(USAGE)?;
            enrol::run(enrol::Options { binary, persons, postgres }).await
        }
        _ => demo::tell(demo::Options { binary, keep: options.has("--keep"), postgres }).await,
    }
}

/// Where the assumptions and costs are that come with the source.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("nation")
}

async fn serve(name: &str, options: &Options<'_>) -> Result<()> {
    let config = options.config()?;
    match (name, options.has("--create")) {
        ("registry", true) => role::registry::create(&config).await,
        ("police", true) => role::police::create(&config).await,
        ("platform", true) => role::platform::create(&config).await,
        ("helper", true) => role::helper::create(&config).await,
        ("registry", false) => role::registry::serve(&config).await,
        ("police", false) => role::police::serve(&config).await,
        ("authority", false) => role::authority::serve(&config).await,
        ("cosigner", false) => role::cosigner::serve(&config).await,
        ("platform", false) => role::platform::serve(&config).await,
        ("helper", false) => role::helper::serve(&config).await,
        ("desk", false) => role::desk::serve(&config).await,
        ("phone", false) => role::phone::serve(&config).await,
        _ => Err(Error::new(USAGE)),
    }
}

struct Options<'a>(&'a [String]);

impl Options<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|option| option == name)
    }

    fn config(&self) -> Result<Config> {
        Config::read(Path::new(self.value("--config")?.context(USAGE)?))
    }

    /// The values of an option that may come many times.
    fn all(&self, name: &str) -> Result<Vec<String>> {
        let named = self.0.iter().enumerate().filter(|(_, option)| *option == name);
        named.map(|(place, _)| self.0.get(place + 1).cloned().context(format!("{name} needs a value"))).collect()
    }

    fn value(&self, name: &str) -> Result<Option<&str>> {
        match self.0.iter().position(|option| option == name) {
            None => Ok(None),
            Some(place) => {
                self.0.get(place + 1).map(|value| Some(value.as_str())).context(format!("{name} needs a value"))
            }
        }
    }
}
