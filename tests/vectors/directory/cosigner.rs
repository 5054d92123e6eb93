//! A cosigner of the directory (spec 09 §3.3): the second one, which versions 1 and 2 name.

use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::directory::{DAY, day, forge, place};
use testkit::prelude::*;
use testkit::vectors::{Group, Vector};

use crate::conformance::output;
use crate::directory::chain::{Chain, digest};
use crate::directory::content::issuer;
use crate::states::here;

const RECEIVER: &str = "DirectoryCosigner";
const FLAG: &str = "Cosigning";
const OWN: usize = 1;

/// A cosigner in one state.
struct Own {
    state: Value,
    vectors: Vec<Vector>,
}

/// What is offered: a version, the one before it, and the cosigner's now.
fn given(previous: &[u8], next: &[u8], now: Timestamp) -> Value {
    json!({ "bytes": hex::encode(next), "previous": hex::encode(previous), "now": now.as_secs() })
}

impl Own {
    /// One that has signed this version last.
    fn new(chain: &Chain, signed: Option<&[u8]>) -> Self {
        let version = signed.map(|version| {
            let number = Tree::parse(version).body.at(1).at(place::VERSION).clone();
            [number, bytes(digest(version))]
        });
        let key = chain.cosigner_keys(&[OWN])[0].to_bytes();
        let list = here::signed("registry", 1, 7, [9; 32]);
        let stored = here::state(key, vec![list], version.as_ref().map_or(&[], |version| &version[..]));
        Self { state: json!({ "cosigner": hex::encode(stored) }), vectors: Vec::new() }
    }

    fn takes(mut self, slug: &str, comment: &str, input: Value) -> Self {
        let output = output(RECEIVER, &self.state, &input);
        self.vectors.push(Vector::valid(slug, comment, input, output));
        self
    }

    fn refuses(mut self, slug: &str, check: &str, comment: &str, input: Value) -> Self {
        self.vectors.push(Vector::invalid(slug, FLAG, check, comment, input));
        self
    }

    fn done(self, slug: &str, comment: &str) -> Group {
        Group::new(slug, RECEIVER, comment, self.state).with_all(self.vectors)
    }
}

fn earlier(time: Timestamp, seconds: u64) -> Timestamp {
    Timestamp::from_secs(time.as_secs() - seconds)
}

pub fn groups(chain: &Chain) -> Vec<Group> {
    let second = chain.with_signers(2, &[]);
    vec![new(chain, &second), again(chain, &second), later(chain, &second)]
}

/// Checks 09-24, 09-26.
fn new(chain: &Chain, second: &[u8]) -> Group {
    let first = chain.served(1).to_bytes();
    let after_first = |next: &[u8], now| given(&first, next, now);
    let forged =
        |change: &dyn Fn(&mut Item)| forge(chain.served(2), &chain.authority_key(1), &[], |content| change(content));
    // The old key of cards ends on day 10, and in version 2 on day 12.
    let ends = |until: u64| forged(&|content| *issuer(content, 1).at_mut(4) = Item::Uint(day(until).as_secs()));
    let bad = Tree::parse(&chain.with_signers(2, &[2])).with(|body| {
        body.at_mut(3).at_mut(0).at_mut(1).bytes_mut()[0] ^= 1;
    });
    let third = chain.served(3).to_bytes();
    let fourth = chain.authorities[2].sign(chain.known(3), chain.known(3).amend(), day(14)).unwrap().to_bytes();
    let by_other = forge(chain.served(2), &chain.authority_key(2), &[], |_| ());
    let without = forged(&|content| drop(content.at_mut(place::LISTS).items_mut().pop()));
    let branch = forged(&|content| content.at_mut(place::PREVIOUS).bytes_mut()[31] ^= 1);
    Own::new(chain, None)
        .takes("first", "version 2, which nobody has cosigned", after_first(second, day(7)))
        .takes("joins", "version 3, of those before which it signed none", given(second, &third, day(13)))
        .takes("bad-cosignature", "a wrong signature of another cosigner", after_first(&bad, day(7)))
        .takes("clock-tolerance", "a version at the tolerance after its now", {
            after_first(second, earlier(day(7), 120))
        })
        .takes("until-moves", "another end of a key, a second before its end", {
            after_first(second, earlier(day(10), 1))
        })
        .takes("until-stays", "the same end of a key that has ended", after_first(&ends(10), day(11)))
        .refuses("not-named", "09-24", "version 4, under one that does not name it", given(&third, &fourth, day(14)))
        .refuses("left-out", "09-11", "version 3 after version 1", after_first(&third, day(13)))
        .refuses("branch", "09-12", "a version 2 of another version 1", after_first(&branch, day(7)))
        .refuses("other-authority", "09-14", "signed by the next authority", after_first(&by_other, day(7)))
        .refuses("list-gone", "09-20", "a list is gone", after_first(&without, day(7)))
        .refuses("not-come", "09-26", "a version whose time has not come", {
            after_first(second, earlier(day(7), 121))
        })
        .refuses("until-later", "09-26", "a later end of a key, at its end", after_first(second, day(10)))
        .refuses("until-earlier", "09-26", "an earlier end of a key that has ended, dated back", {
            after_first(&ends(9), day(10))
        })
        .done("cosigner", "A cosigner that has signed no version.")
}

/// Checks 09-22, 09-23.
fn again(chain: &Chain, second: &[u8]) -> Group {
    let first = chain.served(1).to_bytes();
    let third = chain.served(3).to_bytes();
    let other = forge(chain.served(2), &chain.authority_key(1), &[], |content| {
        *content.at_mut(place::TIME) = Item::Uint(day(7).as_secs() + DAY);
    });
    let after_other = forge(chain.served(3), &chain.authority_key(2), &[], |content| {
        *content.at_mut(place::PREVIOUS) = bytes(digest(&other));
    });
    Own::new(chain, Some(second))
        .takes("again", "the version that it signed last", given(&first, second, day(7)))
        .takes("clock-back", "the same, by a clock before its time", given(&first, second, day(1)))
        .takes("until-moved", "the same, when the key whose end it moves has ended", given(&first, second, day(11)))
        .takes("next", "the version after it", given(second, &third, day(13)))
        .refuses("other", "09-22", "another version 2", given(&first, &other, day(9)))
        .refuses("after-other", "09-23", "a version 3 after another version 2", given(&other, &after_other, day(13)))
        .done("cosigner-again", "A cosigner that has signed version 2.")
}

/// Check 09-23.
fn later(chain: &Chain, second: &[u8]) -> Group {
    let (first, third) = (chain.served(1).to_bytes(), chain.served(3).to_bytes());
    Own::new(chain, Some(&third))
        .takes("again", "the version that it signed last", given(second, &third, day(13)))
        .refuses("before", "09-23", "the version before it", given(&first, second, day(9)))
        .done("cosigner-later", "A cosigner that has signed version 3.")
}
