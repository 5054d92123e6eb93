//! The testkit's country with an issuer of its own, and the honest messages between them.

use std::time::Duration;

use selfsame::credential::request;
use selfsame::directory::KeyValidity;
use selfsame::presentation::{present, review};
use testkit::prelude::*;

const SHARD: Shard = Shard::FIRST;

fn shards() -> ShardCount {
    ShardCount::new(SHARDS).expect("the count is valid")
}

/// Everybody.
pub struct Setting {
    /// Its platform holds the keys of issuer and lists.
    pub country: Country,
    pub(crate) issuer: Issuer,
    pub(crate) device: SoftwareDevice,
    recovery: RecoverySecret,
    /// The holder's class is one of it.
    classes: VerifiedCodeSet,
    /// The platform's.
    digits: VerifiedDigitSet,
}

/// The three messages of an issuance, with the states beside them.
pub struct Issuance {
    offer: CredentialOffer,
    request: CredentialRequest,
    response: CredentialResponse,
    state: RequestState,
}

fn schema() -> Schema {
    Schema::builder("member")
        .attribute("name", AttributeKind::Text, "name", "姓名")
        .attribute("since", AttributeKind::Date, "member since", "入会日期")
        .attribute("number", AttributeKind::Number, "member number", "会员编号")
        .attribute("class", AttributeKind::Code, "class", "级别")
        .attribute("photo", AttributeKind::Digest, "photo digest", "照片摘要")
        .build()
        .expect("the schema is valid")
}

fn class_key() -> CodeSetKey {
    CodeSetKey::random(vec![3, 7, 300], &mut SeededRng::new([10; 32])).expect("the codes are in order")
}

fn digits_key() -> DigitSetKey {
    DigitSetKey::random(DigitBase::Of256, &mut SeededRng::new([11; 32]))
}

fn values() -> Vec<Value> {
    vec![
        Value::Text(String::from("样例甲")),
        Value::Date(Days::LONG_TERM),
        Value::Number(u64::MAX),
        Value::Code(7),
        Value::Digest([3; 32]),
    ]
}

/// The file of the log that has this update, of epoch 1, alone.
pub(crate) fn segment(update: &EpochUpdate) -> LogSegment {
    let head = update.head().head();
    let number = SegmentNumber::of(head.epoch()).expect("it is epoch 1");
    let copy = EpochUpdate::from_bytes(&update.to_bytes()).expect("it is honest");
    LogSegment::new(head.list().clone(), number, vec![copy]).expect("it is the first")
}

impl Default for Setting {
    fn default() -> Self {
        Self::new()
    }
}

