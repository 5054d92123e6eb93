//! A private version for one holder, and the evidence that it leaves (spec 09 §4).

use ed25519_dalek::{Signer, SigningKey};
use selfsame::directory::{EpochMemory, Offender, SeenError};

use testkit::cbor::bytes;
use testkit::directory::{World, amnesiac, day, forge, place};
use testkit::prelude::*;
use testkit::reference::{hash, uint};
use testkit::rogue::Owner;

/// As a third party gets it.
fn shown(evidence: &Equivocation) -> Equivocation {
    let bytes = evidence.to_bytes();
    let read = Equivocation::from_bytes(&bytes).unwrap();
    assert_eq!(&read, evidence);
    read
}

fn offenders(evidence: &[Equivocation], directory: &VerifiedDirectory) -> Vec<Offender> {
    evidence.iter().map(|one| shown(one).verify(directory).unwrap()).collect()
}

/// The public second version, and a private one by these cosigners and the authority.
fn two_versions(world: &mut World, colluding: &[usize]) -> [SignedDirectory; 2] {
    let first = world.first.clone();
    let public = world.signed(&first, day(1), |draft| draft);
    let thieves = world.thieves();
    let keys: Vec<SigningKey> = colluding.iter().map(|i| thieves[*i].clone()).collect();
    let later = |content: &mut Item| *content.at_mut(place::TIME) = Item::Uint(day(2).as_secs());
    let private = forge(&public, &world.authority.stolen, &keys, later);
    [public, SignedDirectory::from_bytes(&private).unwrap()]
}

/// Checks 09-22, 09-34.
#[test]
fn a_private_version_without_a_quorum_is_refused_and_convicts_who_signed() {
    let mut world = World::new(60);
    let [public, private] = two_versions(&mut world, &[1]);
    let first = world.first.clone();
    assert_eq!(first.follow(&private), Err(DirectoryError::NotCosigned));
    let second = first.follow(&public).unwrap();
    let mut memory = DirectoryMemory::new();
    memory.remember(&first);
    memory.remember(&second);
    assert!(memory.evidence(&public).is_empty() && !memory.is_contradicted_by(&public));
    assert!(memory.evidence(first.signed()).is_empty());
    assert!(memory.is_contradicted_by(&private));
    let keys = world.country.quorum.0.each_ref().map(Cosigner::public_key);
    let expected = [Offender::Authority(world.authority.role.public_key()), Offender::Cosigner(keys[1])];
    // The keys are in both versions, so either shows whose they are.
    assert_eq!(offenders(&memory.evidence(&private), &first), expected);
    assert_eq!(offenders(&memory.evidence(&private), &second), expected);
}

/// What has another kind's form is malformed, and what is of no kind out of range.
#[test]
fn evidence_has_the_form_of_its_kind() {
    let mut world = World::new(60);
    let [public, private] = two_versions(&mut world, &[1]);
    let mut memory = DirectoryMemory::new();
    memory.remember(&world.first.clone().follow(&public).unwrap());
    let evidence = Tree::parse(&memory.evidence(&private)[0].to_bytes());
    let of_kind =
        |kind| Equivocation::from_bytes(&evidence.with(|body| *body.at_mut(1).at_mut(0) = Item::Uint(kind))).map(drop);
    let [malformed, unknown] = [DecodeError::Malformed, DecodeError::OutOfRange].map(Err);
    assert_eq!([0, 1, 2, 3, 4, 5].map(of_kind), [unknown, malformed, malformed, Ok(()), Ok(()), unknown]);
}

#[test]
fn signatures_that_somebody_puts_under_a_version_convict_nobody() {
    let mut world = World::new(70);
    let [public, private] = two_versions(&mut world, &[0, 1, 2]);
    let mut memory = DirectoryMemory::new();
    memory.remember(&world.first.follow(&public).unwrap());
    assert_eq!(memory.evidence(&private).len(), 3);
    // The signatures of the public version under the private content, as anybody can put them.
    let signed = Tree::parse(&public.to_bytes()).body;
    let claimed = Tree::parse(&private.to_bytes()).with(|body| {
        *body.at_mut(2) = signed.at(2).clone();
        *body.at_mut(3) = signed.at(3).clone();
    });
    let claimed = SignedDirectory::from_bytes(&claimed).unwrap();
    assert!(memory.is_contradicted_by(&claimed));
    assert_eq!(memory.evidence(&claimed), []);
}

