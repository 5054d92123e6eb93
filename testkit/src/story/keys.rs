//! The keys of the registries, and a file for them.

use std::path::Path;

use rand_core::OsRng;
use sha2::{Digest, Sha256};

use super::Result;
use crate::prelude::*;

/// The last line of the file: nothing else would notice another pseudonym key, for instance.
fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

pub struct Keys {
    pub issuer: Issuer,
    pub status: ListOwner,
    pub flag: ListOwner,
    pub handle_key: HandleKey,
    pub record_keys: [RecordKey; 2],
    pub symbol_key: SymbolKey,
    /// Whether nothing was done with them yet: then alone the registries' stores are created.
    pub fresh: bool,
}

impl Keys {
    pub fn random() -> Result<Self> {
        let rng = &mut OsRng;
        let shards = ShardCount::new(4)?;
        Ok(Self {
            issuer: Issuer::random(Schema::resident_card(), KeyVersion(1), rng),
            status: ListOwner::random(ListName::new("net-id-registry", ListClass::Status)?, shards, rng),
            flag: ListOwner::random(ListName::new("police", ListClass::Flag)?, shards, rng),
            handle_key: HandleKey::random(rng),
            record_keys: [RecordKey::random(rng), RecordKey::random(rng)],
            symbol_key: SymbolKey::random(rng),
            fresh: true,
        })
    }

    /// Reads the keys from a file, or makes them. In the open, one in each line: that is for a
    /// story. A registry keeps them in hardware, and its police elsewhere than its issuer.
    pub fn in_file(path: &Path) -> Result<Self> {
        if path.exists() {
            let text = std::fs::read_to_string(path)?;
            return Self::read(&text).map_err(|error| format!("{}: {error}", path.display()).into());
        }
        let keys = Self::random()?;
        let [first, second] = &keys.record_keys;
        let lines = [
            keys.issuer.to_bytes(),
            keys.status.to_bytes(),
            keys.flag.to_bytes(),
            keys.handle_key.to_secret_bytes().expose().to_vec(),
            first.to_secret_bytes().expose().to_vec(),
            second.to_secret_bytes().expose().to_vec(),
            keys.symbol_key.to_secret_bytes().expose().to_vec(),
        ];
        let text = lines.map(hex::encode).join("\n");
        std::fs::write(path, format!("{text}\n{}", digest(&text)))?;
        Ok(keys)
    }

    fn read(text: &str) -> Result<Self> {
        let (text, last) = text.rsplit_once('\n').ok_or("the key file is cut short")?;
        if last != digest(text) {
            return Err("the key file is damaged".into());
        }
        let lines = text.lines().map(hex::decode).collect::<std::result::Result<Vec<_>, _>>()?;
        let [issuer, status, flag, handle_key, first, second, symbol_key] =
            <[Vec<u8>; 7]>::try_from(lines).map_err(|_| "the key file has another number of lines")?;
        let secret = |bytes: Vec<u8>| -> Result<Secret<[u8; 32]>> {
            Ok(Secret::new(bytes.try_into().map_err(|_| "a key has another length")?))
        };
        Ok(Self {
            issuer: Issuer::from_bytes(&issuer)?,
            status: ListOwner::from_bytes(&status)?,
            flag: ListOwner::from_bytes(&flag)?,
            handle_key: HandleKey::from_secret_bytes(secret(handle_key)?),
            record_keys: [RecordKey::from_secret_bytes(secret(first)?), RecordKey::from_secret_bytes(secret(second)?)],
            symbol_key: SymbolKey::from_secret_bytes(secret(symbol_key)?),
            fresh: false,
        })
    }
}
