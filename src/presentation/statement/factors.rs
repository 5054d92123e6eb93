//! What people call the factors of an enrolment.

use alloc::string::String;
use alloc::vec::Vec;

use crate::credential::AssuranceFactors;
use crate::presentation::language::Language;

/// English and Chinese names of the factors, of all that there are.
const FACTORS: [(AssuranceFactors, &str, &str); AssuranceFactors::COUNT as usize] = [
    (AssuranceFactors::NAME_AND_NUMBER, "name and number lookup", "姓名号码核对"),
    (AssuranceFactors::CHIP_READ, "chip reading", "芯片读取"),
    (AssuranceFactors::LIVE_FACE, "live face comparison", "活体人脸比对"),
    (AssuranceFactors::PASSWORD, "password check", "密码核验"),
    (AssuranceFactors::FINGERPRINT, "fingerprint comparison", "指纹比对"),
    #[cfg(suite = "p256")]
    (AssuranceFactors::ATTESTED_KEY, "device key attestation", "设备密钥认证"),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Check 12-27.
    #[test]
    fn every_factor_has_a_name_of_its_own() {
        for language in [Language::English, Language::Chinese] {
            let mut seen = alloc::collections::BTreeSet::new();
            for bits in AssuranceFactors::RANGE {
                let factors = AssuranceFactors::from_bits(u16::try_from(bits).unwrap()).unwrap();
                let named = names(language, factors);
                assert_eq!(named.len(), bits.count_ones() as usize, "{bits}: {named:?}");
                assert!(named.iter().all(|name| !name.is_empty()));
                assert!(seen.insert(exactly(language, bits.into()).unwrap()), "{bits}");
            }
        }
        assert_eq!(exactly(Language::English, u64::from(*AssuranceFactors::RANGE.end()) + 1), None);
    }
}
