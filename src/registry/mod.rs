//! The life cycle of credentials and flags (spec 10).
