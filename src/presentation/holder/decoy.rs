//! What a wallet sends that cannot prove (spec 06 §3.1): an answer in form that verifies nowhere.
//!
//! A holder whose credential was revoked, or who is flagged, would stand out at a desk by a phone
//! that does not answer. A decoy is a proof about credentials that nobody issued, made by the
//! honest prover with the holder's own device: MAC and witnesses are random points, and the values
//! are such that the statements hold. So every equation of the proof that anybody can check holds,
//! and those of issuer and lists fail, as they do in a forged proof or a stale one; that of digits
//! holds. Where a ticket is asked, it fails as a forged one does, for everybody to see; that of a
//! stale answer holds (spec 06 §3.1). Of the holder the proof tells schema and shard and, as any
//! proof, nothing of the device.

use alloc::string::ToString;
use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::consent::{Consent, check_form};
use super::keyed::TicketNeed;
use super::present::present_unchecked;
use super::selection::WalletContext;
use super::ticket::StoredTicket;
use crate::calendar::Days;
use crate::credential::{AssuranceFactors, Credential};
use crate::device::Device;
use crate::presentation::bounds::MAX_STATEMENTS;
use crate::presentation::claim::Presentation;
use crate::presentation::error::PresentError;
use crate::presentation::request::PresentationRequest;
use crate::presentation::statement::{Leaves, Statement};
use crate::presentation::subject::{Subject, Target};
use crate::schema::{AttributeKind, Value};
use crate::template::{Probe, Template};

/// A presentation that answers a request in form alone, for credentials that cannot answer it; they
/// are in the order of the request. The device is asked as for an answer, and shows its user the
/// request. Variable time to choose values.
///
/// # Errors
/// [`PresentError::Discloses`] for a request that asks to see something: a decoy would have to show
/// it, or to lie visibly; [`PresentError::Unprovable`] for statements that no credential fits;
/// those of [`review`](crate::presentation::review) and [`present`](crate::presentation::present)
/// but for what the credentials hold, and whether they are on their lists: where a holder must not
/// answer, no decoy is sent either.
pub fn decoy(
    credentials: &[&Credential],
    request: &PresentationRequest,
    known: &WalletContext<'_>,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    request.check_uncertified()?;
    present_decoy(credentials, decoyable(request, credentials, known)?, device, rng)
}

/// As [`provable`](super::consent::provable), where the credentials may fail to prove what is
/// asked.
pub(crate) fn decoyable(
    request: &PresentationRequest,
    credentials: &[&Credential],
    known: &WalletContext<'_>,
) -> Result<Consent, PresentError> {
    check_form(request, credentials, known.sets)?;
    if request.credentials.iter().any(|query| !query.disclose.is_empty()) {
        return Err(PresentError::Discloses);
    }
    let mut consent = Consent::unreviewed(credentials, request, known)?;
    // The nullifier is of a made-up secret, of which this is the first use.
    let counted = consent.uses.or(Some(0));
    consent.uses = request.limit().and(counted);
    match consent.check(credentials) {
        Err(error) if !error.is_of_own_state() => return Err(error),
        _ => {}
    }
    consent.uses = request.limit().map(|_| 0);
    Ok(consent)
}

/// Makes the decoy that was agreed to.
pub(crate) fn present_decoy(
    credentials: &[&Credential],
    mut consent: Consent,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    let public = device.public_key();
    if credentials.iter().any(|credential| public != credential.device) {
        return Err(PresentError::WrongDevice);
    }
    let mut dummy: Vec<Credential> = Vec::with_capacity(credentials.len());
    for credential in credentials {
        let made = credential.dummy(public, dummy.first(), rng);
        dummy.push(made);
    }
    for cell in cells(&consent, &dummy) {
        cell.fill(&mut dummy, &consent)?;
    }
    dummy.iter_mut().zip(credentials).for_each(|(dummy, like)| dummy.recommit(like));
    let dummy: Vec<&Credential> = dummy.iter().collect();
    let prepared = consent.prepared.take();
    let wanted = consent.tickets(&dummy)?.into_iter();
    let tickets: Vec<StoredTicket> = wanted.map(|wanted: TicketNeed| StoredTicket::decoy(wanted, rng)).collect();
    present_unchecked(&dummy, &consent, tickets, prepared, device, rng)
}

/// One value, or those that links make the same.
struct Cell(Vec<Target>);

/// What statements and links are about.
fn cells(consent: &Consent, credentials: &[Credential]) -> Vec<Cell> {
    let links = || consent.request.links.iter().map(|link| link.targets());
    let mut cells = Vec::new();
    for (index, credential) in credentials.iter().enumerate() {
        let attributes = credential.parameters.schema().indices().map(Subject::Attribute);
        let subjects = attributes.chain([Subject::Factors, Subject::Since]);
        for target in subjects.map(|subject| subject.of(index)) {
            // What is linked to a value of the first credential is in the cell of that.
            if links().all(|[_, second]| second != target) {
                let linked = links().filter(|[first, _]| *first == target).map(|[_, second]| second);
                cells.push(Cell([target].into_iter().chain(linked).collect()));
            }
        }
    }
    cells
}

