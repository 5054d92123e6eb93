//! The verifier's question (spec 06 §2).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::CredentialQuestion;
use super::question::ascending;
use super::statement::Statement;
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::MAX_ARITY;
use crate::schema::AttributeIndex;
use crate::text::is_displayable;

/// The most bytes of the verifier's name.
pub(crate) const MAX_VERIFIER_LEN: usize = 64;
/// The most bytes of the purpose.
pub(crate) const MAX_PURPOSE_LEN: usize = 128;
/// The most tickets of one presentation.
pub(super) const MAX_TICKETS: usize = 4;
/// The most keys that one ticket covers.
pub(super) const MAX_COVERED: usize = 8;
/// The most credentials that one presentation is of.
pub(super) const MAX_CREDENTIALS: usize = 2;
/// The most statements that take range proofs: each takes at most two numbers, and a proof has at most sixteen.
const MAX_RANGES: usize = crate::range::MAX_VALUES / 2;

/// Who can verify the relation of a key: the request says it, never the prover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The platform, which holds the key. Deniable, as the key holder could have made it (but for a pseudonym or a tag), and a refusal has
    /// no reason, only while no helper serves the key: from one, whoever it serves gets a ticket for what was shown, if that is true.
    Keyed,
    /// Anybody, by the ticket with this number, which a helper that holds the key gave out beforehand (spec 14). Such a presentation is
    /// evidence to everybody.
    Ticket(TicketNumber),
}

/// Which of the tickets of a presentation it is: 0 to 3. A ticket is of one helper and covers every key that a request gives its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber(u8);

impl TicketNumber {
    /// The first one; where one helper holds all keys, the only one.
    pub const FIRST: Self = Self(0);

    /// The number, if there can be such a ticket.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] from 4 on.
    pub const fn new(number: u8) -> Result<Self, DecodeError> {
        if (number as usize) < MAX_TICKETS { Ok(Self(number)) } else { Err(DecodeError::OutOfRange) }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl Mode {
    /// 1 for a key holder, 2 and more for a ticket.
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Keyed => 1,
            Self::Ticket(ticket) => 2 + u64::from(ticket.0),
        }
    }

    pub(super) fn write(self, writer: &mut Writer) {
        writer.uint(self.number());
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint::<u8>()? {
            1 => Ok(Self::Keyed),
            number => TicketNumber::new(number.checked_sub(2).ok_or(DecodeError::OutOfRange)?).map(Self::Ticket),
        }
    }
}

/// How a request is kept from being answered by an old presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// One fresh nonce, one answer.
    Once {
        /// 32 random bytes.
        nonce: [u8; 32],
    },
    /// Many answers within a time window, each once; the platform keeps a register.
    Window {
        /// The first second.
        from: Timestamp,
        /// The last second.
        until: Timestamp,
    },
}

/// "This attribute of the first credential has the same value as that one of the second." Both are one person's if only one has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Of the first credential, not disclosed.
    pub first: AttributeIndex,
    /// Of the second credential, not disclosed, of the same kind.
    pub second: AttributeIndex,
}

/// What a verifier wants to know, from whom, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentationRequest {
    pub(super) verifier: String,
    pub(super) purpose: String,
    /// One or two.
    pub(super) credentials: Vec<CredentialQuestion>,
    pub(super) links: Vec<Link>,
    pub(super) validity: Validity,
}

/// Why a request cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The verifier's name, the purpose, a scope or a condition is empty, too long, or has characters that could deceive a reader.
    Text,
    /// The schema has no such attribute, or it is asked for twice.
    Attribute,
    /// Two lists of one class.
    List,
    /// The window, or the period of a limit, ends before it begins, or the period is longer than 366 days.
    Window,
    /// A statement says nothing, does not fit its attribute's kind, is about what is disclosed, or stands twice; there are too many;
    /// or there is a second limit or escrow.
    Statement,
    /// A pseudonym or a limit of a credential that is not asked for its `status` list: a person has as many of them as the person had
    /// credentials.
    StatusList,
    /// It asks for more work than the platform allows ([`RequestBuilder::within`](super::RequestBuilder::within)).
    Effort,
    /// Tickets are not numbered from 0 on, or one covers more than eight keys.
    Ticket,
    /// A link without a second credential, or between attributes that are disclosed or of two kinds; or a second credential of
    /// the first one's kind.
    Link,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text cannot be shown",
            Self::Attribute => "an attribute is unknown or asked for twice",
            Self::List => "two lists are of one class",
            Self::Window => "a window ends before it begins, or a period is too long",
            Self::Statement => "a statement says nothing, does not fit, or is one too many",
            Self::StatusList => "a pseudonym or a limit counts persons only where the status list is asked",
            Self::Effort => "it asks for more work than a platform does for one request",
            Self::Ticket => "tickets are not numbered from 0 on, or one covers too many keys",
            Self::Link => "a link has no two hidden attributes of one kind",
        })
    }
}

impl core::error::Error for RequestError {}

