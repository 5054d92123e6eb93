//! A list owner that signs whatever it likes, and who reads its log: an auditor, a cosigner and a
//! wallet.

use testkit::curve::{G, Scalar};
use testkit::prelude::*;
use testkit::reference::scalar;
use testkit::rogue::{Epoch as Draft, Head, Owner, REMOVE, RESTORE, heads_of};

use super::Choices;

/// The shard of the wallet.
const OWN: usize = 2;

/// An epoch that the owner signed, and what is wrong with it, if something is.
struct Version {
    parent: Option<usize>,
    heads: Vec<Head>,
    set: HeadSet,
    updates: Vec<EpochUpdate>,
    /// The shard of its one defect.
    defect: Option<usize>,
    /// By shard and element.
    removed: Vec<(usize, usize)>,
    /// Whether a removal of what is removed, or a restoration of what is not, is in it, and whether
    /// that is the wallet's own element.
    doubled: [bool; 2],
}

/// What the wallet starts from.
struct Member {
    owner: Owner,
    credential: Credential,
    /// Its own element, and others.
    elements: Vec<Scalar>,
}

impl Member {
    /// A credential on this owner's lists, from a country whose issuer knows nothing of it.
    fn new() -> Self {
        let owners = [Owner::new(82, ListClass::Status), Owner::new(83, ListClass::Flag)];
        let heads = owners.each_ref().map(genesis);
        let mut country = Country::new(84);
        let offered = country.offer(Generation::FIRST);
        let requested = country.apply_afresh(&offered.message);
        let accepted = offered.state.accept(&requested.message).expect("it is honest");
        let response = Tree::parse(&country.issue(&accepted, Generation::FIRST).to_bytes());
        let handles = [3, 4].map(|key| scalar(&response.body.at(key).run()[0]));
        let response = response.with(|body| {
            for i in 0..2 {
                *body.at_mut(9 + i) = owners[i].witness(&heads[i][OWN], &handles[i]);
            }
            body.pad_response();
        });
        let response = CredentialResponse::from_bytes(&response).expect("it has the form of one");
        let [status, flag] = [0, 1].map(|i| owners[i].served(&heads[i]));
        let credential = requested.state.receive(&response, &status, &flag).expect("the witnesses are right");
        let elements = [handles[0], Scalar::from(1_001u64), Scalar::from(1_002u64)].to_vec();
        let [owner, _] = owners;
        Self { owner, credential, elements }
    }
}

thread_local! {
    static MEMBER: Member = Member::new();
}

fn genesis(owner: &Owner) -> Vec<Head> {
    (0..SHARDS).map(|shard| owner.genesis(shard, NOW.as_secs())).collect()
}

struct Game<'a> {
    member: &'a Member,
    versions: Vec<Version>,
    auditor: LogAuditor,
    cosigner: Cosigner,
    /// What auditor, cosigner and wallet are at.
    at: [usize; 3],
    /// The wallet's, once it has followed.
    witness: Option<MembershipWitness>,
    rng: SeededRng,
}

fn copy(updates: &[EpochUpdate]) -> Vec<EpochUpdate> {
    updates.iter().map(|update| EpochUpdate::from_bytes(&update.to_bytes()).expect("it is one")).collect()
}

impl<'a> Game<'a> {
    fn new(member: &'a Member) -> Self {
        let mut rng = SeededRng::new([85; 32]);
        let heads = genesis(&member.owner);
        let set = member.owner.head_set(&heads);
        let keys = member.owner.keys();
        let mut auditor = LogAuditor::new(keys.clone());
        auditor.follow(&set, &[]).expect("it is the empty log");
        let mut cosigner = Cosigner::random(&mut rng);
        cosigner.cosign(&keys, &set, &[], NOW).expect("it is the empty log").confirm_stored();
        let (updates, removed) = (Vec::new(), Vec::new());
        let first = Version { parent: None, heads, set, updates, defect: None, removed, doubled: [false; 2] };
        Self { member, versions: vec![first], auditor, cosigner, at: [0; 3], witness: None, rng }
    }

    /// One thing wrong with what the owner signs for a shard; says whether there is.
    fn bend(draft: &mut Draft<'_>, choices: &mut Choices<'_>) -> bool {
        let entries = draft.entries.len();
        match choices.below(9) {
            1 => draft.head.value += G,
            2 => draft.head.chain[choices.below(32)] ^= 1,
            3 => draft.head.length += 1,
            4 => draft.head.time -= 1,
            5 => draft.errors[0] += G,
            6 if entries > 0 => {
                draft.entries[choices.below(entries)].1 += Scalar::ONE;
                draft.conclude();
            }
            7 if entries > 0 => {
                draft.entries[choices.below(entries)].2 += G;
                draft.conclude();
            }
            8 if entries > 0 => draft.errors[1] += G,
            _ => return false,
        }
        true
    }

