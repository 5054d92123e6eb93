//! What may show, and why: all that this library lets secrets have an influence on. Spec 08 §11.1
//! says the same, line by line.

/// Which suites a place is in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    One,
    Two,
    Both,
}

const OWN: Suite = if cfg!(suite = "p256") { Suite::Two } else { Suite::One };

impl Suite {
    #[cfg(test)]
    fn name(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
            Self::Both => "1, 2",
        }
    }
}

/// Where a report is right.
#[cfg_attr(not(test), allow(dead_code, reason = "reasons are for people"))]
pub struct Place {
    /// The [site](crate::report::Report::site) begins with the first part and has the others after
    /// it, in order.
    parts: &'static [&'static str],
    /// The same place where the compiler has taken a frame away: a call in a function's tail has
    /// none, and one inside another has no name.
    reduced: &'static [&'static str],
    suite: Suite,
    /// For people, and the specification.
    why: &'static str,
}

impl Place {
    pub fn is_here(&self) -> bool {
        self.suite == OWN || self.suite == Suite::Both
    }

    /// Of a row for both suites the other one may be in need: `.ci/run` fails if neither is.
    pub fn must_be_needed(&self) -> bool {
        self.suite == OWN
    }

    pub fn covers(&self, site: &str) -> bool {
        self.is_here() && self.forms().any(|parts| are_in_order(parts, site))
    }

    /// For people: the parts, and what may stand between them.
    pub fn name(&self) -> String {
        let form = |parts: &[&str]| {
            let parts: Vec<&str> = parts.iter().map(|part| part.trim_end_matches(" <")).collect();
            parts.join(" … ").trim_start_matches(" … ").to_owned()
        };
        self.forms().map(form).collect::<Vec<_>>().join("` or `")
    }

    fn forms(&self) -> impl Iterator<Item = &'static [&'static str]> {
        [self.parts, self.reduced].into_iter().filter(|parts| !parts.is_empty())
    }

    const fn or(self, reduced: &'static [&'static str]) -> Self {
        Self { reduced, ..self }
    }
}

/// Whether the site begins with the first part and has the others after it, in order.
fn are_in_order(parts: &[&str], site: &str) -> bool {
    let (site, mut from) = (format!("{site} <"), 0);
    parts.iter().enumerate().all(|(number, part)| {
        let found = site[from..].find(part).filter(|place| number > 0 || *place == 0);
        from += found.unwrap_or(0);
        found.is_some()
    })
}

const fn both(parts: &'static [&'static str], why: &'static str) -> Place {
    Place { parts, reduced: &[], suite: Suite::Both, why }
}

const fn one(parts: &'static [&'static str], why: &'static str) -> Place {
    Place { parts, reduced: &[], suite: Suite::One, why }
}

const fn two(parts: &'static [&'static str], why: &'static str) -> Place {
    Place { parts, reduced: &[], suite: Suite::Two, why }
}

/// Something that is sent to somebody from whom nothing in it is secret.
#[cfg_attr(not(test), allow(dead_code, reason = "reasons are for people"))]
pub struct Output {
    pub what: &'static str,
    suite: Suite,
    /// For people, and the specification.
    why: &'static str,
}

impl Output {
    pub fn is_here(&self) -> bool {
        self.suite == OWN || self.suite == Suite::Both
    }
}

const fn output(what: &'static str, why: &'static str) -> Output {
    Output { what, suite: Suite::Both, why }
}

