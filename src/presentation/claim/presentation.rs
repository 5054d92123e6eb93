//! The holder's answer, and the call that carries it to the platform (spec 06 §3, §6).

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use crate::codec::{Body, MessageType, Reader, Writer};
use crate::device::Beside;
use crate::error::DecodeError;
use crate::group::{Element, MAX_ARITY, MAX_DIGITS, POINT_LEN, SCALAR_LEN, Scalar};
use crate::list::{EpochDigest, ListClass, Shard};
use crate::presentation::bounds::{MAX_COVERED, MAX_CREDENTIALS, MAX_STATEMENTS, MAX_TICKETS};
use crate::presentation::request::PresentationRequest;
use crate::range::{self, BitLength};
use crate::schema::Value;
use crate::ticket::Ticket;

/// Points of all credentials: `Ā`, `B̄`, `D'`, two for each list, at most two for each statement;
/// one for each digit, and `C`.
const MAX_POINTS: usize = MAX_CREDENTIALS * (3 + 2 * ListClass::COUNT + 2 * MAX_STATEMENTS) + MAX_DIGITS + 1;
/// Equations of all credentials: MAC, opening, one for each list, two for a statement; digits'.
const MAX_EQUATIONS: usize = MAX_CREDENTIALS * (2 + ListClass::COUNT + 2 * MAX_STATEMENTS) + 1;
/// Secret scalars: nine, attributes, one for each list, at most three for each statement; one for
/// each digit, and `t'`.
const MAX_SCALARS: usize = MAX_CREDENTIALS * (9 + MAX_ARITY + ListClass::COUNT + 3 * MAX_STATEMENTS) + MAX_DIGITS + 1;

/// Lists of all credentials.
const MAX_LISTS: usize = MAX_CREDENTIALS * ListClass::COUNT;
/// The last key, which is there if an epoch is stated.
const STATED: u8 = if Beside::FIELDS == 0 { 8 } else { 9 };

/// Scalars, beside two points, of a ticket that covers as many keys as it can.
const MAX_TICKET_SCALARS: usize = 2 + MAX_COVERED;

/// A proof of everything that a request asks, and the values that it discloses.
#[derive(Debug, PartialEq, Eq)]
pub struct Presentation {
    /// Of each credential.
    pub(crate) shards: Vec<Shard>,
    /// Of all credentials, in the order of the request.
    pub(crate) disclosed: Vec<Value>,
    pub(crate) proof: Proof,
    /// In the order of their numbers.
    pub(crate) tickets: Vec<Ticket>,
    /// Of each list for which the request names no epoch.
    pub(crate) stated: Vec<EpochDigest>,
}

/// The proof of a presentation (spec 06 §4, §5).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Of each credential: `Ā`, `D'`, `W̄` of each list, then those of its statements; behind each
    /// that a ticket vouches for, its image.
    pub(crate) points: Vec<Element>,
    /// `T` of each equation.
    pub(crate) commitments: Vec<Element>,
    /// `s` of each secret scalar, in the order in which equations introduce them.
    pub(crate) responses: Vec<Scalar>,
    /// For each length of number that occurs, shortest first; then, where a face is asked, the fold
    /// that concludes it.
    pub(crate) arguments: Vec<Vec<u8>>,
    /// What the device's scheme has beside all that.
    pub(crate) beside: Beside,
}

impl Presentation {
    /// The values that it says it discloses, in the order of the request, before anybody checked a
    /// proof. A desk takes them from [`Outcome`](crate::presentation::Outcome).
    #[must_use]
    pub fn unverified_disclosed(&self) -> &[Value] {
        &self.disclosed
    }
}

impl Body for Presentation {
    const TYPE: MessageType = MessageType::Presentation;
    const MAX_LEN: usize = 128
        + MAX_CREDENTIALS * 272 * MAX_ARITY
        + POINT_LEN * (MAX_POINTS + MAX_EQUATIONS)
        + SCALAR_LEN * MAX_SCALARS
        + (BitLength::ALL.len() + 1) * (range::MAX_PROOF_LEN + 8)
        + MAX_TICKETS * (2 * POINT_LEN + SCALAR_LEN * MAX_TICKET_SCALARS + 8)
        + Beside::MAX_LEN
        + (4 + MAX_LISTS * EpochDigest::ENCODED);
    const FIELDS: u64 = 7 + Beside::FIELDS;
    const OPTIONAL: u64 = 1;

