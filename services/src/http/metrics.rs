//! Numbers of a service, as the text that Prometheus reads (version 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Upper ends of the buckets, in seconds.
const BUCKETS: [f64; 14] = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

#[derive(Default)]
struct Histogram {
    /// Of each bucket alone.
    counts: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

#[derive(Default)]
struct Numbers {
    counts: BTreeMap<String, u64>,
    gauges: BTreeMap<String, f64>,
    times: BTreeMap<String, Histogram>,
}

/// Counters, gauges and times. A name may have labels: `steps{step="offer"}`.
#[derive(Default)]
pub struct Metrics(Mutex<Numbers>);

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl Metrics {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, change: impl FnOnce(&mut Numbers) -> T) -> T {
        // A number that was half changed is none.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts one more.
    pub fn count(&self, name: &str) {
        self.with(|numbers| *numbers.counts.entry(name.to_owned()).or_default() += 1);
    }

    /// Says what something is now.
    pub fn set(&self, name: &str, value: f64) {
        self.with(|numbers| numbers.gauges.insert(name.to_owned(), value));
    }

    /// Says how long something took.
    pub fn took(&self, name: &str, time: Duration) {
        let seconds = time.as_secs_f64();
        self.with(|numbers| {
            let histogram = numbers.times.entry(name.to_owned()).or_default();
            histogram.count += 1;
            histogram.sum += seconds;
            if let Some(bucket) = BUCKETS.iter().position(|end| seconds <= *end) {
                histogram.counts[bucket] += 1;
            }
        });
    }

    /// Runs something and says how long it took, also where it fails.
    pub async fn timed<T>(&self, name: &str, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let done = work.await;
        self.took(name, begun.elapsed());
        done
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        self.with(|numbers| {
            let mut text = String::new();
            let mut last = String::new();
            for (name, value) in &numbers.counts {
                head(&mut text, &mut last, name, "counter");
                let _ = writeln!(text, "{name} {value}");
            }
            for (name, value) in &numbers.gauges {
                head(&mut text, &mut last, name, "gauge");
                let _ = writeln!(text, "{name} {value}");
            }
            for (name, histogram) in &numbers.times {
                head(&mut text, &mut last, name, "histogram");
                histogram.write(&mut text, name);
            }
            text
        })
    }
}

/// The line that says what kind a family is of, before the first of it.
fn head(text: &mut String, last: &mut String, name: &str, kind: &str) {
    let family = name.split('{').next().unwrap_or(name);
    if family != last {
        let _ = writeln!(text, "# TYPE {family} {kind}");
        family.clone_into(last);
    }
}

impl Histogram {
    fn write(&self, text: &mut String, name: &str) {
        let (family, labels) = name.split_once('{').unwrap_or((name, "}"));
        let labels = labels.trim_end_matches('}');
        let (comma, braced) = if labels.is_empty() { ("", String::new()) } else { (",", format!("{{{labels}}}")) };
        let mut so_far = 0;
        for (end, count) in BUCKETS.iter().zip(&self.counts) {
            so_far += count;
            let _ = writeln!(text, "{family}_bucket{{{labels}{comma}le=\"{end}\"}} {so_far}");
        }
        let _ = writeln!(text, "{family}_bucket{{{labels}{comma}le=\"+Inf\"}} {}", self.count);
        let _ = writeln!(text, "{family}_sum{braced} {}", self.sum);
        let _ = writeln!(text, "{family}_count{braced} {}", self.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_prometheus_reads_them() {
        let metrics = Metrics::new();
        metrics.count("answers_total{verdict=\"verified\"}");
        metrics.count("answers_total{verdict=\"verified\"}");
        metrics.count("answers_total{verdict=\"refused\"}");
        metrics.set("epoch", 7.0);
        for millis in [1, 2, 40_000] {
            metrics.took("seconds{step=\"offer\"}", Duration::from_millis(millis));
        }
        let text = metrics.text();
        assert_eq!(text.matches("# TYPE answers_total counter\n").count(), 1);
        assert!(text.contains("answers_total{verdict=\"verified\"} 2\n"));
        assert!(text.contains("# TYPE epoch gauge\nepoch 7\n"));
        assert!(text.contains("seconds_bucket{step=\"offer\",le=\"0.001\"} 1\n"));
        assert!(text.contains("seconds_bucket{step=\"offer\",le=\"30\"} 2\n"));
        assert!(text.contains("seconds_bucket{step=\"offer\",le=\"+Inf\"} 3\nseconds_sum{step=\"offer\"} 40.003\n"));
    }
}