    /// The owner signs an epoch after any that it signed.
    fn make(&mut self, choices: &mut Choices<'_>) {
        let parent = choices.below(self.versions.len());
        let before = &self.versions[parent];
        let (mut removed, mut doubled) = (before.removed.clone(), [false; 2]);
        let mut changes = vec![Vec::new(); usize::from(SHARDS)];
        for _ in 0..choices.below(4) {
            let (shard, element) = (1 + choices.below(2), choices.below(self.member.elements.len()));
            let removes = !removed.contains(&(shard, element));
            // One of eight comes to what is so already.
            let wrong = choices.below(8) == 7;
            if wrong {
                doubled[usize::from((shard, element) == (OWN, 0))] = true;
            }
            let operation = if removes != wrong { REMOVE } else { RESTORE };
            // An element is of one shard.
            let other = Scalar::from(u64::from(shard != OWN));
            changes[shard].push((operation, self.member.elements[element] + Scalar::from(10_000u64) * other));
            removed.retain(|other| *other != (shard, element));
            if operation == REMOVE {
                removed.push((shard, element));
            }
        }
        let (bent, mut defect) = (choices.below(usize::from(SHARDS)), None);
        let mut epochs = Vec::new();
        for (shard, (head, changes)) in before.heads.iter().zip(&changes).enumerate() {
            let mut draft = Draft::new(&self.member.owner, head, changes);
            if shard == bent && Self::bend(&mut draft, choices) {
                defect = Some(shard);
            }
            epochs.push(draft.finish());
        }
        let (updates, heads): (Vec<_>, Vec<_>) = epochs.into_iter().unzip();
        let set = heads_of(&updates);
        self.versions.push(Version { parent: Some(parent), heads, set, updates, defect, removed, doubled });
    }

    /// Whether two versions have the same heads, whatever their proofs.
    fn alike(&self, one: usize, other: usize) -> bool {
        let [one, other] = [one, other].map(|place| self.versions[place].heads.iter().map(Head::digest));
        one.eq(other)
    }

    /// Somebody who reads everything is given a version, with all shards' updates or too few.
    fn read(&mut self, choices: &mut Choices<'_>) {
        let (who, place) = (choices.below(2), choices.below(self.versions.len()));
        let Version { parent, set, updates, defect, doubled, .. } = &self.versions[place];
        let mut updates = copy(updates);
        let follows = parent.is_some_and(|parent| self.alike(parent, self.at[who])) && defect.is_none();
        let mut whole = true;
        match choices.below(4) {
            2 if !updates.is_empty() => whole = updates.pop().is_none(),
            3 if !updates.is_empty() => {
                updates.swap(1, 2);
                whole = false;
            }
            _ => {}
        }
        let good = follows && whole && *doubled == [false; 2];
        let keys = self.member.owner.keys();
        if who == 0 {
            let before = self.auditor.heads().map(|heads| heads.digest());
            let read = self.auditor.follow(set, &updates).is_ok();
            assert_eq!(read, good, "auditor, {place}");
            assert!(read || before == self.auditor.heads().map(|heads| heads.digest()));
            self.at[0] = if read { place } else { self.at[0] };
            return;
        }
        let before = self.cosigner.to_bytes();
        let signed = self.cosigner.cosign(&keys, set, &updates, LATE).map(|staged| staged.confirm_stored());
        let again = self.alike(place, self.at[1]);
        assert!(place != self.at[1] || signed.is_ok(), "the same again");
        assert!(again || signed.is_ok() == good, "cosigner, {place}");
        match signed {
            Ok(cosignature) => {
                let served = CosignedHeadSet::new(set.clone(), vec![cosignature]);
                let alone = Cosigners::new(&[self.cosigner.public_key()], 1).expect("it is one");
                assert!(served.verify(&keys, &alone, LATE).is_ok());
                self.at[1] = if again { self.at[1] } else { place };
            }
            Err(_) => assert_eq!(before, self.cosigner.to_bytes(), "what is refused is not remembered"),
        }
    }

    /// The way from the first version to this one.
    fn way(&self, mut place: usize) -> Vec<usize> {
        let mut way = vec![place];
        while let Some(parent) = self.versions[place].parent {
            place = parent;
            way.push(place);
        }
        way.reverse();
        way
    }

