//! A platform, requests of every shape, and a holder with a prover of its own.

use std::cell::RefCell;
use std::collections::BTreeMap;

use testkit::curve::{G, Scalar};
use testkit::prelude::*;
use testkit::prover::Draft;
use testkit::reference::base;
use testkit::rogue::{Holder, call};
use testkit::world::{CONDITION, World};

use super::Choices;

/// Shows that a limit permits.
const LIMIT: u32 = 2;

struct Parties {
    world: World,
    holder: Holder,
    regions: VerifiedCodeSet,
    digits: Vec<VerifiedDigitSet>,
}

impl Parties {
    /// The same at each call.
    fn new() -> Self {
        let mut world = World::new(77);
        let holder = Holder::enrol(&mut world.country);
        let regions = world.add_set(vec![110_105, 110_108, 440_115]);
        // Where there are range proofs a request may be in digits instead.
        let digits = if SUITE == 1 { vec![world.add_digits(DigitBase::Of256)] } else { Vec::new() };
        Self { world, holder, regions, digits }
    }

    /// A request in which every choice of parts may be.
    fn builder(&self, choices: &mut Choices<'_>) -> (RequestBuilder, bool) {
        let parts = choices.below(256);
        let has = |part: usize| parts >> part & 1 == 1;
        let mut builder = if has(0) { self.world.ask_listed() } else { self.world.ask() };
        if has(1) {
            builder = builder.disclose("sex");
        }
        if has(2) {
            builder = builder.between("birth-date", 1..=60_000);
        }
        if has(3) {
            builder = builder.one_of("region", &self.regions);
        }
        if has(4) {
            builder = builder.differs("name", Value::Text("王小明".into())).at_least("region", 100_000);
        }
        if has(5) && has(0) {
            builder = builder.pseudonym(Scope::new("account"));
        }
        let limited = has(6) && has(0);
        if limited {
            builder = builder.limit(Scope::new("visits"), LIMIT, later(0)..=later(3600));
        }
        if has(7) && has(0) {
            builder = builder.escrow(self.world.auditors_key(), CONDITION);
        }
        match self.digits.first() {
            Some(digits) if choices.flag() => builder = builder.in_digits(digits),
            _ => {}
        }
        (builder, limited)
    }
}

/// A request as it was sent.
struct Question {
    bytes: Vec<u8>,
    /// For a window, which takes calls that differ.
    standing: Option<StandingRequest>,
    limited: bool,
}

/// An answer that somebody made, and whether it is what an honest prover makes.
struct Made {
    question: usize,
    bytes: Vec<u8>,
    /// The use of the limit, where it has one.
    show: u32,
    honest: bool,
    /// Whether its bytes are as they were made.
    whole: bool,
}

/// A call that somebody sends, with the answer that is in it.
struct Sent {
    bytes: Vec<u8>,
    question: usize,
    answer: usize,
}

#[derive(Default)]
struct Game {
    questions: Vec<Question>,
    answers: Vec<Made>,
    calls: Vec<Sent>,
    /// By an answer to a window: the call.
    windows: BTreeMap<Vec<u8>, Vec<u8>>,
    /// By a show: the answer.
    shows: BTreeMap<u32, Vec<u8>>,
}

thread_local! {
    static PARTIES: RefCell<Parties> = RefCell::new(Parties::new());
}

fn scalar(choices: &mut Choices<'_>) -> Scalar {
    Scalar::from(1 + choices.below(255) as u64)
}

/// Changes one thing of what will be proven; says whether something is another than it was.
fn bend(draft: &mut Draft, choices: &mut Choices<'_>) -> bool {
    match choices.below(8) {
        1 => {
            let place = choices.below(draft.secrets.len());
            draft.secrets[place] += scalar(choices);
            true
        }
        2 => {
            let place = choices.below(draft.points.len());
            let factor = scalar(choices);
            let of = match choices.below(6) {
                0 => G,
                other => base(["Blinding", "Set", "Device", "Pseudonym", "Escrow"][other - 1]),
            };
            draft.points[place] += factor * of;
            true
        }
        3 => {
            let [one, other] = [(); 2].map(|()| choices.below(draft.points.len()));
            draft.points.swap(one, other);
            draft.points[one] != draft.points[other]
        }
        4 => {
            let [one, other] = [(); 2].map(|()| choices.below(draft.secrets.len()));
            draft.secrets.swap(one, other);
            draft.secrets[one] != draft.secrets[other]
        }
        5 if !draft.ranges.is_empty() => {
            let place = choices.below(draft.ranges.len());
            let ranged = &mut draft.ranges[place];
            match choices.below(3) {
                0 => ranged.value ^= 1 << choices.below(16),
                1 => ranged.blind += scalar(choices),
                _ => ranged.bits = if ranged.bits == 64 { 32 } else { 64 },
            }
            true
        }
        6 if !draft.ranges.is_empty() => {
            let place = choices.below(draft.ranges.len());
            draft.ranges.remove(place);
            true
        }
        7 if !draft.digits.is_empty() => {
            let place = choices.below(draft.digits.len());
            let digit = &mut draft.digits[place];
            match choices.below(3) {
                0 => digit.value += scalar(choices),
                1 => digit.blind += scalar(choices),
                _ => digit.base += 1,
            }
            true
        }
        _ => false,
    }
}

