//! What parties store while they wait (spec 04 §10, 06 §10, 14 §4.3 and §6.1), and what owners and
//! cosigners store (spec 07 §9), with their keys or with keys that are elsewhere.

mod elsewhere;
pub mod here;
mod orders;

use serde_json::{Value, json};
use testkit::cbor::{bytes, run};
use testkit::curve::{POINT_LEN, Point, Scalar};
use testkit::prelude::*;
use testkit::reference::encode;
use testkit::vectors::{File, Group, Vector};

use crate::decoding::{self, input};
use crate::phones;

const SEED: u8 = 0x46;

const FLAGS: &[(&str, &str)] = &[
    ("OtherValidity", "a state for a nonce is read as one for a window, or the other way round"),
    ("CallNonce", "a call's own nonce is not held against its request's validity"),
    ("Inner", "what stands in a state is not decoded with it, and fails when the answer comes"),
    ("Parameters", "a state whose parts are of different issuers is taken"),
    ("Shard", "a request is kept in a shard that its offer does not allow"),
    ("Part", "n_h is not held against the request, and the credential's n is another one"),
    ("OtherKeys", "an order is kept for other keys than it was sent for"),
    ("Count", "numbers of points, scalars, tickets and keys are not held against each other"),
    ("Zero", "a blind of 0 is taken: the point that is shown is the one that was sent"),
    ("TwoSessions", "commitments and challenges of two sessions are kept together"),
    ("Scalar", "a scalar of ℓ or more is reduced"),
    ("Key", "what is no key is taken for one: another number of bytes, or 32 that are no Ed25519 key"),
    ("KeyForm", "a key of a ticket is taken that is none of its three roles, or says of itself what its role cannot"),
    ("Range", "a number, count or name beyond what the message allows is taken"),
];

fn valid(slug: &str, comment: &str, message: &[u8], output: Value) -> Vector {
    Vector::valid(slug, comment, input(message, &json!({})), output)
}

fn invalid(slug: &str, flag: &'static str, check: &str, comment: &str, message: &[u8]) -> Vector {
    Vector::invalid(slug, flag, check, comment, input(message, &json!({})))
}

fn group(
    slug: &str,
    receiver: &'static str,
    honest: &[(&str, &str, Vec<u8>)],
    output: impl Fn(&Item) -> Value,
) -> Group {
    let group = Group::new(slug, receiver, format!("Whoever reads {receiver} from its store"), json!({}));
    let group = honest.iter().fold(group, |group, (slug, comment, message)| {
        group.with(valid(slug, comment, message, output(&Tree::parse(message).body)))
    });
    group.with_all(decoding::vectors(decoding::of_any(&honest[0].2), &json!({})))
}

fn changed(of: &[u8], change: impl FnOnce(&mut Item)) -> Vec<u8> {
    Tree::parse(of).with(change)
}

