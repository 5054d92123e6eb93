//! Requests that cannot be made, and what the builder makes of several bounds.

use testkit::prelude::*;
use testkit::world::{CONDITION, World};

fn refused(world: &mut World, builder: RequestBuilder) -> Option<RequestError> {
    let builder = builder.within(Effort::ANY);
    let standing = builder.clone().standing(NOW, later(9)).err();
    let once = builder.once(&mut world.country.rng).err();
    assert_eq!(once, standing);
    once
}

#[test]
#[allow(clippy::reversed_empty_ranges, reason = "two of the mistakes")]
fn each_mistake_comes_out_as_what_it_is() {
    let mut world = World::new(240);
    let set = world.add_set(vec![1, 2]);
    let auditors = world.auditors_key();
    let transport = world.transport.parameters().clone();
    let card = world.country.issuer.parameters().clone();
    let (scope, period) = (Scope::new("visits"), later(0)..=later(9));
    let text = |text: &str| Value::Text(String::from(text));
    let (ask, listed) = (world.ask(), world.ask_listed());
    let limited = listed.clone().limit(scope.clone(), 1, period.clone());
    let intervals = listed
        .clone()
        .at_most("sex", 2)
        .at_most("ethnicity", 99)
        .at_most("birth-date", 60_000)
        .at_least("region", 1)
        .at_least("valid-until", 1)
        .pseudonym_since(Days::MAX_DATE);
    let eight = world.country.listed(intervals.clone().and(&transport).at_least("points", 1).at_least("class", 1));
    let seven_and_limit =
        intervals.clone().limit(scope.clone(), 1, period.clone()).and(&transport).at_least("class", 1);
    let differs = |count: u32| (0..count).fold(world.ask(), |ask, code| ask.differs("region", Value::Code(code)));

    use RequestError::{Attribute, Link, Statement, StatusList, Text, Window};
    let cases: Vec<(&str, RequestBuilder, Option<RequestError>)> = vec![
        ("nothing", ask.clone(), None),
        ("unknown attribute", ask.clone().at_least("height", 1), Some(Attribute)),
        ("unknown attribute at most", ask.clone().at_most("height", 1), Some(Attribute)),
        ("unknown attribute of a set", ask.clone().one_of("height", &set), Some(Attribute)),
        ("unknown attribute that differs", ask.clone().differs("height", Value::Code(1)), Some(Attribute)),
        ("unknown birth date", ask.clone().of_age("born", Age::new(18).unwrap(), world.today()), Some(Attribute)),
        ("attribute of the other credential", ask.clone().at_least("points", 1), Some(Attribute)),
        ("attribute of the first after and", ask.clone().and(&transport).at_least("region", 1), Some(Attribute)),
        ("between of a text", ask.clone().between("name", 1..=2), Some(Statement)),
        ("at least of a text", ask.clone().at_least("name", 1), Some(Statement)),
        ("at least 0 of a text", ask.clone().at_least("name", 0), Some(Statement)),
        ("at most of a digest", ask.clone().at_most("photo", 1), Some(Statement)),
        ("an interval that says nothing", ask.clone().at_least("region", 0), Some(Statement)),
        ("the whole kind", ask.clone().between("region", 0..=u32::MAX.into()), Some(Statement)),
        ("the whole kind of a date", ask.clone().at_most("birth-date", 65_535), Some(Statement)),
        ("above the kind", ask.clone().at_most("birth-date", 65_536), Some(Statement)),
        ("all above the kind", ask.clone().at_least("region", 1 << 32), Some(Statement)),
        ("an empty interval", ask.clone().between("region", 2..=1), Some(Statement)),
        ("bounds without a number between", ask.clone().at_least("region", 5).at_most("region", 4), Some(Statement)),
        ("a pseudonym since whenever", ask.clone().pseudonym_since(Days::LONG_TERM), Some(Statement)),
        ("nobody is so old", ask.clone().of_age("birth-date", Age::new(150).unwrap(), world.today()), Some(Statement)),
        ("a set of dates", ask.clone().one_of("birth-date", &set), Some(Statement)),
        ("a set of texts", ask.clone().one_of("name", &set), Some(Statement)),
        ("two sets for one subject", ask.clone().one_of("sex", &set).one_of("sex", &set), Some(Statement)),
        ("two sets of factors", ask.clone().enrolled_with(&set).enrolled_with(&set), Some(Statement)),
        ("another kind differs", ask.clone().differs("region", Value::Number(1)), Some(Statement)),
        ("a text for a code", ask.clone().differs("region", text("1")), Some(Statement)),
        ("one value twice", ask.clone().differs("sex", Value::Code(1)).differs("sex", Value::Code(1)), Some(Statement)),
        ("a text that deceives", ask.clone().differs("name", text("\u{202e}")), Some(Text)),
        ("a text that cannot be shown", ask.clone().differs("name", text("")), Some(Text)),
        ("a long text", ask.clone().differs("name", text(&"a".repeat(257))), Some(Text)),
        ("a text of 256 bytes", ask.clone().differs("name", text(&"a".repeat(256))), None),
        ("disclosed and bounded", ask.clone().disclose("region").at_least("region", 1), Some(Statement)),
        ("in a set and disclosed", ask.clone().one_of("region", &set).disclose("region"), Some(Statement)),
        ("disclosed and different", ask.clone().disclose("sex").differs("sex", Value::Code(1)), Some(Statement)),
        (
            "disclosed of the one, bounded of the other",
            ask.clone().disclose("name").and(&transport).differs("name", text("a")),
            None,
        ),
        ("disclosed twice", ask.clone().disclose("sex").disclose("sex"), Some(Attribute)),
        ("a pseudonym without a scope", listed.clone().pseudonym(Scope::new("")), Some(Text)),
        ("a scope of 65 bytes", listed.clone().pseudonym(Scope::new(&"a".repeat(65))), Some(Text)),
        ("a scope of 64 bytes", listed.clone().pseudonym(Scope::new(&"a".repeat(64))), None),
        ("two pseudonyms", listed.clone().pseudonym(scope.clone()).pseudonym(Scope::new("b")), Some(Statement)),
        ("a limit without a scope", listed.clone().limit(Scope::new("\n"), 1, period.clone()), Some(Text)),
        ("no show", listed.clone().limit(scope.clone(), 0, period.clone()), Some(Statement)),
        (
            "a period that ends before it begins",
            listed.clone().limit(scope.clone(), 1, later(1)..=later(0)),
            Some(Window),
        ),
        ("a second", listed.clone().limit(scope.clone(), 1, later(0)..=later(0)), None),
        ("two limits", limited.clone().limit(Scope::new("b"), 1, period.clone()), Some(Statement)),
        (
            "two limits of two credentials",
            world.country.listed(limited.clone().and(&transport)).limit(scope.clone(), 1, period.clone()),
            Some(Statement),
        ),
        ("a pseudonym of whoever", ask.clone().pseudonym(scope.clone()), Some(StatusList)),
        ("a limit of whoever", ask.clone().limit(scope.clone(), 1, period.clone()), Some(StatusList)),
        (
            "a pseudonym of who is not wanted",
            ask.clone().present_on(&world.country.heads[1]).pseudonym(scope.clone()),
            Some(StatusList),
        ),
        ("a pseudonym of who is live", ask.clone().present_on(&world.country.heads[0]).pseudonym(scope.clone()), None),
        (
            "a limit of the one, the list of the other",
            world.country.listed(ask.clone().limit(scope.clone(), 1, period.clone()).and(&transport)),
            Some(StatusList),
        ),
        (
            "a pseudonym of the second, the list of the first",
            listed.clone().and(&transport).pseudonym(scope.clone()),
            Some(StatusList),
        ),
        ("a condition of nothing", ask.clone().escrow(auditors, ""), Some(Text)),
        ("a condition of 129 bytes", ask.clone().escrow(auditors, &"a".repeat(129)), Some(Text)),
        ("a condition that deceives", ask.clone().escrow(auditors, "a\u{200b}b"), Some(Text)),
        ("two escrows", ask.clone().escrow(auditors, CONDITION).escrow(auditors, "b"), Some(Statement)),
        ("eight intervals", eight.clone(), None),
        ("eight and a limit", eight.limit(scope.clone(), 1, period.clone()), Some(Statement)),
        ("seven and a limit", seven_and_limit.clone(), None),
        ("eight and a limit before", seven_and_limit.at_least("points", 1), Some(Statement)),
        ("sixteen statements", differs(16), None),
        ("seventeen", differs(17), Some(Statement)),
        (
            "sixteen of each of two",
            (0..16).fold(differs(16).and(&transport), |ask, code| ask.differs("class", Value::Code(code))),
            None,
        ),
        ("the same credential twice", ask.clone().and(&card), Some(Link)),
        ("three credentials", ask.clone().and(&transport).and(world.samples.parameters()), Some(Link)),
        ("a link without a second", ask.clone().same("name", "name"), Some(Link)),
        ("a link of unknown attributes", ask.clone().and(&transport).same("name", "height"), Some(Link)),
        ("a link of an unknown first", ask.clone().and(&transport).same("height", "name"), Some(Link)),
        ("a link of two kinds", ask.clone().and(&transport).same("birth-date", "points"), Some(Link)),
        ("a link to what is disclosed", ask.clone().and(&transport).disclose("name").same("name", "name"), Some(Link)),
        (
            "a link from what is disclosed",
            ask.clone().disclose("name").and(&transport).same("name", "name"),
            Some(Link),
        ),
        ("a link twice", ask.clone().and(&transport).same("name", "name").same("name", "name"), Some(Link)),
        ("two to one", ask.clone().and(&transport).same("name", "name").same("address", "name"), Some(Link)),
        ("one to two", ask.clone().and(&transport).same("name", "name").same("name", "holder"), None),
        ("crossed", ask.clone().and(&transport).same("name", "holder").same("id-number", "name"), None),
        ("no verifier", PresentationRequest::builder(&card, "", "b"), Some(Text)),
    ];
    for (what, builder, error) in cases {
        assert_eq!(refused(&mut world, builder), error, "{what}");
    }
    let backwards = world.ask().standing(later(1), NOW).map(|_| ());
    assert_eq!(backwards, Err(Window));
}

