//! The directory, as every service goes by it: pinned by its digest, kept in a folder, followed by
//! number.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use selfsame::codec::Message;
use selfsame::directory::{DirectoryDigest, SignedDirectory, VerifiedDirectory};

use selfsame::published::{AsyncSource, Wanted};
use tokio::time::timeout;

use crate::config::Config;
use crate::error::{Context, Error, Result};
use crate::files;
use crate::http::{Client, Peer};
use crate::minimum::Minimum;

/// The name of the number of the newest version that a service has gone by.
const NEWEST: &str = "directory";
/// How long a service waits at its start for the versions that came since.
const FIRST_LOOK: Duration = Duration::from_secs(10);

/// The newest version of the directory that this service has.
#[derive(Debug)]
pub struct Followed {
    newest: RwLock<Arc<VerifiedDirectory>>,
    folder: PathBuf,
    source: Peer,
    minimum: Minimum,
}

impl Followed {
    /// Pins the version that the configuration names by `pinned`, its digest in hex, and follows
    /// the versions that lie in the folder of `directory`, up to the newest one that this service
    /// has gone by before, at least.
    ///
    /// # Errors
    /// If the folder has not the pinned version, a version does not follow the one before, or the
    /// newest is missing: who sets a folder back would have keys count that were taken out.
    pub fn open(config: &Config, client: &Client) -> Result<Self> {
        let folder = config.path("directory")?;
        let digest = digest_of(config.one("pinned")?)?;
        let first = files::read(&folder.join("1"))?.context(format!("{} has no version 1", folder.display()))?;
        let mut newest = SignedDirectory::from_bytes(&first).context("version 1")?.pin(&digest).context("version 1")?;
        while let Some(next) = files::read(&folder.join((newest.version().number() + 1).to_string()))? {
            newest = newest.follow(&SignedDirectory::from_bytes(&next).context("a version")?).context("a version")?;
        }
        let (minimum, version) = (Minimum::of(config)?, newest.version().number());
        if version < minimum.get(NEWEST) {
            let folder = folder.display();
            let known = minimum.get(NEWEST);
            return Err(Error::new(format!(
                "{folder} ends at version {version}, and this service has gone by version {known}: put the versions \
                 in between back, which are published"
            )));
        }
        minimum.raise(NEWEST, version)?;
        let source = Peer::new(client, config.one("authority")?, None);
        Ok(Self { newest: RwLock::new(Arc::new(newest)), folder, source, minimum })
    }

    /// How far this service has gone.
    #[must_use]
    pub const fn minimum(&self) -> &Minimum {
        &self.minimum
    }

    /// The newest version.
    #[must_use]
    pub fn newest(&self) -> Arc<VerifiedDirectory> {
        Arc::clone(&self.newest.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the versions that came since.
    ///
    /// # Errors
    /// If one cannot be read or kept, or does not follow the one before it.
    pub async fn follow(&self) -> Result<()> {
        loop {
            let newest = self.newest();
            let Some(wanted) = Wanted::after(&newest) else { return Ok(()) };
            let number = (newest.version().number() + 1).to_string();
            let fetched = (&self.source).fetch(&wanted.path(), wanted.most_bytes()).await;
            let Some(bytes) = fetched.context("the directory")? else { return Ok(()) };
            let next = wanted.take(&bytes).context(format!("version {number} of the directory"))?;
            files::replace(&self.folder.join(&number), &bytes, false)?;
            self.minimum.raise(NEWEST, next.version().number())?;
            *self.newest.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
            tracing::info!(version = number, "the directory moved on");
        }
    }

    /// The same; where it does not work, that is logged, and what there is goes on to count.
    pub async fn look(&self) {
        if let Err(error) = self.follow().await {
            tracing::warn!(%error, version = self.newest().version().number(), "the directory is not followed");
        }
    }

    /// The same at the start of a service, which waits for it ten seconds at most.
    pub async fn first_look(&self) {
        if timeout(FIRST_LOOK, self.look()).await.is_err() {
            let version = self.newest().version().number();
            tracing::warn!(version, "the directory is not followed yet, and the service goes on");
        }
    }

    /// Follows every so often, for as long as the process lives.
    pub async fn keep_following(self: Arc<Self>, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            self.look().await;
        }
    }
}

/// A digest in hex.
///
/// # Errors
/// If it is none.
pub fn digest_of(hex: &str) -> Result<DirectoryDigest> {
    let digit = |at: usize| hex.as_bytes().get(at).and_then(|digit| char::from(*digit).to_digit(16));
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        let pair = digit(2 * place).zip(digit(2 * place + 1)).context("a digest has 64 digits")?;
        *byte = u8::try_from(pair.0 << 4 | pair.1).context("a digest")?;
    }
    (hex.len() == 64).then(|| DirectoryDigest::from_bytes(bytes)).context("a digest has 64 digits")
}

