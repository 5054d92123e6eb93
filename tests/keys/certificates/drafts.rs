//! What an authority does not sign.

use std::time::Duration;

use selfsame::certificate::DraftError;
use selfsame::presentation::{StatementKind, Subject};
use selfsame::template::TemplateParameters;

use crate::certificates::world::{DAY, NAME, PURPOSE, validity};
use testkit::prelude::*;
use testkit::reference;

fn key() -> [u8; 32] {
    selfsame::certificate::DeskKey::random(&mut OsRng).public_key()
}

fn card() -> PermissionsBuilder {
    DeskPermissions::of(&Schema::resident_card())
}

fn schema(number: usize) -> Schema {
    let name = format!("pass-{number}");
    Schema::builder(&name).attribute("number", AttributeKind::Number, "number", "编号").build().unwrap()
}

/// What comes out is also what a decoder takes.
fn certify(draft: CertificateDraft) -> Result<DeskCertificate, DraftError> {
    let certificate = Authority::random(&mut OsRng).certify(draft)?;
    assert_eq!(DeskCertificate::from_bytes(&certificate.to_bytes()), Ok(certificate.clone()));
    Ok(certificate)
}

fn draft() -> CertificateDraft {
    DeskCertificate::draft(NAME, &key(), validity()).purpose(PURPOSE).permit(card())
}

/// Check 15-2.
#[test]
fn texts_can_be_shown() {
    assert!(certify(draft()).is_ok());
    for name in ["", "\u{202E}cinema", "“Cinema”", "Cinema\u{AD}", "Cinema\u{2A6E0}", &"x".repeat(65)] {
        let draft = DeskCertificate::draft(name, &key(), validity()).purpose(PURPOSE).permit(card());
        assert_eq!(certify(draft).unwrap_err(), DraftError::Text, "{name}");
    }
    assert_eq!(certify(draft().purpose("two  spaces")).unwrap_err(), DraftError::Text);
    assert_eq!(certify(draft().purpose(&"x".repeat(129))).unwrap_err(), DraftError::Text);
    assert!(certify(draft().purpose(&"x".repeat(128))).is_ok());
    for add in [PermissionsBuilder::pseudonym, PermissionsBuilder::limit] {
        let draft = DeskCertificate::draft(NAME, &key(), validity()).purpose(PURPOSE);
        assert_eq!(certify(draft.permit(add(card(), Scope::new("")))).unwrap_err(), DraftError::Text);
    }
}

/// What was permitted is what is read.
#[test]
fn permissions_say_what_was_permitted() {
    let (account, visits) = (Scope::new("account"), Scope::new("visits"));
    let (threshold, count) = (Threshold::new(2).unwrap(), AuditorCount::new(3).unwrap());
    let dealing = AuditorGroup::deal(threshold, count, &mut OsRng).unwrap();
    let auditors = AuditorsKey::from_bytes(&dealing.group.key()).unwrap();
    let card = card().pseudonym(account.clone()).limit(visits.clone()).escrow(auditors);
    let template = TemplateParameters::of_128([1; 32], 500, 1000).unwrap();
    let faces = Schema::builder("face").attribute("number", AttributeKind::Number, "number", "编号");
    let faces = faces.template("face", template, "face", "人脸").build().unwrap();
    let face = DeskPermissions::of(&faces).face("face");
    let draft = DeskCertificate::draft(NAME, &key(), validity()).purpose(PURPOSE).permit(card).permit(face);
    let certificate = certify(draft).unwrap();
    let of = |schema: &Schema| certificate.permissions().iter().find(|one| one.schema() == schema.digest()).unwrap();
    let (card, face) = (of(&Schema::resident_card()), of(&faces));
    assert_eq!((card.pseudonyms(), card.limits(), card.auditors()), (&[account][..], &[visits][..], &[auditors][..]));
    let (kind, subject) = face.statements()[0];
    assert_eq!((kind, subject), (StatementKind::Face, Subject::Attribute(faces.index_of("face").unwrap())));
    let draft = DeskCertificate::draft(NAME, &key(), validity()).purpose(PURPOSE);
    assert_eq!(certify(draft.permit(DeskPermissions::of(&faces).face("number"))).unwrap_err(), DraftError::Attribute);
}

