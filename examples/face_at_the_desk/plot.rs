//! False accepts and false rejects against the threshold, in exact integers and as a picture.

use std::fmt::Write;

use testkit::story::Result;

use crate::people::{BETWEEN, People, WITHIN, quantised};

/// The scores of pairs, ascending.
pub struct Curve {
    strangers: Vec<i64>,
    guests: Vec<i64>,
}

impl Curve {
    /// How many strangers are accepted and how many guests are refused at this threshold.
    pub fn at(&self, threshold: i64) -> (usize, usize) {
        let below = |scores: &[i64]| scores.partition_point(|score| *score < threshold);
        (self.strangers.len() - below(&self.strangers), below(&self.guests))
    }
}

fn score(one: &[i8], other: &[i8]) -> i64 {
    one.iter().zip(other).map(|(a, b)| i64::from(*a) * i64::from(*b)).sum()
}

pub fn measure(people: &mut People, pairs: usize) -> Curve {
    let mut scores = |mean: f64, deviation: f64| {
        let mut scores: Vec<i64> = (0..pairs)
            .map(|_| {
                let cosine = (mean + deviation * people.normal()).clamp(-0.999, 0.999);
                let one = people.person(512);
                let other = people.picture(&one, cosine);
                score(&quantised(&one), &quantised(&other))
            })
            .collect();
        scores.sort_unstable();
        scores
    };
    Curve { strangers: scores(0.0, BETWEEN), guests: scores(WITHIN.0, WITHIN.1) }
}

/// Rates fall and rise as they must, and count every pair once.
pub fn check(curve: &Curve) -> Result<()> {
    let (mut accepted, mut rejected) = curve.at(i64::MIN);
    if (accepted, rejected) != (curve.strangers.len(), 0) {
        return Err("a pair was lost".into());
    }
    for threshold in (-400..=2100).step_by(10) {
        let (a, r) = curve.at(threshold);
        let exact = |scores: &[i64]| scores.iter().filter(|score| **score >= threshold).count();
        if a > accepted
            || r < rejected
            || a != exact(&curve.strangers)
            || curve.guests.len() - r != exact(&curve.guests)
        {
            return Err("rates and scores disagree".into());
        }
        (accepted, rejected) = (a, r);
    }
    Ok(())
}

pub fn svg(curve: &Curve, threshold: i64) -> String {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 360.0;
    let x = |score: i64| 40.0 + (score + 400) as f64 / 2400.0 * WIDTH;
    // Rates down to one in ten thousand.
    let y = |rate: f64| 20.0 + (-(rate.max(1e-4)).log10() / 4.0) * HEIGHT;
    let line = |of: &dyn Fn(i64) -> f64| {
        (-400..=2000_i64).step_by(10).fold(String::new(), |mut line, score| {
            let _ = write!(line, "{:.1},{:.1} ", x(score), y(of(score)));
            line
        })
    };
    let accepted = line(&|score| curve.at(score).0 as f64 / curve.strangers.len() as f64);
    let rejected = line(&|score| curve.at(score).1 as f64 / curve.guests.len() as f64);
    let at = x(threshold);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 420" font-family="sans-serif" font-size="13">
<rect width="800" height="420" fill="white"/>
<polyline points="{accepted}" fill="none" stroke="#b22222" stroke-width="2"/>
<polyline points="{rejected}" fill="none" stroke="#1f5fa8" stroke-width="2"/>
<line x1="{at:.1}" y1="20" x2="{at:.1}" y2="380" stroke="#444" stroke-dasharray="4 4"/>
<text x="{:.1}" y="34">threshold 阈值 {threshold}</text>
<text x="60" y="60" fill="#b22222">strangers accepted 错误接受</text>
<text x="560" y="60" fill="#1f5fa8">guests refused 错误拒绝</text>
<text x="300" y="410">score 分数 (rates from 1 to 10⁻⁴, logarithmic 对数坐标)</text>
</svg>
"##,
        at + 6.0
    )
}
