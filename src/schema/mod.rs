//! Schemas: which attributes a credential has, of what kind, and what a person is told they are
//! (spec 04 §1, §2).
//!
//! A schema is an ordered list of attributes. Its digest goes into every credential, so two schemas
//! never share a meaning, and the names that a consent screen shows are part of what the issuer
//! signed.
//!
//! ```
//! use selfsame::schema::{AttributeKind, Schema};
//!
//! let licence = Schema::builder("driving-licence")
//!     .attribute("number", AttributeKind::Text, "licence number", "驾驶证号")
//!     .attribute("class", AttributeKind::Code, "vehicle class", "准驾车型")
//!     .build()?;
//! assert_eq!(licence.attributes().len(), 2);
//! assert_eq!(Schema::resident_card().attributes().len(), 10);
//! # Ok::<(), selfsame::schema::SchemaError>(())
//! ```

mod cards;
mod label;
mod value;

pub use value::{AttributeKind, Value};

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::{MAX_ARITY, TaggedHash};
use crate::template::TemplateParameters;
use crate::text::is_displayable;
use label::is_label;

/// The most bytes of a schema's name and of each of an attribute's three names.
const MAX_NAME_LEN: usize = 64;

/// One attribute of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    name: String,
    kind: AttributeKind,
    english: String,
    chinese: String,
    /// Of a template, and of nothing else.
    template: Option<TemplateParameters>,
}

impl Attribute {
    /// The name that programs use.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its values are.
    #[must_use]
    pub const fn kind(&self) -> AttributeKind {
        self.kind
    }

    /// What decides the question about a template; none of another kind.
    #[must_use]
    pub const fn template(&self) -> Option<&TemplateParameters> {
        self.template.as_ref()
    }

    /// The name that an English reader is shown: a text and not markup (spec 01 §5.4).
    #[must_use]
    pub fn english(&self) -> &str {
        &self.english
    }

    /// The name that a Chinese reader is shown, likewise.
    #[must_use]
    pub fn chinese(&self) -> &str {
        &self.chinese
    }
}

/// The place of an attribute in its schema, counted from 0, at most 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeIndex(pub(crate) u8);

impl AttributeIndex {
    /// The place as a number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A hash of the schema's canonical bytes (spec 04 §1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaDigest(pub(crate) [u8; 32]);

impl SchemaDigest {
    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for SchemaDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An ordered list of typed attributes under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    name: String,
    attributes: Vec<Attribute>,
}

/// Why a schema, or values for one, are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaError {
    /// No attribute, or more than 32.
    AttributeCount,
    /// A name is empty, has more than 64 bytes or cannot be shown (spec 01 §5.4), or two attributes
    /// have the same name.
    Name,
    /// What people are told that an attribute is has more than 40 bytes, could carry a sentence, or
    /// is said of two attributes.
    Label,
    /// Values do not fit the schema in number or kind.
    Values,
    /// A text has more than 256 bytes.
    TextTooLong,
    /// An attribute is a template without what its schema fixes about it, or there are two, or
    /// there is nothing beside it that says whose it is.
    Template,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AttributeCount => "a schema has 1 to 32 attributes",
            Self::Name => "a name is empty, too long, cannot be shown or is used twice",
            Self::Label => "a label is too long, has punctuation of sentences or is used twice",
            Self::Values => "the values do not fit the schema",
            Self::TextTooLong => "a text is too long",
            Self::Template => "a schema has one template at most, with its parameters, beside another attribute",
        })
    }
}

impl core::error::Error for SchemaError {}

/// Collects attributes in order; see [`Schema::builder`].
#[derive(Debug)]
pub struct SchemaBuilder(Schema);

impl SchemaBuilder {
    /// Adds an attribute: its name for programs, its kind, and its labels for English and Chinese
    /// readers, at most 40 bytes each without punctuation of sentences, which no other attribute of
    /// the schema has.
    #[must_use]
    pub fn attribute(mut self, name: &str, kind: AttributeKind, english: &str, chinese: &str) -> Self {
        let [name, english, chinese] = [name, english, chinese].map(String::from);
        self.0.attributes.push(Attribute { name, kind, english, chinese, template: None });
        self
    }

    /// Adds the template of a face, of which a schema has one at most, with everything that decides
    /// a question about it.
    #[must_use]
    pub fn template(mut self, name: &str, parameters: TemplateParameters, english: &str, chinese: &str) -> Self {
        self = self.attribute(name, AttributeKind::Template, english, chinese);
        if let Some(attribute) = self.0.attributes.last_mut() {
            attribute.template = Some(parameters);
        }
        self
    }

    /// # Errors
    /// [`SchemaError::AttributeCount`], [`SchemaError::Name`], [`SchemaError::Label`] or
    /// [`SchemaError::Template`].
    pub fn build(self) -> Result<Schema, SchemaError> {
        self.0.check()?;
        Ok(self.0)
    }
}

impl Schema {
    /// Starts a schema.
    #[must_use]
    pub fn builder(name: &str) -> SchemaBuilder {
        SchemaBuilder(Self { name: String::from(name), attributes: Vec::new() })
    }

