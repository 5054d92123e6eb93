//! What day it is somewhere, and who has completed how many years on it.

use core::fmt;
use core::ops::RangeInclusive;

use super::{CHINA_OFFSET_MINUTES, Days, SECONDS_PER_DAY, Timestamp, UNIX_EPOCH_DAY};

/// A number of completed years of life, 1..=150.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Age(u8);

impl Age {
    /// The age of this many years, unless that is 0 or above 150.
    #[must_use]
    pub const fn new(years: u8) -> Option<Self> {
        if matches!(years, 1..=150) { Some(Self(years)) } else { None }
    }

    /// The number of years, 1..=150.
    #[must_use]
    pub const fn years(self) -> u8 {
        self.0
    }
}

/// A day, and the offset from UTC of the place where it is that day; never [`Days::LONG_TERM`]
/// (spec 02 §2.2, §2.3).
///
/// At every moment there are two places in the world that do not have the same day. A question
/// about ages is about the day of one place, and whoever is asked can see of which, because it is
/// printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LocalDay {
    day: Days,
    offset_minutes: i16,
}

impl LocalDay {
    /// The day of `now` where clocks show UTC plus `offset_minutes` (−1439..=1439); `None` for
    /// another offset, and where [`Timestamp::day_at_offset`] has no day.
    #[must_use]
    pub fn at(now: Timestamp, offset_minutes: i16) -> Option<Self> {
        Some(Self { day: now.day_at_offset(offset_minutes)?, offset_minutes })
    }

    /// The day of `now` in China; `None` after 2079-06-05 there.
    #[must_use]
    pub fn in_china(now: Timestamp) -> Option<Self> {
        Self::at(now, CHINA_OFFSET_MINUTES)
    }

    /// The day, a date.
    #[must_use]
    pub const fn day(self) -> Days {
        self.day
    }

    /// From its first second to its last, there: the period of "three times a day". `None` for a
    /// day that began before 1970 in UTC.
    ///
    /// ```
    /// use selfsame::calendar::{LocalDay, Timestamp};
    ///
    /// let now = Timestamp::from_civil(2026, 11, 25).ok_or("no such day")?;
    /// let today = LocalDay::in_china(now).and_then(LocalDay::seconds).ok_or("no such day")?;
    /// // In China it has been the 25th for eight hours.
    /// assert_eq!(today.start().checked_add(8 * 3600), Some(now));
    /// assert_eq!(today.end().checked_add(1), today.start().checked_add(86_400));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn seconds(self) -> Option<RangeInclusive<Timestamp>> {
        let midnight = u64::from(self.day.number()).checked_sub(UNIX_EPOCH_DAY)?.checked_mul(SECONDS_PER_DAY)?;
        let first = midnight.checked_add_signed(i64::from(self.offset_minutes).checked_mul(-60)?)?;
        let first = Timestamp::from_secs(first);
        Some(first..=first.checked_add(SECONDS_PER_DAY - 1)?)
    }

    /// The last birth date of those who have completed `age` years of life on this day: whoever was
    /// born then or earlier has, whoever was born later has not. `None` if that date is before
    /// 1900-01-01, so that no [`Days`] is early enough.
    ///
    /// A year of life is completed at the start of the birthday. Who was born on 29 February has
    /// the birthday on 1 March in years without that day: the rule that never lets anybody in
    /// early. So the date is the same day of the same month `age` years before, and where that is a
    /// 29 February that does not exist, 28 February (spec 02 §2.3).
    ///
    /// Where a law counts from the day after the birthday, take [`Days::checked_sub_days`]`(1)` of
    /// it.
    ///
    /// ```
    /// use selfsame::calendar::{Age, Days, LocalDay, Timestamp};
    ///
    /// let now = Timestamp::from_civil(2028, 2, 29).ok_or("no such day")?;
    /// let today = LocalDay::in_china(now).ok_or("after the last day")?;
    /// assert_eq!(today.to_string(), "2028-02-29 (UTC+08:00)");
    /// let of_age = today.born_by(Age::new(18).ok_or("no such age")?);
    /// assert_eq!(of_age, Days::from_civil(2010, 2, 28));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn born_by(self, age: Age) -> Option<Days> {
        let (year, month, day) = self.day.to_civil()?;
        let year = year.checked_sub(i16::from(age.0))?;
        let leap_day = (month, day) == (2, 29);
        // A 29 February is also missing where the year is before 1900; then so is the 28th.
        Days::from_civil(year, month, day).or_else(|| if leap_day { Days::from_civil(year, 2, 28) } else { None })
    }
}

