//! Presentations that a platform refuses: honest ones changed, and of wallets without checks.

use testkit::curve::{Point, Scalar};

use crate::statements::call::{Call, call_of, increment, piece, statement};
use crate::statements::file::Expected;
use crate::statements::valid::{everything, limited, without_numbers};
use crate::statements::world::{CONDITION, Holder, World, card};
use testkit::cbor::{bytes, piece_len};
use testkit::prelude::*;
use testkit::reference::{encode, point};

const BOTH: [Holder; 2] = [Holder::Card, Holder::Licence];

pub fn refused(flag: &'static str, check: &'static str, comment: impl Into<String>, bytes: Vec<u8>) -> Expected {
    Expected::invalid("VerificationCall", flag, check, comment, bytes)
}

pub fn all(world: &mut World) -> Vec<Expected> {
    let of_suite_1 = if SUITE == 1 { bounds(world) } else { Vec::new() };
    let rest = [codes(world), values(world), scopes(world), limits(world), escrows(world), pairs(world)].concat();
    [of_suite_1, rest, forms(world), responses(world)].concat()
}

fn bounds(world: &mut World) -> Vec<Expected> {
    let born = world.number(card::BIRTH_DATE);
    let builder = world.ask().between("birth-date", born - 1..=born + 1).at_least("valid-until", 1);
    let two = world.honest(builder);
    let high = |high: u64| two.with_statement(|item| *item.at_mut(3) = Item::Uint(high));
    let mut made = vec![
        refused("WidenedRequest", "12-12", "the interval is wider than the one that was asked", high(born + 2)),
        refused("NarrowedRequest", "12-12", "the interval is narrower than the one that was asked", high(born)),
        refused(
            "SwappedCommitment",
            "12-12",
            "the commitments to two dates are exchanged",
            two.with(|_, shown| {
                let points = shown.at(3).points();
                piece(shown, 3, 2).copy_from_slice(&points[3]);
                piece(shown, 3, 3).copy_from_slice(&points[2]);
            }),
        ),
    ];
    for (comment, low, high) in [
        ("a date after the last one", 1, born - 1),
        ("a date before the first one", born + 1, 65_535),
        ("a date beside the only one", born + 1, born + 1),
    ] {
        let builder = world.ask().between("birth-date", low..=high);
        made.push(refused("IntervalOutside", "12-12", comment, world.lie(&[Holder::Card], builder, 0).to_bytes()));
    }
    let builder = world.ask_licence().at_least("mileage", crate::statements::world::MILEAGE + 1);
    let lie = world.lie(&[Holder::Licence], builder, 0);
    made.push(refused("IntervalOutside", "12-12", "a number before the first one, 64 bits", lie.to_bytes()));
    let region = world.number(card::REGION);
    let builder = world.ask().between("region", 1..=region - 1);
    let lie = world.lie(&[Holder::Card], builder, 0);
    made.push(refused("IntervalOutside", "12-12", "a code after the last one, 32 bits", lie.to_bytes()));
    made
}

fn codes(world: &mut World) -> Vec<Expected> {
    let builder = world.ask().one_of("region", &world.sets[1].verified);
    let honest = world.honest(builder);
    let digest = |place: usize, world: &World| bytes(world.sets[place].verified.digest().to_bytes());
    let nobodys = digest(4, world);
    let same = digest(0, world);
    let table = Tree::parse(&world.sets[1].message);
    let named = |digest: Item| honest.with_statement(|item| *item.at_mut(2) = digest);
    vec![
        refused("CodeOutsideSet", "06-55", "the request names a set without the holder's code", named(nobodys)),
        refused("OtherSet", "06-55", "the request names another set with the holder's code", named(same)),
        refused(
            "UnknownSet",
            "06-49",
            "the request names a set that the platform does not have",
            named(bytes([5; 32])),
        ),
        refused(
            "CodeOutsideSet",
            "06-55",
            "the point is the witness of another code",
            honest.with(|_, shown| piece(shown, 3, 2).copy_from_slice(&table.body.at(3).points()[2])),
        ),
        refused(
            "CodeOutsideSet",
            "06-55",
            "about another attribute than the one that was proven",
            honest.with_statement(|item| *item.at_mut(1) = Item::Uint(card::SEX as u64)),
        ),
    ]
}

