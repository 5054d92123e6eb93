//! What a presentation can say beyond disclosure and lists (spec 12): each statement at both edges
//! of what it allows, just outside, swapped and forged; and all of them at once.

mod batch;
mod between;
mod builder;
mod desk;
mod differs;
mod escrowed;
pub mod forged;
mod limited;
mod one_of;
mod pseudonymous;
mod relayed;
mod sizes;
mod swapped;
pub mod together;
mod two;
mod words;
