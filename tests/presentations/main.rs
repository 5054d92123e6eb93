//! What a presentation says and who can check it: statements, desks that verify by themselves,
//! tickets, evidence, and the whole story.

mod evidence;
mod flow;
mod offline;
mod statements;
mod tickets;
