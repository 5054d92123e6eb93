//! Decoys (spec 06 §3.1): what a wallet takes for one and says of it, and what a platform says.

use std::collections::BTreeMap;

use selfsame::presentation::{decoy, present, review};
use serde_json::{Value as Json, json};
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::vectors::{File, Group, Vector};

use crate::conformance::output;
use crate::consent::{self, Cast, behind, refused, said};
use crate::hotel::flow::Flow;
use crate::hotel::negative::states::{self, States};
use crate::hotel::parties::{self, DESK, NOW};

const SEED: [u8; 32] = [0xdc; 32];

const FLAGS: [(&str, &str); 3] = [
    ("Discloses", "a decoy goes out to a request that discloses: it shows the values, or says others"),
    ("Withhold", "a decoy goes out where nobody answers, and so from those alone who cannot"),
    ("Keyed", "equations that take a key are not checked, and all others of a decoy hold"),
];

/// What the holder alone stands in the way of: to a decoy it does not matter (06-25).
const OWN: [&str; 3] = ["12-16", "12-31", "06-17"];

/// A decoy is shown as an answer would be.
fn shown(state: &Json, slug: &str, comment: &str, input: Json) -> Vector {
    let output = output("Decoy", state, &input);
    Vector::valid(slug, comment, input, output)
}

fn withheld(slug: &str, flag: &'static str, check: &str, comment: &str, input: Json) -> Vector {
    Vector::invalid(slug, flag, check, comment, input)
}

/// Requests that the card could answer, which is asked for a decoy all the same; what it could not;
/// and what nobody answers.
fn of_a_wallet(cast: &Cast) -> Group {
    let state = cast.state();
    let asks = |input: &Json| {
        let bytes = hex::decode(input["request"].as_str().unwrap()).unwrap();
        let tree = Tree::parse(&bytes).body;
        let request = if bytes[2] == 57 { Tree::parse(tree.at(1).bytes()).body } else { tree };
        !request.question().at(testkit::cbor::place::DISCLOSE).items().is_empty()
    };
    let mut group = Group::new("card", "Decoy", "A wallet with the credential of an identity card.", state.clone());
    for (slug, comment, input) in said(cast) {
        group = group.with(match asks(&input) {
            true => withheld(slug, "Discloses", "06-26", comment, input),
            false => shown(&state, slug, comment, input),
        });
    }
    for (slug, _, check, comment, input) in refused(cast) {
        let is_own = OWN.contains(&check) || slug == "not-in-set";
        // Of several reasons, which of them is said does not matter: those that disclose are above.
        if check.starts_with("15-") && slug != "one-list-of-two" {
            continue;
        }
        group = group.with(match is_own {
            true => shown(&state, slug, comment, input),
            false => withheld(slug, "Withhold", check, comment, input),
        });
    }
    group
}

/// What stands in the way is where the holder stands.
fn of_a_wallet_behind(cast: Cast) -> Group {
    let (state, seen, cannot) = behind(cast);
    let mut group = Group::new("behind", "Decoy", "A wallet that could not answer.", state.clone());
    group = group.with(shown(&state, "older", "the epoch of its witnesses", seen));
    for (slug, _, comment, input) in cannot {
        group = group.with(shown(&state, slug, comment, input));
    }
    group
}

/// A platform, that gets for each request an answer, and a decoy from the same phone.
fn of_a_platform(flow: &mut Flow) -> Group {
    let (_, receiver, _, state) = States { flow, list: 0 }.of("VerificationCall");
    let comment = "The platform of the flow, of each request with an answer and with a decoy.";
    let mut group = Group::new("calls", receiver, comment, state.clone());
    let plain = PresentationRequest::builder(flow.parties.country.issuer.parameters(), DESK, "check-in");
    let listed = || flow.parties.country.listed(plain.clone());
    let mut asked = BTreeMap::from([
        ("nothing", plain.clone()),
        ("lists", listed()),
        ("inequality", listed().differs("name", Value::Text("静夜思".into()))),
        ("pseudonym", listed().pseudonym(Scope::new("season"))),
    ]);
    if SUITE == 1 {
        asked.insert("interval", listed().between("birth-date", 0..=40_000));
    }
    for (slug, builder) in asked {
        let request = builder.once(&mut flow.parties.country.rng).unwrap().message;
        let Flow { credential, parties, .. } = &mut *flow;
        let heads = parties.country.heads.each_ref();
        let known = WalletContext::at(&heads);
        let (device, rng) = (&mut parties.device, &mut parties.country.rng);
        let consent = review(&request, &[credential], &known).unwrap();
        let answer = present(&[credential], consent, Vec::new(), device, rng).unwrap().to_bytes();
        let made = decoy(&[credential], &request, &known, device, rng).unwrap().to_bytes();
        let input = |presentation: &[u8]| json!({ "bytes": hex::encode(call(&request.to_bytes(), presentation)), "now": NOW, "before": [] });
        let outcome = output(receiver, &state, &input(&answer));
        group = group
            .with(Vector::valid(format!("{slug}-answer"), "an answer", input(&answer), outcome))
            .with(withheld(&format!("{slug}-decoy"), "Keyed", "06-55", "a decoy", input(&made)));
    }
    group
}

/// Checks 06-25, 06-26.
#[test]
fn decoys_give_the_bytes_of_the_file() {
    let comment = "Decoys: requests that a wallet reviews for one, which it takes and shows as it would for an answer, and \
                   those to which it sends none; and decoys that a platform refuses, beside the answers that it takes.";
    let file = File::new("decoys", comment, &["06 §3.1", "11 §3.4"]).seed(SEED);
    let (cast, mut flow) = (Cast::new(), Flow::new());
    let file = states::cast(cast.secrets(file), " of the flow", &flow);
    let file = file.seeds(&[("the flow", parties::SEED), ("the wallet", consent::SEED)]).seeds(&consent::STRANGERS);
    let file = file.group(of_a_wallet(&cast)).group(of_a_wallet_behind(cast)).group(of_a_platform(&mut flow));
    file.flags_of(&FLAGS).check();
}
