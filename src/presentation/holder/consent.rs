//! What a request asks, checked against what the wallet holds and put in words, before anything is
//! proven (spec 06 §3).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::prepared::PreparedFace;
use super::selection::{Selection, WalletContext};
use super::words::{Vouched, sentences};
use crate::calendar::Timestamp;
use crate::credential::Credential;
use crate::error::{Refusal, Refused, refusal, refused};
use crate::group::TaggedHash;
use crate::list::{CosignedHeads, ListClass};
use crate::presentation::claim::{CredentialInstance, Instance};
use crate::presentation::error::PresentError;
use crate::presentation::language::Language;
use crate::presentation::mode::Mode;
use crate::presentation::request::{CredentialQuery, ListQuery, PresentationRequest, Validity};
use crate::presentation::statement::{FaceCount, ProverInput};
use crate::set::{VerifiedCodeSet, VerifiedDigitSet};

/// The longest window of a request that no certificate bounds: a day from its first second to its
/// last (check 06-24).
pub const LONGEST_UNCERTIFIED_WINDOW: Duration = Duration::from_secs(86_400);

/// A request that the wallet can answer, waiting for its user's word.
///
/// [`review`] makes it; [`present`](crate::presentation::present) consumes it: show
/// [`Consent::sentences`] in between.
pub struct Consent {
    pub(crate) request: PresentationRequest,
    pub(crate) selections: Vec<Selection>,
    pub(crate) digits: Option<VerifiedDigitSet>,
    pub(crate) uses: Option<u32>,
    pub(crate) faces: FaceCount,
    pub(super) prepared: Option<PreparedFace>,
    vouched: Vouched,
    english: Vec<String>,
    chinese: Vec<String>,
}

impl fmt::Debug for Consent {
    /// Without the holder's shard and count of uses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Consent(redacted)")
    }
}

impl Consent {
    /// One sentence for who asks and why, one for who vouches for the name, one for each thing that
    /// is shown or proven, one for what can be linked.
    ///
    /// These are texts and not markup: a page that shows them escapes them (spec 01 §5.4).
    #[must_use]
    pub fn sentences(&self, language: Language) -> &[String] {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }

    /// The request.
    #[must_use]
    pub const fn request(&self) -> &PresentationRequest {
        &self.request
    }

    /// With what was prepared for an answer about a face, which it uses up, whether it is presented
    /// or not.
    #[must_use]
    pub fn with_prepared(mut self, prepared: PreparedFace) -> Self {
        self.prepared = Some(prepared);
        self
    }

    /// Who vouches for the name: nobody, but where a wallet verified a certificate.
    #[must_use]
    pub const fn vouched(&self) -> Vouched {
        self.vouched
    }

    /// A certificate was verified that is for this request.
    pub(crate) fn certified(mut self) -> Self {
        self.vouched = Vouched::ByAuthority;
        for language in [Language::English, Language::Chinese] {
            let sentences = match language {
                Language::English => &mut self.english,
                Language::Chinese => &mut self.chinese,
            };
            // It stands right after who asks.
            if let Some(sentence) = sentences.get_mut(1) {
                *sentence = self.vouched.sentence(language);
            }
        }
        self
    }

    /// Whether a user who agreed to the other one agreed to this.
    pub(crate) fn says_what(&self, other: &Self) -> bool {
        self.request == other.request && self.english == other.english && self.chinese == other.chinese
    }

    /// The tables of the sets that statements about one credential name.
    pub(crate) fn sets(&self) -> impl Iterator<Item = &VerifiedCodeSet> {
        self.selections.iter().flat_map(|selection| &selection.sets)
    }

    /// Chooses the heads and sets that the request names, and words it; what the credentials can
    /// prove is not looked at.
    pub(crate) fn unreviewed(
        credentials: &[&Credential],
        request: &PresentationRequest,
        known: &WalletContext<'_>,
    ) -> Result<Self, PresentError> {
        if credentials.len() != request.credentials.len() {
            return Err(PresentError::CredentialCount);
        }
        let pairs: Vec<_> = credentials.iter().copied().zip(&request.credentials).collect();
        let selections = pairs.iter().map(|(credential, query)| Selection::choose(credential, query, known, &pairs));
        let selections = selections.collect::<Result<Vec<_>, _>>()?;
        let schemas: Vec<_> = credentials.iter().map(|credential| credential.parameters.schema()).collect();
        let [english, chinese] = [Language::English, Language::Chinese]
            .map(|language| sentences(language, request, &schemas, &selections, (known.auditors, known.faces)));
        let uses = request.limit().and(known.uses);
        let (digits, vouched) = (known.digits_of(request)?, Vouched::ByNobody);
        let faces = request.face().map_or(FaceCount::Unknown, |_| known.faces);
        Ok(Self {
            request: request.clone(),
            selections,
            digits,
            uses,
            faces,
            prepared: None,
            vouched,
            english: english?,
            chinese: chinese?,
        })
    }

