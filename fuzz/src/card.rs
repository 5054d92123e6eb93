//! A registry that is asked about a card, and the desk that asks.

use selfsame::codec::{Message, Sent};
use selfsame::hazmat::SeededRng;
use selfsame::registry::{CardAnswer, CardQuestion, CardQuestionState, MemoryStore, Registry, run};
use testkit::NOW;
use testkit::card::{CardDesk, card, registry};

struct Asking {
    registry: Registry,
    desk: CardDesk,
    question: Vec<u8>,
    answer: Vec<u8>,
}

impl Asking {
    fn new() -> Self {
        let mut rng = SeededRng::new([9; 32]);
        let registry = registry(&mut rng).0;
        let desk = CardDesk::new(&registry, NOW, &mut rng);
        let mut store = MemoryStore::new();
        run(&mut store, &registry.create(NOW)).expect("it is empty");
        let Sent { message, .. } = ask(&desk, &registry);
        let question = message.to_bytes();
        let admitted = registry.admit(message, &desk.directory, NOW).expect("it is honest");
        let answer = run(&mut store, &registry.check_card(admitted)).expect("it is open").to_bytes();
        Self { registry, desk, question, answer }
    }
}

/// The same question each time.
fn ask(desk: &CardDesk, registry: &Registry) -> Sent<CardQuestionState, CardQuestion> {
    desk.ask(registry, card(1), NOW, &mut SeededRng::new([3; 32]))
}

thread_local! {
    static ASKING: Asking = Asking::new();
}

/// The question and its answer.
pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
    let Asking { question, answer, .. } = Asking::new();
    vec![("card_question", question), ("card_answer", answer)]
}

/// The registry admits the question as the desk signed it, and no other bytes.
pub fn admit(bytes: &[u8]) {
    let Ok(question) = CardQuestion::from_bytes(bytes) else { return };
    ASKING.with(|Asking { registry, desk, question: honest, .. }| {
        assert_eq!(registry.admit(question, &desk.directory, NOW).is_ok(), honest == bytes);
    });
}

/// The desk takes the registry's answer, and no other bytes.
pub fn receive(bytes: &[u8]) {
    let Ok(answer) = CardAnswer::from_bytes(bytes) else { return };
    ASKING.with(|Asking { registry, desk, answer: honest, .. }| {
        assert_eq!(ask(desk, registry).state.receive(&answer, NOW).is_ok(), honest == bytes);
    });
}
