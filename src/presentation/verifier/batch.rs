//! Checking presentations, one or many, as one sum (spec 06 §7). It knows no key: whoever calls it
//! holds them.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::replay::replay_key;
use crate::codec::{Message, decode};
use crate::device::Challenge;
use crate::error::{DecodeError, Refusal, Refused, refused};
use crate::fold::FoldProof;
use crate::group::{Base, BaseTable, Curve, Element, Point, Scalar, TaggedHash};
use crate::list::{EpochDigest, Shard};
use crate::presentation::claim::{Instance, OPENING, Places, Presentation, VerificationCall};
use crate::presentation::desk::call_digest;
use crate::presentation::mode::TicketNumber;
use crate::presentation::relation::{BuiltRelation, Ticketed};
use crate::presentation::request::{CredentialQuery, PresentationRequest};
use crate::range::{self, Unchecked};
use crate::schema::Value;
use crate::sigma::{Batch, Pair, PointVar, Relation, Sum, Weights};
use crate::transcript::Transcript;

#[cfg(feature = "hazmat")]
mod refusal;

/// A call that was read; its proof is not checked yet.
pub(crate) struct DecodedCall {
    pub(crate) request: PresentationRequest,
    pub(crate) presentation: Presentation,
    /// What makes an answer to a window one call and not another.
    pub(crate) nonce: Option<[u8; 16]>,
    pub(crate) digest: [u8; 32],
}

/// What a presentation says of one credential in the open.
pub(crate) struct RevealedPart<'a> {
    pub(crate) query: &'a CredentialQuery,
    pub(crate) shard: Shard,
    pub(crate) disclosed: &'a [Value],
    /// One for each list of the query that names no epoch.
    pub(crate) stated: &'a [EpochDigest],
}

impl RevealedPart<'_> {
    /// The epoch of each list of the query.
    pub(crate) fn epochs(&self) -> Result<Vec<EpochDigest>, Refused> {
        let mut stated = self.stated.iter().copied();
        self.query.lists.iter().map(|list| list.epoch.resolve(&mut stated).ok_or(refused!("06-73"))).collect()
    }

    /// What is stated for each list of the query.
    pub(crate) fn stated_by_list(&self) -> Vec<Option<EpochDigest>> {
        let mut stated = self.stated.iter().copied();
        self.query.lists.iter().map(|list| list.max_age().and_then(|_| stated.next())).collect()
    }
}

/// A call that cannot be read (check 06-42), and how many relations its request, if that can be,
/// would have a verdict vouch for.
pub(crate) struct Unreadable {
    pub(crate) relations: usize,
    pub(crate) refused: Refused,
}

impl DecodedCall {
    pub(crate) fn read(call: &[u8]) -> Result<Self, Unreadable> {
        let unreadable = |relations| {
            move |refusal: Refusal<DecodeError>| Unreadable { relations, refused: Refused::by(refusal.check) }
        };
        let digest = call_digest(call);
        let call: VerificationCall = decode(call).map_err(unreadable(0))?;
        let request: PresentationRequest = decode(&call.request).map_err(unreadable(0))?;
        let presentation = decode(&call.presentation).map_err(unreadable(request.vouched_relations()))?;
        Ok(Self { request, presentation, nonce: call.nonce, digest })
    }

    /// A request of the verifier's own with what came back for it: the call that it would relay.
    pub(crate) fn answered(
        request: &PresentationRequest,
        bytes: &[u8],
        nonce: Option<[u8; 16]>,
    ) -> Result<Self, Refused> {
        let presentation = decode(bytes).map_err(|refusal| Refused::by(refusal.check))?;
        let call = VerificationCall { request: request.to_bytes(), presentation: bytes.to_vec().into(), nonce };
        let digest = call_digest(&Zeroizing::new(call.to_bytes()));
        Ok(Self { request: request.clone(), presentation, nonce, digest })
    }

    /// What the presentation says of each credential in the open; [`DecodedCall::check_values`]
    /// comes after the lists.
    pub(crate) fn parts(&self) -> Result<Vec<RevealedPart<'_>>, Refused> {
        let Self { request, presentation, .. } = self;
        if presentation.shards.len() != request.credentials.len() {
            return Err(refused!("06-50"));
        }
        let (mut values, mut epochs) = (presentation.disclosed.as_slice(), presentation.stated.as_slice());
        let mut parts = Vec::with_capacity(request.credentials.len());
        for (query, shard) in request.credentials.iter().zip(&presentation.shards) {
            let (own, others) = values.split_at_checked(query.disclose.len()).unwrap_or((values, &[]));
            values = others;
            let count = query.lists.iter().filter(|list| list.max_age().is_some()).count();
            let (stated, others) = epochs.split_at_checked(count).ok_or(refused!("06-73"))?;
            epochs = others;
            parts.push(RevealedPart { query, shard: *shard, disclosed: own, stated });
        }
        if epochs.is_empty() { Ok(parts) } else { Err(refused!("06-73")) }
    }

    /// That it discloses as many values as are asked for.
    pub(crate) fn check_values(&self) -> Result<(), Refused> {
        let asked = self.request.credentials.iter().map(|query| query.disclose.len()).sum::<usize>();
        if self.presentation.disclosed.len() == asked { Ok(()) } else { Err(refused!("06-51")) }
    }
}

