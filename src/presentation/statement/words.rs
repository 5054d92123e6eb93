//! Statements as sentences.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::Days;
use crate::directory::Auditor;
use crate::presentation::error::PresentError;
use crate::presentation::language::{Language, label};
use crate::presentation::statement::factors::exactly;
use crate::presentation::statement::{Leaves, Statement};
use crate::presentation::subject::Subject;
use crate::schema::{AttributeKind, Schema};
use crate::set::VerifiedCodeSet;

/// What sentences are made with.
pub(crate) struct Wording<'a> {
    pub(crate) language: Language,
    pub(crate) schema: &'a Schema,
    pub(crate) sets: &'a [VerifiedCodeSet],
    pub(crate) auditors: &'a [Auditor],
    /// How many faces were compared today before.
    pub(crate) faces: Option<u32>,
}

impl Wording<'_> {
    /// One sentence for each statement.
    pub(crate) fn sentences(&self, statements: &[Statement]) -> Result<Vec<String>, PresentError> {
        statements.iter().map(|statement| statement.sentence(self)).collect()
    }

    /// What a person is told the subject is.
    pub(super) fn name(&self, subject: Subject) -> Result<String, PresentError> {
        match subject {
            Subject::Factors => Ok(String::from(self.language.choose("enrolment method", "办理方式"))),
            Subject::Since => Ok(String::from(self.language.choose("pseudonym’s start date", "网号启用日期"))),
            Subject::Attribute(index) => {
                let attribute = self.schema.attribute(index).ok_or(PresentError::UnknownAttribute)?;
                Ok(label(self.language, attribute))
            }
        }
    }

    /// That the subject is one number, and which.
    pub(crate) fn disclosed(&self, subject: Subject, number: u64) -> Result<String, PresentError> {
        let (name, number) = (self.name(subject)?, self.value(subject, number));
        Ok(self.language.choose(
            format!("It will learn that your {name} is {number}."),
            format!("对方将得知您的{name}是{number}。"),
        ))
    }

    /// A number as what it is of the subject: factors have names. Codes of an attribute have none
    /// in the schema.
    pub(super) fn value(&self, subject: Subject, number: u64) -> String {
        let factors = (subject == Subject::Factors).then(|| exactly(self.language, number)).flatten();
        let other = || match subject.kind(self.schema) {
            Some(kind) => self.number(kind, number),
            None => format!("{number}"),
        };
        factors.unwrap_or_else(other)
    }

    /// A number as the date that it is, or as it is.
    pub(super) fn number(&self, kind: AttributeKind, number: u64) -> String {
        match u16::try_from(number).map(Days::from_number) {
            Ok(Days::LONG_TERM) if kind == AttributeKind::Date => {
                String::from(self.language.choose("long-term", "长期"))
            }
            Ok(day) if kind == AttributeKind::Date => format!("{day}"),
            _ => format!("{number}"),
        }
    }
}

/// The sentence of a kind.
pub(crate) trait Say {
    /// What the verifier learns, said to the person who decides.
    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError>;
}

impl Statement {
    /// Whether its own sentence names the one value that it allows, which it thus discloses (spec
    /// 12 §3, §4).
    pub(crate) fn names_its_value(&self, sets: &[VerifiedCodeSet]) -> bool {
        match self.facts().leaves {
            Leaves::Interval(interval) => interval.start() == interval.end(),
            Leaves::Set(digest) => sets.iter().any(|set| set.digest() == digest && set.codes().len() == 1),
            Leaves::Everything | Leaves::Not(_) => false,
        }
    }

    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        self.kind().sentence(wording)
    }
}
