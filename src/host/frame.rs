//! Messages on a stream (spec 01 §10).

use core::error::Error;
use core::fmt;
use std::io::{self, ErrorKind, Read, Write};

use zeroize::Zeroizing;

use crate::codec::Message;
use crate::error::DecodeError;
use crate::secret::WipingBuffer;

/// What is made room for before it has come.
const PART: usize = 1 << 16;

/// Why a message was not read or written. After any of them the stream stands in the middle of a
/// message: close it.
#[derive(Debug)]
#[non_exhaustive]
pub enum FrameError {
    /// The stream says no, a timeout among it.
    Io(io::Error),
    /// It announces more bytes than any message of this type has (check 01-26).
    TooLong,
    /// It ends within a message.
    CutShort,
    /// What came is not a message of this type.
    Decode(DecodeError),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Io(_) => "the stream cannot be read or written",
            Self::TooLong => "the stream announces a message that is longer than any of its type",
            Self::CutShort => "the stream ends within a message",
            Self::Decode(_) => "the stream has something else than the message expected",
        })
    }
}

impl Error for FrameError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Decode(error) => Some(error),
            Self::TooLong | Self::CutShort => None,
        }
    }
}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::UnexpectedEof { Self::CutShort } else { Self::Io(error) }
    }
}

/// Writes a message: its length in bytes, 4 bytes, big-endian, then the bytes, and flushes. Its
/// bytes are wiped.
///
/// # Errors
/// [`FrameError::Io`]; [`FrameError::TooLong`] for a message that no reader would take.
pub fn write_message<M: Message>(writer: &mut impl Write, message: &M) -> Result<(), FrameError> {
    let bytes = Zeroizing::new(message.to_bytes());
    let fits = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= M::MAX_LEN);
    writer.write_all(&fits.ok_or(FrameError::TooLong)?.to_be_bytes())?;
    writer.write_all(&bytes)?;
    Ok(writer.flush()?)
}

/// Reads a message; `None` where the stream ends before one begins. A length beyond
/// [`MAX_LEN`](crate::codec::Body::MAX_LEN) is refused before anything is read, and room is made
/// for what has come and 65,536 bytes more, whatever was announced. The bytes are wiped.
///
/// ```
/// use selfsame::calendar::Timestamp;
/// use selfsame::host::{OsRng, read_message, write_message};
/// use selfsame::list::{AccumulatorManager, HeadSet, ListClass, ListName, ShardCount};
///
/// let name = ListName::new("police", ListClass::Flag)?;
/// let (_, heads) = AccumulatorManager::new(name, ShardCount::ONE, Timestamp::from_secs(1_790_000_000), &mut OsRng);
/// let mut stream = Vec::new(); // a socket, a pipe
/// write_message(&mut stream, &heads)?;
///
/// let mut stream = stream.as_slice();
/// assert_eq!(read_message::<HeadSet>(&mut stream)?, Some(heads));
/// assert_eq!(read_message::<HeadSet>(&mut stream)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Any [`FrameError`].
pub fn read_message<M: Message>(reader: &mut impl Read) -> Result<Option<M>, FrameError> {
    let Some(length) = read_length(reader)? else { return Ok(None) };
    let mut left = usize::try_from(length).ok().filter(|length| *length <= M::MAX_LEN).ok_or(FrameError::TooLong)?;
    let mut bytes = WipingBuffer::with_capacity(left.min(PART));
    let mut part = Zeroizing::new([0; 4096]);
    while left > 0 {
        let (next, _) = part.split_at_mut(left.min(4096));
        reader.read_exact(next)?;
        bytes.extend(next);
        left -= next.len();
    }
    M::from_bytes(bytes.as_slice()).map(Some).map_err(FrameError::Decode)
}

/// The four bytes before a message, or `None` where there is none of them.
fn read_length(reader: &mut impl Read) -> Result<Option<u32>, FrameError> {
    let mut length = [0; 4];
    let (first, rest) = length.split_at_mut(1);
    loop {
        match reader.read(first) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    reader.read_exact(rest)?;
    Ok(Some(u32::from_be_bytes(length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Timestamp;
    use crate::codec::Body;
    use crate::list::{AccumulatorManager, HeadSet, ListClass, ListName, ShardCount};
    use alloc::vec::Vec;
    use rand_core::OsRng;

    fn frame() -> Vec<u8> {
        let name = ListName::new("police", ListClass::Flag).unwrap();
        let (_, heads) = AccumulatorManager::new(name, ShardCount::ONE, Timestamp::from_secs(1), &mut OsRng);
        let mut stream = Vec::new();
        write_message(&mut stream, &heads).unwrap();
        stream
    }

    fn read(mut bytes: &[u8]) -> Result<Option<HeadSet>, FrameError> {
        read_message(&mut bytes)
    }

    #[test]
    fn a_stream_that_ends_within_a_message_says_so() {
        let frame = frame();
        assert!(read(&frame).unwrap().is_some());
        assert!(read(&[]).unwrap().is_none());
        for end in 1..frame.len() {
            assert!(matches!(read(&frame[..end]), Err(FrameError::CutShort)), "{end}");
        }
    }

    /// A stream that must not be read any further.
    struct Dry<'a>(&'a [u8]);

    impl Read for Dry<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert!(!self.0.is_empty(), "more was read than there is room for");
            self.0.read(buffer)
        }
    }

    // Check 01-26.
    #[test]
    fn a_length_beyond_the_most_is_refused_before_anything_is_read() {
        for length in [HeadSet::MAX_LEN as u32 + 1, u32::MAX] {
            let error = read_message::<HeadSet>(&mut Dry(&length.to_be_bytes())).unwrap_err();
            assert!(matches!(error, FrameError::TooLong));
        }
        let mut most = (HeadSet::MAX_LEN as u32).to_be_bytes().to_vec();
        most.resize(4 + HeadSet::MAX_LEN, 0);
        assert!(matches!(read(&most), Err(FrameError::Decode(DecodeError::WrongSuite))));
    }

    #[test]
    fn messages_come_one_after_the_other_however_the_stream_cuts_them() {
        /// One byte at a time, and interrupted before each.
        struct Slow<'a>(&'a [u8], bool);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.1 = !self.1;
                if self.1 { Err(ErrorKind::Interrupted.into()) } else { self.0.read(&mut buffer[..1]) }
            }
        }
        let frames = [frame(), frame()].concat();
        let mut slow = Slow(&frames, false);
        let [first, second] = [(); 2].map(|()| read_message::<HeadSet>(&mut slow).unwrap().unwrap());
        assert!(first != second && read_message::<HeadSet>(&mut slow).unwrap().is_none());
    }
}
