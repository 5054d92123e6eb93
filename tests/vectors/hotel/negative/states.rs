//! What each receiver in the middle of the flow has.

use selfsame::hazmat::stored_credential;
use serde_json::{Value, json};

use crate::hotel::flow::Flow;
use crate::hotel::parties::{GRACE, MAX_AGE, MAX_WINDOW, Parties, SHARD};
use crate::phones;
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::vectors::{File, issuer, keyed_issuer, list, outcome};

/// The messages, in the order of the file.
pub const KINDS: [&str; 16] = [
    "SymbolRequest", "SymbolResponse", "Schema", "CredentialOffer", "CredentialRequest", "CredentialResponse",
    "SignedHead", "HeadSet", "CosignedHeadSet", "EpochUpdate", "LogSegment", "ClosedEpoch", "PresentationRequest",
    "Presentation", "VerificationCall", "VerdictMessage",
];

/// A group's id, receiver, comment and state.
type Of = (&'static str, &'static str, &'static str, Value);

/// Of the status list, or of the flag list where `list` is 1.
pub struct States<'a> {
    pub flow: &'a Flow,
    pub list: usize,
}

impl States<'_> {
    fn issuer(&self) -> Value {
        issuer(self.flow.parties.country.issuer.parameters())
    }

    fn managers(&self) -> [&AccumulatorManager; 2] {
        [&self.flow.parties.country.status, &self.flow.parties.country.flag]
    }

    fn listed(&self) -> Value {
        list(&self.managers()[self.list].list_keys())
    }

    /// Both lists with the heads that stand so far behind the first messages of their kind.
    fn lists(&self, epoch: usize) -> Vec<Value> {
        let heads: Vec<_> = self.flow.messages.iter().filter(|(kind, ..)| *kind == "HeadSet").collect();
        let known = |(of, manager): (usize, &AccumulatorManager)| {
            let keys = list(&manager.list_keys());
            json!({ "keys": keys, "heads": hex::encode(&heads[2 * epoch + of].3) })
        };
        self.managers().into_iter().enumerate().map(known).collect()
    }

    pub fn platform(&self) -> Value {
        let first = self.lists(0);
        let keyed = |of: usize| {
            json!({
                "keys": &first[of]["keys"],
                "secret": hex::encode(self.managers()[of].share_keys().to_bytes()),
                "first": &first[of]["heads"],
                "epochs": [hex::encode(&self.flow.closed[of])],
            })
        };
        json!({
            "max_age": MAX_AGE,
            "grace": GRACE,
            "max_window": MAX_WINDOW,
            "issuers": [keyed_issuer(&self.flow.parties.country.issuer)],
            "lists": [keyed(0), keyed(1)],
            "sets": [],
            "digits": [],
        })
    }

    fn wallet(&self) -> Value {
        json!({
            "credentials": [hex::encode(stored_credential(&self.flow.credential))],
            "issuers": [self.issuer()],
            "lists": self.lists(1),
            "sets": [],
            "digits": [],
            "auditors": [],
        })
    }

    fn cosigned(&self) -> Value {
        let cosigners = self.flow.parties.country.quorum.cosigners();
        json!({
            "keys": self.listed(),
            "cosigners": cosigners.keys().iter().map(hex::encode).collect::<Vec<_>>(),
            "quorum": cosigners.quorum(),
        })
    }

    fn awaiting(&self) -> Value {
        let call = self.flow.message("VerificationCall");
        // The state that the desk stores (spec 06 §10).
        let body = Item::Map(vec![Item::Bytes(call)]);
        let state = Tree { envelope: [SUITE, 1, 72], body }.to_bytes();
        let key = self.flow.parties.country.platform.public_key().to_bytes();
        json!({ "awaiting": hex::encode(state), "platform_key": hex::encode(key) })
    }

    fn following(&self) -> Value {
        json!({ "list": self.lists(0)[self.list], "shard": SHARD })
    }

    pub fn of(&self, kind: &str) -> Of {
        let keys = || json!({ "keys": self.listed() });
        let sent = |kind: &str| hex::encode(self.flow.message(kind));
        let symbol_key = hex::encode(self.flow.parties.country.symbol_key.public_key().to_bytes());
        let log = "a holder of the status list's keys, after epoch 0, for shard 2";
        match kind {
            "SymbolRequest" => ("symbol-requests", "SymbolRequestBytes", "whoever decodes it", json!({})),
            "SymbolResponse" => (
                "symbol-responses",
                "SymbolEvaluation",
                "the terminal that sent the request",
                json!({ "public": symbol_key, "request": sent("SymbolRequest") }),
            ),
            "Schema" => ("schemas", "Schema", "whoever decodes it", json!({})),
            "CredentialOffer" => (
                "offers",
                "CredentialOffer",
                "a phone that knows the issuer and remembers its shard (04-9)",
                json!({ "issuer": self.issuer(), "shard": SHARD }),
            ),
            "CredentialRequest" => (
                "credential-requests",
                "CredentialRequest",
                "the issuer after its offer",
                json!({ "issuer": self.issuer(), "offer": sent("CredentialOffer") }),
            ),
            "CredentialResponse" => (
                "credential-responses",
                "CredentialResponse",
                "the phone after its request, with the heads of epoch 0",
                json!({ "request_state": hex::encode(&self.flow.request_state), "lists": self.lists(0) }),
            ),
            "SignedHead" => ("heads", "SignedHead", "a holder of the status list's keys", keys()),
            "HeadSet" => ("head-sets", "HeadSet", "a holder of the status list's keys", keys()),
            "CosignedHeadSet" => {
                ("cosigned", "CosignedHeadSet", "who knows the list's keys and its cosigners", self.cosigned())
            }
            "EpochUpdate" => ("updates", "EpochUpdate", log, self.following()),
            "LogSegment" => ("segments", "LogSegment", log, self.following()),
            "ClosedEpoch" => (
                "closed-epochs",
                "ClosedEpoch",
                "who reads the whole log of the status list, after epoch 0",
                json!({ "keys": self.listed(), "first": self.lists(0)[self.list]["heads"] }),
            ),
            "PresentationRequest" => {
                ("requests", "PresentationRequest", "the phone's wallet after epoch 1", self.wallet())
            }
            "Presentation" => (
                "presentations",
                "VerificationCall",
                "the platform, in a call with the flow's request",
                self.platform(),
            ),
            "VerificationCall" => ("calls", "VerificationCall", "the platform after epoch 1", self.platform()),
            "VerdictMessage" => ("verdicts", "Verdict", "the desk after its call", self.awaiting()),
            other => panic!("nobody receives a {other}"),
        }
    }
}

