//! A desk whose key is in an HSM or at a key service (spec 01 §9.2).

use super::world::World;
use testkit::prelude::*;

/// What is signed elsewhere is what the desk would have signed, and no more is prepared than it
/// would sign. Checks 01-25, 15-13.
#[test]
fn a_request_is_signed_without_the_desk_s_key() {
    let mut world = World::new(206);
    let secret = Tree::parse(&world.desk.to_bytes()).body.at(1).bytes().try_into().unwrap();
    let hsm = SigningKey::from_secret_bytes(Secret::new(secret));
    let desk = DeskKey::with_key(KeyElsewhere::new(&hsm.public_key()).unwrap());
    assert_eq!(desk.public_key(), world.desk.public_key());
    let certificate = world.certificate(None);
    let asked = world.everything();
    let request = world.once(asked);
    let prepare = || desk.prepare_request(&certificate, &request).unwrap();
    let stranger = SigningKey::random(&mut OsRng);
    assert_eq!(prepare().sign(&stranger).map(drop), Err(SignError::WrongSignature));
    let signed = prepare().sign(&hsm).unwrap();
    assert_eq!(signed, world.desk.sign(&certificate, &request).unwrap());
    assert!(signed.verify(&world.directory, NOW).is_ok());

    let other = DeskKey::with_key(KeyElsewhere::new(&stranger.public_key()).unwrap());
    assert_eq!(other.prepare_request(&certificate, &request).map(drop), Err(CertificateError::WrongDesk));
    let beyond = world.ask().disclose("address");
    let beyond = world.once(beyond);
    let refused = desk.prepare_request(&certificate, &beyond).map(drop);
    assert!(matches!(refused, Err(CertificateError::OverAsking(OverAsking::Disclosure { .. }))), "{refused:?}");
}