#[test]
fn a_private_version_with_a_quorum_convicts_at_least_one_cosigner() {
    for colluding in [[0, 1], [0, 2], [1, 2]] {
        let mut world = World::new(61);
        let [public, private] = two_versions(&mut world, &colluding);
        let first = world.first.clone();
        // The holder is caught, and finds out as soon as it sees the version that everybody has.
        let mut memory = DirectoryMemory::new();
        memory.remember(&first.follow(&private).unwrap());
        let keys = world.country.quorum.0.each_ref().map(Cosigner::public_key);
        let found = offenders(&memory.evidence(&public), &first);
        let both: Vec<Offender> = colluding.iter().filter(|i| **i != 0).map(|i| Offender::Cosigner(keys[*i])).collect();
        assert!(!both.is_empty());
        assert_eq!(found.len(), 1 + both.len());
        assert!(both.iter().all(|one| found.contains(one)));
    }
}

#[test]
fn a_second_version_convicts_also_when_it_comes_late() {
    // The private branch names cosigners of its own, who signed nothing public.
    let mut world = World::new(62);
    let [public, _] = two_versions(&mut world, &[]);
    let first = world.first.clone();
    let own = [SigningKey::from_bytes(&[77; 32])];
    let named = |content: &mut Item| {
        *content.at_mut(place::COSIGNERS) =
            Item::Array(vec![Item::Array(vec![bytes(own[0].verifying_key().to_bytes())]), Item::Uint(1)]);
    };
    let private = forge(&public, &world.authority.stolen, &world.thieves()[1..], named);
    let private = first.follow(&SignedDirectory::from_bytes(&private).unwrap()).unwrap();
    let mut memory = DirectoryMemory::new();
    memory.remember(&private);
    let mut last = private;
    for days in 2..6 {
        let next = world.authority.role.sign(&last, last.amend(), day(days)).unwrap();
        let next = forge(&next, &world.authority.stolen, &own, |_| ());
        last = last.follow(&SignedDirectory::from_bytes(&next).unwrap()).unwrap();
        memory.remember(&last);
    }
    assert_eq!(last.follow(&public), Err(DirectoryError::NotNext));
    assert_eq!(memory.evidence(&public).len(), 3);
    // Everybody who has the first version sees that its cosigners did it.
    assert_eq!(offenders(&memory.evidence(&public), &first).len(), 3);
}

/// A list whose owner signs two logs, in a directory of its own.
struct Forked {
    world: World,
    directory: VerifiedDirectory,
    owner: Owner,
    heads: [HeadSet; 2],
}

impl Forked {
    fn new(seed: u8) -> Self {
        let mut world = World::new(seed);
        let owner = Owner::new(seed, ListClass::Flag);
        let first = world.first.clone();
        let directory = world.next(&first, day(1), |draft| draft.list(owner.keys()));
        let heads = [0, 1].map(|late| {
            let heads: Vec<_> = (0..4).map(|shard| owner.genesis(shard, NOW.as_secs() + late)).collect();
            owner.head_set(&heads)
        });
        Self { world, directory, owner, heads }
    }

    /// One of the two versions with the signatures of these cosigners, as if they knew no other.
    fn cosigned(&self, version: usize, by: &[usize]) -> CosignedHeadSet {
        let sign = |i: &usize| {
            let mut cosigner = amnesiac(&self.world.country.quorum.0[*i]);
            cosigner.cosign(&self.owner.keys(), &self.heads[version], &[], LATE).unwrap().confirm_stored()
        };
        CosignedHeadSet::new(self.heads[version].clone(), by.iter().map(sign).collect())
    }