    /// Whether no head of it takes a former witness that is too old (check 11-61).
    pub(crate) fn check_recent(&self, credentials: &[&Credential], now: Timestamp) -> Result<(), PresentError> {
        let pairs = credentials.iter().copied().zip(&self.request.credentials);
        pairs.zip(&self.selections).try_for_each(|(asked, selection)| selection.check_recent(asked, now))
    }

    /// What the statements about the credential with this index are proven from.
    pub(super) fn input<'a>(
        &'a self,
        index: usize,
        credential: &'a Credential,
        selection: &'a Selection,
    ) -> ProverInput<'a> {
        ProverInput {
            index,
            credential,
            verifier: &self.request.verifier,
            sets: &selection.sets,
            uses: self.uses,
            faces: self.faces,
        }
    }

    /// Whether the credentials can prove what is asked against the chosen heads and sets. What
    /// keeps everybody with such credentials from answering is found first, so that no reason of
    /// the holder's own hides it: a decoy would be sent where nobody answers.
    pub(crate) fn check(&self, credentials: &[&Credential]) -> Result<(), PresentError> {
        if credentials.len() != self.request.credentials.len() {
            return Err(PresentError::CredentialCount);
        }
        for (index, credential) in credentials.iter().enumerate() {
            Selection::check_lists(index, credential, &self.request)?;
        }
        self.request.face().map_or(Ok(false), |_| self.faces.compares())?;
        for (index, (credential, selection)) in credentials.iter().zip(&self.selections).enumerate() {
            selection.check_state(index, credential, &self.request, (self.uses, self.faces))?;
        }
        if let [first, second] = credentials {
            if second.parameters.schema().has_handles_of_another() && !second.has_handles_of(first) {
                return Err(PresentError::NotBeside);
            }
            for link in &self.request.links {
                let value = |credential: &&Credential, index: crate::schema::AttributeIndex| {
                    credential
                        .values
                        .get(index.index())
                        .and_then(crate::schema::Value::scalar)
                        .map(crate::secret::Secret::new)
                };
                if value(first, link.first) != value(second, link.second) {
                    return Err(PresentError::NotLinked(*link));
                }
            }
        }
        Ok(())
    }
}

impl<'a> Consent {
    /// What is claimed with these values disclosed.
    pub(crate) fn instance(
        &'a self,
        credentials: &[&'a Credential],
        disclosed: &'a [crate::schema::Value],
    ) -> Result<Instance<'a>, Refused> {
        let mut values = disclosed;
        let mut instances = Vec::with_capacity(credentials.len());
        for ((credential, query), selection) in credentials.iter().zip(&self.request.credentials).zip(&self.selections)
        {
            let (own, others) = values.split_at_checked(query.disclose.len()).ok_or(refused!("06-51"))?;
            values = others;
            instances.push(CredentialInstance {
                parameters: &credential.parameters,
                query,
                shard: selection.shard,
                heads: selection.heads.iter().collect(),
                stated: selection.stated.clone(),
                sets: selection.sets.iter().collect(),
                disclosed: own,
            });
        }
        Instance::new(&self.request, instances, self.digits.as_ref())
    }
}

/// Whether a request is for credentials with these schemas, whatever they hold.
pub(crate) fn check_form(
    request: &PresentationRequest,
    credentials: &[&Credential],
    sets: &[&VerifiedCodeSet],
) -> Result<(), Refusal<PresentError>> {
    if credentials.len() != request.credentials.len() {
        return Err(refusal!(PresentError::CredentialCount, "06-19"));
    }
    for (credential, query) in credentials.iter().zip(&request.credentials) {
        query.check_for(credential)?;
    }
    let schemas = || credentials.iter().map(|credential| credential.parameters.schema());
    request.check_links(schemas()).map_err(|refused| refused.with(PresentError::UnknownAttribute))?;
    request.check_beside_face(schemas(), sets).map_err(|refused| refused.with(PresentError::ToldBesideFace))
}

/// Checks that these credentials can answer a request, each the query at its index, and says in
/// words what it asks.
///
/// Nothing vouches for the request: so it asks all lists of a credential or none
/// ([`PresentError::SomeLists`]), and stands for a day at most ([`PresentError::LongWindow`]). A
/// [`Wallet`](crate::wallet::Wallet) takes what certificates permit.
///
/// # Errors
/// Every [`PresentError`] but those of the device: a wallet that will be refused learns it here,
/// and nothing is sent.
pub fn review(
    request: &PresentationRequest,
    credentials: &[&Credential],
    known: &WalletContext<'_>,
) -> Result<Consent, PresentError> {
    request.check_uncertified()?;
    Ok(provable(request, credentials, known)?)
}