/// 70, 71, 72, 76.
fn of_desk(country: &mut Country) -> Vec<Group> {
    let once = country.hotel().disclose("sex").once(&mut country.rng).unwrap();
    let window = country.hotel().standing(NOW, later(3_600)).unwrap();
    let [pending, standing] = [once.state.to_bytes(), window.to_bytes()];
    let [asked, printed] = [&pending, &standing].map(|of| Tree::parse(of).body.at(1).bytes().to_vec());
    let of = |kind: u8, content: &[u8]| {
        Tree { envelope: [SUITE, 1, kind], body: Item::Map(vec![bytes(content)]) }.to_bytes()
    };
    let request = |body: &Item| json!({ "request": hex::encode(body.at(1).bytes()) });
    let call = |body: &Item| json!({ "call": hex::encode(body.at(1).bytes()) });
    let made = |request: &[u8], nonce: &[u8]| {
        let body = Item::Map(vec![bytes(request), bytes([7; 100]), bytes(nonce)]);
        Tree { envelope: [SUITE, 1, 8], body }.to_bytes()
    };
    let [plain, own] = [made(&asked, &[]), made(&printed, &[9; 16])];
    let [with_nonce, without] = [made(&asked, &[9; 16]), made(&printed, &[])];
    let short = |bytes: &[u8]| bytes[..bytes.len() - 1].to_vec();
    let broken = made(&short(&asked), &[]);
    let empty = made(&asked, &[]);
    assert_eq!(empty, plain);
    vec![
        group("pending", "PendingRequest", &[("once", "with a nonce", pending.clone())], request)
            .with(invalid("window", "OtherValidity", "06-65", "a request for a window", &of(70, &printed)))
            .with(invalid("call", "Inner", "01-4", "a call", &of(70, &plain)))
            .with(invalid("request-ends", "Inner", "01-5", "a request that ends early", &of(70, &short(&asked)))),
        group("standing", "StandingRequest", &[("window", "for a window", standing.clone())], request)
            .with(invalid("once", "OtherValidity", "06-65", "a request with a nonce", &of(71, &asked)))
            .with(invalid("request-ends", "Inner", "01-5", "a request that ends early", &of(71, &short(&printed)))),
        group(
            "awaiting",
            "AwaitingVerdict",
            &[
                ("once", "of a request with a nonce", of(72, &plain)),
                ("window", "of a request for a window", of(72, &own)),
            ],
            call,
        )
        .with(invalid(
            "once-with-nonce",
            "CallNonce",
            "06-65",
            "a call with a nonce of its own, for a request with one",
            &of(72, &with_nonce),
        ))
        .with(invalid(
            "window-without",
            "CallNonce",
            "06-65",
            "a call without a nonce, for a window",
            &of(72, &without),
        ))
        .with(invalid("request-ends", "Inner", "06-65", "a call whose request ends early", &of(72, &broken)))
        .with(invalid("request", "Inner", "01-4", "a request in the place of a call", &of(72, &asked))),
        group("answer", "StandingAnswer", &[("window", "of a request for a window", of(76, &own))], call)
            .with(invalid("once", "CallNonce", "06-65", "of a request with a nonce", &of(76, &plain)))
            .with(invalid("window-without", "CallNonce", "06-65", "without a nonce, for a window", &of(76, &without)))
            .with(invalid("call-ends", "Inner", "01-5", "a call that ends early", &of(76, &short(&own)))),
    ]
}

