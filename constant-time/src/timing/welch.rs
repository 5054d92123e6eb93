//! Welch's t-test, of all times and of those below many lengths.

/// So many times say where to cut, and count for nothing else.
const FIRST: usize = 200;
/// So many lengths to cut at.
const CUTS: u32 = 20;

/// Count, mean and sum of squared distances of two classes, as they come.
#[derive(Clone, Copy, Default)]
struct Test {
    classes: [(f64, f64, f64); 2],
}

impl Test {
    fn take(&mut self, class: usize, time: f64) {
        let (count, mean, squares) = &mut self.classes[class];
        *count += 1.0;
        let distance = time - *mean;
        *mean += distance / *count;
        *squares += distance * (time - *mean);
    }

    /// `(m₀ − m₁) / √(v₀/n₀ + v₁/n₁)`, or nothing of too few.
    fn t(&self) -> f64 {
        let [of_one, of_other] = self.classes.map(|(count, _, squares)| squares / (count - 1.0) / count);
        let [(one, one_mean, _), (other, other_mean, _)] = self.classes;
        let deviation = (of_one + of_other).sqrt();
        if one < 100.0 || other < 100.0 || deviation == 0.0 { 0.0 } else { (one_mean - other_mean) / deviation }
    }
}

#[derive(Default)]
pub struct Verdicts {
    first: Vec<f64>,
    all: Test,
    /// What is at most so long.
    cut: Vec<(f64, Test)>,
    /// Squared distances from the mean.
    squares: Test,
}

impl Verdicts {
    pub fn has_cuts(&self) -> bool {
        !self.cut.is_empty()
    }

    pub fn take(&mut self, class: usize, cycles: u64) {
        #[allow(clippy::cast_precision_loss, reason = "a time of 2^53 cycles is none")]
        let time = cycles as f64;
        if !self.has_cuts() {
            self.first.push(time);
            if self.first.len() == FIRST {
                self.first.sort_by(f64::total_cmp);
                // Closer together where times are: 1 − 2^(−10·i/CUTS) of them are below.
                let share = |i: u32| 1.0 - (-10.0 * f64::from(i) / f64::from(CUTS)).exp2();
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
                let place = |i| (share(i) * FIRST as f64) as usize;
                self.cut = (1..=CUTS).map(|i| (self.first[place(i).min(FIRST - 1)], Test::default())).collect();
            }
            return;
        }
        self.all.take(class, time);
        self.cut.iter_mut().filter(|(length, _)| time <= *length).for_each(|(_, test)| test.take(class, time));
        if self.all.classes[class].0 > 1000.0 {
            self.squares.take(class, (time - self.all.classes[class].1).powi(2));
        }
    }

    pub fn count(&self) -> f64 {
        self.all.classes.iter().map(|(count, ..)| count).sum()
    }

    pub fn mean(&self) -> f64 {
        self.all.classes.iter().map(|(_, mean, _)| mean).sum::<f64>() / 2.0
    }

    pub fn greatest(&self) -> f64 {
        let tests = self.cut.iter().map(|(_, test)| test).chain([&self.all, &self.squares]);
        tests.map(|test| test.t().abs()).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means 2 and 4, variances 1 and 4: t = −2 / √(1/n + 4/n).
    #[test]
    fn t_is_that_of_welch() {
        let mut test = Test::default();
        for i in 0..200 {
            let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
            test.take(0, 2.0 + sign);
            test.take(1, 4.0 + 2.0 * sign);
        }
        let n = 200.0_f64;
        let expected = -2.0 / (5.0 / (n - 1.0)).sqrt();
        assert!((test.t() - expected).abs() < 1e-9, "{} {expected}", test.t());
    }

    #[test]
    fn a_difference_that_few_long_times_hide_is_found_without_them() {
        let mut verdicts = Verdicts::default();
        for i in 0..40_000_u64 {
            let class = usize::from(i % 3 == 0);
            // One in fifty is interrupted.
            let interrupted = if i % 50 == 7 { 1_000_000 * (i % 11) } else { 0 };
            verdicts.take(class, 1000 + i % 7 + 2 * class as u64 + interrupted);
        }
        assert!(verdicts.all.t().abs() < 4.5, "{}", verdicts.all.t());
        assert!(verdicts.greatest() > 50.0, "{}", verdicts.greatest());
    }

    #[test]
    fn of_equal_classes_nothing_is_found() {
        let mut verdicts = Verdicts::default();
        let mut state = 1_u64;
        for _ in 0..40_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            verdicts.take(usize::from(state >> 63 == 1), 1000 + (state >> 33) % 50);
        }
        assert!(verdicts.greatest() < 4.5, "{}", verdicts.greatest());
    }
}
