//! What a verifier may ask is what its certificate says: every part beyond it is refused and named,
//! every edge is allowed. Nothing that was changed counts.

mod drafts;
mod elsewhere;
mod excess;
mod messages;
mod phone;
mod refused;
mod wallet;
mod windows;
mod world;