fn values(world: &mut World) -> Vec<Expected> {
    let region = u64::from(world.region());
    let builder = world.ask().differs("region", Value::Code(500_000));
    let honest = world.honest(builder);
    let of = |value: u64| move |item: &mut Item| *item.at_mut(2).at_mut(1) = Item::Uint(value);
    let open = Point::mul_base(&Scalar::from(500_000_u64));
    vec![
        refused("EqualValue", "06-55", "the request names the holder's own value", honest.with_statement(of(region))),
        refused("OtherValue", "06-55", "the request names another value", honest.with_statement(of(500_001))),
        refused(
            "EqualValue",
            "12-30",
            "the commitment is the value that it must not be",
            honest.with(|_, shown| piece(shown, 3, 2).copy_from_slice(&encode(&open))),
        ),
    ]
}

fn scopes(world: &mut World) -> Vec<Expected> {
    let account = || Scope::new("account");
    let builder = world.ask_listed().pseudonym(account());
    let honest = world.honest(builder);
    let builder = world.country.listed(world.ask_licence()).pseudonym(account());
    let other = world.honest_of(&[Holder::Licence], builder);
    let builder = world.ask_listed().pseudonym(Scope::new("account 2"));
    let elsewhere = world.honest(builder);
    let swapped = |from: &Call| {
        let pseudonym = from.presentation.body.at(3).points()[4];
        honest.with(|_, shown| piece(shown, 3, 4).copy_from_slice(&pseudonym))
    };
    vec![
        refused("WrongScope", "06-55", "the request names another scope", {
            honest.with_statement(|item| *item.at_mut(1) = Item::Text("account 2".into()))
        }),
        refused("WrongVerifier", "06-55", "the request names another verifier", {
            honest.with(|request, _| *request.at_mut(1) = Item::Text("Cinema".into()))
        }),
        refused("SwappedPseudonym", "06-55", "the pseudonym of another credential", swapped(&other)),
        refused("SwappedPseudonym", "06-55", "the pseudonym in another scope", swapped(&elsewhere)),
    ]
}

fn limits(world: &mut World) -> Vec<Expected> {
    let mut shown = |shows, index| {
        let builder = limited(world, shows);
        world.shown(&[Holder::Card], builder, index)
    };
    let (first, again, next) = (shown(3, 0), shown(3, 0), shown(3, 1));
    let alone = shown(65_536, 7);
    // What the tag stands on, or the proof that i is small.
    let range = if SUITE == 1 { "12-12" } else { "06-55" };
    let changed = |place: usize, value: u64| first.with_statement(|item| *item.at_mut(place) = Item::Uint(value));
    let mut made = vec![
        refused("TagSwapped", range, "the tag of the next show", {
            let tag = next.presentation.body.at(3).points()[4];
            first.with(|_, shown| piece(shown, 3, 4).copy_from_slice(&tag))
        }),
        refused("WidenedRequest", range, "the limit has one show more than the one that was asked", changed(2, 4)),
        refused("WrongPeriod", range, "the period begins before the one that was asked", changed(3, NOW.as_secs() - 1)),
        refused("LimitPeriodOver", "06-46", "a second after the period", first.to_bytes()).at(NOW.as_secs() + 3601),
        refused("ReusedShow", "06-58", "another presentation with the same tag", again.to_bytes())
            .after(&[first.to_bytes()]),
        refused("ReusedShow", "06-58", "another presentation with the same tag, after others", again.to_bytes())
            .after(&[next.to_bytes(), first.to_bytes()]),
    ];
    if SUITE == 1 {
        made.push(refused("MissingRangeProof", "12-8", "a limit without a range proof", {
            alone.with(|_, shown| shown.at_mut(6).items_mut().clear())
        }));
    }
    let early = world.ask_listed().limit(Scope::new("visits"), 3, later(121)..=later(3600));
    let early = world.shown(&[Holder::Card], early, 0);
    made.push(refused(
        "LimitPeriodNotYet",
        "06-46",
        "a second more than the tolerance before the period",
        early.to_bytes(),
    ));
    for (comment, shows, index) in [
        ("the fourth of three shows", 3, 3),
        ("the second of one", 1, 1),
        ("show 65,537 of 65,536", 65_536, 65_536),
        ("the last number of 32 bits, of three shows", 3, u32::MAX),
    ] {
        let builder = limited(world, shows);
        made.push(refused("LimitReached", range, comment, world.lie(&[Holder::Card], builder, index).to_bytes()));
    }
    made
}

