//! An independent reader of the file, with nothing of the library but what `reference` has.

use ed25519_dalek::{Signature, VerifyingKey};
use testkit::curve::{Point, Scalar};
#[cfg(suite = "p256")]
use testkit::device::{of_beside, question};
#[cfg(not(suite = "p256"))]
use testkit::reference::device_challenge;

use crate::hotel::file::{FlowFile, flow_file};
use testkit::cbor::place;
use testkit::prelude::*;
use testkit::reference::{
    ISSUANCE, PRESENTATION, Transcript, attribute_base, base, encode, hash, hash_to_scalar, point, scalar, uint,
};

pub struct Reader(pub FlowFile);

impl Reader {
    pub fn all(&self, kind: &str) -> Vec<Vec<u8>> {
        let found = self.0.vectors.iter().filter(|vector| vector.of.kind == kind);
        found.map(|vector| hex::decode(&vector.of.bytes).unwrap()).collect()
    }

    pub fn body(&self, kind: &str) -> Item {
        Tree::parse(&self.all(kind)[0]).body
    }

    pub fn key<const N: usize>(hex: &str) -> [u8; N] {
        hex::decode(hex).unwrap().try_into().unwrap()
    }

    pub fn head_digest(head: &Item) -> [u8; 64] {
        let name = [&[u8::try_from(head.at(1).uint()).unwrap()], head.at(0).text().as_bytes()].concat();
        let id = [&u16::try_from(head.at(2).uint()).unwrap().to_be_bytes()[..], &name].concat();
        let [epoch, time, length] = [4, 5, 6].map(|place| uint(head.at(place).uint()));
        let [key, chain, before, value] = [3, 7, 8, 9].map(|place| head.at(place).bytes());
        hash("head", &[&id, key, &epoch, &time, &length, chain, before, value])
    }
}

pub fn signed_by(key: &str, digest: &[u8; 64], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(&Reader::key(key)).unwrap();
    key.verify_strict(digest, &Signature::from_slice(signature).unwrap()).is_ok()
}

pub fn value_scalar(value: &Item) -> Scalar {
    match value.at(1) {
        Item::Uint(number) => Scalar::from(*number),
        Item::Text(text) => hash_to_scalar("attribute-text", &[text.as_bytes()]),
        Item::Bytes(digest) => hash_to_scalar("attribute-digest", &[digest]),
        other => panic!("{other:?}"),
    }
}

/// The challenge of a presentation, the device's point, and what the generator has in the opening.
#[cfg(not(suite = "p256"))]
fn challenge(transcript: &mut Transcript, request: &[u8], _: &Item, commitments: &[Point]) -> (Scalar, Point, Scalar) {
    for (k, commitment) in commitments.iter().enumerate().filter(|(k, _)| *k != 1) {
        transcript.uint("equation", k as u64);
        transcript.point("commitment", commitment);
    }
    let message = transcript.challenge_bytes("message");
    (device_challenge(PRESENTATION, request, &message, &commitments[1]), base("Device"), Scalar::ZERO)
}

#[cfg(suite = "p256")]
fn challenge(
    transcript: &mut Transcript,
    request: &[u8],
    presentation: &Item,
    commitments: &[Point],
) -> (Scalar, Point, Scalar) {
    let e = question(PRESENTATION, request, &transcript.challenge_bytes("message"));
    let x = presentation.at(8).bytes();
    let (r, of_generator) = of_beside(x, &e);
    transcript.bytes("device", x);
    for (k, commitment) in commitments.iter().enumerate() {
        transcript.uint("equation", k as u64);
        transcript.point("commitment", commitment);
    }
    (transcript.challenge_scalar("challenge"), r, of_generator)
}

/// The challenge of a request for a credential, whose device's part is checked.
#[cfg(not(suite = "p256"))]
fn possessed(
    transcript: &mut Transcript,
    offer: &[u8],
    _: &Item,
    d: Point,
    commitments: &[Point],
    s: &[Scalar],
) -> Scalar {
    let c = device_challenge(ISSUANCE, offer, &transcript.challenge_bytes("message"), &commitments[2]);
    assert_eq!(commitments[2] - c * d, -(s[1] * base("Device")));
    c
}

