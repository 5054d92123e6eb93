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
