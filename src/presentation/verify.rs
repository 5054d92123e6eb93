//! Checking presentations, one or many, as one sum (spec 06 §7). It knows no key: whoever calls it holds them.

use super::Presentation;
use super::claim::{Claim, Places};
use crate::error::Refused;
use crate::group::{Ristretto, Scalar, TaggedHash};
use crate::sigma::{Sum, Weights};

/// A presentation with what it claims and where its keys are.
pub(super) struct Item<'a> {
    pub(super) claim: Claim<'a>,
    pub(super) presentation: &'a Presentation,
    pub(super) places: Places,
}

impl Item<'_> {
    pub(super) fn challenge(&self) -> Result<Scalar, Refused> {
        let (claim, presentation) = (&self.claim, self.presentation);
        let mut transcript = claim.transcript();
        transcript.elements("point", &presentation.points);
        let message = claim.message(transcript, &presentation.commitments);
        claim.challenge(&message, &presentation.commitments)
    }
}

/// All equations of all items under weights that are hashed from every byte of every item.
pub(super) fn sum_of<'a>(items: impl Iterator<Item = &'a Item<'a>> + Clone) -> Result<Sum<Ristretto>, Refused> {
    let mut challenges = alloc::vec::Vec::new();
    let mut everything = TaggedHash::new("weights-presentation");
    for item in items.clone() {
        // The challenge binds request, keys, heads, disclosed values, points and commitments; the responses come beside it.
        let challenge = item.challenge()?;
        everything = everything.part(&item.claim.request_bytes).part(challenge.as_bytes());
        for response in &item.presentation.responses {
            everything = everything.part(response.as_bytes());
        }
        challenges.push(challenge);
    }
    let mut weights = Weights::new(everything);
    let mut sum = Sum::new();
    for (item, challenge) in items.zip(challenges) {
        let (relation, _) = item.claim.relation(&item.presentation.points, &item.places)?;
        let commitments: alloc::vec::Vec<_> = item.presentation.commitments.iter().map(|t| t.point()).collect();
        sum.add(&relation, &commitments, challenge, &item.presentation.responses, || weights.next())?;
    }
    Ok(sum)
}
