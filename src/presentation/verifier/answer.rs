//! From checked proofs to verdicts: what must be remembered in between is a value, and whoever
//! answers has it remembered (spec 06 §6.3).

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::known::Known;
use super::replay::{Recorded, RegisterFailure, ToRecord};
use super::trust_store::Key;
use crate::calendar::Timestamp;
use crate::credential::IssuerParameters;
use crate::error::{Check, Refused, refused};
use crate::group::Scalar;
use crate::presentation::desk::{Relations, VerdictKey, VerdictMessage};
use crate::sigma::Pair;
use crate::signature::{RoleKey, Unsigned};

/// What is to be recorded of several answers, with the place of each among the calls.
#[derive(Default)]
pub(super) struct Rows {
    rows: Vec<ToRecord>,
    /// Of each call: its place in `rows`, if it has one.
    places: Vec<Option<usize>>,
}

impl Rows {
    pub(super) fn push(&mut self, to_record: Option<ToRecord>) {
        let to_record = to_record.filter(|row| !row.is_empty());
        self.places.push(to_record.map(|row| {
            self.rows.push(row);
            self.rows.len() - 1
        }));
    }

    /// What the register is asked; where it is nothing, it is not asked.
    pub(super) fn to_record(&self) -> &[ToRecord] {
        &self.rows
    }

    /// What became of each call, all of it remembered where there was nothing to remember.
    pub(super) fn settle<E>(&self, recorded: &[Recorded]) -> Result<Vec<Recorded>, RegisterFailure<E>> {
        if recorded.len() != self.rows.len() {
            return Err(RegisterFailure::Incomplete);
        }
        let of = |place: &Option<usize>| match place {
            None => Ok(Recorded::All { first: None }),
            Some(place) => match (self.rows.get(*place), recorded.get(*place)) {
                (Some(ToRecord { first: Some(_), .. }), Some(Recorded::All { first: None })) | (_, None) => {
                    Err(RegisterFailure::Incomplete)
                }
                (_, Some(recorded)) => Ok(*recorded),
            },
        };
        self.places.iter().map(of).collect()
    }
}

/// A call whose proof was looked at.
pub(super) struct CheckedCall {
    pub(super) digest: [u8; 32],
    /// How many relations a refusal is as long as.
    pub(super) relations: usize,
}

/// The keyed relations that a verdict shows to whoever has no key; none without an escrow.
pub(super) struct Vouched {
    /// One for each pair.
    pub(super) keys: Vec<Key>,
    pub(super) pairs: Vec<Pair>,
    /// Of the first credential: their table has the base points.
    pub(super) parameters: IssuerParameters,
    /// Which check stands behind each claim that is recorded.
    #[cfg_attr(not(feature = "hazmat"), expect(dead_code, reason = "hazmat reads it"))]
    pub(super) claims: Vec<Check>,
}

/// Calls whose proofs are checked, before anybody is told. It borrows nothing, so a register may
/// take its time.
pub(super) struct CheckedCalls {
    known: Arc<Known>,
    now: Timestamp,
    calls: Vec<(CheckedCall, Result<Vouched, Refused>)>,
    rows: Rows,
}

impl CheckedCalls {
    pub(super) fn new(known: Arc<Known>, now: Timestamp) -> Self {
        Self { known, now, calls: Vec::new(), rows: Rows::default() }
    }

    /// A call, with what is to be recorded and shown if it is good.
    pub(super) fn push(&mut self, call: CheckedCall, good: Result<(ToRecord, Vouched), Refused>) {
        let (to_record, vouched) = match good {
            Ok((to_record, vouched)) => (Some(to_record), Ok(vouched)),
            Err(refused) => (None, Err(refused)),
        };
        self.rows.push(to_record);
        self.calls.push((call, vouched));
    }

    pub(super) fn to_record(&self) -> &[ToRecord] {
        self.rows.to_record()
    }

    /// By which check each call is refused; `taken` is, of what is to be recorded, the claim that
    /// is another's.
    #[cfg(feature = "hazmat")]
    pub(super) fn checks(&self, taken: &[Option<usize>]) -> impl Iterator<Item = Option<crate::error::Check>> {
        let places = self.rows.places.iter().map(|place| *taken.get((*place)?)?);
        self.calls.iter().zip(places).map(|((_, vouched), claim)| match vouched {
            Ok(vouched) => vouched.claims.get(claim?).copied(),
            Err(refused) => crate::error::Numbered::check(refused),
        })
    }

    /// The verdicts, by what the register said, to be signed.
    pub(super) fn conclude<E, K: RoleKey>(
        &self,
        recorded: &[Recorded],
        key: &VerdictKey<K>,
    ) -> Result<Vec<Unsigned<VerdictMessage>>, RegisterFailure<E>> {
        let settled = self.rows.settle(recorded)?;
        let verdict = |((call, vouched), recorded): (&(CheckedCall, Result<Vouched, Refused>), Recorded)| {
            let CheckedCall { digest, relations } = *call;
            let verified = match (vouched, recorded) {
                (Ok(vouched), Recorded::All { first }) => self.vouch(digest, first.unwrap_or(self.now), vouched, key),
                (Err(refused), _) => Err(*refused),
                // Which of its rows is another's, its register knows.
                (Ok(_), Recorded::Taken) => Err(refused!("06-56")),
            };
            verified.unwrap_or_else(|_: Refused| VerdictMessage::refused(digest, self.now, relations, key))
        };
        Ok(self.calls.iter().zip(settled).map(verdict).collect())
    }

    fn vouch<K: RoleKey>(
        &self,
        digest: [u8; 32],
        time: Timestamp,
        vouched: &Vouched,
        key: &VerdictKey<K>,
    ) -> Result<Unsigned<VerdictMessage>, Refused> {
        let keys = vouched.keys.iter().map(|key| self.known.key(*key)).collect::<Result<Vec<&Scalar>, Refused>>()?;
        let relations = Relations { pairs: &vouched.pairs, keys: &keys, table: vouched.parameters.table() };
        VerdictMessage::verified(digest, time, &relations, key)
    }
}
