//! Messages as QR codes: the RFC's examples, frames in any order, what does not fit.

use std::collections::BTreeSet;

use proptest::prelude::*;
use qrcode::{EcLevel, QrCode, Version};
use selfsame::qr::{Assembler, Capacity, Progress, QrError, decode, encode, is_frame, split};

const SMALL: Capacity = Capacity::VERSION_10_M;

fn payload(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from(i * i % 251).unwrap()).collect()
}

/// A frame with one byte changed: version 0, set 1 to 8, place 9, count 10, then the part.
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

/// Checks 16-1, 16-2.
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

/// Check 16-8.
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

/// Frames of two sets in turns; each comes out, a complete one leaves the other. Check 16-6.
#[test]
fn sets_are_gathered_side_by_side() {
    let (one, other) = (split(&payload(1_000), SMALL).unwrap(), split(&payload(1_001), SMALL).unwrap());
    let mut assembler = Assembler::new();
    let mut complete = Vec::new();
    for frame in one.iter().zip(&other).flat_map(|(one, other)| [one, other]) {
        if let Progress::Complete(bytes) = assembler.add(frame).unwrap() {
            complete.push(bytes);
        }
    }
    assert_eq!(complete, [payload(1_000), payload(1_001)]);
    // A frame of a stranger comes first, and the set goes on nevertheless.
    assert!(assembler.add(&other[0]).is_ok());
    for frame in &one[..5] {
        assert!(matches!(assembler.add(frame), Ok(Progress::Waiting { count: 6, .. })));
    }
    assert_eq!(assembler.missing().collect::<Vec<_>>(), [5]);
    assert_eq!(assembler.add(&one[5]), Ok(Progress::Complete(payload(1_000))));
    assert_eq!(assembler.missing().collect::<Vec<_>>(), [1, 2, 3, 4, 5], "of the stranger's");
    let rest = other[1..].iter().map(|frame| assembler.add(frame).unwrap()).last();
    assert_eq!(rest, Some(Progress::Complete(payload(1_001))));
}

/// The same payload in other codes: another number of frames is another set. Check 16-6.
#[test]
fn two_ways_to_cut_do_not_mix() {
    let bytes = payload(1_000);
    let by = |characters| split(&bytes, Capacity::new(characters).unwrap()).unwrap();
    let (six, five) = (by(311), by(350));
    assert_eq!((six.len(), five.len()), (6, 5));
    let mut assembler = Assembler::new();
    let frames = six.iter().zip(&five).flat_map(|(one, other)| [one, other]);
    let whole = frames.map(|frame| assembler.add(frame).unwrap()).last();
    assert_eq!(whole, Some(Progress::Complete(bytes.clone())));
    assert_eq!(assembler.add(&six[5]), Ok(Progress::Complete(bytes)));
}

/// Checks 16-3, 16-4.
#[test]
fn what_is_no_frame_changes_nothing() {
    let frames = split(&payload(1_000), SMALL).unwrap();
    let mut assembler = Assembler::new();
    assert!(assembler.add(&frames[0]).is_ok());
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
    for (frame, seen) in frames[1..5].iter().zip(2..) {
        assert_eq!(assembler.add(frame), Ok(Progress::Waiting { seen, count: 6 }));
    }
    assert_eq!(assembler.add(&frames[5]), Ok(Progress::Complete(payload(1_000))));
}

/// A stranger's frames under the set's name: the right ones come round again. Checks 16-8, 16-9.
#[test]
fn a_wrong_frame_holds_a_set_up_for_one_round_at_most() {
    let frames = split(&payload(1_000), SMALL).unwrap();
    let longer = |frame: &String| encode(&[decode(frame).unwrap(), vec![7]].concat());
    for place in 0..frames.len() {
        for wrong in [with(&frames[place], 11, 99), longer(&frames[place])] {
            for before in 0..=frames.len() {
                let mut assembler = Assembler::new();
                let round = || frames.iter().enumerate();
                let first =
                    round().flat_map(|(at, frame)| if at == before { vec![&wrong, frame] } else { vec![frame] });
                let shown = first.chain((before == frames.len()).then_some(&wrong)).chain(&frames);
                let mut found = None;
                for frame in shown {
                    match assembler.add(frame) {
                        Ok(Progress::Complete(bytes)) => found = found.or(Some(bytes)),
                        Ok(Progress::Waiting { .. }) | Err(QrError::WrongHash) => {}
                        other => panic!("{other:?}"),
                    }
                }
                assert_eq!(found, Some(payload(1_000)), "place {place}, before {before}");
            }
        }
    }
    // A sticker that the camera meets between any two frames.
    let sticker = with(&frames[2], 11, 99);
    let mut assembler = Assembler::new();
    let shown = frames.iter().chain(&frames).flat_map(|frame| [&sticker, frame]);
    let found =
        shown.filter_map(|frame| assembler.add(frame).ok()).find(|found| matches!(found, Progress::Complete(_)));
    assert_eq!(found, Some(Progress::Complete(payload(1_000))));
    let mut assembler = Assembler::new();
    for frame in frames[..5].iter().chain([&with(&frames[5], 11, 99)]) {
        let _ = assembler.add(frame);
    }
    assert_eq!(assembler.add(&frames[0]), Err(QrError::WrongHash), "all are there, and one is wrong");
    assert_eq!(assembler.add(&frames[5]), Ok(Progress::Complete(payload(1_000))));
}

