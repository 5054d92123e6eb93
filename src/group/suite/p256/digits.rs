//! Scalars in digits.

use super::Scalar;

/// Digits of 4 bits, so one more for the carry.
pub(super) const SECRET_DIGITS: usize = 65;
/// Bits of a scalar, and the carry.
const BITS: usize = 257;

/// `Σ dᵢ·16ⁱ` with `−8 ≤ dᵢ < 8`, lowest first. Constant time.
pub(super) fn signed_nibbles(scalar: &Scalar) -> [i8; SECRET_DIGITS] {
    let mut digits = [0; SECRET_DIGITS];
    let bytes = scalar.as_bytes();
    let nibbles = bytes.iter().rev().flat_map(|byte| [byte & 15, byte >> 4]).chain([0]);
    let mut carry = 0;
    for (digit, nibble) in digits.iter_mut().zip(nibbles) {
        let value = nibble + carry;
        carry = (value + 8) >> 4;
        *digit = (value as i8) - ((carry << 4) as i8);
    }
    digits
}

/// A public scalar, little-endian, with room to read four bytes at any place.
pub(super) struct PublicBits([u8; 40]);

impl PublicBits {
    pub(super) fn new(scalar: &Scalar) -> Self {
        let mut bytes = [0; 40];
        let big_endian = scalar.to_bytes();
        bytes.iter_mut().zip(big_endian.iter().rev()).for_each(|(to, from)| *to = *from);
        Self(bytes)
    }

    /// The `width` bits from bit `at` on; at most 16.
    fn window(&self, at: usize, width: usize) -> i32 {
        let four = self.0.get(at / 8..).and_then(|rest| rest.first_chunk());
        let bits = four.map_or(0, |four| u32::from_le_bytes(*four)) >> (at % 8);
        (bits & ((1 << width) - 1)).cast_signed()
    }

    /// `Σ dᵢ·2ⁱ` with odd digits below `2^(width−1)`, and at least `width − 1` zeros after each.
    pub(super) fn sparse(&self, width: usize) -> [i32; BITS] {
        let mut digits = [0; BITS];
        let (mut at, mut carry) = (0, 0);
        while let Some(digit) = digits.get_mut(at) {
            let value = carry + self.window(at, width);
            if value & 1 == 0 {
                at += 1;
                continue;
            }
            carry = value >> (width - 1);
            *digit = value - (carry << width);
            at += width;
        }
        digits
    }

    /// `Σ dᵢ·2^(width·i)` with `−2^(width−1) ≤ dᵢ < 2^(width−1)`, lowest first.
    pub(super) fn dense(&self, width: usize) -> impl Iterator<Item = i32> {
        let mut carry = 0;
        (0..BITS.div_ceil(width)).map(move |i| {
            let value = carry + self.window(i * width, width);
            carry = (value + (1 << (width - 1))) >> width;
            value - (carry << width)
        })
    }
}
