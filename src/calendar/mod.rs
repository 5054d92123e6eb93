//! Days and instants, as numbers.
//!
//! A credential never signs a date as text. It signs a [`Days`]: one sixteen-bit number that grows
//! by one from one civil day to the next, so that "valid until after today" and "born before" are
//! comparisons of small numbers, which is what a range proof can show without showing the date. Day
//! 0 is 1900-01-01 and day 65534 is 2079-06-05. The largest number, 65535, is [`Days::LONG_TERM`]
//! (长期): a document that does not expire, which for that reason compares later than every date.
//!
//! A civil day is not an instant. An instant is a [`Timestamp`], seconds of UTC since 1970-01-01,
//! and which day it falls on depends on where one stands: a card read at seven in the morning in
//! Guangzhou is read on the day before in UTC. So both readings exist, [`Timestamp::day`] and
//! [`Timestamp::day_at_offset`], and neither is a default. Nothing here reads a clock; whoever
//! calls the library says what time it is.
//!
//! ```
//! use selfsame::calendar::{CHINA_OFFSET_MINUTES, Days, Timestamp};
//!
//! let expiry = Days::from_civil(2036, 3, 1).ok_or("no such day")?;
//! assert_eq!(expiry.to_string(), "2036-03-01");
//! assert!(expiry < Days::LONG_TERM);
//! assert_eq!(Days::parse_yyyymmdd("20230229"), None);
//!
//! let evening = Timestamp::from_civil(2026, 1, 31).ok_or("no such day")?.checked_add(20 * 3600).ok_or("overflow")?;
//! assert_eq!(evening.day(), Days::from_civil(2026, 1, 31));
//! assert_eq!(evening.day_at_offset(CHINA_OFFSET_MINUTES), Days::from_civil(2026, 2, 1));
//! # Ok::<(), &str>(())
//! ```
//!
//! The numbers are fixed by spec 02 §2, and so is the rule by which people grow older
//! ([`LocalDay::born_by`]).

mod local_day;

pub use local_day::{Age, LocalDay};

use core::fmt;
use core::time::Duration;

use jiff::SignedDuration;
use jiff::civil::Date;
use zeroize::Zeroize;

/// The offset of China Standard Time from UTC, in minutes (UTC+8, no daylight saving time).
pub const CHINA_OFFSET_MINUTES: i16 = 480;

/// How far the clocks of two honest parties may lie apart: 120 seconds (spec 02 §2.2).
///
/// What another party dated up to this much ahead counts as of now. It moves beginnings alone: ends
/// are as they were signed, so that no lifetime is longer than its signer meant.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(120);

const DAY_ZERO: Date = Date::constant(1900, 1, 1);

/// How many days 1970-01-01 lies after day 0.
const UNIX_EPOCH_DAY: u64 = 25_567;

const SECONDS_PER_DAY: u64 = 86_400;

const MINUTES_PER_DAY: u16 = 1_440;

/// A civil day, counted from 1900-01-01 as 0, or [`Days::LONG_TERM`] (spec 02 §2.1).
///
/// Every sixteen-bit number is one of these, so decoding a signed attribute cannot fail here.
/// `Debug` and `Display` show the date: whoever holds a birth date in one decides where it may be
/// printed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Zeroize)]
pub struct Days(u16);

impl Days {
    /// The first day that can be written: 1900-01-01, number 0.
    pub const MIN: Self = Self(0);

    /// The last day that can be written: 2079-06-05, number 65534.
    pub const MAX_DATE: Self = Self(u16::MAX - 1);

    /// No expiry (长期): number 65535, later than every date.
    pub const LONG_TERM: Self = Self(u16::MAX);

    /// The day with this number; 65535 is [`Days::LONG_TERM`].
    #[must_use]
    pub const fn from_number(number: u16) -> Self {
        Self(number)
    }

