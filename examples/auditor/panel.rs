//! The auditors: a distributed key generation, after which nobody holds the key and each holds a
//! share.

use std::collections::BTreeMap;

#[cfg(suite = "p256")]
use frost_p256 as frost;
#[cfg(not(suite = "p256"))]
use frost_ristretto255 as frost;

use frost::Identifier;
use frost::keys::dkg::{part1, part2, part3};
use rand_core::OsRng;
use selfsame::escrow::{AuditorGroup, AuditorIndex, AuditorShare, Threshold};
use selfsame::secret::Secret;

use testkit::story::Result;

const COUNT: u16 = 5;
const THRESHOLD: u8 = 3;

pub struct Panel {
    pub group: AuditorGroup,
    pub shares: Vec<AuditorShare>,
}

/// Those of everybody but `own`: what a participant is sent.
fn others<T: Clone>(of: &BTreeMap<Identifier, T>, own: &Identifier) -> BTreeMap<Identifier, T> {
    of.iter().filter(|(from, _)| *from != own).map(|(from, package)| (*from, package.clone())).collect()
}

fn array<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| "another length".into())
}

fn index(identifier: &Identifier) -> Result<AuditorIndex> {
    Ok(AuditorIndex::from_identifier(&array(identifier.serialize())?)?)
}

impl Panel {
    /// Five participants in one program; each would run its three parts on a machine of its own.
    pub fn generate() -> Result<Self> {
        let identifiers = (1..=COUNT).map(Identifier::try_from).collect::<std::result::Result<Vec<_>, _>>()?;
        let (mut kept, mut broadcast) = (BTreeMap::new(), BTreeMap::new());
        for own in identifiers {
            let (secret, package) = part1(own, COUNT, THRESHOLD.into(), OsRng)?;
            kept.insert(own, secret);
            broadcast.insert(own, package);
        }
        let (mut waiting, mut sent) = (BTreeMap::new(), BTreeMap::<_, BTreeMap<_, _>>::new());
        for (own, secret) in kept {
            let (secret, packages) = part2(secret, &others(&broadcast, &own))?;
            waiting.insert(own, secret);
            for (to, package) in packages {
                sent.entry(to).or_default().insert(own, package);
            }
        }
        let (mut groups, mut shares) = (Vec::new(), Vec::new());
        for (own, secret) in waiting {
            let received = sent.get(&own).ok_or("nothing was sent")?;
            let (secret, public) = part3(&secret, &others(&broadcast, &own), received)?;
            let mut share_keys = BTreeMap::new();
            for (of, share) in public.verifying_shares() {
                share_keys.insert(index(of)?, array(share.serialize()?)?);
            }
            let key = array(public.verifying_key().serialize()?)?;
            let group = AuditorGroup::from_key_generation(Threshold::new(THRESHOLD)?, &key, &share_keys)?;
            let share = Secret::new(array(secret.signing_share().serialize())?);
            let share = AuditorShare::from_key_generation(index(&own)?, &share)?;
            share.check(&group)?;
            groups.push(group);
            shares.push(share);
        }
        let group = groups.pop().ok_or("no participants")?;
        // Each made the group for itself; all must have the same before the directory names it.
        if groups.iter().all(|other| *other == group) { Ok(Self { group, shares }) } else { Err("two groups".into()) }
    }
}
