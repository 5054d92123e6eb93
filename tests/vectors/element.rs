//! What an element signs, and what a wallet takes of it (spec 05 §7, spec 17).

use selfsame::device::{DeviceQuestion, Purpose};
use serde_json::{Value, json};
use testkit::curve::{Point, Scalar, order};
use testkit::prelude::*;
use testkit::reference::{TAG, encode, hash, uint};
use testkit::vectors::{File, Group, Vector};

use sha2::Digest;

const SEED: u8 = 0x05;

const FLAGS: &[(&str, &str)] = &[
    ("Zero", "a ρ or s of 0 is taken"),
    ("Large", "a ρ or s of n or more is reduced, so that one signature has several encodings"),
    ("Der", "an encoding of DER that is not the one is taken: longer forms, negative numbers, bytes behind"),
    ("Form", "what is no sequence of two numbers is read as one"),
    (
        "WrongSignature",
        "a signature is made use of that is none of this key for this message: the proof gives the key away",
    ),
];

/// An answer of the element's: what was asked, and the key.
struct Asked {
    purpose: u64,
    demand: Option<u64>,
    shown: Vec<u8>,
    message: [u8; 64],
}

impl Asked {
    fn question(&self) -> Value {
        json!({
            "purpose": self.purpose,
            "demand": self.demand,
            "shown": hex::encode(&self.shown),
            "M": hex::encode(self.message),
        })
    }

    /// m of spec 05 §7.1.
    fn m(&self) -> Vec<u8> {
        let q: [u8; 64] = match self.demand {
            Some(demand) => hash("shown-unlocked", &[&uint(self.purpose), &uint(demand), &self.shown]),
            None => hash("shown", &[&uint(self.purpose), &self.shown]),
        };
        [TAG.as_bytes(), b"device/", &uint(self.purpose), &q, &self.message].concat()
    }

    fn digest(&self) -> [u8; 32] {
        sha2::Sha256::digest(self.m()).into()
    }

    fn e(&self) -> Scalar {
        reduced(&self.digest())
    }
}

/// A number of 32 bytes, modulo n.
fn reduced(bytes: &[u8; 32]) -> Scalar {
    let mut wide = [0; testkit::curve::WIDE_LEN];
    wide[testkit::curve::WIDE_LEN - 32..].copy_from_slice(bytes);
    testkit::curve::scalar_from_wide(&wide)
}

/// ECDSA with this nonce.
fn sign(d: &Scalar, k: &Scalar, e: &Scalar) -> [Scalar; 2] {
    let x: [u8; 32] = encode(&Point::mul_base(k))[1..].try_into().unwrap();
    let rho = reduced(&x);
    [rho, k.invert() * (e + rho * d)]
}

fn raw([rho, s]: &[Scalar; 2]) -> Vec<u8> {
    [rho.to_bytes(), s.to_bytes()].concat()
}

/// A number in DER, without its head.
fn integer(number: &[u8]) -> Vec<u8> {
    let digits: &[u8] = &number[number.iter().take_while(|byte| **byte == 0).count()..];
    let sign = if digits.first().is_none_or(|byte| *byte > 127) { &[0][..] } else { &[] };
    [sign, digits].concat()
}

fn item(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
}

fn sequence(rho: &[u8], s: &[u8]) -> Vec<u8> {
    item(0x30, &[item(2, rho), item(2, s)].concat())
}

fn der(of: &[Scalar; 2]) -> Vec<u8> {
    let [rho, s] = of.each_ref().map(|number| integer(&number.to_bytes()));
    sequence(&rho, &s)
}

fn questions(rng: &mut SeededRng) -> Group {
    let ask =
        |purpose, demand, shown: &[u8], byte| Asked { purpose, demand, shown: shown.to_vec(), message: [byte; 64] };
    let _ = rng;
    let all = [
        ("issuance", "for an offer", ask(1, None, b"an offer", 0x4d)),
        ("presentation", "for a request", ask(2, None, b"a request", 0x4d)),
        ("other-transcript", "of another proof", ask(2, None, b"a request", 0x4e)),
        ("nothing-shown", "nothing is shown", ask(2, None, b"", 0)),
        ("passcode", "with a demand of the passcode", ask(2, Some(1), b"a request", 0x4d)),
        ("any-check", "with a demand of any check", ask(2, Some(7), b"a request", 0x4d)),
        ("long", "a long request", ask(2, Some(2), &[0x5a; 1_000], 0xff)),
    ];
    let vector = |(slug, comment, asked): (&str, &str, Asked)| {
        let output = json!({ "m": hex::encode(asked.m()), "digest": hex::encode(asked.digest()) });
        Vector::valid(slug, comment, asked.question(), output).trace("e", hex::encode(asked.e().to_bytes()))
    };
    Group::new("question", "DeviceQuestion", "Whoever makes what an element signs", json!({})).with_all(all.map(vector))
}

