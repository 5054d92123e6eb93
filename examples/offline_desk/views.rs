//! Who saw which points and scalars.

use std::collections::BTreeSet;

use minicbor::Decoder;
use minicbor::data::Type;
use selfsame::codec::{POINT_LEN, SCALAR_LEN};
use selfsame::list::Shard;

use testkit::story::{Country, FLAG, Result, STATUS};

type Item = Vec<u8>;

/// The points and scalars of an item of CBOR: every byte string that is a run of either.
fn collect(decoder: &mut Decoder<'_>, found: &mut BTreeSet<Item>) -> Result<()> {
    match decoder.datatype()? {
        Type::Bytes => {
            let bytes = decoder.bytes()?;
            for length in BTreeSet::from([POINT_LEN, SCALAR_LEN]) {
                if bytes.len() % length == 0 {
                    found.extend(bytes.chunks(length).map(<[u8]>::to_vec));
                }
            }
        }
        Type::Array | Type::Map => {
            let is_map = decoder.datatype()? == Type::Map;
            let items = if is_map { decoder.map()?.map(|pairs| 2 * pairs) } else { decoder.array()? };
            for _ in 0..items.ok_or("no definite length")? {
                collect(decoder, found)?;
            }
        }
        _ => decoder.skip()?,
    }
    Ok(())
}

/// Those of messages, each behind its envelope.
fn items(messages: &[Vec<u8>]) -> Result<BTreeSet<Item>> {
    let mut found = BTreeSet::new();
    for message in messages {
        collect(&mut Decoder::new(message.get(3..).ok_or("no message")?), &mut found)?;
    }
    Ok(found)
}

/// What everybody knows: keys and digests.
pub fn public(country: &Country) -> Result<BTreeSet<Item>> {
    let parameters = country.registry.issuer().parameters();
    let mut public =
        BTreeSet::from([parameters.key().to_bytes().to_vec(), parameters.schema_digest().to_bytes().to_vec()]);
    for list in [STATUS, FLAG] {
        public.insert(country.heads[list].digest().to_bytes().to_vec());
        for shard in 0..country.heads[list].shard_count().number() {
            public.insert(country.list_keys(list).accumulator(Shard::new(shard)?)?.to_bytes().to_vec());
        }
    }
    Ok(public)
}

/// Each message by its type, and each point and scalar in it by its first bytes.
pub fn show(who: &str, saw: &[Vec<u8>]) -> Result<()> {
    let bytes: usize = saw.iter().map(Vec::len).sum();
    println!("  {who}: {} messages, {bytes} bytes, {} points and scalars 点与标量", saw.len(), items(saw)?.len());
    for message in saw {
        let kind = message.get(2).ok_or("no message")?;
        let items = items(std::slice::from_ref(message))?;
        let begins: Vec<String> =
            items.iter().map(|item| item.iter().take(3).map(|byte| format!("{byte:02x}")).collect()).collect();
        println!("    type 类型 {kind}: {}", begins.join(" "));
    }
    Ok(())
}

/// How many points and scalars two of them have in common, what is public aside.
pub fn common(one: &[Vec<u8>], other: &[Vec<u8>], public: &BTreeSet<Item>) -> Result<usize> {
    let (one, other) = (items(one)?, items(other)?);
    Ok(one.intersection(&other).filter(|item| !public.contains(*item)).count())
}
