//! What a step of a protocol that waits for an answer gives.

/// What a party keeps, and what it sends.
///
/// Each step that waits for an answer gives one. `state` is consumed by the step that takes the
/// answer, so it serves one; its type, `…State`, says whether it is secret, and neither copies nor
/// prints what is. `message` is for the other side, and public.
#[derive(Debug)]
#[must_use = "a message without its state takes no answer"]
pub struct Sent<State, Message> {
    /// What is kept until the answer comes.
    pub state: State,
    /// What the other side is sent.
    pub message: Message,
}
