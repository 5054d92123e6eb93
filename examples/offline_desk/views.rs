//! Who saw which points and scalars.

use std::collections::BTreeSet;

use minicbor::data::Token;
use minicbor::decode::Tokenizer;

use super::World;
use super::support::{FLAG, Result, STATUS};

type Item = [u8; 32];

/// The points and scalars of messages: every byte string that is a run of 32 bytes.
fn items(messages: &[Vec<u8>]) -> Result<BTreeSet<Item>> {
    let mut found = BTreeSet::new();
    for message in messages {
        let body = message.get(3..).ok_or("no message")?;
        for token in Tokenizer::new(body) {
            if let Token::Bytes(bytes) = token?
                && let (run, []) = bytes.as_chunks()
            {
                found.extend(run);
            }
        }
    }
    Ok(found)
}

/// What everybody knows: keys and digests.
pub fn public(country: &World) -> Result<BTreeSet<Item>> {
    let parameters = country.registry.issuer().parameters();
    let mut public = BTreeSet::from([parameters.key().to_bytes(), parameters.schema_digest().to_bytes()]);
    for list in [STATUS, FLAG] {
        public.insert(country.heads[list].digest().to_bytes());
        let keys = country.list_keys(list);
        for shard in 0..country.heads[list].shard_count().number() {
            let shard = selfsame::list::Shard::new(shard)?;
            public.insert(keys.accumulator(shard).ok_or("no such shard")?.to_bytes());
        }
    }
    Ok(public)
}

pub fn show(who: &str, saw: &[Vec<u8>]) -> Result<()> {
    let bytes: usize = saw.iter().map(Vec::len).sum();
    println!("  {who}: {} messages, {bytes} bytes, {} points and scalars 点与标量", saw.len(), items(saw)?.len());
    Ok(())
}

/// How many points and scalars two of them have in common, what is public aside.
pub fn common(one: &[Vec<u8>], other: &[Vec<u8>], public: &BTreeSet<Item>) -> Result<usize> {
    let (one, other) = (items(one)?, items(other)?);
    Ok(one.intersection(&other).filter(|item| !public.contains(*item)).count())
}