/// A frame of a set of `count`, named after `number`, that is never complete.
fn stray(number: u16, place: u8, count: u8, length: usize) -> String {
    encode(&[&[0xF1][..], &[0; 6], &number.to_be_bytes(), &[place, count], &vec![9; length]].concat())
}

/// What a flood may have between two frames of the wanted set. Checks 16-5, 16-7.
#[test]
fn a_flood_of_other_sets_starves_none_within_the_bounds() {
    let frames = split(&payload(1_000), SMALL).unwrap();
    let survives = |strays: u16, prepare: &dyn Fn(&mut Assembler, u16), touch: &dyn Fn(u16) -> String| {
        let mut assembler = Assembler::new();
        (0..strays).for_each(|number| prepare(&mut assembler, number));
        let mut found = None;
        for frame in &frames {
            if let Progress::Complete(bytes) = assembler.add(frame).unwrap() {
                found = Some(bytes);
            }
            (0..strays).for_each(|number| drop(assembler.add(&touch(number))));
        }
        found == Some(payload(1_000))
    };
    let single = |number| stray(number, 0, 2, 196);
    let nothing = |_: &mut Assembler, _| {};
    assert!(survives(255, &nothing, &single) && !survives(256, &nothing, &single));
    // Sets of the most bytes, complete but for one frame, and shown again and again.
    let full = |assembler: &mut Assembler, number| {
        for place in 0..22 {
            assert!(assembler.add(&stray(number, place, 24, 2_853)).is_ok());
        }
        assert!(assembler.add(&stray(number, 22, 24, 65_536 - 22 * 2_853)).is_ok());
        assert_eq!(assembler.add(&stray(number, 23, 24, 1)), Err(QrError::TooLong));
    };
    let touch = |number| stray(number, 0, 24, 2_853);
    assert!(survives(15, &full, &touch));
    // Many new sets each time, and each of them seen once: that is what a phone meets.
    let mut assembler = Assembler::new();
    let mut complete = None;
    for (frame, round) in frames.iter().zip(0..) {
        (0..255).for_each(|number| drop(assembler.add(&single(1_000 * round + number))));
        if let Progress::Complete(bytes) = assembler.add(frame).unwrap() {
            complete = Some(bytes);
        }
    }
    assert_eq!(complete, Some(payload(1_000)));
}

/// Check 16-5.
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
    let mut assembler = Assembler::new();
    for place in 0..22 {
        assert!(assembler.add(&stray(5, place, 64, 2_853)).is_ok());
    }
    assert_eq!(assembler.add(&stray(5, 22, 64, 2_853)), Err(QrError::TooLong));
    assert!(assembler.add(&stray(5, 21, 64, 1)).is_ok(), "less than what was there");
    assert!(assembler.add(&stray(5, 22, 64, 2_853)).is_ok());
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

    /// Several sets in any order, and one of them goes on until it is there.
    #[test]
    fn interleaved_sets_all_come_out(
        payloads in prop::collection::btree_set(prop::collection::vec(any::<u8>(), 1..2_000), 1..6),
        characters in 100_u16..600,
        order in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..200),
        wrong in any::<u8>(),
    ) {
        let payloads: Vec<_> = payloads.into_iter().collect();
        let capacity = Capacity::new(characters).unwrap();
        let sets: Vec<_> = payloads.iter().map(|bytes| split(bytes, capacity).unwrap()).collect();
        let mut assembler = Assembler::new();
        let mut found = BTreeSet::new();
        let drawn = order.iter().map(|(set, frame)| frame.get(set.get(&sets).as_slice()));
        for frame in drawn {
            let _ = assembler.add(&with(frame, decode(frame).unwrap().len() - 1, wrong));
            if let Ok(Progress::Complete(bytes)) = assembler.add(frame) {
                found.insert(bytes);
            }
        }
        // What is shown twice is there, whatever came before.
        for set in &sets {
            for frame in set.iter().chain(set) {
                if let Ok(Progress::Complete(bytes)) = assembler.add(frame) {
                    found.insert(bytes);
                }
            }
        }
        prop_assert_eq!(found, payloads.into_iter().collect());
    }

    #[test]
    fn no_text_brings_an_assembler_down(texts in prop::collection::vec("[0-9A-Z $%*+./:-]{0,60}", 0..20)) {
        let mut assembler = Assembler::new();
        for text in texts {
            let _ = assembler.add(&text);
        }
    }
}
