//! Who vouches for who asks.

use alloc::string::String;

use crate::presentation::language::Language;

/// Who vouches for the name under which a request asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// The authority of the wallet's directory, by a certificate that permits what is asked (spec
    /// 15).
    ByAuthority,
    /// Nobody that the library knows of: the name is what somebody wrote into the request.
    ByNobody,
}

impl Vouched {
    /// One sentence, which stands right after the name.
    pub(crate) fn sentence(self, language: Language) -> String {
        String::from(match self {
            Self::ByAuthority => language.choose(
                "The authority that you trust has certified this name and permits this request.",
                "您信任的机构已认证该名称，并准许此次核验。",
            ),
            Self::ByNobody => language.choose(
                "No certificate vouches for this name: anyone could use it.",
                "该名称未经证书认证，任何人都可以使用。",
            ),
        })
    }
}
