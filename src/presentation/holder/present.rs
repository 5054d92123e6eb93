//! The holder's side of a presentation (spec 06 §5).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::consent::Consent;
use super::hedge::hedging_secrets;
use super::selection::{Selection, disclosed};
use super::ticket::StoredTicket;
use crate::credential::Credential;
use crate::device::{Device, DeviceSession, Purpose, ask};
use crate::error::Refused;
use crate::group::{Element, Scalar};
use crate::presentation::claim::{CredentialInstance, Indices, Instance, OPENING, Presentation};
use crate::presentation::error::PresentError;
use crate::presentation::relation::{BuiltRelation, WitnessBuilder};
use crate::presentation::request::PresentationRequest;
use crate::presentation::statement::ProverInput;
use crate::range;
use crate::secret::Secret;
use crate::sigma::Assignment;
use crate::ticket::Ticket;

impl From<Refused> for PresentError {
    fn from(_: Refused) -> Self {
        Self::Unprovable
    }
}

impl Credential {
    /// Answers a request that its user agreed to.
    ///
    /// Constant time in the secrets. Some 24 variable-base multiplications' time for two lists (`benches/units.rs`).
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
        present(&[self], consent, Vec::new(), device, rng)
    }
}

/// Answers a request of one or two credentials that their user agreed to; the credentials in the order of the request, and a ticket
/// for each number that the request has.
///
/// Constant time in the secrets; one multiplication for each key of a ticket, to see that it is of these credentials.
///
/// # Errors
/// Those of [`Credential::present`], and [`PresentError::NoTicket`] where a ticket is missing, too many, or about something else.
pub fn present(
    credentials: &[&Credential],
    consent: Consent,
    tickets: Vec<StoredTicket>,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    check(credentials, &consent, device)?;
    let serve = tickets.iter().zip(consent.tickets(credentials)?).all(|(stored, wanted)| stored.serves(&wanted));
    if !serve {
        return Err(PresentError::NoTicket);
    }
    present_unchecked(credentials, &consent, tickets, device, rng)
}

/// As [`present`], with tickets of which it is known that they serve.
pub(crate) fn present_chosen(
    credentials: &[&Credential],
    consent: Consent,
    tickets: Vec<StoredTicket>,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    check(credentials, &consent, device)?;
    present_unchecked(credentials, &consent, tickets, device, rng)
}

fn check(credentials: &[&Credential], consent: &Consent, device: &impl Device) -> Result<(), PresentError> {
    if credentials.iter().any(|credential| device.public_key() != credential.device) {
        return Err(PresentError::WrongDevice);
    }
    consent.check(credentials)
}

