//! Everything that a presentation is bound to, and its relation, built the same way by both sides (spec 06 §4, §5).

use alloc::vec::Vec;

use super::PresentationRequest;
use super::statement::{device, disclosure, issued, membership};
use crate::codec::{Message, Writer};
use crate::credential::IssuerParameters;
use crate::error::Refused;
use crate::group::{Element, Ristretto, Scalar};
use crate::list::{Head, ListClass, Shard};
use crate::schema::{AttributeIndex, Value};
use crate::sigma::{Relation, ScalarVar};
use crate::transcript::Transcript;

/// The index of the disclosure among the equations: its commitment is the one that the device completes.
pub(super) const DISCLOSURE: usize = 1;

/// What is claimed, all public.
pub(super) struct Claim<'a> {
    pub(super) parameters: &'a IssuerParameters,
    pub(super) request: &'a PresentationRequest,
    pub(super) request_bytes: Vec<u8>,
    pub(super) shard: Shard,
    /// One for each list of the request, of this shard.
    pub(super) heads: Vec<&'a Head>,
    /// In the order of the request.
    pub(super) disclosed: &'a [Value],
}

/// Where the verifier finds keys and shared points; the prover has no use for them and takes any.
pub(super) struct Places {
    pub(super) issuer_key: usize,
    /// For each list: the place of its key, the place of its accumulator's value.
    pub(super) lists: Vec<(usize, usize)>,
}

/// The secret scalars of a presentation.
pub(super) struct Vars {
    pub(super) issued: issued::Vars,
    pub(super) disclosure: disclosure::Vars,
    /// `t` for each list.
    pub(super) lists: Vec<ScalarVar>,
}

impl<'a> Claim<'a> {
    /// Checks that the parts belong together: the shard is 0 where no list is asked, as it would tell without need.
    pub(super) fn new(
        parameters: &'a IssuerParameters,
        request: &'a PresentationRequest,
        shard: Shard,
        heads: Vec<&'a Head>,
        disclosed: &'a [Value],
    ) -> Result<Self, Refused> {
        let asked = &request.disclose;
        let kinds_fit = asked.iter().zip(disclosed).all(|(index, value)| {
            parameters.schema().attribute(*index).is_some_and(|attribute| attribute.kind() == value.kind())
        });
        let shard_fits =
            if heads.is_empty() { shard == Shard::FIRST } else { heads.iter().all(|h| h.list().shard == shard) };
        let lists_fit = heads.len() == request.lists.len()
            && heads.iter().zip(&request.lists).all(|(head, list)| head.list().name == list.name);
        let fits = request.is_for(parameters) && asked.len() == disclosed.len() && kinds_fit && shard_fits && lists_fit;
        if !fits {
            return Err(Refused);
        }
        Ok(Self { parameters, request, request_bytes: request.to_bytes(), shard, heads, disclosed })
    }

    /// Absorbs what is claimed (spec 06 §5).
    pub(super) fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::new("presentation");
        transcript.element("issuer-key", &self.parameters.key().0);
        transcript.uint("issuer-key-version", u64::from(self.parameters.version().0));
        transcript.bytes("schema", &self.parameters.schema_digest().0);
        transcript.uint("arity", self.parameters.schema().arity() as u64);
        transcript.uint("issuer-mode", self.request.mode as u64);
        transcript.bytes("request", &self.request_bytes);
        transcript.uint("shard", u64::from(self.shard.number()));
        for (head, list) in self.heads.iter().zip(&self.request.lists) {
            transcript.uint("list-mode", list.mode as u64);
            transcript.element("list-key", &head.key.0);
            transcript.bytes("head", &head.digest());
        }
        for (index, value) in self.request.disclose.iter().zip(self.disclosed) {
            transcript.uint("attribute", u64::from(index.number()));
            let mut writer = Writer::new(&[]);
            value.write(&mut writer);
            transcript.bytes("value", &writer.into_bytes());
        }
        transcript
    }

    /// `M`: everything but the commitment of the disclosure, which the device completes (spec 06 §5).
    pub(super) fn message(&self, mut transcript: Transcript, commitments: &[Element]) -> [u8; 64] {
        for (i, commitment) in commitments.iter().enumerate().filter(|(i, _)| *i != DISCLOSURE) {
            transcript.uint("equation", i as u64);
            transcript.element("commitment", commitment);
        }
        transcript.challenge_bytes("message")
    }

    /// The challenge of the whole presentation.
    pub(super) fn challenge(&self, message: &[u8; 64], commitments: &[Element]) -> Result<Scalar, Refused> {
        Ok(device::challenge(&self.request_bytes, message, commitments.get(DISCLOSURE).ok_or(Refused)?))
    }

    /// The relation over the points sent: `Ā`, `D'`, then `W̄` of each list.
    pub(super) fn relation(
        &self,
        points: &[Element],
        places: &Places,
    ) -> Result<(Relation<'a, Ristretto>, Vars), Refused> {
        let [a_bar, d_prime, witnesses @ ..] = points else { return Err(Refused) };
        if witnesses.len() != self.heads.len() || places.lists.len() != self.heads.len() {
            return Err(Refused);
        }
        let mut relation = Relation::new(self.parameters.table().points());
        let a_bar = relation.point(a_bar.point());
        let d_prime = relation.point(d_prime.point());
        let issued = issued::state(&mut relation, a_bar, d_prime, places.issuer_key);
        let disclosed: Vec<(AttributeIndex, &Value)> =
            self.request.disclose.iter().copied().zip(self.disclosed).collect();
        let disclosure = disclosure::state(&mut relation, self.parameters, d_prime, &disclosed);
        let mut lists = Vec::with_capacity(witnesses.len());
        for ((w_bar, head), (key, value)) in witnesses.iter().zip(&self.heads).zip(&places.lists) {
            let y = match head.list().name.class() {
                ListClass::Status => disclosure.status,
                ListClass::Flag => disclosure.flag,
            };
            let w_bar = relation.point(w_bar.point());
            let value = relation.shared_point(*value, head.value.point());
            lists.push(membership::state(&mut relation, y, w_bar, value, *key));
        }
        Ok((relation, Vars { issued, disclosure, lists }))
    }
}