/// A presentation whose equations and range proofs are not checked yet, with its relation, the
/// table of base points that it is over, and its challenge. The relation has the two equations of
/// each ticket in it.
pub(crate) struct Item<'a> {
    request_bytes: Vec<u8>,
    presentation: &'a Presentation,
    table: &'a BaseTable,
    relation: Relation<'a, Curve>,
    challenge: Scalar,
    /// What registers know the answer by.
    identity: Vec<u8>,
    /// In the order of the keyed equations.
    keyed: Vec<Element>,
    ranges: Vec<Unchecked<'a>>,
    fold: Option<FoldProof>,
}

/// Adds the two equations of each ticket, and checks what is left of it.
fn add_tickets(
    instance: &Instance<'_>,
    presentation: &Presentation,
    ticketed: &[Ticketed],
    relation: &mut Relation<'_, Curve>,
    transcript: &mut Transcript,
) -> Result<(), Refused> {
    if presentation.tickets.len() != instance.request.ticket_count() {
        return Err(refused!("06-54"));
    }
    for (number, ticket) in (0..).zip(&presentation.tickets) {
        let number = TicketNumber::new(number).map_err(|_| refused!("06-54"))?;
        let of = ticketed.iter().filter(|of| of.ticket == number);
        let (pairs, vars): (Vec<_>, Vec<_>) = of.map(|of| (of.pair, of.vars)).unzip();
        let left = ticket.vartime_remaining(&instance.keys(number), &pairs).map_err(|_| refused!("06-54"))?;
        let [r0, r2] = ticket.commitments().map(Element::point);
        let other = [Base::Basepoint, Base::Ticket].map(|base| PointVar::Fixed(base.index()));
        relation.public_equation(r0, left.other.into_iter().zip(other).collect());
        relation.public_equation(r2, left.pairs.into_iter().flatten().zip(vars.into_iter().flatten()).collect());
    }
    Instance::absorb_tickets(transcript, &presentation.tickets);
    Ok(())
}

/// The fold, where a face is asked, which stands behind the range proofs.
fn split_fold(is_asked: bool, arguments: &[Vec<u8>]) -> Result<(Option<FoldProof>, &[Vec<u8>]), Refused> {
    if !is_asked {
        return Ok((None, arguments));
    }
    let (fold, range_proofs) = arguments.split_last().ok_or(refused!("12-63"))?;
    Ok((Some(FoldProof::from_bytes(fold).map_err(|_| refused!("12-63"))?), range_proofs))
}

impl<'a> Item<'a> {
    /// Builds the relation, absorbs the range proofs, which are part of the transcript, and checks
    /// all of tickets that is not in the sum.
    pub(crate) fn new(
        instance: Instance<'a>,
        presentation: &'a Presentation,
        places: &Places,
    ) -> Result<Self, Refused> {
        let table = instance.table().ok_or(refused!("06-6"))?;
        let mut transcript = instance.transcript();
        let built = instance.relation(&mut transcript, &presentation.proof.points, places)?;
        let BuiltRelation { mut relation, ranges, ticketed, face, .. } = built;
        let (commitments, responses) =
            (presentation.proof.commitments.as_slice(), presentation.proof.responses.as_slice());
        if commitments.len() != relation.equation_count() || responses.len() != relation.response_count() {
            return Err(refused!("06-52"));
        }
        add_tickets(&instance, presentation, &ticketed, &mut relation, &mut transcript)?;
        let asked = instance.asked();
        let device = presentation.proof.beside.enter(&asked, &mut transcript, &mut relation, OPENING)?;
        let (fold, range_proofs) = split_fold(face.is_some(), &presentation.proof.arguments)?;
        let ranges = range::absorb(&mut transcript, &ranges, range_proofs)?;
        let Challenge { value: challenge, identity } =
            device.challenge(&asked, &mut transcript, commitments, OPENING)?;
        if let Some((face, fold)) = face.zip(fold.as_ref()) {
            Instance::absorb_responses(&mut transcript, commitments, challenge, responses)?;
            face.conclude(&mut relation, &mut transcript, (challenge, responses), fold)?;
        }
        let keyed = instance.keyed();
        Ok(Self {
            request_bytes: instance.request_bytes,
            presentation,
            table,
            relation,
            challenge,
            identity,
            keyed,
            ranges,
            fold,
        })
    }

