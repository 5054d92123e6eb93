//! Tickets as their holder keeps them: with what was randomised when they were ordered (spec 14
//! §6).
//!
//! A ticket vouches for points that the holder fixed beforehand, so these and their blinding
//! factors are stored with it, and go into one presentation. Two presentations with one ticket
//! could be linked by anybody.

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::keyed::TicketNeed;
use crate::codec::{Reader, Writer};
use crate::credential::IssuerParameters;
use crate::error::{DecodeError, check, refusal};
use crate::group::Scalar;
use crate::list::{Head, VerifiedHeads};
use crate::presentation::bounds::MAX_COVERED;
use crate::presentation::claim::TicketTarget;
use crate::presentation::relation::{Blinded, KeyedPair};
use crate::secret::Secret;
use crate::ticket::{KeyRole, Ticket, TicketKey};

/// A ticket with everything that its holder needs to use it: once, so it is taken by value. Secret,
/// and wiped on drop: whoever has it recognises the presentation that it is used in.
///
/// ```compile_fail,E0382
/// # use selfsame::presentation::StoredTicket;
/// fn twice(ticket: StoredTicket) -> [StoredTicket; 2] {
///     [ticket, ticket]
/// }
/// ```
pub struct StoredTicket {
    pub(crate) covered: Vec<TicketTarget>,
    pub(crate) blinded: Vec<Blinded>,
    pub(crate) ticket: Zeroizing<Ticket>,
}

/// Whether the key of this issuer is one of these.
pub(crate) fn are_of_issuer(covered: &[TicketTarget], parameters: &IssuerParameters) -> bool {
    let issuer = TicketKey::of_issuer(parameters);
    covered.iter().any(|covered| covered.key == issuer)
}

/// Whether one of these is of the list of these heads, at another head.
pub(crate) fn are_stale(covered: &[TicketTarget], heads: &VerifiedHeads) -> bool {
    let of_list = |head: &&Head, covered: &TicketTarget| head.list().to_bytes() == covered.key.id();
    covered.iter().filter(|covered| covered.key.role() == KeyRole::List).any(|covered| {
        let head = heads.all().find(|head| of_list(head, covered));
        head.is_some_and(|head| covered.head != Some(head.digest()))
    })
}

impl StoredTicket {
    /// Whether it is about these keys and heads, in this order.
    pub(crate) fn covers(&self, wanted: &[TicketTarget]) -> bool {
        self.covered == wanted
    }

    /// Whether it is of use: about these keys and heads, and over blinded ones of these points. Of
    /// the same keys there are tickets over other points: another credential's in the same shard,
    /// or those of one that a re-issue replaced. One multiplication for each key, constant time in
    /// the points.
    pub(crate) fn serves(&self, wanted: &TicketNeed) -> bool {
        let of = |(Blinded { blind, base, .. }, keyed): (&Blinded, &KeyedPair)| {
            let blinded = Secret::new(blind.expose() * keyed.point.expose());
            blinded.expose().ct_eq(base.expose().as_point()).into()
        };
        self.covers(&wanted.covered) && self.blinded.iter().zip(&wanted.keyed).all(of)
    }

    /// What has the form of a ticket for this and is none.
    pub(crate) fn decoy(wanted: TicketNeed, rng: &mut impl CryptoRngCore) -> Self {
        let TicketNeed { covered, keyed } = wanted;
        let ticket = Zeroizing::new(Ticket::decoy(keyed.len(), rng));
        let blinded = keyed.iter().map(|keyed| Blinded::new(&keyed.with_image(), rng)).collect();
        Self { covered, blinded, ticket }
    }

    /// What it is about.
    pub(crate) fn covered(&self) -> &[TicketTarget] {
        &self.covered
    }

    /// A second copy, made on purpose: the file without it is stored before the presentation that
    /// uses it leaves.
    pub(crate) fn duplicate(&self) -> Self {
        let copy = |Blinded { blind, base, image }: &Blinded| Blinded {
            blind: Secret::new(*blind.expose()),
            base: Secret::new(*base.expose()),
            image: Secret::new(*image.expose()),
        };
        let blinded = self.blinded.iter().map(copy).collect();
        Self { covered: self.covered.clone(), blinded, ticket: self.ticket.clone() }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(2);
        writer.array(self.covered.len());
        for (covered, Blinded { blind, base, image }) in self.covered.iter().zip(&self.blinded) {
            writer.array(4);
            covered.write_items(writer);
            writer.scalars([blind.expose()]);
            writer.points([base.expose(), image.expose()]);
        }
        self.ticket.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(2)?;
        // Reserved in full, and filled in place: what is moved out of a vector stays in its memory.
        let mut blinded = Vec::with_capacity(MAX_COVERED);
        let covered = reader.items(MAX_COVERED, |reader| {
            reader.array_of(4)?;
            let covered = reader.in_range(check!("11-15"), TicketTarget::read_items)?;
            let [blind] = reader.scalars_of()?.map(Secret::new);
            if *blind.expose() == Scalar::ZERO {
                return Err(reader.refuse(refusal!(DecodeError::OutOfRange, "11-15")));
            }
            let [base, image] = reader.points_of()?.map(Secret::new);
            blinded.push(Blinded { blind, base, image });
            Ok(covered)
        })?;
        // A ticket is for one key at least.
        if covered.is_empty() {
            return Err(DecodeError::OutOfRange);
        }
        let ticket = Zeroizing::new(Ticket::read(reader)?);
        if ticket.key_count() != covered.len() {
            return Err(reader.refuse(refusal!(DecodeError::OutOfRange, "11-15")));
        }
        Ok(Self { covered, blinded, ticket })
    }
}

impl fmt::Debug for StoredTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredTicket(redacted)")
    }
}
