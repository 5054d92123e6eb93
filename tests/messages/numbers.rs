//! What each variant of an error says: a sentence of its own, and the check that it stands for.

use selfsame::certificate::{CertificateError, DraftError, StatementKind};
use selfsame::credential::IssuanceError;
use selfsame::directory::{DirectoryError, SeenError};
use selfsame::escrow::CombineError;
use selfsame::hazmat::check_of;
use selfsame::helper::HelperError;
use selfsame::presentation::{EvidenceError, PlatformError, RequestError};
use selfsame::qr::QrError;
use selfsame::schema::SchemaError;
use selfsame::set::SetError;
use selfsame::symbol::SymbolError;
use selfsame::template::TemplateError;
use selfsame::ticket::{DuplicateSession, OrderError};
use selfsame::wallet::{SealError, WalletError};
use testkit::prelude::*;

/// The check of an error, which check it should be, and its sentence. Of `""` there is none: the
/// variant stands for several, or for none of a receiver.
type Said = (Option<String>, &'static str, String);

macro_rules! said {
    ($($error:expr => $check:literal,)+) => {
        vec![$({ let error = $error; (check_of(&error).map(|check| check.to_string()), $check, error.to_string()) }),+]
    };
}

fn numbered(all: Vec<Said>) -> Vec<String> {
    let texts = all.into_iter().map(|(found, check, text)| {
        assert_eq!(found.as_deref().unwrap_or(""), check, "{text}");
        text
    });
    texts.collect()
}

/// No two are the same, and none is empty.
fn distinct(texts: &[String]) {
    for (place, text) in texts.iter().enumerate() {
        assert!(!text.is_empty());
        assert!(!texts[..place].contains(text), "{text:?} is said twice");
    }
}

#[test]
fn each_variant_stands_for_its_check_and_says_so_in_words_of_its_own() {
    let heads = || ListError::NotNext;
    let auditor = || AuditorIndex::new(3).unwrap();
    for all in [
        said! {
            PlatformError::WrongKey => "",
            PlatformError::Unlisted => "",
            PlatformError::Issuer => "",
            PlatformError::Set => "",
            PlatformError::List => "",
            PlatformError::OldDirectory => "",
            PlatformError::Heads(heads()) => "07-4",
            PlatformError::OldEpoch => "06-39",
            PlatformError::Equivocation => "06-38",
            PlatformError::Future => "06-37",
        },
        said! {
            CertificateError::WrongAuthority => "15-10",
            CertificateError::BadSignature => "",
            CertificateError::NotYetValid => "15-12",
            CertificateError::Expired => "15-12",
            CertificateError::WrongDesk => "",
            CertificateError::WrongName => "15-14",
            CertificateError::OverAsking(OverAsking::Purpose) => "15-15",
        },
        said! {
            DirectoryError::Invalid => "",
            DirectoryError::NotPinned => "09-9",
            DirectoryError::NotNext => "09-11",
            DirectoryError::WrongPrevious => "09-12",
            DirectoryError::OldTime => "09-13",
            DirectoryError::Future => "09-26",
            DirectoryError::WrongAuthority => "",
            DirectoryError::BadSignature => "",
            DirectoryError::NotCosigned => "09-16",
            DirectoryError::IssuerChanged => "",
            DirectoryError::ListChanged => "09-20",
            DirectoryError::ShardCountChanged => "09-18",
            DirectoryError::SymbolKeyChanged => "09-17",
            DirectoryError::Auditors => "09-21",
            DirectoryError::NotACosigner => "",
            DirectoryError::AlreadySigned => "",
            DirectoryError::UnknownList => "",
            DirectoryError::List(heads()) => "07-4",
            DirectoryError::UnknownSigner => "09-30",
            DirectoryError::NoContradiction => "09-29",
        },
        said! {
            EscrowError::InvalidIndex => "",
            EscrowError::InvalidCount => "13-1",
            EscrowError::InvalidThreshold => "13-1",
            EscrowError::InvalidKey(DecodeError::InvalidPoint) => "13-1",
            EscrowError::Inconsistent => "13-2",
            EscrowError::FewerSuffice => "",
            EscrowError::ForeignShare => "13-5",
            EscrowError::NotEncrypted => "",
        },
        said! {
            CombineError::UnknownAuditor(auditor()) => "13-8",
            CombineError::Duplicate(auditor()) => "13-9",
            CombineError::OtherOpening(auditor()) => "13-10",
            CombineError::WrongShare(auditor()) => "13-11",
            CombineError::TooFew => "13-12",
            CombineError::NoIdentity => "13-13",
        },
        said! {
            EvidenceError::Verdict => "13-14",
            EvidenceError::Call => "13-15",
            EvidenceError::Auditors => "13-16",
            EvidenceError::Condition => "13-17",
            EvidenceError::Context => "13-18",
            EvidenceError::Proof => "13-19",
            EvidenceError::Relations => "13-20",
        },
        said! {
            IssuanceError::WrongIssuer => "04-8",
            IssuanceError::ShardOutOfRange => "",
            IssuanceError::NotBeside => "04-26",
            IssuanceError::BadProof => "",
            IssuanceError::Values(SchemaError::Values) => "04-17",
            IssuanceError::List(heads()) => "07-4",
            IssuanceError::Device(selfsame::device::DeviceError::Declined) => "",
        },
        said! {
            SnapshotError::Begun => "07-55",
            SnapshotError::OtherKey => "07-56",
            SnapshotError::OtherList => "07-57",
            SnapshotError::Changed => "07-58",
            SnapshotError::Old => "07-59",
            SnapshotError::Future => "07-59",
            SnapshotError::NotCosigned => "07-60",
            SnapshotError::Forked => "",
        },
        said! {
            HelperError::WrongKey => "",
            HelperError::UnknownKey => "14-13",
            HelperError::Refused => "14-14",
            HelperError::WrongSession => "14-15",
            HelperError::UnknownSession => "14-16",
        },
        said! {
            OrderError::KeyCount => "",
            OrderError::TicketCount => "",
            OrderError::PairCount => "",
            OrderError::Identity => "",
            OrderError::WrongSession => "",
            OrderError::BadAnswer => "14-12",
        },
        said! {
            QrError::TooLong => "",
            QrError::Empty => "",
            QrError::Capacity => "",
            QrError::TooManyFrames => "",
            QrError::NotBase45 => "16-2",
            QrError::NotAFrame => "16-3",
            QrError::Version => "16-3",
            QrError::Malformed => "16-4",
            QrError::WrongHash => "16-9",
        },
        said! {
            CardCheckError::WrongRegistry => "10-49",
            CardCheckError::Certificate(CertificateError::Expired) => "15-12",
            CardCheckError::NotPermitted => "15-20",
            CardCheckError::Untimely => "",
            CardCheckError::BadAnswer => "10-54",
        },
        said! {
            SetError::CodeCount => "12-20",
            SetError::CodeOrder => "12-20",
            SetError::BadProof => "",
        },
        said! {
            SealError::Decode(DecodeError::TooLong) => "11-1",
            SealError::Damaged => "",
            SealError::WrongKey => "11-3",
            SealError::WrongPasscode => "11-4",
            SealError::PasscodeNeeded => "11-7",
            SealError::PasscodeNotSet => "11-7",
            SealError::PasscodeLength => "",
            SealError::WeakPasscode => "",
            SealError::CostOutOfRange => "",
            SealError::OutOfMemory => "",
            SealError::TooLarge => "",
        },
        said! {
            WalletError::Seal(SealError::WrongKey) => "11-3",
            WalletError::Content(DecodeError::Malformed) => "",
            WalletError::Unreadable(DecodeError::Malformed) => "11-66",
            WalletError::VersionsUsedUp => "11-50",
            WalletError::Full => "",
            WalletError::NoDirectory => "11-36",
            WalletError::AlreadyPinned => "11-37",
            WalletError::Directory(DirectoryError::NotNext) => "09-11",
            WalletError::NotSeen => "11-44",
            WalletError::Forgotten => "11-43",
            WalletError::NotNewest => "11-34",
            WalletError::IssuerDoesNotCount => "11-41",
            WalletError::UnknownCredential => "",
            WalletError::NotRequestedHere => "11-18",
            WalletError::Issuance(IssuanceError::NotBeside) => "04-26",
            WalletError::List(heads()) => "07-4",
            WalletError::NotReviewedHere => "11-27",
            WalletError::ConsentLapsed => "11-27",
            WalletError::Certificate(CertificateError::Expired) => "15-12",
        },
        said! {
            ListError::InvalidName => "",
            ListError::InvalidShardCount => "",
            ListError::UnknownShard => "",
            ListError::OtherShard => "07-37",
            ListError::WrongHead => "",
            ListError::BadSignature => "",
            ListError::NotEmptyLog => "07-34",
            ListError::WrongUpdates => "",
            ListError::NotNext => "07-4",
            ListError::OldTime => "07-5",
            ListError::Future => "",
            ListError::Leap => "07-33",
            ListError::WrongLength => "",
            ListError::LogFull => "07-48",
            ListError::BrokenChain => "07-7",
            ListError::WrongValue => "",
            ListError::BadProof => "",
            ListError::BadWitness => "",
            ListError::InvalidCosigners => "07-38",
            ListError::NotCosigned => "07-44",
            ListError::Forked => "",
            ListError::Incomplete => "",
            ListError::TooManyLists => "07-63",
            ListError::Segment(DecodeError::TooLong) => "",
        },
    ] {
        distinct(&numbered(all));
    }
}

/// The issuer is told one thing of all reasons that say where a holder stands; the flag registry
/// itself reads each.
#[test]
fn the_flag_registry_tells_its_own_people_more() {
    let private = || [FlagError::CaseAlreadyOpen, FlagError::CaseNotOpen, FlagError::TooManyCases];
    let open = || [FlagError::KeyReused, FlagError::OtherShard, FlagError::TooManyHandles];
    let checks = private().into_iter().chain(open()).map(|error| check_of(&error).unwrap().to_string());
    assert_eq!(checks.collect::<Vec<_>>(), ["10-32", "10-32", "10-33", "10-31", "10-34", "10-35"]);
    assert_eq!(check_of(&FlagError::List(ListError::AlreadyRemoved)), None);
    let told = private().map(|error| error.to_string());
    assert!(told.iter().all(|text| *text == told[0]));
    distinct(&open().map(|error| error.to_string()));
    let reasons = private().into_iter().chain(open()).map(|error| error.registry_reason().to_owned());
    distinct(&reasons.collect::<Vec<_>>());
}

/// The errors of makers, which refuse nothing that is received.
#[test]
fn what_has_no_check_says_why_as_well() {
    distinct(
        &[DraftError::Text, DraftError::Key, DraftError::Validity, DraftError::Window].map(|error| error.to_string()),
    );
    distinct(
        &[DraftError::Age, DraftError::Count, DraftError::Repeated, DraftError::Attribute]
            .map(|error| error.to_string()),
    );
    let requests = [
        RequestError::Text,
        RequestError::Attribute,
        RequestError::List,
        RequestError::Age,
        RequestError::Window,
        RequestError::Statement,
        RequestError::StatusList,
        RequestError::Effort,
        RequestError::RangeProof,
        RequestError::Ticket,
        RequestError::Face,
        RequestError::Link,
    ];
    distinct(&requests.map(|error| error.to_string()));
    let symbols = [
        SymbolError::State,
        SymbolError::DocumentType,
        SymbolError::Number,
        SymbolError::PhotoNotRead,
        SymbolError::Response,
    ];
    distinct(&symbols.map(|error| error.to_string()));
    let templates =
        [TemplateError::Parameters, TemplateError::Dimension, TemplateError::TooLong, TemplateError::TooShort];
    distinct(&templates.map(|error| error.to_string()));
    let kinds = [
        StatementKind::Same,
        StatementKind::Between,
        StatementKind::OneOf,
        StatementKind::Differs,
        StatementKind::Face,
    ];
    let schema = Country::new(17).issuer.parameters().schema().digest();
    let wrong =
        [WrongSignature.to_string(), DuplicateSession.to_string(), SignError::<OrderError>::WrongSignature.to_string()];
    distinct(&wrong[..2]);
    assert_eq!(wrong[0], wrong[2]);
    distinct(&kinds.map(|kind| OverAsking::Statement { schema, kind, subject: Subject::Factors }.to_string()));
    distinct(
        &[SeenError::Refused(DirectoryError::NotNext), SeenError::Contradiction(Vec::new())]
            .map(|error| error.to_string()),
    );
}

/// The user is told in either language which value it is, and the desk one of two words.
#[test]
fn what_is_told_to_people_is_told_in_both_languages() {
    let schema = Country::new(18).issuer.parameters().schema().clone();
    let index = schema.indices().nth(3).unwrap();
    for (of, english, chinese) in [
        (Subject::Attribute(index), "attribute 3", "属性 3"),
        (Subject::Factors, "enrolment method", "办理方式"),
        (Subject::Since, "start date", "网号启用日期"),
    ] {
        for error in [PresentError::NotBetween(of), PresentError::NotInSet(of)] {
            assert!(
                error.holder_reason(Language::English).contains(english),
                "{:?}",
                error.holder_reason(Language::English)
            );
            assert!(
                error.holder_reason(Language::Chinese).contains(chinese),
                "{:?}",
                error.holder_reason(Language::Chinese)
            );
        }
    }
    let screen = |verdict: Verdict| [Language::Chinese, Language::English].map(|language| verdict.text(language));
    assert_eq!(screen(Verdict::Verified), ["验证成功", "verified"]);
    assert_eq!(screen(Verdict::Refused), ["验证未通过", "not verified"]);
    assert_eq!(Version(7).to_string(), "version 7");
}
