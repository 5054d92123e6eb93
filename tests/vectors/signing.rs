//! The secrets that only sign, which the second verifier holds to what they signed.

use testkit::prelude::*;
use testkit::vectors::File;

/// With an Ed25519 key (RFC 8032: the 32 bytes that it is made of).
pub fn with_key(file: File, of: &str, key: impl AsRef<[u8]>) -> File {
    file.secret(&format!("signing key of {of}"), key)
}

/// With those of both lists.
pub fn with_lists(file: File, country: &Country) -> File {
    let [status, flag, _] = country.signing;
    with_key(with_key(file, "the status list", status), "the flag list", flag)
}

pub fn with_cosigners(file: File, quorum: &Quorum) -> File {
    let keys = (1..).zip(quorum.signing_keys());
    keys.fold(file, |file, (place, key)| with_key(file, &format!("cosigner {place}"), key))
}

/// With those of everybody in a directory that names a country and this authority.
pub fn with_directory(file: File, country: &Country, authority: &Authority) -> File {
    let file = with_key(file, "the authority", authority.to_secret_bytes().expose());
    with_cosigners(with_lists(file, country), &country.quorum)
}
