//! Parties that do not keep to the rules: a list owner that signs anything, a holder that knows all
//! its secrets and proves with a prover of its own. What they leave undisturbed is right, so that
//! one check alone stands in the way of each defect.

use crate::curve::{POINT_LEN, Point, Scalar};
use ed25519_dalek::{Signer, SigningKey};
use rand_core::RngCore;
use selfsame::hazmat::uncosigned;

use crate::cbor::{bytes, place, run};
use crate::device::{self, Answered};
use crate::prelude::*;
use crate::reference::{
    ISSUANCE, PRESENTATION, Transcript, attribute_base, base, encode, hash, hash_to_point, hash_to_scalar, point,
    prove_joint_logs, scalar, uint,
};
use crate::rogue_ticket::Ticket;

pub const REMOVE: u64 = 1;
pub const RESTORE: u64 = 2;

/// A head, every field at will.
#[derive(Clone, Debug)]
pub struct Head {
    pub owner: String,
    pub class: u64,
    pub shard: u16,
    pub key: Point,
    pub epoch: u64,
    pub time: u64,
    pub length: u64,
    pub chain: [u8; 32],
    pub before: Point,
    pub value: Point,
}

impl Head {
    pub fn read(item: &Item) -> Self {
        let item = |place| item.at(place);
        Self {
            owner: item(0).text().to_owned(),
            class: item(1).uint(),
            shard: u16::try_from(item(2).uint()).unwrap(),
            key: point(&item(3).run()[0]),
            epoch: item(4).uint(),
            time: item(5).uint(),
            length: item(6).uint(),
            chain: item(7).run()[0],
            before: point(&item(8).run()[0]),
            value: point(&item(9).run()[0]),
        }
    }

    pub fn list_id(&self) -> Vec<u8> {
        [&self.shard.to_be_bytes()[..], &[u8::try_from(self.class).unwrap()], self.owner.as_bytes()].concat()
    }

    pub fn digest(&self) -> [u8; 64] {
        hash(
            "head",
            &[
                &self.list_id(),
                &encode(&self.key),
                &uint(self.epoch),
                &uint(self.time),
                &uint(self.length),
                &self.chain,
                &encode(&self.before),
                &encode(&self.value),
            ],
        )
    }

    pub fn with(&self, proof: &EpochProof, signature: [u8; 64]) -> Item {
        Item::Array(vec![
            Item::Text(self.owner.clone()),
            Item::Uint(self.class),
            Item::Uint(self.shard.into()),
            bytes(encode(&self.key)),
            Item::Uint(self.epoch),
            Item::Uint(self.time),
            Item::Uint(self.length),
            bytes(self.chain),
            bytes(encode(&self.before)),
            bytes(encode(&self.value)),
            run(proof.commitments.iter().copied()),
            bytes(proof.response),
            bytes(signature),
        ])
    }
}

/// `(T₁, T₂, s)`, without entries `(T₁, s)`.
pub struct EpochProof {
    pub commitments: Vec<[u8; POINT_LEN]>,
    pub response: [u8; 32],
}

impl EpochProof {
    /// Of knowledge of `alpha`, over a head; `bases` are G and B, `errors` are added.
    pub fn make(head: &Head, alpha: &Scalar, bases: &[Point], errors: &[Point]) -> Self {
        let digest = head.digest();
        let nonce = hash_to_scalar("nonce-of-a-test", &[b"epoch", &digest, &alpha.to_bytes()]);
        let commitments: Vec<_> = bases.iter().zip(errors).map(|(base, error)| nonce * base + error).collect();
        let mut transcript = Transcript::new("epoch");
        transcript.bytes("context", &digest);
        transcript.point("public", &head.key);
        commitments.iter().for_each(|commitment| transcript.point("commitment", commitment));
        let challenge = transcript.challenge_scalar("challenge");
        let response = (nonce + challenge * alpha).to_bytes();
        Self { commitments: commitments.iter().map(encode).collect(), response }
    }
}

/// A list owner with keys of the test's own.
pub struct Owner {
    pub name: ListName,
    pub signing: SigningKey,
    pub alpha: Vec<Scalar>,
}

