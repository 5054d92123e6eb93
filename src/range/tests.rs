//! Which bounds an interval proves.

use super::*;

#[test]
fn a_bound_that_the_length_of_the_number_says_is_not_proven() {
    for (count, has_upper) in [(1, true), (0xffff, true), (0x1_0000, false), (0x1_0001, true), (u32::MAX, true)] {
        let interval = Interval::below(count).unwrap();
        assert_eq!(interval.has_bounds(), [true, has_upper], "{count}");
    }
    for ((low, high), bounds) in [((0, 9), [false, true]), ((1, 10), [true, false]), ((1, 9), [true, true])] {
        assert_eq!(Interval::within(low, high, 10).map(|interval| interval.has_bounds()), Ok(bounds));
    }
    assert!(Interval::below(0).is_err() && Interval::within(0, 10, 10).is_err());
}

#[test]
fn so_many_digits_are_at_most_the_span_by_themselves() {
    let full = |base: DigitBase, spans: &[u64]| spans.iter().map(|span| base.is_full(*span)).collect::<Vec<_>>();
    let spans = [0, 0xfe, 0xff, 0x100, 0xfff, 0xffff, 0x00ff_ffff, 0xffff_ffff, u64::MAX >> 4, u64::MAX];
    let [no, yes] = [false, true];
    assert_eq!(full(DigitBase::Of256, &spans), [no, no, yes, no, no, yes, yes, yes, no, yes]);
    assert_eq!(full(DigitBase::Of4096, &spans), [no, no, no, no, yes, no, yes, no, yes, no]);
}
