//! Whether a card in somebody's hand is current: a desk's question to the registry, and its signed
//! answer (spec 10 §10).
//!
//! A desk that has read a whole chip makes the card's symbol by the blind protocol and asks
//! ([`DeskKey::ask_about_card`](crate::certificate::DeskKey::ask_about_card)). The registry admits
//! the question if the desk's certificate permits it, looks at the card's rows, and signs a yes or
//! a no without a reason. It learns which card was at which desk, and when.

mod answer;
mod check;
mod error;
mod question;

pub use answer::{CardAnswer, CardStanding};
pub use check::{AdmittedQuestion, CheckCard};
pub use error::CardCheckError;
pub use question::{CardQuestion, CardQuestionState};

use crate::calendar::Timestamp;

/// For how many seconds after it was asked a question is answered, and its answer taken.
const LIFETIME: u64 = 300;

/// Whether a question of this instant is still one now: `asked` has come, and `now ≤ asked + 300`.
const fn is_fresh(asked: Timestamp, now: Timestamp) -> bool {
    asked.has_come(now) && now.as_secs().saturating_sub(asked.as_secs()) <= LIFETIME
}