impl Owner {
    pub fn new(seed: u8, class: ListClass) -> Self {
        let mut rng = SeededRng::new([seed; 32]);
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        let alpha = (0..SHARDS).map(|_| Scalar::random(&mut rng)).collect();
        Self { name: ListName::new("rogue", class).unwrap(), signing: SigningKey::from_bytes(&key), alpha }
    }

    /// With a shard more, of this α.
    pub fn with_shard(mut self, alpha: Scalar) -> Self {
        self.alpha.push(alpha);
        self
    }

    pub fn keys(&self) -> ListKeys {
        let public = |alpha: &Scalar| AccumulatorPublicKey::from_bytes(&encode(&Point::mul_base(alpha))).unwrap();
        let owner = self.signing.verifying_key().to_bytes();
        ListKeys::new(self.name.clone(), owner, self.alpha.iter().map(public).collect()).unwrap()
    }

    /// The head of the empty log.
    pub fn genesis(&self, shard: u16, time: u64) -> Head {
        let class = self.name.class() as u64;
        let key = Point::mul_base(&self.alpha[usize::from(shard)]);
        let owner = self.name.owner().to_owned();
        let (length, chain) = (0, [0; 32]);
        let mut head = Head { owner, class, shard, key, epoch: 0, time, length, chain, before: key, value: key };
        head.value = hash_to_point("accumulator-start", &[&head.list_id()]);
        head.before = head.value;
        head
    }

    /// The head with a proof of knowledge of its `α` and a signature.
    pub fn sign(&self, head: &Head) -> Item {
        self.sign_with(
            head,
            &EpochProof::make(head, &self.alpha(head), &[base("Basepoint")], &[Scalar::ZERO * head.key]),
        )
    }

    pub fn sign_with(&self, head: &Head, proof: &EpochProof) -> Item {
        head.with(proof, self.signing.sign(&head.digest()).to_bytes())
    }

    /// Of a shard that the list does not have, any.
    fn alpha(&self, head: &Head) -> Scalar {
        self.alpha.get(usize::from(head.shard)).copied().unwrap_or(Scalar::ONE)
    }

    pub fn head_set(&self, heads: &[Head]) -> HeadSet {
        let heads = heads.iter().map(|head| self.sign(head)).collect();
        let tree = Tree { envelope: [SUITE, 1, 11], body: Item::Map(vec![Item::Array(heads)]) };
        HeadSet::from_bytes(&tree.to_bytes()).unwrap()
    }

    /// A head set that nobody cosigned, in the hands of a wallet that takes it for cosigned.
    pub fn served(&self, heads: &[Head]) -> CosignedHeads {
        uncosigned(self.head_set(heads).verify(&self.keys()).unwrap())
    }

    pub fn signed_head(&self, head: &Head) -> SignedHead {
        let tree = Tree { envelope: [SUITE, 1, 10], body: Item::Map(vec![self.sign(head)]) };
        SignedHead::from_bytes(&tree.to_bytes()).unwrap()
    }

    /// A witness of `y` at this head, in the form of a credential response.
    pub fn witness(&self, head: &Head, y: &Scalar) -> Item {
        self.witness_with(head, y, &[Point::default(); 2])
    }

    /// The same with these errors in its proof.
    pub fn witness_with(&self, head: &Head, y: &Scalar, errors: &[Point; 2]) -> Item {
        let alpha = self.alpha[usize::from(head.shard)];
        let witness = (alpha + y).invert() * head.value;
        let context: [u8; 64] = hash("witness-context", &[&head.digest(), &y.to_bytes()]);
        let (commitments, responses) = prove_joint_logs("witness", &context, &[(alpha, witness)], errors);
        Item::Array(vec![Item::Uint(head.epoch), bytes(encode(&witness)), run(commitments), bytes(responses[0])])
    }

    /// Every α, as platforms have them.
    pub fn shared_keys(&self) -> Vec<u8> {
        let name = Item::Array(vec![Item::Text(self.name.owner().to_owned()), Item::Uint(self.name.class() as u64)]);
        let alphas = Item::Array(self.alpha.iter().map(|alpha| bytes(alpha.to_bytes())).collect());
        Tree { envelope: [SUITE, 1, 60], body: Item::Map(vec![name, alphas]) }.to_bytes()
    }
}