/// Bytes in hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use selfsame::directory::{Authority, KeyValidity};
    use selfsame::host::{OsRng, Publisher, now};
    use selfsame::list::{Cosigner, Cosigners, ShardCount};
    use selfsame::presentation::VerdictKey;
    use selfsame::symbol::SymbolKey;

    use super::*;
    use crate::http::Server;

    /// Two versions, of which a service has the first in its folder and the second is published.
    fn two_versions(folder: &std::path::Path) -> VerifiedDirectory {
        let (authority, mut cosigner) = (Authority::random(&mut OsRng), Cosigner::random(&mut OsRng));
        let cosigners = Cosigners::new(&[cosigner.public_key()], 1).unwrap();
        let draft = authority.draft(cosigners, SymbolKey::random(&mut OsRng).public_key(), ShardCount::new(4).unwrap());
        let first = authority.found(draft, now()).unwrap();
        let pinned = first.pin(&first.digest()).unwrap();
        let key = VerdictKey::random(&mut OsRng).public_key().to_bytes();
        let day = KeyValidity { from: now(), until: now().checked_add(86_400).unwrap() };
        let second = authority.sign(&pinned, pinned.amend().platform(&key, day), now()).unwrap();
        let signature = cosigner.cosign_directory(&pinned, &second, now()).unwrap().confirm_stored();
        let second = pinned.follow(&second.with_cosignatures(vec![signature])).unwrap();
        let publisher = Publisher::open(folder.join("public")).unwrap();
        publisher.directory(&pinned).and_then(|()| publisher.directory(&second)).unwrap();
        std::fs::create_dir_all(folder.join("kept")).unwrap();
        std::fs::write(folder.join("kept/1"), first.to_bytes()).unwrap();
        pinned
    }

    fn opened(folder: &std::path::Path, pinned: &VerifiedDirectory, authority: std::net::SocketAddr) -> Followed {
        let digest = hex(&pinned.digest().to_bytes());
        let text = format!("directory = kept\nminimum = minimum\npinned = {digest}\nauthority = http://{authority}\n");
        Followed::open(&Config::parse(&text, folder.to_path_buf()).unwrap(), &Client::new()).unwrap()
    }

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("selfsame-directory-{name}-{}", std::process::id()))
    }

    #[tokio::test]
    async fn a_service_looks_for_the_newest_version_when_it_starts() {
        let folder = folder("newest");
        let pinned = two_versions(&folder);
        let config = Config::parse("listen = 127.0.0.1:0\npublic = public\n", folder.clone()).unwrap();
        let server = Server::bind(&config, "test").await.unwrap();
        let followed = opened(&folder, &pinned, server.address().unwrap());
        tokio::spawn(server.serve(Router::new()));
        followed.first_look().await;
        assert_eq!((followed.newest().version().number(), followed.minimum().get(NEWEST)), (2, 2));
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// It waits no longer than its time for who does not answer, and goes on with what there is.
    #[tokio::test(start_paused = true)]
    async fn a_service_goes_on_where_no_version_comes() {
        let folder = folder("silent");
        let pinned = two_versions(&folder);
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let followed = opened(&folder, &pinned, silent.local_addr().unwrap());
        let begun = tokio::time::Instant::now();
        followed.first_look().await;
        assert!(begun.elapsed() <= FIRST_LOOK + Duration::from_secs(1));
        assert_eq!(followed.newest().version().number(), 1);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
