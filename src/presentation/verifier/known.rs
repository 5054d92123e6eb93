//! What a platform has of others at a moment: what is public, and the keys beside it (spec 06
//! §7.1).

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::answer::{CheckedCall, CheckedCalls, Vouched};
use super::batch::{DecodedCall, Item, Unreadable, vartime_check, vartime_check_all};
use super::replay::ToRecord;
use super::trust_store::{IndexAllocator, Key, TrustStore};
use crate::accumulator::AccumulatorKey;
use crate::calendar::Timestamp;
use crate::credential::SharedIssuerKey;
use crate::error::{Refused, refused};
use crate::group::Scalar;
use crate::list::SharedListKeys;
use crate::presentation::desk::call_digest;
use crate::presentation::request::Effort;
use crate::set::{CodeSetKey, DigitSetKey};
use crate::sigma::Pair;

/// Public things and their keys, in the same order. It is copied to be changed.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) trust_store: TrustStore,
    pub(super) issuers: Vec<Arc<SharedIssuerKey>>,
    pub(super) lists: Vec<Arc<SharedListKeys>>,
    pub(super) sets: Vec<Arc<CodeSetKey>>,
    pub(super) digits: Vec<Arc<DigitSetKey>>,
    pub(super) effort: Effort,
}

impl Known {
    pub(super) fn new(trust_store: TrustStore) -> Self {
        let (issuers, lists, sets, digits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { trust_store, issuers, lists, sets, digits, effort: Effort::USUAL }
    }

    pub(super) fn key(&self, key: Key) -> Result<&Scalar, Refused> {
        let secret = match key {
            Key::Issuer(index) => self.issuers.get(index).map(|secret| secret.key.scalar()),
            Key::List(index, shard) => {
                self.lists.get(index).and_then(|secrets| secrets.keys().get(shard.index())).map(AccumulatorKey::scalar)
            }
            Key::Set(index) => self.sets.get(index).map(|key| key.scalar()),
            Key::Digits(index) => self.digits.get(index).map(|key| key.scalar()),
        };
        secret.ok_or(Refused::DEFECT)
    }

    /// Checks calls, and says what is to be remembered of those that are good. Where a proof fails,
    /// `refusal` says by which check: it is told nobody but through `hazmat`.
    pub(super) fn check(
        known: &Arc<Self>,
        calls: &[&[u8]],
        now: Timestamp,
        refusal: impl Fn(&Item<'_>, &[&Scalar]) -> Refused,
    ) -> CheckedCalls {
        let read: Vec<Result<DecodedCall, Unreadable>> = calls.iter().map(|call| DecodedCall::read(call)).collect();
        let mut allocator = IndexAllocator::default();
        let mut items: Vec<Result<Item<'_>, Refused>> = Vec::with_capacity(read.len());
        for call in &read {
            let call = call.as_ref().map_err(|unreadable| unreadable.refused);
            items.push(call.and_then(|call| known.item(call, now, &mut allocator)));
        }
        let keys: Result<Vec<&Scalar>, Refused> = allocator.keys.iter().map(|key| known.key(*key)).collect();
        let keys = keys.unwrap_or_default();
        let good = match items.as_slice() {
            [item] => alloc::vec![item.as_ref().is_ok_and(|item| vartime_check(item, &keys).is_ok())],
            items => vartime_check_all(items, &keys),
        };
        let mut checked = CheckedCalls::new(Arc::clone(known), now);
        for (((bytes, call), item), good) in calls.iter().zip(&read).zip(&items).zip(good) {
            let relations = match call {
                Ok(call) => call.request.vouched_relations(),
                Err(Unreadable { relations, .. }) => *relations,
            };
            let found = match (call, item) {
                (Ok(call), Ok(item)) if good => known.good(call, item, &allocator, now),
                (Ok(_), Ok(item)) => Err(refusal(item, &keys)),
                (Err(Unreadable { refused, .. }), _) | (_, Err(refused)) => Err(*refused),
            };
            checked.push(CheckedCall { digest: call_digest(bytes), relations }, found);
        }
        checked
    }

    /// What is to be checked of a call, unless its request asks too much.
    fn item<'a>(
        &'a self,
        call: &'a DecodedCall,
        now: Timestamp,
        allocator: &mut IndexAllocator,
    ) -> Result<Item<'a>, Refused> {
        if self.effort.allows(call.request.effort()) {
            self.trust_store.item(call, now, allocator)
        } else {
            Err(refused!("06-43"))
        }
    }

    /// What is to be remembered of a good call, and what is to be shown of it.
    fn good(
        &self,
        call: &DecodedCall,
        item: &Item<'_>,
        allocator: &IndexAllocator,
        now: Timestamp,
    ) -> Result<(ToRecord, Vouched), Refused> {
        let to_record = self.trust_store.to_record(call, item, now)?;
        let shown = if call.request.escrow().is_some() { item.vartime_keyed_pairs()? } else { Vec::new() };
        let (places, pairs): (Vec<usize>, Vec<Pair>) = shown.into_iter().unzip();
        let key = |place: usize| allocator.keys.get(place).copied().ok_or(Refused::DEFECT);
        let keys = places.into_iter().map(key).collect::<Result<_, _>>()?;
        let parameters = call.request.credentials().first().and_then(|query| self.trust_store.issuer_of(query));
        let parameters = parameters.ok_or(refused!("06-10"))?.clone();
        Ok((to_record, Vouched { keys, pairs, parameters, claims: TrustStore::claims(&call.request).collect() }))
    }
}