impl PresentationRequest {
    /// What can be checked without the schemas.
    pub(super) fn check(&self) -> Result<(), RequestError> {
        if !is_displayable(&self.verifier, MAX_VERIFIER_LEN) || !is_displayable(&self.purpose, MAX_PURPOSE_LEN) {
            return Err(RequestError::Text);
        }
        self.credentials.iter().try_for_each(CredentialQuestion::check)?;
        let statements = || self.credentials.iter().flat_map(|question| &question.statements);
        let limits = statements().filter(|statement| matches!(statement, Statement::Limited(_))).count();
        let escrows = statements().filter(|statement| matches!(statement, Statement::Escrowed(_))).count();
        let between = statements().filter(|statement| matches!(statement, Statement::Between(_))).count();
        if limits > 1 || escrows > 1 || limits + between > MAX_RANGES {
            return Err(RequestError::Statement);
        }
        self.check_tickets()?;
        let linked = match self.credentials.as_slice() {
            [_] => self.links.is_empty(),
            [first, second] => {
                let hidden = |link: &Link| !first.discloses(link.first) && !second.discloses(link.second);
                // Each attribute of the second credential takes the scalar of one attribute of the first.
                let once = ascending(self.links.iter()) && {
                    let mut second: Vec<_> = self.links.iter().map(|link| link.second).collect();
                    second.sort_unstable();
                    ascending(second.iter())
                };
                !first.is_of_kind(second) && once && self.links.iter().all(hidden)
            }
            _ => false,
        };
        match self.validity {
            _ if !linked => Err(RequestError::Link),
            Validity::Window { from, until } if from > until => Err(RequestError::Window),
            _ => Ok(()),
        }
    }

    /// Tickets are numbered from 0 on, and each covers one to eight keys.
    fn check_tickets(&self) -> Result<(), RequestError> {
        let mut covered = [0; MAX_TICKETS];
        for mode in self.modes() {
            if let Mode::Ticket(ticket) = mode
                && let Some(count) = covered.get_mut(usize::from(ticket.0))
            {
                *count += 1;
            }
        }
        let used = covered.iter().take_while(|count| **count > 0).count();
        let gap = covered.iter().skip(used).any(|count| *count > 0);
        if gap || covered.iter().any(|count| *count > MAX_COVERED) { Err(RequestError::Ticket) } else { Ok(()) }
    }

    /// The modes of all keys: of each credential its issuer's, its lists' and its sets', in order.
    pub(super) fn modes(&self) -> impl Iterator<Item = Mode> {
        self.credentials.iter().flat_map(|question| {
            let lists = question.lists.iter().map(|list| list.mode);
            let sets = question.sets().map(super::OneOf::mode);
            core::iter::once(question.mode).chain(lists).chain(sets)
        })
    }

    /// Whether the ticket with this number covers a list.
    pub(super) fn lists_by_ticket(&self, number: u8) -> bool {
        let mut lists = self.credentials.iter().flat_map(|question| &question.lists);
        lists.any(|list| list.mode == Mode::Ticket(TicketNumber(number)))
    }

    /// Whether a platform has to check the answer, over a line: for some key the request takes no ticket, or it asks for an escrow, which is
    /// opened on a platform's word alone.
    #[must_use]
    pub fn needs_platform(&self) -> bool {
        self.escrow().is_some() || self.modes().any(|mode| mode == Mode::Keyed)
    }

    /// How many tickets an answer has.
    pub(crate) fn ticket_count(&self) -> usize {
        let number = |mode| match mode {
            Mode::Keyed => 0,
            Mode::Ticket(ticket) => usize::from(ticket.0) + 1,
        };
        self.modes().map(number).max().unwrap_or(0)
    }

    /// Who asks. A text and not markup: `<` and `&` can stand in it, so a page escapes it (spec 01 §5.4).
    #[must_use]
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// For what; escape it likewise.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// What is asked of each credential: one, or two on one device.
    #[must_use]
    pub fn credentials(&self) -> &[CredentialQuestion] {
        &self.credentials
    }

    /// Which attributes of two credentials must have the same value.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// How old answers are kept away.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// All statements with the place of the credential that each is about.
    pub(super) fn statements(&self) -> impl Iterator<Item = (usize, &Statement)> {
        self.credentials
            .iter()
            .enumerate()
            .flat_map(|(place, question)| question.statements.iter().map(move |statement| (place, statement)))
    }
}

impl Body for PresentationRequest {
    const TYPE: MessageType = MessageType::PresentationRequest;
    const MAX_LEN: usize = 10_240;
    const FIELDS: u64 = 5;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).text(&self.verifier);
        writer.key(2).text(&self.purpose);
        writer.key(3).array(self.credentials.len());
        self.credentials.iter().for_each(|question| question.write(writer));
        writer.key(4).array(self.links.len());
        for link in &self.links {
            writer.array(2);
            writer.uint(u64::from(link.first.0));
            writer.uint(u64::from(link.second.0));
        }
        writer.key(5);
        match self.validity {
            Validity::Once { nonce } => {
                writer.array(1);
                writer.bytes(&nonce);
            }
            Validity::Window { from, until } => {
                writer.array(2);
                writer.uint(from.as_secs());
                writer.uint(until.as_secs());
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let verifier = reader.key(1)?.text(MAX_VERIFIER_LEN)?;
        let purpose = reader.key(2)?.text(MAX_PURPOSE_LEN)?;
        let credentials = reader.key(3)?.items(MAX_CREDENTIALS, CredentialQuestion::read)?;
        let links = reader.key(4)?.items(MAX_ARITY, |reader| {
            reader.array_of(2)?;
            let first = AttributeIndex(reader.uint()?);
            Ok(Link { first, second: AttributeIndex(reader.uint()?) })
        })?;
        let validity = match reader.key(5)?.array(2)? {
            1 => Validity::Once { nonce: reader.bytes_of()? },
            2 => Validity::Window {
                from: Timestamp::from_secs(reader.uint()?),
                until: Timestamp::from_secs(reader.uint()?),
            },
            _ => return Err(DecodeError::Malformed),
        };
        let request = Self { verifier, purpose, credentials, links, validity };
        request.check().map_err(|_| DecodeError::OutOfRange)?;
        Ok(request)
    }
}
