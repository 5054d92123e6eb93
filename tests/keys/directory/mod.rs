//! The directory (spec 09): versions followed, keys rotated, and evidence against whoever signs two
//! of anything.

mod bytes;
mod cosigners;
mod evidence;
mod follow;
mod rotation;
