//! The next version of the directory, in the steps of those who make it, and a platform's next
//! verdict key.
//!
//! | step | who, where | what |
//! |---|---|---|
//! | `verdict-key` | a platform | draws its next key, keeps it beside its key file, and says its public half |
//! | `amend` | the directory's authority, where no network is | signs the version after the newest that was published |
//! | `approved` | each cosigner, by hand | the digest of a version that it has looked at |
//! | `publish` | an operator | has the cosigners sign it, and publishes it |
//! | `verdict-key --take` | the platform | goes over to the key, once desks know it |

use std::path::{Path, PathBuf};

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::directory::{Authority, DirectoryDraft, KeyValidity, SignedDirectory, VerifiedDirectory};
use selfsame::host::{Folder, OsRng, Publisher, now};
use selfsame::presentation::{PlatformKeys, PlatformPublicKey, VerdictKey};
use selfsame::published::Wanted;

use crate::config::Config;
use crate::directory::{Followed, digest_of, hex};
use crate::error::{Context, Error, Result};
use crate::files;
use crate::http::{Client, Peer};
use crate::keyfile::{Keys, SealKey};
use crate::role::platform;
use crate::setup::YEAR;

/// What the key file of the directory's authority is sealed for.
pub const VAULT: &str = "vault";
/// That of an operator.
pub const OPERATOR: &str = "operator";

/// What the next version says otherwise than the newest.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Verdict keys that count from now on for five years, in hex.
    pub platforms: Vec<String>,
    /// Verdict keys that count no more, in hex.
    pub without_platforms: Vec<String>,
}

impl Changes {
    fn of(&self, mut draft: DirectoryDraft, now: Timestamp) -> Result<DirectoryDraft> {
        let until = Timestamp::from_secs(now.as_secs().saturating_add(5 * YEAR));
        for key in &self.platforms {
            draft = draft.platform(&public_key(key)?, KeyValidity { from: now, until });
        }
        for key in &self.without_platforms {
            draft = draft.without_platform(&public_key(key)?);
        }
        Ok(draft)
    }
}

fn public_key(digits: &str) -> Result<[u8; 32]> {
    let key = digest_of(digits).context("a verdict key")?.to_bytes();
    PlatformPublicKey::from_bytes(&key).context("a verdict key").map(|key| key.to_bytes())
}

/// The newest version that the authority can know of: of its folder, and of what is published.
fn newest(config: &Config) -> Result<VerifiedDirectory> {
    let followed = Followed::open(config, &Client::new())?.newest();
    let (mut newest, mut published) = (VerifiedDirectory::clone(&followed), Folder::new(config.path("published")?));
    loop {
        let wanted = Wanted::after(&newest).map(|wanted| wanted.fetch(&mut published));
        match wanted.transpose().context("what is published")?.flatten() {
            Some(next) => newest = next,
            None => return Ok(newest),
        }
    }
}

/// Signs the version after the newest, once for each number, and leaves it beside the
/// configuration. Gives where it is, and its digest, which cosigners approve.
///
/// # Errors
/// If a version of this number was signed already, or it may not follow.
pub fn amend(config: &Config, changes: &Changes) -> Result<(PathBuf, String)> {
    let keys = Keys::of(config, VAULT)?;
    let authority: Authority = keys.message("directory authority")?;
    let (newest, now) = (newest(config)?, now());
    let number = newest.version().number().saturating_add(1);
    let (folder, path) = (config.path("signed")?, config.path("signed")?.join(number.to_string()));
    std::fs::create_dir_all(&folder).context("a folder for versions")?;
    // Of two at once, the second one finds what the first has signed.
    let _alone = files::locked(&folder.join("lock"))?;
    if files::read(&path)?.is_some() {
        return Err(Error::new(format!("version {number} was signed already: {}", path.display())));
    }
    let signed = authority.sign(&newest, changes.of(newest.amend(), now)?, now).context("the next version")?;
    // It is kept before it leaves: of one number one content is signed.
    files::replace(&path, &signed.to_bytes(), false)?;
    Ok((path, hex(&signed.digest().to_bytes())))
}

/// Has a quorum of the cosigners sign a version, and publishes it. Gives its number.
///
/// # Errors
/// If there is no quorum, or the version does not follow the newest one.
pub async fn publish(config: &Config, version: &Path) -> Result<u64> {
    let (keys, client) = (Keys::of(config, OPERATOR)?, Client::new());
    let followed = Followed::open(config, &client)?;
    followed.look().await;
    let bytes = files::read(version)?.context(version.display().to_string())?;
    let mut signed = SignedDirectory::from_bytes(&bytes).context("the version")?;
    for cosigner in config.all("cosigner") {
        let peer = Peer::named(&client, &keys, cosigner)?;
        let answered = peer.post_again("/cosign-directory", bytes.clone()).await.context(peer.base());
        match answered.and_then(|answer| SignedDirectory::from_bytes(&answer).context(peer.base())) {
            Ok(answer) => signed = signed.with_cosignatures(answer.cosignatures().to_vec()),
            Err(error) => tracing::warn!(%error, "a cosigner does not sign"),
        }
    }
    let next = followed.newest().follow(&signed).context("the version")?;
    let publisher = Publisher::open(config.path("public")?).context("the published folder")?;
    publisher.directory(&next).context("the published folder")?;
    Ok(next.version().number())
}

/// Draws a platform's next verdict key, and keeps it in a second key file beside the one in use; or
/// finds the one that was drawn. Gives its public half in hex, for the directory.
///
/// # Errors
/// Those of the key file.
pub fn next_verdict_key(config: &Config) -> Result<String> {
    let (path, seal) = (beside(config)?, SealKey::read(&config.path("seal")?)?);
    let _alone = files::locked(&path.with_extension("lock"))?;
    let keys = if files::read(&path)?.is_some() {
        Keys::read(&path, platform::ROLE, &seal)?
    } else {
        let keys = Keys::of(config, platform::ROLE)?;
        let mut own: PlatformKeys = keys.message("platform keys")?;
        own.verdict_key = VerdictKey::random(&mut OsRng);
        let keys = keys.with("platform keys", &own);
        keys.write(&path, platform::ROLE, &seal)?;
        keys
    };
    let own: PlatformKeys = keys.message("platform keys")?;
    Ok(hex(&own.verdict_key.public_key().to_bytes()))
}

/// Puts the second key file in the place of the first. The platform goes by it from its next start.
///
/// # Errors
/// If there is none.
pub fn take_verdict_key(config: &Config) -> Result<()> {
    let (path, seal) = (beside(config)?, SealKey::read(&config.path("seal")?)?);
    let _alone = files::locked(&path.with_extension("lock"))?;
    Keys::read(&path, platform::ROLE, &seal)?.write(&config.path("keys")?, platform::ROLE, &seal)?;
    std::fs::remove_file(&path).context(path.display().to_string())
}

fn beside(config: &Config) -> Result<PathBuf> {
    let mut path = config.path("keys")?.into_os_string();
    path.push(".next");
    Ok(path.into())
}
