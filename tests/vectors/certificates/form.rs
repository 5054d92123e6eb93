//! What a certificate may be, by itself.

use serde_json::json;
use testkit::cbor::bytes;
use testkit::curve::POINT_LEN;
use testkit::prelude::*;
use testkit::vectors::{Group, Vector};

use super::world::{World, digest};
use crate::decoding;

fn text(of: &str) -> Item {
    Item::Text(of.into())
}

fn list(of: Vec<Item>) -> Item {
    Item::Array(of)
}

fn swap(item: &mut Item) {
    item.items_mut().swap(0, 1);
}

fn twice(item: &mut Item) {
    let first = item.at(0).clone();
    item.items_mut().insert(0, first);
}

/// One content, changed.
struct Honest<'a> {
    world: &'a World,
    tree: Tree,
    /// Of the two permissions, the one for cards.
    card: usize,
}

impl Honest<'_> {
    /// The certificate with this content; of the defects nobody would sign any.
    fn with(&self, change: impl FnOnce(&mut Item)) -> Vec<u8> {
        let mut content = self.tree.body.at(1).clone();
        change(&mut content);
        super::certify(self.world, &content)
    }

    fn refused(
        &self,
        slug: &str,
        flag: &'static str,
        check: &str,
        comment: &str,
        change: &dyn Fn(&mut Item),
    ) -> Vector {
        let bytes = self.with(change);
        Vector::invalid(slug, flag, check, comment, decoding::input(&bytes, &json!({})))
    }

    /// The same in the permission for cards.
    fn of_card(
        &self,
        slug: &str,
        flag: &'static str,
        check: &str,
        comment: &str,
        change: &dyn Fn(&mut Item),
    ) -> Vector {
        self.refused(slug, flag, check, comment, &|content| change(content.at_mut(4).at_mut(self.card)))
    }

    fn taken(&self, slug: &str, comment: &str, change: &dyn Fn(&mut Item)) -> Vector {
        let bytes = self.with(change);
        let output = json!({ "digest": hex::encode(digest(&bytes)) });
        Vector::valid(slug, comment, decoding::input(&bytes, &json!({})), output)
    }
}

pub fn group(world: &World) -> Group {
    let certificate = world.certificate(None).to_bytes();
    let tree = Tree::parse(&certificate);
    let permissions = tree.body.at(1).at(4);
    let card = (0..2).find(|i| permissions.at(*i).at(2).items().len() == 2).unwrap();
    let honest = Honest { world, tree, card };
    assert_eq!(honest.with(|_| ()), certificate, "as the authority signs");
    Group::new("form", "DeskCertificate", "Whoever decodes a certificate", json!({}))
        .with_all(taken(&honest))
        .with_all(decoding::vectors(decoding::of_any(&certificate), &json!({})))
        .with_all(contents(&honest))
        .with_all(orders(&honest))
        .with_all(statements(&honest))
}

const LONGEST: u64 = 34_560_000;

fn taken(honest: &Honest<'_>) -> Vec<Vector> {
    let all: Vec<(u64, u64)> = (0..5).flat_map(|kind| (0..32).map(move |subject| (kind, subject))).collect();
    let longest = |content: &mut Item| {
        let from = content.at(2).at(0).uint();
        *content.at_mut(2).at_mut(1) = Item::Uint(from + LONGEST);
    };
    vec![
        honest.taken("whole", "with something of everything", &|_| ()),
        honest.taken("longest-name", "a name of 64 bytes", &|content| *content.at_mut(0) = text(&"n".repeat(64))),
        honest.taken("longest-validity", "valid for 400 days", &longest),
        honest.taken("one-second", "valid for a second", &|content| {
            let from = content.at(2).at(0).uint();
            *content.at_mut(2).at_mut(1) = Item::Uint(from + 1);
        }),
        honest.taken("at-the-end-of-time", "until the last instant", &|content| {
            *content.at_mut(2) = list(vec![Item::Uint(u64::MAX - 1), Item::Uint(u64::MAX)]);
        }),
        honest.taken("longest-window", "a window of 400 days", &|content| {
            *content.at_mut(5) = list(vec![Item::Uint(LONGEST)]);
        }),
        honest.taken("no-window", "without windows", &|content| *content.at_mut(5) = list(vec![])),
        honest.taken("greatest-age", "an age of 31 days", &|content| {
            *content.at_mut(9) = list(vec![Item::Uint(2_678_400)]);
        }),
        honest.taken("least-age", "an age of a second", &|content| *content.at_mut(9) = list(vec![Item::Uint(1)])),
        honest.taken("most-purposes", "16 purposes", &|content| {
            *content.at_mut(3) =
                list((0..16).map(|i: u8| text(&format!("purpose {}", char::from(b'a' + i)))).collect());
        }),
        honest.taken("cards-alone", "for questions about cards alone", &|content| {
            content.at_mut(3).items_mut().clear();
            content.at_mut(4).items_mut().clear();
            *content.at_mut(8) = Item::Uint(1);
        }),
        honest.taken("most-permissions", "of 8 schemas", &|content| {
            let nothing = |schema: u8| {
                let empty = || list(vec![]);
                list(vec![bytes([schema; 32]), empty(), empty(), empty(), empty(), empty(), bytes([])])
            };
            *content.at_mut(4) = list((1..=8).map(nothing).collect());
        }),
        honest.taken("every-statement", "every statement about attributes, and the two that are not", &|content| {
            let mut all = all.clone();
            all.extend([(1, 33), (2, 32)]);
            all.sort_unstable();
            let of = |(kind, subject): &(u64, u64)| list(vec![Item::Uint(*kind), Item::Uint(*subject)]);
            // 130 at most: the links are left out.
            let all: Vec<Item> = all.iter().filter(|(kind, _)| *kind > 0).map(of).collect();
            *content.at_mut(4).at_mut(honest.card).at_mut(3) = list(all);
        }),
    ]
}

