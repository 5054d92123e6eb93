//! The key under which a store outside the helper's memory keeps sessions (spec 14 §4.3).

use alloc::vec::Vec;

use crate::seal;
use crate::secret::{Secret, secret_bytes};
use crate::ticket::SessionId;

/// Seals parked sessions: `AES-256-GCM` under `F[session-seal](key; id)`, which gives its key and
/// nonce, with the id as associated data. An id is one session's, so no key and nonce come twice.
///
/// A helper of one process draws one at every start and writes it nowhere: then what is on a disk,
/// in a log or in a backup of the store opens for nobody, not even for the helper. Replicas that
/// share a store share one. Whoever has it and the bytes of a session that was answered has the
/// helper's keys.
pub struct SessionKey(Secret<[u8; 32]>);

secret_bytes!(SessionKey);

impl SessionKey {
    /// The bytes as a store keeps them: 16 more than the session's. None for more bytes than the
    /// cipher takes, which no session has. Constant time in the key and the content.
    #[must_use]
    pub fn seal(&self, id: SessionId, session: &Secret<Vec<u8>>) -> Option<Vec<u8>> {
        seal::once("session-seal", &self.0, &id.to_bytes(), session.expose())
    }

    /// The session of this id; none if these are not bytes that this key sealed for it. Constant
    /// time in the key.
    #[must_use]
    pub fn open(&self, id: SessionId, sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
        seal::open_once("session-seal", &self.0, &id.to_bytes(), sealed)
    }
}
