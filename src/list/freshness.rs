//! What counts when: heads, the windows of requests, issuer keys. One rule each, all of them here (spec 06 §7.4, spec 09 §5).

use core::time::Duration;

use crate::calendar::Timestamp;

/// A verifier's policy on age.
///
/// The newest epoch of a list counts while it is at most `max_age` old. An epoch that was followed by another one counts for
/// `grace` from the moment the other was closed, so that a guest at the desk is not turned away by an epoch that closes while
/// the phone proves (and reaches the platform within that time); after that it does not count, however young it is. A removal
/// is thus seen `grace` after its epoch at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// The greatest age of a head, in whole seconds.
    pub max_age: Duration,
    /// How long an epoch counts after the next one was closed, in whole seconds.
    pub grace: Duration,
    /// The longest time window of a request, in whole seconds: what a platform has to remember is bounded by it.
    pub max_window: Duration,
}

impl Freshness {
    /// Whether an epoch closed at `closed`, followed by one closed at `followed` if any, counts at `now`. Nothing from the
    /// future counts.
    #[must_use]
    pub fn counts(&self, closed: Timestamp, followed: Option<Timestamp>, now: Timestamp) -> bool {
        let within = |since: Timestamp, limit: Duration| {
            now.as_secs().checked_sub(since.as_secs()).is_some_and(|age| age <= limit.as_secs())
        };
        within(closed, self.max_age) && followed.is_none_or(|followed| within(followed, self.grace))
    }

    /// Whether a request for the window `from` to `until` counts at `now`.
    #[must_use]
    pub fn window_counts(&self, from: Timestamp, until: Timestamp, now: Timestamp) -> bool {
        let length = until.as_secs().checked_sub(from.as_secs());
        from <= now && now <= until && length.is_some_and(|length| length <= self.max_window.as_secs())
    }
}

/// From when until when an issuer key counts: the directory says it, and every verifier and wallet goes by it.
///
/// A key counts from its first instant until it retires, that instant excluded. A successor begins before its predecessor retires, so
/// credentials under both are verified in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyValidity {
    /// The first instant at which the key counts.
    pub from: Timestamp,
    /// When it retires: the first instant at which it does not count any more. Equal to `from` for a key that never counts.
    pub until: Timestamp,
}

impl KeyValidity {
    /// Whether credentials under the key count at `now`: `from ≤ now < until`.
    #[must_use]
    pub fn counts(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_age_and_grace() {
        let [max_age, grace, max_window] = [100, 10, 60].map(Duration::from_secs);
        let policy = Freshness { max_age, grace, max_window };
        let at = Timestamp::from_secs;
        for (closed, followed, now, counts) in [
            (50, None, 50, true),
            (50, None, 49, false),
            (50, None, 150, true),
            (50, None, 151, false),
            (50, Some(60), 70, true),
            (50, Some(60), 71, false),
            (50, Some(145), 151, false),
        ] {
            assert_eq!(policy.counts(at(closed), followed.map(at), at(now)), counts, "{closed} {followed:?} {now}");
        }
        for (from, until, now, counts) in [
            (5, 65, 5, true),
            (5, 65, 65, true),
            (5, 65, 4, false),
            (5, 65, 66, false),
            (5, 66, 6, false),
            (7, 6, 6, false),
        ] {
            assert_eq!(policy.window_counts(at(from), at(until), at(now)), counts, "{from} {until} {now}");
        }
    }

    #[test]
    fn the_edges_of_a_key() {
        let at = Timestamp::from_secs;
        let counts = |from, until, now| KeyValidity { from: at(from), until: at(until) }.counts(at(now));
        assert!(!counts(5, 9, 4));
        assert!(counts(5, 9, 5));
        assert!(counts(5, 9, 8));
        assert!(!counts(5, 9, 9));
        assert!(!counts(5, 5, 5));
        assert!(!counts(9, 5, 7));
    }
}