/// The heads to which these updates lead.
pub fn heads_of(updates: &[EpochUpdate]) -> HeadSet {
    HeadSet::new(updates.iter().map(|update| update.head().clone()).collect())
}

/// An epoch in the making: honest unless one of its parts is changed before [`Epoch::finish`].
pub struct Epoch<'a> {
    owner: &'a Owner,
    before: Head,
    pub entries: Vec<(u64, Scalar, Point)>,
    pub head: Head,
    /// Whether the proof has the commitment for the entries.
    pub proven: bool,
    /// Added to the commitments before the challenge is made.
    pub errors: [Point; 2],
}

impl<'a> Epoch<'a> {
    pub fn new(owner: &'a Owner, before: &Head, changes: &[(u64, Scalar)]) -> Self {
        let alpha = &owner.alpha[usize::from(before.shard)];
        let mut head = before.clone();
        head.epoch = before.epoch.saturating_add(1);
        head.before = before.value;
        let mut entries = Vec::new();
        for (operation, y) in changes {
            head.value = if *operation == REMOVE { (alpha + y).invert() } else { alpha + y } * head.value;
            entries.push((*operation, *y, head.value));
        }
        head.length = before.length.wrapping_add(changes.len() as u64);
        let errors = [Scalar::ZERO * head.value; 2];
        let mut epoch = Self { owner, before: before.clone(), entries, head, proven: !changes.is_empty(), errors };
        epoch.head.chain = epoch.chain();
        epoch
    }

    /// The chain after these entries in the epoch of this head.
    pub fn chain(&self) -> [u8; 32] {
        let entry = |(operation, y, value): &(u64, Scalar, Point)| {
            [&[u8::try_from(*operation).unwrap()], &y.to_bytes()[..], &encode(value)].concat()
        };
        let entries: Vec<u8> = self.entries.iter().flat_map(entry).collect();
        hash("log-chain", &[&self.before.chain, &uint(self.head.epoch), &entries])
    }

    /// Signs the last entry's value and the chain over all entries, as they are now.
    pub fn conclude(&mut self) {
        self.head.value = self.entries.last().map_or(self.before.value, |(.., value)| *value);
        self.head.chain = self.chain();
    }

    /// The head of another shard, which goes on from the value of this one.
    pub fn become_of(&mut self, shard: u16) {
        self.head.shard = shard;
        self.head.key = Point::mul_base(&self.owner.alpha[usize::from(shard)]);
    }

    /// Proves the entries, and signs the head after them.
    pub fn finish(&self) -> (EpochUpdate, Head) {
        (EpochUpdate::from_bytes(&self.finish_bytes()).unwrap(), self.head.clone())
    }

    /// The same as bytes, which need not be a message.
    pub fn finish_bytes(&self) -> Vec<u8> {
        let context = self.head.digest();
        let mut combined = Scalar::ZERO * self.before.value;
        let mut old = self.before.value;
        let mut block = [0; 4096];
        for (i, (operation, _, value)) in self.entries.iter().enumerate() {
            if i % 256 == 0 {
                block = hash("epoch-weight", &[&context, &uint(i as u64 / 256)]);
            }
            let weight = Scalar::from(u128::from_le_bytes(block[16 * (i % 256)..][..16].try_into().unwrap()));
            combined += weight * if *operation == REMOVE { *value } else { old };
            old = *value;
        }
        let bases = &[base("Basepoint"), combined][..if self.proven { 2 } else { 1 }];
        let proof = EpochProof::make(&self.head, &self.owner.alpha(&self.head), bases, &self.errors);
        let entry = |(operation, y, value): &(u64, Scalar, Point)| {
            Item::Array(vec![Item::Uint(*operation), bytes(y.to_bytes()), bytes(encode(value))])
        };
        let entries = Item::Array(self.entries.iter().map(entry).collect());
        let body = Item::Map(vec![entries, self.owner.sign_with(&self.head, &proof)]);
        Tree { envelope: [SUITE, 1, 12], body }.to_bytes()
    }
}

