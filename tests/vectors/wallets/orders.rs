//! Orders of tickets that wait, with others than a wallet has in its file (spec 11 §12).

use selfsame::hazmat::reread_wallet_content;
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::vectors::Vector;

use super::cast::{Cast, Sealed};
use super::files::{input, opens};

pub fn vectors(cast: &Cast) -> Vec<Vector> {
    let with = |sealed: &Sealed, orders: &[&[Vec<u8>]]| {
        sealed.with(|body| *body.at_mut(11) = Item::Array(orders.concat().into_iter().map(bytes).collect()))
    };
    let (rich, lean) = (&cast.rich, &cast.lean);
    let challenged = Tree::parse(&rich.content(None)).body.at(11).at(1).bytes().to_vec();
    let refused = |slug: &str, flag, check, comment: &str, sealed: &Sealed, file: Vec<u8>| {
        let changed = Sealed { file: file.clone(), key: sealed.key }.content(None);
        assert!(reread_wallet_content(&changed).is_err(), "{slug}");
        Vector::invalid(format!("content-{slug}"), flag, check, comment, input(&file, None))
    };
    let eight = with(lean, &[&cast.small[..8]]);
    let twice = with(rich, &[std::slice::from_ref(&cast.before), &[challenged]]);
    let nine = with(lean, &[&cast.small]);
    let too_many = with(lean, &[&cast.large, &cast.small[..1]]);
    let full = with(lean, &[&cast.large]);
    vec![
        opens("content-eight-orders", "eight orders wait", lean, &eight, None),
        opens("content-orders-full", "512 tickets are ordered", lean, &full, None),
        refused("order-challenged-twice", "Orders", "11-64", "an order before its challenges and after", rich, twice),
        refused("nine-orders", "Content", "11-11", "nine orders", lean, nine),
        refused("order-room", "Orders", "11-64", "513 tickets are ordered", lean, too_many),
    ]
}