#[cfg(suite = "p256")]
fn possessed(transcript: &mut Transcript, offer: &[u8], request: &Item, d: Point, _: &[Point], s: &[Scalar]) -> Scalar {
    let c = transcript.challenge_scalar("challenge");
    transcript.bytes("response", &s[0].to_bytes());
    let e = question(ISSUANCE, offer, &transcript.challenge_bytes("message"));
    let [rho, low] = request.at(5).scalars().try_into().unwrap();
    let (rho, inverse) = (scalar(&rho), scalar(&low).invert());
    assert!(scalar(&low).to_bytes() <= (-scalar(&low)).to_bytes());
    let r = (e * inverse) * base("Device") + (rho * inverse) * d;
    assert_eq!(of_beside(&encode(&r)[1..], &e).1, -(e * rho.invert()));
    c
}

#[test]
fn the_file_is_enough_to_verify_its_presentation() {
    let reader = Reader(flow_file());
    let file = &reader.0;
    let request_bytes = reader.all("PresentationRequest").remove(0);
    let (request, presentation) = (reader.body("PresentationRequest"), reader.body("Presentation"));
    assert_eq!((request.at(3).items().len(), presentation.at(1).items().len()), (1, 1));
    let asking = request.question();
    let shard = presentation.at(1).at(0).uint();

    // Keys and heads: those of epoch 1, of the presentation's shard.
    let x = scalar(&Reader::key(&file.issuer.key.secret));
    assert_eq!(hex::encode(encode(&Point::mul_base(&x))), file.issuer.key.public);
    let mut heads = Vec::new();
    for (list, set) in file.lists.iter().zip(reader.all("HeadSet").split_off(2)) {
        let set = Tree::parse(&set).body.at(1).clone();
        let digests: Vec<[u8; 64]> = set.items().iter().map(Reader::head_digest).collect();
        for (head, digest) in set.items().iter().zip(&digests) {
            assert!(signed_by(&list.owner_key, digest, head.at(12).bytes()));
        }
        let parts: Vec<&[u8]> = digests.iter().map(|digest| &digest[..]).collect();
        let epoch: [u8; 32] = hash("epoch-digest", &parts);
        let question = asking.at(place::LISTS).at(heads.len());
        assert_eq!(question.at(2).bytes(), epoch);
        assert_eq!((question.at(0).text(), question.at(1).uint()), (list.owner.as_str(), list.class.into()));
        let alpha = scalar(&Reader::key(&list.accumulators[shard as usize].secret));
        heads.push((alpha, set.items()[shard as usize].clone()));
    }

    let schema_digest = Reader::key(&file.issuer.schema_digest);
    assert_eq!(schema_digest, hash::<32>("schema", &[&reader.all("Schema")[0]]));
    let arity = reader.body("Schema").at(2).items().len() as u64;
    let issuer_key: [u8; POINT_LEN] = Reader::key(&file.issuer.key.public);
    let version = uint(file.issuer.version.into());
    let domain = hash_to_scalar("domain", &[&issuer_key, &version, &schema_digest, &uint(arity)]);

    let [points, commitments] = [3, 4].map(|key| presentation.at(key).run().iter().map(point).collect::<Vec<_>>());
    let responses: Vec<Scalar> = presentation.at(5).run().iter().map(scalar).collect();
    let asked: Vec<u64> = asking.at(place::DISCLOSE).items().iter().map(Item::uint).collect();
    let values = presentation.at(2).items();

    let mut transcript = Transcript::new("presentation");
    transcript.bytes("request", &request_bytes);
    transcript.uint("credential", 0);
    transcript.bytes("issuer-key", &issuer_key);
    transcript.bytes("issuer-key-version", &version);
    transcript.bytes("schema", &schema_digest);
    transcript.uint("arity", arity);
    transcript.uint("issuer-mode", asking.at(place::MODE).uint());
    transcript.uint("shard", shard);
    for ((_, head), question) in heads.iter().zip(asking.at(place::LISTS).items()) {
        transcript.uint("list-mode", question.at(3).uint());
        transcript.bytes("list-key", head.at(3).bytes());
        transcript.bytes("head", &Reader::head_digest(head));
    }
    for (index, value) in asked.iter().zip(values) {
        transcript.uint("attribute", *index);
        transcript.bytes("value", &value.encode());
    }
    points.iter().for_each(|point| transcript.point("point", point));
    let (c, device, of_generator) = challenge(&mut transcript, &request_bytes, &presentation, &commitments);

    let s = &responses;
    let (a_bar, d_prime) = (points[0], points[1]);
    assert_eq!(commitments[0] + c * (x * a_bar), s[1] * d_prime - s[0] * a_bar);

    let disclosed: Point =
        asked.iter().zip(values).map(|(index, value)| value_scalar(value) * attribute_base(*index)).sum();
    let opened = base("Constant") + domain * base("Domain") + disclosed;
    let system = ["Pseudonym", "Device", "Status", "Flag", "Factors", "Since"];
    let of = |name: &str| if name == "Device" { device } else { base(name) };
    let system: Point = system.iter().zip(&s[3..9]).map(|(name, s)| s * of(name)).sum();
    let opened = opened + of_generator * base("Device");
    let hidden: Vec<u64> = (0..arity).filter(|index| !asked.contains(index)).collect();
    let hidden_sum: Point = hidden.iter().zip(&s[9..]).map(|(index, s)| s * attribute_base(*index)).sum();
    assert_eq!(commitments[1] + c * opened, s[2] * d_prime - system - hidden_sum);

    for (j, (alpha, head)) in heads.iter().enumerate() {
        let (w_bar, value) = (points[2 + j], point(&head.at(9).run()[0]));
        let t = s[9 + hidden.len() + j];
        let y = s[4 + usize::try_from(head.at(1).uint()).unwrap()];
        assert_eq!(commitments[2 + j] + c * (alpha * w_bar), t * value - y * w_bar);
    }
    assert_eq!(s.len(), 9 + hidden.len() + heads.len());
    // No statements: no further points, no range proofs.
    assert!(asking.at(place::STATEMENTS).items().is_empty() && request.at(4).items().is_empty());
    assert!(presentation.at(6).items().is_empty());
    assert!(points.iter().chain(&commitments).all(|point| *point != Point::default()));

    // The verdict speaks of this call and is signed.
    let verdict = reader.body("VerdictMessage");
    let call: [u8; 32] = hash("call", &[&reader.all("VerificationCall")[0]]);
    assert_eq!((verdict.at(1).bytes(), verdict.at(2).uint(), verdict.at(3).uint()), (&call[..], 1, file.now));
    let digest: [u8; 64] =
        hash("verdict", &[&call, &uint(1), &uint(file.now), &[], &hex::decode(&file.platform_key).unwrap()]);
    assert!(signed_by(&file.platform_key, &digest, verdict.at(4).bytes()));
    assert!(verdict.at(5).bytes().is_empty());
    assert_eq!(hex::encode(verdict.at(6).bytes()), file.platform_key);
    assert_eq!(file.verdict, "verified");
}

