//! Texts of codes, and frames of what takes several (spec 16).

use serde_json::{Value, json};
use testkit::reference::hash;
use testkit::vectors::{File, Group, Vector};

const FLAGS: &[(&str, &str)] = &[
    ("Alphabet", "characters of no code, or in another case, are read as some byte"),
    ("Number", "a group beyond its bytes is cut or wraps, so that two texts have the same bytes"),
    ("Length", "what no code can hold is taken"),
    ("NoFrame", "a code that is no frame of version 1 is read as one"),
    ("Header", "a frame's place and number are not looked at"),
    ("TooMuch", "a set grows beyond what a payload may be"),
    ("WrongPart", "the hash of the payload is not looked at: parts of two payloads are put together"),
    ("FirstCounts", "of two parts for one place the first counts, so that a wrong one stays for ever"),
    ("Forgotten", "a set is not dropped when others come, and memory grows with every code"),
    ("OtherCount", "frames of one id and of two numbers are put together"),
];

/// A frame as its bytes.
fn frame(set: &[u8; 8], place: u8, count: u8, part: &[u8]) -> Vec<u8> {
    [&[0xf1], &set[..], &[place, count], part].concat()
}

fn set_id(payload: &[u8]) -> [u8; 8] {
    *hash::<32>("qr-set", &[payload]).first_chunk().unwrap()
}

/// RFC 9285 by its formula.
fn text(data: &[u8]) -> String {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let digit = |number: usize| char::from(ALPHABET[number % 45]);
    let group = |group: &[u8]| match *group {
        [one] => vec![digit(one.into()), digit(usize::from(one) / 45)],
        [high, low] => {
            let number = usize::from(high) * 256 + usize::from(low);
            vec![digit(number), digit(number / 45), digit(number / 2_025)]
        }
        _ => unreachable!(),
    };
    data.chunks(2).flat_map(group).collect()
}

fn codes() -> Group {
    let valid = |slug: &str, comment: &str, data: &[u8]| {
        Vector::valid(slug, comment, json!({ "text": text(data) }), json!({ "bytes": hex::encode(data) }))
    };
    let invalid = |slug: &str, flag, check: &str, comment: &str, text: &str| {
        Vector::invalid(slug, flag, check, comment, json!({ "text": text }))
    };
    Group::new("code", "QrCode", "Whoever reads the text of one code", json!({}))
        .with(valid("empty", "no bytes", &[]))
        .with(valid("one-byte", "the largest byte", &[255]))
        .with(valid("zero", "a byte of zero", &[0]))
        .with(valid("two-bytes", "the largest group", &[255, 255]))
        .with(valid("ab", "AB of RFC 9285", b"AB"))
        .with(valid("hello", "Hello!! of RFC 9285", b"Hello!!"))
        .with(valid("base-45", "base-45 of RFC 9285", b"base-45"))
        .with(valid("zeros", "three bytes of zero", &[0; 3]))
        .with(valid("longest", "the most bytes of a code", &[0xa5; 2_864]))
        .with(invalid("too-long", "Length", "16-1", "4,297 characters", &format!("{}0", text(&[0xa5; 2_864]))))
        .with(invalid("too-long-by-a-group", "Length", "16-1", "4,299 characters", &text(&[0xa5; 2_866])))
        .with(invalid("lower-case", "Alphabet", "16-2", "a lower-case letter", "bB8"))
        .with(invalid("comma", "Alphabet", "16-2", "a comma", "BB,"))
        .with(invalid("line-feed", "Alphabet", "16-2", "a line feed at the end", "BB8\n"))
        .with(invalid("full-width", "Alphabet", "16-2", "a full-width letter", "BＢ8"))
        .with(invalid("one-character", "Number", "16-2", "one character", "0"))
        .with(invalid("four-characters", "Number", "16-2", "four characters", "BB80"))
        .with(invalid("group-65536", "Number", "16-2", "a group of 65,536", "H:W"))
        .with(invalid("largest-group", "Number", "16-2", "the largest group of three characters", ":::"))
        .with(invalid("pair-256", "Number", "16-2", "a last pair of 256", "V5"))
        .with(invalid("largest-pair", "Number", "16-2", "the largest last pair", "BB8::"))
}

/// What a reader has met before, and what is shown now.
struct Shown {
    before: Vec<Vec<u8>>,
    flood: [usize; 3],
    now: String,
}

impl Shown {
    fn new(before: &[&Vec<u8>], now: &[u8]) -> Self {
        Self { before: before.iter().map(|frame| (*frame).clone()).collect(), flood: [0; 3], now: text(now) }
    }

    fn input(&self) -> Value {
        let before: Vec<String> = self.before.iter().map(|frame| text(frame)).collect();
        let [count, frames, length] = self.flood;
        json!({ "before": before, "flood": { "count": count, "frames": frames, "length": length }, "text": self.now })
    }

