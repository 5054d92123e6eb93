//! Offers, requests and responses of parties that know all their secrets (spec 04 §4 to §7).

use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::curve::{G, Point, Scalar};
use testkit::prelude::*;
use testkit::reference::base;
use testkit::rogue::{Ask, Head, Owner};
use testkit::rogue_issuer::Certified;
use testkit::vectors::{File, Group, Vector};

use super::lists::{SHARD, genesis, listed};
use super::{refused, valid};
use crate::phones;

const SLOT: SlotId = SlotId([7; 16]);
/// Of the issuer and of the phones that ask.
pub const SEED: u8 = 0x1d;
/// Of a prover of its own.
pub const REQUESTS: u8 = 0x1e;

/// Everybody at an issuance.
struct Cast {
    rng: SeededRng,
    issuer: Issuer,
    status: Owner,
    flag: Owner,
    recovery: RecoverySecret,
    /// Those that have asked.
    devices: Vec<SoftwareDevice>,
}

fn schema() -> Schema {
    let schema = Schema::builder("pass").attribute("name", AttributeKind::Text, "name", "姓名");
    schema.attribute("until", AttributeKind::Date, "valid until", "有效期至").build().unwrap()
}

impl Cast {
    fn new() -> Self {
        let mut rng = SeededRng::new([SEED; 32]);
        let issuer = Issuer::random(schema(), KeyVersion(3), &mut rng);
        let recovery = RecoverySecret::random(&mut rng);
        let (status, flag) = (Owner::new(1, ListClass::Status), Owner::new(2, ListClass::Flag));
        Self { issuer, status, flag, recovery, rng, devices: Vec::new() }
    }

    fn offer(&mut self, shards: u16, shard: Option<u16>) -> CredentialOffer {
        let (shards, shard) = (ShardCount::new(shards).unwrap(), shard.map(|shard| Shard::new(shard).unwrap()));
        self.issuer.offer(SLOT, Generation::FIRST, shards, shard, &mut self.rng).unwrap().message
    }

    fn ask(&mut self, offer: &CredentialOffer) -> Sent<RequestState, CredentialRequest> {
        let mut device = SoftwareDevice::random(&mut self.rng);
        let parameters = self.issuer.parameters();
        let choice = ShardChoice::FromSlot;
        let asked =
            selfsame::credential::request(parameters, offer, choice, &self.recovery, &mut device, &mut self.rng);
        self.devices.push(device);
        asked.unwrap()
    }

    fn parameters(&self) -> Value {
        let parameters = self.issuer.parameters();
        json!({
            "public": hex::encode(parameters.key().to_bytes()),
            "version": parameters.version().0,
            "schema": hex::encode(parameters.schema().to_bytes()),
        })
    }
}

pub fn groups(file: File) -> File {
    let mut cast = Cast::new();
    let mut prover = SeededRng::new([REQUESTS; 32]);
    let own = [(); 2].map(|()| Scalar::random(&mut prover));
    let groups = [offers(&mut cast), requests(&mut cast, own, prover), responses(&mut cast)];
    let file = groups.into_iter().flatten().fold(file, File::group);
    let file = file.secret("issuer", cast.issuer.to_bytes());
    let file = file.secret("recovery", cast.recovery.to_secret_bytes().expose());
    let [n_h, d] = own.map(|own| own.to_bytes());
    let file = file.secret("n_h of requests", n_h).secret("device of requests", d);
    (1..).zip(&cast.devices).fold(file, |file, (place, device)| phones::device(file, &format!(" {place}"), device))
}

fn offers(cast: &mut Cast) -> Vec<Group> {
    let named = cast.offer(SHARDS, Some(SHARD)).to_bytes();
    let free = cast.offer(SHARDS, None).to_bytes();
    let with = |change: &dyn Fn(&mut Item)| Tree::parse(&named).with(change);
    let shard = |number: u64| with(&|body| *body.at_mut(8) = Item::Array(vec![Item::Uint(number)]));
    let state = |shard: Option<u16>| json!({ "issuer": cast.parameters(), "shard": shard });
    let key = with(&|body| *body.at_mut(2) = bytes(testkit::reference::encode(&G)));
    let flag = "ForeignKey";
    let remembers = Group::new("offer-shard", "CredentialOffer", "a phone that remembers shard 2", state(Some(SHARD)));
    let forgot = Group::new("offer-any", "CredentialOffer", "a phone that remembers no shard", state(None));
    vec![
        remembers.with_all([
            valid("same", "its shard", &named),
            valid("none", "no shard", &free),
            refused("other", "OtherCredential", "04-9", "another shard, which the lists have", shard(3)),
            refused("other-first", "OtherCredential", "04-9", "shard 0", shard(0)),
            refused("key", flag, "04-8", "another issuer's key", key),
            refused(
                "version",
                flag,
                "04-8",
                "another version of the key",
                with(&|body| *body.at_mut(3) = Item::Uint(4)),
            ),
            refused("schema", flag, "04-8", "another schema", with(&|body| body.at_mut(4).bytes_mut()[0] ^= 1)),
        ]),
        forgot.with_all([
            valid("none", "no shard", &free),
            valid("last", "the last shard", shard(3)),
            refused("beyond", "Bound", "01-11", "the shard after the last", shard(4)),
        ]),
    ]
}