#[test]
fn bounds_of_one_subject_become_the_numbers_that_are_in_all() {
    let mut world = World::new(241);
    let today: LocalDay = world.today();
    let builder = world
        .ask()
        .between("region", 100..=900)
        .at_least("region", 50)
        .at_most("region", 800)
        .between("region", 200..=1_000)
        .pseudonym_since(Days::from_number(9))
        .pseudonym_since(Days::from_number(8))
        .of_age("birth-date", Age::new(18).unwrap(), today)
        .of_age("birth-date", Age::new(21).unwrap(), today);
    let asked = builder.once(&mut world.country.rng).unwrap();
    let between: Vec<(u64, u64)> = asked.message.credentials()[0]
        .statements()
        .iter()
        .map(|statement| match statement {
            Statement::Between(between) => (between.low(), between.high()),
            other => panic!("{other:?}"),
        })
        .collect();
    let born = today.born_by(Age::new(21).unwrap()).unwrap();
    assert_eq!(between, [(0, born.number().into()), (200, 800), (0, 8)]);
}

#[test]
fn the_order_of_asking_makes_no_difference() {
    let mut world = World::new(242);
    let set = world.add_set(vec![1]);
    let (scope, auditors) = (Scope::new("a"), world.auditors_key());
    let forwards = world
        .ask_listed()
        .disclose("name")
        .disclose("photo")
        .at_least("region", 1)
        .one_of("sex", &set)
        .differs("region", Value::Code(4))
        .differs("region", Value::Code(3))
        .pseudonym(scope.clone())
        .limit(scope.clone(), 1, NOW..=NOW)
        .escrow(auditors, "b");
    let backwards = world
        .ask_listed()
        .escrow(auditors, "b")
        .limit(scope.clone(), 1, NOW..=NOW)
        .pseudonym(scope)
        .differs("region", Value::Code(3))
        .differs("region", Value::Code(4))
        .one_of("sex", &set)
        .at_least("region", 1)
        .disclose("photo")
        .disclose("name");
    let [one, other] = [forwards, backwards].map(|builder| builder.standing(NOW, NOW).unwrap().message().clone());
    assert_eq!(one, other);
}
