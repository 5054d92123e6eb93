//! What a request asks, in words, before anything is proven (spec 06 §3).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{PresentError, PresentationRequest, Validity};
use crate::calendar::Timestamp;
use crate::credential::Credential;
use crate::list::{CosignedHeads, Head, ListClass, Shard};

/// The language of what a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// 简体中文.
    Chinese,
}

/// A request that the wallet can answer, waiting for its user's word.
///
/// [`Credential::review`] makes it; [`Credential::present`] consumes it: show [`Consent::sentences`] in between.
#[derive(Debug)]
pub struct Consent {
    pub(super) request: PresentationRequest,
    pub(super) shard: Shard,
    pub(super) heads: Vec<Head>,
    english: Vec<String>,
    chinese: Vec<String>,
}

impl Consent {
    /// One sentence for who asks and why, one for each thing that is shown or proven.
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
}

/// A day and a time of UTC, or the bare number of seconds beyond the calendar's end.
fn moment(time: Timestamp) -> String {
    let (minutes, seconds) = (time.as_secs() / 60 % 60, time.as_secs());
    match time.day() {
        Some(day) => format!("{day} {:02}:{minutes:02} UTC", seconds / 3600 % 24),
        None => format!("{seconds}"),
    }
}

impl Consent {
    /// Chooses the heads that the request names, and words it; what the credential can prove is not looked at.
    pub(crate) fn unreviewed(
        credential: &Credential,
        request: &PresentationRequest,
        heads: &[&CosignedHeads],
    ) -> Result<Self, PresentError> {
        let mut chosen = Vec::with_capacity(request.lists.len());
        let mut groups = 0;
        for list in &request.lists {
            let unknown = || PresentError::UnknownList(list.name.clone());
            let named = heads.iter().find(|heads| heads.name() == &list.name && heads.digest() == list.epoch);
            let named = named.ok_or_else(unknown)?;
            chosen.push(named.head(credential.shard).map_err(|_| unknown())?.clone());
            groups = named.shard_count().number();
        }
        Ok(Self {
            request: request.clone(),
            shard: if chosen.is_empty() { Shard::FIRST } else { credential.shard },
            heads: chosen,
            english: credential.english(request, groups),
            chinese: credential.chinese(request, groups),
        })
    }
}

impl Credential {
    /// Checks that this credential can answer a request, and says in words what it asks.
    ///
    /// `heads` are the cosigned heads of the lists, at the epochs that the request names; more do no harm.
    ///
    /// # Errors
    /// Every [`PresentError`] but those of the device: a wallet that will be refused learns it here, and nothing is sent.
    pub fn review(&self, request: &PresentationRequest, heads: &[&CosignedHeads]) -> Result<Consent, PresentError> {
        if !request.is_for(&self.parameters) {
            return Err(PresentError::WrongIssuer);
        }
        let schema = self.parameters.schema();
        if request.disclose.iter().any(|index| schema.attribute(*index).is_none()) {
            return Err(PresentError::UnknownAttribute);
        }
        let consent = Consent::unreviewed(self, request, heads)?;
        self.check(&consent)?;
        Ok(consent)
    }

    /// Whether the witnesses are there and fit the heads that the request names.
    pub(super) fn check(&self, consent: &Consent) -> Result<(), PresentError> {
        for (list, head) in consent.request.lists.iter().zip(&consent.heads) {
            let witness = self.witness(list.name.class());
            if witness.list().name != list.name {
                return Err(PresentError::UnknownList(list.name.clone()));
            }
            if let Some(since) = witness.removed_since() {
                return Err(PresentError::Removed { list: list.name.clone(), since });
            }
            if witness.head() != head {
                return Err(PresentError::StaleWitness(list.name.clone()));
            }
        }
        Ok(())
    }

    fn english(&self, request: &PresentationRequest, groups: u16) -> Vec<String> {
        let mut sentences = alloc::vec![format!("“{}” asks, for “{}”:", request.verifier, request.purpose)];
        let schema = self.parameters.schema();
        let names: Vec<&str> =
            request.disclose.iter().filter_map(|index| schema.attribute(*index)).map(|a| a.english()).collect();
        sentences.push(if names.is_empty() {
            String::from("It will see nothing that is on your card.")
        } else {
            format!("It will see your {}.", names.join(", "))
        });
        sentences.extend(request.lists.iter().map(|list| match list.name.class() {
            ListClass::Status => format!("It will learn that your credential is live (list {}).", list.name),
            ListClass::Flag => format!("It will learn that you are not on the wanted list ({}).", list.name),
        }));
        if let Validity::Window { until, .. } = request.validity {
            sentences.push(format!("Others can answer the same request until {}.", moment(until)));
        }
        sentences.push(match (names.is_empty(), groups) {
            (false, _) => String::from("It can link this to other visits at which you show the same."),
            (true, 0 | 1) => String::from("It cannot link this to your other visits."),
            (true, groups) => format!(
                "It sees which of {groups} groups you are in; beyond that it cannot link this to your other visits."
            ),
        });
        sentences
    }

    fn chinese(&self, request: &PresentationRequest, groups: u16) -> Vec<String> {
        let mut sentences = alloc::vec![format!("“{}”请求核验，用途：“{}”。", request.verifier, request.purpose)];
        let schema = self.parameters.schema();
        let names: Vec<&str> =
            request.disclose.iter().filter_map(|index| schema.attribute(*index)).map(|a| a.chinese()).collect();
        sentences.push(if names.is_empty() {
            String::from("对方不会看到您证件上的任何信息。")
        } else {
            format!("对方将看到您的{}。", names.join("、"))
        });
        sentences.extend(request.lists.iter().map(|list| match list.name.class() {
            ListClass::Status => format!("对方将得知您的网证有效（名单 {}）。", list.name),
            ListClass::Flag => format!("对方将得知您不在布控名单上（名单 {}）。", list.name),
        }));
        if let Validity::Window { until, .. } = request.validity {
            sentences.push(format!("该请求可供多人使用，截止 {}。", moment(until)));
        }
        sentences.push(match (names.is_empty(), groups) {
            (false, _) => String::from("对方可将本次核验与您出示相同信息的其他核验关联。"),
            (true, 0 | 1) => String::from("对方无法将本次核验与您的其他核验关联。"),
            (true, groups) => {
                format!("对方可得知您属于{groups}个分组中的哪一组；除此之外，无法将本次核验与您的其他核验关联。")
            }
        });
        sentences
    }
}
