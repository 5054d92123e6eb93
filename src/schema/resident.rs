//! The schema of the resident identity card (spec 04 §2).

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::{Attribute, AttributeIndex, AttributeKind, Schema, Value};
use crate::calendar::Days;
use crate::chip::ChipRecord;
use crate::group::TaggedHash;

/// Name, kind, English and Chinese names; the order is normative.
const ATTRIBUTES: [(&str, AttributeKind, &str, &str); 10] = [
    ("name", AttributeKind::Text, "name", "姓名"),
    ("sex", AttributeKind::Code, "sex", "性别"),
    ("ethnicity", AttributeKind::Code, "ethnicity", "民族"),
    ("birth-date", AttributeKind::Date, "date of birth", "出生日期"),
    ("address", AttributeKind::Text, "address", "住址"),
    ("id-number", AttributeKind::Text, "ID number", "公民身份号码"),
    ("region", AttributeKind::Code, "region of registration", "登记地区"),
    ("authority", AttributeKind::Text, "issuing authority", "签发机关"),
    ("valid-until", AttributeKind::Date, "valid until", "有效期至"),
    ("photo", AttributeKind::Digest, "photo digest", "照片摘要"),
];

impl Schema {
    /// The codes that an attribute of the card can be (spec 04 §2): of so few, what is excluded can say which.
    pub(crate) fn codes(&self, index: AttributeIndex) -> Option<RangeInclusive<u32>> {
        let codes = match self.attribute(index)?.name() {
            "sex" => 1..=2,
            "ethnicity" => 1..=99,
            _ => return None,
        };
        (*self == Self::resident_card()).then_some(codes)
    }

    /// The last day of the document's validity, where values of this schema say one (spec 04 §1).
    pub(crate) fn valid_until(&self, values: &[Value]) -> Option<Days> {
        let dates = self.attributes().iter().zip(values).filter(|(attribute, _)| attribute.name() == "valid-until");
        dates.filter_map(|(_, value)| if let Value::Date(day) = value { Some(*day) } else { None }).next()
    }

    /// The schema of the second-generation resident identity card: ten attributes.
    #[must_use]
    pub fn resident_card() -> Self {
        let attribute = |(name, kind, english, chinese): (&str, AttributeKind, &str, &str)| Attribute {
            name: String::from(name),
            kind,
            english: String::from(english),
            chinese: String::from(chinese),
        };
        Self { name: String::from("cn-resident-card"), attributes: ATTRIBUTES.into_iter().map(attribute).collect() }
    }

    /// The attribute values that a card record has under [`Schema::resident_card`], in order.
    ///
    /// The photo's digest is a tagged hash of its bytes, of no bytes where the record has no photo.
    #[must_use]
    pub fn resident_card_values(record: &ChipRecord) -> Vec<Value> {
        alloc::vec![
            Value::Text(String::from(record.name())),
            Value::Code(u32::from(record.sex().code())),
            Value::Code(u32::from(record.ethnicity())),
            Value::Date(record.birth()),
            Value::Text(String::from(record.address())),
            Value::Text(String::from(record.number())),
            Value::Code(record.region()),
            Value::Text(String::from(record.authority())),
            Value::Date(record.valid_to()),
            Value::Digest(TaggedHash::new("photo").part(record.photo().unwrap_or(&[])).bytes()),
        ]
    }
}