    fn check(&self) -> Result<(), SchemaError> {
        if self.attributes.is_empty() || self.attributes.len() > MAX_ARITY {
            return Err(SchemaError::AttributeCount);
        }
        let is_template = |attribute: &&Attribute| attribute.kind == AttributeKind::Template;
        let templates = self.attributes.iter().filter(is_template).count();
        let has_own = |of: &Attribute| of.template.is_some() == (of.kind == AttributeKind::Template);
        if templates > 1 || templates == self.arity() || !self.attributes.iter().all(has_own) {
            return Err(SchemaError::Template);
        }
        let names = || self.attributes.iter().map(|attribute| attribute.name.as_str());
        let bad = |name: &str| !is_displayable(name, MAX_NAME_LEN);
        if repeats(names()) || names().chain([self.name.as_str()]).any(bad) {
            return Err(SchemaError::Name);
        }
        let english = || self.attributes.iter().map(Attribute::english);
        let chinese = || self.attributes.iter().map(Attribute::chinese);
        let good = english().chain(chinese()).all(is_label);
        if good && !repeats(english()) && !repeats(chinese()) { Ok(()) } else { Err(SchemaError::Label) }
    }

    /// The schema's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The attributes in order.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The number of attributes, 1 to 32.
    #[must_use]
    pub const fn arity(&self) -> usize {
        self.attributes.len()
    }

    /// The place of the attribute with this name.
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<AttributeIndex> {
        let place = self.attributes.iter().position(|attribute| attribute.name == name)?;
        u8::try_from(place).ok().map(AttributeIndex)
    }

    /// The places of all attributes, in order.
    pub fn indices(&self) -> impl Iterator<Item = AttributeIndex> + use<> {
        (0..u8::try_from(self.arity()).unwrap_or(u8::MAX)).map(AttributeIndex)
    }

    /// The attribute at a place.
    #[must_use]
    pub fn attribute(&self, index: AttributeIndex) -> Option<&Attribute> {
        self.attributes.get(index.index())
    }

    /// The place of the template, if there is one, and what decides a question about it.
    #[must_use]
    pub fn template(&self) -> Option<(AttributeIndex, &TemplateParameters)> {
        let of = |index: AttributeIndex| Some((index, self.attribute(index)?.template()?));
        self.indices().find_map(of)
    }

    /// Whether its credentials have the handles of the one that they were issued beside (spec 04
    /// §8.3).
    pub(crate) fn has_handles_of_another(&self) -> bool {
        self.template().is_some()
    }

    /// The digest that credentials and requests name.
    #[must_use]
    pub fn digest(&self) -> SchemaDigest {
        SchemaDigest(TaggedHash::new("schema").part(&self.to_bytes()).bytes())
    }

    /// Checks that there is one value for each attribute, of its kind, and that a template is no
    /// longer than the schema allows (check 04-25).
    ///
    /// # Errors
    /// [`SchemaError::Values`] or [`SchemaError::TextTooLong`].
    pub fn check_values(&self, values: &[Value]) -> Result<(), SchemaError> {
        if values.len() != self.arity() {
            return Err(SchemaError::Values);
        }
        for (attribute, value) in self.attributes.iter().zip(values) {
            let fits = match (value, &attribute.template) {
                (Value::Template(template), Some(parameters)) => parameters.accepts(template),
                _ => value.kind() == attribute.kind,
            };
            if !fits {
                return Err(SchemaError::Values);
            }
            value.check()?;
        }
        Ok(())
    }
}

/// Whether two are the same.
fn repeats<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let texts: Vec<&str> = texts.collect();
    texts.iter().enumerate().any(|(i, text)| texts.iter().skip(i + 1).any(|other| other == text))
}

impl Body for Schema {
    const TYPE: MessageType = MessageType::Schema;
    const MAX_LEN: usize = 128 + MAX_ARITY * 3 * (MAX_NAME_LEN + 8);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).text(&self.name);
        writer.key(2).array(self.attributes.len());
        for attribute in &self.attributes {
            writer.array(4 + usize::from(attribute.template.is_some()));
            writer.text(&attribute.name);
            writer.uint(attribute.kind as u64);
            writer.text(&attribute.english);
            writer.text(&attribute.chinese);
            if let Some(parameters) = &attribute.template {
                parameters.write(writer);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let name = reader.key(1)?.text(MAX_NAME_LEN)?;
        let attributes = reader.key(2)?.items(MAX_ARITY, |reader| {
            let items = reader.array_among(&[4, 5])?;
            let name = reader.text(MAX_NAME_LEN)?;
            let kind = AttributeKind::try_from(reader.uint::<u64>()?)?;
            let (english, chinese) = (reader.text(MAX_NAME_LEN)?, reader.text(MAX_NAME_LEN)?);
            let template = if items == 5 { Some(TemplateParameters::read(reader)?) } else { None };
            Ok(Attribute { name, kind, english, chinese, template })
        })?;
        let schema = Self { name, attributes };
        schema.check().map_err(|_| DecodeError::OutOfRange)?;
        Ok(schema)
    }
}
