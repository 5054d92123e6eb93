//! Checking presentations, one or many, as one sum (spec 06 §7). It knows no key: whoever calls it holds them.

use alloc::vec::Vec;

use super::claim::{Claim, Places};
use super::{Presentation, ReplayKey};
use crate::error::Refused;
use crate::group::{Ristretto, Scalar, TaggedHash};
use crate::sigma::{Sum, Weights};

/// A presentation with what it claims, its challenge, and where its keys are.
pub(super) struct Item<'a> {
    claim: Claim<'a>,
    presentation: &'a Presentation,
    places: Places,
    challenge: Scalar,
}

impl<'a> Item<'a> {
    pub(super) fn new(claim: Claim<'a>, presentation: &'a Presentation, places: Places) -> Result<Self, Refused> {
        let mut transcript = claim.transcript();
        transcript.elements("point", &presentation.points);
        let message = claim.message(transcript, &presentation.commitments);
        let challenge = claim.challenge(&message, &presentation.commitments)?;
        Ok(Self { claim, presentation, places, challenge })
    }

    /// The place of its issuer's key.
    pub(super) const fn issuer_place(&self) -> usize {
        self.places.issuer_key
    }

    /// What the replay register knows the presentation by.
    pub(super) fn replay_key(&self) -> ReplayKey {
        ReplayKey::new(&self.claim.request_bytes, &self.challenge)
    }
}

/// All equations of all items, which are of one issuer key, under weights that are hashed from every byte of every item.
pub(super) fn sum_of<'a>(items: impl Iterator<Item = &'a Item<'a>> + Clone) -> Result<Sum<Ristretto>, Refused> {
    let mut everything = TaggedHash::new("weights-presentation");
    for item in items.clone() {
        // The challenge binds request, keys, heads, disclosed values, points and commitments; the responses come beside it.
        everything = everything.part(&item.claim.request_bytes).part(item.challenge.as_bytes());
        for response in &item.presentation.responses {
            everything = everything.part(response.as_bytes());
        }
    }
    let mut weights = Weights::new(everything);
    let mut sum = Sum::new();
    for item in items {
        let (relation, _) = item.claim.relation(&item.presentation.points, &item.places)?;
        let commitments: Vec<_> = item.presentation.commitments.iter().map(|t| t.point()).collect();
        sum.add(&relation, &commitments, item.challenge, &item.presentation.responses, || weights.next())?;
    }
    Ok(sum)
}