/// `m` of an attribute value, as it stands in a message.
pub fn value_scalar(value: &Item) -> Scalar {
    match (value.at(0).uint(), value.at(1)) {
        (1..=3, Item::Uint(number)) => Scalar::from(*number),
        (4, Item::Text(text)) => hash_to_scalar("attribute-text", &[text.as_bytes()]),
        (5, Item::Bytes(digest)) => hash_to_scalar("attribute-digest", &[digest]),
        _ => panic!("{value:?} is no value"),
    }
}

/// What the holder puts into its request: a rogue one changes it.
#[derive(Clone)]
pub struct Ask {
    pub shard: u16,
    pub purpose: u64,
    /// `D`, `K`, `N_h`
    pub points: [Point; 3],
    /// `n_h` and `d`, as proven
    pub secrets: [Scalar; 2],
}

impl Ask {
    pub fn honest(shard: u16, n_h: Scalar, d: Scalar) -> Self {
        let device = d * base("Device");
        let points = [device, n_h * base("Pseudonym") + device, n_h * base("PseudonymPart")];
        Self { shard, purpose: ISSUANCE, points, secrets: [n_h, d] }
    }

    /// The transcript of its proof, up to the points.
    pub fn transcript(&self, offer: &[u8]) -> Transcript {
        let mut transcript = Transcript::new("issuance");
        transcript.bytes("offer", offer);
        transcript.uint("shard", self.shard.into());
        self.points.iter().for_each(|point| transcript.point("point", point));
        transcript
    }

    pub fn prove(&self, offer: &[u8], rng: &mut SeededRng) -> Vec<u8> {
        device::ask(self, offer, rng)
    }
}

/// A holder that knows everything of its one credential and makes no statements beyond its lists.
#[derive(Clone)]
pub struct Holder {
    pub issuer: [u8; POINT_LEN],
    pub version: u32,
    pub schema: [u8; 32],
    pub shard: u16,
    pub a: Point,
    pub e: Scalar,
    /// `n`, `d`, `y_status`, `y_flag`, `f`, `p`
    pub system: [Scalar; 6],
    pub values: Vec<Item>,
    /// status, flag
    pub witnesses: [Point; 2],
}

/// A presentation before its challenge: whatever is changed here is what the proof is for.
pub struct Draft {
    pub purpose: u64,
    pub shards: Vec<u16>,
    /// Index and value.
    pub disclosed: Vec<(u64, Item)>,
    pub points: Vec<Point>,
    pub tickets: Vec<Ticket>,
    /// Part of no transcript of this prover, as nothing is asked that takes one.
    pub range_proofs: Vec<Vec<u8>>,
    pub commitments: Vec<Point>,
    /// How many responses are sent; the last ones are left out, or zero is appended.
    pub responses: usize,
}

const SYSTEM_BASES: [&str; 6] = ["Pseudonym", "Device", "Status", "Flag", "Factors", "Since"];

impl Holder {
    pub fn enrol(country: &mut Country) -> Self {
        Self::enrol_as(country, Generation::FIRST)
    }

    /// Enrols with a request of its own making, as this generation.
    pub fn enrol_as(country: &mut Country, generation: Generation) -> Self {
        let (n_h, d) = (Scalar::random(&mut country.rng), Scalar::random(&mut country.rng));
        let offered = country.offer(generation);
        let request = Ask::honest(2, n_h, d).prove(&offered.message.to_bytes(), &mut country.rng);
        let accepted = offered.state.accept(&CredentialRequest::from_bytes(&request).unwrap()).unwrap();
        let grant = country.grant(&accepted, generation);
        let response = country.issuer.issue(&accepted, grant).unwrap().to_bytes();
        Self::of(country.issuer.parameters(), 2, [n_h, d], &response)
    }

