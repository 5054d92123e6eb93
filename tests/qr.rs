//! Messages as QR codes: the RFC's examples, frames in any order, and what does not fit together.

use std::collections::BTreeSet;

use proptest::prelude::*;
use qrcode::{EcLevel, QrCode, Version};
use selfsame::qr::{Assembler, Capacity, Progress, QrError, decode, encode, is_frame, split};

const SMALL: Capacity = Capacity::VERSION_10_M;

fn payload(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from(i * i % 251).unwrap()).collect()
}

/// A frame with one byte changed: 0 is the version, 1 to 8 the set, 9 the place, 10 the count, then the part.
fn with(frame: &str, place: usize, value: u8) -> String {
    let mut bytes = decode(frame).unwrap();
    bytes[place] = value;
    encode(&bytes)
}

fn assemble<'a>(frames: impl IntoIterator<Item = &'a String>) -> Option<Vec<u8>> {
    let mut assembler = Assembler::new();
    frames.into_iter().find_map(|frame| match assembler.add(frame).unwrap() {
        Progress::Complete(bytes) => Some(bytes),
        Progress::Waiting { .. } => None,
    })
}

#[test]
fn the_examples_of_rfc_9285() {
    for (plain, text) in
        [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0"), ("", "")]
    {
        assert_eq!(encode(plain.as_bytes()), text);
        assert_eq!(decode(text), Ok(plain.as_bytes().to_vec()));
    }
}

#[test]
fn every_message_has_one_text() {
    // ":::" is 91,124, above two bytes; "::" is 2,024, above one; a single character is none.
    for text in [":::", "::", "A", "BB8A", "bb8", "BB8\n", "ＢＢ８", "%69 VD92E::"] {
        assert_eq!(decode(text), Err(QrError::NotBase45), "{text}");
    }
    assert_eq!(decode("U5"), Ok(vec![255]));
    assert_eq!(decode("V5"), Err(QrError::NotBase45), "256");
    assert_eq!(decode("FGW"), Ok(vec![255, 255]));
    assert_eq!(decode("GGW"), Err(QrError::NotBase45), "65,536");
    assert!(decode(&"0".repeat(4_296)).is_ok());
    assert_eq!(decode(&"0".repeat(4_299)), Err(QrError::TooLong));
}

/// The table of the spec, held by an encoder of QR codes.
#[test]
fn codes_hold_what_capacities_say() {
    for (capacity, version, level) in [
        (Capacity::VERSION_10_L, 10, EcLevel::L),
        (Capacity::VERSION_10_M, 10, EcLevel::M),
        (Capacity::VERSION_15_L, 15, EcLevel::L),
        (Capacity::VERSION_15_M, 15, EcLevel::M),
        (Capacity::VERSION_20_L, 20, EcLevel::L),
        (Capacity::VERSION_20_M, 20, EcLevel::M),
        (Capacity::VERSION_25_L, 25, EcLevel::L),
        (Capacity::VERSION_25_M, 25, EcLevel::M),
        (Capacity::VERSION_30_L, 30, EcLevel::L),
        (Capacity::VERSION_40_L, 40, EcLevel::L),
    ] {
        let fits =
            |characters: usize| QrCode::with_version("A".repeat(characters), Version::Normal(version), level).is_ok();
        assert!(fits(capacity.characters()), "{capacity:?}");
        assert!(!fits(capacity.characters() + 1), "{capacity:?}");
        assert!(encode(&payload(capacity.bytes())).len() <= capacity.characters());
        assert!(encode(&payload(capacity.bytes() + 1)).len() > capacity.characters());
    }
}

#[test]
fn frames_come_in_any_order_and_any_number_of_times() {
    let bytes = payload(1_000);
    let frames = split(&bytes, SMALL).unwrap();
    assert_eq!(frames.len(), 6);
    assert!(frames.iter().all(|frame| frame.len() <= SMALL.characters() && is_frame(frame)));
    for start in 0..frames.len() {
        let round = frames.iter().cycle().skip(start).take(frames.len());
        assert_eq!(assemble(round), Some(bytes.clone()));
    }
    assert_eq!(assemble(frames.iter().rev()), Some(bytes.clone()));
    assert_eq!(assemble(frames.iter().flat_map(|frame| [frame, frame, &frames[0]])), Some(bytes));
}

#[test]
fn a_lost_frame_is_missed() {
    let frames = split(&payload(1_000), SMALL).unwrap();
    for lost in 0..frames.len() {
        let mut assembler = Assembler::new();
        for (place, frame) in frames.iter().enumerate().filter(|(place, _)| *place != lost) {
            let seen = place + usize::from(place < lost);
            assert_eq!(assembler.add(frame), Ok(Progress::Waiting { seen, count: frames.len() }));
        }
        assert_eq!(assembler.missing().collect::<Vec<_>>(), [lost]);
        assert!(matches!(assembler.add(&frames[lost]), Ok(Progress::Complete(_))));
        assert_eq!(assembler.missing().count(), 0);
    }
}

#[test]
fn sets_do_not_mix() {
    let (one, other) = (split(&payload(1_000), SMALL).unwrap(), split(&payload(1_001), SMALL).unwrap());
    let mut assembler = Assembler::new();
    let mut complete = None;
    for (one, other) in one.iter().zip(&other) {
        match assembler.add(one).unwrap() {
            Progress::Complete(bytes) => complete = Some(bytes),
            Progress::Waiting { .. } => assert_eq!(assembler.add(other), Err(QrError::OtherSet)),
        }
    }
    assert_eq!(complete, Some(payload(1_000)));
    // Empty again, it takes the other one.
    assert!(matches!(assembler.add(&other[0]), Ok(Progress::Waiting { seen: 1, count: 6 })));
}

/// The same payload in other codes is the same set, cut in another way.
#[test]
fn two_ways_to_cut_do_not_mix() {
    let bytes = payload(1_000);
    let by = |characters| split(&bytes, Capacity::new(characters).unwrap()).unwrap();
    let (six, five) = (by(311), by(350));
    assert_eq!((six.len(), five.len()), (6, 5));
    let mut assembler = Assembler::new();
    assert!(assembler.add(&six[0]).is_ok());
    assert_eq!(assembler.add(&five[1]), Err(QrError::Contradiction));

    // As many frames, and the second longer than the first; a last one that is longer than the others; others shorter than the last.
    let longer = |frame: &String| encode(&[decode(frame).unwrap(), vec![7]].concat());
    assert_eq!(assembler.add(&longer(&six[1])), Err(QrError::Contradiction));
    let full = split(&payload(6 * 100), Capacity::new(167).unwrap()).unwrap();
    assert_eq!(full.len(), 6);
    let mut assembler = Assembler::new();
    assert!(assembler.add(&full[0]).is_ok());
    assert_eq!(assembler.add(&longer(&full[5])), Err(QrError::Contradiction));
    let mut assembler = Assembler::new();
    assert!(assembler.add(&longer(&full[5])).is_ok());
    assert_eq!(assembler.add(&full[0]), Err(QrError::Contradiction));
    assert!(assembler.add(&longer(&full[0])).is_ok());
}

#[test]
fn changed_frames_are_refused() {
    let frames = split(&payload(1_000), SMALL).unwrap();
    let mut assembler = Assembler::new();
    assert!(assembler.add(&frames[0]).is_ok());
    assert_eq!(assembler.add(&with(&frames[0], 11, 99)), Err(QrError::Changed));
    assert_eq!(assembler.add(&with(&frames[1], 10, 7)), Err(QrError::Contradiction));
    assert_eq!(assembler.add(&with(&frames[1], 8, 0)), Err(QrError::OtherSet));
    assert_eq!(assembler.add(&with(&frames[1], 0, 0xF2)), Err(QrError::Version));
    assert_eq!(assembler.add(&with(&frames[1], 0, 1)), Err(QrError::NotAFrame));
    assert_eq!(assembler.add(&with(&frames[1], 9, 6)), Err(QrError::Malformed), "a place beyond the count");
    for count in [0, 65, 255] {
        let malformed = with(&with(&frames[1], 9, 0), 10, count);
        assert_eq!(assembler.add(&malformed), Err(QrError::Malformed), "{count} frames");
    }
    assert_eq!(assembler.add(&encode(&decode(&frames[1]).unwrap()[..11])), Err(QrError::Malformed), "no part");
    assert_eq!(assembler.add(""), Err(QrError::NotAFrame));
    assert_eq!(assembler.add("not a code"), Err(QrError::NotBase45));
    assert!(!is_frame("") && !is_frame("BB8") && !is_frame("not a code"));
    // All of that left it as it was.
    for frame in &frames[1..5] {
        assert!(matches!(assembler.add(frame), Ok(Progress::Waiting { .. })));
    }
    // A part that was changed comes out at the end, and the assembler begins anew.
    assert_eq!(assembler.add(&with(&frames[5], 11, 99)), Err(QrError::WrongHash));
    assert_eq!(assembler.missing().count(), 0);
    assert_eq!(assemble(&frames), Some(payload(1_000)));
}

#[test]
fn an_assembler_takes_no_more_than_was_split() {
    assert_eq!(split(&[], SMALL), Err(QrError::Empty));
    let most = payload(65_536);
    let frames = split(&most, Capacity::VERSION_40_L).unwrap();
    assert_eq!(frames.len(), 23);
    assert_eq!(assemble(&frames), Some(most));
    assert_eq!(split(&payload(65_537), Capacity::VERSION_40_L), Err(QrError::TooLong));
    assert_eq!(split(&payload(64 * 196), SMALL).map(|frames| frames.len()), Ok(64));
    assert_eq!(split(&payload(64 * 196 + 1), SMALL), Err(QrError::TooManyFrames));
    assert_eq!(split(&payload(64), Capacity::new(18).unwrap()).map(|frames| frames.len()), Ok(64));
    // 64 frames as large as codes are would be more than twice what is allowed.
    let frame = |place: u8| encode(&[&[0xF1][..], &[5; 8], &[place, 64], &[9; 2_853]].concat());
    let mut assembler = Assembler::new();
    for place in 0..22 {
        assert!(assembler.add(&frame(place)).is_ok());
    }
    assert_eq!(assembler.add(&frame(22)), Err(QrError::TooLong));
}

proptest! {
    #[test]
    fn text_goes_there_and_back(bytes in prop::collection::vec(any::<u8>(), 0..2_865)) {
        let text = encode(&bytes);
        prop_assert!(text.len() <= 4_296);
        prop_assert_eq!(decode(&text), Ok(bytes));
    }

    #[test]
    fn what_is_not_a_text_of_ours_is_refused(text in "[0-9A-Z $%*+./:-]{0,40}") {
        if let Ok(bytes) = decode(&text) {
            prop_assert_eq!(encode(&bytes), text);
        }
    }

    #[test]
    fn frames_go_there_and_back(
        bytes in prop::collection::vec(any::<u8>(), 1..3_000),
        characters in 100_u16..2_000,
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
    ) {
        let frames = split(&bytes, Capacity::new(characters).unwrap()).unwrap();
        prop_assert_eq!(frames.iter().collect::<BTreeSet<_>>().len(), frames.len());
        let drawn = order.iter().map(|index| index.get(&frames));
        let mut assembler = Assembler::new();
        let mut complete = None;
        for frame in drawn.chain(&frames) {
            prop_assert!(frame.len() <= usize::from(characters));
            if let Progress::Complete(found) = assembler.add(frame).unwrap() {
                complete = Some(found);
                break;
            }
        }
        prop_assert_eq!(complete, Some(bytes));
    }

    #[test]
    fn no_text_brings_an_assembler_down(texts in prop::collection::vec("[0-9A-Z $%*+./:-]{0,60}", 0..20)) {
        let mut assembler = Assembler::new();
        for text in texts {
            let _ = assembler.add(&text);
        }
    }
}
