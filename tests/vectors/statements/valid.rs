//! What is true, at each edge of what a statement allows.

use crate::statements::call::Call;
use crate::statements::file::Expected;
use crate::statements::world::{CONDITION, Holder, MILEAGE, POINTS, World, card};
use testkit::prelude::*;

const BOTH: [Holder; 2] = [Holder::Card, Holder::Licence];

pub fn call(comment: impl Into<String>, call: &Call) -> Expected {
    Expected::valid("VerificationCall", comment, call.to_bytes())
}

pub fn all(world: &mut World) -> Vec<Expected> {
    let of_suite_1 = if SUITE == 1 { intervals(world) } else { Vec::new() };
    let rest =
        [sets(world), differences(world), pseudonyms(world), limits(world), escrows(world), pairs(world)].concat();
    [of_suite_1, rest].concat()
}

fn intervals(world: &mut World) -> Vec<Expected> {
    let mut made = Vec::new();
    let (born, region) = (world.number(card::BIRTH_DATE), world.number(card::REGION));
    let codes = u64::from(u32::MAX);
    let of_card = [
        ("a date at its upper bound, 16 bits", "birth-date", 0..=born),
        ("a date at its lower bound, 16 bits", "birth-date", born..=65_535),
        ("a date at the lower of two bounds", "birth-date", born..=born + 1),
        ("a date at the upper of two bounds", "birth-date", born - 1..=born),
        ("a date that is the only one", "birth-date", born..=born),
        ("a code at its upper bound, 32 bits", "region", 0..=region),
        ("a code at its lower bound, 32 bits", "region", region..=codes),
        ("a code at the lower of two bounds that are 2^16 apart, 32 bits", "region", region..=region + 65_536),
        ("a code at the lower of two bounds that are 2^16 - 1 apart, 16 bits", "region", region..=region + 65_535),
        ("a code at the upper of two bounds, 32 bits", "region", region - 65_536..=region),
    ];
    for (comment, attribute, bounds) in of_card {
        let builder = world.ask().between(attribute, bounds);
        made.push(call(comment, &world.honest(builder)).traced());
    }
    let of_licence = [
        ("a number at its upper bound, 16 bits", "points", 0..=POINTS),
        ("a number at its lower bound, 64 bits", "points", POINTS..=u64::MAX),
        ("a number at the lower of two bounds that are 2^32 apart, 64 bits", "points", POINTS..=POINTS + (1 << 32)),
        (
            "a number at the lower of two bounds that are 2^32 - 1 apart, 32 bits",
            "points",
            POINTS..=POINTS + 0xffff_ffff,
        ),
        ("a number at its upper bound, 64 bits", "mileage", 0..=MILEAGE),
        ("a number at its lower bound, with the highest bit", "mileage", MILEAGE..=u64::MAX),
        ("a number at the upper of two bounds, 64 bits", "mileage", 1..=MILEAGE),
        ("a number at the lower of two bounds, 64 bits", "mileage", MILEAGE..=u64::MAX - 1),
        ("a number between the widest bounds that say something on both sides", "mileage", 1..=u64::MAX - 1),
    ];
    for (comment, attribute, bounds) in of_licence {
        let builder = world.ask_licence().between(attribute, bounds);
        made.push(call(comment, &world.honest_of(&[Holder::Licence], builder)).traced());
    }
    let day = world.phone.credential.since();
    let builder = world.ask().pseudonym_since(day);
    made.push(call("the pseudonym stands since this day", &world.honest(builder)));
    let builder = world
        .ask()
        .of_age("birth-date", Age::new(18).unwrap(), LocalDay::in_china(NOW).unwrap())
        .between("region", 1..=region);
    made.push(call("numbers of 16 and of 32 bits in two proofs", &world.honest(builder)).traced());
    let builder = world.ask().at_most("birth-date", born).at_least("valid-until", 1).between("sex", 1..=2);
    made.push(call("four numbers of 16 bits in one proof", &world.honest(builder)));
    let builder = world.ask().between("birth-date", 1..=born).at_most("sex", 2);
    made.push(call("three numbers of 16 bits, padded to four", &world.honest(builder)).traced());
    let names = ["points", "mileage", "trip-0", "trip-1", "trip-2", "trip-3", "trip-4", "trip-5"];
    let widest = names.iter().fold(world.ask_licence(), |builder, name| builder.between(name, 1..=u64::MAX - 1));
    made.push(call("sixteen numbers of 64 bits: the longest proof", &world.honest_of(&[Holder::Licence], widest)));
    made
}