    fn cosigner(&self, i: usize) -> Offender {
        Offender::Cosigner(self.world.country.quorum.0[i].public_key())
    }
}

/// Check 09-33.
#[test]
fn heads_for_one_holder_are_refused_and_convict_who_signed() {
    let forked = Forked::new(63);
    let directory = &forked.directory;
    let mut memory = EpochMemory::new();
    let public = forked.cosigned(0, &[0, 1]);
    let taken = memory.see(&public, directory, LATE).unwrap();
    assert_eq!(memory.see(&public, directory, LATE).unwrap().digest(), taken.digest());
    assert_eq!(memory.newest(taken.name()), Some(taken.epoch()));
    let kept = memory.clone();
    let mut refused = |by: &[usize]| match memory.see(&forked.cosigned(1, by), directory, LATE).unwrap_err() {
        SeenError::Contradiction(evidence) => offenders(&evidence, directory),
        other => panic!("{other}"),
    };
    assert_eq!(refused(&[1, 2]), [forked.cosigner(1)]);
    assert_eq!(refused(&[0]), [forked.cosigner(0)], "also below the quorum");
    assert_eq!(refused(&[0, 1, 2]).len(), 2);
    let below = memory.see(&forked.cosigned(1, &[2]), directory, LATE).unwrap_err();
    assert_eq!(below, SeenError::Refused(DirectoryError::NotCosigned));
    assert_eq!(memory, kept, "what contradicts is not remembered");
    // An honest cosigner signs one.
    let mut honest = Cosigner::from_bytes(&amnesiac(&forked.world.country.quorum.0[0]).to_bytes()).unwrap();
    honest.cosign(&forked.owner.keys(), &forked.heads[0], &[], LATE).unwrap().confirm_stored();
    assert!(honest.cosign(&forked.owner.keys(), &forked.heads[1], &[], LATE).is_err());
}

#[test]
fn other_cosigners_do_not_make_a_second_version_count() {
    let mut forked = Forked::new(64);
    let mut memory = EpochMemory::new();
    memory.see(&forked.cosigned(0, &[0, 1]), &forked.directory, LATE).unwrap();
    let mut rng = selfsame::hazmat::SeededRng::new([65; 32]);
    let mut heirs = [(); 3].map(|()| Cosigner::random(&mut rng));
    let named = testkit::directory::cosigners(&heirs, 2);
    let directory = forked.directory.clone();
    let next = forked.world.next(&directory, day(2), |draft| draft.cosigners(named));
    let signatures = heirs
        .each_mut()
        .map(|heir| heir.cosign(&forked.owner.keys(), &forked.heads[1], &[], LATE).unwrap().confirm_stored());
    let set = CosignedHeadSet::new(forked.heads[1].clone(), signatures.to_vec());
    next.verify_heads(&set, LATE).unwrap();
    assert_eq!(memory.see(&set, &next, LATE).unwrap_err(), SeenError::Contradiction(Vec::new()));
}

#[test]
fn an_owner_that_signs_two_heads_is_convicted() {
    let forked = Forked::new(66);
    let [one, other] = &forked.heads;
    let evidence = Equivocation::of_head_sets(one, other).unwrap();
    assert_eq!(Equivocation::of_head_sets(other, one), Some(evidence.clone()), "one form of it");
    let name = forked.owner.name.clone();
    assert_eq!(shown(&evidence).verify(&forked.directory), Ok(Offender::ListOwner(name)));
    assert_eq!(evidence.verify(&forked.world.first), Err(DirectoryError::UnknownList));
    // The same head twice, and heads of two epochs or shards, are what honest owners sign.
    assert_eq!(Equivocation::of_head_sets(one, one), None);
    let heads: Vec<_> = one.iter().collect();
    assert_eq!(Equivocation::of_heads(heads[0], heads[1]), None);
    let mut later = forked.owner.genesis(0, NOW.as_secs() + 9);
    later.epoch = 1;
    assert_eq!(Equivocation::of_heads(heads[0], &forked.owner.signed_head(&later)), None);
    // In bytes of somebody's own making, too.
    let pair = [forked.owner.genesis(0, 7), later].map(|head| forked.owner.sign(&head));
    for pair in [[pair[0].clone(), pair[1].clone()], [pair[1].clone(), pair[0].clone()]] {
        let [one, other] = pair;
        let tree =
            Tree { envelope: [SUITE, 1, 16], body: Item::Map(vec![Item::Array(vec![Item::Uint(1), one, other])]) };
        match Equivocation::from_bytes(&tree.to_bytes()) {
            Ok(forged) => assert_eq!(forged.verify(&forked.directory), Err(DirectoryError::NoContradiction)),
            Err(error) => assert_eq!(error, DecodeError::OutOfRange),
        }
    }
}

