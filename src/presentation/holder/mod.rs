//! The holder: what is asked, in words; what answers it; the proof, the decoy, the tickets.

mod consent;
mod decoy;
mod hedge;
mod keyed;
mod order;
mod prepared;
mod present;
mod selection;
mod ticket;
mod waiting;
mod words;

pub use consent::{Consent, LONGEST_UNCERTIFIED_WINDOW, review};
pub(crate) use consent::{check_provable, provable, use_counter};
pub use decoy::decoy;
pub(crate) use decoy::{decoyable, present_decoy};
pub use order::{AwaitedTickets, TicketOrder, order_tickets};
pub use prepared::PreparedFace;
pub use present::present;
pub(crate) use present::present_chosen;
#[cfg(feature = "hazmat")]
pub(crate) use present::present_unchecked;
pub use selection::WalletContext;
pub(crate) use selection::disclosed;
pub use ticket::StoredTicket;
pub(crate) use ticket::{are_of_issuer, are_stale};
pub(crate) use waiting::Order;
pub use words::Vouched;