    /// The holder of a response to its own request, made with `n_h` and `d` in this shard.
    pub fn of(parameters: &IssuerParameters, shard: u16, [n_h, d]: [Scalar; 2], response: &[u8]) -> Self {
        let body = Tree::parse(response).body;
        let field = |key: usize| body.at(key);
        let [e, n_i] = [0, 1].map(|i| scalar(&field(2).run()[i]));
        Self {
            issuer: parameters.key().to_bytes(),
            version: parameters.version().0,
            schema: parameters.schema_digest().to_bytes(),
            shard,
            a: point(&field(1).run()[0]),
            e,
            system: [
                n_h + n_i,
                d,
                scalar(&field(3).run()[0]),
                scalar(&field(4).run()[0]),
                Scalar::from(field(5).uint()),
                Scalar::from(field(6).uint()),
            ],
            values: field(7).items().to_vec(),
            witnesses: [9, 10].map(|key| point(&field(key).at(1).run()[0])),
        }
    }

    /// `B` of what the holder claims now.
    pub fn commitment(&self) -> Point {
        let domain = hash_to_scalar(
            "domain",
            &[&self.issuer, &uint(self.version.into()), &self.schema, &uint(self.values.len() as u64)],
        );
        let system: Point = SYSTEM_BASES.iter().zip(&self.system).map(|(name, s)| s * base(name)).sum();
        let attributes: Point = (0..).zip(&self.values).map(|(i, value)| value_scalar(value) * attribute_base(i)).sum();
        base("Constant") + domain * base("Domain") + system + attributes
    }

    /// Has its issuer certify what it claims now: a MAC of whoever has this `x`.
    pub fn certified(mut self, x: &[u8; 32]) -> Self {
        self.a = (scalar(x) + self.e).invert() * self.commitment();
        self
    }

    /// Answers a request with all heads of its lists, and changes the draft before the challenge.
    pub fn present(
        &self,
        request: &[u8],
        heads: &[HeadSet],
        rng: &mut SeededRng,
        change: impl FnOnce(&mut Draft),
    ) -> Vec<u8> {
        self.present_and_tell(request, heads, rng, change).0
    }