/// One piece of evidence of each kind, and a directory that names everybody.
fn all_kinds(seed: u8) -> (VerifiedDirectory, Vec<Equivocation>) {
    let mut forked = Forked::new(seed);
    let directory = forked.directory.clone();
    let mut memory = EpochMemory::new();
    memory.see(&forked.cosigned(0, &[0, 1]), &directory, LATE).unwrap();
    let Err(SeenError::Contradiction(mut all)) = memory.see(&forked.cosigned(1, &[1, 2]), &directory, LATE) else {
        panic!()
    };
    all.extend(Equivocation::of_head_sets(&forked.heads[0], &forked.heads[1]));
    let [public, private] = {
        let public = forked.world.signed(&directory, day(3), |draft| draft);
        let later = |content: &mut Item| *content.at_mut(place::TIME) = Item::Uint(day(4).as_secs());
        let private = forge(&public, &forked.world.authority.stolen, &forked.world.thieves()[1..2], later);
        [public, SignedDirectory::from_bytes(&private).unwrap()]
    };
    let mut memory = DirectoryMemory::new();
    memory.remember(&directory.follow(&public).unwrap());
    all.extend(memory.evidence(&private));
    let kinds: Vec<u64> = all.iter().map(|one| Tree::parse(&one.to_bytes()).body.at(1).at(0).uint()).collect();
    assert_eq!(kinds, [2, 1, 3, 4]);
    (directory, all)
}

#[test]
fn nothing_but_the_evidence_is_evidence() {
    let (directory, all) = all_kinds(67);
    for evidence in &all {
        let bytes = evidence.to_bytes();
        evidence.verify(&directory).unwrap();
        let mut decoded = 0;
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = Equivocation::from_bytes(&flipped) {
                decoded += 1;
                assert!(read.verify(&directory).is_err(), "bit {bit}");
            }
        }
        assert!(decoded > 900, "{decoded}");
        for end in 0..bytes.len() {
            assert!(Equivocation::from_bytes(&bytes[..end]).is_err());
        }
        for swapped in Tree::parse(&bytes).swaps() {
            let read = Equivocation::from_bytes(&swapped);
            assert!(read.is_err() || read.unwrap().verify(&directory).is_err());
        }
    }
}

