//! What the registry knows a person and a card by: symbols, and the handles made from them.
//!
//! An ID number has so little entropy that every one of them can be tried, so no hash of it hides
//! it. A symbol is the value of a function that only the holder of the [`SymbolKey`] can compute:
//! without the key it is 64 random bytes, the same ones for the same person each time (spec 03 §1).
//!
//! - A [`PersonSymbol`] stays with the person: it is made from the issuing state and the personal
//!   number.
//! - A [`CardSymbol`] is new with every card: it is made from the text and the photo on the chip.
//!
//! A terminal that has read a card [blinds](SymbolInput::blind) its input, and the key holder
//! evaluates it without seeing it. The authority, which has the data in its register,
//! [evaluates](SymbolKey::evaluate) the same function directly. An issuer takes symbols from its
//! own register and from nobody else: a symbol that a phone sends proves nothing.
//!
//! What the lists speak of are not symbols but [`Handle`](crate::accumulator::Handle)s, made from
//! symbols under a second key, the [`HandleKey`]. The two keys are apart because terminals get the
//! first function evaluated for them: with one key for both, a terminal could look an ID number up
//! in the public log (spec 03 §5).
//!
//! ```
//! use rand_core::OsRng;
//! use selfsame::chip::ChipRecord;
//! use selfsame::codec::Message;
//! use selfsame::symbol::{SymbolInput, SymbolKey, SymbolRequest, SymbolResponse};
//!
//! let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors/chip-records/adult-female.bin"));
//! let record = ChipRecord::parse(bytes)?;
//! let key = SymbolKey::random(&mut OsRng);
//!
//! // The terminal hides what it read and sends a message ...
//! let blinded = SymbolInput::person_of(&record).blind(&mut OsRng);
//! let sent = blinded.message.to_bytes();
//!
//! // ... the key holder answers, none the wiser ...
//! let response = key.blind_evaluate(&SymbolRequest::from_bytes(&sent)?, &mut OsRng);
//! let answered = response.to_bytes();
//!
//! // ... and the terminal has the symbol, made with the published key.
//! let symbol = blinded.state.finalize(&SymbolResponse::from_bytes(&answered)?, &key.public_key())?;
//!
//! // The authority gets there without the terminal, from its register.
//! assert_eq!(symbol, key.evaluate(&SymbolInput::person("CHN", record.number())?));
//! assert_eq!(format!("{symbol:?}"), "PersonSymbol(redacted)");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod error;
mod exchange;
mod handle;
mod input;
mod key;

use core::fmt;
use core::marker::PhantomData;

pub use error::SymbolError;
pub use exchange::{BlindState, EvaluationError, SymbolEvaluator, SymbolRequest, SymbolResponse};
pub use handle::{Generation, HANDLE_WIDE, HandleEvaluator, HandleKey};

pub(crate) use handle::handle_key_print;
pub use input::{Distinguisher, OptionalDataUse, SymbolInput};
pub use key::{SymbolKey, SymbolPublicKey};

use crate::oprf;
use crate::secret::Secret;

/// What a symbol stands for: a [`Person`] or a [`Card`]. There is no third kind.
pub trait SymbolKind: sealed::Sealed {}

/// The kind of a [`PersonSymbol`]. It has no values.
#[derive(Debug)]
pub enum Person {}

/// The kind of a [`CardSymbol`]. It has no values.
#[derive(Debug)]
pub enum Card {}

impl SymbolKind for Person {}
impl SymbolKind for Card {}

mod sealed {
    pub trait Sealed {
        const NAME: &'static str;
    }

    impl Sealed for super::Person {
        const NAME: &'static str = "Person";
    }

    impl Sealed for super::Card {
        const NAME: &'static str = "Card";
    }
}

/// `F(k, enc("person", state, personal number))`: the same for one person, whatever the card (spec
/// 03 §3).
///
/// It does not pass for a [`CardSymbol`]:
///
/// ```compile_fail,E0308
/// use selfsame::accumulator::Handle;
/// use selfsame::symbol::{Generation, HandleKey, PersonSymbol};
///
/// fn status(key: &HandleKey, person: &PersonSymbol) -> Handle {
///     key.status(person, Generation::FIRST)
/// }
/// ```
pub type PersonSymbol = Symbol<Person>;

/// `F(k, enc("card", kind, text and photo))`: new with every card (spec 03 §3).
pub type CardSymbol = Symbol<Card>;

/// 64 bytes that stand for a person or a card, pseudorandom to everybody without the [`SymbolKey`].
///
/// Secret all the same: with the key it leads back to an ID number. Wiped when dropped, never
/// printed, compared in constant time, and not `Clone`.
///
/// ```compile_fail,E0599
/// use selfsame::symbol::CardSymbol;
///
/// fn two(symbol: CardSymbol) -> (CardSymbol, CardSymbol) {
///     (symbol.clone(), symbol)
/// }
/// ```
pub struct Symbol<K: SymbolKind> {
    output: oprf::Output,
    kind: PhantomData<K>,
}

impl<K: SymbolKind> Symbol<K> {
    /// Bytes of a symbol.
    pub const LENGTH: usize = 64;

    /// A symbol that the caller stored, as the kind that it was. Bytes that a phone or a terminal
    /// sent are not to be trusted (spec 03 §1).
    #[must_use]
    pub const fn from_stored(bytes: Secret<[u8; 64]>) -> Self {
        Self { output: bytes, kind: PhantomData }
    }

    /// The symbol's 64 bytes, for storage in the registry and nothing else.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        self.output.expose()
    }
}

impl<K: SymbolKind> PartialEq for Symbol<K> {
    /// Constant time.
    fn eq(&self, other: &Self) -> bool {
        self.output == other.output
    }
}

impl<K: SymbolKind> Eq for Symbol<K> {}

impl<K: SymbolKind> fmt::Debug for Symbol<K> {
    /// Writes `PersonSymbol(redacted)` or `CardSymbol(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Symbol(redacted)", K::NAME)
    }
}
