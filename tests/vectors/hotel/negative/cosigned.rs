//! Head sets without a quorum behind them (spec 07 §7).

use super::Negatives;
use crate::hotel::flow::Flow;
use crate::hotel::parties::NOW;
use testkit::prelude::*;

pub fn add_all(flow: &mut Flow, list: &mut Negatives) {
    let no = "Refused";
    let kind = "CosignedHeadSet";
    let [old, new] = [0, 2].map(|i| {
        let sets = flow.messages.iter().filter(|(found, ..)| *found == kind);
        Tree::parse(&sets.map(|(.., bytes)| bytes).nth(i).unwrap().clone())
    });
    let mut add = |class, comment, error, bytes| list.push((class, comment, kind, NOW, error, bytes));

    add(
        "TooFewCosigners",
        "one signature where two are a quorum",
        no,
        new.with(|body| drop(body.at_mut(2).items_mut().pop())),
    );
    add("TooFewCosigners", "no signature", no, new.with(|body| body.at_mut(2).items_mut().clear()));
    let bytes = new.with(|body| body.at_mut(2).at_mut(1).at_mut(1).bytes_mut()[0] ^= 1);
    add("BadCosignature", "another signature of a cosigner", no, bytes);
    let bytes = new.with(|body| {
        let [one, other] = [0, 1].map(|i| body.at(2).at(i).at(1).clone());
        *body.at_mut(2).at_mut(0).at_mut(1) = other;
        *body.at_mut(2).at_mut(1).at_mut(1) = one;
    });
    add("BadCosignature", "the signatures of two cosigners exchanged", no, bytes);
    add("WrongEpoch", "the signatures for epoch 0", no, new.with(|body| *body.at_mut(2) = old.body.at(2).clone()));
    let flag = Tree::parse(&flow.parties.country.sets[1].to_bytes());
    add(
        "WrongList",
        "the signatures for the flag list",
        no,
        new.with(|body| *body.at_mut(2) = flag.body.at(2).clone()),
    );
    add("WrongList", "the cosigned heads of the flag list", no, flag.to_bytes());

    // Strangers who sign what is true.
    let keys = flow.parties.country.status.list_keys();
    let mut strangers = [(); 2].map(|()| Cosigner::random(&mut flow.parties.country.rng));
    let heads = flow.old_heads_of_status();
    let signed =
        strangers.each_mut().map(|stranger| stranger.cosign(&keys, &heads, &[], LATE).unwrap().confirm_stored());
    let strange = Tree::parse(&CosignedHeadSet::new(heads, signed.to_vec()).to_bytes());
    add("UnknownCosigners", "two signatures of strangers", no, strange.to_bytes());
    let bytes = old.with(|body| {
        let known = body.at(2).at(0).clone();
        let mut both = vec![known, strange.body.at(2).at(0).clone()];
        both.sort_by_key(|cosignature| cosignature.at(0).bytes().to_vec());
        *body.at_mut(2) = Item::Array(both);
    });
    add("UnknownCosigners", "a cosigner and a stranger", no, bytes);
    let bytes = new.with(|body| body.at_mut(1).at_mut(3).at_mut(12).bytes_mut()[0] ^= 1);
    add("ForgedHead", "a head under another signature of its owner", no, bytes);
    add("MissingShard", "three heads of four", no, new.with(|body| drop(body.at_mut(1).items_mut().pop())));

    let out = "OutOfRange";
    add(out, "signers in descending order", out, new.with(|body| body.at_mut(2).items_mut().reverse()));
    let bytes = new.with(|body| {
        let first = body.at(2).at(0).clone();
        *body.at_mut(2).at_mut(1) = first;
    });
    add(out, "a signer twice", out, bytes);
    let bytes = new.with(|body| {
        let signature = body.at(2).at(0).at(1).clone();
        let one = |i: u8| Item::Array(vec![Item::Bytes(vec![i; 32]), signature.clone()]);
        *body.at_mut(2) = Item::Array((0..65).map(one).collect());
    });
    add(out, "65 signatures", out, bytes);
    let short = new.with(|body| body.at_mut(2).at_mut(0).at_mut(1).bytes_mut().truncate(63));
    add("Malformed", "a signature of 63 bytes", "Malformed", short);
    let key = new.with(|body| body.at_mut(2).at_mut(0).at_mut(0).bytes_mut().truncate(31));
    add("Malformed", "a key of 31 bytes", "Malformed", key);
    let alone = new.with(|body| drop(body.at_mut(2).at_mut(0).items_mut().pop()));
    add("Malformed", "a key without a signature", "Malformed", alone);
    let plain = new.with(|body| drop(body.items_mut().pop()));
    add("Malformed", "no field for signatures", "Malformed", plain);
}