/// Checks 01-21, 15-1.
#[test]
fn keys_are_keys() {
    let weak = [
        [0; 32],
        {
            let mut one = [0; 32];
            one[0] = 1;
            one
        },
        [0xff; 32],
    ];
    for key in weak {
        let draft = DeskCertificate::draft(NAME, &key, validity()).purpose(PURPOSE).permit(card());
        assert_eq!(certify(draft).unwrap_err(), DraftError::Key);
    }
}

/// Check 15-5.
#[test]
fn nothing_counts_for_longer_than_400_days() {
    let certify = |from, until| {
        let draft = DeskCertificate::draft(NAME, &key(), KeyValidity { from, until });
        certify(draft.purpose(PURPOSE).permit(card())).map(|_| ())
    };
    assert_eq!(certify(NOW, later(1)), Ok(()));
    assert_eq!(certify(NOW, later(400 * DAY)), Ok(()));
    for (from, until) in [
        (NOW, later(400 * DAY + 1)),
        (NOW, NOW),
        (later(1), NOW),
        (Timestamp::from_secs(0), Timestamp::from_secs(u64::MAX)),
    ] {
        assert_eq!(certify(from, until), Err(DraftError::Validity));
    }
}

/// Check 15-1.
#[test]
fn there_is_at_least_one_and_at_most_so_many_of_each() {
    let empty = || DeskCertificate::draft(NAME, &key(), validity());
    assert_eq!(certify(empty().permit(card())).unwrap_err(), DraftError::Count);
    assert_eq!(certify(empty().purpose(PURPOSE)).unwrap_err(), DraftError::Count);
    // Who asks about cards alone has neither.
    assert_eq!(certify(empty()).unwrap_err(), DraftError::Count);
    assert!(certify(empty().card_checks()).is_ok());
    for half in [empty().permit(card()), empty().purpose(PURPOSE)] {
        assert_eq!(certify(half.card_checks()).unwrap_err(), DraftError::Count);
    }
    let purposes = |count| (0..count).fold(empty().permit(card()), |draft, i| draft.purpose(&format!("purpose {i}")));
    assert_eq!(certify(purposes(16)).unwrap().purposes().len(), 16);
    assert_eq!(certify(purposes(17)).unwrap_err(), DraftError::Count);
    let schemas =
        |count| (0..count).fold(empty().purpose(PURPOSE), |draft, i| draft.permit(DeskPermissions::of(&schema(i))));
    assert_eq!(certify(schemas(8)).unwrap().permissions().len(), 8);
    assert_eq!(certify(schemas(9)).unwrap_err(), DraftError::Count);

    let of = |permissions| certify(empty().purpose(PURPOSE).permit(permissions)).map(|_| ());
    let scope = |i| Scope::new(&format!("scope {i}"));
    for count in [8, 9] {
        let expected = if count == 8 { Ok(()) } else { Err(DraftError::Count) };
        assert_eq!(of((0..count).fold(card(), |card, i| card.pseudonym(scope(i)))), expected);
        assert_eq!(of((0..count).fold(card(), |card, i| card.limit(scope(i)))), expected);
    }
    // A verifier always asks the same lists, so one of each class at most.
    let list = |owner: &str, class| ListName::new(owner, class).unwrap();
    let (status, flag) = (list("owner", ListClass::Status), list("another", ListClass::Flag));
    let both = certify(empty().purpose(PURPOSE).permit(card().present_on(&flag).present_on(&status).present_on(&flag)));
    assert_eq!(both.unwrap().permissions()[0].lists(), [status.clone(), flag.clone()]);
    let second = list("another", ListClass::Status);
    assert_eq!(of(card().present_on(&status).present_on(&second)), Err(DraftError::Repeated));
}