pub fn input(kind: &str, flow: &Flow, bytes: &[u8], now: u64) -> Value {
    match kind {
        "Presentation" => {
            let bytes = call(&flow.asked.message.to_bytes(), bytes);
            json!({ "bytes": hex::encode(bytes), "now": now, "before": [] })
        }
        "VerificationCall" => json!({ "bytes": hex::encode(bytes), "now": now, "before": [] }),
        "CosignedHeadSet" => json!({ "bytes": hex::encode(bytes), "now": now }),
        _ => json!({ "bytes": hex::encode(bytes) }),
    }
}

/// What comes of the right message, of this list where it is of one.
pub fn output(kind: &str, flow: &Flow, list: usize, bytes: &[u8]) -> Value {
    let tree = |kind: &str| flow.tree(kind);
    let keys = States { flow, list }.managers()[list].list_keys();
    let epoch = |heads: &HeadSet| {
        let heads = heads.verify(&keys).unwrap();
        json!({ "epoch": heads.epoch().number(), "digest": hex::encode(heads.digest().to_bytes()) })
    };
    match kind {
        "Schema" => {
            let digest: [u8; 32] = testkit::reference::hash("schema", &[bytes]);
            json!({ "digest": hex::encode(digest) })
        }
        "CredentialRequest" => json!({ "shard": SHARD }),
        "HeadSet" => epoch(&HeadSet::from_bytes(bytes).unwrap()),
        "CosignedHeadSet" => {
            let heads = Item::Map(vec![Tree::parse(bytes).body.at(1).clone()]);
            let plain = Tree { envelope: tree("HeadSet").envelope, body: heads }.to_bytes();
            epoch(&HeadSet::from_bytes(&plain).unwrap())
        }
        "ClosedEpoch" => epoch(&ClosedEpoch::from_bytes(bytes).unwrap().heads),
        "LogSegment" => json!({ "epoch": 1 }),
        "Presentation" | "VerificationCall" | "VerdictMessage" => {
            outcome::<POINT_LEN>(&tree("PresentationRequest"), &tree("Presentation"), &[])
        }
        _ => Value::Null,
    }
}

/// With the secrets of everybody in the flow.
pub fn cast(file: File, of: &str, flow: &Flow) -> File {
    let Parties { country, device, recovery } = &flow.parties;
    let file = phones::phone(file.country_and_issuer(of, country), of, device, recovery.as_ref().unwrap());
    phones::credential(file, of, &flow.credential)
}

/// The same, and with what the phone waited with.
pub fn with_secrets(file: File, flow: &Flow) -> File {
    cast(file, "", flow).secret("request state", &flow.request_state)
}
