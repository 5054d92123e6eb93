//! Where a report is right: each place, and why nothing secret shows there.

/// Reports that are right.
pub struct Allowed {
    /// Where: the [site](crate::report::Report::site) begins with the first part and has the others
    /// after it, in order.
    pub place: &'static [&'static str],
    /// Why.
    pub why: &'static str,
}

impl Allowed {
    pub fn covers(&self, site: &str) -> bool {
        let mut from = 0;
        self.place.iter().enumerate().all(|(number, part)| {
            let found = site[from..].find(part).filter(|place| number > 0 || *place == 0);
            from += found.unwrap_or(0);
            found.is_some()
        })
    }
}

const fn allow(place: &'static [&'static str], why: &'static str) -> Allowed {
    Allowed { place, why }
}

pub const ALLOWED: &[Allowed] = &[
    allow(
        &["", "presentation/holder/consent.rs check <"],
        "whether a wallet can answer is found in variable time, before anything is sent (spec 08 §11)",
    ),
    allow(&["", "fold/"], "z is what a proof without a fold would send: uniform, and of no secret (spec 04 §8.5)"),
    allow(
        &["group/", "group/element.rs", "set/table.rs witness <"],
        "the witness that was selected is decoded: every one of a table is a point, as was checked once",
    ),
    allow(
        &["group/element.rs", "presentation/relation/witness.rs"],
        "a scalar is drawn again if it is zero, which nobody meets",
    ),
    allow(&["group/key.rs divide <"], "x + e is not zero, or nobody could have drawn this e"),
    allow(
        &["schema/", "credential/issuer.rs certify <"],
        "whether values fit the schema, of a template whether it is too long: no credential is issued on one that is",
    ),
    allow(
        &["codec/mod.rs from_bytes"],
        "what was read is written again and compared: they are equal, or the message is refused",
    ),
    allow(
        &["", "codec/mod.rs from_bytes <", "wallet/file.rs open <"],
        "all of an opened file is secret to memcheck, its structure too; what is decoded alike is watched by itself",
    ),
    allow(&["seal/boxed.rs", "wallet/file.rs open <"], "whether the key and the tag are right"),
    allow(&["wallet/file.rs open <"], "the same; and where the content ends (spec 08 §11)"),
    allow(&["sigma/relation.rs check <"], "no point of a relation is the identity, which nobody meets"),
    #[cfg(not(suite = "p256"))]
    allow(
        &["group/suite/ristretto255.rs", "device/scheme/shared_nonces/ask.rs ask <"],
        "T_1 + β·T_2: β is of no use without the wallet's nonce (spec 08 §11)",
    ),
    #[cfg(not(suite = "p256"))]
    allow(
        &["group/", "group/element.rs", "device/"],
        "points and scalars of question and answer are decoded: they are",
    ),
    #[cfg(not(suite = "p256"))]
    allow(
        &["device/scheme/shared_nonces/ask.rs ask <"],
        "whether the device's commitment is the one that was expected: both are sent",
    ),
    #[cfg(suite = "p256")]
    allow(
        &["group/", "device/scheme/ecdsa/nonce_point.rs from_x <", "device/scheme/ecdsa/nonce_point.rs recover <"],
        "R is decoded, which is sent; of a device in this process it was computed in secret",
    ),
    #[cfg(suite = "p256")]
    allow(
        &["", "device/scheme/ecdsa/signature.rs", "device/scheme/ecdsa/ask.rs checked <"],
        "whether s is in its range: where it is not, nothing is sent",
    ),
    #[cfg(suite = "p256")]
    allow(&["device/scheme/ecdsa/signature.rs of <"], "rho and s are not zero, which nobody meets"),
    #[cfg(suite = "p256")]
    allow(
        &["device/scheme/ecdsa/nonce_point.rs recover <"],
        "whether a sign of s fits: where none does, nothing is sent; which one it is does not show",
    ),
    #[cfg(suite = "p256")]
    allow(
        &["device/scheme/ecdsa/nonce_point.rs", "device/scheme/ecdsa/proof.rs enter <"],
        "whether e is zero, which nobody meets",
    ),
    #[cfg(suite = "p256")]
    allow(
        &["group/suite/p256/coordinates.rs mapped <", "oprf/mod.rs point_of <"],
        "the map to the curve divides by what is never zero, and says so by a branch",
    ),
    allow(
        &["group/element.rs", "oprf/mod.rs", "symbol/exchange.rs"],
        "a zero blind is drawn again, which nobody meets",
    ),
    #[cfg(not(suite = "p256"))]
    allow(&["oprf/mod.rs finalize <"], "whether the proof fits B and what came"),
    allow(
        &["", "oprf/mod.rs vartime_verify <"],
        "K, B, k·B and the proof, all of which are sent; neither a blind nor an input gets there",
    ),
    allow(&["group/", "oprf/mod.rs blind_evaluate_unhedged <"], "k·B and the proof are decoded, which are sent"),
    allow(
        &["oprf/mod.rs blind_evaluate_unhedged <"],
        "a zero nonce is drawn again; K, k·B and the proof's commitments are encoded, which whoever gets the proof has",
    ),
    allow(&["oprf/mod.rs derived <"], "a key is derived again if it is zero, which nobody meets"),
    allow(&["oprf/mod.rs derive <"], "a key is a scalar and not zero, as was just seen"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_in_order_from_the_innermost() {
        let one = allow(&["a.rs", "b.rs f <"], "");
        assert!(one.covers("a.rs x < b.rs f < c.rs g"));
        assert!(one.covers("a.rs x < d.rs y < b.rs f < c.rs g"));
        assert!(!one.covers("b.rs f < a.rs x < c.rs g"));
        assert!(!one.covers("d.rs y < a.rs x < b.rs f < c.rs g"));
        assert!(allow(&["", "fold/"], "").covers("a.rs x < fold/p.rs y"));
    }
}
