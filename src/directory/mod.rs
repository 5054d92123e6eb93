//! The directory: who counts, with which keys (spec 09).
