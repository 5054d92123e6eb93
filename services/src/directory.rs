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

    /// The same at the start of a service, which waits for it no longer than [`FIRST_LOOK`].
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