    /// The wallet is led to a version by the updates of its own shard on the way there, or on the
    /// way to another one.
    fn lead(&mut self, choices: &mut Choices<'_>) {
        let target = choices.below(self.versions.len());
        let told = if choices.below(4) == 3 { choices.below(self.versions.len()) } else { target };
        let (from, way) = (self.at[2], self.way(told));
        let start = way.iter().position(|place| *place == from).map_or(way.len(), |place| place + 1);
        let (member, keys) = (self.member, self.member.owner.keys());
        let Ok(verified) = self.versions[target].set.verify(&keys) else { return };
        let served = selfsame::hazmat::uncosigned(verified);
        let rng = &mut self.rng;
        let witness = self.witness.as_ref().unwrap_or(member.credential.witness(ListClass::Status));
        let followed = witness.catch_up(&keys, &served, EpochProofs::Verify).and_then(|mut catch_up| {
            for place in &way[start..] {
                let update = copy(&self.versions[*place].updates[OWN..=OWN]).remove(0);
                catch_up.follow(update, rng)?;
            }
            catch_up.finish(rng)
        });
        // What other shards do, and which version of them this is, is not the wallet's.
        let head = |place: usize| self.versions[place].heads[OWN].digest();
        let (mut now, mut honest) = (head(from), true);
        for place in &way[start..] {
            let version = &self.versions[*place];
            honest &= version.parent.is_some_and(|parent| head(parent) == now);
            honest &= version.defect != Some(OWN) && !version.doubled[1];
            now = head(*place);
        }
        honest &= now == head(target);
        assert_eq!(followed.is_ok(), honest, "from {from} to {target} by the way to {told}");
        if let Ok(witness) = followed {
            let out = self.versions[target].removed.contains(&(OWN, 0));
            assert_eq!(witness.removed_since().is_some(), out);
            (self.witness, self.at[2]) = (Some(witness), target);
        }
    }

    /// Two versions of one epoch are evidence, and nothing else is.
    fn accuse(&mut self, choices: &mut Choices<'_>) {
        let [one, other] = [(); 2].map(|()| &self.versions[choices.below(self.versions.len())]);
        let evidence = Equivocation::of_head_sets(&one.set, &other.set);
        let differ = one.heads.iter().zip(&other.heads).any(|(one, other)| one.digest() != other.digest());
        assert_eq!(evidence.is_some(), one.heads[0].epoch == other.heads[0].epoch && differ);
    }
}

/// Nobody follows what is not the next epoch of what it read, honestly made; whatever is, everybody
/// follows; and a fork is evidence.
pub fn play(bytes: &[u8]) {
    MEMBER.with(|member| {
        let (mut choices, mut game) = (Choices::new(bytes), Game::new(member));
        for _ in 0..24 {
            if choices.is_empty() {
                break;
            }
            match choices.below(5) {
                0 | 1 if game.versions.len() < 8 => game.make(&mut choices),
                2 => game.lead(&mut choices),
                3 => game.accuse(&mut choices),
                _ => game.read(&mut choices),
            }
        }
    });
}

/// An honest log that all follow; one with a fork; two against the rules; one with each defect;
/// then any.
pub fn honest() -> Vec<Vec<u8>> {
    let log = [
        &[0, 2, 1, 1, 0, 0, 2, 0, 0, 0][..], // two entries
        &[4, 0, 1, 0, 4, 1, 1, 0, 2, 1, 0],  // read and followed
        &[0, 1, 1, 1, 0, 0, 0, 0],
        &[4, 0, 2, 0, 4, 1, 2, 0, 2, 2, 0],
        &[0, 2, 0, 0, 0],
        &[4, 0, 3, 1, 4, 1, 3, 2, 2, 3, 3, 1, 3, 1, 2],
    ];
    let fork = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 4, 0, 1, 0, 4, 1, 1, 0, 4, 1, 2, 0, 3, 1, 2, 2, 1, 0, 2, 2, 0];
    let bent = |defect: u8| {
        let bend = [0, 2, 1, 0, 0, 1, 1, 0, 2, defect, 0, 0];
        [&bend[..], &[4, 0, 1, 0, 4, 1, 1, 0, 2, 1, 0]].concat()
    };
    // What was not removed is restored: another element, and the wallet's own.
    let doubled = |element: u8| vec![0, 1, 1, element, 7, 0, 0, 4, 0, 1, 0, 4, 1, 1, 0, 2, 1, 0];
    [log.concat(), fork.to_vec(), doubled(1), doubled(0)]
        .into_iter()
        .chain((1..9).map(bent))
        .chain(super::any(8, 60))
        .collect()
}
