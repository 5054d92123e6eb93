//! Registries: scripts of commands, and the rows that come of them (spec 10).

mod epochs;
mod flags;
mod issuing;
mod play;
mod reports;
mod store;
mod tampered;
mod unions;

use testkit::vectors::File;

/// The bug that a vector with the flag finds.
const FLAGS: [(&str, &str); 10] = [
    ("Key", "another request is answered as the one that was made under its key"),
    ("Offer", "a credential is offered where none may be"),
    ("Request", "a credential is issued to a request, or on values, that it may not be issued to"),
    ("Report", "a report hits what it is not about"),
    ("Union", "two persons are made one without the word of the flag registry, or where they are two"),
    ("Flag", "a case, a registration or a joining is taken that contradicts the rows"),
    ("Epoch", "an epoch is closed that cannot be, or of a time that it cannot have"),
    ("Cut", "an epoch is computed by a cut that does not fit the entries of its list"),
    ("Row", "a row counts that this registry did not store, or that has another encoding"),
    ("Store", "another registry's store, or none, is taken for one's own"),
];

/// Of others than the registries and the phones.
const SEEDS: [(&str, u8); 5] = [
    ("the questions about cards", 2),
    ("the desk, its authority and its cosigner", 3),
    ("another registry", 4),
    ("the next keys of the issuer", 5),
    ("another issuer", 6),
];

fn made() -> File {
    let file = File::new(
        "registries",
        "Scripts of commands to the registries of slots and of flags, with the rows that come of them.",
        &["10", "03 §5", "04 §6", "07 §3 to §6"],
    );
    let mut world = play::World::new();
    let slots = [issuing::groups(&mut world), reports::groups(&mut world), unions::groups(&mut world)];
    let rest = [epochs::groups(&mut world), store::groups(&mut world), flags::groups(&mut world)];
    let groups =
        slots.into_iter().chain(rest).chain([tampered::groups(&mut world), unions::ended(&mut world)]).flatten();
    let file = issuing::secrets(file.flags(&FLAGS).seed(play::SEED).seeds(&SEEDS), &world);
    groups.fold(file, File::group)
}

/// Checks 10-1, 10-2, 10-3, 10-4, 10-5, 10-6, 10-7, 10-8, 10-9, 10-10, 10-11, 10-12, 10-13,
/// 10-14, 10-15, 10-16, 10-17, 10-18, 10-19, 10-20, 10-21, 10-22, 10-23, 10-24, 10-25, 10-26,
/// 10-27, 10-28, 10-29, 10-30, 10-31, 10-32, 10-33, 10-34, 10-35, 10-36, 10-37, 10-38, 10-39,
/// 10-40, 10-42, 10-45, 10-46, 10-47, 10-48, 10-53, 10-57, 10-58, 10-59.
#[test]
fn registries_give_the_bytes_of_the_file() {
    made().check();
}
