//! Auditors' shares (spec 13 §3).

use serde_json::json;
use testkit::cbor::{bytes, run};
use testkit::curve::{Point, Scalar, order};
use testkit::prelude::*;
use testkit::reference::encode;
use testkit::vectors::{File, Group, Vector};

use super::message;
use crate::decoding::{self, input};

const LAST: u64 = 64;

fn share(auditor: u64, value: &Scalar) -> Vec<u8> {
    message(34, vec![Item::Uint(auditor), bytes(value.to_bytes())])
}

fn public(value: &Scalar) -> [u8; POINT_LEN] {
    encode(&Point::mul_base(value))
}

/// Whoever has the message of a group with these keys, and takes its share.
fn group(slug: &str, comment: &str, threshold: u64, key: &Scalar, shares: &[Scalar]) -> Group {
    let fields = vec![Item::Uint(threshold), bytes(public(key)), run(shares.iter().map(public))];
    Group::new(slug, "AuditorShare", comment, json!({ "group": hex::encode(message(33, fields)) }))
}

fn valid(slug: &str, comment: &str, auditor: u64, value: &Scalar) -> Vector {
    let output = json!({ "auditor": auditor, "public": hex::encode(public(value)) });
    Vector::valid(slug, comment, input(&share(auditor, value), &json!({})), output)
}

fn invalid(slug: &str, flag: &'static str, check: &str, comment: &str, message: &[u8]) -> Vector {
    Vector::invalid(slug, flag, check, comment, input(message, &json!({})))
}

pub fn groups(mut file: File, rng: &mut SeededRng) -> File {
    let [key, slope, elsewhere] = [(); 3].map(|()| Scalar::random(rng));
    let of = |auditor: u64| key + slope * Scalar::from(auditor);
    let three = [1, 2, 3].map(of);
    let largest = -Scalar::ONE;
    for (auditor, value) in (1..).zip(&three) {
        file = file.secret(&format!("auditor {auditor} of three"), share(auditor, value));
    }
    let honest = share(1, &three[0]);
    let of_three = group("auditor-share", "An auditor of three, of whom two are needed", 2, &key, &three)
        .with_all((1..).zip(&three).map(|(auditor, value)| {
            valid(&format!("auditor-{auditor}"), &format!("of auditor {auditor}"), auditor, value)
        }))
        .with_all(decoding::vectors(decoding::of_any(&honest), &json!({})))
        .with(invalid("fourth", "Share", "13-5", "of a fourth auditor, on the same polynomial", &share(4, &of(4))))
        .with(invalid("key", "Share", "13-5", "f(0), which nobody has, for auditor 1", &share(1, &key)))
        .with(invalid("of-another", "Share", "13-5", "auditor 2's for auditor 1", &share(1, &three[1])))
        .with(invalid("elsewhere", "Share", "13-5", "of another group", &share(1, &elsewhere)))
        .with(invalid("negated", "Share", "13-5", "of the opposite sign", &share(1, &-three[0])))
        .with(invalid("auditor-0", "Range", "01-11", "of auditor 0, f(0)", &share(0, &key)))
        .with(invalid("zero", "ZeroKey", "01-11", "a share of 0", &share(1, &Scalar::ZERO)))
        .with(invalid("order", "Scalar", "01-10", "a share of ℓ", &{
            Tree::parse(&honest).with(|body| *body.at_mut(2) = bytes(order()))
        }))
        .with(invalid("short", "KeyLength", "01-5", "a share of 31 bytes", &{
            Tree::parse(&honest).with(|body| body.at_mut(2).bytes_mut().truncate(31))
        }));
    let of_all = group("auditor-share-64", "An auditor of 64, of whom one is needed", 1, &largest, &[largest; 64])
        .with(valid("last", "of auditor 64, the largest share", LAST, &largest))
        .with(invalid("after-last", "Range", "01-11", "of auditor 65", &share(LAST + 1, &largest)));
    file.secret("auditor 64 of all", share(LAST, &largest)).group(of_three).group(of_all)
}
