//! The holder's side of a presentation (spec 06 §5).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::claim::{Claim, DISCLOSURE, Places};
use super::{Consent, PresentError, Presentation};
use crate::credential::Credential;
use crate::device::{Device, DeviceSession, Purpose, ask};
use crate::error::Refused;
use crate::group::{Element, Scalar, random_scalar};
use crate::schema::Value;
use crate::secret::Secret;
use crate::sigma::Assignment;

impl From<Refused> for PresentError {
    fn from(_: Refused) -> Self {
        Self::Unprovable
    }
}

impl Credential {
    /// Answers a request that its user agreed to.
    ///
    /// Constant time in the secrets. Some 21 variable-base multiplications' time for two lists (`benches/units.rs`).
    ///
    /// # Errors
    /// [`PresentError::WrongDevice`], [`PresentError::Device`], [`PresentError::Unprovable`], and those of
    /// [`Credential::review`] if the lists moved on since.
    pub fn present(
        &self,
        consent: Consent,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Presentation, PresentError> {
        if device.public_key() != self.device {
            return Err(PresentError::WrongDevice);
        }
        self.check(&consent)?;
        present_unchecked(self, &consent, device, rng)
    }
}

/// Proves whatever the credential holds, true or not.
pub(crate) fn present_unchecked(
    credential: &Credential,
    consent: &Consent,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    let Consent { request, shard, heads, .. } = consent;
    let values = request.disclose.iter().map(|index| credential.values.get(index.index()).map(Value::duplicate));
    let disclosed = values.collect::<Option<Vec<Value>>>().ok_or(PresentError::UnknownAttribute)?;
    let claim = Claim::new(&credential.parameters, request, *shard, heads.iter().collect(), &disclosed)?;
    let mut transcript = claim.transcript();

    // The device commits first, so that whatever the wallet draws depends on its commitment (spec 01 §7.4).
    let public = device.public_key();
    let session = device.commit(rng)?;
    let others = session.commitment().to_array();

    // Ā = r1·r2·A, D' = r2·B, W̄ = t·W
    let mut hedged = transcript.hedged_rng(core::slice::from_ref(credential.mac.e.expose()), &others, rng);
    let r1 = Secret::new(random_scalar(&mut hedged));
    let r2 = Secret::new(random_scalar(&mut hedged));
    let r3 = Secret::new(r2.expose().invert());
    let mut points = Vec::with_capacity(2 + heads.len());
    let r1r2 = Secret::new(r1.expose() * r2.expose());
    points.push(Element::new(r1r2.expose() * credential.mac.a.expose()));
    points.push(Element::new(r2.expose() * credential.b.expose()));
    let mut blinds = Vec::with_capacity(heads.len());
    for head in heads {
        let witness = credential.witness(head.list().name.class()).point().ok_or(PresentError::Unprovable)?;
        let t = Secret::new(random_scalar(&mut hedged));
        points.push(Element::new(t.expose() * witness.expose()));
        blinds.push(t);
    }
    transcript.elements("point", &points);

    let places = Places { issuer_key: 0, lists: (0..heads.len()).map(|i| (1 + i, i)).collect() };
    let (relation, vars) = claim.relation(&points, &places)?;
    let mut witness = Assignment::new(&relation);
    witness.set(vars.issued.e, *credential.mac.e.expose());
    witness.set(vars.issued.r1, *r1.expose());
    witness.set(vars.disclosure.r3, *r3.expose());
    witness.set(vars.disclosure.pseudonym, *credential.pseudonym.expose());
    let [status, flag] = &credential.witnesses;
    witness.set(vars.disclosure.status, *status.handle().scalar());
    witness.set(vars.disclosure.flag, *flag.handle().scalar());
    witness.set(vars.disclosure.factors, Scalar::from(credential.factors.bits()));
    witness.set(vars.disclosure.since, Scalar::from(credential.since.number()));
    for (index, var) in &vars.disclosure.hidden {
        let value = credential.values.get(index.index()).ok_or(PresentError::UnknownAttribute)?;
        witness.set(*var, value.scalar());
    }
    for (var, t) in vars.lists.iter().zip(&blinds) {
        witness.set(*var, *t.expose());
    }

    let nonces = transcript.hedged_scalars(witness.values().len(), witness.values(), &others, rng);
    let committed = relation.commit(nonces)?;
    let mut commitments: Vec<Element> = committed.commitments().iter().copied().map(Element::new).collect();
    let message = claim.message(transcript, &commitments);
    let disclosure = commitments.get_mut(DISCLOSURE).ok_or(PresentError::Unprovable)?;

    let answer = ask(&public, session, Purpose::Presentation, &claim.request_bytes, &message, disclosure)?;
    *disclosure = answer.commitment;
    let mut responses = committed.respond(&witness, answer.challenge);
    *responses.get_mut(vars.disclosure.device.index()).ok_or(PresentError::Unprovable)? += answer.response;
    Ok(Presentation { shard: *shard, disclosed, points, commitments, responses })
}
