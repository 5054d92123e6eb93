//! What a phone keeps, sealed: wallets, backups, stored devices, and what a device answers (spec
//! 05, spec 11).

mod cast;
mod content;
mod files;
mod orders;
mod passcodes;
mod sealing;
mod sessions;
mod stored;

use testkit::vectors::File;

/// The bug that a vector with the flag finds.
const FLAGS: [(&str, &str); 20] = [
    ("Form", "bytes that are no such message are read as one"),
    ("Damaged", "the digest is not compared, so a defect of the storage is taken for a wrong key"),
    ("WrongKey", "the check of the held key is not compared: a header that somebody changed counts"),
    ("WrongPasscode", "the last check is not compared: one file may open under two passcodes"),
    ("WrongTag", "the tag of AES-GCM, or what it covers, is not compared"),
    ("Cost", "hostile bytes say what a passcode costs, without bounds"),
    ("Passcode", "a passcode is left out, or one that nothing was sealed under is taken"),
    ("RolledBack", "an older file opens although the host knows of a newer one"),
    ("LastVersion", "versions wrap around after the last one"),
    ("Content", "what is sealed is not decoded as every message is"),
    ("Unfitting", "parts of a credential that do not belong together are taken"),
    ("OtherShard", "a wallet has credentials of two shards, or two of one kind"),
    ("Uses", "counts of uses that cannot be are taken, and forgotten"),
    ("Tickets", "a ticket covers another number of keys, or heads of what is no list"),
    ("Waiting", "an issuance waits that is not this wallet's"),
    ("Orders", "an order of tickets waits that is none, that waits twice, or for which there is no room"),
    ("Hardware", "another key than the hardware's, or none, unwraps a device"),
    ("OtherDevice", "a stored device has another secret than its public key says"),
    ("Weak", "something is sealed under what is guessed at once"),
    ("Session", "a device answers what it must refuse"),
];

fn made() -> File {
    let file = File::new(
        "wallets",
        "What a phone keeps at rest, how it is sealed and opened, and what its device answers.",
        &["05", "11 §2 to §6", "11 §10", "11 §11", "11 §12"],
    );
    let file = file.flags(&FLAGS).seed(cast::SEED).seeds(&[("another device", stored::OTHER)]);
    let cast = cast::Cast::new();
    let groups = [files::groups(&cast), stored::groups(&cast), sealing::groups(&cast), sessions::groups(&cast)];
    let groups = groups.into_iter().flatten().chain([passcodes::group()]);
    groups.fold(cast.secrets(file), File::group)
}

/// Checks 05-3, 05-11, 11-1, 11-2, 11-3, 11-4, 11-5, 11-6, 11-7, 11-8, 11-9, 11-10, 11-11, 11-12,
/// 11-13, 11-14, 11-15, 11-48, 11-49, 11-50, 11-51, 11-52, 11-53, 11-58, 11-64.
#[test]
fn wallets_devices_and_backups_give_the_bytes_of_the_file() {
    made().check();
}