/// Proves whatever the credentials hold, true or not.
pub(crate) fn present_unchecked(
    credentials: &[&Credential],
    consent: &Consent,
    tickets: Vec<StoredTicket>,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    let Consent { request, selections, shows, .. } = consent;
    let disclosed = disclosed(credentials, request)?;
    let instance = consent.instance(credentials, &disclosed)?;
    let wanted = instance.tickets();
    let fits = tickets.len() == wanted.len() && tickets.iter().zip(&wanted).all(|(stored, of)| stored.covers(of));
    if !fits {
        return Err(PresentError::NoTicket);
    }
    let (blinded, tickets): (Vec<_>, Vec<Ticket>) =
        tickets.into_iter().map(|stored| (stored.blinded, Ticket::clone(&stored.ticket))).unzip();
    let mut transcript = instance.transcript();

    // The device commits first, so that whatever the wallet draws depends on its commitment (spec 01 §7.4).
    let public = device.public_key();
    let session = device.commit(rng)?;
    let commitment = session.commitment();
    let mut others = commitment.parts().to_vec();
    // Their blinds are fixed, so a presentation with other tickets takes other randomness too.
    others.extend(tickets.iter().flat_map(Ticket::parts));

    let mut secrets = hedging_secrets(credentials);
    secrets.extend(shows.map(Scalar::from));
    let hedged = transcript.hedged_rng(&secrets, &others, rng);
    let first = credentials.first().ok_or(PresentError::Unprovable)?;
    let mut draft = WitnessBuilder::new(hedged, first.parameters.table(), blinded);
    for (place, (credential, answer)) in credentials.iter().zip(selections).enumerate() {
        let input = ProverInput { place, credential, verifier: &request.verifier, sets: &answer.sets, shows: *shows };
        draft_credential(&mut draft, &input, request, answer)?;
    }
    transcript.elements("point", &draft.points);
    let places = places(&instance);
    let BuiltRelation { relation, .. } = instance.relation(&draft.points, &places)?;
    let witness = Assignment::of(&relation, draft.secrets)?;

    tickets.iter().for_each(|ticket| transcript.bytes("ticket", &ticket.to_bytes()));
    let mut hedged = transcript.hedged_rng(witness.values(), &others, rng);
    let range_proofs = range::prove(&mut transcript, &draft.openings, &mut hedged)?;
    let nonces = transcript.hedged_scalars(witness.values().len(), witness.values(), &others, rng);
    let committed = relation.commit(nonces)?;
    let mut commitments: Vec<Element> = committed.commitments().iter().copied().map(Element::new).collect();
    let message = instance.message(transcript, &commitments);
    let opening = commitments.get_mut(OPENING).ok_or(PresentError::Unprovable)?;

    let answer = ask(&public, session, Purpose::Presentation, &instance.request_bytes, &message, opening)?;
    *opening = answer.commitment;
    let mut responses = committed.respond(&witness, answer.challenge);
    let device = relation.outside().ok_or(PresentError::Unprovable)?;
    *responses.get_mut(device.index()).ok_or(PresentError::Unprovable)? += answer.response;
    let shards = selections.iter().map(|answer| answer.shard).collect();
    Ok(Presentation { shards, disclosed, points: draft.points, commitments, responses, range_proofs, tickets })
}

/// The points and secrets of one credential, in the order of spec 06 §4.
fn draft_credential(
    draft: &mut WitnessBuilder<'_, impl CryptoRngCore>,
    input: &ProverInput<'_>,
    request: &PresentationRequest,
    answer: &Selection,
) -> Result<(), PresentError> {
    let ProverInput { place, credential, .. } = *input;
    let query = request.credentials.get(place).ok_or(PresentError::Unprovable)?;
    // Ā = r1·r2·A, D' = r2·B
    let r1r2 = draft.blinded(query.mode, credential.mac.a.expose())?;
    let r2 = draft.random();
    let r3 = Secret::new(r2.expose().invert());
    let r1 = Secret::new(r1r2.expose() * r3.expose());
    draft.point(r2.expose(), credential.b.expose());
    draft.secret(credential.mac.e.expose());
    draft.secret(r1.expose());
    draft.secret(r3.expose());
    draft.secret(credential.pseudonym.expose());
    if place == 0 {
        // The device's: its holder adds its own part to commitment and response.
        draft.secret(&Scalar::ZERO);
    }
    let [status, flag] = &credential.witnesses;
    draft.secret(status.handle().scalar());
    draft.secret(flag.handle().scalar());
    draft.secret(&Scalar::from(credential.factors.bits()));
    draft.secret(&Scalar::from(credential.since.number()));
    let is_linked = |index| place == 1 && request.links.iter().any(|link| link.second == index);
    for (index, value) in credential.parameters.schema().indices().zip(&credential.values) {
        if !query.discloses(index) && !is_linked(index) {
            draft.secret(Secret::new(value.scalar()).expose());
        }
    }
    // W̄ = t·W
    for (head, list) in answer.heads.iter().zip(&query.lists) {
        let witness = credential.witness(head.list().name.class()).point().ok_or(PresentError::Unprovable)?;
        let t = draft.blinded(list.mode, witness.expose())?;
        draft.secret(t.expose());
    }
    query.statements.iter().try_for_each(|statement| statement.draft(input, draft))
}

/// The prover has no use for a verifier's places; shared points only have to be told apart.
fn places(instance: &Instance<'_>) -> Vec<Indices> {
    let mut shared = 0..;
    let mut of = |credential: &CredentialInstance<'_>| Indices {
        issuer_key: 0,
        lists: credential.heads.iter().filter_map(|_| Some((0, shared.next()?))).collect(),
        sets: credential.sets.iter().map(|_| 0).collect(),
    };
    instance.credentials.iter().map(&mut of).collect()
}
