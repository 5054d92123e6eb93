//! What a wallet knows, and what of it a request selects.

use alloc::vec::Vec;

use crate::calendar::Timestamp;
use crate::credential::Credential;
use crate::directory::{Auditor, VerifiedDirectory};
use crate::list::{CosignedHeads, EpochDigest, Head, Shard};
use crate::presentation::error::PresentError;
use crate::presentation::language::Language;
use crate::presentation::request::{AskedEpoch, CredentialQuery, DigitsQuery, ListQuery, PresentationRequest};
use crate::presentation::statement::{FaceCount, ProverInput, Wording};
use crate::schema::{Schema, Value};
use crate::set::{VerifiedCodeSet, VerifiedDigitSet};

/// What a wallet knows besides its credentials; more than a request needs does no harm.
///
/// It holds only what was verified somewhere; what nobody can verify comes in by a method that says
/// so.
#[derive(Clone, Copy, Debug, Default)]
pub struct WalletContext<'a> {
    pub(crate) heads: &'a [&'a CosignedHeads],
    pub(crate) sets: &'a [&'a VerifiedCodeSet],
    pub(crate) digits: &'a [&'a VerifiedDigitSet],
    pub(crate) auditors: &'a [Auditor],
    pub(crate) uses: Option<u32>,
    pub(crate) faces: FaceCount,
    pub(crate) version: Option<u64>,
}

impl<'a> WalletContext<'a> {
    /// Cosigned heads of lists: at the epochs that the request names or, where it names none, at
    /// which the credentials' witnesses are.
    #[must_use]
    pub const fn at(heads: &'a [&'a CosignedHeads]) -> Self {
        Self { heads, sets: &[], digits: &[], auditors: &[], uses: None, faces: FaceCount::Unknown, version: None }
    }

    /// Sets that the request names.
    #[must_use]
    pub const fn with_sets(mut self, sets: &'a [&'a VerifiedCodeSet]) -> Self {
        self.sets = sets;
        self
    }

    /// Digits that the request may name. Nobody checks here that a directory names them: digits
    /// that are made for one holder know it again. A [`Wallet`](crate::wallet::Wallet) does.
    #[must_use]
    pub const fn with_digits_unchecked(mut self, digits: &'a [&'a VerifiedDigitSet]) -> Self {
        self.digits = digits;
        self
    }

    /// The auditors of a directory: nothing is put in escrow to others.
    #[must_use]
    pub fn with_auditors_of(mut self, directory: &'a VerifiedDirectory) -> Self {
        self.auditors = directory.auditors();
        self
    }

    /// Auditors that no directory names. Nobody checks that these keys are of whom they are called
    /// by.
    #[must_use]
    pub const fn with_auditors_unchecked(mut self, auditors: &'a [Auditor]) -> Self {
        self.auditors = auditors;
        self
    }

    /// How often the holder showed itself before in scope and period of the request's limit. Nobody
    /// checks the count: two uses under one have one nullifier, by which the verifier links them
    /// and refuses the second. A [`Wallet`](crate::wallet::Wallet) keeps it.
    #[must_use]
    pub fn with_uses_unchecked(mut self, uses: impl Into<Option<u32>>) -> Self {
        self.uses = uses.into();
        self
    }

    /// How many faces were compared with the holder's template today before, by anybody, this one
    /// not counted. Nobody checks the count: who may ask as often as it likes learns the template
    /// (spec 08 §3.2). A [`Wallet`](crate::wallet::Wallet) keeps it.
    #[must_use]
    pub fn with_faces_unchecked(self, faces: impl Into<Option<u32>>) -> Self {
        self.with_faces(faces.into().map_or(FaceCount::Unknown, FaceCount::Counted))
    }

    /// The version of the file that will keep an order of tickets, which no two orders of a wallet
    /// share.
    pub(crate) const fn for_version(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    /// The count as a wallet keeps it.
    pub(crate) const fn with_faces(mut self, faces: FaceCount) -> Self {
        self.faces = faces;
        self
    }
}

/// What one credential is proven against.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) shard: Shard,
    pub(crate) heads: Vec<Head>,
    /// What is stated for each list: the epoch, if the request names none.
    pub(crate) stated: Vec<Option<EpochDigest>>,
    /// The sets that statements name, in order.
    pub(crate) sets: Vec<VerifiedCodeSet>,
    /// How many shards the lists have.
    pub(crate) groups: u16,
}

/// A credential with what is asked of it.
pub(super) type Asked<'a> = (&'a Credential, &'a CredentialQuery);

