//! Years of two digits, and which century they mean (spec 02 §7.5).

use super::super::text::digits;
use crate::calendar::Days;

/// The birth date: the later century if that is not after `now`.
pub(super) fn birth(text: &str, now: Days) -> Option<Days> {
    let date = ShortDate::read(text)?;
    [2000, 1900].into_iter().filter_map(|century| date.in_century(century)).find(|day| *day <= now)
}

/// The date of expiry: in the hundred years of which the year of `now` is the fiftieth.
pub(super) fn expiry(text: &str, now: Days) -> Option<Days> {
    let date = ShortDate::read(text)?;
    let (this_year, _, _) = now.to_civil()?;
    let century = [1900, 2000].into_iter().find(|century| {
        let year = century + date.year;
        this_year - 49 <= year && year <= this_year + 50
    })?;
    date.in_century(century)
}

/// A date as written: `YYMMDD`.
struct ShortDate {
    year: i16,
    month: i8,
    day: i8,
}

impl ShortDate {
    fn read(text: &str) -> Option<Self> {
        if text.len() != 6 {
            return None;
        }
        let (year, month_day) = text.split_at_checked(2)?;
        let (month, day) = month_day.split_at_checked(2)?;
        Some(Self {
            year: i16::try_from(digits(year)?).ok()?,
            month: i8::try_from(digits(month)?).ok()?,
            day: i8::try_from(digits(day)?).ok()?,
        })
    }

    fn in_century(&self, century: i16) -> Option<Days> {
        Days::from_civil(century + self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> Option<Days> {
        Some(Days::from_civil(year, month, day).unwrap())
    }

    #[test]
    fn nobody_is_born_after_today() {
        let now = day(2026, 3, 1).unwrap();
        assert_eq!(birth("740812", now), day(1974, 8, 12));
        assert_eq!(birth("260301", now), day(2026, 3, 1), "born today");
        assert_eq!(birth("260302", now), day(1926, 3, 2), "a hundred years old, not unborn");
        assert_eq!(birth("000101", now), day(2000, 1, 1));
        assert_eq!(birth("000101", day(1999, 12, 31).unwrap()), day(1900, 1, 1));
        assert_eq!(birth("500101", day(1949, 12, 31).unwrap()), None);
    }

    #[test]
    fn a_leap_day_picks_its_century() {
        let now = day(2026, 3, 1).unwrap();
        assert_eq!(birth("000229", now), day(2000, 2, 29));
        assert_eq!(birth("000229", day(1999, 12, 31).unwrap()), None, "1900 had none");
        assert_eq!(birth("240229", now), day(2024, 2, 29));
        assert_eq!(birth("280229", now), day(1928, 2, 29));
        assert_eq!(birth("230229", now), None);
        assert_eq!(expiry("320229", now), day(2032, 2, 29));
        assert_eq!(expiry("330229", now), None);
    }

    #[test]
    fn expiry_lies_within_fifty_years() {
        let now = day(2026, 3, 1).unwrap();
        assert_eq!(expiry("300415", now), day(2030, 4, 15));
        assert_eq!(expiry("761231", now), day(2076, 12, 31), "fifty years on");
        assert_eq!(expiry("770101", now), day(1977, 1, 1), "forty-nine years back");
        assert_eq!(expiry("991231", now), day(1999, 12, 31));
        assert_eq!(expiry("150101", now), day(2015, 1, 1), "long expired");
        assert_eq!(expiry("050101", day(1998, 1, 1).unwrap()), day(2005, 1, 1));
    }

    #[test]
    fn a_century_that_days_cannot_reach_is_no_date() {
        let now = day(2035, 1, 1).unwrap();
        assert_eq!(expiry("790605", now), Some(Days::MAX_DATE));
        assert_eq!(expiry("790606", now), None);
        assert_eq!(expiry("800101", now), None);
        assert_eq!(expiry("850101", now), None);
        assert_eq!(expiry("860101", now), day(1986, 1, 1));
        assert_eq!(expiry("060101", Days::MAX_DATE), None, "2106");
        assert_eq!(expiry("990101", day(1949, 1, 1).unwrap()), day(1999, 1, 1));
        assert_eq!(expiry("990101", day(1948, 1, 1).unwrap()), None, "1899");
    }

    #[test]
    fn unknown_parts_are_not_dates() {
        let now = day(2026, 3, 1).unwrap();
        for text in ["", "74081", "7408122", "74081<", "74<<<<", "<<<<<<", "741301", "740832", "7408AA", "+40812"] {
            assert_eq!(birth(text, now), None, "{text}");
            assert_eq!(expiry(text, now), None, "{text}");
        }
    }
}
