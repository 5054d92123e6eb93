//! A verdict is as long whatever it says (spec 06 §9).

use crate::evidence::case::Case;
use testkit::cbor::bytes;
use testkit::prelude::*;

/// Refused for a proof that is wrong, and for one that cannot be read: as long as what vouches.
#[test]
fn a_refusal_is_as_long_as_what_vouches() {
    for mut case in [Case::new(171), Case::in_digits(172)] {
        let vouches = case.verdict();
        let changed = |change: &dyn Fn(&mut Vec<u8>)| {
            Tree::parse(&case.call).with(|body| {
                let mut presentation = body.at(2).bytes().to_vec();
                change(&mut presentation);
                *body.at_mut(2) = bytes(presentation);
            })
        };
        let calls = [
            changed(&|presentation| *presentation.last_mut().unwrap() ^= 1),
            changed(&|presentation| presentation.truncate(100)),
        ];
        let digests = |verdict: &VerdictMessage| Tree::parse(&verdict.to_bytes()).body.at(4).bytes().len();
        assert!(digests(&vouches) > 0, "the keyed relations are shown");
        for call in calls {
            let refused = case.country.answer(&call);
            assert_eq!(refused.to_bytes().len(), vouches.to_bytes().len());
            assert_eq!(digests(&refused), digests(&vouches));
        }
    }
}
