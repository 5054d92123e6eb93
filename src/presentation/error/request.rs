//! Why a request cannot be made.

use core::fmt;

use crate::error::unnumbered;

/// Why a request cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The verifier's name, the purpose, a scope or a condition is empty, too long, or has
    /// characters that could deceive a reader.
    Text,
    /// The schema has no such attribute, or it is asked for twice.
    Attribute,
    /// Two lists of one class.
    List,
    /// The greatest age of a list's epoch is 0, or more than 31 days.
    Age,
    /// The window, or the period of a limit, ends before it begins, or the period is longer than
    /// 366 days.
    Window,
    /// A statement says nothing, does not fit its attribute's kind, is about what is disclosed, or
    /// stands twice; there are too many; or there is a second limit or escrow.
    Statement,
    /// A pseudonym or a limit of a credential that is not asked for its `status` list: a person has
    /// as many of them as the person had credentials.
    StatusList,
    /// It asks for more work than the platform allows
    /// ([`RequestBuilder::within`](crate::presentation::RequestBuilder::within)).
    Effort,
    /// An interval or a limit that takes a range proof, in a suite that has none: digits show it
    /// ([`RequestBuilder::in_digits`](crate::presentation::RequestBuilder::in_digits)).
    RangeProof,
    /// Tickets are not numbered from 0 on, or one covers more than eight keys.
    Ticket,
    /// A face is asked of the first credential, without a link, with a ticket, or for a window;
    /// beside what is disclosed, is left as the one value, or is hidden for a while alone; or the
    /// probe asks for something else than a face.
    Face,
    /// A link without a second credential, or between attributes that are disclosed or of two
    /// kinds; a second credential of the first one's kind; or one with a template that is not
    /// linked by what one person alone has.
    Link,
}

unnumbered!(RequestError);

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text cannot be shown",
            Self::Attribute => "an attribute is unknown or asked for twice",
            Self::List => "two lists are of the same class",
            Self::Age => "the greatest age of a list's epoch is 0, or more than 31 days",
            Self::Window => "a window ends before it begins, or a period is too long",
            Self::Statement => "a statement says nothing, does not fit, or is one too many",
            Self::StatusList => "a pseudonym or a limit needs the status list to be asked for",
            Self::Effort => "it asks for more work than a platform does for one request",
            Self::RangeProof => "this suite has no range proofs: an interval or a limit takes digits",
            Self::Ticket => "tickets are not numbered from 0 on, or one covers too many keys",
            Self::Face => "a face is asked of a second, linked credential, and of who is there, beside nothing shown",
            Self::Link => "a link needs two hidden attributes of the same kind",
        })
    }
}

impl core::error::Error for RequestError {}
