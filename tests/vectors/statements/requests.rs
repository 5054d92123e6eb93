//! Requests that nobody answers: by decoding, and by the schemas (spec 06 §2, spec 12 §1.2).

use crate::statements::call::{piece, statement};
use crate::statements::file::Expected;
use crate::statements::valid::everything;
use crate::statements::world::{CONDITION, World, card};
use testkit::cbor::bytes;
use testkit::prelude::*;

const KIND: &str = "PresentationRequest";
/// Places of statements in the request that asks for each kind once, in its order.
const BETWEEN: usize = 0;
const ONE_OF: usize = 1;
const DIFFERS: usize = 2;
const PSEUDONYMOUS: usize = 3;
const LIMITED: usize = 4;
const ESCROWED: usize = 5;

fn uint(number: impl Into<u64>) -> Item {
    Item::Uint(number.into())
}

fn text(content: &str) -> Item {
    Item::Text(content.into())
}

fn between(subject: u64, low: u64, high: u64) -> Item {
    // Both bounds in digits, where there are no range proofs.
    let method = if SUITE == 1 { 0_u64 } else { 3 };
    Item::Array(vec![uint(1_u64), uint(subject), uint(low), uint(high), uint(method)])
}

fn one(world: &mut World) -> Tree {
    let asked = world
        .ask_listed()
        .at_most("birth-date", 60_000)
        .one_of("region", &world.sets[1].verified)
        .differs("name", Value::Text("王小明".into()))
        .pseudonym(Scope::new("account"))
        .limit(Scope::new("visits"), 3, NOW..=later(3600))
        .escrow(world.auditors_key(), CONDITION);
    let asked = world.usually(asked).once(&mut world.country.rng);
    Tree::parse(&selfsame::codec::Message::to_bytes(&asked.unwrap().message))
}

fn two(world: &mut World) -> Tree {
    let transport = world.transport.parameters().clone();
    let builder = world.ask().disclose("sex").and(&transport).disclose("class").same("name", "name");
    let asked = builder.same("id-number", "holder").once(&mut world.country.rng);
    Tree::parse(&selfsame::codec::Message::to_bytes(&asked.unwrap().message))
}

pub fn all(world: &mut World) -> Vec<Expected> {
    let all = world.usually(everything(world)).within(Effort::ANY).once(&mut world.country.rng).unwrap().message;
    let valid = Expected::valid(KIND, "all statements", selfsame::codec::Message::to_bytes(&all));
    let (one, two) = (one(world), two(world));
    let mut made = vec![valid];
    made.extend(texts_and_modes(&one));
    made.extend(credentials_and_links(&two, &one));
    made.extend(forms(&one));
    made.extend(orders(&one, &two));
    made.extend(schemas(&one, &two));
    made
}

