//! Secrets are wiped before their memory is freed: the allocator looks before it gives one back.
//!
//! The stack is out of reach of these tests; see spec 08 §11.

#![allow(unsafe_code, reason = "an allocator cannot be written without")]

mod cast;
mod registry;
mod source;
mod walk;
mod watch;

use watch::{alone, in_use, watch};

/// A secret of an instance, as [`watch`] looks for it.
type Needle = Vec<u8>;

/// Makes an instance for each of its secrets and drops it: the secret is in memory before; how many
/// blocks that are given back hold one. Nothing of it is printed.
fn left_behind<T: core::fmt::Debug>(name: &str, mut make: impl FnMut() -> (T, Vec<Needle>)) -> usize {
    let (mut number, mut left) = (0, 0);
    loop {
        let (instance, secrets) = make();
        let instance = Box::new(instance);
        assert!(!secrets.is_empty(), "{name} has no secret");
        let Some(secret) = secrets.get(number) else { break left };
        assert!(in_use(secret) > 0, "{name}: its secret is nowhere");
        let printed = format!("{instance:?}").to_lowercase();
        assert!(!printed.is_empty(), "{name} prints nothing in place of its secret");
        let list: Vec<String> = secret[..8].iter().map(ToString::to_string).collect();
        assert!(!printed.contains(&hex::encode(&secret[..8])) && !printed.contains(&list.join(", ")), "{printed}");
        left += watch(secret, || drop(instance)).1;
        number += 1;
    }
}

fn wiped<T: core::fmt::Debug>(name: &str, make: impl FnMut() -> (T, Vec<Needle>)) {
    assert_eq!(left_behind(name, make), 0, "{name}: its memory is given back with a secret in it");
}

#[test]
fn every_secret_type_is_wiped_when_it_is_dropped() {
    let _alone = alone();
    let mut cast = cast::Cast::new();
    registry::drop_all(&mut cast);
}

/// Drops without wiping are found.
#[test]
fn a_type_that_forgets_to_wipe_is_found() {
    let _alone = alone();
    #[allow(dead_code, reason = "it is there to be dropped")]
    struct Careless(Vec<u8>);
    impl core::fmt::Debug for Careless {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("Careless(redacted)")
        }
    }
    let secret = vec![0xC5; 32];
    let make = || (Careless(secret.clone()), vec![secret.clone()]);
    // The list of its secrets, which is dropped later, is a copy.
    assert_eq!(left_behind("Careless", make), 1);
}
