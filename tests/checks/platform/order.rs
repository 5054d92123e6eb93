//! Which check is named where several would refuse (spec 06 §7.1).

use selfsame::hazmat::checks::answer;
use testkit::cbor::{Item, Tree, place};
use testkit::prelude::*;

use super::{country_and_phone, good_call};

/// A call, taken apart.
struct Parts {
    request: Tree,
    presentation: Tree,
    nonce: Vec<u8>,
}

impl Parts {
    fn of(call: &Tree) -> Self {
        let [request, presentation] = [1, 2].map(|key| Tree::parse(call.body.at(key).bytes()));
        Self { request, presentation, nonce: call.body.at(3).bytes().to_vec() }
    }

    fn call(&self, of: &Tree) -> Vec<u8> {
        of.with(|body| {
            *body.at_mut(1) = Item::Bytes(self.request.to_bytes());
            *body.at_mut(2) = Item::Bytes(self.presentation.to_bytes());
            *body.at_mut(3) = Item::Bytes(self.nonce.clone());
        })
    }

    fn question(&mut self) -> &mut Item {
        self.request.body.question_mut()
    }
}

type Defect = (&'static str, fn(&mut Parts));

/// In the order of the specification; whatever changes the request breaks the equations, too.
const DEFECTS: [Defect; 7] = [
    ("06-10", |parts| *parts.question().at_mut(1) = Item::Uint(77)),
    ("06-45", |parts| {
        *parts.request.body.at_mut(5) = Item::Array(vec![Item::Uint(0), Item::Uint(1)]);
        parts.nonce = vec![1; 16];
    }),
    ("06-50", |parts| parts.presentation.body.at_mut(1).items_mut().push(Item::Uint(0))),
    ("06-47", |parts| *parts.question().at_mut(place::LISTS).at_mut(0).at_mut(2) = Item::Bytes(vec![7; 32])),
    ("06-51", |parts| {
        let value = Item::Array(vec![Item::Uint(3), Item::Uint(1)]);
        parts.presentation.body.at_mut(2).items_mut().push(value);
    }),
    ("06-52", |parts| parts.presentation.body.at_mut(5).bytes_mut().extend([0; 32])),
    ("06-55", |parts| parts.presentation.body.at_mut(5).bytes_mut()[..32].fill(0)),
];

#[test]
fn of_two_defects_the_first_in_the_order_is_named() {
    let (mut country, mut phone) = country_and_phone(93);
    let builder = country.hotel();
    let honest = Tree::parse(&good_call(&mut country, &mut phone, builder));
    let named = |defects: &[&Defect]| {
        let mut parts = Parts::of(&honest);
        defects.iter().for_each(|(_, change)| change(&mut parts));
        let call = parts.call(&honest);
        let answers = answer(&country.platform, &[&call], NOW).unwrap();
        answers[0].1.map(|check| check.to_string())
    };
    assert_eq!(named(&[]), None);
    for (place, first) in DEFECTS.iter().enumerate() {
        assert_eq!(named(&[first]).as_deref(), Some(first.0));
        for second in &DEFECTS[place + 1..] {
            assert_eq!(named(&[first, second]).as_deref(), Some(first.0), "beside {}", second.0);
        }
    }
}
