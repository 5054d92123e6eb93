//! This crate's receivers, each made of the state in a file and nothing else: a closed list, as
//! test-vectors/README.md has it.

mod auditors;
mod cards;
mod certificates;
mod consent;
mod data;
mod decoding;
mod definitions;
mod desk;
mod directory;
pub mod documents;
pub mod drawn;
#[cfg(suite = "p256")]
mod element;
mod epochs;
mod following;
mod holder;
mod issuer;
mod keys;
mod lists;
mod logs;
mod ordering;
mod parties;
mod parts;
mod platform;
mod provers;
mod qr;
mod registries;
mod requests;
mod sessions;
mod states;
mod symbols;
mod tickets;
pub mod wallets;

use serde_json::Value;

pub use data::Stop;

/// Judges an input; gives the output.
pub type Receive = Box<dyn FnMut(&Value) -> Result<Value, Stop>>;

/// The receiver of this name, in this state.
pub fn open(receiver: &str, state: &Value) -> Result<Receive, String> {
    match receiver {
        "AuditorGroup" => Ok(auditors::group()),
        "AuditorShare" => data::parsed(state).map(auditors::share),
        "ChipRecord" => data::parsed(state).map(documents::record),
        "LaterAddress" => Ok(documents::later_address()),
        "MachineReadableZone" => Ok(documents::zone()),
        "BasePoint" => Ok(definitions::base_point()),
        "CardAnswer" => cards::answer(data::parsed(state)?),
        "CardQuestion" => cards::question(data::parsed(state)?),
        "ClosedEpoch" => lists::closed_epoch(data::parsed(state)?),
        "CodeSet" => Ok(holder::code_set()),
        "CosignedHeadSet" => lists::cosigned(data::parsed(state)?),
        "CredentialOffer" => holder::offer(data::parsed(state)?),
        "CredentialRequest" => issuer::credential_request(data::parsed(state)?),
        "CredentialResponse" => holder::response(data::parsed(state)?),
        "Decoding" => decoding::decoding(data::parsed(state)?),
        "DigitSet" => Ok(holder::digit_set()),
        "EpochFile" => logs::epoch_file(data::parsed(state)?),
        "EpochUpdate" => lists::update(data::parsed(state)?),
        "DirectoryCosigner" => data::parsed(state).map(directory::cosigner),
        "Equivocation" => directory::equivocation(data::parsed(state)?),
        "Evidence" => auditors::evidence(data::parsed(state)?),
        "HeadSet" => lists::head_set(data::parsed(state)?),
        "LogAuditor" => logs::auditor(data::parsed(state)?),
        "Cosigner" => logs::cosigner(data::parsed(state)?),
        "LogSegment" => lists::segment(data::parsed(state)?),
        "Oprf" => data::parsed(state).map(definitions::oprf),
        "Presenting" => provers::presenting(data::parsed(state)?),
        "Answering" => provers::answering(data::parsed(state)?),
        "Ordering" => ordering::ordering(data::parsed(state)?),
        "Committing" => ordering::committing(state.clone()),
        "Challenging" => ordering::challenging(data::parsed(state)?),
        "Decrypting" => auditors::decrypting(data::parsed(state)?),
        "Publishing" => Ok(holder::publishing()),
        "Vouching" => platform::vouching(data::parsed(state)?),
        "Applying" => provers::applying(data::parsed(state)?),
        "Evaluating" => data::parsed(state).map(provers::evaluating),
        "PinnedDirectory" => Ok(directory::pinned()),
        "PresentationRequest" => holder::presentation_request(data::parsed(state)?),
        "Schema" => Ok(issuer::schema()),
        "SignedDirectory" => directory::signed(data::parsed(state)?),
        "PlatformEpoch" => epochs::platform_epoch(data::parsed(state)?),
        "RequestBySchemas" => requests::by_schemas(data::parsed(state)?),
        "SignedHead" => lists::signed_head(data::parsed(state)?),
        "SymbolEvaluation" => issuer::symbol_evaluation(data::parsed(state)?),
        "SymbolRequestBytes" => Ok(issuer::symbol_request()),
        "Transcript" => Ok(definitions::transcript()),
        "VerificationCall" => platform::call(data::parsed(state)?),
        "VerdictByDirectory" => desk::by_directory(data::parsed(state)?),
        "Verdict" => desk::verdict(data::parsed(state)?),
        "Registry" => registries::registry(data::parsed(state)?),
        "FlagRegistry" => registries::flag_registry(data::parsed(state)?),
        "Consent" => consent::consent(data::parsed(state)?, false),
        "Decoy" => consent::consent(data::parsed(state)?, true),
        "Following" => following::following(data::parsed(state)?),
        "SealedWallet" => wallets::sealed_wallet(data::parsed(state)?),
        "SealWallet" => wallets::seal_wallet(data::parsed(state)?),
        "SealedBackup" => wallets::sealed_backup(data::parsed(state)?),
        "SealBackup" => wallets::seal_backup(data::parsed(state)?),
        "NewPasscode" => wallets::new_passcode(data::parsed(state)?),
        "SealedDevice" => wallets::sealed_device(data::parsed(state)?),
        "SealDevice" => wallets::seal_device(data::parsed(state)?),
        "DeviceSession" => sessions::device_session(data::parsed(state)?),
        other => parties::open(other, state).unwrap_or_else(|| Err(format!("no receiver {other}"))),
    }
}
