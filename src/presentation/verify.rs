//! Checking presentations, one or many, as one sum (spec 06 §7). It knows no key: whoever calls it holds them.

use alloc::vec::Vec;

use super::claim::{Claim, Places};
use super::statement::Stated;
use super::{Presentation, ReplayKey};
use crate::error::Refused;
use crate::group::{Ristretto, Scalar, TaggedHash};
use crate::range;
use crate::sigma::{Relation, Sum, Weights};

/// A presentation whose range proofs hold, with its relation, its challenge, and where its issuer's key is.
pub(super) struct Item<'a> {
    request_bytes: Vec<u8>,
    presentation: &'a Presentation,
    issuer_place: usize,
    relation: Relation<'a, Ristretto>,
    challenge: Scalar,
}

impl<'a> Item<'a> {
    /// Builds the relation and checks the range proofs, which are part of the transcript.
    pub(super) fn new(claim: Claim<'a>, presentation: &'a Presentation, places: &[Places]) -> Result<Self, Refused> {
        let issuer_place = places.first().ok_or(Refused)?.issuer_key;
        let mut transcript = claim.transcript();
        transcript.elements("point", &presentation.points);
        let Stated { relation, ranges } = claim.relation(&presentation.points, places)?;
        range::vartime_verify(&mut transcript, &ranges, &presentation.range_proofs)?;
        let message = claim.message(transcript, &presentation.commitments);
        let challenge = claim.challenge(&message, &presentation.commitments)?;
        Ok(Self { request_bytes: claim.request_bytes, presentation, issuer_place, relation, challenge })
    }

    /// The place of its first issuer's key, whose base points the relation is over.
    pub(super) const fn issuer_place(&self) -> usize {
        self.issuer_place
    }

    /// What the replay register knows the presentation by.
    pub(super) fn replay_key(&self) -> ReplayKey {
        ReplayKey::new(&self.request_bytes, &self.challenge)
    }
}

/// All equations of all items, which are of one issuer key, under weights that are hashed from every byte of every item.
pub(super) fn sum_of<'a>(items: impl Iterator<Item = &'a Item<'a>> + Clone) -> Result<Sum<Ristretto>, Refused> {
    let mut everything = TaggedHash::new("weights-presentation");
    for item in items.clone() {
        // The challenge binds request, keys, heads, sets, disclosed values, points, range proofs and commitments; the responses come
        // beside it.
        everything = everything.part(&item.request_bytes).part(item.challenge.as_bytes());
        for response in &item.presentation.responses {
            everything = everything.part(response.as_bytes());
        }
    }
    let mut weights = Weights::new(everything);
    let mut sum = Sum::new();
    for item in items {
        let commitments: Vec<_> = item.presentation.commitments.iter().map(|t| t.point()).collect();
        sum.add(&item.relation, &commitments, item.challenge, &item.presentation.responses, || weights.next())?;
    }
    Ok(sum)
}