    /// The number: days since 1900-01-01, or 65535 for [`Days::LONG_TERM`].
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The day of a proleptic Gregorian date, or `None` if there is no such date or it lies outside
    /// 1900-01-01..=2079-06-05.
    pub fn from_civil(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = Date::new(year, month, day).ok()?;
        let days = date.duration_since(DAY_ZERO).as_hours() / 24;
        // The number after the last date is the mark for "no expiry" and must not be reached by
        // counting.
        u16::try_from(days).ok().map(Days).filter(|day| !day.is_long_term())
    }

    /// The day written as exactly eight ASCII digits, `YYYYMMDD`; `None` for anything else and for
    /// a date that [`Days::from_civil`] refuses.
    #[must_use]
    pub fn parse_yyyymmdd(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (year, month_day) = text.split_at_checked(4)?;
        let (month, day) = month_day.split_at_checked(2)?;
        Self::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Year, month (1..=12) and day of month (1..=31), or `None` for [`Days::LONG_TERM`].
    #[must_use]
    pub fn to_civil(self) -> Option<(i16, i8, i8)> {
        if self.is_long_term() {
            return None;
        }
        let since_day_zero = SignedDuration::from_hours(i64::from(self.0) * 24);
        let date = DAY_ZERO.checked_add(since_day_zero).ok()?;
        Some((date.year(), date.month(), date.day()))
    }

    /// Whether this is [`Days::LONG_TERM`] and so no date at all.
    #[must_use]
    pub const fn is_long_term(self) -> bool {
        self.0 == u16::MAX
    }

    /// The day `days` days before, or `None` if that is before 1900-01-01, and for
    /// [`Days::LONG_TERM`] (spec 02 §2.3).
    #[must_use]
    pub const fn checked_sub_days(self, days: u16) -> Option<Self> {
        if self.is_long_term() {
            return None;
        }
        match self.0.checked_sub(days) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

impl fmt::Display for Days {
    /// Writes the date as `2036-03-01`, or `long-term`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_civil() {
            Some((year, month, day)) => write!(f, "{year:04}-{month:02}-{day:02}"),
            None => f.write_str("long-term"),
        }
    }
}

impl fmt::Debug for Days {
    /// Writes `Days(2036-03-01)`: the number alone says nothing to a reader.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Days({self})")
    }
}