impl Setting {
    /// The same at each call.
    pub fn new() -> Self {
        let mut country = Country::new(9);
        let issuer = Issuer::random(schema(), KeyVersion(1), &mut country.rng);
        country.platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).expect("the key fits");
        let device = SoftwareDevice::random(&mut country.rng);
        let recovery = RecoverySecret::random(&mut country.rng);
        let classes = country.platform.add_set(class_key()).expect("it is the only one");
        let digits = country.platform.add_digits(digits_key()).expect("they are the only ones");
        Self { country, issuer, device, recovery, classes, digits }
    }

    fn offer(&mut self) -> (OfferState, CredentialOffer) {
        let offered =
            self.issuer.offer(SlotId([5; 16]), Generation::FIRST, shards(), Some(SHARD), &mut self.country.rng);
        let offered = offered.expect("there is such a shard");
        (offered.state, offered.message)
    }

    fn grant(&mut self, accepted: &AcceptedRequest) -> Grant {
        let country = &mut self.country;
        let status = country.handle_key.status(&country.card, Generation::FIRST);
        let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
        country.grant_of(accepted.shard(), [status, flag], values(), AssuranceFactors::CHIP_READ)
    }

    /// A whole issuance, but for the last step.
    pub fn issuance(&mut self) -> Issuance {
        let (state, offer) = self.offer();
        let parameters = self.issuer.parameters();
        let requested =
            request(parameters, &offer, ShardChoice::FromSlot, &self.recovery, &mut self.device, &mut self.country.rng);
        let requested = requested.expect("the offer is this issuer's");
        let accepted = state.accept(&requested.message).expect("the request is honest");
        let grant = self.grant(&accepted);
        let response = self.issuer.issue(&accepted, grant).expect("the grant fits");
        Issuance { offer, request: requested.message, response, state: requested.state }
    }

    /// A credential at epoch 0.
    pub fn credential(&mut self) -> Credential {
        let Issuance { state, response, .. } = self.issuance();
        state.receive(&response, &self.country.heads[0], &self.country.heads[1]).expect("the response is honest")
    }

    /// A wallet with a credential at epoch 0.
    pub fn wallet(&mut self) -> Wallet {
        let key = WalletKey::from_secret_bytes(Secret::new([12; 32]));
        let recovery = RecoverySecret::random(&mut self.country.rng);
        let new =
            Wallet::restore(&key, None, recovery, Trusted::NOTHING, &mut self.country.rng).expect("there is memory");
        let mut wallet = new.confirm_stored();
        let parameters = self.issuer.parameters().clone();
        let (_, directory) = self.directory();
        let staged = wallet.pin(&directory, &directory.digest(), &mut self.country.rng);
        staged.expect("the digest is the directory's").confirm_stored();
        let [status, flag] = self.country.sets.each_ref().map(|set| {
            let staged = wallet.see(set, NOW, &mut self.country.rng).expect("they are cosigned");
            staged.confirm_stored().counts().expect("they are the first")
        });
        let (state, offer) = self.offer();
        let staged = wallet.request(&parameters, &offer, NOW, &mut self.device, &mut self.country.rng);
        let requested = staged.expect("the offer is this issuer's").confirm_stored();
        let accepted = state.accept(&requested).expect("the request is honest");
        let grant = self.grant(&accepted);
        let response = self.issuer.issue(&accepted, grant).expect("the grant fits");
        let staged = wallet.receive(&parameters, &response, [&status, &flag], &mut self.country.rng);
        staged.expect("the response is honest").confirm_stored();
        wallet
    }

    /// The first version of a directory, and who signs the next one.
    pub(crate) fn directory(&mut self) -> (Authority, SignedDirectory) {
        let authority = Authority::random(&mut self.country.rng);
        let cosigners = self.country.quorum.cosigners();
        let symbols = SymbolKey::random(&mut self.country.rng).public_key();
        let draft = authority
            .draft(cosigners, symbols, shards())
            .issuer(self.issuer.parameters(), KeyValidity { from: NOW, until: Timestamp::from_secs(u64::MAX) })
            .list(self.country.status.list_keys())
            .list(self.country.flag.list_keys())
            .platform(&self.country.platform.public_key().to_bytes(), KeyValidity { from: NOW, until: LATE });
        let directory = authority.found(draft, NOW).expect("the draft is valid");
        (authority, directory)
    }

    /// Two versions of a directory, and evidence of each kind.
    pub(crate) fn versions(&mut self) -> ([SignedDirectory; 2], Vec<Equivocation>) {
        let (authority, first) = self.directory();
        let pinned = first.pin(&first.digest()).expect("it is its own digest");
        let version = |seconds| {
            let time = Timestamp::from_secs(NOW.as_secs() + seconds);
            authority.sign(&pinned, pinned.amend(), time).expect("it follows")
        };
        let cosigned = |version: SignedDirectory| {
            let sign = |cosigner: &Cosigner| {
                let mut forgetful = Cosigner::from_bytes(&cosigner.to_bytes()).expect("it is honest");
                let time = version.content().time();
                let staged = forgetful.cosign_directory(&pinned, &version, time);
                staged.expect("it is the first that it sees").confirm_stored()
            };
            let signatures = self.country.quorum.0.iter().map(sign).collect();
            version.with_cosignatures(signatures)
        };
        let [second, other] = [1, 2].map(|seconds| cosigned(version(seconds)));
        let mut memory = DirectoryMemory::new();
        memory.remember(&pinned.follow(&second).expect("both signed"));
        let mut evidence = memory.evidence(&other);
        let [one, other] = [0, 1].map(|seconds| {
            let time = Timestamp::from_secs(NOW.as_secs() + seconds);
            let name = self.country.status.list_keys().name().clone();
            AccumulatorManager::new(name, shards(), time, &mut self.country.rng).1
        });
        evidence.extend(Equivocation::of_head_sets(&one, &other));
        ([first, second], evidence)
    }

    pub(crate) fn ask(&self, lists: usize) -> RequestBuilder {
        let builder = PresentationRequest::builder(self.issuer.parameters(), "Hotel 悦来", "check-in");
        self.country.heads.iter().take(lists).fold(builder, |builder, heads| builder.present_on(heads))
    }

    /// Both lists, at whichever epoch the phone is.
    fn ask_lately(&self) -> RequestBuilder {
        let day = Duration::from_secs(86_400);
        self.country.heads.iter().fold(self.ask(0), |builder, heads| builder.present_lately_on(heads.name(), day))
    }

    fn present(&mut self, credential: &Credential, request: &PresentationRequest) -> Presentation {
        let (heads, sets, digits) = (self.country.heads.each_ref(), [&self.classes], [&self.digits]);
        let known = WalletContext::at(&heads).with_sets(&sets).with_digits_unchecked(&digits).with_uses_unchecked(0);
        let consent = review(request, &[credential], &known).expect("the request can be answered");
        let mut device = self.device.unlocked_by(|_| Some(LocalCheck::Face));
        present(&[credential], consent, Vec::new(), &mut device, &mut self.country.rng).expect("the credential is good")
    }

    /// Request, presentation and call for some questions.
    pub fn presentations(&mut self) -> Vec<(PresentationRequest, Presentation, VerificationCall)> {
        let (credential, day) = (self.credential(), LocalDay::in_china(NOW).expect("it is a day"));
        // With range proofs, where there are any.
        let listed = if SUITE == 1 { self.ask(2) } else { self.ask(2).in_digits(&self.digits) };
        let questions = [
            self.ask(2),
            self.ask_lately(),
            self.ask(2).disclose("name").unlocked_by(LocalChecks::only(LocalCheck::Face)),
            self.ask(0).disclose("since").disclose("number").disclose("class").disclose("photo"),
            self.ask(0).between("class", 1..=9).at_least("number", 1).valid_on("since", day).in_digits(&self.digits),
            // The last one: two are of one show, and only one verifies where both are seen.
            listed
                .at_least("number", 1)
                .valid_on("since", day)
                .one_of("class", &self.classes)
                .differs("class", Value::Code(8))
                .differs("name", Value::Text(String::from("样例乙")))
                .pseudonym(Scope::new("account"))
                .limit(Scope::new("breakfast"), 3, NOW..=NOW),
        ];
        let mut answered = Vec::new();
        for question in questions {
            let asked = question.clone().once(&mut self.country.rng).expect("the question is valid");
            let presentation = self.present(&credential, &asked.message);
            let call = asked.state.relay(&presentation.to_bytes()).message;
            answered.push((asked.message, presentation, call));
            let standing = question.standing(NOW, NOW).expect("the question is valid");
            let presentation = self.present(&credential, standing.message());
            let call = standing.relay(&presentation.to_bytes(), &mut self.country.rng).message;
            answered.push((standing.message().clone(), presentation, call));
        }
        answered
    }

    /// Closes an epoch of both lists after some changes, the holder's own among them if asked.
    fn epoch(&mut self, others: u32, own: bool, back: bool) -> [ClosedEpoch; 2] {
        let Country { handle_key, status, flag, card, person, .. } = &mut self.country;
        let other = |n| handle_key.status(card, Generation::new(100 + n).expect("it is not 0"));
        let mut handles: Vec<_> = (0..others).map(other).collect();
        let own_status = handle_key.status(card, Generation::FIRST);
        let own_flag = handle_key.flag(flag.list_keys().name(), person);
        for (list, own_handle) in [(&mut *status, own_status), (&mut *flag, own_flag)] {
            let _ = list.register(SHARD, &own_handle);
            for handle in &mut handles {
                let _ = list.register(SHARD, handle);
                list.remove(handle).expect("it is present");
            }
            if own {
                list.remove(&own_handle).expect("it is present");
                if back {
                    list.restore(&own_handle).expect("it is removed");
                }
            }
        }
        let closed = [status.close_epoch(NOW), flag.close_epoch(NOW)];
        closed.map(|epoch| epoch.expect("time does not run back"))
    }

    /// Epoch 1 of both lists in several ways, none of which follows another.
    pub fn epochs() -> Vec<ClosedEpoch> {
        let ways = [(0, false, false), (1, false, false), (5, true, false), (2, true, true)];
        ways.into_iter().flat_map(|(others, own, back)| Self::new().epoch(others, own, back)).collect()
    }

    /// Each of [`Setting::epochs`] with the heads that wallets take, cosigned, and the list's keys.
    pub fn cosigned_epochs() -> Vec<(ClosedEpoch, CosignedHeadSet, CosignedHeads, ListKeys)> {
        let cosigned = |(i, epoch): (usize, ClosedEpoch)| {
            // Cosigners that have read the empty log and nothing else.
            let mut country = Self::new().country;
            let keys = [country.status.list_keys(), country.flag.list_keys()][i % 2].clone();
            let set = country.quorum.sign(&keys, &epoch.heads, &epoch.updates);
            let heads = set.verify(&keys, &country.quorum.cosigners(), NOW).expect("two have signed");
            (epoch, set, heads, keys)
        };
        Self::epochs().into_iter().enumerate().map(cosigned).collect()
    }

    /// Honest inputs for every target but those that read documents.
    pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
        let mut setting = Self::new();
        let mut inputs = Vec::new();
        let mut add = |target, bytes| inputs.push((target, bytes));

        let key = SymbolKey::random(&mut setting.country.rng);
        let input = SymbolInput::person("CHN", "11010519491231002X").expect("the number is well formed");
        let blinded = input.blind(&mut setting.country.rng);
        add("symbol_request", blinded.message.to_bytes());
        add("symbol_response", key.blind_evaluate(&blinded.message, &mut setting.country.rng).to_bytes());
        add("public_key", key.public_key().to_bytes().to_vec());

        let issuance = setting.issuance();
        add("credential_offer", issuance.offer.to_bytes());
        add("credential_request", issuance.request.to_bytes());
        add("credential_response", issuance.response.to_bytes());
        add("schema", schema().to_bytes());
        add("schema", Schema::resident_card().to_bytes());

        for (request, presentation, call) in setting.presentations() {
            let call = call.to_bytes();
            let verdict: VerdictMessage =
                setting.country.platform.answer(&call, NOW).expect("the register is in memory");
            add("presentation_request", request.to_bytes());
            add("presentation", presentation.to_bytes());
            add("verdict", verdict.to_bytes());
            add("verification_call", call.clone());
            add("platform_answer", call);
        }
        add("code_set", class_key().publish().to_bytes());
        add("code_set_key", class_key().to_bytes());
        add("digit_set", digits_key().publish().to_bytes());
        add("digit_set_key", digits_key().to_bytes());
        let (versions, evidence) = setting.versions();
        for version in &versions {
            add("signed_directory", version.to_bytes());
            add("follow_directory", version.to_bytes());
        }
        evidence.iter().for_each(|evidence| add("equivocation", evidence.to_bytes()));
        let name = ListName::new("fuzz", ListClass::Status).expect("the name is valid");
        add("list_owner", ListOwner::random(name.clone(), shards(), &mut setting.country.rng).to_bytes());
        for cosigner in &setting.country.quorum.0 {
            add("cosigner", cosigner.to_bytes());
            let key = KeyElsewhere::new(&cosigner.public_key()).expect("it is a key");
            let owner = ListOwner::with_key(key, name.clone(), shards(), &mut setting.country.rng);
            add("list_owner_elsewhere", owner.to_bytes());
            add("cosigner_elsewhere", Cosigner::with_key(key).to_bytes());
        }
        for (epoch, cosigned, ..) in Self::cosigned_epochs() {
            add("head_set", epoch.heads.to_bytes());
            add("verify_heads", epoch.heads.to_bytes());
            add("cosigned_head_set", cosigned.to_bytes());
            for update in &epoch.updates {
                add("signed_head", update.head().to_bytes());
                add("epoch_update", update.to_bytes());
                add("follow_epoch", update.to_bytes());
                add("log_segment", segment(update).to_bytes());
                add("follow_segment", segment(update).to_bytes());
            }
        }
        inputs
    }
}
