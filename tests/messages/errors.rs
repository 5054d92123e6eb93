//! Errors that wrap others: each gives the other as its source, and says something else itself.

use std::error::Error;
use std::io;

use selfsame::certificate::CertificateError;
use selfsame::device::{DeviceError, HardwareKeyError, SealedDeviceError};
use selfsame::directory::{DirectoryError, SeenError};
use selfsame::helper::ParkedError;
#[cfg(feature = "std")]
use selfsame::host::{ChangeError, FollowError, FrameError, PublishError, TrustedFileError, WalletFileError};
use selfsame::presentation::Unsettled;
use selfsame::published::{FetchError, PublishedError};
use selfsame::registry::CloseError;
use selfsame::schema::SchemaError;
use selfsame::symbol::EvaluationError;
use selfsame::ticket::OrderError;
use selfsame::wallet::{SealError, WalletError};
use testkit::prelude::*;

fn io() -> io::Error {
    io::Error::other("the disk is full")
}

fn wrapping() -> Vec<Box<dyn Error>> {
    let issuance = || selfsame::credential::IssuanceError::List(ListError::BadProof);
    let mut errors: Vec<Box<dyn Error>> = vec![
        Box::new(issuance()),
        Box::new(selfsame::credential::IssuanceError::Values(SchemaError::Values)),
        Box::new(selfsame::credential::IssuanceError::Device(DeviceError::Declined)),
        Box::new(WalletError::Seal(SealError::Damaged)),
        Box::new(WalletError::Content(DecodeError::Malformed)),
        Box::new(WalletError::Directory(DirectoryError::NotNext)),
        Box::new(WalletError::Issuance(issuance())),
        Box::new(WalletError::List(ListError::Forked)),
        Box::new(WalletError::Present(PresentError::NoTicket)),
        Box::new(WalletError::Certificate(CertificateError::Expired)),
        Box::new(SealError::Decode(DecodeError::TooLong)),
        Box::new(SealedDeviceError::Seal(SealError::Damaged)),
        Box::new(SealedDeviceError::Hardware(HardwareKeyError::Declined)),
        Box::new(DirectoryError::List(ListError::BadProof)),
        Box::new(SeenError::Refused(DirectoryError::UnknownList)),
        Box::new(ListError::Segment(DecodeError::TooLong)),
        Box::new(EscrowError::InvalidKey(DecodeError::InvalidPoint)),
        Box::new(PresentError::Device(DeviceError::NotUnlocked)),
        Box::new(PlatformError::Heads(ListError::BadProof)),
        Box::new(PresentError::Order(OrderError::BadAnswer)),
        Box::new(PresentError::Probe(selfsame::template::TemplateError::TooShort)),
        Box::new(RegisterFailure::Register(io())),
        Box::new(Unsettled { asked: Box::new(()), error: RegisterFailure::Register(io()) }),
        Box::new(SignError::Signer(io())),
        Box::new(EvaluationError::Evaluator(io())),
        Box::new(CloseError::<io::Error, io::Error>::Signer(SignError::Signer(io()))),
        Box::new(CloseError::<io::Error, _>::Registry(Failure::<ListError, _>::Store(io()))),
        Box::new(CardCheckError::Certificate(CertificateError::Expired)),
        Box::new(RegistryError::Issuance(issuance())),
        Box::new(RegistryError::List(ListError::NotNext)),
        Box::new(FlagError::List(ListError::NotNext)),
        Box::new(Failure::<_, io::Error>::Refused(RegistryError::UnknownPerson)),
        Box::new(Failure::<RegistryError, _>::Store(io())),
        Box::new(Failure::<RegistryError, io::Error>::Corrupt(Table::Slots, DecodeError::Malformed)),
        Box::new(ParkedError::Store(io())),
        Box::new(ParkedError::<io::Error>::Helper(HelperError::Refused)),
        Box::new(PublishedError::Decode(DecodeError::TooLong)),
        Box::new(FetchError::Source(io())),
        Box::new(FetchError::<io::Error>::Refused(PublishedError::Another)),
    ];
    #[cfg(feature = "std")]
    errors.extend([
        Box::new(FrameError::Decode(DecodeError::Malformed)) as Box<dyn Error>,
        Box::new(FrameError::Io(io())),
        Box::new(TrustedFileError::Io(io())),
        Box::new(WalletFileError::Wallet(WalletError::Full)),
        Box::new(ChangeError::Refused(WalletError::Full)),
        Box::new(ChangeError::<WalletError>::NotStored(WalletFileError::InUse)),
        Box::new(PublishError::Io(io())),
        Box::new(FollowError::Directory(DirectoryError::NotPinned)),
    ]);
    errors
}

#[test]
fn each_gives_its_source_once() {
    for error in wrapping() {
        let source = error.source().unwrap_or_else(|| panic!("{error:?} has no source"));
        let (own, other) = (error.to_string(), source.to_string());
        assert!(!own.is_empty() && !own.contains(&other) && own != other, "{own:?} repeats {other:?}");
        // Sources end, and none says what one before it said.
        let (mut said, mut next) = (vec![own], Some(source));
        while let Some(error) = next {
            assert!(!said.contains(&error.to_string()), "{said:?}");
            said.push(error.to_string());
            next = error.source();
        }
    }
}

/// That there is a source would tell one private reason from another.
#[test]
fn what_only_the_flag_registry_may_know_has_no_source() {
    for error in [FlagError::List(ListError::AlreadyRemoved), FlagError::CaseAlreadyOpen] {
        assert!(error.source().is_none());
        assert_eq!(error.to_string(), "the flag registry does not make this change");
    }
}
