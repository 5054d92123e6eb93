//! Properties of parties that live on from one input to the next.

use std::cell::RefCell;

use selfsame::codec::Message;
use selfsame::credential::Credential;
use selfsame::list::{EpochUpdate, ListError, ListKeys};
use selfsame::presentation::{MemoryReplayRegister, Platform, Verdict, VerificationCall};

use crate::setting::{NOW, Setting};

struct Desk {
    platform: Platform,
    honest: Vec<Vec<u8>>,
}

struct Wallet {
    credential: Credential,
    keys: [ListKeys; 2],
    honest: Vec<Vec<u8>>,
}

impl Desk {
    fn new() -> Self {
        // The order of calls is that of the corpus, so the bytes are.
        let honest = Setting::honest().into_iter().filter(|(target, _)| *target == "platform_answer");
        Self { honest: honest.map(|(_, call)| call).collect(), platform: Setting::new().platform }
    }
}

impl Wallet {
    fn new() -> Self {
        let honest = Setting::honest().into_iter().filter(|(target, _)| *target == "follow_epoch");
        Self { honest: honest.map(|(_, update)| update).collect(), ..Self::at_epoch_0() }
    }

    fn at_epoch_0() -> Self {
        let mut setting = Setting::new();
        Self { credential: setting.credential(), keys: setting.list_keys(), honest: Vec::new() }
    }
}

thread_local! {
    static DESK: Desk = Desk::new();
    static WALLET: RefCell<Wallet> = RefCell::new(Wallet::new());
}

/// A call without its last field, which only makes calls unlike each other: key 3, then no bytes or 16.
fn without_nonce(call: &[u8]) -> &[u8] {
    let end = call.len().saturating_sub(if call.ends_with(&[3, 0x40]) { 2 } else { 18 });
    &call[..end]
}

/// The platform verifies an honest call and refuses every call with another request or presentation, alone and next to an
/// honest one.
pub fn platform_answer(bytes: &[u8]) {
    DESK.with(|Desk { platform, honest }| {
        let answer = platform.answer(bytes, NOW, &mut MemoryReplayRegister::new());
        if answer.verdict() == Verdict::Verified {
            assert!(honest.iter().any(|call| without_nonce(call) == without_nonce(bytes)));
        } else {
            assert!(!honest.iter().any(|call| call == bytes));
        }
        // Slow, so only for what gets far enough to have an influence on others.
        if VerificationCall::from_bytes(bytes).is_ok() {
            let other = |call: &&Vec<u8>| without_nonce(call) != without_nonce(bytes);
            let companion = honest.iter().find(other).expect("there are several");
            let answers = platform.answer_batch(&[bytes, companion], NOW, &mut MemoryReplayRegister::new());
            assert_eq!(answers[0], answer);
            assert_eq!(answers[1].verdict(), Verdict::Verified);
        }
    });
}

/// A wallet at epoch 0 follows an honest epoch 1 of its shard, and nothing else; what it refuses leaves it as it was.
pub fn follow_epoch(bytes: &[u8]) {
    let Ok(update) = EpochUpdate::from_bytes(bytes) else { return };
    WALLET.with_borrow_mut(|wallet| {
        let Wallet { credential, keys, honest } = wallet;
        let own_shard = update.head().head().list().shard == credential.shard();
        let expected = honest.iter().any(|honest| honest == bytes) && own_shard;
        let followed: Vec<Result<(), ListError>> = keys.iter().map(|keys| credential.update(&update, keys)).collect();
        assert_eq!(followed.iter().any(Result::is_ok), expected);
        if expected {
            wallet.credential = Wallet::at_epoch_0().credential;
        } else {
            let unmoved = |witness: &selfsame::list::MembershipWitness| {
                witness.epoch().number() == 0 && witness.removed_since().is_none()
            };
            assert!(credential.witnesses().iter().all(unmoved));
        }
    });
}
