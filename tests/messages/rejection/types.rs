//! A message of one type is none of another.

use selfsame::hazmat::ParkedSession;

use crate::rejection::issuance::Issuance;
use crate::rejection::lists::Log;
use crate::rejection::presentations::{VerificationCallBytes, Visit};
use crate::rejection::sets::code_set;
use crate::rejection::stored::{cosigner, owner};
use crate::rejection::symbols::{blinded, symbol_key};
use testkit::matrix::{decoded, matrix, plain_cases, rng};
use testkit::prelude::*;

#[test]
fn a_damaged_schema_is_another_schema() {
    let schema = Schema::resident_card();
    let bytes = schema.to_bytes();
    let tried = matrix(&bytes, |bytes| decoded(bytes, |other: Schema| other.digest() == schema.digest()));
    let swaps = Tree::parse(&bytes).swaps().len();
    assert!(swaps > 30, "{swaps}");
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 500, "{tried:?}");
}

/// The numbers of the types, in the order of the messages below.
const NUMBERS: [u8; 33] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 22, 32, 17, 36, 37, 33, 34, 35, 38, 46, 47, 50, 51, 52, 53, 54, 55,
    56, 57,
];

/// One honest message of every type, in the order of the types.
fn one_of_each() -> Vec<Vec<u8>> {
    let key = symbol_key();
    let symbol_request = blinded(1).message;
    let symbol_response = key.blind_evaluate(&symbol_request, &mut rng());
    let Issuance { mut country, offered, requested } = Issuance::new(1);
    let offer = offered.message.to_bytes();
    let accepted = offered.state.accept(&requested.message).unwrap();
    let response = country.issue(&accepted, Generation::FIRST);
    let log = Log::new(22);
    let mut visit = Visit::new(&[]);
    let presentation = visit.phone.present(&mut visit.country, &visit.request.clone());
    let call = VerificationCallBytes::of(&visit.request, &presentation).0;
    let verdict = visit.country.answer(&call);
    let mut messages = vec![
        symbol_request.to_bytes(),
        symbol_response.to_bytes(),
        offer,
        requested.message.to_bytes(),
        response.to_bytes(),
        visit.request.to_bytes(),
        presentation,
        call,
        verdict.to_bytes(),
        log.update.head().to_bytes(),
        log.country.flag.heads().to_bytes(),
        log.update.to_bytes(),
        Schema::resident_card().to_bytes(),
        log.cosigned.to_bytes(),
        owner().to_bytes(),
        cosigner().to_bytes(),
        log.segment().to_bytes(),
        code_set().publish().to_bytes(),
        code_set().to_bytes(),
    ];
    messages.extend(testkit::honest::messages().into_iter().map(|(_, bytes)| bytes));
    messages
}

#[test]
fn no_message_passes_for_one_of_another_type_even_under_its_name() {
    fn try_all<M: Message>(messages: &[Vec<u8>], own: usize) -> usize {
        let mut tried = 0;
        for (i, bytes) in messages.iter().enumerate() {
            assert_eq!(bytes[..3], [1, 1, NUMBERS[i]]);
            let too_long = bytes.len() > <M as Body>::MAX_LEN;
            let result = M::from_bytes(bytes).map(|message| message.to_bytes());
            if i == own {
                assert_eq!(result.as_ref(), Ok(bytes));
                continue;
            }
            let expected = if too_long { DecodeError::TooLong } else { DecodeError::WrongType };
            assert_eq!(result, Err(expected), "{i} as {own}");
            let mut renamed = bytes.clone();
            renamed[2] = NUMBERS[own];
            // Challenges and answers of tickets are an id and scalars both, and a blinded symbol is
            // 32 bytes, as a desk key's seed is: well-formed under the other name, of no use.
            let alike = [(52, 53), (53, 52), (1, 56)].contains(&(NUMBERS[i], NUMBERS[own]));
            assert_eq!(M::from_bytes(&renamed).is_ok(), alike, "{i} as {own}");
            tried += 2;
        }
        tried
    }
    let messages = one_of_each();
    let tried = [
        try_all::<SymbolRequest>(&messages, 0),
        try_all::<SymbolResponse>(&messages, 1),
        try_all::<CredentialOffer>(&messages, 2),
        try_all::<CredentialRequest>(&messages, 3),
        try_all::<CredentialResponse>(&messages, 4),
        try_all::<PresentationRequest>(&messages, 5),
        try_all::<Presentation>(&messages, 6),
        try_all::<VerificationCall>(&messages, 7),
        try_all::<VerdictMessage>(&messages, 8),
        try_all::<SignedHead>(&messages, 9),
        try_all::<HeadSet>(&messages, 10),
        try_all::<EpochUpdate>(&messages, 11),
        try_all::<Schema>(&messages, 12),
        try_all::<CosignedHeadSet>(&messages, 13),
        try_all::<ListOwner>(&messages, 14),
        try_all::<Cosigner>(&messages, 15),
        try_all::<LogSegment>(&messages, 16),
        try_all::<CodeSet>(&messages, 17),
        try_all::<CodeSetKey>(&messages, 18),
        try_all::<AuditorGroup>(&messages, 19),
        try_all::<AuditorShare>(&messages, 20),
        try_all::<PartialDecryption>(&messages, 21),
        try_all::<Evidence>(&messages, 22),
        try_all::<CardQuestion>(&messages, 23),
        try_all::<CardAnswer>(&messages, 24),
        try_all::<TicketRequest>(&messages, 25),
        try_all::<TicketCommitments>(&messages, 26),
        try_all::<TicketChallenges>(&messages, 27),
        try_all::<TicketAnswers>(&messages, 28),
        try_all::<ParkedSession>(&messages, 29),
        try_all::<DeskCertificate>(&messages, 30),
        try_all::<DeskKey>(&messages, 31),
        try_all::<SignedRequest>(&messages, 32),
    ];
    assert_eq!(tried.iter().sum::<usize>(), 33 * 32 * 2);
    assert_eq!(messages.len(), 33);
}