fn contents(honest: &Honest<'_>) -> Vec<Vector> {
    let small_order = [&[1_u8][..], &[0; 31]].concat();
    let uint = |place: usize, value: u64| move |content: &mut Item| *content.at_mut(place) = Item::Uint(value);
    let refused = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        honest.refused(slug, flag, check, comment, change)
    };
    let mut all = vec![
        refused("no-key", "Form", "15-1", "32 bytes that are no Ed25519 key", &|content| {
            *content.at_mut(1) = bytes([2; 32])
        }),
        refused("small-key", "Form", "15-1", "a key of small order", &|content| {
            *content.at_mut(1) = bytes(&small_order)
        }),
        refused("no-purpose", "Form", "15-1", "no purpose, with permissions", &|content| {
            content.at_mut(3).items_mut().clear()
        }),
        refused("no-permission", "Form", "15-1", "no permission, with purposes", &|content| {
            content.at_mut(4).items_mut().clear()
        }),
        refused("neither", "Form", "15-1", "neither, and no cards", &|content| {
            content.at_mut(3).items_mut().clear();
            content.at_mut(4).items_mut().clear();
        }),
        refused("cards-and-purposes", "Form", "15-1", "for cards, with purposes and no permission", &|content| {
            content.at_mut(4).items_mut().clear();
            *content.at_mut(8) = Item::Uint(1);
        }),
        refused("17-purposes", "Form", "15-1", "17 purposes", &|content| {
            *content.at_mut(3) =
                list((0..17).map(|i: u8| text(&format!("purpose {}", char::from(b'a' + i)))).collect());
        }),
        refused("9-permissions", "Form", "15-1", "permissions of 9 schemas", &|content| {
            let empty = || list(vec![]);
            let of = |i: u8| list(vec![bytes([i; 32]), empty(), empty(), empty(), empty(), empty(), bytes([])]);
            *content.at_mut(4) = list((1..=9).map(of).collect());
        }),
        refused("two-windows", "Form", "15-1", "two windows", &|content| {
            *content.at_mut(5) = list(vec![Item::Uint(1), Item::Uint(2)]);
        }),
        refused("link-2", "Form", "15-1", "2 for whether there may be two credentials", &uint(6, 2)),
        refused("tickets-2", "Form", "15-1", "2 for whether there may be tickets", &uint(7, 2)),
        refused("cards-2", "Form", "15-1", "2 for whether cards may be asked about", &uint(8, 2)),
        refused("empty-name", "Text", "15-2", "no name", &|content| *content.at_mut(0) = text("")),
        refused("invisible", "Text", "15-2", "an invisible character in the name", &|content| {
            *content.at_mut(0) = text("a\u{200b}")
        }),
        refused("quotation", "Text", "15-2", "a quotation mark in a purpose", &|content| {
            *content.at_mut(3).at_mut(0) = text("a” b")
        }),
        refused("two-spaces", "Text", "15-2", "two spaces in a purpose", &|content| {
            *content.at_mut(3).at_mut(0) = text("a  b")
        }),
        refused("right-to-left", "Text", "15-2", "a letter written from right to left in the name", &|content| {
            *content.at_mut(0) = text("a\u{5d0}");
        }),
        refused("from-is-until", "Validity", "15-5", "it ends when it begins", &|content| {
            *content.at_mut(2).at_mut(1) = content.at(2).at(0).clone();
        }),
        refused("until-before-from", "Validity", "15-5", "it ends before it begins", &|content| {
            swap(content.at_mut(2))
        }),
        refused("too-long", "Validity", "15-5", "valid for 400 days and a second", &|content| {
            let from = content.at(2).at(0).uint();
            *content.at_mut(2).at_mut(1) = Item::Uint(from + LONGEST + 1);
        }),
        refused("for-ever", "Validity", "15-5", "from the first instant to the last", &|content| {
            *content.at_mut(2) = list(vec![Item::Uint(0), Item::Uint(u64::MAX)]);
        }),
        refused("window-too-long", "Validity", "15-6", "a window of 400 days and a second", &|content| {
            *content.at_mut(5) = list(vec![Item::Uint(LONGEST + 1)]);
        }),
        refused("age-0", "Validity", "15-21", "an age of 0", &|content| *content.at_mut(9) = list(vec![Item::Uint(0)])),
        refused("age-too-great", "Validity", "15-21", "an age of 31 days and a second", &|content| {
            *content.at_mut(9) = list(vec![Item::Uint(2_678_401)]);
        }),
    ];
    for (slug, place) in [("pseudonym-scope", 4), ("limit-scope", 5)] {
        all.push(honest.of_card(slug, "Text", "15-2", "a quotation mark in a scope", &|card| {
            *card.at_mut(place) = list(vec![text("“")]);
        }));
    }
    all
}

