//! What counts when: heads, the windows of requests, issuer keys. One rule each, all of them here
//! (spec 06 §7.4, spec 09 §5).

use core::time::Duration;

use crate::calendar::{CLOCK_TOLERANCE, Timestamp};

/// A verifier's policy on age.
///
/// The newest epoch of a list counts while it is at most `max_age` old. An epoch that was followed
/// by another one counts for `grace` from the moment the other was closed, so that a guest at the
/// desk is not turned away by an epoch that closes while the phone proves (and reaches the platform
/// within that time); after that it does not count, however young it is. Whoever missed the epoch
/// after it does not know that moment: then it does not count as soon as a later one is known.
///
/// So a verifier that gets every epoch when it is closed sees a removal `grace` after its epoch at
/// the latest, one that gets them later as soon as it has them, and `max_age` after the last one
/// that it has, whatever it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// The greatest age of a head, in whole seconds.
    pub max_age: Duration,
    /// How long an epoch counts after the next one was closed, in whole seconds.
    pub grace: Duration,
    /// The longest time window of a request, in whole seconds: what a platform has to remember is
    /// bounded by it.
    pub max_window: Duration,
}

impl Freshness {
    /// Whether an epoch closed at `closed`, followed by one closed at `followed` if any, counts at
    /// `now`. Nothing that has not come counts.
    #[must_use]
    pub fn is_epoch_valid_at(&self, closed: Timestamp, followed: Option<Timestamp>, now: Timestamp) -> bool {
        let within = |since: Timestamp, limit: Duration| {
            since.has_come(now) && now.as_secs().saturating_sub(since.as_secs()) <= limit.as_secs()
        };
        within(closed, self.max_age) && followed.is_none_or(|followed| within(followed, self.grace))
    }

    /// When no epoch that counts at `now` counts any more: one that was dated by a clock which is
    /// ahead counts the longer.
    pub(crate) fn epochs_end(&self, now: Timestamp) -> Option<Timestamp> {
        now.checked_add(CLOCK_TOLERANCE.as_secs())?.checked_add(self.max_age.as_secs())
    }

    /// Whether a request for the window `from` to `until` counts at `now`: its beginning has come,
    /// its end has not passed, and it is not too long.
    #[must_use]
    pub fn is_window_valid_at(&self, from: Timestamp, until: Timestamp, now: Timestamp) -> bool {
        let length = until.as_secs().checked_sub(from.as_secs());
        from.has_come(now) && now <= until && length.is_some_and(|length| length <= self.max_window.as_secs())
    }
}

/// From when until when an issuer key counts: the directory says it, and every verifier and wallet
/// goes by it.
///
/// A key counts from its first instant until it retires, that instant excluded. A successor begins
/// before its predecessor retires, so credentials under both are verified in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyValidity {
    /// The first instant at which the key counts.
    pub from: Timestamp,
    /// When it retires: the first instant at which it does not count any more. Equal to `from` for
    /// a key that never counts.
    pub until: Timestamp,
}

impl KeyValidity {
    /// Whether credentials under the key count at `now`: its first instant has come, and it has not
    /// retired.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.from < self.until && self.from.has_come(now) && now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: u64 = CLOCK_TOLERANCE.as_secs();

    #[test]
    fn the_edges_of_age_and_grace() {
        let [max_age, grace, max_window] = [100, 10, 60].map(Duration::from_secs);
        let policy = Freshness { max_age, grace, max_window };
        let at = Timestamp::from_secs;
        for (closed, followed, now, counts) in [
            (1_050, None, 1_050, true),
            (1_050, None, 1_050 - TOLERANCE, true),
            (1_050, None, 1_049 - TOLERANCE, false),
            (1_050, None, 1_150, true),
            (1_050, None, 1_151, false),
            (1_050, Some(1_060), 1_070, true),
            (1_050, Some(1_060), 1_071, false),
            (1_050, Some(1_145), 1_151, false),
            // The clock of who closed the next one is ahead.
            (1_050, Some(1_060), 1_060 - TOLERANCE, true),
            (1_050, Some(1_060), 1_059 - TOLERANCE, false),
        ] {
            let is_valid = policy.is_epoch_valid_at(at(closed), followed.map(at), at(now));
            assert_eq!(is_valid, counts, "{closed} {followed:?} {now}");
        }
        // Of all that count now, the one that was dated furthest ahead counts last.
        let (now, end) = (at(1_000), policy.epochs_end(at(1_000)).unwrap());
        let last = at(1_000 + TOLERANCE);
        assert!(policy.is_epoch_valid_at(last, None, now) && policy.is_epoch_valid_at(last, None, end));
        assert!(!policy.is_epoch_valid_at(last, None, at(end.as_secs() + 1)));
        for (from, until, now, counts) in [
            (1_005, 1_065, 1_005, true),
            (1_005, 1_065, 1_065, true),
            (1_005, 1_065, 1_005 - TOLERANCE, true),
            (1_005, 1_065, 1_004 - TOLERANCE, false),
            (1_005, 1_065, 1_066, false),
            (1_005, 1_066, 1_006, false),
            (1_007, 1_006, 1_006, false),
            (1_007, 1_006, 900, false),
        ] {
            assert_eq!(policy.is_window_valid_at(at(from), at(until), at(now)), counts, "{from} {until} {now}");
        }
    }

    #[test]
    fn the_edges_of_a_key() {
        let at = Timestamp::from_secs;
        let counts = |from, until, now| KeyValidity { from: at(from), until: at(until) }.is_valid_at(at(now));
        assert!(!counts(1_005, 1_009, 1_004 - TOLERANCE));
        assert!(counts(1_005, 1_009, 1_005 - TOLERANCE));
        assert!(counts(1_005, 1_009, 1_008));
        assert!(!counts(1_005, 1_009, 1_009));
        assert!(!counts(1_005, 1_005, 1_005));
        assert!(!counts(1_005, 1_005, 1_004), "one that never counts has no tolerance");
        assert!(!counts(1_009, 1_005, 1_004));
        assert!(!counts(1_009, 1_005, 1_007));
    }
}