    /// Adds every byte of it to what weights are hashed from.
    fn absorb(&self, hash: TaggedHash) -> TaggedHash {
        // The challenge binds request, keys, heads, sets, disclosed values, points, range proofs
        // and commitments; the responses come beside it.
        let hash = hash.part(&self.request_bytes).part(self.challenge.as_bytes().as_slice());
        let hash = self
            .presentation
            .proof
            .responses
            .iter()
            .fold(hash, |hash, response| hash.part(response.as_bytes().as_slice()));
        self.fold.iter().fold(hash, |hash, fold| fold.absorb(hash))
    }

    /// All its equations, each under a weight of its own.
    fn sum(&self, weights: &mut Weights) -> Result<Sum<Curve>, Refused> {
        let mut sum = Sum::new();
        let (commitments, responses) = (self.commitments(), &self.presentation.proof.responses);
        sum.add(&self.relation, &commitments, self.challenge, responses, || weights.next())?;
        Ok(sum)
    }

    /// The range proofs: dear, so the last that is checked.
    fn vartime_check_ranges(&self) -> Result<(), Refused> {
        self.ranges.iter().try_for_each(Unchecked::vartime_verify)
    }

    fn commitments(&self) -> Vec<Point> {
        self.presentation.proof.commitments.iter().map(Element::point).collect()
    }

    /// What it claims of keys, with each key's place: of every keyed equation its public key, its
    /// point, and the product that it claims.
    pub(crate) fn vartime_keyed_pairs(&self) -> Result<Vec<(usize, Pair)>, Refused> {
        let challenge = [self.challenge, self.challenge.invert()];
        let responses = &self.presentation.proof.responses;
        let claimed = self.relation.vartime_claimed(&self.commitments(), challenge, responses)?;
        let pair = |((index, base, image), public): ((usize, Point, Point), &Element)| {
            (index, Pair { public: *public, base: Element::new(base), image: Element::new(image) })
        };
        Ok(claimed.into_iter().zip(&self.keyed).map(pair).collect())
    }

    /// What the replay register knows the presentation by.
    pub(crate) fn replay_key(&self) -> [u8; 32] {
        replay_key(&self.request_bytes, &self.identity)
    }
}

/// The equations of an item that anybody can check: all but those under a verifier's key.
pub(crate) fn vartime_check_public(item: &Item<'_>) -> Result<(), Refused> {
    let mut weights = Weights::new(item.absorb(TaggedHash::new("weights-presentation")));
    let mut sum = Sum::new();
    let (commitments, responses) = (item.commitments(), &item.presentation.proof.responses);
    sum.add_public(&item.relation, &commitments, item.challenge, responses, || weights.next())?;
    sum.vartime_is_identity(item.table.table(), &[])?;
    item.vartime_check_ranges()
}

/// Whether everything holds of an item that these keys can check, by the places that it names.
pub(crate) fn vartime_check(item: &Item<'_>, keys: &[&Scalar]) -> Result<(), Refused> {
    let mut weights = Weights::new(item.absorb(TaggedHash::new("weights-presentation")));
    item.sum(&mut weights)?.vartime_is_identity(item.table.table(), keys)?;
    item.vartime_check_ranges()
}

/// Of which items everything holds, under weights that are hashed from every byte of every item.
/// The equations of those that have their base points in common are in one sum; the range proofs
/// are checked of those whose equations hold.
pub(crate) fn vartime_check_all(items: &[Result<Item<'_>, Refused>], keys: &[&Scalar]) -> Vec<bool> {
    let everything = TaggedHash::new("weights-presentation");
    let mut weights = Weights::new(items.iter().flatten().fold(everything, |hash, item| item.absorb(hash)));
    let mut open = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let Ok(item) = item else { continue };
        // An equation under a key that is not here fails.
        if let Ok(sum) = item.sum(&mut weights)
            && sum.fits(keys.len())
        {
            open.push((index, item.table, sum));
        }
    }
    let mut good = alloc::vec![false; items.len()];
    while let Some((_, table, _)) = open.first() {
        let table: &BaseTable = table;
        let (alike, others): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, of, _)| core::ptr::eq(*of, table));
        let (indices, proofs): (Vec<usize>, Vec<_>) = alike.into_iter().map(|(index, _, sum)| (index, sum)).unzip();
        let batch = Batch { proofs, table: table.table(), keys };
        for (index, holds) in indices.into_iter().zip(batch.vartime_good().unwrap_or_default()) {
            if let (Some(good), Some(Ok(item))) = (good.get_mut(index), items.get(index)) {
                *good = holds && item.vartime_check_ranges().is_ok();
            }
        }
        open = others;
    }
    good
}