/// As [`review`], of a request that somebody bounds otherwise.
pub(crate) fn provable(
    request: &PresentationRequest,
    credentials: &[&Credential],
    known: &WalletContext<'_>,
) -> Result<Consent, Refusal<PresentError>> {
    check_form(request, credentials, known.sets)?;
    let consent = Consent::unreviewed(credentials, request, known).map_err(Refusal::of)?;
    consent.check(credentials).map_err(Refusal::of)?;
    Ok(consent)
}

/// Why this credential cannot answer one query of a request at `now`, if so; what two credentials
/// must have in common is not looked at.
pub(crate) fn check_provable(
    request: &PresentationRequest,
    index: usize,
    credential: &Credential,
    known: &WalletContext<'_>,
    now: Timestamp,
) -> Result<(), PresentError> {
    let query = request.credentials.get(index).ok_or(PresentError::CredentialCount)?;
    query.check_for(credential)?;
    let selection = Selection::choose(credential, query, known, &[(credential, query)])?;
    known.digits_of(request)?;
    selection
        .wording(Language::English, credential.parameters.schema(), known.auditors, known.faces)
        .sentences(&query.statements)?;
    Selection::check_lists(index, credential, request)?;
    selection.check_state(index, credential, request, (known.uses, known.faces))?;
    selection.check_recent((credential, query), now)
}

impl PresentationRequest {
    /// Whether its window, if it has one, and the period of its limit, if it has one, are of now.
    pub(crate) fn check_period(&self, now: Timestamp) -> Result<(), PresentError> {
        let other = self.limit().is_some_and(|(_, limit)| !limit.is_valid_at(now));
        if other { Err(PresentError::OutsidePeriod) } else { self.check_window(now) }
    }

    /// Whether its window, if it has one, is of now (check 06-22).
    pub(crate) fn check_window(&self, now: Timestamp) -> Result<(), PresentError> {
        match self.validity {
            Validity::Window { from, until } if !from.has_come(now) || until < now => Err(PresentError::OutsidePeriod),
            _ => Ok(()),
        }
    }

    /// What a request may ask that no certificate bounds: of each credential all its lists or none,
    /// as one list after the other tells which of them a holder is removed from; and a window, and
    /// an age of an epoch that it does not name, of a day at most (checks 06-23, 06-24, 06-71).
    pub(crate) fn check_uncertified(&self) -> Result<(), PresentError> {
        if self.credentials.iter().any(|query| ![0, ListClass::COUNT].contains(&query.lists.len())) {
            return Err(PresentError::SomeLists);
        }
        let lists = self.credentials.iter().flat_map(|query| &query.lists);
        if lists.filter_map(ListQuery::max_age).any(|max_age| max_age > LONGEST_UNCERTIFIED_WINDOW) {
            return Err(PresentError::LongAge);
        }
        match self.validity {
            Validity::Window { from, until }
                if until.as_secs().saturating_sub(from.as_secs()) > LONGEST_UNCERTIFIED_WINDOW.as_secs() =>
            {
                Err(PresentError::LongWindow)
            }
            _ => Ok(()),
        }
    }

    /// Whether it takes no ticket for a set (spec 12 §4.4, check 12-28).
    pub(crate) fn check_set_modes(&self) -> Result<(), PresentError> {
        let ticketed = self.credentials.iter().flat_map(CredentialQuery::sets).find(|of| of.mode() != Mode::Keyed);
        ticketed.map_or(Ok(()), |of| Err(PresentError::TicketForSet(of.set())))
    }
}

impl CredentialQuery {
    /// Whether it is about such a credential, and the schema has what it asks for.
    fn check_for(&self, credential: &Credential) -> Result<(), Refusal<PresentError>> {
        if !self.is_for(&credential.parameters) {
            return Err(refusal!(PresentError::WrongIssuer, "06-10"));
        }
        let schema = credential.parameters.schema();
        let probe = self.face().map_or(Ok(()), |face| face.check_probe(schema));
        probe.map_err(|error| refusal!(PresentError::Probe(error), "12-62"))?;
        self.fits(schema).map_err(|refused| refused.with(PresentError::UnknownAttribute))
    }
}

/// What a wallet counts uses under, and until when it must: which limit, and the pseudonym that it
/// is a limit of. None where the query at this place has no limit.
pub(crate) fn use_counter(
    request: &PresentationRequest,
    index: usize,
    credential: &Credential,
) -> Option<([u8; 32], Timestamp)> {
    let (_, limit) = request.limit().filter(|(of, _)| *of == index)?;
    let hash = TaggedHash::new("show-counter").part(credential.pseudonym.expose().as_bytes().as_slice());
    Some((hash.element(&limit.base(&request.verifier)).bytes(), limit.until()))
}

impl Credential {
    /// Checks that this credential alone can answer a request, and says in words what it asks; see
    /// [`review`].
    ///
    /// # Errors
    /// Those of [`review`].
    pub fn review(&self, request: &PresentationRequest, heads: &[&CosignedHeads]) -> Result<Consent, PresentError> {
        review(request, &[self], &WalletContext::at(heads))
    }
}
