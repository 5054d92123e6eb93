//! Sealing at rest (spec 11 §2).