/// What the vectors of signatures have in common.
struct Honest {
    d: Scalar,
    asked: Asked,
    signed: [Scalar; 2],
}

impl Honest {
    fn state(&self) -> Value {
        json!({ "key": hex::encode(encode(&Point::mul_base(&self.d))), "question": self.asked.question() })
    }

    /// Those that are none of this key, for this question.
    fn others(&self, rng: &mut SeededRng) -> Vec<(&'static str, &'static str, [Scalar; 2])> {
        let (k, e) = (Scalar::random(rng), self.asked.e());
        let [rho, s] = self.signed;
        let of = |purpose, demand, shown: &[u8], byte| {
            let asked = Asked { purpose, demand, shown: shown.to_vec(), message: [byte; 64] };
            sign(&self.d, &k, &asked.e())
        };
        vec![
            ("other-key", "by another key", sign(&Scalar::random(rng), &k, &e)),
            ("other-purpose", "for an offer", of(1, None, b"a request", 0x4d)),
            ("other-shown", "for another request", of(2, None, b"another request", 0x4d)),
            ("other-transcript", "for another proof", of(2, None, b"a request", 0x4e)),
            ("with-demand", "for a demand that was not made", of(2, Some(1), b"a request", 0x4d)),
            ("s-more", "s is one more", [rho, s + Scalar::ONE]),
            ("rho-more", "ρ is one more", [rho + Scalar::ONE, s]),
            ("exchanged", "ρ and s exchanged", [s, rho]),
            ("rho-opposite", "the opposite ρ", [-rho, s]),
        ]
    }
}

fn given(bytes: &[u8]) -> Value {
    json!({ "bytes": hex::encode(bytes) })
}

fn valid(slug: &str, comment: &str, bytes: &[u8]) -> Vector {
    Vector::valid(slug, comment, given(bytes), json!({}))
}

fn invalid(slug: &str, flag: &'static str, check: &str, comment: &str, bytes: &[u8]) -> Vector {
    Vector::invalid(slug, flag, check, comment, given(bytes))
}

fn of_bytes(honest: &Honest, rng: &mut SeededRng) -> Group {
    let [rho, s] = honest.signed;
    let with = |rho: [u8; 32], s: [u8; 32]| [rho, s].concat();
    let (n, zero) = (order(), [0; 32]);
    let long_s = [&rho.to_bytes()[..], &[0], &s.to_bytes()].concat();
    let wrong = honest.others(rng);
    let wrong = wrong.iter().map(|(slug, comment, of)| invalid(slug, "WrongSignature", "05-18", comment, &raw(of)));
    Group::new("bytes", "EcdsaSignature", "A wallet whose element answers ρ and s", honest.state())
        .with(valid("honest", "as the element signs", &raw(&honest.signed)))
        .with(valid("other-s", "with the opposite s: low and high both serve", &raw(&[rho, -s])))
        .with(valid(
            "other-nonce",
            "with another nonce",
            &raw(&sign(&honest.d, &Scalar::random(rng), &honest.asked.e())),
        ))
        .with(valid("nonce-1", "with the nonce 1", &raw(&sign(&honest.d, &Scalar::ONE, &honest.asked.e()))))
        .with(invalid("rho-zero", "Zero", "05-17", "ρ is 0", &with(zero, s.to_bytes())))
        .with(invalid("s-zero", "Zero", "05-17", "s is 0", &with(rho.to_bytes(), zero)))
        .with(invalid("rho-order", "Large", "05-17", "ρ is n", &with(n, s.to_bytes())))
        .with(invalid("s-order", "Large", "05-17", "s is n", &with(rho.to_bytes(), n)))
        .with(invalid("s-largest", "Large", "05-17", "s is 2^256 − 1", &with(rho.to_bytes(), [0xff; 32])))
        .with(invalid("short", "Form", "05-17", "63 bytes", &raw(&honest.signed)[..63]))
        .with(invalid("long-s", "Form", "05-17", "65 bytes, with a zero before s", &long_s))
        .with(invalid("long", "Form", "05-17", "65 bytes", &[&raw(&honest.signed)[..], &[0]].concat()))
        .with(invalid("der", "Form", "05-17", "in DER", &der(&honest.signed)))
        .with_all(wrong)
}