fn escrows(world: &mut World) -> Vec<Expected> {
    let mut escrow = || {
        let builder = world.ask().escrow(world.auditors_key(), CONDITION);
        world.honest(builder)
    };
    let (honest, other) = (escrow(), escrow());
    let auditors = point(&world.dealing.group.key());
    let share = world.dealing.group.share_key(selfsame::escrow::AuditorIndex::new(1).unwrap()).unwrap();
    let moved = |ephemeral: Point, masked: Point| {
        honest.with(|_, shown| {
            let run = shown.at(3).points();
            piece(shown, 3, 2).copy_from_slice(&encode(&(point(&run[2]) + ephemeral)));
            piece(shown, 3, 3).copy_from_slice(&encode(&(point(&run[3]) + masked)));
        })
    };
    let shift = Scalar::from(5_u64);
    vec![
        refused("EscrowToOthers", "06-55", "the request names another key", {
            honest.with_statement(|item| *item.at_mut(1) = bytes(share))
        }),
        refused("WrongCondition", "06-55", "the request names another condition", {
            honest.with_statement(|item| *item.at_mut(2) = Item::Text("anything".into()))
        }),
        refused("SwappedCiphertext", "06-55", "the ciphertext of another presentation", {
            let run = other.presentation.body.at(3).points();
            honest.with(|_, shown| {
                piece(shown, 3, 2).copy_from_slice(&run[2]);
                piece(shown, 3, 3).copy_from_slice(&run[3]);
            })
        }),
        refused(
            "SwappedCiphertext",
            "06-55",
            "the ciphertext of the same person under another u",
            moved(Point::mul_base(&shift), shift * auditors),
        ),
        refused(
            "SwappedCiphertext",
            "06-55",
            "the ciphertext of another identity",
            moved(Scalar::ZERO * auditors, shift * testkit::reference::base("Escrow")),
        ),
    ]
}