#[test]
fn the_file_is_enough_to_check_its_issuance() {
    let reader = Reader(flow_file());
    let offer = reader.all("CredentialOffer").remove(0);
    let request = reader.body("CredentialRequest");
    let [points, commitments] = [2, 3].map(|key| request.at(key).run().iter().map(point).collect::<Vec<_>>());
    let s: Vec<Scalar> = request.at(4).run().iter().map(scalar).collect();
    let mut transcript = Transcript::new("issuance");
    transcript.bytes("offer", &offer);
    transcript.uint("shard", request.at(1).uint());
    points.iter().for_each(|point| transcript.point("point", point));
    commitments[..2].iter().for_each(|commitment| transcript.point("commitment", commitment));
    let (d, k, n_h) = (points[0], points[1], points[2]);
    let c = possessed(&mut transcript, &offer, &request, d, &commitments, &s);
    assert_eq!(commitments[0] + c * (k - d), s[0] * base("Pseudonym"));
    assert_eq!(commitments[1] + c * n_h, s[0] * base("PseudonymPart"));

    // x·A = B − e·A, with B from K and the response.
    let response = reader.body("CredentialResponse");
    let file = &reader.0;
    let x = scalar(&Reader::key(&file.issuer.key.secret));
    let one = |key: usize| response.at(key).scalars()[0];
    let (a, e, n_i) = (point(&response.at(1).run()[0]), scalar(&one(2)), scalar(&response.at(2).run()[1]));
    let arity = response.at(7).items().len() as u64;
    let issuer: [u8; POINT_LEN] = Reader::key(&file.issuer.key.public);
    let schema: [u8; 32] = Reader::key(&file.issuer.schema_digest);
    let domain = hash_to_scalar("domain", &[&issuer, &uint(file.issuer.version.into()), &schema, &uint(arity)]);
    let attributes: Point =
        (0..).zip(response.at(7).items()).map(|(i, value)| value_scalar(value) * attribute_base(i)).sum();
    let b = base("Constant")
        + domain * base("Domain")
        + k
        + n_i * base("Pseudonym")
        + scalar(&one(3)) * base("Status")
        + scalar(&one(4)) * base("Flag")
        + Scalar::from(response.at(5).uint()) * base("Factors")
        + Scalar::from(response.at(6).uint()) * base("Since")
        + attributes;
    assert_eq!((x + e) * a, b);

    // (α + y)·W = V at epoch 0.
    for (i, set) in reader.all("HeadSet")[..2].iter().enumerate() {
        let head = Tree::parse(set).body.at(1).at(usize::from(file.shard)).clone();
        let alpha = scalar(&Reader::key(&file.lists[i].accumulators[usize::from(file.shard)].secret));
        let y = scalar(&one(3 + i));
        let witness = point(&response.at(9 + i).at(1).run()[0]);
        assert_eq!((alpha + y) * witness, point(&head.at(9).run()[0]));
    }
}

