//! Presentations and who can check them: statements, offline desks, tickets, evidence, a story.

mod digits;
mod evidence;
mod flow;
mod lately;
mod offline;
mod statements;
mod tickets;
mod unlocking;
mod waiting;