fn requests(cast: &mut Cast, [n_h, d]: [Scalar; 2], mut rng: SeededRng) -> Vec<Group> {
    let named = cast.offer(SHARDS, Some(SHARD)).to_bytes();
    let free = cast.offer(SHARDS, None).to_bytes();
    let mut ask = |offer: &[u8], shard: u16, change: &dyn Fn(&mut Ask)| {
        let mut ask = Ask::honest(shard, n_h, d);
        change(&mut ask);
        ask.prove(offer, &mut rng)
    };
    let flag = "HalfProof";
    let mut made = vec![
        taken("honest", "by a prover of its own", ask(&named, SHARD, &|_| {}), SHARD),
        refused("other-shard", "OtherCredential", "04-11", "another shard than the offer's", ask(&named, 3, &|_| {})),
        refused(
            "pseudonym",
            flag,
            "04-13",
            "K has a part that is not proven",
            ask(&named, SHARD, &|ask| ask.points[1] += G),
        ),
        refused("part", flag, "04-14", "N_h is of another secret", {
            ask(&named, SHARD, &|ask| ask.points[2] += base("PseudonymPart"))
        }),
    ];
    if SUITE == 1 {
        let device = |ask: &mut Ask| {
            ask.points[0] += base("Device");
            ask.points[1] += base("Device");
        };
        made.push(refused("device", flag, "04-15", "D is of another secret", ask(&named, SHARD, &device)));
    } else {
        let device = |ask: &mut Ask| {
            ask.points[0] += G;
            ask.points[1] += G;
        };
        made.push(refused("device", flag, "04-27", "D is of another secret", ask(&named, SHARD, &device)));
        let high = Tree::parse(&ask(&named, SHARD, &|_| {})).with(|body| negate(&mut body.at_mut(5).bytes_mut()[32..]));
        made.push(refused("high", "Canonical", "04-28", "s is ℓ − s, which holds too", high));
        let zero = |place: usize| move |body: &mut Item| body.at_mut(5).bytes_mut()[32 * place..][..32].fill(0);
        let tree = Tree::parse(&ask(&named, SHARD, &|_| {}));
        made.push(refused("zero-rho", "Bound", "04-27", "ρ is 0", tree.with(zero(0))));
        made.push(refused("zero-s", "Bound", "04-27", "s is 0", tree.with(zero(1))));
    }
    let drawn = vec![
        taken("first", "shard 0", ask(&free, 0, &|_| {}), 0),
        taken("last", "the last shard", ask(&free, 3, &|_| {}), 3),
        refused("beyond", "Bound", "04-11", "the shard after the last", ask(&free, 4, &|_| {})),
    ];
    let issuer = cast.parameters();
    let state = |offer: &[u8]| json!({ "issuer": issuer, "offer": hex::encode(offer) });
    let to_named = Group::new("request-named", "CredentialRequest", "an issuer that offered shard 2", state(&named));
    let to_free = Group::new("request-drawn", "CredentialRequest", "an issuer that offered no shard", state(&free));
    vec![to_named.with_all(made), to_free.with_all(drawn)]
}

fn taken(slug: &str, comment: &str, bytes: Vec<u8>, shard: u16) -> Vector {
    Vector::valid(slug, comment, json!({ "bytes": hex::encode(bytes) }), json!({ "shard": shard }))
}

/// −s, in the same place.
fn negate(scalar: &mut [u8]) {
    let negative = -testkit::reference::scalar(&(&*scalar).try_into().unwrap());
    scalar.copy_from_slice(&negative.to_bytes());
}

/// An issuance that waits for its response.
struct Waiting {
    offer: Vec<u8>,
    request: Vec<u8>,
    state: Vec<u8>,
}

fn wait(cast: &mut Cast, shards: u16) -> Waiting {
    let offer = cast.offer(shards, Some(SHARD));
    let Sent { state, message } = cast.ask(&offer);
    Waiting { offer: offer.to_bytes(), request: message.to_bytes(), state: state.to_bytes() }
}

