//! Requests about a face, as whoever has the schemas reads them (spec 12 §12.1).

use serde_json::json;
use testkit::cbor::{bytes, place};
use testkit::curve::POINT_LEN;
use testkit::prelude::*;
use testkit::reference::{base, encode};
use testkit::vectors::Group;

use super::{refused, valid};

/// Of a credential with a card's number, and of a template of 128 entries beside the number.
struct Cast {
    schemas: [Schema; 2],
    /// Where the number of the card is.
    number: u64,
    key: [u8; POINT_LEN],
}

fn uints(numbers: &[u64]) -> Item {
    Item::Array(numbers.iter().copied().map(Item::Uint).collect())
}

fn text(text: &str) -> Item {
    Item::Text(text.into())
}

impl Cast {
    fn new() -> Self {
        let card = Schema::builder("card")
            .attribute("id-number", AttributeKind::Text, "ID number", "公民身份号码")
            .attribute("name", AttributeKind::Text, "name", "姓名")
            .attribute("class", AttributeKind::Code, "class", "类别")
            .build();
        Self::of(card.unwrap(), 0)
    }

    fn of(card: Schema, number: u64) -> Self {
        let attribute =
            |name: &str, kind: u64, chinese: &str| vec![text(name), Item::Uint(kind), text(name), text(chinese)];
        // k, P, log2 X, b, d, B, B_lo, τ, 8 and the model.
        let sound = [128, 2, 16, 4096, 1, 2047, 100, 200, 8].map(Item::Uint).into_iter().chain([bytes([1; 32])]);
        let mut template = attribute("face", 6, "人像");
        template.push(Item::Array(sound.collect()));
        let attributes =
            [attribute("id-number", 4, "公民身份号码"), template, attribute("name", 4, "姓名")].map(Item::Array);
        let body = Item::Map(vec![text("face"), Item::Array(attributes.to_vec())]);
        let face = Schema::from_bytes(&Tree { envelope: [SUITE, 1, 13], body }.to_bytes()).unwrap();
        Self { schemas: [card, face], number, key: encode(&base("Basepoint")) }
    }

    /// A question of one of both, with these disclosures and statements.
    fn question(&self, schema: usize, disclosed: &[u64], statements: Vec<Item>) -> Item {
        let digest = self.schemas[schema].digest().to_bytes();
        Item::Array(vec![
            bytes(self.key),
            Item::Uint(schema as u64),
            bytes(digest),
            Item::Uint(1),
            uints(disclosed),
            Item::Array(Vec::new()),
            Item::Array(statements),
        ])
    }

    /// Whoever has both schemas.
    fn issuers(&self) -> serde_json::Value {
        let issuer = |(schema, version): (&Schema, u32)| {
            let schema = hex::encode(schema.to_bytes());
            json!({ "public": hex::encode(self.key), "version": version, "schema": schema })
        };
        json!({ "issuers": self.schemas.iter().zip(0..).map(issuer).collect::<Vec<_>>() })
    }

    /// What a gate asks: the face of whoever the card's number belongs to.
    fn asked(&self) -> Tree {
        let face = Item::Array(vec![Item::Uint(7), Item::Uint(1), Item::Uint(3), bytes(probe(203))]);
        let body = Item::Map(vec![
            text("Gate 1"),
            text("entry"),
            Item::Array(vec![self.question(0, &[], Vec::new()), self.question(1, &[], vec![face])]),
            Item::Array(vec![uints(&[self.number, 0])]),
            Item::Array(vec![bytes([9; 32])]),
            Item::Array(vec![bytes([8; 32]), Item::Uint(12)]),
        ]);
        Tree { envelope: [SUITE, 1, 6], body }
    }
}

/// A vector of 128 entries whose square is this number.
fn probe(square: usize) -> Vec<u8> {
    let mut entries = vec![0_u8; 128];
    let mut left = square;
    for entry in &mut entries {
        let root = (0..=127_usize).rev().find(|root| root * root <= left).unwrap_or(0);
        *entry = root as u8;
        left -= root * root;
    }
    entries
}

fn questions(body: &mut Item, credential: usize) -> &mut Item {
    body.at_mut(3).at_mut(credential)
}

fn face(body: &mut Item) -> &mut Item {
    questions(body, 1).at_mut(place::STATEMENTS).at_mut(0)
}

/// What intervals and differences leave, without any schema.
fn decoded() -> Group {
    let asked = Cast::new().asked();
    let face = |body: &mut Item| face(body).clone();
    let excluding = |codes: &[u64]| {
        asked.with(|body| {
            let differs = codes.iter().map(|code| Item::Array(vec![Item::Uint(3), Item::Uint(2), uints(&[3, *code])]));
            let statements = questions(body, 0).at_mut(place::STATEMENTS).items_mut();
            statements.push(uints(&[1, 2, 0, 2, 1]));
            statements.extend(differs);
        })
    };
    let changed = |change: &dyn Fn(&mut Item)| asked.with(|body| change(body));
    let moved = |both: bool| {
        changed(&|body| {
            let face = face(body);
            questions(body, 0).at_mut(place::STATEMENTS).items_mut().push(face);
            if !both {
                questions(body, 1).at_mut(place::STATEMENTS).items_mut().clear();
            }
        })
    };
    let unlinked = changed(&|body| body.at_mut(4).items_mut().clear());
    let ticket = changed(&|body| *questions(body, 0).at_mut(place::MODE) = Item::Uint(2));
    let refused = |slug: &str, check: &str, comment: &str, bytes| refused(slug, "FaceAsked", check, comment, bytes);
    let state = json!({ "kind": "PresentationRequest" });
    Group::new("face-decoded", "Decoding", "whoever decodes a request with a face", state).with_all([
        valid("excluded-one", "one of three classes is excluded beside it", excluding(&[1])),
        refused("excluded-two", "12-66", "two of three classes are excluded beside it", excluding(&[0, 1])),
        refused("first", "12-60", "a face of the first credential", moved(false)),
        refused("both", "12-60", "a face of each credential", moved(true)),
        refused("unlinked", "12-60", "nothing is linked", unlinked),
        refused("ticket", "12-60", "a ticket for the card", ticket),
    ])
}