fn orders(honest: &Honest<'_>) -> Vec<Vector> {
    let refused =
        |slug: &str, comment: &str, change: &dyn Fn(&mut Item)| honest.refused(slug, "Order", "15-3", comment, change);
    let mut all = vec![
        refused("purpose-twice", "a purpose twice", &|content| twice(content.at_mut(3))),
        refused("purposes-fall", "purposes out of order", &|content| {
            *content.at_mut(3) = list(vec![text("b"), text("a")]);
        }),
        refused("schema-twice", "a schema twice", &|content| twice(content.at_mut(4))),
        refused("schemas-fall", "schemas out of order", &|content| swap(content.at_mut(4))),
    ];
    let places = [("attribute", 1), ("list", 2), ("statement", 3)];
    for (what, place) in places {
        all.push(honest.of_card(&format!("{what}-twice"), "Order", "15-3", "twice", &|card| {
            let first = card.at(place).at(0).clone();
            // As many as there were, or no list could be there twice.
            *card.at_mut(place).at_mut(1) = first;
        }));
        all.push(
            honest.of_card(&format!("{what}s-fall"), "Order", "15-3", "out of order", &|card| swap(card.at_mut(place))),
        );
    }
    for (what, place) in [("pseudonym", 4), ("limit", 5)] {
        all.push(
            honest
                .of_card(&format!("{what}-twice"), "Order", "15-3", "a scope twice", &|card| twice(card.at_mut(place))),
        );
        all.push(honest.of_card(&format!("{what}s-fall"), "Order", "15-3", "scopes out of order", &|card| {
            *card.at_mut(place) = list(vec![text("b"), text("a")]);
        }));
    }
    all.push(honest.of_card("auditors-twice", "Order", "15-3", "an auditors' key twice", &|card| {
        card.at_mut(6).bytes_mut().extend_from_within(..);
    }));
    all.push(honest.of_card("auditor-identity", "Form", "15-1", "the identity for an auditors' key", &|card| {
        card.at_mut(6).bytes_mut().fill(0);
    }));
    all.push(honest.of_card("auditor-no-point", "Form", "15-1", "an auditors' key that is no point", &|card| {
        *card.at_mut(6) = bytes([0xff; POINT_LEN]);
    }));
    all.push(honest.of_card("list-class-0", "Form", "15-1", "a list of class 0", &|card| {
        *card.at_mut(2).at_mut(0).at_mut(1) = Item::Uint(0);
    }));
    all.push(honest.of_card("list-owner", "Form", "15-1", "a list of an owner with a capital letter", &|card| {
        *card.at_mut(2).at_mut(0).at_mut(0) = text("Police");
    }));
    all
}

fn statements(honest: &Honest<'_>) -> Vec<Vector> {
    let one = |kind: u64, subject: u64| list(vec![list(vec![Item::Uint(kind), Item::Uint(subject)])]);
    let of = |(kind, subject): (u64, u64), check: &str| {
        let comment = format!("kind {kind} about subject {subject}");
        honest.of_card(&format!("kind-{kind}-about-{subject}"), "Statement", check, &comment, &|card| {
            *card.at_mut(3) = one(kind, subject);
        })
    };
    let mut all: Vec<Vector> =
        [(1, 32), (2, 33), (0, 32), (0, 33), (3, 32), (3, 33), (4, 32), (4, 33)].map(|of_it| of(of_it, "15-4")).into();
    all.extend([(5, 1), (1, 34)].map(|of_it| of(of_it, "15-1")));
    all.push(honest.of_card("attribute-32", "Statement", "15-4", "attribute 32 may be seen", &|card| {
        *card.at_mut(1) = list(vec![Item::Uint(32)]);
    }));
    all
}