impl Cell {
    /// Gives it the first value that everything that is said of it holds of, if the holder's own is
    /// none: no proof tells which one it is. A template becomes the probe in any case.
    fn fill(&self, credentials: &mut [Credential], consent: &Consent) -> Result<(), PresentError> {
        if let Some(probe) = self.statements(consent).find_map(|(_, statement)| statement.probe()) {
            // As long as a probe may be, it is like itself enough. Whether the holder's own face is
            // that of the probe changes nothing, not even the time.
            self.set_template(credentials, probe);
            return if self.fits(credentials, consent) { Ok(()) } else { Err(PresentError::Unprovable) };
        }
        if self.0.len() == 1 && self.fits(credentials, consent) {
            return Ok(());
        }
        for number in self.candidates(consent) {
            self.set(credentials, number);
            if self.fits(credentials, consent) {
                return Ok(());
            }
        }
        Err(PresentError::Unprovable)
    }

    /// The statements about it, each with the index of its credential.
    fn statements<'a>(&self, consent: &'a Consent) -> impl Iterator<Item = (usize, &'a Statement)> {
        let is_about = |(index, statement): &(usize, &Statement)| {
            statement.subject().is_some_and(|subject| self.0.contains(&subject.of(*index)))
        };
        consent.request.statements().filter(is_about)
    }

    /// Numbers to try. Where one fits, one of these does: a set has all that fit; without one,
    /// intervals begin at one of them, and of the values that must not be there are fewer than
    /// numbers in each row.
    fn candidates(&self, consent: &Consent) -> Vec<u64> {
        let codes = self.statements(consent).find_map(|(index, statement)| {
            let Leaves::Set(digest) = statement.facts().leaves else { return None };
            let sets = &consent.selections.get(index)?.sets;
            Some(sets.iter().find(|set| set.digest() == digest)?.codes())
        });
        if let Some(codes) = codes {
            return codes.iter().copied().map(u64::from).collect();
        }
        let lows = self.statements(consent).filter_map(|(_, statement)| {
            let Leaves::Interval(interval) = statement.facts().leaves else { return None };
            Some(*interval.start())
        });
        let row = |start: u64| (0..=2 * MAX_STATEMENTS as u64).filter_map(move |step| start.checked_add(step));
        core::iter::once(0).chain(lows).flat_map(row).collect()
    }

    /// Makes it this number, or the text or digest of it.
    fn set(&self, credentials: &mut [Credential], number: u64) {
        for Target { credential, subject } in &self.0 {
            let Some(credential) = credentials.get_mut(*credential) else { continue };
            match subject {
                Subject::Factors => {
                    let factors = u16::try_from(number).ok().and_then(|bits| AssuranceFactors::from_bits(bits).ok());
                    credential.factors = factors.unwrap_or(credential.factors);
                }
                Subject::Since => {
                    credential.since = u16::try_from(number).map_or(credential.since, Days::from_number);
                }
                Subject::Attribute(index) => {
                    let kind = subject.kind(credential.parameters.schema());
                    let own = credential.values.get_mut(index.index());
                    if let (Some(own), Some(value)) = (own, kind.and_then(|kind| value(kind, number))) {
                        *own = value;
                    }
                }
            }
        }
    }

    /// Makes the template what the camera sees.
    fn set_template(&self, credentials: &mut [Credential], probe: &Probe) {
        for Target { credential, subject } in &self.0 {
            let Subject::Attribute(index) = subject else { continue };
            let credential = credentials.get_mut(*credential);
            if let Some(own) = credential.and_then(|credential| credential.values.get_mut(index.index())) {
                *own = Value::Template(Template::new(probe.entries().to_vec()));
            }
        }
    }

    /// Whether everything that is said of it holds.
    fn fits(&self, credentials: &[Credential], consent: &Consent) -> bool {
        self.statements(consent).all(|(index, statement)| {
            credentials.get(index).zip(consent.selections.get(index)).is_some_and(|(credential, selection)| {
                statement.check_provable(&consent.input(index, credential, selection)).is_ok()
            })
        })
    }
}

/// The value of this kind that a number stands for here.
fn value(kind: AttributeKind, number: u64) -> Option<Value> {
    Some(match kind {
        AttributeKind::Date => Value::Date(Days::from_number(number.try_into().ok()?)),
        AttributeKind::Number => Value::Number(number),
        AttributeKind::Code => Value::Code(number.try_into().ok()?),
        AttributeKind::Text => Value::Text(number.to_string()),
        AttributeKind::Digest => {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_be_bytes());
            Value::Digest(digest)
        }
        AttributeKind::Template => return None,
    })
}
