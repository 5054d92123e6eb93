//! Messages as trees of CBOR items, to change one thing and encode the rest as it was.

use std::collections::BTreeSet;

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

use crate::curve::{POINT_LEN, SCALAR_LEN};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Uint(u64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Item>),
    /// The values under the keys 1, 2, 3, …
    Map(Vec<Item>),
}

/// Places in a question of a presentation request (spec 06 §2).
pub mod place {
    pub const ISSUER: usize = 0;
    pub const VERSION: usize = 1;
    pub const SCHEMA: usize = 2;
    pub const MODE: usize = 3;
    pub const DISCLOSE: usize = 4;
    pub const LISTS: usize = 5;
    pub const STATEMENTS: usize = 6;
}

/// A message: its envelope and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    pub envelope: [u8; 3],
    pub body: Item,
}

impl Item {
    fn read(decoder: &mut Decoder<'_>) -> Self {
        match decoder.datatype().unwrap() {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => Self::Uint(decoder.u64().unwrap()),
            Type::Bytes => Self::Bytes(decoder.bytes().unwrap().to_vec()),
            Type::String => Self::Text(decoder.str().unwrap().to_owned()),
            Type::Array => {
                let items = decoder.array().unwrap().unwrap();
                Self::Array((0..items).map(|_| Self::read(decoder)).collect())
            }
            Type::Map => {
                let fields = decoder.map().unwrap().unwrap();
                let mut values = Vec::new();
                for key in 1..=fields {
                    assert_eq!(decoder.u64().unwrap(), key);
                    values.push(Self::read(decoder));
                }
                Self::Map(values)
            }
            other => panic!("no message has an item of type {other}"),
        }
    }

    /// An item without an envelope.
    pub fn parse(bytes: &[u8]) -> Self {
        let item = Self::read(&mut Decoder::new(bytes));
        assert_eq!(item.encode(), bytes, "it is all of it");
        item
    }

    fn write(&self, encoder: &mut Encoder<Vec<u8>>) {
        match self {
            Self::Uint(value) => drop(encoder.u64(*value).unwrap()),
            Self::Bytes(value) => drop(encoder.bytes(value).unwrap()),
            Self::Text(value) => drop(encoder.str(value).unwrap()),
            Self::Array(items) => {
                encoder.array(items.len() as u64).unwrap();
                items.iter().for_each(|item| item.write(encoder));
            }
            Self::Map(values) => {
                encoder.map(values.len() as u64).unwrap();
                for (key, value) in (1..).zip(values) {
                    encoder.u64(key).unwrap();
                    value.write(encoder);
                }
            }
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new());
        self.write(&mut encoder);
        encoder.into_writer()
    }

    /// The item at this place of an array, or under this key of a map.
    pub fn at(&self, place: usize) -> &Self {
        match self {
            Self::Array(items) => &items[place],
            Self::Map(values) => &values[place - 1],
            leaf => panic!("nothing below {leaf:?}"),
        }
    }

