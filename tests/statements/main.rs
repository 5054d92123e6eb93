//! What a presentation can say beyond disclosure and lists (spec 12): each statement at both edges of what it allows, just
//! outside, swapped and forged; and all of them at once.

#[path = "../common/mod.rs"]
mod common;

mod together;
mod world;
