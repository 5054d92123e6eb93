//! Who proves, with everything that is drawn given by a seed: the same bytes by whoever does it.

use selfsame::codec::Message;
use selfsame::credential::{Credential, CredentialOffer, RecoverySecret, ShardChoice, request};
use selfsame::device::SoftwareDevice;
use selfsame::directory::Auditor;
use selfsame::hazmat::{SeededRng, read_credential};
use selfsame::list::{CosignedHeads, Shard};
use selfsame::presentation::{AwaitedTickets, PresentationRequest, StoredTicket, WalletContext, present, review};
use selfsame::secret::Secret;
use selfsame::set::{CodeSet, DigitSet, VerifiedCodeSet, VerifiedDigitSet};
use selfsame::symbol::{SymbolKey, SymbolRequest};
use selfsame::ticket::TicketAnswers;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, Hex, Stop, receiver};
use super::holder::KnownAuditor;
use super::parts::{Issuer, KnownList, said};
use super::wallets::{Hardware, opened_device};

/// A device at rest, and what it is opened with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phone {
    file: Hex,
    wrapped: Hex,
    data_key: Array<32>,
    own: Array<32>,
}

impl Phone {
    /// Opened anew for each vector: the sessions are counted from there.
    fn device(&self) -> Result<SoftwareDevice, Stop> {
        let (wrapped, data_key) = (self.wrapped.0.clone(), self.data_key.0);
        opened_device(&self.file.0, &mut Hardware { wrapped, data_key, random: None }, &self.own.0)
    }
}

