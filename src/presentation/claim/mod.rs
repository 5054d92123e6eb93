//! What a proof is bound to, the same on both sides: the instance, where the presentation carries
//! what, and the presentation itself.

mod instance;
mod layout;
mod presentation;
mod target;

pub(in crate::presentation) use instance::{CredentialInstance, Indices, Instance, OPENING};
pub(in crate::presentation) use presentation::Proof;
pub use presentation::{Presentation, VerificationCall};
pub(crate) use target::TicketTarget;