    fn waiting(&self, slug: &str, comment: &str, seen: u8, count: u8) -> Vector {
        Vector::valid(slug, comment, self.input(), json!({ "seen": seen, "count": count, "payload": null }))
    }

    fn complete(&self, slug: &str, comment: &str, count: u8, payload: &[u8]) -> Vector {
        let output = json!({ "seen": count, "count": count, "payload": hex::encode(payload) });
        Vector::valid(slug, comment, self.input(), output)
    }

    fn refused(&self, slug: &str, flag: &'static str, check: &str, comment: &str) -> Vector {
        Vector::invalid(slug, flag, check, comment, self.input())
    }
}

const PAYLOAD: &[u8] = b"What is shown at the desk of the Hotel Yuelai, in three parts";

fn parts() -> [Vec<u8>; 3] {
    let parts = PAYLOAD.chunks(21).collect::<Vec<_>>();
    [0, 1, 2].map(|place: u8| frame(&set_id(PAYLOAD), place, 3, parts[usize::from(place)]))
}

fn together() -> Group {
    let [one, two, three] = &parts();
    let other_payload = b"another payload";
    let other = frame(&set_id(other_payload), 0, 2, &other_payload[..8]);
    let single = frame(&set_id(other_payload), 0, 1, other_payload);
    let wrong = frame(&set_id(PAYLOAD), 1, 3, b"of a sticker on code");
    let uneven: Vec<Vec<u8>> = [(0, &PAYLOAD[..1]), (1, &PAYLOAD[1..60]), (2, &PAYLOAD[60..])]
        .map(|(place, part)| frame(&set_id(PAYLOAD), place, 3, part))
        .to_vec();
    let of_four = frame(&set_id(PAYLOAD), 2, 4, &PAYLOAD[42..]);
    let group = Group::new("frames", "QrFrames", "A reader of frames, to whom others were shown before", json!({}));
    group
        .with(Shown::new(&[], one).waiting("first", "the first of three", 1, 3))
        .with(Shown::new(&[], three).waiting("last-first", "the last of three before the others", 1, 3))
        .with(Shown::new(&[one], one).waiting("same-again", "the same again", 1, 3))
        .with(Shown::new(&[one, two], three).complete("in-order", "in order", 3, PAYLOAD))
        .with(Shown::new(&[three, one], two).complete("out-of-order", "out of order", 3, PAYLOAD))
        .with(Shown::new(&[one, one, two, one], three).complete("duplicated", "with repetitions", 3, PAYLOAD))
        .with(Shown::new(&[one, &other, two], three).complete("mixed", "with another set between", 3, PAYLOAD))
        .with(Shown::new(&[one, two], &single).complete("single", "another set, of one frame", 1, other_payload))
        .with(Shown::new(&[&uneven[0], &uneven[2]], &uneven[1]).complete("uneven", "parts of any length", 3, PAYLOAD))
        .with(Shown::new(&[one, &wrong, three], two).complete(
            "wrong-then-right",
            "a wrong part, and then the right one",
            3,
            PAYLOAD,
        ))
        .with(Shown::new(&[one, two, three], one).waiting(
            "after-complete",
            "a set that is complete is begun anew",
            1,
            3,
        ))
        .with(Shown::new(&[one, two], &of_four).waiting(
            "other-count",
            "the same id with another number is another set",
            1,
            4,
        ))
        .with(
            Shown::new(&[&single], &single).complete("single-again", "a set of one frame once more", 1, other_payload),
        )
        .with_all(refusals())
        .with_all(limits())
}

fn refusals() -> Vec<Vector> {
    let [one, two, three] = &parts();
    let wrong = frame(&set_id(PAYLOAD), 1, 3, b"of a sticker on code");
    let header = |place, count, part: &[u8]| Shown::new(&[], &frame(&[7; 8], place, count, part));
    let no_code = |now: &str| Shown { before: vec![], flood: [0; 3], now: now.into() };
    let with_byte = |byte: u8| {
        let mut other = one.clone();
        other[0] = byte;
        Shown::new(&[], &other)
    };
    vec![
        no_code("bB8").refused("no-code", "NoFrame", "16-3", "a lower-case letter"),
        no_code("").refused("empty", "NoFrame", "16-3", "an empty code"),
        with_byte(1).refused("message", "NoFrame", "16-3", "what begins as a message"),
        with_byte(0xf0).refused("version-0", "NoFrame", "16-3", "a frame of version 0"),
        with_byte(0xf2).refused("version-2", "NoFrame", "16-3", "a frame of version 2"),
        header(0, 1, b"").refused("no-part", "Header", "16-4", "a frame of 11 bytes"),
        Shown::new(&[], &one[..9]).refused("no-place", "Header", "16-4", "a frame of 9 bytes"),
        Shown::new(&[], &one[..1]).refused("version-alone", "Header", "16-4", "a frame of one byte"),
        header(0, 0, b"part").refused("of-none", "Header", "16-4", "of no frames"),
        header(0, 65, b"part").refused("of-65", "Header", "16-4", "of 65 frames"),
        header(3, 3, b"part").refused("place-beyond", "Header", "16-4", "a place that is the number of frames"),
        header(255, 64, b"part").refused("place-255", "Header", "16-4", "the largest place"),
        header(63, 64, b"p").waiting("of-64", "the last of the most frames", 1, 64),
        Shown::new(&[one, &wrong], three).refused("wrong-part", "WrongPart", "16-9", "with a part of something else"),
        Shown::new(&[one, two], &frame(&set_id(PAYLOAD), 2, 3, b"end"))
            .refused("wrong-last", "WrongPart", "16-9", "the last part is another one"),
        Shown::new(&[], &frame(&[7; 8], 0, 1, b"part"))
            .refused("wrong-single", "WrongPart", "16-9", "one frame under another id"),
        Shown::new(&[one, two, &wrong], three).refused(
            "right-then-wrong",
            "FirstCounts",
            "16-9",
            "the right part, and then a wrong one: the last one counts",
        ),
        Shown::new(&[one, two], &frame(&set_id(PAYLOAD), 2, 4, &PAYLOAD[42..]))
            .waiting("not-of-three", "a part of four completes no set of three", 1, 4)
            .flag("OtherCount"),
    ]
}