pub(super) fn malformed(error: impl std::fmt::Display) -> Stop {
    Stop::Malformed(error.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    credential: Hex,
    lists: Vec<KnownList>,
    digits: Vec<Held<DigitSet>>,
    auditors: Vec<KnownAuditor>,
    device: Phone,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seeded {
    bytes: Hex,
    seed: Array<32>,
}

/// A holder of one credential, who answers.
pub fn presenting(holder: Holder) -> Result<Receive, String> {
    let Holder { credential, lists, digits, auditors, device } = holder;
    let known = Known::of(&[credential], &lists, &[], &digits, &auditors)?;
    Ok(receiver(move |Seeded { bytes, seed }| known.answer(&bytes, None, Vec::new(), &device, seed.0)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wallet {
    /// In the order in which requests ask for them.
    credentials: Vec<Hex>,
    lists: Vec<KnownList>,
    sets: Vec<Held<CodeSet>>,
    digits: Vec<Held<DigitSet>>,
    auditors: Vec<KnownAuditor>,
    device: Phone,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    bytes: Hex,
    seed: Array<32>,
    /// How often the holder showed itself under the request's limit before.
    uses: Option<u32>,
    /// An order for each number, of which the first ticket is taken.
    tickets: Vec<Answered>,
}

/// An order of tickets and what came of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    awaited: Hex,
    answers: Hex,
}

impl Answered {
    fn first(&self) -> Result<StoredTicket, Stop> {
        let (awaited, answers): (AwaitedTickets, TicketAnswers) = (self.awaited.message()?, self.answers.message()?);
        let tickets = awaited.finish(&answers).map_err(malformed)?;
        tickets.into_iter().next().ok_or_else(|| malformed("no ticket"))
    }
}

/// A holder of some credentials, who answers, counts and has tickets; of faces none was compared
/// today.
pub fn answering(wallet: Wallet) -> Result<Receive, String> {
    let Wallet { credentials, lists, sets, digits, auditors, device } = wallet;
    let known = Known::of(&credentials, &lists, &sets, &digits, &auditors)?;
    Ok(receiver(move |Counted { bytes, seed, uses, tickets }| {
        let tickets = tickets.iter().map(Answered::first).collect::<Result<_, _>>()?;
        known.answer(&bytes, uses, tickets, &device, seed.0)
    }))
}

/// What a holder knows, all of it verified.
pub(super) struct Known {
    credentials: Vec<Credential>,
    heads: Vec<CosignedHeads>,
    sets: Vec<VerifiedCodeSet>,
    digits: Vec<VerifiedDigitSet>,
    auditors: Vec<Auditor>,
}

impl Known {
    pub(super) fn of(
        credentials: &[Hex],
        lists: &[KnownList],
        sets: &[Held<CodeSet>],
        digits: &[Held<DigitSet>],
        auditors: &[KnownAuditor],
    ) -> Result<Self, String> {
        let credentials = credentials.iter().map(|item| read_credential(&item.0).map_err(said));
        let sets = sets.iter().map(|set| set.0.verify().map_err(said));
        let digits = digits.iter().map(|set| set.0.verify().map_err(said));
        Ok(Self {
            credentials: credentials.collect::<Result<_, _>>()?,
            heads: lists.iter().map(KnownList::cosigned).collect::<Result<_, _>>()?,
            sets: sets.collect::<Result<_, _>>()?,
            digits: digits.collect::<Result<_, _>>()?,
            auditors: auditors.iter().map(KnownAuditor::read).collect::<Result<_, _>>()?,
        })
    }

    /// Those that answer a request, with all that is known.
    pub(super) fn asked<T>(
        &self,
        request: &PresentationRequest,
        answer: impl FnOnce(&[&Credential], WalletContext<'_>) -> T,
    ) -> T {
        let credentials: Vec<_> = self.credentials.iter().take(request.credentials().len()).collect();
        let (heads, sets, digits): (Vec<_>, Vec<_>, Vec<_>) =
            (self.heads.iter().collect(), self.sets.iter().collect(), self.digits.iter().collect());
        let known = WalletContext::at(&heads).with_sets(&sets).with_digits_unchecked(&digits);
        answer(&credentials, known.with_auditors_unchecked(&self.auditors))
    }

    fn answer(
        &self,
        request: &Hex,
        uses: Option<u32>,
        tickets: Vec<StoredTicket>,
        device: &Phone,
        seed: [u8; 32],
    ) -> Result<Value, Stop> {
        let (request, mut device): (PresentationRequest, _) = (request.message()?, device.device()?);
        self.asked(&request, |credentials, known| {
            let known = known.with_uses_unchecked(uses).with_faces_unchecked(0);
            let consent = review(&request, credentials, &known).map_err(malformed)?;
            let made = present(credentials, consent, tickets, &mut device, &mut SeededRng::new(seed));
            Ok(json!({ "bytes": hex::encode(made.map_err(malformed)?.to_bytes()) }))
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    issuer: Issuer,
    device: Phone,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Applied {
    bytes: Hex,
    shard: u16,
    recovery: Array<32>,
    seed: Array<32>,
}

/// Who asks for a credential.
pub fn applying(Applicant { issuer, device }: Applicant) -> Result<Receive, String> {
    let parameters = issuer.parameters()?;
    Ok(receiver(move |Applied { bytes, shard, recovery, seed }| {
        let (offer, mut device): (CredentialOffer, _) = (bytes.message()?, device.device()?);
        let shard = ShardChoice::Keep(Shard::new(shard).map_err(malformed)?);
        let recovery = RecoverySecret::from_secret_bytes(Secret::new(recovery.0));
        let rng = &mut SeededRng::new(seed.0);
        let sent = request(&parameters, &offer, shard, &recovery, &mut device, rng).map_err(malformed)?;
        Ok(json!({ "bytes": hex::encode(sent.message.to_bytes()) }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    key: Held<SymbolKey>,
}

/// Who evaluates a blinded input, and proves it.
pub fn evaluating(Authority { key }: Authority) -> Receive {
    receiver(move |Seeded { bytes, seed }| -> Result<Value, Stop> {
        let request: SymbolRequest = bytes.message()?;
        let answer = key.0.blind_evaluate(&request, &mut SeededRng::new(seed.0));
        Ok(json!({ "bytes": hex::encode(answer.to_bytes()) }))
    })
}
