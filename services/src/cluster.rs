//! A PostgreSQL server of a demonstration's own: one that is installed, on a Unix socket in a
//! temporary folder, without TCP. It syncs, as in earnest.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::{Context, Error, Result};

/// A server, which ends with this value.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<(u32, u32)>,
    server: Option<Child>,
}

/// Where `initdb` and `postgres` are: the newest version first.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = versions.into_iter().rev().map(|(_, place)| place).chain(std::env::split_paths(&path));
    places.find(|place| ["initdb", "postgres", "createdb"].iter().all(|program| place.join(program).is_file()))
}

/// For root, to whom PostgreSQL says no: the ids of another user.
fn other_user() -> Option<(u32, u32)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let own = status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_whitespace().nth(1)?;
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let ids = |name: &str| {
        let fields: Vec<&str> =
            users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|of| of[0] == name)?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    if own == "0" { ids("postgres").or_else(|| ids("nobody")) } else { None }
}

impl Cluster {
    /// Starts a server with databases of these names; none where PostgreSQL is not installed.
    ///
    /// # Errors
    /// If one that is installed does not start.
    pub fn start(databases: &[&str]) -> Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let folder = std::env::temp_dir().join(format!("selfsame-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder).context(folder.display().to_string())?;
        let mut cluster = Self { folder, programs, user: other_user(), server: None };
        std::fs::set_permissions(&cluster.folder, PermissionsExt::from_mode(0o700)).context("a folder")?;
        if let Some((uid, gid)) = cluster.user {
            chown(&cluster.folder, Some(uid), Some(gid)).context("a folder")?;
        }
        let data = cluster.folder.join("data");
        let settings = ["--username=selfsame", "--auth=trust", "--encoding=UTF8", "--locale=C", "-D"];
        if !cluster.program("initdb").args(settings).arg(&data).status().context("initdb")?.success() {
            return Err(Error::new("initdb failed"));
        }
        let mut server = cluster.program("postgres");
        server.args(["-c", "listen_addresses=", "-c", "max_connections=200"]);
        server.arg("-k").arg(&cluster.folder).arg("-D").arg(&data);
        cluster.server = Some(server.spawn().context("postgres")?);
        databases.iter().try_for_each(|name| cluster.database(name))?;
        Ok(Some(cluster))
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Makes a database; the first one waits until the server takes connections.
    fn database(&self, name: &str) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(60) {
            let mut made = self.program("createdb");
            if made.arg("-h").arg(&self.folder).args(["-U", "selfsame", name]).status().context("createdb")?.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Error::new("PostgreSQL does not start"))
    }

    /// Its address, to which a database's name is added.
    #[must_use]
    pub fn address(&self) -> String {
        format!("postgres://selfsame@{}", self.folder.display().to_string().replace('/', "%2F"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // SIGINT: it ends its connections and stops in order.
            let _ = Command::new("kill").args(["-INT", &server.id().to_string()]).status();
            let _ = server.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