/// The handles that the issuer grants.
fn handles() -> [Scalar; 2] {
    [21_u64, 22].map(Scalar::from)
}

fn values() -> Vec<Item> {
    vec![
        Item::Array(vec![Item::Uint(4), Item::Text("王小明".into())]),
        Item::Array(vec![Item::Uint(1), Item::Uint(65_535)]),
    ]
}

fn certified(witnesses: [Item; 2]) -> Certified {
    Certified {
        e: Scalar::from(31_u64),
        n_i: Scalar::from(32_u64),
        handles: handles(),
        factors: 3,
        since: 50_000,
        values: values(),
        witnesses,
        errors: [Point::default(); 2],
    }
}

/// No witness, as of this epoch.
fn withheld(epoch: u64) -> Item {
    let zeros = [POINT_LEN, 2 * POINT_LEN, SCALAR_LEN].map(|length| Item::Bytes(vec![0; length]));
    Item::Array([Item::Uint(epoch)].into_iter().chain(zeros).collect())
}

/// What a phone has that waits for a response, with these lists.
fn waits(waiting: &Waiting, lists: [(&Owner, &[Head]); 2]) -> Value {
    let lists = lists.map(|(owner, heads)| listed(owner, heads));
    json!({ "request_state": hex::encode(&waiting.state), "lists": lists })
}

fn responses(cast: &mut Cast) -> Vec<Group> {
    let waiting = wait(cast, SHARDS);
    let five = wait(cast, SHARDS + 1);
    let (status, flag) = (genesis(&cast.status), genesis(&cast.flag));
    let shard = usize::from(SHARD);
    let [y_status, y_flag] = handles();
    let witnesses = [cast.status.witness(&status[shard], &y_status), cast.flag.witness(&flag[shard], &y_flag)];
    let good = certified(witnesses.clone());
    let send = |waiting: &Waiting, change: &dyn Fn(&mut Certified)| {
        let mut certified = good.clone();
        change(&mut certified);
        certified.send(&cast.issuer, &waiting.offer, &waiting.request)
    };
    let usual = vectors_of_response(cast, &status, &flag, &|change| send(&waiting, change));
    let lists = [(&cast.status, &status[..]), (&cast.flag, &flag[..])];
    let name = "CredentialResponse";
    let usual =
        Group::new("response-usual", name, "a phone with the heads of epoch 0 of both lists", waits(&waiting, lists))
            .with_all(usual);
    // A wallet that was handed the lists in the wrong order, and an issuer that goes by it.
    let exchanged = waits(&waiting, [lists[1], lists[0]]);
    let twice = waits(&waiting, [lists[0], lists[0]]);
    let crossed = [cast.flag.witness(&flag[shard], &y_status), cast.status.witness(&status[shard], &y_flag)];
    let other = "OtherCredential";
    let exchanged = Group::new(
        "response-exchanged",
        name,
        "a phone that has the flag list for the status list, and the other way round",
        exchanged,
    )
    .with_all([refused(
        "witnesses",
        other,
        "04-19",
        "witnesses for them",
        send(&waiting, &|response| response.witnesses = crossed.clone()),
    )]);
    let twice = Group::new("response-twice", name, "a phone that has the status list for the flag list", twice)
        .with_all([
            refused(
                "withheld",
                other,
                "04-19",
                "no witness for it",
                send(&waiting, &|response| response.witnesses[1] = withheld(0)),
            ),
            refused("witness", other, "04-19", "a witness for it", {
                send(&waiting, &|response| response.witnesses[1] = cast.status.witness(&status[shard], &y_flag))
            }),
        ]);
    let fewer = Group::new(
        "response-five",
        name,
        "a phone that was offered five shards, and has lists of four",
        waits(&five, lists),
    )
    .with_all([refused("witnesses", other, "04-20", "witnesses for lists of four shards", send(&five, &|_| {}))]);
    let longer = Owner::new(1, ListClass::Status).with_shard(Scalar::from(41_u64));
    let five_heads: Vec<Head> = (0..=SHARDS).map(|shard| longer.genesis(shard, NOW.as_secs())).collect();
    let mixed = waits(&five, [(&longer, &five_heads), lists[1]]);
    let mixed =
        Group::new("response-mixed", name, "a phone that was offered five shards, and has a flag list of four", mixed)
            .with_all([refused(
                "withheld",
                other,
                "04-20",
                "no witness for it",
                send(&five, &|response| response.witnesses[1] = withheld(0)),
            )]);
    vec![usual, exchanged, twice, fewer, mixed]
}

