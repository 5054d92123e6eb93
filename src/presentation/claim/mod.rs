//! What a proof is bound to, for both sides: the instance, its layout, and the presentation.

mod instance;
mod layout;
mod presentation;
mod target;

pub(crate) use instance::{CredentialInstance, Indices, Instance, OPENING};
pub(crate) use presentation::Proof;
pub use presentation::{Presentation, VerificationCall};
pub(crate) use target::TicketTarget;