fn of_der(honest: &Honest, rng: &mut SeededRng) -> Group {
    let whole = der(&honest.signed);
    let [rho, s] = honest.signed.map(|number| number.to_bytes());
    let [r, t] = [integer(&rho), integer(&s)];
    let zeroed = |number: &[u8]| [&[0][..], number].concat();
    let (other_tag, negative) = (item(0x30, &[item(4, &r), item(2, &t)].concat()), sequence(&[0x80], &t));
    let tagged = [&[0x31], &whole[1..]].concat();
    let long_head = [&[0x30, 0x81], &whole[1..]].concat();
    let three = item(0x30, &[item(2, &r), item(2, &t), item(2, &[1])].concat());
    let one = item(0x30, &item(2, &r));
    let opposite = der(&[honest.signed[0], -honest.signed[1]]);
    let wrong = der(&[honest.signed[0], honest.signed[1] + Scalar::ONE]);
    // A small s has fewer bytes.
    let short = {
        let e = honest.asked.e();
        let mut k = Scalar::random(rng);
        let mut signed = sign(&honest.d, &k, &e);
        while signed[1].to_bytes()[0] != 0 {
            k += Scalar::ONE;
            signed = sign(&honest.d, &k, &e);
        }
        der(&signed)
    };
    // A ρ of 32 digits, the first of which says of a number of DER that it is negative.
    let unsigned = {
        let e = honest.asked.e();
        let mut k = Scalar::random(rng);
        let mut signed = sign(&honest.d, &k, &e);
        while signed[0].to_bytes()[0] < 128 {
            k += Scalar::ONE;
            signed = sign(&honest.d, &k, &e);
        }
        sequence(&signed[0].to_bytes(), &integer(&signed[1].to_bytes()))
    };
    let promised = [&[0x30, whole[1] + 1], &whole[2..]].concat();
    let refused = |slug: &str, flag, comment: &str, bytes: &[u8]| invalid(slug, flag, "05-17", comment, bytes);
    Group::new("der", "EcdsaDer", "A wallet whose element answers in DER", honest.state())
        .with(valid("honest", "as the element signs", &whole))
        .with(valid("other-s", "with the opposite s", &opposite))
        .with(valid("short", "with an s of 31 bytes", &short))
        .with(refused("raw", "Form", "64 bytes", &raw(&honest.signed)))
        .with(refused("empty", "Form", "nothing", &[]))
        .with(refused("set", "Form", "a set", &tagged))
        .with(refused("octets", "Form", "a byte string for ρ", &other_tag))
        .with(refused("one", "Form", "one number", &one))
        .with(refused("three", "Form", "three numbers", &three))
        .with(refused("ends", "Form", "ends a byte early", &whole[..whole.len() - 1]))
        .with(refused("no-digits", "Form", "a number without digits", &sequence(&[], &t)))
        .with(refused("behind", "Der", "a byte behind", &[&whole[..], &[0]].concat()))
        .with(refused("long-length", "Der", "its length in two bytes", &long_head))
        .with(refused("indefinite", "Der", "of indefinite length", &[&[0x30, 0x80], &whole[2..], &[0, 0]].concat()))
        .with(refused("rho-padded", "Der", "a zero before ρ that it does not take", &sequence(&zeroed(&r), &t)))
        .with(refused("s-padded", "Der", "a zero before s that it does not take", &sequence(&r, &zeroed(&t))))
        .with(refused("promised", "Der", "a length of a byte more than there is", &promised))
        .with(refused("unsigned", "Der", "a large ρ without the zero that it takes", &unsigned))
        .with(refused("negative", "Der", "a negative number", &negative))
        .with(refused("zero", "Zero", "an s of 0", &sequence(&r, &[0])))
        .with(refused("order", "Large", "an s of n", &sequence(&r, &integer(&order()))))
        .with(refused("33-digits", "Large", "an s of 33 digits", &sequence(&r, &[1; 33])))
        .with(invalid("s-more", "WrongSignature", "05-18", "s is one more", &wrong))
}

/// Checks 05-17, 05-18.
#[test]
fn signatures_of_elements_are_taken_or_refused_as_the_spec_says() {
    let rng = &mut SeededRng::new([SEED; 32]);
    let (d, k) = (Scalar::random(rng), Scalar::random(rng));
    let asked = Asked { purpose: 2, demand: None, shown: b"a request".to_vec(), message: [0x4d; 64] };
    let signed = sign(&d, &k, &asked.e());
    let library = DeviceQuestion::new(Purpose::Presentation, None, &asked.shown, &asked.message);
    assert_eq!((library.message(), *library.digest()), (&asked.m()[..], asked.digest()));
    let honest = Honest { d, asked, signed };
    let comment = "What an element signs, and signatures that a wallet takes or refuses.";
    let file = File::new("element", comment, &["05 §7", "17 §1"]).seed([SEED; 32]).flags(FLAGS);
    let file = file.secret("d", d.to_bytes()).secret("k", k.to_bytes());
    file.group(questions(rng)).group(of_bytes(&honest, rng)).group(of_der(&honest, rng)).check();
}
