//! What people call the factors of an enrolment.

use alloc::string::String;
use alloc::vec::Vec;

use crate::credential::AssuranceFactors;
use crate::presentation::language::Language;

/// English and Chinese names of the factors.
const FACTORS: [(AssuranceFactors, &str, &str); 5] = [
    (AssuranceFactors::NAME_AND_NUMBER, "name and number lookup", "姓名号码核对"),
    (AssuranceFactors::CHIP_READ, "chip reading", "芯片读取"),
    (AssuranceFactors::LIVE_FACE, "live face comparison", "活体人脸比对"),
    (AssuranceFactors::PASSWORD, "password check", "密码核验"),
    (AssuranceFactors::FINGERPRINT, "fingerprint comparison", "指纹比对"),
];

/// What people call each of the factors.
pub(super) fn names(language: Language, factors: AssuranceFactors) -> Vec<&'static str> {
    let named = FACTORS.iter().filter(|(factor, ..)| factors.contains(*factor));
    named.map(|(_, english, chinese)| language.choose(*english, *chinese)).collect()
}

/// What people call these factors and no others; none if a bit is no factor.
pub(super) fn exactly(language: Language, bits: u64) -> Option<String> {
    let factors = AssuranceFactors::from_bits(u16::try_from(bits).ok()?).ok()?;
    let none = String::from(language.choose("no check", "未经核验"));
    Some(if factors == AssuranceFactors::default() {
        none
    } else {
        names(language, factors).join(language.choose(" + ", "+"))
    })
}