impl fmt::Display for LocalDay {
    /// Writes the day and the offset as `2026-11-25 (UTC+08:00)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.unsigned_abs();
        write!(f, "{} (UTC{sign}{:02}:{:02})", self.day, minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;

    fn on(day: Days) -> LocalDay {
        LocalDay { day, offset_minutes: 0 }
    }

    fn civil(year: i16, month: i8, day: i8) -> Days {
        Days::from_civil(year, month, day).unwrap()
    }

    /// Lets every day from the first to the last pass, and on each lets everybody who has a
    /// birthday become a year older. No date is computed from an age: birthdays are counted. Calls
    /// `check` on each day with the completed years of everybody who has been born, by birth date.
    fn live(mut check: impl FnMut(Days, &[u8])) {
        let mut completed: Vec<u8> = Vec::new();
        let mut born_on: BTreeMap<(i8, i8), Vec<usize>> = BTreeMap::new();
        let mut yesterday = (12, 31);
        for number in 0..=Days::MAX_DATE.number() {
            let today = Days::from_number(number);
            let (_, month, day) = today.to_civil().unwrap();
            let mut birthdays = born_on.get(&(month, day)).cloned().unwrap_or_default();
            // 1 March straight after 28 February.
            if yesterday == (2, 28) && (month, day) == (3, 1) {
                birthdays.extend(born_on.get(&(2, 29)).into_iter().flatten());
            }
            birthdays.into_iter().for_each(|born| completed[born] += 1);
            born_on.entry((month, day)).or_default().push(completed.len());
            completed.push(0);
            check(today, &completed);
            yesterday = (month, day);
        }
    }

    #[test]
    fn on_every_day_for_every_age_the_last_birth_date_is_the_one_that_counting_finds() {
        let ages: Vec<Age> = (1..=150).map(|years| Age::new(years).unwrap()).collect();
        let mut found = 0;
        live(|today, completed| {
            for age in &ages {
                match on(today).born_by(*age) {
                    Some(last) => {
                        found += 1;
                        let last = usize::from(last.number());
                        assert!(completed[last] >= age.years(), "{today} {age:?}");
                        // Nobody is born after today, and nobody has completed a year on the day of
                        // birth.
                        assert!(completed[last + 1] < age.years(), "{today} {age:?}");
                    }
                    None => assert!(completed[0] < age.years(), "{today} {age:?}"),
                }
            }
        });
        assert_eq!(ages.len(), 150);
        assert!(found > 5_000_000, "{found}");
    }

    #[test]
    fn around_the_ends_of_february_every_birth_date_is_on_its_side() {
        let mut days = 0;
        live(|today, completed| {
            let (_, month, day) = today.to_civil().unwrap();
            if !matches!((month, day), (2, 27..) | (3, 1..=2) | (1, 1) | (12, 31)) {
                return;
            }
            days += 1;
            for years in [1, 4, 18, 60, 100, 120] {
                let last = on(today).born_by(Age::new(years).unwrap());
                for (born, years_completed) in completed.iter().enumerate() {
                    let in_time = last.is_some_and(|last| born <= usize::from(last.number()));
                    assert_eq!(in_time, *years_completed >= years, "{today} {born} {years}");
                }
            }
        });
        assert!(days > 1_000, "{days}");
    }

    #[test]
    fn who_was_born_on_a_leap_day_waits_for_the_first_of_march() {
        let one = |day: Days, years: u8| on(day).born_by(Age::new(years).unwrap());
        assert_eq!(one(civil(2022, 2, 28), 18), Some(civil(2004, 2, 28)));
        assert_eq!(one(civil(2022, 3, 1), 18), Some(civil(2004, 3, 1)));
        assert_eq!(one(civil(2024, 2, 29), 20), Some(civil(2004, 2, 29)));
        assert_eq!(one(civil(2024, 2, 29), 18), Some(civil(2006, 2, 28)));
        // 1900 had no 29 February, 2000 had one.
        assert_eq!(one(civil(2020, 2, 29), 120), Some(civil(1900, 2, 28)));
        assert_eq!(one(civil(2020, 2, 29), 20), Some(civil(2000, 2, 29)));
    }

    #[test]
    fn before_the_first_day_nobody_was_born() {
        assert_eq!(on(civil(1918, 1, 1)).born_by(Age(18)), Some(Days::MIN));
        assert_eq!(on(civil(1917, 12, 31)).born_by(Age(18)), None);
        assert_eq!(on(civil(1948, 2, 29)).born_by(Age(150)), None);
        assert_eq!(on(Days::MIN).born_by(Age(1)), None);
    }

    #[test]
    fn ages_are_from_one_to_a_hundred_and_fifty() {
        assert_eq!(Age::new(0), None);
        assert_eq!(Age::new(1).map(Age::years), Some(1));
        assert_eq!(Age::new(150).map(Age::years), Some(150));
        assert_eq!(Age::new(151), None);
    }

    #[test]
    fn a_day_is_that_of_its_place_and_says_so() {
        // 16:30 in UTC: half past midnight in China.
        let now = Timestamp::from_secs(Timestamp::from_civil(2026, 11, 24).unwrap().as_secs() + 16 * 3600 + 1800);
        let china = LocalDay::in_china(now).unwrap();
        assert_eq!(china.to_string(), "2026-11-25 (UTC+08:00)");
        assert_eq!(china.day(), civil(2026, 11, 25));
        let prints = |offset| LocalDay::at(now, offset).map(|day| day.to_string());
        assert_eq!(prints(0).as_deref(), Some("2026-11-24 (UTC+00:00)"));
        assert_eq!(prints(-210).as_deref(), Some("2026-11-24 (UTC-03:30)"));
        assert_eq!(prints(-1_439).as_deref(), Some("2026-11-23 (UTC-23:59)"));
        assert_eq!(prints(1_440), None);
        assert_eq!(prints(-1_440), None);
        let last = Timestamp::from_civil(2079, 6, 5).unwrap();
        assert!(LocalDay::in_china(last).is_some());
        assert_eq!(LocalDay::in_china(last.checked_add(57_600).unwrap()), None);
    }

    #[test]
    fn the_seconds_of_a_day_are_those_that_fall_on_it() {
        let now = Timestamp::from_secs(1_790_000_000);
        for offset in [-1_439, -210, 0, 345, 480, 1_439] {
            let day = LocalDay::at(now, offset).unwrap();
            let seconds = day.seconds().unwrap();
            assert!(seconds.contains(&now), "{offset}");
            let (first, last) = (*seconds.start(), *seconds.end());
            let before = Timestamp::from_secs(first.as_secs() - 1);
            assert_eq!([first, last].map(|second| LocalDay::at(second, offset)), [Some(day); 2]);
            assert_ne!(LocalDay::at(before, offset), Some(day));
            assert_ne!(LocalDay::at(last.checked_add(1).unwrap(), offset), Some(day));
        }
        // Where it was 1970 already, it was 1969 in UTC when that day began.
        assert_eq!(LocalDay::in_china(Timestamp::from_secs(0)).unwrap().seconds(), None);
        assert_eq!(LocalDay::at(Timestamp::from_secs(0), -1).unwrap().seconds(), None);
    }
}
