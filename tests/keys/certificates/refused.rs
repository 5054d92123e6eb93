//! Signatures that are not those of whom they should be.

use ed25519_dalek::Signer;

use crate::certificates::world::{NAME, PURPOSE, World, digest, forged, signing_key, validity};
use testkit::prelude::*;

fn verify(world: &World, signed: &SignedRequest) -> Result<(), CertificateError> {
    signed.verify(&world.directory, NOW).map(|_| ())
}

/// Check 15-14.
#[test]
fn the_name_is_the_certified_one() {
    let mut world = World::new(221);
    let certificate = world.certificate(None);
    for name in ["Cinema Daguangming", "Cinema Daguangming 大光明影院。", "cinema Daguangming 大光明影院"] {
        let builder = PresentationRequest::builder(world.country.issuer.parameters(), name, PURPOSE);
        let request = world.once(builder);
        let refused = verify(&world, &forged(&world.desk, &certificate, &request));
        assert_eq!(refused, Err(CertificateError::WrongName));
        assert_eq!(world.desk.sign(&certificate, &request).unwrap_err(), CertificateError::WrongName);
    }
}

/// Checks 15-10, 15-11.
#[test]
fn an_authority_that_the_directory_does_not_name_certifies_nobody() {
    let mut world = World::new(222);
    let request = world.once(world.ask());
    let certificate = Authority::random(&mut OsRng).certify(world.draft(None)).unwrap();
    let signed = world.desk.sign(&certificate, &request).unwrap();
    assert_eq!(verify(&world, &signed), Err(CertificateError::WrongAuthority));
    // Nor does one that says that it is the authority.
    let mut tree = Tree::parse(&certificate.to_bytes());
    *tree.body.at_mut(2).at_mut(0).bytes_mut() = world.authority.public_key().to_vec();
    let certificate = DeskCertificate::from_bytes(&tree.to_bytes()).unwrap();
    let signed = world.desk.sign(&certificate, &request).unwrap();
    assert_eq!(verify(&world, &signed), Err(CertificateError::BadSignature));
}

/// The authority signs versions of the directory with the same key. Check 15-11.
#[test]
fn the_authority_signs_the_digest_under_its_own_role() {
    let mut world = World::new(223);
    let request = world.once(world.ask());
    let certificate = world.certificate(None);
    let key = ed25519_dalek::SigningKey::from_bytes(world.authority.to_secret_bytes().expose());
    let mut tree = Tree::parse(&certificate.to_bytes());
    let signature = key.sign(&digest(&certificate.to_bytes())).to_bytes();
    assert_eq!(tree.body.at(2).at(1).bytes(), signature, "as the spec says it");
    let content = tree.body.at(1).encode();
    let other: [u8; 64] = testkit::reference::hash("directory-authority", &[&content]);
    *tree.body.at_mut(2).at_mut(1).bytes_mut() = key.sign(&other).to_bytes().to_vec();
    let certificate = DeskCertificate::from_bytes(&tree.to_bytes()).unwrap();
    let signed = world.desk.sign(&certificate, &request).unwrap();
    assert_eq!(verify(&world, &signed), Err(CertificateError::BadSignature));
}

/// Check 15-13.
#[test]
fn a_desk_signs_under_its_own_certificate_only() {
    let mut world = World::new(224);
    let request = world.once(world.ask());
    let certificate = world.certificate(None);
    let other = DeskKey::random(&mut OsRng);
    assert_eq!(other.sign(&certificate, &request).unwrap_err(), CertificateError::WrongDesk);
    assert_eq!(verify(&world, &forged(&other, &certificate, &request)), Err(CertificateError::BadSignature));
    assert_eq!(verify(&world, &forged(&world.desk, &certificate, &request)), Ok(()));
}

/// What a desk signed under its narrow certificate does not count under its wide one. Check 15-13.
#[test]
fn a_signature_is_for_one_certificate() {
    let mut world = World::new(225);
    let request = world.once(world.ask());
    let (wide, narrow) = (world.certificate(None), world.certificate(Some(crate::certificates::world::Part::Escrow)));
    let signed = Tree::parse(&world.desk.sign(&narrow, &request).unwrap().to_bytes());
    let moved = signed.with(|body| *body.at_mut(2) = Item::Bytes(wide.to_bytes()));
    let moved = SignedRequest::from_bytes(&moved).unwrap();
    assert_eq!(verify(&world, &moved), Err(CertificateError::BadSignature));
    // A signature of the request alone is none.
    let alone = signing_key(&world.desk).sign(&request.to_bytes()).to_bytes();
    let alone = signed.with(|body| *body.at_mut(3) = Item::Bytes(alone.to_vec()));
    assert_eq!(verify(&world, &SignedRequest::from_bytes(&alone).unwrap()), Err(CertificateError::BadSignature));
}

#[test]
fn no_changed_bit_counts() {
    let mut world = World::new(226);
    let draft = DeskCertificate::draft(NAME, &world.desk.public_key(), validity()).purpose(PURPOSE);
    let card = world.lists_alone();
    let certificate = world.authority.certify(draft.permit(card.disclose("sex"))).unwrap();
    let request = world.once(world.ask().disclose("sex"));
    let bytes = world.desk.sign(&certificate, &request).unwrap().to_bytes();
    assert_eq!(verify(&world, &SignedRequest::from_bytes(&bytes).unwrap()), Ok(()));
    let mut decoded = 0;
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(signed) = SignedRequest::from_bytes(&changed) {
            decoded += 1;
            assert!(verify(&world, &signed).is_err(), "bit {bit}");
        }
    }
    assert!(decoded > 1000, "only {decoded} changes were still messages");
    for length in 0..bytes.len() {
        assert!(SignedRequest::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
    }
    assert!(SignedRequest::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
}
