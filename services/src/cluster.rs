//! A PostgreSQL server of a demonstration's own: one that is installed, on a Unix socket in a
//! temporary folder, without TCP. It syncs, as in earnest.

#[path = "../../stores/postgres/tests/cluster/installed.rs"]
mod installed;

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

impl Cluster {
    /// Starts a server with databases of these names; none where PostgreSQL is not installed.
    ///
    /// # Errors
    /// If one that is installed does not start.
    pub fn start(databases: &[&str]) -> Result<Option<Self>> {
        let Some(programs) = installed::programs() else { return Ok(None) };
        let folder = std::env::temp_dir().join(format!("selfsame-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder).context(folder.display().to_string())?;
        let mut cluster = Self { folder, programs, user: installed::other_user(), server: None };
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
