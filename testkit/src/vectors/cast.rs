//! Whose secrets a file has.

use super::File;
use crate::prelude::*;

impl File {
    /// With an Ed25519 key (RFC 8032: the 32 bytes that it is made of).
    #[must_use]
    pub fn signing_key(self, of: &str, key: impl AsRef<[u8]>) -> Self {
        self.secret(&format!("signing key of {of}"), key)
    }

    /// With those of cosigners; `of` is behind each name, where a file has several countries.
    #[must_use]
    pub fn cosigners(self, of: &str, quorum: &Quorum) -> Self {
        let keys = (1..).zip(quorum.signing_keys());
        keys.fold(self, |file, (place, key)| file.signing_key(&format!("cosigner {place}{of}"), key))
    }

    /// With the shares of auditors.
    #[must_use]
    pub fn auditors(self, of: &str, dealing: &Dealing) -> Self {
        let shares = (1..).zip(&dealing.shares);
        shares.fold(self, |file, (place, share)| file.secret(&format!("auditor {place}{of}"), share.to_bytes()))
    }

    /// With all that a country has but its issuer's, which has a name of its own in some files.
    #[must_use]
    pub fn country(self, of: &str, country: &Country) -> Self {
        let names = ["status list", "flag list", "platform"];
        let keys = names.iter().zip(country.signing);
        keys.fold(self, |file, (name, key)| file.signing_key(&format!("the {name}{of}"), key))
            .cosigners(of, &country.quorum)
            .secret(&format!("status list{of}"), country.status.share_keys().to_bytes())
            .secret(&format!("flag list{of}"), country.flag.share_keys().to_bytes())
            .secret(&format!("symbol key{of}"), country.symbol_key.to_bytes())
            .secret(&format!("handle key{of}"), country.handle_key.to_bytes())
    }

    /// The same with its issuer of cards.
    #[must_use]
    pub fn country_and_issuer(self, of: &str, country: &Country) -> Self {
        self.country(of, country).secret(&format!("issuer{of}"), country.issuer.to_bytes())
    }
}