type Change = fn(&mut Item);
type Defect = (&'static str, &'static str, &'static str, Change);

fn refused(tree: &Tree, defects: &[Defect]) -> Vec<Expected> {
    let vector =
        |(flag, check, comment, change): &Defect| Expected::invalid(KIND, flag, check, *comment, tree.with(change));
    defects.iter().map(vector).collect()
}

fn texts_and_modes(one: &Tree) -> Vec<Expected> {
    let mut made = refused(
        one,
        &[
            ("Text", "06-1", "a scope that changes the direction of writing", |body| {
                *statement(body, 0, PSEUDONYMOUS).at_mut(1) = text("account\u{202e}");
            }),
            ("Text", "06-1", "a scope with a code point between ideographs that no character has", |body| {
                *statement(body, 0, PSEUDONYMOUS).at_mut(1) = text("account\u{2a6e0}");
            }),
            ("Text", "06-1", "a scope with a code point between Greek letters that no character has", |body| {
                *statement(body, 0, PSEUDONYMOUS).at_mut(1) = text("account\u{3a2}");
            }),
            ("Text", "06-1", "a scope with a noncharacter", |body| {
                *statement(body, 0, PSEUDONYMOUS).at_mut(1) = text("account\u{2ffff}");
            }),
            ("Text", "06-1", "a scope with a letter that is shown as nothing", |body| {
                *statement(body, 0, PSEUDONYMOUS).at_mut(1) = text("account\u{3164}");
            }),
            ("Text", "06-1", "a scope with a compatibility ideograph", |body| {
                *statement(body, 0, PSEUDONYMOUS).at_mut(1) = text("account\u{2f800}");
            }),
            ("Text", "06-1", "a scope of 65 bytes", |body| {
                *statement(body, 0, LIMITED).at_mut(1) = text(&"x".repeat(65))
            }),
            ("Text", "06-1", "an empty scope", |body| *statement(body, 0, PSEUDONYMOUS).at_mut(1) = text("")),
            ("Text", "12-40", "a condition with a quotation mark", |body| {
                *statement(body, 0, ESCROWED).at_mut(2) = text("an \"order\"");
            }),
            ("Text", "12-40", "a condition of 129 bytes", |body| {
                *statement(body, 0, ESCROWED).at_mut(2) = text(&"x".repeat(129))
            }),
            ("Text", "12-29", "an empty text to differ from", |body| {
                *statement(body, 0, DIFFERS).at_mut(2).at_mut(1) = text("");
            }),
            ("Text", "12-29", "a text to differ from with two spaces in a row", |body| {
                *statement(body, 0, DIFFERS).at_mut(2).at_mut(1) = text("a  b");
            }),
            ("UnknownMode", "06-2", "mode 6 of a set", |body| *statement(body, 0, ONE_OF).at_mut(3) = uint(6_u64)),
            ("UnknownMode", "06-2", "a second ticket for a set, and no first", |body| {
                *statement(body, 0, ONE_OF).at_mut(3) = uint(3_u64);
            }),
            ("UnknownMode", "06-2", "mode 0 of a set", |body| *statement(body, 0, ONE_OF).at_mut(3) = uint(0_u64)),
            ("InvalidPoint", "12-40", "auditors' key no element", |body| {
                piece(statement(body, 0, ESCROWED), 1, 0).fill(0xff)
            }),
            ("IdentityPoint", "12-40", "auditors' key the identity", |body| {
                piece(statement(body, 0, ESCROWED), 1, 0).fill(0)
            }),
        ],
    );
    let mut more = one.to_bytes();
    more.push(0);
    made.push(Expected::invalid(KIND, "TrailingBytes", "01-6", "one byte more", more));
    made
}

fn credentials_and_links(two: &Tree, one: &Tree) -> Vec<Expected> {
    let mut made = refused(
        two,
        &[
            ("CredentialCount", "06-6", "no credential", |body| {
                body.at_mut(3).items_mut().clear();
                body.at_mut(4).items_mut().clear();
            }),
            ("CredentialCount", "06-6", "three credentials", |body| {
                let mut third = body.at(3).at(0).clone();
                *third.at_mut(1) = uint(77_u64);
                body.at_mut(3).items_mut().push(third);
            }),
            ("SameCredential", "06-7", "two questions of one issuer key, version and schema", |body| {
                let first = body.at(3).at(0).clone();
                *body.at_mut(3).at_mut(1) = first;
            }),
            ("LinkWithoutSecond", "06-8", "links and one credential", |body| drop(body.at_mut(3).items_mut().pop())),
            ("LinkOrder", "06-8", "links out of order", |body| body.at_mut(4).items_mut().swap(0, 1)),
            ("LinkOrder", "06-8", "a link twice", |body| {
                let link = body.at(4).at(0).clone();
                body.at_mut(4).items_mut().insert(0, link);
            }),
            ("LinkOrder", "06-8", "two links with one second attribute", |body| {
                *body.at_mut(4).at_mut(1).at_mut(1) = uint(0_u64);
            }),
            ("LinkOnDisclosed", "06-9", "a link of what the first discloses", |body| {
                *body.at_mut(4).at_mut(0).at_mut(0) = uint(1_u64);
            }),
            ("LinkOnDisclosed", "06-9", "a link of what the second discloses", |body| {
                *body.at_mut(4).at_mut(0).at_mut(1) = uint(3_u64);
            }),
        ],
    );
    let links = |body: &mut Item| *body.at_mut(4) = Item::Array(vec![Item::Array(vec![uint(0_u64), uint(0_u64)])]);
    made.push(Expected::invalid(KIND, "LinkWithoutSecond", "06-8", "a link and one credential", one.with(links)));
    made
}

fn forms(one: &Tree) -> Vec<Expected> {
    refused(
        one,
        &[
            ("UnknownStatement", "12-1", "kind 0", |body| *statement(body, 0, BETWEEN).at_mut(0) = uint(0_u64)),
            ("UnknownStatement", "12-1", "kind 8", |body| *statement(body, 0, ESCROWED).at_mut(0) = uint(8_u64)),
            ("UnknownStatement", "12-1", "an interval without an end", |body| {
                drop(statement(body, 0, BETWEEN).items_mut().pop())
            }),
            ("UnknownStatement", "12-1", "a pseudonym with one item more", |body| {
                statement(body, 0, PSEUDONYMOUS).items_mut().push(uint(0_u64));
            }),
            ("UnknownStatement", "12-1", "an interval from a text", |body| {
                *statement(body, 0, BETWEEN).at_mut(2) = text("1")
            }),
            ("UnknownStatement", "12-1", "a set digest of 31 bytes", |body| {
                statement(body, 0, ONE_OF).at_mut(2).bytes_mut().truncate(31)
            }),
            ("UnknownStatement", "12-1", "a value of kind 8", |body| {
                *statement(body, 0, DIFFERS).at_mut(2).at_mut(0) = uint(8_u64)
            }),
            ("UnknownStatement", "12-1", "2^32 shows", |body| {
                *statement(body, 0, LIMITED).at_mut(2) = uint(1_u64 << 32)
            }),
            ("UnknownSubject", "12-2", "an interval of the factors", |body| {
                *statement(body, 0, BETWEEN).at_mut(1) = uint(32_u64)
            }),
            ("UnknownSubject", "12-2", "an interval of subject 34", |body| {
                *statement(body, 0, BETWEEN).at_mut(1) = uint(34_u64)
            }),
            ("UnknownSubject", "12-2", "a set about the pseudonym's day", |body| {
                *statement(body, 0, ONE_OF).at_mut(1) = uint(33_u64)
            }),
            ("UnknownSubject", "12-2", "a difference of the factors", |body| {
                *statement(body, 0, DIFFERS).at_mut(1) = uint(32_u64)
            }),
            ("EmptyInterval", "12-14", "an interval that ends before it begins", |body| {
                *statement(body, 0, BETWEEN) = between(3, 40_001, 40_000);
            }),
            ("BadPeriod", "12-35", "no shows", |body| *statement(body, 0, LIMITED).at_mut(2) = uint(0_u64)),
            ("BadPeriod", "12-35", "a period that ends before it begins", |body| {
                *statement(body, 0, LIMITED).at_mut(4) = uint(NOW.as_secs() - 1);
            }),
            ("BadPeriod", "12-35", "a period of 366 days and a second", |body| {
                *statement(body, 0, LIMITED).at_mut(4) = uint(NOW.as_secs() + 366 * 86_400 + 1);
            }),
        ],
    )
}

fn orders(one: &Tree, two: &Tree) -> Vec<Expected> {
    let statements = |body: &mut Item, all: Vec<Item>| *body.at_mut(3).at_mut(0).at_mut(6) = Item::Array(all);
    let mut made = refused(
        one,
        &[
            ("StatementOrder", "12-3", "kinds out of order", |body| {
                body.at_mut(3).at_mut(0).at_mut(6).items_mut().swap(PSEUDONYMOUS, DIFFERS);
            }),
            ("StatementTwice", "12-3", "a statement twice", |body| {
                let first = statement(body, 0, BETWEEN).clone();
                body.at_mut(3).at_mut(0).at_mut(6).items_mut().insert(0, first);
            }),
            ("StatementTwice", "12-3", "two pseudonyms", |body| {
                let mut other = statement(body, 0, PSEUDONYMOUS).clone();
                *other.at_mut(1) = text("other");
                body.at_mut(3).at_mut(0).at_mut(6).items_mut().insert(PSEUDONYMOUS, other);
            }),
            ("StatementTwice", "12-3", "two intervals of one subject", |body| {
                body.at_mut(3).at_mut(0).at_mut(6).items_mut().insert(1, between(3, 1, 60_000));
            }),
            ("StatementOnDisclosed", "12-4", "an interval of what is disclosed", |body| {
                *body.at_mut(3).at_mut(0).at_mut(4) = Item::Array(vec![uint(3_u64)]);
            }),
            ("StatementOnDisclosed", "12-4", "a difference of what is disclosed", |body| {
                *body.at_mut(3).at_mut(0).at_mut(4) = Item::Array(vec![uint(card::NAME as u64)]);
            }),
            ("SecondLimit", "12-3", "two limits of one credential", |body| {
                let mut other = statement(body, 0, LIMITED).clone();
                *other.at_mut(1) = text("other");
                body.at_mut(3).at_mut(0).at_mut(6).items_mut().insert(LIMITED, other);
            }),
        ],
    );
    let mut refuse = |tree: &Tree, flag, check, comment: &str, change: &dyn Fn(&mut Item)| {
        made.push(Expected::invalid(KIND, flag, check, comment, tree.with(|body| change(body))));
    };
    let code = |code: u64| Item::Array(vec![uint(3_u64), uint(6_u64), Item::Array(vec![uint(3_u64), uint(code)])]);
    refuse(one, "StatementOrder", "12-3", "values to differ from out of order", &|body| {
        statements(body, vec![code(2), code(1)])
    });
    refuse(one, "StatementOrder", "12-3", "subjects out of order", &|body| {
        statements(body, vec![between(8, 1, 9), between(3, 1, 9)]);
    });
    refuse(one, "TooManyStatements", "12-3", "17 statements", &|body| statements(body, (0..17).map(code).collect()));
    refuse(one, "TooManyRanges", "12-5", "nine intervals", &|body| {
        statements(body, (0..9).map(|i| between(i, 1, 9)).collect());
    });
    let limit = one.clone().body.at_mut(3).at_mut(0).at_mut(6).items()[LIMITED].clone();
    let escrow = one.clone().body.at_mut(3).at_mut(0).at_mut(6).items()[ESCROWED].clone();
    refuse(one, "TooManyRanges", "12-5", "eight intervals and a limit", &|body| {
        statements(body, (0..8).map(|i| between(i, 1, 9)).chain([limit.clone()]).collect());
    });
    let lists = one.clone().body.at_mut(3).at_mut(0).at_mut(5).clone();
    let digits = one.clone().body.at_mut(6).clone();
    let both = |body: &mut Item, item: &Item| {
        for place in 0..2 {
            let question = body.at_mut(3).at_mut(place);
            (*question.at_mut(5), *question.at_mut(6)) = (lists.clone(), Item::Array(vec![item.clone()]));
        }
    };
    let pseudonym = one.clone().body.at_mut(3).at_mut(0).at_mut(6).items()[PSEUDONYMOUS].clone();
    let listed = |body: &mut Item, item: &Item, keep: Option<usize>| {
        let lists = keep.map(|list| lists.items()[list].clone());
        *body.at_mut(3).at_mut(0).at_mut(5) = Item::Array(lists.into_iter().collect());
        statements(body, vec![item.clone()]);
    };
    refuse(one, "NoStatusList", "12-7", "a pseudonym and no list", &|body| listed(body, &pseudonym, None));
    refuse(one, "NoStatusList", "12-7", "a pseudonym and the flag list", &|body| listed(body, &pseudonym, Some(1)));
    refuse(one, "NoStatusList", "12-7", "a limit and no list", &|body| listed(body, &limit, None));
    refuse(one, "NoStatusList", "12-7", "a limit and the flag list", &|body| listed(body, &limit, Some(1)));
    refuse(two, "NoStatusList", "12-7", "a limit of the second credential, lists of the first", &|body| {
        both(body, &limit);
        statements(body, Vec::new());
        *body.at_mut(3).at_mut(1).at_mut(5) = Item::Array(Vec::new());
    });
    refuse(two, "SecondLimit", "12-5", "a limit of each credential", &|body| {
        both(body, &limit);
        *body.at_mut(6) = digits.clone();
    });
    refuse(two, "SecondEscrow", "12-5", "an escrow of each credential", &|body| both(body, &escrow));
    made
}

fn schemas(one: &Tree, two: &Tree) -> Vec<Expected> {
    let mut made = refused(
        one,
        &[
            ("OtherIssuer", "06-10", "another key version", |body| *body.at_mut(3).at_mut(0).at_mut(1) = uint(2_u64)),
            ("UnknownAttribute", "06-11", "attribute 10 to disclose", |body| {
                *body.at_mut(3).at_mut(0).at_mut(4) = Item::Array(vec![uint(10_u64)]);
            }),
            ("WrongSubject", "12-6", "an interval of a text", |body| {
                *statement(body, 0, BETWEEN).at_mut(1) = uint(4_u64)
            }),
            ("WrongSubject", "12-6", "an interval of a digest", |body| {
                *statement(body, 0, BETWEEN).at_mut(1) = uint(9_u64)
            }),
            ("WrongSubject", "12-6", "an interval of attribute 10", |body| {
                *statement(body, 0, BETWEEN).at_mut(1) = uint(10_u64)
            }),
            ("WrongSubject", "12-6", "a set about a date", |body| *statement(body, 0, ONE_OF).at_mut(1) = uint(3_u64)),
            ("WrongSubject", "12-6", "a code to differ from, of a text", |body| {
                *statement(body, 0, DIFFERS).at_mut(2) = Item::Array(vec![uint(3_u64), uint(1_u64)]);
            }),
            ("WrongSubject", "12-6", "a digest to differ from, of a text", |body| {
                *statement(body, 0, DIFFERS).at_mut(2) = Item::Array(vec![uint(5_u64), bytes([0; 32])]);
            }),
            ("NoInterval", "12-15", "a date up to 65,536", |body| *statement(body, 0, BETWEEN) = between(3, 1, 65_536)),
            ("NoInterval", "12-15", "a code up to 2^32", |body| *statement(body, 0, BETWEEN) = between(6, 1, 1 << 32)),
            ("NoInterval", "12-15", "all dates", |body| *statement(body, 0, BETWEEN) = between(3, 0, 65_535)),
            ("NoInterval", "12-15", "all codes", |body| {
                *statement(body, 0, BETWEEN) = between(6, 0, u64::from(u32::MAX))
            }),
        ],
    );
    made.extend(refused(
        two,
        &[
            ("WrongLink", "06-12", "a link of a text with a number", |body| {
                *body.at_mut(4).at_mut(1).at_mut(1) = uint(4_u64)
            }),
            ("WrongLink", "06-12", "a link with attribute 12", |body| {
                *body.at_mut(4).at_mut(1).at_mut(1) = uint(12_u64)
            }),
            ("WrongLink", "06-12", "a link of attribute 10", |body| *body.at_mut(4).at_mut(1).at_mut(0) = uint(10_u64)),
        ],
    ));
    let all_numbers = two.with(|body| {
        *body.at_mut(3).at_mut(1).at_mut(6) = Item::Array(vec![between(4, 0, u64::MAX)]);
        *body.at_mut(6) = one.body.at(6).clone();
    });
    made.push(Expected::invalid(KIND, "NoInterval", "12-15", "all numbers", all_numbers));
    made
}