/// 73.
fn of_phone(file: File, country: &mut Country) -> File {
    let offered = country.offer(Generation::FIRST).message;
    let anywhere = country.offer_in(Generation::FIRST, None).message;
    let mut ask = |offer, choice| {
        let mut device = SoftwareDevice::random(&mut country.rng);
        let recovery = RecoverySecret::random(&mut country.rng);
        let (parameters, rng) = (country.issuer.parameters(), &mut country.rng);
        let asked = selfsame::credential::request(parameters, offer, choice, &recovery, &mut device, rng).unwrap();
        (asked, device, recovery)
    };
    let (asked, device, recovery) = ask(&offered, ShardChoice::FromSlot);
    // A stranger's, of which nothing is in the file but n_h.
    let other = ask(&offered, ShardChoice::FromSlot).0.state.to_bytes();
    let (free, free_device, free_recovery) = ask(&anywhere, ShardChoice::Keep(Shard::new(3).unwrap()));
    let honest = asked.state.to_bytes();
    let refuse = |slug: &str, flag, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, "04-29", comment, &changed(&honest, change))
    };
    let of_other = |key: usize| Tree::parse(&other).body.at(key).clone();
    let of_free = |key: usize| Tree::parse(&free.state.to_bytes()).body.at(key).clone();
    let output = |body: &Item| json!({ "request": hex::encode(body.at(3).bytes()) });
    let shards = Tree::parse(&anywhere.to_bytes()).body.at(7).uint();
    let point = run([encode(&Point::mul_base(&Scalar::from(5_u64)))]);
    let licence =
        Schema::builder("licence").attribute("class", AttributeKind::Code, "class", "准驾车型").build().unwrap();
    let mut made = group(
        "request",
        "RequestState",
        &[
            ("slot", "in the shard that the offer names", honest.clone()),
            ("any-shard", "in a shard of the holder's", free.state.to_bytes()),
        ],
        output,
    )
    .with(refuse("other-x", "Parameters", "another X than the offer's", &|body| {
        *body.at_mut(1).at_mut(0) = point.clone()
    }))
    .with(refuse("other-version", "Parameters", "another version of the key than the offer's", &|body| {
        *body.at_mut(1).at_mut(1) = Item::Uint(2);
    }))
    .with(refuse("other-schema", "Parameters", "another schema than the offer's", &|body| {
        *body.at_mut(1).at_mut(2) = bytes(licence.to_bytes());
    }))
    .with(refuse("other-shard", "Shard", "a request in another shard than the offer's", &|body| {
        *body.at_mut(3) = of_free(3);
        *body.at_mut(4) = of_free(4);
    }))
    .with_all([(shards - 1, "last-shard", "the last shard"), (shards, "no-shard", "the shard after the last")].map(
        |(shard, slug, of)| {
            let request = |inner: &mut Item| *inner.at_mut(1) = Item::Uint(shard);
            let state = changed(&free.state.to_bytes(), |body| {
                *body.at_mut(3) = bytes(Tree::parse(body.at(3).bytes()).with(request));
            });
            match slug {
                "no-shard" => invalid(slug, "Shard", "04-29", &format!("a request in {of}"), &state),
                _ => valid(
                    slug,
                    &format!("in {of} of those that the offer has"),
                    &state,
                    output(&Tree::parse(&state).body),
                ),
            }
        },
    ))
    .with(refuse("other-part", "Part", "another n_h than the request's", &|body| *body.at_mut(4) = of_other(4)))
    .with(refuse("zero-part", "Part", "an n_h of 0", &|body| *body.at_mut(4) = bytes([0; 32])))
    .with(invalid(
        "order",
        "Scalar",
        "01-10",
        "ℓ for n_h",
        &changed(&honest, |body| *body.at_mut(4) = bytes(testkit::curve::order())),
    ))
    .with(invalid(
        "offer-ends",
        "Inner",
        "01-5",
        "an offer that ends early",
        &changed(&honest, |body| {
            body.at_mut(2).bytes_mut().pop();
        }),
    ))
    .with(invalid(
        "request-no-point",
        "Inner",
        "01-8",
        "a request with what is no point",
        &changed(&honest, |body| {
            let request =
                Tree::parse(body.at(3).bytes()).with(|inner| inner.at_mut(2).bytes_mut()[..POINT_LEN].fill(0xff));
            *body.at_mut(3) = bytes(request);
        }),
    ));
    if SUITE == 2 {
        made = made.with(invalid(
            "observed-2",
            "Range",
            "01-11",
            "2 for whether nonces repeat",
            &changed(&honest, |body| {
                *body.at_mut(5) = Item::Uint(2);
            }),
        ));
    }
    let file = phones::phone(file.group(made), " 1", &device, &recovery);
    phones::phone(file, " 2", &free_device, &free_recovery)
}

/// Checks 04-29, 06-65, 14-23.
#[test]
fn what_waits_is_read_or_refused_as_the_spec_says() {
    let mut country = Country::new(SEED);
    let comment = "What parties store while they wait, and what owners and cosigners store, with their keys or with keys that are \
                   elsewhere.";
    let file = File::new("states", comment, &["04 §10", "06 §10", "07 §9", "14 §4.3", "14 §6.1"]);
    let file = file.seed([SEED; 32]).flags(FLAGS).flags(decoding::FLAGS);
    let file = file.country_and_issuer("", &country);
    let file = file.signing_key("the owner elsewhere", elsewhere::OWNER);
    let file = file.signing_key("the cosigner elsewhere", elsewhere::COSIGNER);
    let file = of_desk(&mut country).into_iter().fold(file, File::group);
    let file = orders::groups(of_phone(file, &mut country), &mut country.rng);
    let kept = [elsewhere::groups(&mut country), here::groups(&mut country)];
    kept.into_iter().flatten().fold(file, File::group).check();
}
