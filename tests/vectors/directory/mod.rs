//! Versions of the directory and evidence, replayed byte for byte, and their defects (spec 09).

mod chain;
mod content;
mod cosigner;
mod evidence;
mod file;
mod following;
