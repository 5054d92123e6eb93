//! A nation on paper: what its lists, phones, platforms and databases have to carry, from stated
//! assumptions and measured unit costs.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::error::{Context, Result};

/// Numbers by their names.
#[derive(Debug)]
pub struct Numbers(BTreeMap<String, f64>);

impl Numbers {
    /// Reads lines of `name = number`; empty ones and those that begin with `#` aside.
    ///
    /// # Errors
    /// The line that is something else.
    pub fn parse(text: &str) -> Result<Self> {
        let mut numbers = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, value) = line.split_once('=').context(format!("{line} is not name = number"))?;
            let value = value.trim().parse().context(format!("{line} is not name = number"))?;
            numbers.insert(name.trim().to_owned(), value);
        }
        Ok(Self(numbers))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`Numbers::parse`], and if there is no such file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).context(path.display().to_string())?;
        Self::parse(&text).context(path.display().to_string())
    }

    /// One of them.
    ///
    /// # Errors
    /// If it is not there.
    pub fn get(&self, name: &str) -> Result<f64> {
        self.0.get(name).copied().context(format!("{name} is missing"))
    }
}

const DAY: f64 = 86_400.0;
/// How many shards are compared; 1,024 are the most.
pub const SHARDS: [u32; 5] = [4, 16, 64, 256, 1_024];

/// What follows for a number of shards.
#[derive(Debug)]
pub struct Row {
    /// Shards of both lists.
    pub shards: u32,
    /// Persons in one.
    pub crowd: f64,
    /// Bytes a phone reads in a day.
    pub bytes: f64,
    /// Seconds that it computes in a day, every proof verified.
    pub seconds: f64,
    /// The same, proofs left to the cosigners.
    pub seconds_cosigned: f64,
    /// Bytes of heads among them.
    pub heads: f64,
}

/// What does not depend on shards.
#[derive(Debug)]
pub struct Nation {
    /// Rows by the number of shards.
    pub rows: Vec<Row>,
    /// Entries of the status list, and of the flag list, a day.
    pub entries: [f64; 2],
    lines: Vec<(&'static str, String)>,
}

fn thousands(number: f64) -> String {
    if number.fract() != 0.0 && number.abs() < 10.0 {
        return format!("{number:.2}");
    }
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Nation {
    /// Computes it.
    ///
    /// # Errors
    /// The number that is missing.
    pub fn of(assumed: &Numbers, costs: &Numbers) -> Result<Self> {
        let (a, c) = (|name| assumed.get(name), |name| costs.get(name));
        // A credential that is replaced is removed; one that is suspended, too, and restored where
        // it is found.
        let status = a("renewals")? + a("moves")? + a("cards_lost")? + a("phones_lost")? + a("found")? + a("deaths")?;
        let flag = a("cases_opened")? + a("cases_lifted")?;
        let unit = c("unit_micros")? / 1e6;
        let epochs = a("status_epochs")? + a("flag_epochs")?;
        let row = |shards: u32| {
            let entries = (status + flag) / f64::from(shards);
            // One head with each update of its shard; those of all shards, cosigned, when it syncs.
            let heads = (epochs + 2.0 * a("syncs")? * f64::from(shards)) * c("head_bytes")?;
            Ok(Row {
                shards,
                crowd: a("persons")? / f64::from(shards),
                bytes: entries * c("entry_bytes")? + heads,
                seconds: entries * c("catch_up_entry_units")? * unit * a("phone")?,
                seconds_cosigned: entries * c("catch_up_cosigned_units")? * unit * a("phone")?,
                heads,
            })
        };
        let rows = SHARDS.into_iter().map(row).collect::<Result<Vec<_>>>()?;
        let lines = lines(assumed, costs, [status, flag], unit)?;
        Ok(Self { rows, entries: [status, flag], lines })
    }

    /// The tables, in Markdown.
    #[must_use]
    pub fn tables(&self) -> String {
        let mut text = String::from("| | |\n|---|---|\n");
        for (name, value) in &self.lines {
            let _ = writeln!(text, "| {name} | {value} |");
        }
        text +=
            "\n| shards | persons in one | a phone a day | computes, s | proofs left to cosigners, s | of it heads |\n";
        text += "|---|---|---|---|---|---|\n";
        for row in &self.rows {
            let kilobytes = |bytes: f64| format!("{} kB", thousands(bytes / 1_000.0));
            let _ = writeln!(
                text,
                "| {} | {} | {} | {:.2} | {:.2} | {} |",
                thousands(row.shards.into()),
                thousands(row.crowd),
                kilobytes(row.bytes),
                row.seconds,
                row.seconds_cosigned,
                kilobytes(row.heads)
            );
        }
        text
    }

    /// The plot: the crowd of a shard, and what a phone reads in a day, against the number of
    /// shards; all axes are logarithms.
    #[must_use]
    pub fn plot(&self) -> String {
        let title = "Persons in a shard, and bytes a phone reads in a day, against the number of shards";
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             font-family=\"sans-serif\" font-size=\"13\">\n<title>{title}</title>\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
        );
        let (persons, read) = (
            ["100 thousand", "1 million", "10 million", "100 million", "1 billion"],
            ["10 kB", "100 kB", "1 MB", "10 MB", "100 MB"],
        );
        for (step, (persons, read)) in (0..).zip(persons.into_iter().zip(read)) {
            let at = y(10_f64.powi(5 + step), CROWD);
            let _ = writeln!(svg, "<path d=\"M{LEFT} {at:.1}H{:.1}\" stroke=\"#ddd\"/>", WIDTH - LEFT);
            label(&mut svg, [LEFT - 8.0, at + 4.0], ("end", GREEN), persons);
            label(&mut svg, [WIDTH - LEFT + 8.0, at + 4.0], ("start", ORANGE), read);
        }
        for row in &self.rows {
            label(&mut svg, [x(row.shards), HEIGHT - 34.0], ("middle", "#333"), &thousands(row.shards.into()));
        }
        label(&mut svg, [WIDTH / 2.0, HEIGHT - 12.0], ("middle", "#333"), "shards of each list");
        label(&mut svg, [LEFT, 22.0], ("start", GREEN), "persons in one shard");
        label(&mut svg, [WIDTH - LEFT, 22.0], ("end", ORANGE), "a phone reads in a day");
        let points =
            |value: fn(&Row) -> f64, decades| self.rows.iter().map(move |row| [x(row.shards), y(value(row), decades)]);
        line(&mut svg, GREEN, "none", &points(|row| row.crowd, CROWD).collect::<Vec<_>>());
        line(&mut svg, ORANGE, "6 4", &points(|row| row.bytes, BYTES).collect::<Vec<_>>());
        svg + "</svg>\n"
    }
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 100.0;
const GREEN: &str = "#0b5f56";
const ORANGE: &str = "#a33d00";
/// The decades of an axis.
const CROWD: [f64; 2] = [5.0, 9.0];
const BYTES: [f64; 2] = [4.0, 8.0];

fn x(shards: u32) -> f64 {
    LEFT + (f64::from(shards).log2() - 2.0) / 8.0 * (WIDTH - 2.0 * LEFT)
}

fn y(value: f64, [low, high]: [f64; 2]) -> f64 {
    HEIGHT - 56.0 - (value.log10() - low) / (high - low) * (HEIGHT - 96.0)
}

fn label(svg: &mut String, [x, y]: [f64; 2], (anchor, color): (&str, &str), text: &str) {
    let place = format!("x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{color}\"");
    let _ = writeln!(svg, "<text {place}>{text}</text>");
}

fn line(svg: &mut String, color: &str, dash: &str, points: &[[f64; 2]]) {
    let path: Vec<String> = points.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect();
    let style = format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"2.5\" stroke-dasharray=\"{dash}\"");
    let _ = writeln!(svg, "<polyline points=\"{}\" {style}/>", path.join(" "));
    for [x, y] in points {
        let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{color}\"/>");
    }
}