const fn output_of_two(what: &'static str, why: &'static str) -> Output {
    Output { what, suite: Suite::Two, why }
}
/// Where a branch or an address depends on what memcheck takes for a secret.
pub const PLACES: &[Place] = &[
    both(
        &["", "presentation/holder/consent.rs check <"],
        "whether a wallet can answer is found in variable time, before anything is sent (§11)",
    ),
    both(&["", "fold/"], "z is what a proof without a fold would send: uniform, and of no secret (spec 04 §8.5)"),
    both(
        &["group/", "group/element.rs", "set/table.rs witness <"],
        "the witness that was selected is decoded: every one of a table is a point, as was checked once",
    ),
    both(
        &["group/element.rs", "presentation/relation/witness.rs"],
        "a scalar is drawn again if it is zero, which nobody meets",
    ),
    both(&["group/key.rs inverse <"], "k + s is not zero, which nobody meets")
        .or(&["group/key.rs", "set/table.rs make <"]),
    both(
        &["schema/", "credential/issuer.rs certify <"],
        "whether values fit the schema, of a template whether it is too long: no credential is issued on one that is",
    ),
    both(
        &["codec/mod.rs", "codec/mod.rs decode <"],
        "what was read is written again and compared: they are equal, or the message is refused",
    ),
    both(
        &["", "codec/mod.rs", "wallet/file.rs open <"],
        "all of an opened file is secret to memcheck, its structure too; what is decoded alike is watched by itself",
    ),
    both(&["seal/boxed.rs", "wallet/file.rs open <"], "whether the key and the tag are right"),
    both(&["wallet/file.rs open <"], "the same; and where the content ends (§11)"),
    both(&["sigma/relation.rs check <"], "no point of a relation is the identity, which nobody meets"),
    one(
        &["group/suite/ristretto255.rs", "device/scheme/shared_nonces/ask.rs ask <"],
        "T_1 + β·T_2: β is of no use without the wallet's nonce (§11)",
    ),
    one(&["group/", "group/element.rs", "device/"], "points and scalars of question and answer are decoded: they are"),
    one(
        &["device/scheme/shared_nonces/ask.rs ask <"],
        "whether the device's commitment is the one that was expected: both are sent",
    ),
    two(
        &["group/", "device/scheme/ecdsa/nonce_point.rs from_x <", "device/scheme/ecdsa/nonce_point.rs recover <"],
        "R is decoded, which is sent; of a device in this process it was computed in secret",
    ),
    two(
        &["", "device/scheme/ecdsa/signature.rs", "device/scheme/ecdsa/ask.rs checked <"],
        "whether s is in its range: where it is not, nothing is sent",
    ),
    two(&["device/scheme/ecdsa/signature.rs of <"], "rho and s are not zero, which nobody meets"),
    two(
        &["device/scheme/ecdsa/nonce_point.rs recover <"],
        "whether a sign of s fits: where none does, nothing is sent; which one it is does not show",
    ),
    two(
        &["device/scheme/ecdsa/nonce_point.rs", "device/scheme/ecdsa/proof.rs enter <"],
        "whether e is zero, which nobody meets",
    ),
    two(
        &["group/suite/p256/coordinates.rs mapped <", "oprf/mod.rs point_of <"],
        "the map to the curve divides by what is never zero, and says so by a branch",
    ),
    both(&["group/element.rs", "oprf/mod.rs", "symbol/exchange.rs"], "a zero blind is drawn again, which nobody meets"),
    both(
        &["", "oprf/mod.rs vartime_verify <"],
        "K, B, k·B and the proof, all of which are sent; neither a blind nor an input gets there",
    ),
    both(&["group/", "oprf/mod.rs blind_evaluate_unhedged <"], "k·B and the proof are decoded, which are sent"),
    both(
        &["oprf/mod.rs blind_evaluate_unhedged <"],
        "a zero nonce is drawn again; K, k·B and the proof's commitments are encoded, which whoever gets the proof has",
    ),
    both(&["oprf/mod.rs derived <"], "a key is derived again if it is zero, which nobody meets"),
    both(&["oprf/mod.rs derive <"], "a key is a scalar and not zero, as was just seen"),
    both(&["seal/boxed.rs", "device/sealed.rs open <"], "whether the key and the tag are right"),
    both(&["device/sealed.rs open_by_check <"], "whether d is the secret of D"),
    both(&["codec/reader.rs", "schema/value.rs read <"], "the UTF-8 of a text that is read (§11)"),
    both(&["codec/", "schema/value.rs write <"], "how long an encoded number or text is, and so the message (§11)")
        .or(&["codec/writer.rs uint <", "credential/"]),
    both(
        &["group/", "credential/messages.rs read <"],
        "points and scalars that arrive are decoded: they are, or nothing goes on",
    ),
    both(
        &["accumulator/handle.rs", "credential/messages.rs read <"],
        "a handle that arrives is not zero, or nothing goes on",
    ),
    both(&["list/witness.rs read <", "credential/messages.rs read <"], "whether a witness arrives, which is one"),
    both(
        &["", "sigma/dleq.rs verify <", "credential/request.rs"],
        "proofs about secret points are checked in variable time in hashes of them (§11)",
    ),
    both(&["credential/request.rs check <"], "whether what arrives is honest: otherwise nothing goes on"),
    both(&["list/witness.rs receive <"], "whether a witness that arrives is one: otherwise nothing goes on"),
    one(&["range/proof.rs prove <"], "l(x) and r(x), which could be sent (§11)"),
    both(
        &["presentation/statement/one_of/prove.rs witness <"],
        "whether the code is in the set: nothing is sent where it is not",
    ),
    both(
        &["set/table.rs", "presentation/statement/one_of/prove.rs witness <"],
        "the same, after all entries of the table were read",
    ),
    both(
        &["presentation/statement/differs/mod.rs build <"],
        "whether the commitment, which is sent, opens to the other value as it stands",
    ),
    both(
        &["presentation/statement/differs/prove.rs draft <"],
        "whether the value is another one: nothing is sent where it is not",
    ),
    both(&["credential/dummy.rs recommit <"], "which values a decoy replaces, as whether a wallet can answer (§11)"),
    both(&["schema/value.rs", "credential/dummy.rs recommit <"], "the same"),
    both(&["group/element.rs", "credential/dummy.rs"], "what a decoy draws is not zero, which nobody meets"),
    one(&["group/suite/ristretto255.rs", "accumulator/follow.rs follow <"], "coefficients under one factor (§11)"),
    two(
        &["group/suite/p256/", "group/suite/p256/public_sum.rs", "accumulator/follow.rs follow <"],
        "coefficients under one factor (§11)",
    ),
    both(&["accumulator/follow.rs"], "whether the own handle occurs (§11); a zero factor is drawn again"),
    both(&["list/follower.rs pass <"], "whether the own handle occurs in an epoch (§11)"),
    both(&["list/witness.rs", "credential/holder.rs adopt <"], "whether a witness is of the own handle: it is"),
    both(
        &["", "ticket/order.rs vartime_check <"],
        "order, commitments, challenges and answers, all of which the helper has",
    ),
    both(&["ticket/order.rs finish <"], "whether the helper's answers are right"),
    both(&["ticket/pair.rs check <"], "no point of an order is the identity, which nobody meets"),
    both(&["group/suite/", "doubles <"], "the same: points are encoded together"),
    both(&["group/element.rs", "presentation/relation/blinded.rs"], "a zero blind is drawn again, which nobody meets"),
    both(
        &["presentation/holder/ticket.rs", "presentation/holder/present.rs present <"],
        "whether a ticket is of this credential",
    ),
    both(&["presentation/holder/present.rs present <"], "the same: nothing is sent where it is not"),
    both(&["accumulator/handle.rs", "symbol/handle.rs"], "a handle is derived again if it is zero, which nobody meets"),
    both(
        &["group/suite/", "list/proof.rs"],
        "values of an epoch and weights that are hashed of it, all of which are published",
    ),
    both(&["list/manager.rs"], "handles are looked up by their bytes (§11)"),
    both(&["group/", "list/owner.rs read <"], "scalars that were stored are decoded: they are, and not zero"),
    both(&["ticket/session.rs commit_over <"], "whether the order's relations hold, and no point is the identity"),
    both(&["group/", "ticket/session.rs read <"], "scalars that were stored are decoded: they are"),
    both(&["ticket/messages.rs", "ticket/store.rs take_durably <"], "the name of a session, which is sent"),
    both(&["ticket/session.rs answer <"], "whether the challenges are of this session"),
    both(&["escrow/group.rs vartime_check <"], "whether the keys of shares fit together: they are published"),
    both(&["group/element.rs", "escrow/deal.rs"], "a zero coefficient is drawn again, which nobody meets"),
    both(&["group/key.rs", "escrow/deal.rs"], "no share is zero, which nobody meets"),
    both(
        &["", "sigma/dleq.rs verify <", "escrow/combine.rs combine <"],
        "each part's proof is checked in variable time in hashes of it (§11)",
    ),
    both(&["escrow/combine.rs combine <"], "whether a part's proof holds, and somebody was found"),
    both(&["escrow/share.rs check <"], "whether a share is of this group: its public key is published"),
    both(&["seal/passcode.rs derive <"], "Argon2id, from the second half of its first pass on (§11)"),
    both(&["seal/boxed.rs", "wallet/backup.rs open <"], "whether the passcode and the tag are right"),
    both(&["wallet/backup.rs open_by_check <"], "the same"),
    both(
        &["group/suite/", "set/proof.rs prove <"],
        "witnesses of a set and weights that are hashed of it, all of which are published",
    ),
    both(&["group/element.rs", "group/key.rs"], "a zero key is drawn again, which nobody meets"),
    both(&["presentation/verifier/batch.rs vartime_check <"], "whether a call's equations hold: the verdict"),
    both(&["sigma/batch.rs vartime_group <"], "which calls of a batch are bad: the verdicts"),
    two(
        &["group/", "group/element.rs scalar_from_bytes <", "device/sealed.rs open <"],
        "d is decoded: it is a scalar, or the device is another one",
    ),
    two(
        &["device/scheme/ecdsa/nonce_point.rs", "device/scheme/ecdsa/ask.rs checked <"],
        "whether R fits the signature, both of which are checked: where it does not, nothing is sent",
    ),
    two(&["credential/possession/ecdsa.rs prove <"], "whether the device answered"),
    two(&["credential/request.rs request <"], "whether the device answered"),
];