/// An instant: whole seconds of UTC since 1970-01-01T00:00:00Z, leap seconds not counted (spec 02
/// §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The instant this many seconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Midnight UTC at the start of a date, or `None` if there is no such date or it lies outside
    /// 1970-01-01..=2079-06-05.
    pub fn from_civil(year: i16, month: i8, day: i8) -> Option<Self> {
        let since_1900 = u64::from(Days::from_civil(year, month, day)?.number());
        let since_1970 = since_1900.checked_sub(UNIX_EPOCH_DAY)?;
        since_1970.checked_mul(SECONDS_PER_DAY).map(Timestamp)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The instant `seconds` later, or `None` if that number does not fit 64 bits.
    #[must_use]
    pub const fn checked_add(self, seconds: u64) -> Option<Self> {
        match self.0.checked_add(seconds) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// Whether this instant, dated by another party's clock, is no further ahead of `now` than
    /// [`CLOCK_TOLERANCE`].
    #[must_use]
    pub const fn has_come(self, now: Self) -> bool {
        self.0.saturating_sub(now.0) <= CLOCK_TOLERANCE.as_secs()
    }

    /// The day on which this instant falls in UTC, or `None` after 2079-06-05.
    ///
    /// A card's dates are days where it was issued: to compare with them use
    /// [`Timestamp::day_at_offset`].
    #[must_use]
    pub fn day(self) -> Option<Days> {
        self.day_at_offset(0)
    }

    /// The day on which this instant falls where clocks show UTC plus `minutes`, or `None` after
    /// 2079-06-05 there and for an offset of a day or more. See [`CHINA_OFFSET_MINUTES`].
    pub fn day_at_offset(self, minutes: i16) -> Option<Days> {
        if minutes.unsigned_abs() >= MINUTES_PER_DAY {
            return None;
        }
        // Counting from 1900 first keeps the sum positive for instants near 1970 west of Greenwich.
        let since_1900 = self.0.checked_add(UNIX_EPOCH_DAY * SECONDS_PER_DAY)?;
        let local = since_1900.checked_add_signed(i64::from(minutes) * 60)?;
        u16::try_from(local / SECONDS_PER_DAY).ok().map(Days).filter(|day| !day.is_long_term())
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn day_numbers_are_the_specified_ones() {
        assert_eq!(Days::from_civil(1900, 1, 1), Some(Days::MIN));
        assert_eq!(Days::from_civil(1900, 1, 1).map(Days::number), Some(0));
        assert_eq!(Days::from_civil(1900, 3, 1).map(Days::number), Some(59));
        assert_eq!(Days::from_civil(1970, 1, 1).map(Days::number), Some(25_567));
        assert_eq!(Days::from_civil(2000, 3, 1).map(Days::number), Some(36_584));
        assert_eq!(Days::from_civil(2079, 6, 5), Some(Days::MAX_DATE));
        assert_eq!(Days::MAX_DATE.number(), 65_534);
        assert_eq!(Days::LONG_TERM.number(), 65_535);
    }

    #[test]
    fn days_outside_the_range_do_not_exist() {
        assert_eq!(Days::from_civil(1899, 12, 31), None);
        assert_eq!(Days::from_civil(2079, 6, 6), None, "65535 is not a date");
        assert_eq!(Days::from_civil(2079, 6, 7), None);
        assert_eq!(Days::from_civil(9999, 12, 31), None);
        assert_eq!(Days::from_civil(i16::MIN, i8::MIN, i8::MIN), None);
        assert_eq!(Days::from_civil(i16::MAX, i8::MAX, i8::MAX), None);
    }

    #[test]
    fn leap_days_exist_in_leap_years_only() {
        assert_eq!(Days::from_civil(1900, 2, 29), None);
        assert_eq!(Days::from_civil(2023, 2, 29), None);
        for year in [1904, 2000, 2024] {
            let leap = Days::from_civil(year, 2, 29).map(Days::number);
            assert_eq!(leap.map(|number| number + 1), Days::from_civil(year, 3, 1).map(Days::number));
        }
    }

    #[test]
    fn every_number_goes_to_a_date_and_back() {
        for number in 0..=Days::MAX_DATE.number() {
            let day = Days::from_number(number);
            let (year, month, dom) = day.to_civil().unwrap();
            assert_eq!(Days::from_civil(year, month, dom), Some(day));
            assert_eq!(Days::parse_yyyymmdd(&format!("{year:04}{month:02}{dom:02}")), Some(day));
        }
        assert_eq!(Days::LONG_TERM.to_civil(), None);
    }

    #[test]
    fn eight_ascii_digits_and_nothing_else_is_a_date() {
        assert_eq!(Days::parse_yyyymmdd("19920815"), Days::from_civil(1992, 8, 15));
        for text in [
            "", "1992081", "199208150", "1992-8-1", "1992+815", "199208+5", "199208 5", "19921315", "19920230",
            "19920800",
        ] {
            assert_eq!(Days::parse_yyyymmdd(text), None, "{text}");
        }
        for text in ["１９９２", "1992081５", "长期长期", "长期"] {
            assert_eq!(Days::parse_yyyymmdd(text), None, "{text}");
        }
    }

    #[test]
    fn days_print_as_iso_dates() {
        assert_eq!(Days::from_civil(2036, 3, 1).unwrap().to_string(), "2036-03-01");
        assert_eq!(Days::LONG_TERM.to_string(), "long-term");
        assert_eq!(format!("{:?}", Days::MIN), "Days(1900-01-01)");
    }

    #[test]
    fn long_term_is_later_than_every_date() {
        assert!(Days::MAX_DATE < Days::LONG_TERM);
        assert!(Days::LONG_TERM.is_long_term() && !Days::MAX_DATE.is_long_term());
    }

    #[test]
    fn days_are_taken_off_a_date_down_to_the_first_one() {
        let day = |year, month, day| Days::from_civil(year, month, day).unwrap();
        assert_eq!(day(2024, 3, 1).checked_sub_days(1), Some(day(2024, 2, 29)));
        assert_eq!(day(2026, 11, 25).checked_sub_days(30), Some(day(2026, 10, 26)));
        assert_eq!(day(2026, 11, 25).checked_sub_days(0), Some(day(2026, 11, 25)));
        assert_eq!(Days::MAX_DATE.checked_sub_days(65_534), Some(Days::MIN));
        assert_eq!(Days::MAX_DATE.checked_sub_days(65_535), None);
        assert_eq!(Days::MIN.checked_sub_days(1), None);
        for days in [0, 1, 65_535] {
            assert_eq!(Days::LONG_TERM.checked_sub_days(days), None);
        }
    }

    #[test]
    fn timestamps_start_at_midnight_utc() {
        assert_eq!(Timestamp::from_civil(1970, 1, 1), Some(Timestamp::from_secs(0)));
        assert_eq!(Timestamp::from_civil(2000, 1, 1).map(Timestamp::as_secs), Some(946_684_800));
        assert_eq!(Timestamp::from_civil(1969, 12, 31), None);
        assert_eq!(Timestamp::from_civil(2000, 2, 30), None);
        assert_eq!(Timestamp::from_civil(2079, 6, 6), None);
    }

    #[test]
    fn an_instant_has_come_up_to_the_tolerance_before_it() {
        let (at, tolerance) = (Timestamp::from_secs, CLOCK_TOLERANCE.as_secs());
        for (instant, now, come) in [
            (1_000, 1_000, true),
            (1_000, u64::MAX, true),
            (1_000, 1_000 - tolerance, true),
            (1_000, 999 - tolerance, false),
            (u64::MAX, 0, false),
            (u64::MAX, u64::MAX - tolerance, true),
        ] {
            assert_eq!(at(instant).has_come(at(now)), come, "{instant} {now}");
        }
    }

    #[test]
    fn an_instant_falls_on_the_day_of_its_place() {
        let midnight = Timestamp::from_civil(2024, 3, 1).unwrap();
        let before = Timestamp::from_secs(midnight.as_secs() - 1);
        assert_eq!(midnight.day(), Days::from_civil(2024, 3, 1));
        assert_eq!(before.day(), Days::from_civil(2024, 2, 29));
        assert_eq!(before.day_at_offset(CHINA_OFFSET_MINUTES), Days::from_civil(2024, 3, 1));
        assert_eq!(midnight.day_at_offset(-1), Days::from_civil(2024, 2, 29));

        let four_in_the_afternoon = midnight.checked_add(16 * 3600).unwrap();
        let just_before = Timestamp::from_secs(four_in_the_afternoon.as_secs() - 1);
        assert_eq!(just_before.day_at_offset(CHINA_OFFSET_MINUTES), Days::from_civil(2024, 3, 1));
        assert_eq!(four_in_the_afternoon.day_at_offset(CHINA_OFFSET_MINUTES), Days::from_civil(2024, 3, 2));
    }

    #[test]
    fn the_ends_of_time_are_refused_and_do_not_wrap() {
        assert_eq!(Timestamp::from_secs(0).day_at_offset(-1), Days::from_civil(1969, 12, 31));
        let last = Timestamp::from_civil(2079, 6, 5).unwrap().checked_add(86_399).unwrap();
        assert_eq!(last.day(), Some(Days::MAX_DATE));
        assert_eq!(last.checked_add(1).unwrap().day(), None, "65535 is not a date");
        assert_eq!(last.day_at_offset(1), None);
        for minutes in [i16::MIN, -1439, 0, 1439, i16::MAX] {
            assert_eq!(Timestamp::from_secs(u64::MAX).day_at_offset(minutes), None);
        }
        assert_eq!(Timestamp::from_secs(0).day_at_offset(1440), None);
        assert_eq!(Timestamp::from_secs(0).day_at_offset(-1440), None);
        assert_eq!(Timestamp::from_secs(u64::MAX).checked_add(1), None);
    }
}
