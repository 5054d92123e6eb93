//! A PostgreSQL server of a test's own: an installed one, on a Unix socket in a temporary folder,
//! without TCP. As PostgreSQL refuses to run as root, a test of root's runs it as another user.

mod installed;

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use rand_core::{OsRng, RngCore};
use selfsame_postgres::tokio_postgres::{Config, NoTls};
use selfsame_postgres::{Database, Dialect, Part, Settings};
use tokio::runtime::Runtime;

/// A server, which is stopped when nobody has it any more.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<(u32, u32)>,
    server: Mutex<Option<Child>>,
    pub runtime: Runtime,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

impl Cluster {
    /// A server of this test alone; none where PostgreSQL is not installed.
    pub fn own() -> Option<Arc<Self>> {
        let Some(programs) = installed::programs() else {
            println!("left out: PostgreSQL is not installed (Debian: postgresql)");
            return None;
        };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("selfsame-postgres-{}-{number}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).unwrap();
        let user = installed::other_user();
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).unwrap();
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let cluster = Self { folder, programs, user, server: Mutex::new(None), runtime };
        let mut initdb = cluster.program("initdb");
        initdb.args(["--username=selfsame", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        let made = initdb.arg(cluster.folder.join("data")).output().unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        cluster.start();
        Some(Arc::new(cluster))
    }

    /// One server for all tests that run at the same time.
    pub fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(cluster) = shared.upgrade() {
            return Some(cluster);
        }
        let cluster = Self::own()?;
        *shared = Arc::downgrade(&cluster);
        Some(cluster)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(&self.folder).stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Starts the server, and waits until it takes connections. What a commit wrote is with the
    /// operating system, which outlives the server: without `fsync` nothing is lost when that dies.
    pub fn start(&self) {
        let mut server = self.program("postgres");
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
        let settings = ["listen_addresses=", "fsync=off", "max_connections=200", "shared_buffers=16MB"];
        server.args(settings.iter().flat_map(|setting| ["-c", setting])).arg("-k").arg(&self.folder);
        server.arg("-D").arg(self.folder.join("data")).stdout(Stdio::null()).stderr(log);
        let mut started = server.spawn().unwrap();
        let mut tries = 0;
        while let Err(error) = self.runtime.block_on(self.config("postgres").connect(NoTls)).map(drop) {
            tries += 1;
            assert!(tries < 3_000, "the server does not start: {error}, {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
            // A process of the one before, forked while that was killed, may not be gone yet.
            if started.try_wait().unwrap().is_some() {
                started = server.spawn().unwrap();
            }
        }
        *self.server.lock().unwrap() = Some(started);
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Kills the server and every process of it, at once, and starts it again.
    pub fn kill(&self) {
        self.end();
        self.start();
    }

    fn end(&self) {
        let running = self.server.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let Some(mut server) = running else { return };
        let data = self.folder.join("data").canonicalize().unwrap_or_default();
        let _ = server.kill();
        let _ = server.wait();
        // One that was forked meanwhile would wait for good for a lock of one that is gone.
        loop {
            let left = working_in(&data);
            if left.is_empty() {
                break;
            }
            // Some have ended by themselves.
            let _ = Command::new("kill").arg("-9").args(&left).stderr(Stdio::null()).status();
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// The folder of the socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn config(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host_path(&self.folder).user("selfsame").dbname(database);
        config
    }

    /// A new database with the tables of these parts, by its name.
    pub fn empty(&self, parts: &[Part], dialect: Dialect) -> String {
        let name = format!("d{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.runtime.block_on(async {
            let (client, connection) = self.config("postgres").connect(NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
            let database = connect(self.config(&name)).await;
            for part in parts {
                database.migrate(*part, dialect).await.unwrap();
                database.check(*part).await.unwrap();
            }
        });
        name
    }

    pub fn connect(&self, database: &str) -> Database {
        self.runtime.block_on(connect(self.config(database)))
    }
}

/// A pool, on the runtime that this runs on.
pub async fn connect(config: Config) -> Database {
    Database::connect(config, NoTls, Settings::default(), || OsRng.next_u64()).await.unwrap()
}

/// The processes that work in a folder, as all of a server do in that of its data.
fn working_in(folder: &Path) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let there = processes.filter(|entry| std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == folder));
    let numbers = there.filter_map(|entry| entry.file_name().into_string().ok());
    numbers.filter(|name| name.parse::<u32>().is_ok()).collect()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.end();
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