impl Game {
    fn ask(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        let (builder, limited) = parties.builder(choices);
        let standing = choices.flag();
        let rng = &mut parties.world.country.rng;
        let question = if standing {
            let asked = builder.standing(later(0), later(3600)).expect("it may be asked");
            Question { bytes: asked.message().to_bytes(), standing: Some(asked), limited }
        } else {
            let asked = builder.once(rng).expect("it may be asked");
            Question { bytes: asked.message.to_bytes(), standing: None, limited }
        };
        self.questions.push(question);
    }

    /// A proof under this request, honest or with one thing changed before it was made.
    fn prove(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        let question = choices.below(self.questions.len());
        let Some(Question { bytes: request, limited, .. }) = self.questions.get(question) else { return };
        let show = choices.below(LIMIT as usize + 2) as u32;
        let Parties { world, holder, .. } = parties;
        let heads = [&world.country.status, &world.country.flag].map(|list| list.heads());
        let tables = (&*world.tables, &heads[..]);
        let mut draft = Draft::new(holder, request, tables, show.into(), &mut world.country.rng);
        let bent = bend(&mut draft, choices);
        let bytes = draft.finish(&mut world.country.rng);
        let honest = !(bent || *limited && show >= LIMIT);
        self.answers.push(Made { question, bytes, show, honest, whole: true });
    }

    /// An answer with some of its bytes changed, or a part of another one's in place of its own.
    fn damage(&mut self, choices: &mut Choices<'_>) {
        let whole: Vec<&Made> = self.answers.iter().filter(|made| made.whole).collect();
        let Some(Made { question, bytes, show, .. }) = choices.of(&whole) else { return };
        let (tree, mut changed) = (Tree::parse(bytes), bytes.clone());
        match choices.below(4) {
            0 => {
                let place = choices.below(changed.len());
                changed[place] ^= 1 << choices.below(8);
            }
            1 => {
                let key = 3 + choices.below(3);
                let count = tree.body.pieces(key).len();
                let [one, other] = [(); 2].map(|()| choices.below(count));
                if count > 0 {
                    let piece = tree.body.pieces(key)[other].clone();
                    changed = tree.with(|body| body.piece_mut(key, one).copy_from_slice(&piece));
                }
            }
            2 => {
                let (key, other) = (1 + choices.below(6), choices.of(&whole).expect("there is one"));
                let other = Tree::parse(&other.bytes);
                changed = tree.with(|body| body.at_mut(key).clone_from(other.body.at(key)));
            }
            _ => changed.truncate(choices.below(changed.len())),
        }
        let made = Made { question: *question, bytes: changed, show: *show, honest: false, whole: false };
        self.answers.push(made);
    }

    /// Puts an answer under a request, its own or another one.
    fn relay(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        let answer = choices.below(self.answers.len());
        let Some(made) = self.answers.get(answer) else { return };
        let question = if choices.below(4) == 3 { choices.below(self.questions.len()) } else { made.question };
        let Question { bytes: request, standing, .. } = &self.questions[question];
        let bytes = match standing {
            Some(asked) => asked.relay(&made.bytes, &mut parties.world.country.rng).message.to_bytes(),
            None => call(request, &made.bytes),
        };
        self.calls.push(Sent { bytes, question, answer });
    }

