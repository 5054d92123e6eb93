//! Machine-readable zones of ICAO 9303, sizes TD1 and TD3 (spec 02 §7).
//!
//! A zone is read in two steps. The layout of its size ([`td1`], [`td3`]) cuts it into fields and
//! checks every check digit, so what follows knows nothing of positions. Then the fields are
//! understood, alike for both sizes.

mod check;
mod dates;
mod layout;
mod names;
mod td1;
mod td3;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use self::layout::{FILLER, Layout, trim};
use super::canonical::Canonical;
use super::error::{ChipError, Defect, Field};
use super::sex::Sex;
use crate::calendar::Days;

/// The size of a machine-readable zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ZoneFormat {
    /// An identity card: three lines of 30 characters.
    Td1,
    /// A passport: two lines of 44 characters.
    Td3,
}

impl ZoneFormat {
    /// The number of lines, 3 or 2.
    #[must_use]
    pub const fn lines(self) -> usize {
        match self {
            Self::Td1 => 3,
            Self::Td3 => 2,
        }
    }

    /// The number of characters of each line, 30 or 44.
    #[must_use]
    pub const fn line_length(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td3 => 44,
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Td1 => "icao-td1",
            Self::Td3 => "icao-td3",
        }
    }
}

/// A machine-readable zone whose check digits all fit, read field by field.
///
/// Wiped when dropped, never printed, and not `Clone`.
///
/// ```
/// use selfsame::calendar::Days;
/// use selfsame::chip::MachineReadableZone;
///
/// let now = Days::from_civil(2026, 1, 1).ok_or("no such day")?;
/// let lines = ["P<UTOEXAMPLESON<<ALPHA<BETA<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3004157ZE184226B<<<<<16"];
/// let zone = MachineReadableZone::parse(&lines, now)?;
/// assert_eq!((zone.primary_name(), zone.secondary_name()), ("EXAMPLESON", Some("ALPHA BETA")));
/// assert_eq!((zone.state(), zone.document_type(), zone.document_number()), ("UTO", "P", "L898902C3"));
/// assert_eq!(zone.personal_number(), Some("ZE184226B"));
/// assert_eq!(zone.birth().to_string(), "1974-08-12");
/// assert_eq!(zone.expiry().to_string(), "2030-04-15");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// ```compile_fail
/// use selfsame::chip::MachineReadableZone;
///
/// fn two(zone: MachineReadableZone) -> (MachineReadableZone, MachineReadableZone) {
///     (zone.clone(), zone)
/// }
/// ```
#[derive(ZeroizeOnDrop)]
pub struct MachineReadableZone {
    #[zeroize(skip)]
    format: ZoneFormat,
    lines: Zeroizing<String>,
    document_type: Zeroizing<String>,
    state: Zeroizing<String>,
    nationality: Zeroizing<String>,
    document_number: Zeroizing<String>,
    optional_data: [Option<Zeroizing<String>>; 2],
    primary_name: Zeroizing<String>,
    secondary_name: Option<Zeroizing<String>>,
    name_may_be_cut: bool,
    birth: Days,
    expiry: Days,
    sex_code: u8,
}

impl MachineReadableZone {
    /// Reads a zone given line by line: three lines of 30 characters (TD1) or two of 44 (TD3),
    /// without line breaks.
    ///
    /// A zone writes years with two digits; `now`, a date, settles the century (spec 02 §7.5). A
    /// zone that has expired is read like any other. This says that the zone is well formed, not
    /// that it is authentic (spec 02 §1).
    ///
    /// # Errors
    ///
    /// The first check of spec 02 §7 that fails, as the field and its defect.
    pub fn parse(lines: &[&str], now: Days) -> Result<Self, ChipError> {
        let (format, layout) = match lines {
            [first, second, third] => (ZoneFormat::Td1, td1::read(first, second, third)?),
            [first, second] => (ZoneFormat::Td3, td3::read(first, second)?),
            _ => return Err(Field::Zone.has(Defect::Length)),
        };
        if now.is_long_term() {
            return Err(Field::Today.has(Defect::Date));
        }
        let mut joined = Zeroizing::new(String::with_capacity(format.lines() * format.line_length()));
        for line in lines {
            joined.push_str(line);
        }
        Self::understand(format, joined, &layout, now)
    }

    /// Reads a zone given as one string without line breaks, as a passport chip holds it: 90
    /// characters (TD1) or 88 (TD3). The result is that of [`MachineReadableZone::parse`].
    ///
    /// # Errors
    ///
    /// The first check of spec 02 §7 that fails, as the field and its defect.
    pub fn parse_joined(zone: &str, now: Days) -> Result<Self, ChipError> {
        let wrong_length = Field::Zone.has(Defect::Length);
        let line_length = match zone.len() {
            90 => ZoneFormat::Td1.line_length(),
            88 => ZoneFormat::Td3.line_length(),
            _ => return Err(wrong_length),
        };
        let (first, rest) = zone.split_at_checked(line_length).ok_or(wrong_length)?;
        let (second, third) = rest.split_at_checked(line_length).ok_or(wrong_length)?;
        if third.is_empty() { Self::parse(&[first, second], now) } else { Self::parse(&[first, second, third], now) }
    }

