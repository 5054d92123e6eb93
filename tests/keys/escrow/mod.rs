//! The keys of auditors: where they come from, and what becomes of damaged ones.

mod dealt;
mod generated;
mod messages;
