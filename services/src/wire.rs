//! What the services say to each other beside the protocol's messages: one CBOR array of byte
//! strings, of a known number and bounded by the server before it is read.

use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// The content type of messages, and of arrays of fields.
pub const CBOR: &str = "application/cbor";

/// Writes fields. They may be secret: the bytes are wiped.
#[must_use]
pub fn fields(fields: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    // Room at once, so that no copy stays behind where the vector grows.
    let room = fields.iter().map(|field| field.len() + 9).sum::<usize>() + 9;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let mut encoder = Encoder::new(&mut *bytes);
    // A vector takes everything.
    let _ = encoder.array(fields.len() as u64);
    for field in fields {
        let _ = encoder.bytes(field);
    }
    bytes
}

/// Reads exactly `N` fields, and nothing behind them; an encoding that [`fields`] does not write is
/// refused.
///
/// # Errors
/// One text for all.
pub fn read<const N: usize>(bytes: &[u8]) -> Result<[&[u8]; N]> {
    let malformed = || Error::new("not an array of byte strings");
    let mut decoder = Decoder::new(bytes);
    let mut found = [&[][..]; N];
    if decoder.array().map_err(|_| malformed())? != Some(N as u64) {
        return Err(malformed());
    }
    for field in &mut found {
        *field = decoder.bytes().map_err(|_| malformed())?;
    }
    if *fields(&found) == bytes { Ok(found) } else { Err(malformed()) }
}

/// A field of so many bytes.
///
/// # Errors
/// Its name.
pub fn exact<const N: usize>(field: &[u8], name: &str) -> Result<[u8; N]> {
    field.try_into().map_err(|_| Error::new(format!("{name} has another length")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_and_nothing_else_is_read() {
        let written = fields(&[b"one", b"", &[7; 300]]);
        assert_eq!(read::<3>(&written).unwrap(), [&b"one"[..], b"", &[7; 300]]);
        assert!(read::<2>(&written).is_err());
        for end in 0..written.len() {
            assert!(read::<3>(&written[..end]).is_err(), "cut at {end}");
        }
        assert!(read::<3>(&[&written[..], &[0]].concat()).is_err());
        // A longer form of a length, and an array of no definite length.
        assert!(read::<1>(&[0x81, 0x58, 0x01, 0x07]).is_err());
        assert!(read::<1>(&[0x9f, 0x41, 0x07, 0xff]).is_err());
        assert_eq!(read::<1>(&[0x81, 0x41, 0x07]).unwrap(), [&[7]]);
    }
}