impl<'k> WalletContext<'k> {
    /// The heads that a query is answered under: those that it names, or the newest at which the
    /// phone is with every credential of which the same list is asked so.
    fn of_list(&self, list: &ListQuery, beside: &[Asked<'_>]) -> Option<&'k CosignedHeads> {
        let of = |heads: &&&CosignedHeads| heads.name() == &list.name;
        if let AskedEpoch::Named(epoch) = list.epoch {
            return self.heads.iter().filter(of).find(|heads| heads.digest() == epoch).copied();
        }
        let asks = |query: &CredentialQuery| query.lists.iter().any(|o| o.name == list.name && o.max_age().is_some());
        let all = || beside.iter().filter(|(_, query)| asks(query)).map(|(credential, _)| *credential);
        let class = list.name.class();
        let newest = all().map(|credential| credential.witness(class).epoch()).min()?;
        let fits = |heads: &CosignedHeads, of: &Credential| {
            heads.head(of.shard).is_ok_and(|head| of.witness_at(head).is_some())
        };
        let mut known = self.heads.iter().filter(of).filter(|heads| heads.epoch() == newest);
        known.find(|heads| all().all(|credential| fits(heads, credential))).copied()
    }

    /// The digits that a request names, if it names some.
    pub(super) fn digits_of(&self, request: &PresentationRequest) -> Result<Option<VerifiedDigitSet>, PresentError> {
        let Some(DigitsQuery { set, base }) = request.digits else { return Ok(None) };
        let named = self.digits.iter().find(|known| known.digest() == set && known.base() == base);
        Ok(Some(VerifiedDigitSet::clone(named.ok_or(PresentError::UnknownSet(set))?)))
    }
}

impl Selection {
    pub(crate) fn wording<'a>(
        &'a self,
        language: Language,
        schema: &'a Schema,
        auditors: &'a [Auditor],
        faces: FaceCount,
    ) -> Wording<'a> {
        Wording { language, schema, sets: &self.sets, auditors, faces: faces.before() }
    }

    pub(super) fn choose(
        credential: &Credential,
        query: &CredentialQuery,
        known: &WalletContext<'_>,
        beside: &[Asked<'_>],
    ) -> Result<Self, PresentError> {
        let mut heads = Vec::with_capacity(query.lists.len());
        let (mut groups, mut stated) = (0, Vec::new());
        for list in &query.lists {
            let unknown = || PresentError::UnknownHeads(list.name.clone());
            let named = known.of_list(list, beside).ok_or_else(unknown)?;
            heads.push(named.head(credential.shard).map_err(|_| unknown())?.clone());
            stated.push(list.max_age().map(|_| named.digest()));
            groups = named.shard_count().number();
        }
        let mut sets = Vec::new();
        for one_of in query.sets() {
            let named = known.sets.iter().find(|set| set.digest() == one_of.set());
            sets.push(VerifiedCodeSet::clone(named.ok_or(PresentError::UnknownSet(one_of.set()))?));
        }
        let shard = if heads.is_empty() { Shard::FIRST } else { credential.shard };
        Ok(Self { shard, heads, stated, sets, groups })
    }

    /// Whether it is such a credential, on lists with these names.
    pub(super) fn check_lists(
        index: usize,
        credential: &Credential,
        request: &PresentationRequest,
    ) -> Result<(), PresentError> {
        let query = request.credentials.get(index).ok_or(PresentError::CredentialCount)?;
        if !query.is_for(&credential.parameters) {
            return Err(PresentError::WrongIssuer);
        }
        let other = query.lists.iter().find(|list| credential.witness(list.name.class()).list().name != list.name);
        other.map_or(Ok(()), |list| Err(PresentError::UnknownList(list.name.clone())))
    }

    /// Whether no head takes a former witness that is too old, and none is stated that is older
    /// than the query allows.
    pub(super) fn check_recent(&self, (credential, query): Asked<'_>, now: Timestamp) -> Result<(), PresentError> {
        let mut lists = query.lists.iter().zip(&self.heads);
        if let Some((list, head)) = lists.find(|(list, head)| !list.epoch.allows(head.time, now)) {
            return Err(PresentError::OldLists { list: list.name.clone(), phone: head.epoch });
        }
        let outdated = self.heads.iter().find(|head| credential.is_outdated(head, now));
        let own = |head: &Head| credential.witness(head.list().name.class());
        outdated.map_or(Ok(()), |head| Err(PresentError::other_epoch(own(head), head)))
    }

    /// Whether the witnesses are there and fit the heads, and the values fit the statements.
    pub(super) fn check_state(
        &self,
        index: usize,
        credential: &Credential,
        request: &PresentationRequest,
        (uses, faces): (Option<u32>, FaceCount),
    ) -> Result<(), PresentError> {
        let query = request.credentials.get(index).ok_or(PresentError::CredentialCount)?;
        for (list, head) in query.lists.iter().zip(&self.heads) {
            let witness = credential.witness(list.name.class());
            if let Some(since) = witness.removed_since() {
                return Err(PresentError::Removed { list: list.name.clone(), since });
            }
            if credential.witness_at(head).is_none() {
                return Err(PresentError::other_epoch(witness, head));
            }
        }
        let input = ProverInput { index, credential, verifier: &request.verifier, sets: &self.sets, uses, faces };
        query.statements.iter().try_for_each(|statement| statement.check_provable(&input))
    }
}

pub(crate) fn disclosed(
    credentials: &[&Credential],
    request: &PresentationRequest,
) -> Result<Vec<Value>, PresentError> {
    let mut disclosed = Vec::new();
    for (credential, query) in credentials.iter().zip(&request.credentials) {
        for index in &query.disclose {
            let value = credential.values.get(index.index()).ok_or(PresentError::UnknownAttribute)?;
            disclosed.push(value.duplicate());
        }
    }
    Ok(disclosed)
}