#[test]
fn the_file_is_enough_to_check_its_cosignatures() {
    let reader = Reader(flow_file());
    let cosigners = &reader.0.cosigners;
    assert_eq!((cosigners.keys.len(), cosigners.quorum), (3, 2));
    let (sets, plain) = (reader.all("CosignedHeadSet"), reader.all("HeadSet"));
    assert_eq!((sets.len(), plain.len()), (4, 4));
    for (set, plain) in sets.iter().zip(&plain) {
        let body = Tree::parse(set).body;
        assert_eq!(body.at(1), Tree::parse(plain).body.at(1));
        let digests: Vec<[u8; 64]> = body.at(1).items().iter().map(Reader::head_digest).collect();
        let parts: Vec<&[u8]> = digests.iter().map(|digest| &digest[..]).collect();
        let epoch: [u8; 32] = hash("epoch-digest", &parts);
        let head = body.at(1).at(0);
        let name = [&[u8::try_from(head.at(1).uint()).unwrap()], head.at(0).text().as_bytes()].concat();
        let [number, time] = [4, 5].map(|place| uint(head.at(place).uint()));
        let statement: [u8; 64] = hash("cosign-heads", &[&name, &number, &time, &epoch]);
        let mut signers = std::collections::BTreeSet::new();
        for cosignature in body.at(2).items() {
            let signer = hex::encode(cosignature.at(0).bytes());
            assert!(cosigners.keys.contains(&signer) && signed_by(&signer, &statement, cosignature.at(1).bytes()));
            signers.insert(signer);
        }
        assert!(signers.len() >= cosigners.quorum);
    }
}
