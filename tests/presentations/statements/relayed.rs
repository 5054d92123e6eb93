//! Presentations relayed under another request than they were made for.

use crate::statements::together::{USUAL, answered};
use testkit::prelude::*;
use testkit::world::World;

/// Every item with one leaf changed: a number by one, a text or byte string at either end.
fn changed(item: &Item) -> Vec<Item> {
    match item {
        Item::Uint(number) => {
            [number.checked_add(1), number.checked_sub(1)].into_iter().flatten().map(Item::Uint).collect()
        }
        Item::Text(text) => vec![Item::Text(format!("{text}a")), Item::Text(text.chars().skip(1).collect())],
        Item::Bytes(bytes) => [0, bytes.len() - 1]
            .map(|place| {
                let mut bytes = bytes.clone();
                bytes[place] ^= 1;
                Item::Bytes(bytes)
            })
            .to_vec(),
        Item::Array(items) => below(items).into_iter().map(Item::Array).collect(),
        Item::Map(items) => below(items).into_iter().map(Item::Map).collect(),
    }
}

fn below(items: &[Item]) -> Vec<Vec<Item>> {
    let at = |place: usize| {
        let with = move |item: Item| {
            let mut items = items.to_vec();
            items[place] = item;
            items
        };
        changed(&items[place]).into_iter().map(with)
    };
    (0..items.len()).flat_map(at).collect()
}

fn refused(world: &mut World, request: &[u8], presentation: &[u8]) -> bool {
    // How many of these can be relayed at all is counted by the caller.
    assert_eq!(world.verdict(request, presentation), Verdict::Refused);
    PresentationRequest::from_bytes(request).is_ok()
}

#[test]
fn any_other_field_of_any_statement_is_another_request() {
    let (mut world, request, presentation) = answered(144, USUAL);
    let tree = Tree::parse(&request.to_bytes());
    let (mut tried, mut decoded) = (0, 0);
    for body in changed(&tree.body) {
        let other = Tree { body, ..tree.clone() }.to_bytes();
        decoded += usize::from(refused(&mut world, &other, &presentation));
        tried += 1;
    }
    assert!(tried > 120 && decoded > 80, "{tried} {decoded}");
    assert!(world.country.platform.register().is_empty());
    assert_eq!(world.verdict(&request.to_bytes(), &presentation), Verdict::Verified);
}

#[test]
fn nothing_can_be_left_out_added_or_exchanged() {
    let (mut world, request, presentation) = answered(145, USUAL);
    // The same codes under another key, and the other set.
    let twin = world.add_set(vec![110_105, 110_108, 440_115]).digest().to_bytes();
    let tree = Tree::parse(&request.to_bytes());
    let statements = |body: &Item, question: usize| body.at(3).at(question).at(6).items().len();
    let mut requests = Vec::new();
    for question in [0, 1] {
        for place in 0..statements(&tree.body, question) {
            requests.push(tree.with(|body| {
                body.at_mut(3).at_mut(question).at_mut(6).items_mut().remove(place);
            }));
        }
        requests.push(tree.with(|body| body.at_mut(3).at_mut(question).at_mut(5).items_mut().clear()));
        requests.push(tree.with(|body| body.at_mut(3).at_mut(question).at_mut(4).items_mut().clear()));
    }
    requests.push(tree.with(|body| body.at_mut(4).items_mut().clear()));
    requests.push(tree.with(|body| {
        body.at_mut(4).items_mut().push(Item::Array(vec![Item::Uint(7), Item::Uint(4)]));
    }));
    requests.push(tree.with(|body| body.at_mut(3).items_mut().swap(0, 1)));
    requests.push(tree.with(|body| {
        body.at_mut(3).items_mut().truncate(1);
        body.at_mut(4).items_mut().clear();
    }));
    let sets: Vec<usize> = (0..statements(&tree.body, 0))
        .filter(|place| tree.body.at(3).at(0).at(6).at(*place).at(0).uint() == 2)
        .collect();
    for place in &sets {
        requests.push(tree.with(|body| {
            *body.at_mut(3).at_mut(0).at_mut(6).at_mut(*place).at_mut(2).bytes_mut() = twin.to_vec();
        }));
    }
    // A statement more: about the other credential, and of another kind.
    for more in [
        vec![Item::Uint(1), Item::Uint(6), Item::Uint(1), Item::Uint(999_999)],
        vec![Item::Uint(1), Item::Uint(2), Item::Uint(1), Item::Uint(99)],
    ] {
        requests.push(tree.with(|body| body.at_mut(3).at_mut(0).at_mut(6).items_mut().insert(0, Item::Array(more))));
    }
    let mut decoded = 0;
    for other in &requests {
        decoded += usize::from(refused(&mut world, other, &presentation));
    }
    assert!(decoded + 6 > requests.len(), "{decoded} of {}", requests.len());
    assert_eq!(world.verdict(&request.to_bytes(), &presentation), Verdict::Verified);
}
