//! The directory (spec 09): versions followed, keys rotated, evidence against who signs two.

mod bounds;
mod bytes;
mod cosigners;
mod evidence;
mod follow;
mod rotation;
mod wanted;
