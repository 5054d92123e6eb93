//! What a presentation says, one file for each kind of statement (spec 06 §4).
//!
//! Each file adds its equations to the relation; prover and verifier both call it. A new statement is a new file here and a
//! line in `claim.rs`.

pub(super) mod device;
pub(super) mod disclosure;
pub(super) mod issued;
pub(super) mod membership;