/// Of a card whose schema says that a code is one of two.
fn of_two() -> Group {
    let cast = Cast::of(Schema::resident_card(), 5);
    let excluding = |code: u64| {
        let differs = Item::Array(vec![Item::Uint(3), Item::Uint(1), uints(&[3, code])]);
        cast.asked().with(|body| questions(body, 0).at_mut(place::STATEMENTS).items_mut().push(differs))
    };
    let comment = "whoever has the schemas of a resident card and of faces";
    Group::new("face-of-resident", "RequestBySchemas", comment, cast.issuers()).with_all([
        valid("excluded-none", "a sex that nobody has is excluded beside it", excluding(3)),
        refused("excluded-one", "FaceAsked", "12-67", "one of both sexes is excluded beside it", excluding(1)),
    ])
}

pub fn groups() -> Vec<Group> {
    let cast = Cast::new();
    let asked = cast.asked();
    let comment = "whoever has the schemas of a card and of faces";
    let group = Group::new("face", "RequestBySchemas", comment, cast.issuers());
    let no = |slug: &str, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        refused(slug, "FaceAsked", check, comment, asked.with(change))
    };
    let yes = |slug: &str, comment: &str, change: &dyn Fn(&mut Item)| valid(slug, comment, asked.with(change));
    let state = |statement: Item| {
        move |body: &mut Item| questions(body, 0).at_mut(place::STATEMENTS).items_mut().push(statement.clone())
    };
    let alone = Tree::parse(&asked.to_bytes()).with(|body| {
        let question = cast.question(1, &[], Vec::new());
        *body.at_mut(3) = Item::Array(vec![question]);
        body.at_mut(4).items_mut().clear();
        body.at_mut(6).items_mut().clear();
    });
    let other_version = asked.with(|body| *questions(body, 0).at_mut(place::VERSION) = Item::Uint(7));
    let numbers = |kind: u64, rest: &[u64]| uints(&[&[kind], rest].concat());
    vec![
        of_two(),
        decoded(),
        group.with_all([
            valid("asked", "whether this is the face of whoever has the number", asked.to_bytes()),
            yes("probe-least", "the least square that is asked", &|body| *face(body).at_mut(3) = bytes(probe(200))),
            yes("probe-most", "the largest square", &|body| *face(body).at_mut(3) = bytes(probe(2047))),
            refused("issuer", "FaceAsked", "06-10", "another version of the card's key", other_version),
            no("shown", "12-60", "an attribute of the card is disclosed beside it", &|body| {
                *questions(body, 0).at_mut(place::DISCLOSE) = uints(&[1]);
            }),
            no("window", "12-60", "for a window", &|body| *body.at_mut(5) = uints(&[1_000, 2_000])),
            no("unlinked", "12-60", "nothing is linked", &|body| body.at_mut(4).items_mut().clear()),
            no("escrow", "12-66", "an escrow beside it", &|body| {
                let escrow = Item::Array(vec![Item::Uint(6), bytes(cast.key), text("an order")]);
                state(escrow)(body);
            }),
            no("excluded", "12-66", "all but one of two classes are excluded beside it", &|body| {
                state(numbers(1, &[2, 0, 1, 2]))(body);
                state(Item::Array(vec![Item::Uint(3), Item::Uint(2), uints(&[3, 1])]))(body);
            }),
            no("names", "12-68", "the names are linked, and not the numbers", &|body| {
                *body.at_mut(4) = Item::Array(vec![uints(&[1, 2])])
            }),
            refused("unasked", "FaceAsked", "12-61", "nothing is asked of a template", alone),
            no("subject", "12-61", "the number in the template's place", &|body| *face(body).at_mut(1) = Item::Uint(0)),
            no("digits", "12-61", "another number of digits", &|body| *face(body).at_mut(2) = Item::Uint(4)),
            no("base", "12-61", "digits of 256", &|body| *body.at_mut(6).at_mut(1) = Item::Uint(8)),
            no("probe-less", "12-62", "a square of one less", &|body| *face(body).at_mut(3) = bytes(probe(199))),
            no("probe-more", "12-62", "a square of one more", &|body| *face(body).at_mut(3) = bytes(probe(2048))),
            no("probe-short", "12-62", "127 entries", &|body| face(body).at_mut(3).bytes_mut().truncate(127)),
            no("probe-long", "12-62", "129 entries", &|body| face(body).at_mut(3).bytes_mut().push(0)),
        ]),
    ]
}