fn sets(world: &mut World) -> Vec<Expected> {
    let comments =
        ["the only code of a set", "the first code of a set", "the last code of a set", "a code of a set of 256"];
    let mut made = Vec::new();
    for (place, comment) in comments.into_iter().enumerate() {
        let builder = world.ask().one_of("region", &world.sets[place].verified);
        made.push(call(comment, &world.honest(builder)));
    }
    let builder = world.ask().enrolled_with(&world.sets[5].verified);
    made.push(call("the factors with which the holder was enrolled", &world.honest(builder)));
    let builder = world.ask().one_of("region", &world.sets[1].verified).enrolled_with(&world.sets[5].verified);
    made.push(call("two sets in one presentation", &world.honest(builder)));
    made
}

fn differences(world: &mut World) -> Vec<Expected> {
    let (born, region) = (world.number(card::BIRTH_DATE), world.region());
    let mut made = Vec::new();
    let day = |number: u64| Value::Date(Days::from_number(u16::try_from(number).unwrap()));
    let of_card = [
        ("another text", "name", Value::Text("王小明".into())),
        ("a code that is one more", "region", Value::Code(region + 1)),
        ("a date that is the day before", "birth-date", day(born - 1)),
        ("another digest", "photo", Value::Digest([0; 32])),
    ];
    for (comment, attribute, value) in of_card {
        let builder = world.ask().differs(attribute, value);
        made.push(call(comment, &world.honest(builder)));
    }
    let builder = world.ask_licence().differs("points", Value::Number(POINTS - 1));
    made.push(call("a number that is one less", &world.honest_of(&[Holder::Licence], builder)));
    let three =
        [0, 1, u32::MAX].into_iter().fold(world.ask(), |builder, code| builder.differs("region", Value::Code(code)));
    made.push(call("three codes that one commitment is not to", &world.honest(three)));
    let builder = world.ask().at_most("birth-date", born).differs("birth-date", day(born + 1));
    made.push(call("an interval and a difference about one commitment", &world.honest(builder)));
    made
}

/// What a pseudonym is read from: `Ā`, `D'`, two `W̄`, then the first statement's point.
fn first_of_statements(call: &Call) -> [u8; POINT_LEN] {
    call.presentation.body.at(3).points()[4]
}

fn pseudonyms(world: &mut World) -> Vec<Expected> {
    let mut made = Vec::new();
    for (comment, scope) in [
        ("a pseudonym", "account"),
        ("the same pseudonym again", "account"),
        ("another pseudonym in another scope", "account 2"),
    ] {
        let builder = world.ask_listed().pseudonym(Scope::new(scope));
        let shown = world.honest(builder);
        made.push(call(comment, &shown).showing(&[first_of_statements(&shown)]));
    }
    let builder = world.country.listed(world.ask_licence()).pseudonym(Scope::new("account"));
    let shown = world.honest_of(&[Holder::Licence], builder);
    made.push(call("a pseudonym of another issuer's credential", &shown).showing(&[first_of_statements(&shown)]));
    let builder = world.ask_listed().pseudonym(Scope::new("account"));
    let shown = world.standing(builder);
    made.push(call("a pseudonym in a window", &shown).showing(&[first_of_statements(&shown)]));
    made
}

fn limits(world: &mut World) -> Vec<Expected> {
    let mut made = Vec::new();
    for (comment, shows, index) in [
        ("the first show of three", 3, 0),
        ("the last show of three", 3, 2),
        ("the only show", 1, 0),
        ("the last show of 2^16, where one bound says both", 65_536, 65_535),
        (if SUITE == 1 { "the last show of 2^16 + 1, 32 bits" } else { "the last show of 2^16 + 1" }, 65_537, 65_536),
        ("the last show of 2^32 - 1", u32::MAX, u32::MAX - 1),
    ] {
        let builder = limited(world, shows);
        made.push(call(comment, &world.shown(&[Holder::Card], builder, index)).traced());
    }
    let again = limited(world, 3);
    let again = world.shown(&[Holder::Card], again, 1);
    made.push(call("the same call again is the same show", &again).after(&[again.to_bytes()]));
    let next = limited(world, 3);
    let next = world.shown(&[Holder::Card], next, 2);
    made.push(call("the next show", &next).after(&[again.to_bytes()]));
    let other = limited(world, 4);
    let other = world.shown(&[Holder::Card], other, 1);
    made.push(call("the same index under another limit", &other).after(&[again.to_bytes()]));
    let day = 86_400;
    let longest = world.ask_listed().limit(Scope::new("visits"), 3, NOW..=later(366 * day));
    made.push(call("a period of 366 days, on its first second", &world.shown(&[Holder::Card], longest, 0)));
    let short = world.ask_listed().limit(Scope::new("visits"), 3, NOW..=NOW);
    made.push(call("a period of one second", &world.shown(&[Holder::Card], short, 0)));
    let end = limited(world, 3);
    let end = world.shown(&[Holder::Card], end, 0);
    made.push(call("on the last second of the period", &end).at(NOW.as_secs() + 3600));
    made
}

