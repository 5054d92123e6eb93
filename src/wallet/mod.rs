//! The wallet on the phone (spec 11).