    pub fn at_mut(&mut self, place: usize) -> &mut Self {
        match self {
            Self::Array(items) => &mut items[place],
            Self::Map(values) => &mut values[place - 1],
            leaf => panic!("nothing below {leaf:?}"),
        }
    }

    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            other => panic!("{other:?} is no byte string"),
        }
    }

    pub fn bytes_mut(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            other => panic!("{other:?} is no byte string"),
        }
    }

    pub fn uint(&self) -> u64 {
        match self {
            Self::Uint(value) => *value,
            other => panic!("{other:?} is no integer"),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    pub fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) | Self::Map(items) => items,
            leaf => panic!("nothing below {leaf:?}"),
        }
    }

    pub fn items_mut(&mut self) -> &mut Vec<Self> {
        match self {
            Self::Array(items) | Self::Map(items) => items,
            leaf => panic!("nothing below {leaf:?}"),
        }
    }

    /// Pads a CredentialResponse that was changed as it must be (spec 04 §4.3).
    pub fn pad_response(&mut self) {
        let width = |value: &Self| match usize::try_from(value.at(0).uint()).unwrap() {
            6 => 8 + value.at(1).bytes().len(),
            kind => [8, 16, 8, 264, 40][kind - 1],
        };
        let length = 1024 + self.at(7).items().iter().map(width).sum::<usize>();
        *self.at_mut(11) = Self::Bytes(Vec::new());
        // The envelope has three bytes, and the head of the padding two more than that of no bytes.
        let zeros = length - 3 - self.encode().len() - 2;
        *self.at_mut(11) = Self::Bytes(vec![0; zeros]);
    }

    /// What a presentation request asks of its first credential.
    pub fn question(&self) -> &Self {
        self.at(3).at(0)
    }

    pub fn question_mut(&mut self) -> &mut Self {
        self.at_mut(3).at_mut(0)
    }

    /// The pieces of a run of points or scalars.
    pub fn run<const N: usize>(&self) -> Vec<[u8; N]> {
        let (run, rest) = self.bytes().as_chunks();
        assert!(rest.is_empty());
        run.to_vec()
    }

    /// The pieces of a presentation's key 3, 4 or 5: points, points and scalars.
    pub fn pieces(&self, key: usize) -> Vec<Vec<u8>> {
        self.at(key).bytes().chunks_exact(piece_len(key)).map(<[u8]>::to_vec).collect()
    }

    /// One of them.
    pub fn piece_mut(&mut self, key: usize, place: usize) -> &mut [u8] {
        let length = piece_len(key);
        &mut self.at_mut(key).bytes_mut()[length * place..][..length]
    }

    /// The points of a run.
    pub fn points(&self) -> Vec<[u8; POINT_LEN]> {
        self.run()
    }

    /// The scalars of a run.
    pub fn scalars(&self) -> Vec<[u8; SCALAR_LEN]> {
        self.run()
    }

    /// All leaves, in order.
    fn leaves(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Array(items) | Self::Map(items) => items.iter_mut().flat_map(Self::leaves).collect(),
            leaf => vec![leaf],
        }
    }

    fn kind_and_length(&self) -> (u8, usize) {
        match self {
            // All integers of messages are of one kind for a swap, whatever their length.
            Self::Uint(_) => (0, 0),
            Self::Bytes(bytes) => (1, bytes.len()),
            Self::Text(text) => (2, text.len()),
            Self::Array(_) | Self::Map(_) => unreachable!("not a leaf"),
        }
    }
}

impl Tree {
    pub fn parse(bytes: &[u8]) -> Self {
        let (envelope, body) = bytes.split_first_chunk().unwrap();
        let mut decoder = Decoder::new(body);
        let tree = Self { envelope: *envelope, body: Item::read(&mut decoder) };
        assert_eq!(tree.to_bytes(), bytes, "the tree holds the whole message");
        tree
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.envelope[..], &self.body.encode()].concat()
    }

    /// The message with one thing changed.
    pub fn with(&self, change: impl FnOnce(&mut Item)) -> Vec<u8> {
        let mut tree = self.clone();
        change(&mut tree.body);
        tree.to_bytes()
    }

    /// The message with two fields of one kind and length, or two pieces of a run, exchanged.
    pub fn swaps(&self) -> Vec<Vec<u8>> {
        let mut swapped = Vec::new();
        let count = self.body.clone().leaves().len();
        for one in 0..count {
            for other in one + 1..count {
                let mut tree = self.clone();
                let mut leaves = tree.body.leaves();
                let (left, right) = leaves.split_at_mut(other);
                let (one, other) = (&mut *left[one], &mut *right[0]);
                if one.kind_and_length() == other.kind_and_length() && one != other {
                    std::mem::swap(one, other);
                    swapped.push(tree.to_bytes());
                }
            }
            // Where both lengths divide a run, the pieces of either are exchanged.
            for length in BTreeSet::from([POINT_LEN, SCALAR_LEN]) {
                let mut pieces = 0;
                if let Item::Bytes(bytes) = &self.body.clone().leaves()[one] {
                    pieces = if bytes.len() % length == 0 { bytes.len() / length } else { 0 };
                }
                for first in 0..pieces {
                    for second in first + 1..pieces {
                        let mut tree = self.clone();
                        let run = tree.body.leaves().remove(one).bytes_mut();
                        for i in 0..length {
                            run.swap(first * length + i, second * length + i);
                        }
                        if tree != *self {
                            swapped.push(tree.to_bytes());
                        }
                    }
                }
            }
        }
        swapped
    }
}

/// Bytes of a piece of a presentation's key 3, 4 or 5.
pub const fn piece_len(key: usize) -> usize {
    if key == 5 { SCALAR_LEN } else { POINT_LEN }
}

pub fn bytes(value: impl AsRef<[u8]>) -> Item {
    Item::Bytes(value.as_ref().to_vec())
}

pub fn run<const N: usize>(pieces: impl IntoIterator<Item = [u8; N]>) -> Item {
    Item::Bytes(pieces.into_iter().flatten().collect())
}
