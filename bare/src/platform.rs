// A platform of one suite: `suite` and `vectors` are those of the module that includes this.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::convert::Infallible;
use core::time::Duration;

use suite::calendar::Timestamp;
use suite::codec::Message;
use suite::credential::{IssuerParameters, IssuerPublicKey, KeyVersion};
use suite::list::{ClosedEpoch, Freshness, HeadSet, ListClass, ListKeys, ListName};
use suite::presentation::{
    Effort, MemoryReplayRegister, Platform, Recorded, ReplayRegister, ToRecord, Verdict, VerdictKey,
};

/// As the vectors ask, each call is the first one.
struct Register(RefCell<MemoryReplayRegister>);

impl ReplayRegister for Register {
    type Error = Infallible;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Infallible> {
        ReplayRegister::record(&*self.0.borrow(), answers)
    }
}

fn fixed<T: for<'a> TryFrom<&'a [u8]>>(bytes: &[u8]) -> T {
    T::try_from(bytes).ok().expect("bytes of this length")
}

fn message<M: Message>(bytes: &[u8]) -> M {
    M::from_bytes(bytes).expect("a message")
}

fn platform() -> Platform<Register> {
    let [max_age, grace, max_window] = [vectors::MAX_AGE, vectors::GRACE, vectors::MAX_WINDOW].map(Duration::from_secs);
    let freshness = Freshness { max_age, grace, max_window };
    // Nobody concludes these verdicts: any key will do.
    let key = VerdictKey::random(&mut crate::NotRandom);
    let platform = Platform::without_directory(freshness, key, Register(RefCell::new(MemoryReplayRegister::new())));
    platform.allow(Effort::ANY);
    for issuer in vectors::ISSUERS {
        let public = IssuerPublicKey::from_bytes(&fixed(issuer.public)).expect("a key");
        let parameters = IssuerParameters::new(public, KeyVersion(issuer.version), message(issuer.schema));
        platform.add_issuer(parameters, message(issuer.secret)).expect("an issuer");
    }
    for list in vectors::LISTS {
        let class = if list.class == ListClass::Status as u8 { ListClass::Status } else { ListClass::Flag };
        let name = ListName::new(list.owner, class).expect("a name");
        let point = |bytes: &&[u8]| suite::accumulator::AccumulatorPublicKey::from_bytes(&fixed(bytes)).expect("a key");
        let keys = ListKeys::new(name, fixed(list.owner_key), list.accumulators.iter().map(point).collect());
        platform.add_list(keys.expect("keys"), message(list.secret)).expect("a list");
        let time = |heads: &HeadSet| heads.iter().next().expect("a head").head().time();
        let first: HeadSet = message(list.first);
        platform.accept_epoch(&first, &[], time(&first)).expect("the empty log");
        for epoch in list.epochs {
            let epoch: ClosedEpoch = message(epoch);
            platform.accept_epoch(&epoch.heads, &epoch.updates, time(&epoch.heads)).expect("an epoch");
        }
    }
    vectors::SETS.iter().for_each(|set| drop(platform.add_set(message(set)).expect("a set")));
    vectors::DIGITS.iter().for_each(|set| drop(platform.add_digits(message(set)).expect("digits")));
    platform
}

/// How many calls were verified and refused; stops at one that is answered otherwise than its
/// vector says.
pub fn run() -> [usize; 2] {
    let (platform, mut found) = (platform(), [0; 2]);
    for call in vectors::CALLS {
        platform.register().0.replace(MemoryReplayRegister::new());
        let verified = |bytes: &[u8]| {
            let answer = platform.answer(bytes, Timestamp::from_secs(call.now));
            answer.expect("a register").unverified_verdict() == Verdict::Verified
        };
        assert!(call.before.iter().all(|before| verified(before)), "{}: a call before", call.id);
        assert!(verified(call.bytes) == call.is_valid, "{}", call.id);
        found[usize::from(!call.is_valid)] += 1;
    }
    found
}