/// What leaves, by its name: from there on it is public.
pub const OUTPUTS: &[Output] = &[
    output("a wrapped key", "a keystore's ciphertext, beside what it opens"),
    output("a sealed file", "ciphertext that is stored where others read it"),
    output("a request for a credential", "commitments and a proof, to the issuer"),
    output("a presentation", "commitments and a proof, to whoever asks"),
    output_of_two("what an element signs", "a hash of what is sent, to the element"),
    output("a blinded input", "a uniform point, to the key holder"),
    output("an order of tickets", "uniform points, to the helper"),
    output("challenges of a holder", "uniform scalars, to the helper"),
    output("commitments of a helper", "points under fresh nonces, to the holder"),
    output("answers of a helper", "responses under fresh nonces, to the holder"),
    output("an epoch", "accumulators, proofs and signatures, to everybody"),
    output("keys of auditors", "multiples of the base, to everybody"),
    output("a set", "the owner's public key, witnesses and a proof, to everybody"),
    output("a verdict", "what the platform found, signed, to the desk"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Both tables of spec 08 §11.1, row by row.
    #[test]
    fn the_specification_says_the_same() {
        let spec = crate::report::root().join("spec/08-threat-model.md");
        let text = std::fs::read_to_string(spec).expect("it is there");
        let section = text.split("### 11.1 ").nth(1).expect("a section").split("\n#").next().expect("its text");
        let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| ")).collect();
        let places =
            PLACES.iter().map(|place| format!("| `{}` | {} | {} |", place.name(), place.suite.name(), place.why));
        let outputs = OUTPUTS.iter().map(|output| format!("| {} | {} |", output.what, output.why));
        let expected: Vec<String> = ["| place | suite | what shows there |".to_owned()]
            .into_iter()
            .chain(places)
            .chain(["| what leaves | what it is, and to whom |".to_owned()])
            .chain(outputs)
            .collect();
        let missing: Vec<&String> = expected.iter().filter(|row| !rows.contains(&row.as_str())).collect();
        let strange: Vec<&&str> = rows.iter().filter(|row| !expected.iter().any(|own| own == *row)).collect();
        assert!(missing.is_empty() && strange.is_empty(), "missing: {missing:#?}\nnot in the list: {strange:#?}");
        assert_eq!(rows.len(), expected.len(), "a row is there twice");
    }

    #[test]
    fn parts_are_found_in_order_from_the_innermost() {
        let place = both(&["a.rs", "b.rs f <"], "");
        assert!(place.covers("a.rs x < b.rs f < c.rs g"));
        assert!(place.covers("a.rs x < d.rs y < b.rs f < c.rs g"));
        assert!(!place.covers("b.rs f < a.rs x < c.rs g"));
        assert!(!place.covers("d.rs y < a.rs x < b.rs f < c.rs g"));
        assert!(both(&["", "fold/"], "").covers("a.rs x < fold/p.rs y"));
        // The last is one that the harness calls.
        assert!(both(&["a.rs", "b.rs f <"], "").covers("a.rs x < b.rs f"));
        let place = place.or(&["a.rs x <", "c.rs"]);
        assert!(place.covers("a.rs x < c.rs g") && place.covers("a.rs y < b.rs f") && !place.covers("a.rs y < c.rs g"));
    }
}