    /// The same with the challenge.
    pub fn present_and_tell(
        &self,
        request: &[u8],
        heads: &[HeadSet],
        rng: &mut SeededRng,
        change: impl FnOnce(&mut Draft),
    ) -> (Vec<u8>, Scalar) {
        let body = Tree::parse(request).body;
        let of_shard = |set: &HeadSet| Head::read(Tree::parse(&set.to_bytes()).body.at(1).at(usize::from(self.shard)));
        let question = body.question();
        let issuer_mode = question.at(place::MODE).uint();
        let list_modes: Vec<u64> = question.at(place::LISTS).items().iter().map(|list| list.at(3).uint()).collect();
        let heads: Vec<Head> = heads.iter().take(list_modes.len()).map(of_shard).collect();
        let asked = question.at(place::DISCLOSE).items().iter().map(Item::uint);
        let disclosed = asked.map(|index| (index, self.values[index as usize].clone())).collect();

        let (r1, r2) = (Scalar::random(rng), Scalar::random(rng));
        let blinds: Vec<Scalar> = heads.iter().map(|_| Scalar::random(rng)).collect();
        let (a_bar, d_prime) = ((r1 * r2) * self.a, r2 * self.commitment());
        let mut points = vec![a_bar];
        // Beside a point whose key a ticket is for stands its image.
        if issuer_mode > 1 {
            points.push(r1 * d_prime - self.e * a_bar);
        }
        points.push(d_prime);
        let mut blinded = Vec::new();
        for ((head, t), mode) in heads.iter().zip(&blinds).zip(&list_modes) {
            let witness = t * self.witnesses[head.class as usize - 1];
            blinded.push(witness);
            points.push(witness);
            if *mode > 1 {
                points.push(t * head.value - self.system[1 + head.class as usize] * witness);
            }
        }
        let shards = vec![if heads.is_empty() { 0 } else { self.shard }];
        let (commitments, range_proofs, tickets) = (Vec::new(), Vec::new(), Vec::new());
        let mut draft = Draft {
            purpose: PRESENTATION,
            shards,
            disclosed,
            points,
            tickets,
            range_proofs,
            commitments,
            responses: 0,
        };

        // e, r1, r3, the system attributes, every attribute (those disclosed are left out later), t
        // of each list
        let mut secrets = vec![self.e, r1, r2.invert()];
        secrets.extend(self.system);
        let attributes = secrets.len();
        secrets.extend(self.values.iter().map(value_scalar));
        let first_blind = secrets.len();
        secrets.extend(&blinds);
        let nonces: Vec<Scalar> = secrets.iter().map(|_| Scalar::random(rng)).collect();

        // What is disclosed is settled first, as it decides what is proven.
        let commit = |hidden: &[usize]| {
            let system: Point = SYSTEM_BASES.iter().zip(&nonces[3..]).map(|(name, n)| n * base(name)).sum();
            let attributes: Point = hidden.iter().map(|i| nonces[attributes + i] * attribute_base(*i as u64)).sum();
            let mut commitments =
                vec![nonces[1] * d_prime - nonces[0] * a_bar, nonces[2] * d_prime - system - attributes];
            for (i, head) in heads.iter().enumerate() {
                let y = nonces[4 + head.class as usize];
                commitments.push(nonces[first_blind + i] * head.value - y * blinded[i]);
            }
            commitments
        };
        let hidden_of = |disclosed: &[(u64, Item)]| -> Vec<usize> {
            (0..self.values.len()).filter(|i| disclosed.iter().all(|(index, _)| *index != *i as u64)).collect()
        };
        let before = hidden_of(&draft.disclosed);
        draft.commitments = commit(&before);
        draft.responses = 9 + before.len() + heads.len();
        change(&mut draft);
        let hidden = hidden_of(&draft.disclosed);
        if hidden != before {
            draft.commitments = commit(&hidden);
            draft.responses = 9 + hidden.len() + heads.len();
        }

        let mut transcript = Transcript::new("presentation");
        transcript.bytes("request", request);
        transcript.uint("credential", 0);
        transcript.bytes("issuer-key", &self.issuer);
        transcript.uint("issuer-key-version", self.version.into());
        transcript.bytes("schema", &self.schema);
        transcript.uint("arity", self.values.len() as u64);
        transcript.uint("issuer-mode", issuer_mode);
        draft.shards.iter().for_each(|shard| transcript.uint("shard", (*shard).into()));
        for (head, mode) in heads.iter().zip(list_modes) {
            transcript.uint("list-mode", mode);
            transcript.point("list-key", &head.key);
            transcript.bytes("head", &head.digest());
        }
        for (index, value) in &draft.disclosed {
            transcript.uint("attribute", *index);
            transcript.bytes("value", &value.encode());
        }
        draft.points.iter().for_each(|point| transcript.point("point", point));
        draft.tickets.iter().for_each(|ticket| transcript.bytes("ticket", &ticket.bytes()));
        let (purpose, commitments) = (draft.purpose, &mut draft.commitments);
        let Answered { challenge, beside } =
            device::answer(purpose, request, &mut transcript, commitments, &nonces, &mut secrets, rng);

        let order = (0..9).chain(hidden.iter().map(|i| attributes + i)).chain(first_blind..secrets.len());
        let mut responses: Vec<[u8; 32]> = order.map(|i| (nonces[i] + challenge * secrets[i]).to_bytes()).collect();
        responses.resize(draft.responses, [0; 32]);
        let mut fields = vec![
            Item::Array(draft.shards.into_iter().map(|shard| Item::Uint(shard.into())).collect()),
            Item::Array(draft.disclosed.into_iter().map(|(_, value)| value).collect()),
            run(draft.points.iter().map(encode)),
            run(draft.commitments.iter().map(encode)),
            run(responses),
            Item::Array(draft.range_proofs.into_iter().map(Item::Bytes).collect()),
            Item::Array(draft.tickets.iter().map(Ticket::item).collect()),
        ];
        fields.extend(beside);
        (Tree { envelope: [SUITE, 1, 7], body: Item::Map(fields) }.to_bytes(), challenge)
    }
}

/// A call for the platform.
pub fn call(request: &[u8], presentation: &[u8]) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, 8], body: Item::Map(vec![bytes(request), bytes(presentation), bytes([])]) }.to_bytes()
}
