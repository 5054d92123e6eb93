//! What is hashed and squeezed on the way to each message of the flow, by the reference alone and
//! under the names that `verify.py --explain` prints: whoever diverges finds where.

use serde_json::Value;
use testkit::cbor::place;
use testkit::curve::{Point, Scalar, WIDE_LEN, scalar_from_wide};
use testkit::prelude::*;
use testkit::reference::{
    ISSUANCE, PRESENTATION, Transcript, attribute_base, base, hash, hash_to_scalar, point, scalar, uint,
};

use crate::hotel::flow::Flow;

/// Operation and output; of several of one name, a list.
pub type Trace = Vec<(&'static str, Value)>;

fn one(bytes: impl AsRef<[u8]>) -> Value {
    hex::encode(bytes).into()
}

fn list(items: &[impl AsRef<[u8]>]) -> Value {
    items.iter().map(one).collect()
}

fn body(bytes: &[u8]) -> Item {
    Tree::parse(bytes).body
}

/// What a message of this kind takes, which is of the status list where it is of one.
pub fn of(flow: &Flow, kind: &str, bytes: &[u8]) -> Trace {
    match kind {
        "Schema" => vec![("H[schema]", one(hash::<32>("schema", &[bytes])))],
        "HeadSet" | "ClosedEpoch" => head_set(&body(bytes)),
        "CosignedHeadSet" => cosigned(&body(bytes)),
        "SignedHead" => head(body(bytes).at(1)),
        "EpochUpdate" => update(body(bytes).at(1), body(bytes).at(2)),
        "LogSegment" => {
            let epoch = body(bytes).at(3).at(0).clone();
            update(epoch.at(0), epoch.at(1))
        }
        "CredentialRequest" => credential_request(&flow.message("CredentialOffer"), &body(bytes)),
        "CredentialResponse" => credential_response(flow, &body(bytes)),
        "VerificationCall" => call(flow, &body(bytes)),
        "VerdictMessage" => verdict(&flow.message("VerificationCall"), &body(bytes)),
        _ => Vec::new(),
    }
}

/// The digest of a head (spec 07 §4.1).
fn head_digest(head: &Item) -> [u8; 64] {
    let id = [&u16::try_from(head.at(2).uint()).unwrap().to_be_bytes()[..], &name_of(head)].concat();
    let [epoch, time, length] = [4, 5, 6].map(|place| uint(head.at(place).uint()));
    let [key, chain, before, value] = [3, 7, 8, 9].map(|place| head.at(place).bytes());
    hash("head", &[&id, key, &epoch, &time, &length, chain, before, value])
}

fn name_of(head: &Item) -> Vec<u8> {
    [&[u8::try_from(head.at(1).uint()).unwrap()], head.at(0).text().as_bytes()].concat()
}

fn epoch_digest(heads: &Item) -> [u8; 32] {
    let digests: Vec<[u8; 64]> = heads.items().iter().map(head_digest).collect();
    hash("epoch-digest", &digests.iter().map(|digest| &digest[..]).collect::<Vec<_>>())
}

/// Spec 07 §3.3 and §4.1.
fn head(head: &Item) -> Trace {
    let mut transcript = Transcript::new("epoch");
    transcript.bytes("context", &head_digest(head));
    transcript.bytes("public", head.at(3).bytes());
    head.at(10).run::<POINT_LEN>().iter().for_each(|commitment| transcript.bytes("commitment", commitment));
    let challenge: [u8; WIDE_LEN] = transcript.challenge_bytes("challenge");
    vec![("H[head]", one(head_digest(head))), ("squeeze challenge", one(challenge))]
}

/// Spec 07 §4.3.
fn head_set(body: &Item) -> Trace {
    let heads: Vec<[u8; 64]> = body.at(1).items().iter().map(head_digest).collect();
    vec![("H[head]", list(&heads)), ("H[epoch-digest]", one(epoch_digest(body.at(1))))]
}

/// Spec 07 §7.2.
fn cosigned(body: &Item) -> Trace {
    let head = body.at(1).at(0);
    let [epoch, time] = [4, 5].map(|place| uint(head.at(place).uint()));
    let statement: [u8; 64] = hash("cosign-heads", &[&name_of(head), &epoch, &time, &epoch_digest(body.at(1))]);
    [head_set(body), vec![("H[cosign-heads]", one(statement))]].concat()
}

/// Spec 07 §3.1, after the empty log.
fn update(entries: &Item, after: &Item) -> Trace {
    let packed = |entry: &Item| {
        let operation = u8::try_from(entry.at(0).uint()).unwrap();
        [&[operation], entry.at(1).bytes(), entry.at(2).bytes()].concat()
    };
    let entries: Vec<u8> = entries.items().iter().flat_map(packed).collect();
    let chain: [u8; 32] = hash("log-chain", &[&[0; 32], &uint(after.at(4).uint()), &entries]);
    [head(after), vec![("H[log-chain]", one(chain))]].concat()
}

/// `q` and, in suite 1, the challenge that a device makes of it (spec 05 §2).
fn questioned(purpose: u64, shown: &[u8], message: &[u8; 64], commitment: &[u8]) -> Trace {
    let q: [u8; 64] = hash("shown", &[&uint(purpose), shown]);
    let challenge: [u8; WIDE_LEN] = hash("challenge", &[&uint(purpose), &q, message, commitment]);
    let all = [("H[shown]", one(q)), ("H[challenge]", one(challenge))];
    all[..if SUITE == 1 { 2 } else { 1 }].to_vec()
}

/// Spec 04 §5 and §9.1.
fn credential_request(offer: &[u8], request: &Item) -> Trace {
    let mut transcript = Transcript::new("issuance");
    transcript.bytes("offer", offer);
    transcript.uint("shard", request.at(1).uint());
    request.at(2).run::<POINT_LEN>().iter().for_each(|point| transcript.bytes("point", point));
    let commitments = request.at(3).run::<POINT_LEN>();
    commitments[..2].iter().for_each(|commitment| transcript.bytes("commitment", commitment));
    let mut trace = Vec::new();
    if SUITE == 2 {
        trace.push(("squeeze challenge", one(transcript.challenge_bytes::<WIDE_LEN>("challenge"))));
        transcript.bytes("response", &request.at(4).scalars()[0]);
    }
    let message: [u8; 64] = transcript.challenge_bytes("message");
    trace.push(("squeeze message", one(message)));
    let last = commitments.last().unwrap();
    [trace, questioned(ISSUANCE, offer, &message, last)].concat()
}

fn value_scalar(value: &Item) -> Scalar {
    match value.at(1) {
        Item::Uint(number) => Scalar::from(*number),
        Item::Text(text) => hash_to_scalar("attribute-text", &[text.as_bytes()]),
        Item::Bytes(digest) => hash_to_scalar("attribute-digest", &[digest]),
        other => panic!("{other:?}"),
    }
}

/// X, version, schema digest and arity, and the hash of them all that δ is (spec 04 §1.3).
pub struct Issuer {
    key: Vec<u8>,
    version: [u8; 8],
    schema: [u8; 32],
    arity: u64,
    domain: [u8; WIDE_LEN],
}

impl Issuer {
    pub fn of(parameters: &IssuerParameters) -> Self {
        let (key, version) = (parameters.key().to_bytes().to_vec(), uint(parameters.version().0.into()));
        let schema = parameters.schema().to_bytes();
        let arity = body(&schema).at(2).items().len() as u64;
        let schema = hash("schema", &[&schema]);
        let domain = hash("domain", &[&key, &version, &schema, &uint(arity)]);
        Self { key, version, schema, arity, domain }
    }
}

/// The proof of the MAC (spec 04 §3), over B of §2.3.
fn credential_response(flow: &Flow, response: &Item) -> Trace {
    let issuer = Issuer::of(flow.parties.country.issuer.parameters());
    let request = flow.message("CredentialRequest");
    let context: [u8; 64] = hash("issuance", &[&flow.message("CredentialOffer"), &request]);
    let k = point(&body(&request).at(2).run()[1]);
    let [e, n_i] = [0, 1].map(|i| scalar(&response.at(2).run()[i]));
    let handle = |key: usize| scalar(&response.at(key).scalars()[0]);
    let terms: Point =
        (0..).zip(response.at(7).items()).map(|(i, value)| value_scalar(value) * attribute_base(i)).sum();
    let b = base("Constant")
        + scalar_from_wide(&issuer.domain) * base("Domain")
        + k
        + n_i * base("Pseudonym")
        + handle(3) * base("Status")
        + handle(4) * base("Flag")
        + Scalar::from(response.at(5).uint()) * base("Factors")
        + Scalar::from(response.at(6).uint()) * base("Since")
        + terms;
    let a = point(&response.at(1).run()[0]);
    let mut transcript = Transcript::new("mac");
    transcript.bytes("context", &context);
    transcript.bytes("public", &issuer.key);
    transcript.point("base", &a);
    transcript.point("image", &(b - e * a));
    response.at(8).at(0).run::<POINT_LEN>().iter().for_each(|commitment| transcript.bytes("commitment", commitment));
    let challenge: [u8; WIDE_LEN] = transcript.challenge_bytes("challenge");
    vec![("H[issuance]", one(context)), ("H[domain]", one(issuer.domain)), ("squeeze challenge", one(challenge))]
}

/// The heads of the epochs that a call is about, both lists, and whether it states them.
fn heads_of(flow: &Flow, question: &Item) -> Vec<(Item, bool)> {
    let sets: Vec<Item> =
        flow.messages.iter().filter(|(kind, ..)| *kind == "HeadSet").map(|(.., set)| body(set)).collect();
    let of = |(place, asked): (usize, &Item)| match asked.at(2) {
        Item::Bytes(digest) => {
            let set = sets.iter().find(|set| epoch_digest(set.at(1))[..] == digest[..]);
            (set.unwrap().at(1).clone(), false)
        }
        // A greatest age: it is the newest that is stated.
        _ => (sets[2 + place].at(1).clone(), true),
    };
    question.at(place::LISTS).items().iter().enumerate().map(of).collect()
}

/// Spec 06 §5, for a request without statements.
fn call(flow: &Flow, call: &Item) -> Trace {
    let issuer = Issuer::of(flow.parties.country.issuer.parameters());
    let [request, presentation] = [1, 2].map(|key| body(call.at(key).bytes()));
    let heads = heads_of(flow, request.question());
    let transcript = up_to_points(call.at(1).bytes(), &presentation, &issuer, &heads);
    [vec![("H[domain]", one(issuer.domain))], challenged(transcript, call.at(1).bytes(), &presentation)].concat()
}

/// The transcript of an answer about one credential, up to its points: of a request without sets
/// and digits, and with these heads of its lists, which may be stated.
pub fn up_to_points(asked: &[u8], presentation: &Item, issuer: &Issuer, heads: &[(Item, bool)]) -> Transcript {
    let request = body(asked);
    let question = request.question();
    let shard = presentation.at(1).at(0).uint();
    let mut transcript = Transcript::new("presentation");
    transcript.bytes("request", asked);
    transcript.uint("credential", 0);
    transcript.bytes("issuer-key", &issuer.key);
    transcript.bytes("issuer-key-version", &issuer.version);
    transcript.bytes("schema", &issuer.schema);
    transcript.uint("arity", issuer.arity);
    transcript.uint("issuer-mode", question.at(place::MODE).uint());
    transcript.uint("shard", shard);
    for ((set, is_stated), asked) in heads.iter().zip(question.at(place::LISTS).items()) {
        let head = set.at(usize::try_from(shard).unwrap());
        transcript.uint("list-mode", asked.at(3).uint());
        transcript.bytes("list-key", head.at(3).bytes());
        transcript.bytes("head", &head_digest(head));
        if *is_stated {
            transcript.bytes("epoch", &epoch_digest(set));
        }
    }
    for (index, value) in question.at(place::DISCLOSE).items().iter().zip(presentation.at(2).items()) {
        transcript.uint("attribute", index.uint());
        transcript.bytes("value", &value.encode());
    }
    presentation.at(3).run::<POINT_LEN>().iter().for_each(|point| transcript.bytes("point", point));
    transcript
}

/// From the points on: M, q and c.
fn challenged(mut transcript: Transcript, request: &[u8], presentation: &Item) -> Trace {
    let commitments = presentation.at(4).run::<POINT_LEN>();
    let absorb = |transcript: &mut Transcript, left_out: Option<usize>| {
        for (k, commitment) in commitments.iter().enumerate().filter(|(k, _)| Some(*k) != left_out) {
            transcript.uint("equation", k as u64);
            transcript.bytes("commitment", commitment);
        }
    };
    if SUITE == 1 {
        absorb(&mut transcript, Some(1));
    }
    let message: [u8; 64] = transcript.challenge_bytes("message");
    let mut trace = vec![("squeeze message", one(message))];
    trace.extend(questioned(PRESENTATION, request, &message, &commitments[1]));
    if SUITE == 2 {
        transcript.bytes("device", presentation.at(8).bytes());
        absorb(&mut transcript, None);
        trace.push(("squeeze challenge", one(transcript.challenge_bytes::<WIDE_LEN>("challenge"))));
    }
    trace
}

/// Spec 06 §6.2, of a verdict that states nothing.
fn verdict(call: &[u8], verdict: &Item) -> Trace {
    let call: [u8; 32] = hash("call", &[call]);
    let [bit, instant] = [2, 3].map(|place| uint(verdict.at(place).uint()));
    let signed: [u8; 64] = hash("verdict", &[&call, &bit, &instant, &[], verdict.at(6).bytes()]);
    vec![("H[call]", one(call)), ("H[verdict]", one(signed))]
}