fn pairs(world: &mut World) -> Vec<Expected> {
    let transport = world.transport.parameters().clone();
    let country = world.country.issuer.parameters().clone();
    let linked = |world: &World| world.ask().and(&transport).same("id-number", "holder");
    let mut made = Vec::new();
    for (holder, flag, comment) in [
        (Holder::Cousin, "UnlinkedCredentials", "a linked attribute has another value"),
        (Holder::Stranger, "OtherDevice", "the second credential is on another device, links hold"),
    ] {
        let builder = linked(world);
        let lie = world.lie(&[Holder::Card, holder], builder, 0);
        made.push(refused(flag, "06-55", comment, lie.to_bytes()));
    }
    let builder = world.ask().and(&transport).same("name", "name");
    let lie = world.lie(&[Holder::Card, Holder::Cousin], builder, 0);
    made.push(refused(
        "UnlinkedCredentials",
        "06-55",
        "a linked attribute of the same place has another value",
        lie.to_bytes(),
    ));
    let builder = world.ask().and(&transport);
    let lie = world.lie(&[Holder::Card, Holder::Stranger], builder, 0);
    made.push(refused("OtherDevice", "06-55", "the second credential is on another device, no link", lie.to_bytes()));

    let builder = world.ask().and(&transport);
    let unlinked = world.honest_of(&BOTH, builder);
    let link = Item::Array(vec![Item::Uint(card::ID_NUMBER as u64), Item::Uint(1)]);
    made.push(refused("UnlinkedCredentials", "06-52", "the request has a link that was not asked", {
        unlinked.with(|request, _| request.at_mut(4).items_mut().push(link))
    }));
    let builder = world.ask_licence().and(&country);
    let turned = world.honest_of(&[Holder::Licence, Holder::Card], builder);
    made.push(refused("SwappedCredentials", "06-55", "the questions are exchanged", {
        turned.with(|request, _| request.at_mut(3).items_mut().swap(0, 1))
    }));

    let [status, flag] = [0, 1].map(|i| world.country.heads[i].clone());
    let builder = world.ask().present_on(&status).and(&transport).present_on(&flag);
    let listed = world.honest_of(&BOTH, builder);
    let shards = |change: &dyn Fn(&mut Vec<Item>)| listed.with(|_, shown| change(shown.at_mut(1).items_mut()));
    made.push(refused("SwappedShards", "06-55", "the shards are exchanged", shards(&|all| all.swap(0, 1))));
    made.push(refused("WrongShards", "06-50", "one shard", shards(&|all| drop(all.pop()))));
    made.push(refused("WrongShards", "06-50", "a shard that no list has", shards(&|all| all[1] = Item::Uint(4))));
    made.push(refused("WrongShards", "06-50", "a shard where no list is asked", {
        unlinked.with(|_, shown| *shown.at_mut(1).at_mut(1) = Item::Uint(1))
    }));

    let builder = world.ask().disclose("sex").and(&transport).disclose("class");
    let told = world.honest_of(&BOTH, builder);
    let values = |change: &dyn Fn(&mut Vec<Item>)| told.with(|_, shown| change(shown.at_mut(2).items_mut()));
    made.push(refused(
        "SwappedValues",
        "06-55",
        "the values of the credentials are exchanged",
        values(&|all| all.swap(0, 1)),
    ));
    made.push(refused("WrongValues", "06-51", "one value", values(&|all| drop(all.pop()))));
    made.push(refused("WrongValues", "06-51", "a date for a code", values(&|all| *all[1].at_mut(0) = Item::Uint(1))));
    made
}

fn forms(world: &mut World) -> Vec<Expected> {
    let builder = world.ask_listed().at_most("birth-date", 60_000).pseudonym(Scope::new("account"));
    let honest = world.honest(builder);
    let count = |change: &dyn Fn(&mut Item)| honest.with(|_, shown| change(shown));
    let without = |key: usize| count(&|shown| drop(shown.at_mut(key).bytes_mut().drain(..piece_len(key))));
    let twice = |key: usize| {
        count(&|shown| {
            let one = shown.pieces(key).remove(0);
            shown.at_mut(key).bytes_mut().extend(one);
        })
    };
    let many = |key: usize, number: usize| {
        count(&|shown| {
            let one = shown.pieces(key).remove(0);
            *shown.at_mut(key) = bytes(one.repeat(number));
        })
    };
    let mut made = vec![
        refused("WrongNumber", "06-52", "one point less", without(3)),
        refused("WrongNumber", "06-52", "one point more", twice(3)),
        refused("WrongNumber", "06-52", "one commitment less", without(4)),
        refused("WrongNumber", "06-52", "one commitment more", twice(4)),
        refused("WrongNumber", "06-52", "one response less", without(5)),
        refused("WrongNumber", "06-52", "one response more", twice(5)),
        refused("WrongNumber", "01-11", "112 points", many(3, 112)),
        refused("WrongNumber", "01-11", "74 commitments", many(4, 74)),
        refused("WrongNumber", "01-11", "216 responses", many(5, 216)),
        refused(
            "IdentityPoint",
            "01-9",
            "a pseudonym that is the identity",
            count(&|shown| piece(shown, 3, 3).fill(0)),
        ),
        refused(
            "IdentityPoint",
            "01-9",
            "a commitment that is the identity",
            count(&|shown| piece(shown, 4, 2).fill(0)),
        ),
        refused(
            "InvalidPoint",
            "01-8",
            "a pseudonym that is no element",
            count(&|shown| piece(shown, 3, 3).fill(0xff)),
        ),
        refused(
            "NonCanonicalScalar",
            "01-10",
            "a response that is no scalar",
            count(&|shown| piece(shown, 5, 0).fill(0xff)),
        ),
    ];
    if SUITE == 1 {
        let proofs = |change: &dyn Fn(&mut Item)| count(&|shown| change(shown.at_mut(6)));
        let of_ranges = [
            refused("WrongNumber", "01-11", "five range proofs", {
                proofs(&|proofs| *proofs = Item::Array(vec![proofs.at(0).clone(); 5]))
            }),
            refused("WrongNumber", "01-11", "a range proof of 929 bytes", {
                proofs(&|proofs| *proofs.at_mut(0) = bytes([1; 929]))
            }),
        ];
        made.splice(9..9, of_ranges);
    }
    let mut longer = honest.presentation.to_bytes();
    longer.push(0);
    let call = call_of(&honest.request.to_bytes(), &longer, &[]);
    made.push(refused("TrailingBytes", "01-6", "one byte more in the presentation", call));
    let fewer = honest.with(|request, _| drop(request.at_mut(3).at_mut(0).at_mut(6).items_mut().pop()));
    made.push(refused(
        "DroppedStatement",
        "06-52",
        "the request has a statement less than the one that was asked",
        fewer,
    ));
    let more = honest.with(|request, _| {
        let mut other = statement(request, 0, 0).clone();
        *other.at_mut(1) = Item::Uint(card::VALID_UNTIL as u64);
        request.at_mut(3).at_mut(0).at_mut(6).items_mut().insert(1, other);
    });
    made.push(refused("AddedStatement", "06-52", "the request has a statement more than the one that was asked", more));
    made
}