/// Check 15-3.
#[test]
fn what_is_said_twice_stands_once_but_for_schemas() {
    let twice = draft().purpose(PURPOSE);
    assert_eq!(certify(twice).unwrap().purposes(), [PURPOSE]);
    let permissions = card().disclose("sex").disclose("name").disclose("sex").between("region").between("region");
    let empty = DeskCertificate::draft(NAME, &key(), validity()).purpose(PURPOSE);
    let certificate = certify(empty.permit(permissions)).unwrap();
    let [permissions] = certificate.permissions() else { panic!("one schema") };
    assert_eq!(permissions.disclose().iter().map(|index| index.number()).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(permissions.statements().len(), 1);
    assert_eq!(certify(draft().permit(card().disclose("sex"))).unwrap_err(), DraftError::Repeated);
}

/// Check 15-4.
#[test]
fn attributes_are_the_schemas_and_of_a_kind_that_statements_can_be_about() {
    let of = |permissions| {
        certify(DeskCertificate::draft(NAME, &key(), validity()).purpose(PURPOSE).permit(permissions)).map(|_| ())
    };
    for bad in [
        card().disclose("height"),
        card().between("height"),
        card().between("name"),
        card().one_of("birth-date"),
        card().one_of("photo"),
        card().differs("height"),
        card().same("height"),
    ] {
        assert_eq!(of(bad), Err(DraftError::Attribute));
    }
    let good = card().between("sex").between("birth-date").one_of("sex").differs("name").differs("photo");
    assert_eq!(of(good), Ok(()));
}

/// Eight schemas of 32 attributes with everything permitted, and the longest of all texts.
#[test]
fn the_largest_certificate_is_a_message() {
    let attribute = |number: usize| format!("attribute-{number}");
    let permissions = |number: usize| {
        let empty = Schema::builder(&format!("pass-{number}"));
        let code = AttributeKind::Code;
        let schema =
            (0..32).fold(empty, |schema, i| schema.attribute(&attribute(i), code, &format!("a{i}"), &format!("甲{i}")));
        let schema = schema.build().unwrap();
        let all = (0..32).fold(DeskPermissions::of(&schema), |all, i| {
            let name = attribute(i);
            all.disclose(&name).same(&name).between(&name).one_of(&name).differs(&name)
        });
        let lists = [ListClass::Status, ListClass::Flag].map(|class| ListName::new(&"x".repeat(64), class).unwrap());
        let all = lists.iter().fold(all, |all, list| all.present_on(list));
        (0..8).fold(all.pseudonym_since().enrolled_with(), |all, i| {
            let text = format!("{i}{}", "x".repeat(63));
            let auditors = AuditorsKey::from_bytes(&reference::encode(&reference::attribute_base(i))).unwrap();
            all.pseudonym(Scope::new(&text)).limit(Scope::new(&text)).escrow(auditors)
        })
    };
    let late = Timestamp::from_secs(1 << 40);
    let validity = KeyValidity { from: late, until: late.checked_add(DAY).unwrap() };
    let draft = DeskCertificate::draft(&"x".repeat(64), &key(), validity)
        .standing(Duration::from_secs(400 * DAY))
        .linking()
        .tickets()
        .card_checks()
        .present_lately(Duration::from_secs(31 * DAY));
    let draft = (0..16).fold(draft, |draft, i| draft.purpose(&format!("{i:02}{}", "x".repeat(126))));
    let certificate = certify((0..8).fold(draft, |draft, i| draft.permit(permissions(i)))).unwrap();
    assert_eq!(certificate.permissions()[0].statements().len(), 130);
    // Left is the second byte of attributes 0 to 23, and four of a window that takes five.
    assert_eq!(certificate.to_bytes().len(), DeskCertificate::MAX_LEN - 8 * 24 * 5 - 4);
}

#[test]
fn a_certificate_says_what_a_desk_may_do() {
    let said = |change: fn(CertificateDraft) -> CertificateDraft| {
        let certificate = certify(change(draft())).unwrap();
        [certificate.may_link(), certificate.may_ask_for_tickets(), certificate.may_check_cards()]
    };
    assert_eq!(said(|draft| draft), [false; 3]);
    assert_eq!(said(CertificateDraft::linking), [true, false, false]);
    assert_eq!(said(CertificateDraft::tickets), [false, true, false]);
    assert_eq!(said(CertificateDraft::card_checks), [false, false, true]);
}