/// A response with something changed before it is certified.
type Send<'a> = &'a dyn Fn(&dyn Fn(&mut Certified)) -> Vec<u8>;

fn vectors_of_response(cast: &Cast, status: &[Head], flag: &[Head], send: Send<'_>) -> Vec<Vector> {
    let shard = usize::from(SHARD);
    let [y_status, y_flag] = handles();
    let none = Point::default();
    let other = "OtherCredential";
    let half = "HalfProof";
    let witness = |errors: [Point; 2]| cast.status.witness_with(&status[shard], &y_status, &errors);
    let kind = |kind: u64| move |response: &mut Certified| *response.values[1].at_mut(0) = Item::Uint(kind);
    let partly = |place: usize| {
        move |response: &mut Certified| {
            let zeros = withheld(0).at(place).clone();
            *response.witnesses[1].at_mut(place) = zeros;
        }
    };
    vec![
        valid("honest", "by an issuer with a prover of its own", send(&|_| {})),
        valid("withheld", "without a witness for the flag list", send(&|response| response.witnesses[1] = withheld(0))),
        refused("kind", other, "04-17", "a date as a number: the same scalar, so the MAC fits", send(&kind(2))),
        refused(
            "fewer",
            other,
            "04-17",
            "a value less than the schema has",
            send(&|response| drop(response.values.pop())),
        ),
        refused("more", other, "04-17", "a value more than the schema has", {
            send(&|response| response.values.push(response.values[1].clone()))
        }),
        refused(
            "mac-key",
            half,
            "04-18",
            "the MAC is proven for another key",
            send(&|response| response.errors = [G, none]),
        ),
        refused(
            "mac-image",
            half,
            "04-18",
            "the MAC is proven for another product",
            send(&|response| response.errors = [none, G]),
        ),
        refused("epoch", other, "04-21", "the witness for the status list names another epoch", {
            send(&|response| *response.witnesses[0].at_mut(0) = Item::Uint(1))
        }),
        refused("epoch-flag", other, "04-21", "the witness for the flag list names another epoch", {
            send(&|response| *response.witnesses[1].at_mut(0) = Item::Uint(1))
        }),
        refused("epoch-withheld", other, "04-21", "a withheld witness names another epoch", {
            send(&|response| response.witnesses[1] = withheld(1))
        }),
        refused(
            "witness-key",
            half,
            "04-22",
            "the witness is proven for another key",
            send(&|response| response.witnesses[0] = witness([G, none])),
        ),
        refused("witness-image", half, "04-22", "the witness is proven for another product", {
            send(&|response| response.witnesses[0] = witness([none, G]))
        }),
        refused("other-shard", other, "04-22", "the witness is of another shard", {
            send(&|response| response.witnesses[0] = cast.status.witness(&status[1], &y_status))
        }),
        refused("other-handle", other, "04-22", "the witness for the flag list is of another handle", {
            send(&|response| response.witnesses[1] = cast.flag.witness(&flag[shard], &(y_flag + Scalar::ONE)))
        }),
        refused("handle-status", "Bound", "01-11", "the handle 0 for the status list, certified and with a witness", {
            send(&|response| {
                response.handles[0] = Scalar::ZERO;
                response.witnesses[0] = cast.status.witness(&status[shard], &Scalar::ZERO);
            })
        }),
        refused("handle-flag", "Bound", "01-11", "the handle 0 for the flag list, certified and with a witness", {
            send(&|response| {
                response.handles[1] = Scalar::ZERO;
                response.witnesses[1] = cast.flag.witness(&flag[shard], &Scalar::ZERO);
            })
        }),
        refused("partly-commitments", "Element", "01-11", "no witness for the flag list, with a response", {
            send(&|response| {
                let response_of = response.witnesses[1].at(3).clone();
                response.witnesses[1] = withheld(0);
                *response.witnesses[1].at_mut(3) = response_of;
            })
        }),
        refused("partly-point", "Element", "01-11", "no witness for the flag list, with its proof", send(&partly(1))),
        refused("factors", "Bound", "01-11", "factors beyond all, certified", {
            send(&|response| response.factors = super::by_suite(32, 64))
        }),
        refused(
            "since",
            "Bound",
            "01-11",
            "enrolled on day 65536, certified",
            send(&|response| response.since = 65_536),
        ),
        valid("since-last", "enrolled on day 65535", send(&|response| response.since = 65_535)),
        valid("factors-all", "all factors", send(&|response| response.factors = super::by_suite(31, 63))),
    ]
}