/// Of a presentation of all statements: of the card, e … p, nine hidden attributes, t of two lists,
/// statements.
const ALL_OF_CARD: [(usize, &str); 17] = [
    (0, "e"),
    (1, "r1"),
    (2, "r3"),
    (3, "n"),
    (4, "d"),
    (6, "y_flag"),
    (9, "the name"),
    (18, "t of the status list"),
    (19, "t of the flag list"),
    (20, "τ of the date of birth"),
    (23, "t of the set of regions"),
    (24, "t of the set of factors"),
    (26, "a of the name's difference"),
    (27, "b of the name's difference"),
    (31, "i"),
    (32, "τ of i"),
    (33, "u"),
];
/// e', r1', r3', n', y'_status, y'_flag, f', p', 11 attributes, t, statements.
const ALL_OF_LICENCE: [(usize, &str); 6] = [
    (34, "e'"),
    (37, "n'"),
    (42, "the licence's name"),
    (53, "t of the licence's list"),
    (55, "τ of the class"),
    (56, "a of the class's difference"),
];
/// The same where no number is shown.
const NO_NUMBERS_OF_CARD: [(usize, &str); 12] = [
    (0, "e"),
    (1, "r1"),
    (2, "r3"),
    (4, "d"),
    (6, "y_flag"),
    (9, "the name"),
    (18, "t of the status list"),
    (19, "t of the flag list"),
    (20, "t of the set of regions"),
    (21, "t of the set of factors"),
    (23, "a of the name's difference"),
    (24, "b of the name's difference"),
];
const NO_NUMBERS_OF_LICENCE: [(usize, &str); 6] = [
    (29, "e'"),
    (32, "n'"),
    (37, "the licence's name"),
    (48, "t of the licence's list"),
    (49, "τ of the class"),
    (50, "a of the class's difference"),
];

/// One response wrong in a presentation of all statements: those that stand in one statement's
/// equations alone, and one that all of a credential's stand on.
fn responses(world: &mut World) -> Vec<Expected> {
    let builder = if SUITE == 1 { everything(world) } else { without_numbers(world) };
    let honest = world.shown(&BOTH, builder, 0);
    let of_card: &[(usize, &str)] = if SUITE == 1 { &ALL_OF_CARD } else { &NO_NUMBERS_OF_CARD };
    let of_licence: &[(usize, &str)] = if SUITE == 1 { &ALL_OF_LICENCE } else { &NO_NUMBERS_OF_LICENCE };
    of_card
        .iter()
        .chain(of_licence)
        .map(|&(place, name)| {
            let changed = honest.with(|_, shown| increment(piece(shown, 5, place)));
            refused("WrongResponse", "06-55", format!("the response for {name} is one more"), changed)
        })
        .collect()
}