/// A payload whose first two parts of three have so many bytes together.
fn long(length: usize) -> Vec<u8> {
    vec![0x5a; length + 20]
}

/// Its last part, behind the first two and these others.
fn beside(length: usize, flood: [usize; 3]) -> Shown {
    let payload = long(length);
    let (first, rest) = payload.split_at(256);
    let (second, last) = rest.split_at(length - 256);
    let part = |place, part: &[u8]| frame(&set_id(&payload), place, 3, part);
    Shown { flood, ..Shown::new(&[&part(0, first), &part(1, second)], &part(2, last)) }
}

/// What a reader keeps of many sets (16-5, 16-7): the others are ids 0, 1, 2, ….
fn limits() -> Vec<Vector> {
    let [one, two, three] = &parts();
    let among = |count, frames, length| Shown { flood: [count, frames, length], ..Shown::new(&[one, two], three) };
    let large = |place| frame(&[9; 8], place, 64, &[0x5a; 2_853]);
    let filled: Vec<Vec<u8>> = (0..22).map(large).collect();
    let filled: Vec<&Vec<u8>> = filled.iter().collect();
    let rest = |length: usize| frame(&[9; 8], 22, 64, &vec![0x5a; length]);
    // 22 parts of 2,853 bytes are 62,766, so that 2,770 more are 65,536.
    let again = frame(&[9; 8], 21, 64, &[0x5a; 2_853]);
    let with_rest: Vec<Vec<u8>> = filled.iter().map(|frame| (*frame).clone()).chain([rest(2_770)]).collect();
    let with_rest: Vec<&Vec<u8>> = with_rest.iter().collect();
    vec![
        among(255, 1, 1).complete("among-255", "after a frame of each of 255 other sets", 3, PAYLOAD),
        among(256, 1, 1)
            .waiting("among-256", "after a frame of each of 256 other sets its own is dropped", 1, 3)
            .flag("Forgotten"),
        among(255, 1, 2_853).complete("among-large", "after 255 large frames of other sets", 3, PAYLOAD),
        among(16, 22, 2_853).complete("among-16-long", "after 16 other sets with 1,004,256 bytes", 3, PAYLOAD),
        among(17, 22, 2_853)
            .waiting("among-17-long", "after 17 other sets with 1,067,022 bytes its own is dropped", 1, 3)
            .flag("Forgotten"),
        // 16 sets of 23 parts of 2,848 bytes are 1,048,064, so that 512 more are 1,048,576.
        beside(512, [16, 23, 2_848]).complete("among-most", "in 1,048,576 bytes of all sets", 3, &long(512)),
        beside(513, [16, 23, 2_848]).waiting("among-more", "in a byte more its own is dropped", 1, 3).flag("Forgotten"),
        Shown::new(&filled, &rest(2_770)).waiting("most-bytes", "65,536 bytes in a set that is not complete", 23, 64),
        Shown::new(&filled, &rest(2_771)).refused("too-many-bytes", "TooMuch", "16-5", "65,537 bytes in a set"),
        Shown::new(&with_rest, &again).waiting(
            "replaced",
            "a part in the place of one as large, in a full set",
            23,
            64,
        ),
    ]
}

/// Checks 16-1, 16-2, 16-3, 16-4, 16-5, 16-6, 16-7, 16-8, 16-9.
#[test]
fn codes_are_read_as_the_spec_says() {
    let comment = "Texts of codes, and frames in any order, with repetitions, mixed, and wrong.";
    File::new("qr", comment, &["16 §1", "16 §2"]).flags(FLAGS).group(codes()).group(together()).check();
}
