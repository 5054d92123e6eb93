//! A desk that verifies by itself, with public keys alone (spec 06 §7, spec 14 §6).
//!
//! It needs what everybody may have: issuers' keys, lists' keys and the heads of today that a
//! quorum of cosigners signed. So it works offline, and a thief of it makes no credential. What it
//! can check are requests of which every key is verified by a ticket; of one that a key holder
//! would have to verify it refuses every answer, and of one with an escrow, which only a platform's
//! verdict lets auditors open.

use alloc::vec::Vec;
use core::fmt;

use super::batch::{DecodedCall, Item, vartime_check, vartime_check_all};
use super::error::PlatformError;
use super::replay::ReplayRegister;
use super::trust_store::{IndexAllocator, TrustStore};
use crate::calendar::Timestamp;
use crate::credential::IssuerParameters;
use crate::directory::VerifiedDirectory;
use crate::error::Refused;
use crate::list::{CosignedHeads, Freshness, ListKeys};
use crate::presentation::desk::{Outcome, PendingRequest, StandingRequest};
use crate::presentation::request::PresentationRequest;
use crate::set::VerifiedCodeSet;

/// Verifies presentations with tickets. It holds no secret, and one register of what must not count
/// twice: tickets, uses under a limit, presentations for a window.
pub struct KeylessVerifier<R> {
    trust_store: TrustStore,
    register: R,
}

impl<R> fmt::Debug for KeylessVerifier<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeylessVerifier({:?})", self.trust_store.issuers())
    }
}

impl<R: ReplayRegister> KeylessVerifier<R> {
    /// A verifier that goes by this version of the directory.
    pub fn new(directory: &VerifiedDirectory, freshness: Freshness, register: R) -> Self {
        Self { trust_store: TrustStore::new(freshness, Some(directory.clone())), register }
    }

    /// The same, where no directory says which issuer keys and lists there are; see
    /// [`Platform::without_directory`](crate::presentation::Platform::without_directory).
    pub const fn without_directory(freshness: Freshness, register: R) -> Self {
        Self { trust_store: TrustStore::new(freshness, None), register }
    }

    /// What it remembers.
    pub const fn register(&self) -> &R {
        &self.register
    }

    /// Adds an issuer key. If a directory is adopted, the key counts when that says so.
    ///
    /// # Errors
    /// [`PlatformError::Issuer`].
    pub fn add_issuer(&mut self, parameters: IssuerParameters) -> Result<(), PlatformError> {
        self.trust_store.add_issuer(parameters)
    }

    /// Goes by a version of the directory from now on; see
    /// [`Platform::adopt`](crate::presentation::Platform::adopt).
    ///
    /// # Errors
    /// [`PlatformError::OldDirectory`] or [`PlatformError::List`].
    pub fn adopt(&mut self, directory: &VerifiedDirectory) -> Result<(), PlatformError> {
        self.trust_store.adopt(directory)
    }

    /// Adds a list: one of the directory's, if one is adopted.
    ///
    /// # Errors
    /// [`PlatformError::List`].
    pub fn add_list(&mut self, keys: ListKeys) -> Result<(), PlatformError> {
        self.trust_store.add_list(keys)
    }

    /// Adds a set of codes.
    ///
    /// # Errors
    /// [`PlatformError::Set`].
    pub fn add_set(&mut self, set: VerifiedCodeSet) -> Result<(), PlatformError> {
        self.trust_store.add_set(set)
    }

    /// Takes an epoch that a quorum of cosigners signed; the one before counts for the time of
    /// grace from now on.
    ///
    /// # Errors
    /// [`PlatformError::List`], [`PlatformError::OldEpoch`], [`PlatformError::Equivocation`] or
    /// [`PlatformError::Future`].
    pub fn accept_heads(&mut self, heads: &CosignedHeads, now: Timestamp) -> Result<(), PlatformError> {
        self.trust_store.accept_heads(heads, now)
    }

    /// Settles a request with a nonce by the bytes that the phone sent, whatever they are.
    pub fn conclude(&self, asked: PendingRequest, presentation: &[u8], now: Timestamp) -> Outcome {
        self.verify_one(asked.into_request(), presentation, now)
    }

    /// Settles one answer to a request for a time window.
    pub fn conclude_standing(&self, asked: &StandingRequest, presentation: &[u8], now: Timestamp) -> Outcome {
        self.verify_one(asked.message().clone(), presentation, now)
    }

    /// Settles many pending requests at once, faster each, with the outcomes that they would have
    /// one after the other.
    pub fn conclude_batch(&self, asked: Vec<(PendingRequest, Vec<u8>)>, now: Timestamp) -> Vec<Outcome> {
        let read = asked.into_iter().map(|(pending, bytes)| DecodedCall::answered(pending.into_request(), &bytes).ok());
        self.verify_batch(read.collect(), now)
    }

    /// Settles many answers to a request for a time window at once, with the outcomes that they
    /// would have one after the other.
    pub fn conclude_standing_batch(
        &self,
        asked: &StandingRequest,
        presentations: &[impl AsRef<[u8]>],
        now: Timestamp,
    ) -> Vec<Outcome> {
        let read =
            presentations.iter().map(|bytes| DecodedCall::answered(asked.message().clone(), bytes.as_ref()).ok());
        self.verify_batch(read.collect(), now)
    }

    fn verify_batch(&self, calls: Vec<Option<DecodedCall>>, now: Timestamp) -> Vec<Outcome> {
        let mut allocator = IndexAllocator::default();
        let mut items = Vec::with_capacity(calls.len());
        for call in &calls {
            items.push(call.as_ref().and_then(|call| self.item(call, now, &mut allocator).ok()));
        }
        let good = vartime_check_all(&items, &[]);
        let settled: Vec<bool> = calls
            .iter()
            .zip(&items)
            .zip(good)
            .map(|((call, item), good)| match (call, item) {
                (Some(call), Some(item)) if good => self.trust_store.record(call, item, now, &self.register).is_ok(),
                _ => false,
            })
            .collect();
        drop(items);
        let outcome = |(call, good): (Option<DecodedCall>, bool)| match call {
            Some(DecodedCall { request, presentation }) if good => Outcome::verified(&request, presentation),
            _ => Outcome::refused(),
        };
        calls.into_iter().zip(settled).map(outcome).collect()
    }

    /// An escrow is opened on a platform's word, and there is none here: what could never be opened
    /// is not taken.
    fn item<'a>(
        &'a self,
        call: &'a DecodedCall,
        now: Timestamp,
        allocator: &mut IndexAllocator,
    ) -> Result<Item<'a>, Refused> {
        if call.request.escrow().is_some() {
            return Err(Refused);
        }
        self.trust_store.item(call, now, allocator)
    }

    fn verify_one(&self, request: PresentationRequest, presentation: &[u8], now: Timestamp) -> Outcome {
        let Ok(call) = DecodedCall::answered(request, presentation) else { return Outcome::refused() };
        let checked = self.item(&call, now, &mut IndexAllocator::default()).and_then(|item| {
            vartime_check(&item, &[])?;
            self.trust_store.record(&call, &item, now, &self.register)
        });
        match checked {
            Ok(_) => Outcome::verified(&call.request, call.presentation),
            Err(Refused) => Outcome::refused(),
        }
    }
}
