//! Properties of what reads bytes.

use std::fmt::Debug;

use selfsame::credential::IssuerPublicKey;
use selfsame::device::SealedDevice;
use selfsame::hazmat::ParkedSession;
use selfsame::presentation::{AwaitedTickets, AwaitingVerdict, TicketOrder};
use selfsame::qr::split;
use selfsame::symbol::SymbolPublicKey;
use selfsame::wallet::SealedWallet;
use testkit::prelude::*;

/// The decoder of a message, and the number in its envelope.
type Decoder = (MessageType, fn(&[u8]));

const fn of<M: Message + Debug>() -> Decoder {
    (M::TYPE, message::<M>)
}

/// One for each message that somebody sends or keeps; rows and what a wallet seals have no type of
/// their own in the interface, and are read by [`registry_row`] and [`wallet_state`].
pub const MESSAGES: [Decoder; 65] = [
    of::<SymbolRequest>(),
    of::<SymbolResponse>(),
    of::<CredentialOffer>(),
    of::<CredentialRequest>(),
    of::<CredentialResponse>(),
    of::<PresentationRequest>(),
    of::<Presentation>(),
    of::<VerificationCall>(),
    of::<VerdictMessage>(),
    of::<SignedHead>(),
    of::<HeadSet>(),
    of::<EpochUpdate>(),
    of::<Schema>(),
    of::<CosignedHeadSet>(),
    of::<SignedDirectory>(),
    of::<Equivocation>(),
    of::<LogSegment>(),
    of::<SealedWallet>(),
    of::<SealedDevice>(),
    of::<SealedBackup>(),
    of::<ListOwner>(),
    of::<ListOwner<KeyElsewhere>>(),
    of::<Issuer>(),
    of::<FlagAnswer>(),
    of::<Cosigner>(),
    of::<Cosigner<KeyElsewhere>>(),
    of::<AuditorGroup>(),
    of::<AuditorShare>(),
    of::<PartialDecryption>(),
    of::<CodeSet>(),
    of::<CodeSetKey>(),
    of::<Evidence>(),
    of::<JoinAnswer>(),
    of::<CardQuestion>(),
    of::<CardAnswer>(),
    of::<DigitSet>(),
    of::<DigitSetKey>(),
    of::<TicketRequest>(),
    of::<TicketCommitments>(),
    of::<TicketChallenges>(),
    of::<TicketAnswers>(),
    of::<ParkedSession>(),
    of::<DeskCertificate>(),
    of::<DeskKey>(),
    of::<SignedRequest>(),
    of::<VerdictKey>(),
    of::<SharedIssuerKey>(),
    of::<SharedListKeys>(),
    of::<PlatformKeys>(),
    of::<SymbolKey>(),
    of::<HandleKey>(),
    of::<RecordKey>(),
    of::<Authority>(),
    of::<Handle>(),
    of::<FlagRegistration>(),
    of::<Joining>(),
    of::<ListSnapshot>(),
    of::<PendingRequest>(),
    of::<StandingRequest>(),
    of::<AwaitingVerdict>(),
    of::<RequestState>(),
    of::<TicketOrder>(),
    of::<AwaitedTickets>(),
    of::<StandingAnswer>(),
    of::<ClosedEpoch>(),
];

/// The decoder of the type that the third byte says.
pub fn messages(bytes: &[u8]) {
    let number = bytes.get(2);
    MESSAGES.iter().filter(|(of, _)| number == Some(&(*of as u8))).for_each(|(_, decode)| decode(bytes));
}

/// A message has one encoding, no longer than its type allows, and can be printed.
pub fn message<M: Message + Debug>(bytes: &[u8]) {
    if let Ok(message) = M::from_bytes(bytes) {
        assert!(bytes.len() <= M::MAX_LEN);
        assert_eq!(message.to_bytes(), bytes);
        let _ = format!("{message:?}");
    }
}

/// A row is one of its own table's and of no other's and has one encoding.
pub fn registry_row(bytes: &[u8]) {
    let tables = Table::ALL.into_iter().filter(|table| table.check_row(bytes).is_ok());
    assert!(tables.count() <= 1);
}

