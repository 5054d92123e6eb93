//! The schemas of identity cards (spec 04 §2.2).

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::{Attribute, AttributeIndex, AttributeKind, Schema, Value};
use crate::calendar::Days;
use crate::chip::{CardKind, ChipRecord, Details};
use crate::group::TaggedHash;
use crate::template::TemplateParameters;

/// Name, kind, English and Chinese names.
type Row = (&'static str, AttributeKind, &'static str, &'static str);

const NAME: Row = ("name", AttributeKind::Text, "name", "姓名");
const SEX: Row = ("sex", AttributeKind::Code, "sex", "性别");
const BIRTH: Row = ("birth-date", AttributeKind::Date, "date of birth", "出生日期");
const ADDRESS: Row = ("address", AttributeKind::Text, "address", "住址");
const NUMBER: Row = ("id-number", AttributeKind::Text, "ID number", "公民身份号码");
const AUTHORITY: Row = ("authority", AttributeKind::Text, "issuing authority", "签发机关");
const VALID_UNTIL: Row = ("valid-until", AttributeKind::Date, "valid until", "有效期至");
const PHOTO: Row = ("photo", AttributeKind::Digest, "photo digest", "照片摘要");

const FACE: Row = ("face", AttributeKind::Template, "face template", "人脸模板");

/// The order is normative, here and below.
const RESIDENT: [Row; 10] = [
    NAME,
    SEX,
    ("ethnicity", AttributeKind::Code, "ethnicity", "民族"),
    BIRTH,
    ADDRESS,
    NUMBER,
    ("region", AttributeKind::Code, "region of registration", "登记地区"),
    AUTHORITY,
    VALID_UNTIL,
    PHOTO,
];

const PERMIT: [Row; 10] = [
    NAME,
    SEX,
    BIRTH,
    ADDRESS,
    NUMBER,
    ("home-region", AttributeKind::Code, "home region", "港澳台地区"),
    AUTHORITY,
    VALID_UNTIL,
    ("travel-permit", AttributeKind::Text, "travel permit number", "通行证号码"),
    PHOTO,
];

const FOREIGNER: [Row; 8] = [
    NAME,
    ("chinese-name", AttributeKind::Text, "name in Chinese", "中文姓名"),
    SEX,
    ("nationality", AttributeKind::Text, "nationality", "国籍"),
    BIRTH,
    ("id-number", AttributeKind::Text, "ID number", "证件号码"),
    VALID_UNTIL,
    PHOTO,
];

fn text(text: &str) -> Value {
    Value::Text(String::from(text))
}

fn sex(record: &ChipRecord) -> Value {
    Value::Code(u32::from(record.sex().code()))
}

fn photo_digest(record: &ChipRecord) -> Value {
    Value::Digest(TaggedHash::new("photo").part(record.photo().unwrap_or(&[])).bytes())
}

impl Schema {
    /// The codes that an attribute of a card can be (spec 04 §2): of so few, what is excluded can
    /// say which.
    pub(crate) fn codes(&self, index: AttributeIndex) -> Option<RangeInclusive<u32>> {
        let codes = match self.attribute(index)?.name() {
            "sex" => 1..=2,
            "ethnicity" => 1..=99,
            "home-region" => 81..=83,
            _ => return None,
        };
        let cards = [Self::resident_card(), Self::residence_permit(), Self::foreigner_card()];
        cards.contains(self).then_some(codes)
    }

    /// Whether one person alone has a value of an attribute: the number of a document (spec 04
    /// §2.1).
    pub(crate) fn is_of_one_person(&self, index: AttributeIndex) -> bool {
        let is = |attribute: &Attribute| attribute.name() == NUMBER.0 && attribute.kind() == NUMBER.1;
        self.attribute(index).is_some_and(is)
    }

    /// The last day of the document's validity, where values of this schema say one (spec 04 §1).
    pub(crate) fn valid_until(&self, values: &[Value]) -> Option<Days> {
        let dates = self.attributes().iter().zip(values).filter(|(attribute, _)| attribute.name() == "valid-until");
        dates.filter_map(|(_, value)| if let Value::Date(day) = value { Some(*day) } else { None }).next()
    }

    /// The schema of the second-generation resident identity card: ten attributes.
    #[must_use]
    pub fn resident_card() -> Self {
        Self::of_rows("cn-resident-card", &RESIDENT)
    }

    /// The schema of the residence permit for residents of Hong Kong, Macao and Taiwan: ten
    /// attributes.
    #[must_use]
    pub fn residence_permit() -> Self {
        Self::of_rows("cn-residence-permit", &PERMIT)
    }

    /// The schema of the identity card of foreign permanent residents, one for both layouts: eight
    /// attributes.
    #[must_use]
    pub fn foreigner_card() -> Self {
        Self::of_rows("cn-foreigner-card", &FOREIGNER)
    }

    /// The schema of a credential that stands beside a card's and has the template of its holder's
    /// face: the card's number, by which the two are linked, and the template.
    #[must_use]
    pub fn card_face(parameters: TemplateParameters) -> Self {
        let mut schema = Self::of_rows("cn-card-face", &[NUMBER, FACE]);
        if let Some(face) = schema.attributes.last_mut() {
            face.template = Some(parameters);
        }
        schema
    }

    /// The schema of a kind of card.
    #[must_use]
    pub fn of_card(kind: CardKind) -> Self {
        match kind {
            CardKind::Resident => Self::resident_card(),
            CardKind::Permit => Self::residence_permit(),
            CardKind::Foreigner2017 | CardKind::Foreigner2023 => Self::foreigner_card(),
        }
    }

    /// The attribute values that a card record has under the [schema of its kind](Schema::of_card),
    /// in order.
    ///
    /// The photo's digest is a tagged hash of its bytes, of no bytes where the record has no photo.
    /// The address is the one that is printed on the card.
    #[must_use]
    pub fn card_values(record: &ChipRecord) -> Vec<Value> {
        let (name, sex, number) = (text(record.name()), sex(record), text(record.number()));
        let [birth, valid_until] = [record.birth(), record.valid_to()].map(Value::Date);
        match record.details() {
            Details::Resident(card) => alloc::vec![
                name,
                sex,
                Value::Code(u32::from(card.ethnicity())),
                birth,
                text(card.address()),
                number,
                Value::Code(card.region()),
                text(card.authority()),
                valid_until,
                photo_digest(record),
            ],
            Details::Permit(card) => alloc::vec![
                name,
                sex,
                birth,
                text(card.address()),
                number,
                Value::Code(u32::from(card.home_region())),
                text(card.authority()),
                valid_until,
                text(card.travel_permit()),
                photo_digest(record),
            ],
            Details::Foreigner(card) => alloc::vec![
                name,
                text(card.chinese_name().unwrap_or_default()),
                sex,
                text(card.nationality()),
                birth,
                number,
                valid_until,
                photo_digest(record),
            ],
        }
    }

    fn of_rows(name: &str, rows: &[Row]) -> Self {
        let attribute = |(name, kind, english, chinese): &Row| Attribute {
            name: String::from(*name),
            kind: *kind,
            english: String::from(*english),
            chinese: String::from(*chinese),
            template: None,
        };
        Self { name: String::from(name), attributes: rows.iter().map(attribute).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_codes_are_counted_on_every_card() {
        let cards = [
            (Schema::resident_card(), &[("sex", 1..=2), ("ethnicity", 1..=99)][..]),
            (Schema::residence_permit(), &[("sex", 1..=2), ("home-region", 81..=83)]),
            (Schema::foreigner_card(), &[("sex", 1..=2)]),
        ];
        for (schema, expected) in cards {
            for index in schema.indices() {
                let name = schema.attribute(index).map(Attribute::name);
                let codes = expected.iter().find(|(few, _)| Some(*few) == name).map(|(_, codes)| codes.clone());
                assert_eq!(schema.codes(index), codes, "{name:?}");
            }
        }
    }

    #[test]
    fn each_kind_has_a_schema_and_foreigners_share_one() {
        let [resident, permit, old, new] =
            [CardKind::Resident, CardKind::Permit, CardKind::Foreigner2017, CardKind::Foreigner2023]
                .map(Schema::of_card);
        assert_eq!(old, new);
        assert!(
            resident.digest() != permit.digest()
                && permit.digest() != old.digest()
                && resident.digest() != old.digest()
        );
    }
}
