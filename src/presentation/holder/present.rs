//! The holder's side of a presentation (spec 06 §5).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::consent::Consent;
use super::hedge::hedging_secrets;
use super::prepared::PreparedFace;
use super::selection::{Selection, disclosed};
use super::ticket::StoredTicket;
use crate::credential::Credential;
use crate::device::{Device, Open};
use crate::error::Refused;
use crate::fold::FoldProof;
use crate::group::{Element, PointBytes, Scalar};
use crate::presentation::claim::{CredentialInstance, Indices, Instance, OPENING, Places, Presentation, Proof};
use crate::presentation::error::PresentError;
use crate::presentation::mode::Mode;
use crate::presentation::relation::{Blinded, BuiltRelation, WitnessBuilder};
use crate::presentation::request::{CredentialQuery, PresentationRequest};
use crate::presentation::statement::ProverInput;
use crate::range;
use crate::schema::Value;
use crate::secret::Secret;
use crate::sigma::{Assignment, Responses};
use crate::ticket::Ticket;
use crate::transcript::Transcript;

impl From<Refused> for PresentError {
    fn from(_: Refused) -> Self {
        Self::Unprovable
    }
}

impl Credential {
    /// Answers a request that its user agreed to.
    ///
    /// Constant time in the secrets. Some 24 variable-base multiplications' time for two lists
    /// (`benches/units.rs`).
    ///
    /// # Errors
    /// [`PresentError::WrongDevice`], [`PresentError::Device`], [`PresentError::Unprovable`], and
    /// those of [`Credential::review`] if the lists moved on since.
    pub fn present(
        &self,
        consent: Consent,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Presentation, PresentError> {
        present(&[self], consent, Vec::new(), device, rng)
    }
}

/// Answers a request of one or two credentials that their user agreed to; the credentials in the
/// order of the request, and a ticket for each number that the request has.
///
/// Constant time in the secrets; one multiplication for each key of a ticket, to see that it is of
/// these credentials.
///
/// # Errors
/// Those of [`Credential::present`], and [`PresentError::NoTicket`] where a ticket is missing, too
/// many, or about something else.
pub fn present(
    credentials: &[&Credential],
    mut consent: Consent,
    tickets: Vec<StoredTicket>,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    check(credentials, &consent, device)?;
    let serve = tickets.iter().zip(consent.tickets(credentials)?).all(|(stored, wanted)| stored.serves(&wanted));
    if !serve {
        return Err(PresentError::NoTicket);
    }
    let prepared = consent.prepared.take();
    present_unchecked(credentials, &consent, tickets, prepared, device, rng)
}

/// As [`present`], with tickets of which it is known that they serve.
pub(crate) fn present_chosen(
    credentials: &[&Credential],
    mut consent: Consent,
    tickets: Vec<StoredTicket>,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    check(credentials, &consent, device)?;
    let prepared = consent.prepared.take();
    present_unchecked(credentials, &consent, tickets, prepared, device, rng)
}

fn check(credentials: &[&Credential], consent: &Consent, device: &impl Device) -> Result<(), PresentError> {
    if credentials.iter().any(|credential| device.public_key() != credential.device) {
        return Err(PresentError::WrongDevice);
    }
    consent.check(credentials)
}

/// Proves whatever the credentials hold, true or not (spec 06 §5).
pub(crate) fn present_unchecked(
    credentials: &[&Credential],
    consent: &Consent,
    tickets: Vec<StoredTicket>,
    prepared: Option<PreparedFace>,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    let disclosed = disclosed(credentials, &consent.request)?;
    let instance = consent.instance(credentials, &disclosed)?;
    let (blinded, tickets) = opened(tickets, &instance)?;

    // What the wallet draws depends on what the device commits to beforehand (spec 01 §7.4).
    let open = Open::new(device, rng)?;
    let contributed = open.contributed();
    let mut others: Vec<&[u8]> = contributed.iter().map(PointBytes::as_slice).collect();
    // Their blinds are fixed, so a presentation with other tickets takes other randomness too.
    let parts: Vec<Vec<u8>> = tickets.iter().flat_map(Ticket::parts).collect();
    others.extend(parts.iter().map(Vec::as_slice));

    let transcript = instance.transcript();
    let mut secrets = hedging_secrets(credentials);
    secrets.extend(consent.uses.map(Scalar::from));
    let first = credentials.first().ok_or(PresentError::Unprovable)?;
    let hedged = transcript.hedged_rng(&secrets, &others, rng);
    let mut draft = WitnessBuilder::new(hedged, first.parameters.table(), blinded, consent.digits.clone());
    for (index, (credential, selection)) in credentials.iter().zip(&consent.selections).enumerate() {
        draft_credential(&mut draft, &consent.input(index, credential, selection), &consent.request, selection)?;
    }
    draft.bind_digits();
    let proof = prove(&instance, transcript, draft, (&tickets, prepared), &others, open, rng)?;
    let stated = consent.selections.iter().flat_map(|of| of.stated.iter().flatten().copied()).collect();
    let shards = consent.selections.iter().map(|of| of.shard).collect();
    Ok(Presentation { shards, disclosed, proof, tickets, stated })
}

/// The tickets, and what they vouch for, if they are about what the instance takes tickets for.
fn opened(
    tickets: Vec<StoredTicket>,
    instance: &Instance<'_>,
) -> Result<(Vec<Vec<Blinded>>, Vec<Ticket>), PresentError> {
    let targets = instance.tickets();
    if tickets.len() != targets.len() || tickets.iter().zip(&targets).any(|(stored, of)| !stored.covers(of)) {
        return Err(PresentError::NoTicket);
    }
    Ok(tickets.into_iter().map(|stored| (stored.blinded, Ticket::clone(&stored.ticket))).unzip())
}

/// Commits, with the device, to the points and secrets that were drafted, and responds once (spec
/// 06 §5).
fn prove<D: Device>(
    instance: &Instance<'_>,
    mut transcript: Transcript,
    mut draft: WitnessBuilder<'_>,
    (tickets, prepared): (&[Ticket], Option<PreparedFace>),
    others: &[&[u8]],
    open: Open<'_, D>,
    rng: &mut impl CryptoRngCore,
) -> Result<Proof, PresentError> {
    let built = instance.relation(&mut transcript, &draft.points, &places(instance))?;
    let BuiltRelation { mut relation, weights, face, .. } = built;
    draft.merge_digits(&weights);
    let mut witness = Assignment::of(&relation, draft.witness())?;
    Instance::absorb_tickets(&mut transcript, tickets);
    let asked = instance.asked();
    let entered = open.enter(&asked, &mut transcript, &mut relation, &mut witness, OPENING, rng)?;
    let mut hedged = transcript.hedged_rng(witness.values(), others, rng);
    let mut arguments = range::prove(&mut transcript, &draft.openings, &mut hedged)?;
    let mut nonces = transcript.hedged_scalars(witness.values().len(), witness.values(), others, rng);
    let sum = prepared.map(|prepared| prepared.into_nonces(&mut nonces, relation.response_count())).transpose()?;
    let committed = relation.commit_with(nonces, sum)?;
    let mut commitments: Vec<Element> = committed.commitments().iter().copied().map(Element::new).collect();

    let device = entered.complete(&asked, &mut transcript, &mut commitments, OPENING)?;
    let challenge = device.challenge;
    let Responses { sent: mut responses, unsent } = committed.respond(&witness, challenge);
    let beside = device.add_to(&relation, &mut responses)?;
    if let Some(face) = face {
        Instance::absorb_responses(&mut transcript, &commitments, challenge, &responses)?;
        let bases = instance.templates().ok_or(PresentError::Unprovable)?;
        let fold = FoldProof::vartime_new(&mut transcript, bases, unsent, face.probe().to_vec());
        arguments.push(fold.to_bytes());
    }
    Ok(Proof { points: draft.points, commitments, responses, arguments, beside })
}

/// The points and secrets of one credential, in the order of spec 06 §4.
fn draft_credential(
    draft: &mut WitnessBuilder<'_>,
    input: &ProverInput<'_>,
    request: &PresentationRequest,
    selection: &Selection,
) -> Result<(), PresentError> {
    let ProverInput { index, credential, .. } = *input;
    let query = request.credentials.get(index).ok_or(PresentError::Unprovable)?;
    let r3 = draft_mac(draft, credential, query.mode)?;
    draft_opening(draft, r3.expose(), input, request, query);
    for (head, list) in selection.heads.iter().zip(&query.lists) {
        // W̄ = t·W
        let witness = credential.witness_for(head).point().ok_or(PresentError::Unprovable)?;
        let t = draft.blinded(list.mode, witness.expose())?;
        draft.secret(t.expose());
    }
    query.statements.iter().try_for_each(|statement| statement.draft(input, draft))
}

/// `Ā = r1·r2·A` and `D' = r2·B` (spec 06 §4.1); gives `r3 = 1/r2`.
fn draft_mac(
    draft: &mut WitnessBuilder<'_>,
    credential: &Credential,
    mode: Mode,
) -> Result<Secret<Scalar>, PresentError> {
    let r1r2 = draft.blinded(mode, credential.mac.a.expose())?;
    let r2 = draft.random();
    let r3 = Secret::new(r2.expose().invert());
    let r1 = Secret::new(r1r2.expose() * r3.expose());
    draft.point(r2.expose(), credential.b.expose());
    draft.secret(credential.mac.e.expose());
    draft.secret(r1.expose());
    Ok(r3)
}

/// The secrets of the opening (spec 06 §4.2).
fn draft_opening(
    draft: &mut WitnessBuilder<'_>,
    r3: &Scalar,
    input: &ProverInput<'_>,
    request: &PresentationRequest,
    query: &CredentialQuery,
) {
    let ProverInput { index, credential, .. } = *input;
    draft.secret(r3);
    draft.secret(credential.pseudonym.expose());
    if index == 0 {
        // The device's: its scheme puts in what is the wallet's to know.
        draft.secret(&Scalar::ZERO);
    }
    if index == 0 || !credential.parameters.schema().has_handles_of_another() {
        credential.witnesses.iter().for_each(|witness| draft.secret(witness.handle().scalar()));
    }
    draft.secret(&Scalar::from(credential.factors.bits()));
    draft.secret(&Scalar::from(credential.since.number()));
    let is_linked = |attribute| index == 1 && request.links.iter().any(|link| link.second == attribute);
    for (attribute, value) in credential.parameters.schema().indices().zip(&credential.values) {
        if !query.discloses(attribute)
            && !is_linked(attribute)
            && let Some(scalar) = value.scalar().map(Secret::new)
        {
            draft.secret(scalar.expose());
        }
        if let (Value::Template(template), Some((_, template_of))) = (value, credential.parameters.schema().template())
        {
            draft.unsent(&template_of.packed(template));
        }
    }
}

/// The prover has no use for a verifier's indices; shared points only have to be told apart.
fn places(instance: &Instance<'_>) -> Places {
    let mut shared = 0..;
    let mut of = |credential: &CredentialInstance<'_>| Indices {
        issuer_key: 0,
        lists: credential.heads.iter().filter_map(|_| Some((0, shared.next()?))).collect(),
        sets: credential.sets.iter().map(|_| 0).collect(),
    };
    Places { credentials: instance.credentials.iter().map(&mut of).collect(), digits: 0 }
}
