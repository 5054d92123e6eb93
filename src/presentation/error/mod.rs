//! Why a request cannot be made, and why a holder does not present.

mod present;
mod reason;
mod request;

pub use present::PresentError;
pub use request::RequestError;
