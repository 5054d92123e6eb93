//! The numbers of checks (spec 01, introduction), beside what refuses.
//!
//! A number is read through `hazmat` alone, by tests and by conformance: it is in no text, in no
//! comparison and in no message.

use core::fmt;

/// The number of a check of the specification: `06-25` is the 25th of document 06.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(not(feature = "hazmat"), expect(unreachable_pub, reason = "hazmat gives it out"))]
pub struct Check {
    document: u8,
    number: u8,
}

impl Check {
    /// In the place of a number, where no check is meant.
    pub(crate) const NONE: Self = Self { document: 0, number: 0 };

    /// The number, where one is meant.
    pub(crate) fn given(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }

    /// Of a text that [`check!`] has from the source; the tests hold that the specification has it.
    pub(crate) const fn parse(text: &str) -> Self {
        match text.as_bytes() {
            [tens, ones, b'-', number] => Self::of([*tens, *ones], [b'0', *number]),
            [tens, ones, b'-', high, low] => Self::of([*tens, *ones], [*high, *low]),
            // No digits: that does not compile.
            _ => Self::of([0; 2], [0; 2]),
        }
    }

    /// Whether it is in this document's tables.
    pub(crate) const fn is_of(self, document: u8) -> bool {
        self.document == document
    }

    const fn of(document: [u8; 2], number: [u8; 2]) -> Self {
        Self { document: Self::two(document), number: Self::two(number) }
    }

    const fn two([high, low]: [u8; 2]) -> u8 {
        (high - b'0') * 10 + (low - b'0')
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{}", self.document, self.number)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An error whose value tells which check it stands for. A variant that stands for several comes
/// with its check in a `Refusal`.
#[cfg_attr(not(feature = "hazmat"), expect(unreachable_pub, reason = "hazmat gives it out"))]
pub trait Numbered {
    /// The check; none where it is several, or no receiver's.
    fn check(&self) -> Option<Check>;
}

/// An error with the check that it stands for here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal<E> {
    pub(crate) error: E,
    pub(crate) check: Check,
}

impl<E> Refusal<E> {
    /// The same refusal as a wider error, which has this one inside.
    pub(crate) fn wider<F: From<E>>(self) -> Refusal<F> {
        Refusal { error: self.error.into(), check: self.check }
    }
}

impl<E: Numbered> Refusal<E> {
    /// With the check that the error itself stands for.
    pub(crate) fn of(error: E) -> Self {
        let check = error.check().unwrap_or(Check::NONE);
        Self { error, check }
    }
}

/// The number of a check, found when this is compiled.
macro_rules! check {
    ($number:literal) => {
        const { $crate::error::Check::parse($number) }
    };
}
pub(crate) use check;

/// A [`Refused`](super::Refused) by this check.
macro_rules! refused {
    ($number:literal) => {
        $crate::error::Refused::by($crate::error::check!($number))
    };
}
pub(crate) use refused;

/// A [`Refusal`] by this check.
macro_rules! refusal {
    ($error:expr, $number:literal) => {
        $crate::error::Refusal { error: $error, check: $crate::error::check!($number) }
    };
}
pub(crate) use refusal;

/// Where nobody asks for the number, an error is what it was.
macro_rules! unnumbered {
    ($error:ty) => {
        impl From<$crate::error::Refusal<$error>> for $error {
            fn from(refusal: $crate::error::Refusal<Self>) -> Self {
                refusal.error
            }
        }
    };
}
pub(crate) use unnumbered;