pub fn limited(world: &World, shows: u32) -> RequestBuilder {
    world.ask_listed().limit(Scope::new("visits"), shows, NOW..=later(3600))
}

fn escrows(world: &mut World) -> Vec<Expected> {
    let builder = world.ask().escrow(world.auditors_key(), CONDITION);
    let alone = world.honest(builder);
    let builder = world.ask().escrow(world.auditors_key(), CONDITION).present_on(&world.country.heads[1]);
    let listed = world.honest(builder);
    vec![call("an escrow, no list asked", &alone), call("an escrow beside the flag list", &listed)]
}

fn pairs(world: &mut World) -> Vec<Expected> {
    let transport = world.transport.parameters().clone();
    let country = world.country.issuer.parameters().clone();
    let mut made = Vec::new();
    let two = |world: &World| world.ask().and(&transport);
    for (comment, builder) in [
        ("two credentials of one device, no link, the second with more attributes", two(world)),
        ("a link of different places", two(world).same("id-number", "holder")),
        ("a link of equal places", two(world).same("name", "name")),
        ("links of both kinds", two(world).same("name", "name").same("id-number", "owner")),
        ("one attribute linked with two", two(world).same("id-number", "holder").same("id-number", "owner")),
        (
            "a linked attribute with statements in both credentials",
            world
                .ask()
                .differs("name", Value::Text("王小明".into()))
                .and(&transport)
                .differs("name", Value::Text("王小红".into()))
                .same("name", "name"),
        ),
        ("disclosed in both", world.ask().disclose("sex").and(&transport).disclose("class").disclose("points")),
        (
            "disclosed at one place in one and hidden in the other",
            world.ask().disclose("name").and(&transport).disclose("class"),
        ),
    ] {
        made.push(call(comment, &world.honest_of(&BOTH, builder)));
    }
    let builder = world.ask_licence().and(&country).same("holder", "id-number").same("name", "name");
    made.push(call("the longer credential first", &world.honest_of(&[Holder::Licence, Holder::Card], builder)));
    let [status, flag] = [0, 1].map(|i| world.country.heads[i].clone());
    let builder = world.ask().present_on(&status).and(&transport).present_on(&status).present_on(&flag);
    made.push(call("two shards, a list of one and two of the other", &world.honest_of(&BOTH, builder)));
    let builder = world.ask().present_on(&flag).and(&transport);
    made.push(call("a list of the first alone", &world.honest_of(&BOTH, builder)));
    if SUITE == 2 {
        // Of it there is one in digits.
        return made;
    }
    let all = everything(world);
    let shown = world.shown(&BOTH, all, 0);
    let points = shown.presentation.body.at(3).points();
    // Of the card: Ā, D', two W̄, three V of intervals, two W̄ of sets, two V, then P.
    made.push(call("all statements at once", &shown).showing(&[points[11]]));
    made
}

/// All statements in one request.
pub fn everything(world: &World) -> RequestBuilder {
    let today = LocalDay::in_china(NOW).unwrap();
    world
        .ask()
        .present_on(&world.country.heads[0])
        .present_on(&world.country.heads[1])
        .disclose("sex")
        .of_age("birth-date", Age::new(18).unwrap(), today)
        .valid_on("valid-until", today)
        .pseudonym_since(world.phone.credential.since())
        .one_of("region", &world.sets[1].verified)
        .enrolled_with(&world.sets[5].verified)
        .differs("region", Value::Code(500_000))
        .differs("name", Value::Text("王小明".into()))
        .pseudonym(Scope::new("account"))
        .limit(Scope::new("visits"), 3, NOW..=later(3600))
        .escrow(world.auditors_key(), CONDITION)
        .and(world.transport.parameters())
        .at_least("points", 1)
        .differs("class", Value::Code(1))
        .present_on(&world.country.heads[0])
        .same("id-number", "holder")
}

/// The same without what is shown of numbers.
pub fn without_numbers(world: &World) -> RequestBuilder {
    world
        .ask()
        .present_on(&world.country.heads[0])
        .present_on(&world.country.heads[1])
        .disclose("sex")
        .one_of("region", &world.sets[1].verified)
        .enrolled_with(&world.sets[5].verified)
        .differs("region", Value::Code(500_000))
        .differs("name", Value::Text("王小明".into()))
        .pseudonym(Scope::new("account"))
        .escrow(world.auditors_key(), CONDITION)
        .and(world.transport.parameters())
        .differs("class", Value::Code(1))
        .present_on(&world.country.heads[0])
        .same("id-number", "holder")
}
