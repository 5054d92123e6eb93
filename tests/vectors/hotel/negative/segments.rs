//! Segments of a log (spec 07 §8).

use super::Negatives;
use crate::hotel::flow::Flow;
use crate::hotel::parties::NOW;
use testkit::cbor::Item;
use testkit::curve::POINT_LEN;

pub fn add_all(flow: &Flow, list: &mut Negatives) {
    let (kind, out, no) = ("LogSegment", "OutOfRange", "Refused");
    let segment = flow.tree(kind);
    let mut add = |class, comment, error, bytes| list.push((class, comment, kind, NOW, error, bytes));
    add(out, "the number of the next segment", out, segment.with(|body| *body.at_mut(2) = Item::Uint(1)));
    let last = u64::MAX / 16;
    add(out, "a number whose epochs have none", out, segment.with(|body| *body.at_mut(2) = Item::Uint(last)));
    add(out, "no epochs", out, segment.with(|body| body.at_mut(3).items_mut().clear()));
    let twice = segment.with(|body| {
        let epoch = body.at(3).at(0).clone();
        body.at_mut(3).items_mut().push(epoch);
    });
    add(out, "an epoch twice", out, twice);
    add(out, "the name of another shard", out, segment.with(|body| *body.at_mut(1).at_mut(2) = Item::Uint(1)));
    let flag = segment.with(|body| *body.at_mut(1).at_mut(1) = Item::Uint(2));
    add(out, "the name of the flag list", out, flag);
    let bytes = segment.with(|body| body.at_mut(3).at_mut(0).at_mut(1).at_mut(10).bytes_mut().truncate(POINT_LEN));
    add("MissingProof", "entries without the commitment for them", no, bytes);
}
