//! Putting a certificate together (spec 15 §2).

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::content::Content;
use super::{DeskCertificate, DeskPermissions, DraftError, PermissionsBuilder};
use crate::list::KeyValidity;
use crate::signature::VerifyingKey;

/// A certificate in the making, finished by
/// [`Authority::certify`](crate::directory::Authority::certify), where a mistake made on the way
/// comes out.
#[derive(Clone, Debug)]
pub struct CertificateDraft {
    name: String,
    key: [u8; 32],
    validity: KeyValidity,
    purposes: Vec<String>,
    permissions: Vec<DeskPermissions>,
    window: Option<Duration>,
    linking: bool,
    tickets: bool,
    cards: bool,
    max_age: Option<Duration>,
    mistake: Option<DraftError>,
}

impl DeskCertificate {
    /// Starts a certificate that permits nothing yet: `name` is what holders are told who asks, 1
    /// to 64 bytes that can be shown (spec 01 §5.4); `key` is what the desk signs with
    /// ([`DeskKey::public_key`](super::DeskKey::public_key)); it counts for at most 400 days.
    #[must_use]
    pub fn draft(name: &str, key: &[u8; 32], validity: KeyValidity) -> CertificateDraft {
        CertificateDraft {
            name: String::from(name),
            key: *key,
            validity,
            purposes: Vec::new(),
            permissions: Vec::new(),
            window: None,
            linking: false,
            tickets: false,
            cards: false,
            max_age: None,
            mistake: None,
        }
    }
}

impl CertificateDraft {
    /// Permits a purpose, word for word: 1 to 128 bytes that can be shown. There are 1 to 16.
    #[must_use]
    pub fn purpose(mut self, purpose: &str) -> Self {
        self.purposes.push(String::from(purpose));
        self
    }

    /// Permits what was collected of credentials under a schema. There are 1 to 8 schemas, each
    /// once.
    #[must_use]
    pub fn permit(mut self, permissions: PermissionsBuilder) -> Self {
        match permissions.finish() {
            Ok(permissions) => self.permissions.push(permissions),
            Err(mistake) => self.mistake = Some(mistake),
        }
        self
    }

    /// Permits requests that stand for a time window, printed ones for instance, of at most so many
    /// whole seconds from its first to its last.
    #[must_use]
    pub const fn standing(mut self, longest: Duration) -> Self {
        self.window = Some(Duration::from_secs(longest.as_secs()));
        self
    }

    /// Permits requests about two credentials at once, which say that both are on one device. Which
    /// attributes may be linked, the permissions say: [`PermissionsBuilder::same`].
    #[must_use]
    pub const fn linking(mut self) -> Self {
        self.linking = true;
        self
    }

    /// Permits requests to ask for tickets. An answer with one is evidence to everybody, for ever,
    /// where it would else be deniable: a verifier needs that if it verifies without keys or has to
    /// prove a visit to others.
    #[must_use]
    pub const fn tickets(mut self) -> Self {
        self.tickets = true;
        self
    }

    /// Permits the desk to ask registries whether a card in its hand is current. Each question
    /// tells the registry which card is where, so this is for desks that have to know. A desk that
    /// asks no holder for anything needs neither purpose nor schema beside it.
    #[must_use]
    pub const fn card_checks(mut self) -> Self {
        self.cards = true;
        self
    }

    /// Permits requests to name no epoch of a list but an age up to this, 1 second to 31 days:
    /// printed ones that outlive the close of an epoch. An answer then tells at which epoch the
    /// holder's phone is.
    #[must_use]
    pub const fn present_lately(mut self, max_age: Duration) -> Self {
        self.max_age = Some(Duration::from_secs(max_age.as_secs()));
        self
    }

    pub(super) fn finish(mut self) -> Result<Content, DraftError> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        self.purposes.sort_unstable();
        self.purposes.dedup();
        self.permissions.sort_by_key(DeskPermissions::schema);
        let content = Content {
            name: self.name,
            key: VerifyingKey::from_bytes(&self.key).map_err(|_| DraftError::Key)?,
            validity: self.validity,
            purposes: self.purposes,
            permissions: self.permissions,
            window: self.window,
            linking: self.linking,
            tickets: self.tickets,
            cards: self.cards,
            max_age: self.max_age,
        };
        content.check()?;
        Ok(content)
    }
}