#[test]
fn evidence_needs_the_key_of_whom_it_is_against() {
    let (directory, all) = all_kinds(68);
    let key = SigningKey::from_bytes(&[99; 32]);
    let own = key.verifying_key().to_bytes();
    // A stranger contradicts itself, under its own name and under a cosigner's.
    let cosigner = directory.cosigners().keys()[0];
    let statement = |digest: u8, role: &str| {
        let statement: [u8; 64] = hash(role, &[&uint(3), &[digest; 32]]);
        Item::Array(vec![bytes([digest; 32]), bytes(key.sign(&statement).to_bytes())])
    };
    for (kind, role) in [(3, "directory-authority"), (4, "cosign-directory")] {
        for (signer, error) in [
            (own, DirectoryError::UnknownSigner),
            (if kind == 3 { directory.authority() } else { cosigner }, DirectoryError::BadSignature),
        ] {
            let items = vec![Item::Uint(kind), bytes(signer), Item::Uint(3), statement(1, role), statement(2, role)];
            let tree = Tree { envelope: [SUITE, 1, 16], body: Item::Map(vec![Item::Array(items)]) };
            let forged = Equivocation::from_bytes(&tree.to_bytes()).unwrap();
            assert_eq!(forged.verify(&directory), Err(error));
        }
    }
    let name = directory.lists()[0].name().clone();
    let epoch = |digest: u8| {
        let statement: [u8; 64] = hash("cosign-heads", &[&name.to_bytes(), &uint(3), &uint(9), &[digest; 32]]);
        Item::Array(vec![Item::Uint(9), bytes([digest; 32]), bytes(key.sign(&statement).to_bytes())])
    };
    for (signer, error) in [(own, DirectoryError::UnknownSigner), (cosigner, DirectoryError::BadSignature)] {
        let (owner, class) = (Item::Text(name.owner().to_owned()), Item::Uint(name.class() as u64));
        let items = vec![Item::Uint(2), bytes(signer), owner, class, Item::Uint(3), epoch(1), epoch(2)];
        let tree = Tree { envelope: [SUITE, 1, 16], body: Item::Map(vec![Item::Array(items)]) };
        assert_eq!(Equivocation::from_bytes(&tree.to_bytes()).unwrap().verify(&directory), Err(error));
    }
    // The same content twice, in every kind, is no message; nor is evidence in the other order.
    for evidence in &all {
        let tree = Tree::parse(&evidence.to_bytes());
        let count = tree.body.at(1).items().len();
        let twice = tree.with(|body| {
            let one = body.at(1).at(count - 2).clone();
            *body.at_mut(1).at_mut(count - 1) = one;
        });
        assert_eq!(Equivocation::from_bytes(&twice), Err(DecodeError::OutOfRange));
        let turned = tree.with(|body| body.at_mut(1).items_mut().swap(count - 2, count - 1));
        assert_eq!(Equivocation::from_bytes(&turned), Err(DecodeError::OutOfRange));
    }
    // Evidence against an authority is none against a cosigner of that key, or the reverse.
    for (place, kind) in [(2, 4), (3, 3)] {
        let other = Tree::parse(&all[place].to_bytes()).with(|body| *body.at_mut(1).at_mut(0) = Item::Uint(kind));
        assert!(Equivocation::from_bytes(&other).unwrap().verify(&directory).is_err());
    }
}

/// Of 256 versions it is told when another one was signed, of the one before these no more.
#[test]
fn the_memory_keeps_the_newest_versions() {
    let mut world = World::new(70);
    let other = World::new(71).first;
    let (mut memory, mut newest) = (DirectoryMemory::new(), world.first.clone());
    memory.remember(&newest);
    for _ in 2..=256 {
        newest = world.next(&newest, day(1), |draft| draft);
        memory.remember(&newest);
    }
    assert!(memory.is_contradicted_by(other.signed()));
    newest = world.next(&newest, day(1), |draft| draft);
    memory.remember(&newest);
    assert!(!memory.is_contradicted_by(other.signed()));
}

#[test]
fn the_memory_keeps_the_newest_epochs() {
    let mut world = World::new(69);
    let first = world.first.clone();
    let mut memory = EpochMemory::new();
    let keys = world.country.status.list_keys();
    let mut sets = Vec::new();
    for hour in 1..=10 {
        let closed = world.country.status.close_epoch(NOW.checked_add(hour * 3600).unwrap()).unwrap();
        let set = world.country.quorum.sign(&keys, &closed.heads, &closed.updates);
        memory.see(&set, &first, LATE).unwrap();
        sets.push(set);
    }
    assert_eq!(memory.newest(keys.name()).map(|epoch| epoch.number()), Some(10));
    // An old epoch counts as before, and does not push a newer one out.
    for set in sets.iter().chain(&sets) {
        memory.see(set, &first, LATE).unwrap();
    }
    assert_eq!(memory.newest(keys.name()).map(|epoch| epoch.number()), Some(10));
}