    fn fields(&self) -> u64 {
        Self::FIELDS + u64::from(!self.stated.is_empty())
    }

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(self.shards.len());
        self.shards.iter().for_each(|shard| writer.uint(u64::from(shard.number())));
        writer.key(2).array(self.disclosed.len());
        for value in &self.disclosed {
            value.write(writer);
        }
        writer.key(3).points(&self.proof.points);
        writer.key(4).points(&self.proof.commitments);
        writer.key(5).scalars(&self.proof.responses);
        writer.key(6).array(self.proof.arguments.len());
        self.proof.arguments.iter().for_each(|proof| writer.bytes(proof));
        writer.key(7).array(self.tickets.len());
        self.tickets.iter().for_each(|ticket| ticket.write(writer));
        self.proof.beside.write(writer, 8);
        if !self.stated.is_empty() {
            writer.key(STATED).array(self.stated.len());
            self.stated.iter().for_each(|epoch| writer.bytes(&epoch.0));
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let shards = reader.key(1)?.items(MAX_CREDENTIALS, Shard::read)?;
        let disclosed = reader.key(2)?.items(MAX_CREDENTIALS * MAX_ARITY, Value::read)?;
        let points = reader.key(3)?.points(MAX_POINTS)?;
        let commitments = reader.key(4)?.points(MAX_EQUATIONS)?;
        let responses = reader.key(5)?.scalars(MAX_SCALARS)?;
        let proof = |reader: &mut Reader<'_>| Ok(reader.bytes(range::MAX_PROOF_LEN)?.to_vec());
        let arguments = reader.key(6)?.items(BitLength::ALL.len() + 1, proof)?;
        let tickets = reader.key(7)?.items(MAX_TICKETS, Ticket::read)?;
        let beside = Beside::read(reader, 8)?;
        let proof = Proof { points, commitments, responses, arguments, beside };
        let epoch = |reader: &mut Reader<'_>| reader.bytes_of().map(EpochDigest);
        let stated = if reader.has(STATED) { reader.key(STATED)?.items(MAX_LISTS, epoch)? } else { Vec::new() };
        // None is said by no key.
        if reader.has(STATED) && stated.is_empty() {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { shards, disclosed, proof, tickets, stated })
    }
}

/// What a desk sends to the platform: its request and the phone's answer, as bytes. What is
/// disclosed is in it: wiped on drop, never printed.
#[derive(PartialEq, Eq)]
pub struct VerificationCall {
    pub(crate) request: Vec<u8>,
    pub(crate) presentation: Zeroizing<Vec<u8>>,
    /// Makes the call unlike every other one, so that an old verdict does not answer it. None where
    /// the request has a nonce.
    pub(crate) nonce: Option<[u8; 16]>,
}

impl fmt::Debug for VerificationCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationCall(redacted)")
    }
}

impl Body for VerificationCall {
    const TYPE: MessageType = MessageType::VerificationCall;
    const MAX_LEN: usize = 32 + PresentationRequest::MAX_LEN + Presentation::MAX_LEN;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.request);
        writer.key(2).bytes(&self.presentation);
        writer.key(3).bytes(self.nonce.as_ref().map_or(&[], <[u8; 16]>::as_slice));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let request = reader.key(1)?.bytes(PresentationRequest::MAX_LEN)?.to_vec();
        let presentation = Zeroizing::new(reader.key(2)?.bytes(Presentation::MAX_LEN)?.to_vec());
        // A nonce of any other length is none, longer ones too (01-5).
        let nonce = match reader.key(3)?.bytes(usize::MAX)? {
            [] => None,
            bytes => Some(<[u8; 16]>::try_from(bytes).map_err(|_| DecodeError::Malformed)?),
        };
        Ok(Self { request, presentation, nonce })
    }
}
