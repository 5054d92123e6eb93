//! Messages as bytes: one encoding each, damaged in every way, printed as codes; and what may not
//! be copied or printed.

mod codec;
mod qr;
mod rejection;
mod secrets;
mod symbols;