    fn understand(
        format: ZoneFormat,
        lines: Zeroizing<String>,
        layout: &Layout<'_>,
        now: Days,
    ) -> Result<Self, ChipError> {
        let document_type = document_type(layout.document_type, format)?;
        let state = letter_code(layout.state, Field::State)?;
        let nationality = letter_code(layout.nationality, Field::Nationality)?;
        let document_number = document_number(layout.document_number)?;
        let birth = dates::birth(layout.birth, now).ok_or(Field::Birth.has(Defect::Date))?;
        let sex = match layout.sex {
            "M" => Sex::Male,
            "F" => Sex::Female,
            "<" => Sex::Unspecified,
            _ => return Err(Field::Sex.has(Defect::Code)),
        };
        let expiry = dates::expiry(layout.expiry, now).ok_or(Field::ValidTo.has(Defect::Date))?;
        if expiry < birth {
            return Err(Field::ValidTo.has(Defect::BeforeBirth));
        }
        let (primary_name, secondary_name) = names::read(layout.names)?;
        Ok(Self {
            format,
            lines,
            document_type: own(document_type),
            state: own(state),
            nationality: own(nationality),
            document_number,
            optional_data: layout.optional_data.map(|data| Some(trim(data)).filter(|data| !data.is_empty()).map(own)),
            primary_name,
            secondary_name,
            name_may_be_cut: names::may_be_cut(layout.names),
            birth,
            expiry,
            sex_code: sex.code(),
        })
    }

    /// The size of the zone.
    #[must_use]
    pub fn format(&self) -> ZoneFormat {
        self.format
    }

    /// The document code without fillers, one or two letters: `P` first for TD3; `A`, `C` or `I`
    /// first and no `V` second for TD1.
    #[must_use]
    pub fn document_type(&self) -> &str {
        &self.document_type
    }

    /// The code of the issuing state or organisation without fillers, one to three letters (`D` for
    /// Germany).
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The code of the holder's nationality without fillers, one to three letters.
    #[must_use]
    pub fn nationality(&self) -> &str {
        &self.nationality
    }

    /// The document number without trailing fillers, 1..=9 characters, or up to 22 for TD1.
    #[must_use]
    pub fn document_number(&self) -> &str {
        &self.document_number
    }

    /// What a state may use for a personal number: the optional data, the first that is not empty.
    ///
    /// What stands there is at the state's discretion. Only who knows that this state puts a number
    /// there that is the person's own, and no other person's, may take it for one (spec 02 §7.7).
    #[must_use]
    pub fn personal_number(&self) -> Option<&str> {
        let [first, second] = self.optional_data();
        first.or(second)
    }

    /// The optional data without trailing fillers, `None` where there is none: for TD1 that of the
    /// first and of the second line, for TD3 that of the second line and nothing.
    #[must_use]
    pub fn optional_data(&self) -> [Option<&str>; 2] {
        self.optional_data.each_ref().map(|data| data.as_ref().map(|data| data.as_str()))
    }

    /// The primary identifier, usually the surname, with a space between its components; never
    /// empty. Given names stand here where the holder has no other.
    #[must_use]
    pub fn primary_name(&self) -> &str {
        &self.primary_name
    }

    /// The secondary identifier, usually the given names, with a space between its components.
    #[must_use]
    pub fn secondary_name(&self) -> Option<&str> {
        self.secondary_name.as_ref().map(|name| name.as_str())
    }

    /// Whether the names fill their field to the end. Then the issuer may have cut them, and the
    /// printed page or the chip may say more.
    #[must_use]
    pub fn name_may_be_cut(&self) -> bool {
        self.name_may_be_cut
    }

    /// The birth date: the latest that the two digits of its year allow and that is not after
    /// `now`.
    #[must_use]
    pub fn birth(&self) -> Days {
        self.birth
    }

    /// The date of expiry, in the hundred years from 49 before the year of `now` to 50 after it.
    #[must_use]
    pub fn expiry(&self) -> Days {
        self.expiry
    }

    /// The sex, which a zone may leave unspecified.
    #[must_use]
    pub fn sex(&self) -> Sex {
        Sex::from_code(self.sex_code)
    }

    /// Everything that is in the zone as one byte string, different for different zones (spec 02
    /// §8).
    #[must_use]
    pub fn canonical_bytes(&self) -> Zeroizing<Vec<u8>> {
        let zone = self.lines.as_bytes();
        let mut canonical = Canonical::new(self.format.kind(), &[zone]);
        canonical.part(zone);
        canonical.finish()
    }
}

impl fmt::Debug for MachineReadableZone {
    /// Writes `MachineReadableZone(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MachineReadableZone(redacted)")
    }
}

fn own(text: &str) -> Zeroizing<String> {
    Zeroizing::new(String::from(text))
}

fn document_type(text: &str, format: ZoneFormat) -> Result<&str, ChipError> {
    let code = trim(text);
    let first = match format {
        // V second is what ICAO 9303 forbids here, because visas begin with a V.
        ZoneFormat::Td1 => code.starts_with(['A', 'C', 'I']) && !code.ends_with('V'),
        ZoneFormat::Td3 => code.starts_with('P'),
    };
    if first && is_letters(code) { Ok(code) } else { Err(Field::DocumentType.has(Defect::Code)) }
}

fn letter_code(text: &str, field: Field) -> Result<&str, ChipError> {
    let code = trim(text);
    if !code.is_empty() && is_letters(code) { Ok(code) } else { Err(field.has(Defect::Code)) }
}

fn is_letters(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Joins the nine characters of the number's own field and what overflowed into the optional data.
fn document_number([start, overflow]: [&str; 2]) -> Result<Zeroizing<String>, ChipError> {
    let start = trim(start);
    if start.is_empty() {
        return Err(Field::DocumentNumber.has(Defect::Empty));
    }
    if start.starts_with(FILLER) {
        return Err(Field::DocumentNumber.has(Defect::Format));
    }
    let mut number = Zeroizing::new(String::with_capacity(start.len() + overflow.len()));
    number.push_str(start);
    number.push_str(overflow);
    Ok(number)
}
