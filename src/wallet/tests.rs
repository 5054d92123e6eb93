//! What no method makes: states that their reader refuses are sealed into no file.

use alloc::vec::Vec;

use rand_core::OsRng;

use super::state::{ShardMemory, State};
use super::*;
use crate::codec::Message;
use crate::directory::Equivocation;
use crate::error::{Check, DecodeError, check};
use crate::presentation::{Order, TicketOrder};

const STATES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors/states.json"));
const DIRECTORY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors/directory.json"));

/// The message of the first vector of this group.
fn valid<M: Message>(file: &str, group: &str) -> M {
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let group = file["groups"].as_array().unwrap().iter().find(|of| of["id"] == group).unwrap();
    assert_eq!(group["vectors"][0]["result"], "valid");
    M::from_bytes(&hex::decode(group["vectors"][0]["input"]["bytes"].as_str().unwrap()).unwrap()).unwrap()
}

fn empty() -> State {
    State::new(RecoverySecret::random(&mut OsRng), ShardMemory::ToDraw)
}

/// The check that refuses the state, and that nothing is sealed of it.
fn refused(state: State) -> Option<Check> {
    let refused = state.check().err().map(|refusal| refusal.check);
    let lock = Arc::new(Lock::new(&WalletKey::random(&mut OsRng), None));
    let sealed = Next::seal(lock, state, Version(1), &mut OsRng).map(drop);
    assert_eq!(sealed, if refused.is_some() { Err(WalletError::Unreadable(DecodeError::OutOfRange)) } else { Ok(()) });
    refused
}

/// Check 11-66.
#[test]
fn no_file_is_made_of_what_its_reader_refuses() {
    let orders = |count| {
        let order: TicketOrder = valid(STATES, "states/order");
        let order = Arc::new(Order::Placed(order));
        let orders: Vec<_> = core::iter::repeat_n(order, count).collect();
        refused(State { orders, ..empty() })
    };
    assert_eq!([1, 2, 8, 9].map(orders), [None, Some(check!("11-64")), Some(check!("11-64")), Some(check!("01-11"))]);
    // Issuances of another recovery secret.
    let awaited = |count| {
        let awaited = Arc::new(valid(STATES, "states/request"));
        refused(State { awaited: core::iter::repeat_n(awaited, count).collect(), ..empty() })
    };
    assert_eq!([0, 1, 9].map(awaited), [None, Some(check!("11-58")), Some(check!("01-11"))]);
    let evidence = |count| {
        let evidence: Equivocation = valid(DIRECTORY, "directory/evidence-1");
        refused(State { evidence: core::iter::repeat_n(evidence, count).collect(), ..empty() })
    };
    assert_eq!([16, 17].map(evidence), [None, Some(check!("01-11"))]);
}
