//! Rows without their store, for test vectors of the ranges of their fields.

use super::epoch::EpochCut;
use super::flagged::Flagged;
use super::idempotency::Receipt;
use super::keeper::Mark;
use super::log::{ElementRow, ListState, LogEntry, ShardState};
use super::slot::{CardRow, PendingOffer, PersonRow, Slot};
use crate::codec::refused_by;
use crate::error::check::Check;

type Decoder = fn(&[u8]) -> Result<(), Check>;

/// Who reads rows of this type, by its name in spec 01 §5.1.
pub(crate) fn decoder(name: &str) -> Option<Decoder> {
    Some(match name {
        "Slot" => refused_by::<Slot>,
        "PendingOffer" => refused_by::<PendingOffer>,
        "Element" => refused_by::<ElementRow>,
        "Flagged" => refused_by::<Flagged>,
        "LogEntry" => refused_by::<LogEntry>,
        "ShardState" => refused_by::<ShardState>,
        "Receipt" => refused_by::<Receipt>,
        "Person" => refused_by::<PersonRow>,
        "Card" => refused_by::<CardRow>,
        "StoreMark" => refused_by::<Mark>,
        "ListState" => refused_by::<ListState>,
        "EpochCut" => refused_by::<EpochCut>,
        _ => return None,
    })
}
