//! What a proof is bound to, the same on both sides: the instance, where the presentation carries
//! what, and the presentation itself.

mod instance;
mod layout;
mod presentation;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use instance::{CredentialInstance, Indices, Instance, OPENING, Places};
pub(crate) use presentation::Proof;
pub use presentation::{Presentation, VerificationCall};
pub(crate) use target::TicketTarget;
