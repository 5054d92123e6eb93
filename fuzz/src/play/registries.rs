//! Both registries, their phones, and who cheats them, against a model of sets and maps.

use testkit::prelude::*;
use testkit::registry::KINDS;
use testkit::registry::model::{CARDS, Model, SYMBOLS, Step};
use testkit::registry::world::Made;

use super::Choices;

/// The most steps of a game; what is left of an input says nothing.
const STEPS: usize = 16;

fn union(choices: &mut Choices<'_>) -> Made {
    let (kind, [one, other]) = (choices.below(3), [(); 2].map(|()| 1 + choices.byte(SYMBOLS)));
    match kind {
        0 => Made::LinkDocument { person: one, document: other },
        1 => Made::Correction { from: one, to: other },
        _ => Made::Merger { keeps: one, ends: other },
    }
}

fn step(choices: &mut Choices<'_>) -> Step {
    let what = choices.below(18);
    let mut symbol = || 1 + choices.byte(SYMBOLS);
    match what {
        0 | 1 => Step::Issue(symbol(), choices.byte(1 + CARDS), choices.byte(4)),
        2 => Step::Offer(*choices.of(&KINDS).unwrap_or(&KINDS[0]), 1 + choices.byte(SYMBOLS), choices.byte(1 + CARDS)),
        3 => Step::Ask(symbol(), choices.byte(3)),
        4 => Step::Complete(symbol()),
        5 => {
            let (what, of) = (choices.byte(5), choices.below(3) as u32);
            Step::Report(what, 1 + choices.byte(SYMBOLS), 1 + choices.byte(CARDS), of)
        }
        6 => Step::Found(symbol()),
        7 => Step::Unite(union(choices)),
        8 => Step::Join(symbol(), symbol()),
        9 => Step::Flag(symbol(), choices.byte(2)),
        10 => Step::Lift(symbol(), choices.byte(2)),
        11 => Step::Close,
        12 => Step::Again(choices.below(256)),
        13 => Step::Reuse(choices.below(256), 1 + choices.byte(SYMBOLS), 1 + choices.byte(CARDS)),
        14 => Step::Late(choices.below(256)),
        15 => Step::Misled(symbol(), symbol()),
        16 => Step::Crossed(symbol(), symbol()),
        _ => Step::MisledUnion(union(choices), 1 + choices.byte(SYMBOLS), 1 + choices.byte(SYMBOLS)),
    }
}

/// After every step the registries answer as the model says, nothing that was refused has changed a
/// row, and every phone has its witnesses exactly if it should; in the end the logs have what was
/// appended, once and in order.
pub fn play(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let mut model = Model::new(MemoryStore::new(), MemoryStore::new());
    for _ in 0..STEPS {
        if choices.is_empty() {
            break;
        }
        model.play(step(&mut choices));
    }
    model.check_logs();
}

/// Issuance, loss, cases and unions as they go, with cheats in between; then any.
pub fn honest() -> Vec<Vec<u8>> {
    let life = [
        &[0, 0, 0, 0][..], // issue to 1
        &[0, 1, 0, 0],     // and 2
        &[11],             // close
        &[9, 0, 0],        // flag 1
        &[11],
        &[10, 0, 0],      // lift
        &[5, 0, 1, 0, 0], // card lost
        &[11],
        &[6, 0],       // found
        &[12, 3],      // once more
        &[7, 2, 0, 1], // merger
        &[11],
    ];
    let cheats = [
        &[2, 0, 0, 0][..], // offer to 1
        &[2, 0, 1, 0],     // and 2
        &[3, 0, 0],        // both ask
        &[3, 1, 0],
        &[15, 0, 1], // with the other's answer
        &[16, 0, 1], // with the other's request
        &[4, 0],     // honest
        &[14, 0],    // once more under another key
        &[17, 0, 0, 3, 4, 5],
        &[4, 1],
        &[13, 2, 1, 1],
    ];
    [life.concat(), cheats.concat()].into_iter().chain(super::any(6, 45)).collect()
}