/// Public keys give back the bytes they take; all but the platform's are elements of one group.
pub fn public_key(bytes: &[u8]) {
    if let Ok(bytes) = <&[u8; 32]>::try_from(bytes) {
        let platform = PlatformPublicKey::from_bytes(bytes).map(|key| key.to_bytes());
        assert!(platform.iter().all(|same| same == bytes));
    }
    let Ok(bytes) = <&[u8; POINT_LEN]>::try_from(bytes) else { return };
    let read = [
        DevicePublicKey::from_bytes(bytes).map(|key| key.to_bytes()),
        SymbolPublicKey::from_bytes(bytes).map(|key| key.to_bytes()),
        IssuerPublicKey::from_bytes(bytes).map(|key| key.to_bytes()),
        AccumulatorPublicKey::from_bytes(bytes).map(|key| key.to_bytes()),
    ];
    assert!(read.iter().all(|one| one == &read[0]));
    assert!(read[0].iter().all(|same| same == bytes));
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    part.is_empty() || all.windows(part.len()).any(|window| window == part)
}

/// A record and what may lie beside it. The canonical bytes hold everything that was read, and the
/// schema of its kind has a place for all of it. The authority can write down the number of whoever
/// has the card. An address that is read is a text of its file.
pub fn chip_record(bytes: &[u8]) {
    if let Ok(read) = ChipRecord::parse(bytes) {
        let (text, photo) = bytes.split_at(ChipRecord::TEXT_LENGTH);
        let canonical = read.canonical_bytes();
        assert_eq!(canonical.is_some(), !photo.is_empty());
        assert!(canonical.is_none_or(|canonical| [text, photo].iter().all(|part| contains(&canonical, part))));
        assert!(Schema::of_card(read.kind()).check_values(&Schema::card_values(&read)).is_ok());
        assert!(SymbolInput::person_of_card(read.kind(), read.number()).is_ok());
        assert_eq!(SymbolInput::card_of(&read).is_ok(), !photo.is_empty());
        let _ = format!("{read:?}{:?}", read.details());
    }
    if let Ok(address) = LaterAddress::parse(bytes) {
        assert!(bytes.len() == LaterAddress::LENGTH && !address.text().is_empty());
    }
}

/// The first two bytes are today, the rest is a zone with or without line breaks. Both ways to read
/// it agree, the canonical bytes hold all that was read, and its numbers can be written down.
pub fn machine_readable_zone(bytes: &[u8]) {
    let Some((today, zone)) = bytes.split_first_chunk() else { return };
    let (today, Ok(zone)) = (Days::from_number(u16::from_be_bytes(*today)), str::from_utf8(zone)) else { return };
    let lines: Vec<&str> = zone.split('\n').collect();
    let joined = lines.concat();
    let by_line = MachineReadableZone::parse(&lines, today);
    let at_once = MachineReadableZone::parse_joined(&joined, today);
    if let Ok(by_line) = &by_line {
        assert_eq!(Some(by_line.canonical_bytes()), at_once.as_ref().ok().map(MachineReadableZone::canonical_bytes));
    }
    if let Ok(at_once) = &at_once {
        assert!(contains(&at_once.canonical_bytes(), joined.as_bytes()));
        let (state, kind) = (at_once.state(), at_once.document_type());
        assert!(SymbolInput::person_of_document(state, kind, at_once.document_number()).is_ok());
        assert!(at_once.personal_number().is_none_or(|number| SymbolInput::person(state, number).is_ok()));
        let _ = format!("{at_once:?}");
    }
}

/// What a wallet seals has one encoding, whatever key sealed it.
pub fn wallet_state(bytes: &[u8]) {
    if let Ok(again) = selfsame::hazmat::reread_wallet_content(bytes) {
        assert_eq!(again, bytes);
    }
}

/// Texts of codes, one a line. What comes out is put together again from the frames that it is
/// split into. Whatever was met before, a set that is shown twice is read.
pub fn qr_assembler(bytes: &[u8]) {
    let Ok(texts) = str::from_utf8(bytes) else { return };
    let mut assembler = Assembler::new();
    for text in texts.lines() {
        let Ok(progress) = assembler.add(text) else { continue };
        match progress {
            Progress::Waiting { seen, count } => assert_eq!(assembler.missing().count(), count - seen),
            Progress::Complete(whole) => {
                let frames = split(&whole, Capacity::VERSION_10_M).expect("it came in frames");
                let mut again = Assembler::new();
                let last = frames.iter().map(|frame| again.add(frame)).last();
                assert_eq!(last, Some(Ok(Progress::Complete(whole))));
            }
        }
    }
    let wanted = vec![7; 600];
    let frames = split(&wanted, Capacity::VERSION_10_M).expect("it is not too long");
    let mut shown = frames.iter().cycle().take(2 * frames.len()).map(|frame| assembler.add(frame));
    assert!(shown.any(|progress| progress == Ok(Progress::Complete(wanted.clone()))));
}
