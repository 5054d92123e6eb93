//! One flow from card to verdict.

use crate::hotel::parties::{CLOSED, DESK, NOW, Parties, SHARD, at};
use testkit::prelude::*;
use testkit::rogue::call;

/// What was sent: kind, comment, a flag if it is not part of the one flow, and bytes.
pub type Sent = (&'static str, &'static str, Option<&'static str>, Vec<u8>);

/// The whole flow.
pub struct Flow {
    pub parties: Parties,
    pub credential: Credential,
    pub old_heads: [CosignedHeads; 2],
    pub asked: Asked,
    /// What the phone waited with for its credential, stored.
    pub request_state: Vec<u8>,
    /// Epoch 1 of both lists, as it was served.
    pub closed: [Vec<u8>; 2],
    pub messages: Vec<Sent>,
}

impl Flow {
    pub fn new() -> Self {
        let mut parties = Parties::new();
        let mut messages = Vec::new();
        let mut sent = |kind, comment, bytes| messages.push((kind, comment, None, bytes));
        sent("Schema", "the schema of the resident card", Schema::resident_card().to_bytes());
        sent("HeadSet", "status list, epoch 0", parties.country.status.heads().to_bytes());
        sent("HeadSet", "flag list, epoch 0", parties.country.flag.heads().to_bytes());
        sent("CosignedHeadSet", "status list, epoch 0", parties.country.sets[0].to_bytes());
        sent("CosignedHeadSet", "flag list, epoch 0", parties.country.sets[1].to_bytes());
        let (blinded, evaluated, card) = parties.card();
        assert_eq!(card, parties.country.card);
        sent("SymbolRequest", "terminal to authority: the card, blinded", blinded.to_bytes());
        sent("SymbolResponse", "authority to terminal", evaluated.to_bytes());
        let offered = parties.offer();
        sent("CredentialOffer", "issuer to phone", offered.message.to_bytes());
        let requested = parties.ask(&offered.message);
        sent("CredentialRequest", "phone to issuer", requested.message.to_bytes());
        let accepted = offered.state.accept(&requested.message).unwrap();
        let response = parties.country.issue(&accepted, Generation::FIRST);
        sent("CredentialResponse", "issuer to phone", response.to_bytes());
        let request_state = requested.state.to_bytes();
        let [status, flag] = &parties.country.heads;
        let mut credential = requested.state.receive(&response, status, flag).unwrap();

        let early = parties.early_call(&credential);
        let old_heads = parties.country.heads.clone();
        let epochs = parties.close_epoch();
        let closed = epochs.each_ref().map(ClosedEpoch::to_bytes);
        for (i, [name, heads]) in [
            ["status list, epoch 1, the phone's shard", "status list, epoch 1"],
            ["flag list, epoch 1, the phone's shard", "flag list, epoch 1"],
        ]
        .into_iter()
        .enumerate()
        {
            let update = &epochs[i].updates[usize::from(SHARD)];
            sent("EpochUpdate", name, update.to_bytes());
            sent("HeadSet", heads, epochs[i].heads.to_bytes());
            sent("SignedHead", name, update.head().to_bytes());
            sent("CosignedHeadSet", heads, parties.country.sets[i].to_bytes());
        }
        let list = epochs[0].updates[usize::from(SHARD)].head().head().list().clone();
        let served = EpochUpdate::from_bytes(&epochs[0].updates[usize::from(SHARD)].to_bytes()).unwrap();
        let number = SegmentNumber::of(Epoch::new(1)).unwrap();
        let segment = LogSegment::new(list, number, vec![served]).unwrap();
        sent("LogSegment", "status list, the phone's shard, as a file", segment.to_bytes());
        sent("ClosedEpoch", "status list, epoch 1, all shards", epochs[0].to_bytes());
        let keys = [parties.country.status.list_keys(), parties.country.flag.list_keys()];
        for (i, epoch) in epochs.into_iter().enumerate() {
            let update: Option<Result<EpochUpdate, ListError>> =
                epoch.updates.into_iter().nth(usize::from(SHARD)).map(Ok);
            let (heads, rng) = (&parties.country.heads[i], &mut parties.country.rng);
            credential.catch_up(&keys[i], heads, EpochProofs::Verify, update, |_| {}, rng).unwrap();
        }

        let asked = parties.desk(DESK).once(&mut parties.country.rng).unwrap();
        sent("PresentationRequest", "desk to phone", asked.message.to_bytes());
        let [status, flag] = &parties.country.heads;
        let consent = credential.review(&asked.message, &[status, flag]).unwrap();
        let presentation =
            credential.present(consent, &mut parties.device, &mut parties.country.rng).unwrap().to_bytes();
        sent("Presentation", "phone to desk", presentation.clone());
        let call = call(&asked.message.to_bytes(), &presentation);
        sent("VerificationCall", "desk to platform", call.clone());
        let verdict = parties.answer(&call, NOW);
        assert_eq!(verdict.unverified_verdict(), Verdict::Verified);
        sent("VerdictMessage", "platform to desk", verdict.to_bytes());

        messages.push(("VerificationCall", "of epoch 0, within the grace of epoch 1", Some("Grace"), early));
        let standing = parties.desk(DESK).standing(at(CLOSED), at(NOW)).unwrap();
        let presentation = parties.present_anyway(&credential, standing.message());
        let window = standing.relay(&presentation.to_bytes(), &mut parties.country.rng).message.to_bytes();
        let zeros = [POINT_LEN, 2 * POINT_LEN, SCALAR_LEN].map(|length| Item::Bytes(vec![0; length]));
        let nothing = [Item::Uint(0)].into_iter().chain(zeros).collect();
        let withheld = Tree::parse(&response.to_bytes()).with(|body| *body.at_mut(10) = Item::Array(nothing));
        messages.push(("CredentialResponse", "the same to a person who is flagged", Some("Withheld"), withheld));
        messages.push(("VerificationCall", "with a window that ends now", Some("Window"), window));
        let open = parties.desk_lately().once(&mut parties.country.rng).unwrap().message;
        let presentation = parties.present_anyway(&credential, &open);
        let lately = testkit::rogue::call(&open.to_bytes(), &presentation.to_bytes());
        messages.push(("VerificationCall", "of the epoch that it states", Some("Lately"), lately));
        Self { parties, credential, old_heads, asked, request_state, closed, messages }
    }

    pub fn message(&self, kind: &str) -> Vec<u8> {
        self.messages.iter().find(|(found, ..)| *found == kind).unwrap().3.clone()
    }

    pub fn flagged(&self, flag: &str) -> Vec<u8> {
        self.messages.iter().find(|(_, _, found, _)| *found == Some(flag)).unwrap().3.clone()
    }

    /// The status list's head of epoch 0, of the phone's shard.
    pub fn first_head(&self) -> selfsame::list::Head {
        self.old_heads[0].head(Shard::new(SHARD).unwrap()).unwrap().clone()
    }

    /// The heads of the empty status list.
    pub fn old_heads_of_status(&self) -> HeadSet {
        HeadSet::from_bytes(&self.message("HeadSet")).unwrap()
    }

    pub fn tree(&self, kind: &str) -> Tree {
        Tree::parse(&self.message(kind))
    }
}