/// A row of the table, made readable.
fn row(name: &'static str, value: f64, of: &str) -> (&'static str, String) {
    (name, format!("{} {of}", thousands(value)).trim().to_owned())
}

fn lines(a: &Numbers, c: &Numbers, [status, flag]: [f64; 2], unit: f64) -> Result<Vec<(&'static str, String)>> {
    let (persons, entries) = (a.get("persons")?, status + flag);
    let mut lines = vec![
        row("entries of the status list, a day", status, ""),
        row("entries of the flag list, a day", flag, ""),
        row("entries of one epoch, status list", status / a.get("status_epochs")?, ""),
        row("entries of one epoch, flag list", flag / a.get("flag_epochs")?, ""),
        row("closing all epochs of a day, one core", entries * c.get("close_entry_units")? * unit, "s"),
        row("checking them, at each platform and cosigner", entries * c.get("check_entry_units")? * unit, "s"),
        row("the log, a day", entries * c.get("entry_bytes")? / 1e6, "MB"),
        row("what an auditor remembers more, a year", entries * 365.0 * c.get("auditor_entry_bytes")? / 1e9, "GB"),
    ];
    lines.extend(presentations(a, c, persons, unit)?);
    lines.extend(registries(a, c, persons, unit)?);
    Ok(lines)
}

fn presentations(a: &Numbers, c: &Numbers, persons: f64, unit: f64) -> Result<Vec<(&'static str, String)>> {
    let shown = persons * a.get("presentations")?;
    let (rush, busy) = (shown * a.get("busiest_hour")? / 3_600.0, a.get("busy")?);
    let mut lines = vec![
        row("presentations, a day", shown, ""),
        row("presentations a second, busiest hour", rush, ""),
        row("platform cores for their proofs, one by one", rush * c.get("verify_units")? * unit / busy, ""),
        row("the same in batches", rush * c.get("verify_batch_units")? * unit / busy, ""),
        row("rows of the register a second, busiest hour", rush * a.get("windows")?, ""),
    ];
    let answers = c.get("answers_a_second")?;
    if answers > 0.0 {
        lines.push(row("machines of two cores, by what the services answered", rush / answers / busy, ""));
    }
    Ok(lines)
}

fn registries(a: &Numbers, c: &Numbers, persons: f64, unit: f64) -> Result<Vec<(&'static str, String)>> {
    let reports = a.get("cards_lost")? + a.get("phones_lost")? + a.get("found")? + a.get("deaths")?;
    let cases = a.get("cases_opened")? + a.get("cases_lifted")?;
    // Who finds a card or a phone again needs no other credential.
    let lost = a.get("cards_lost")? + a.get("phones_lost")? - a.get("found")?;
    let issued = a.get("births")? + a.get("renewals")? + a.get("moves")? + lost;
    let writes = issued * c.get("enrolment_writes")? + (reports + cases) * c.get("report_writes")?;
    let mut lines = vec![
        row("credentials issued, a day", issued, ""),
        row("issuing them, one core", issued * c.get("issue_units")? * unit, "s"),
        row("rows of both registries", persons * c.get("enrolment_rows")? / 1e9, "billion"),
        row("bytes of them", persons * c.get("enrolment_bytes")? / 1e12, "TB"),
        row("writes of rows a second, on average", writes / DAY, ""),
    ];
    let enrolments = c.get("enrolments_a_second")?;
    if enrolments > 0.0 {
        let days = persons / enrolments / DAY / 100.0;
        lines.push(row("days to enrol everybody, with a hundred machines of two cores", days, ""));
    }
    Ok(lines)
}