    /// What the model says of a call, and remembers of one that is verified.
    fn expect(&mut self, place: usize) -> Verdict {
        let Sent { bytes, question, answer } = &self.calls[place];
        let (asked, answer) = (&self.questions[*question], &self.answers[*answer].bytes);
        let same = |made: &&Made| made.honest && made.bytes == *answer;
        // The same bytes may have been made again, by damage that undid itself.
        let Some(made) = self.answers.iter().find(same) else { return Verdict::Refused };
        if self.questions[made.question].bytes != asked.bytes {
            return Verdict::Refused;
        }
        let taken = |by: Option<&Vec<u8>>, own: &Vec<u8>| by.is_some_and(|by| by != own);
        let window = asked.standing.is_some();
        if window && taken(self.windows.get(answer), bytes)
            || asked.limited && taken(self.shows.get(&made.show), answer)
        {
            return Verdict::Refused;
        }
        if window {
            self.windows.insert(answer.clone(), bytes.clone());
        }
        if asked.limited {
            self.shows.insert(made.show, answer.clone());
        }
        Verdict::Verified
    }

    /// One call, or two at once, which come to what they would one after the other.
    fn send(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        if self.calls.is_empty() {
            return;
        }
        let platform = &parties.world.country.platform;
        let mut calls = vec![choices.below(self.calls.len())];
        if choices.flag() {
            calls.push(choices.below(self.calls.len()));
        }
        let expected: Vec<Verdict> = calls.iter().map(|call| self.expect(*call)).collect();
        let bytes: Vec<&[u8]> = calls.iter().map(|call| &*self.calls[*call].bytes).collect();
        let answers = match *bytes {
            [one] => vec![platform.answer(one, NOW).expect("the register is in memory")],
            _ => platform.answer_batch(&bytes, NOW).expect("the register is in memory"),
        };
        let found: Vec<Verdict> = answers.iter().map(VerdictMessage::unverified_verdict).collect();
        assert_eq!(found, expected);
    }
}

/// The platform verifies what is honest and was not used before, in whatever order it comes, alone
/// and in batches, and nothing else.
pub fn play(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    PARTIES.with_borrow_mut(|parties| {
        parties.world.country.rng = SeededRng::new([78; 32]);
        parties.world.country.platform.register().forget();
        let mut game = Game::default();
        game.ask(parties, &mut choices);
        for _ in 0..16 {
            if choices.is_empty() {
                break;
            }
            match choices.below(6) {
                0 if game.questions.len() < 3 => game.ask(parties, &mut choices),
                1 if game.answers.len() < 5 => game.prove(parties, &mut choices),
                2 => game.damage(&mut choices),
                3 => game.relay(parties, &mut choices),
                _ => game.send(parties, &mut choices),
            }
        }
        // Whatever was tried before, all that is honest is still taken or was used up.
        let honest = |place: &usize| game.answers[game.calls[*place].answer].honest;
        for place in (0..game.calls.len().min(6)).filter(honest).collect::<Vec<_>>() {
            let expected = game.expect(place);
            let answer = parties.world.country.platform.answer(&game.calls[place].bytes, NOW);
            assert_eq!(answer.expect("the register is in memory").unverified_verdict(), expected);
        }
    });
}

/// An honest answer and one with a defect under requests of several shapes, sent in several orders.
pub fn honest() -> Vec<Vec<u8>> {
    let digits: &[u8] = if SUITE == 1 { &[0] } else { &[] };
    let shapes = [0, 1, 0b10, 0b100, 0b1001, 0b1_0001, 0b10_0001, 0b100_0001, 0b1000_0001, 0b1111_1111];
    let game = |(shape, standing): (u8, u8)| {
        let ask = [&[shape], digits, &[standing]].concat();
        // There is one question, so no byte chooses it.
        let prove = |show: u8, bend: &[u8]| [&[1, show], bend].concat();
        let first = [prove(0, &[0]), vec![3, 0, 4, 0], prove(1, &[1, 3, 7]), vec![3, 1, 0, 4, 1, 1, 0]].concat();
        // The same answer in another call; another answer by the same show; a damaged one.
        let again = [vec![3, 0, 0, 4, 2, 0], prove(0, &[0]), vec![3, 2, 0, 4, 3, 0]].concat();
        [&ask[..], &first, &again, &[2, 0, 0, 1, 9, 3, 3, 3, 0, 4, 4, 0]].concat()
    };
    let games = shapes.into_iter().flat_map(|shape| [(shape, 0), (shape, 1)]).map(game);
    games.chain(super::any(8, 60)).collect()
}
