//! Who may call what: bearer tokens, one for each pair of caller and called.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use selfsame::host::OsRng;
use selfsame::rand_core::RngCore;
use selfsame::secret::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Refusal;
use crate::error::{Context, Result};
use crate::keyfile::Keys;

/// What a caller shows to one service: 32 bytes from a generator.
pub struct Token(Secret<[u8; 32]>);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}

impl Token {
    /// A fresh one.
    #[must_use]
    pub fn random() -> Self {
        let mut token = [0; 32];
        OsRng.fill_bytes(&mut token);
        Self(Secret::new(token))
    }

    /// The bytes, for the caller's key file.
    #[must_use]
    pub const fn secret(&self) -> &Secret<[u8; 32]> {
        &self.0
    }

    /// The token for a service, out of the caller's key file.
    ///
    /// # Errors
    /// If it is not there.
    pub fn of(keys: &Keys, called: &str) -> Result<Self> {
        Ok(Self(keys.secret(&format!("token for {called}"))?))
    }

    /// What the called service keeps: a digest, with which nobody calls.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose()).into()
    }

    /// The value of the header.
    #[must_use]
    pub fn header(&self) -> Zeroizing<String> {
        let mut value = Zeroizing::new(String::with_capacity(7 + 64));
        value.push_str("Bearer ");
        for byte in self.0.expose() {
            for nibble in [byte >> 4, byte & 15] {
                value.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
            }
        }
        value
    }
}

/// The callers that a service knows, by the digests of their tokens.
#[derive(Debug, Default)]
pub struct Callers(Vec<(String, Secret<[u8; 32]>)>);

impl Callers {
    /// Those of a key file: its entries `caller NAME`.
    ///
    /// # Errors
    /// If one is no digest.
    pub fn of(keys: &Keys) -> Result<Self> {
        let names: Vec<String> =
            keys.names().filter_map(|name| name.strip_prefix("caller ")).map(str::to_owned).collect();
        let mut callers = Vec::with_capacity(names.len());
        for name in names {
            let digest = keys.secret(&format!("caller {name}"))?;
            callers.push((name, digest));
        }
        Ok(Self(callers))
    }

    /// Whether one of these callers asks: `desk` stands for it, and for each that is called so and
    /// something more (`desk lobby`), which has a token of its own and is taken out alone.
    ///
    /// # Errors
    /// 401 for everybody else.
    pub fn check(&self, headers: &HeaderMap, may: &[&str]) -> Result<(), Refusal> {
        let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let digest = shown.and_then(|hex| bytes_of(hex).ok()).map(|token| Secret::new(Sha256::digest(*token).into()));
        // The digests are compared, each of them whole: what time tells is of a hash.
        let known =
            |digest: &Secret<[u8; 32]>| self.0.iter().any(|(name, one)| may.contains(&kind_of(name)) && one == digest);
        if digest.as_ref().is_some_and(known) { Ok(()) } else { Err(Refusal::unauthorized()) }
    }
}

/// What a caller is, without which of them.
fn kind_of(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}

fn bytes_of(hex: &str) -> Result<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    let digits: Option<Vec<u8>> =
        hex.chars().map(|digit| digit.to_digit(16).and_then(|digit| digit.try_into().ok())).collect();
    let digits = Zeroizing::new(digits.filter(|digits| digits.len() == 64).context("not a token")?);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().fold(0, |sum, digit| sum << 4 | digit);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_its_caller_alone() {
        let (own, other, lobby) = (Token::random(), Token::random(), Token::random());
        let keys = Keys::new()
            .with_secret("caller desk", &Secret::new(own.digest()))
            .with_secret("caller desk lobby", &Secret::new(lobby.digest()))
            .with_secret("caller operator", &Secret::new(other.digest()));
        let callers = Callers::of(&keys).unwrap();
        let shown = |value: &str| HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]);
        assert!(callers.check(&shown(&own.header()), &["desk"]).is_ok());
        assert!(callers.check(&shown(&lobby.header()), &["desk"]).is_ok());
        assert!(callers.check(&shown(&lobby.header()), &["lobby", "desk lobby"]).is_err());
        assert!(callers.check(&shown(&own.header()), &["operator"]).is_err());
        assert!(callers.check(&shown(&other.header()), &["desk", "operator"]).is_ok());
        assert!(callers.check(&shown(&Token::random().header()), &["desk"]).is_err());
        assert!(callers.check(&HeaderMap::new(), &["desk"]).is_err());
        for value in ["Bearer ", "Bearer 00", &own.header()[7..], &own.header()[..70]] {
            assert!(callers.check(&shown(value), &["desk"]).is_err(), "{value}");
        }
        // The digest that a thief of the called service has is no token.
        let digest = Token(Secret::new(own.digest()));
        assert!(callers.check(&shown(&digest.header()), &["desk"]).is_err());
    }
}
