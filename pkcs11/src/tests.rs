//! Against SoftHSM, each in a process of its own: the module reads where its tokens are from the
//! environment that a process began with.

use std::path::{Path, PathBuf};
use std::process::Command;

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::object::{KeyType, ObjectClass};
use selfsame::calendar::Timestamp;
use selfsame::device::{DevicePublicKey, DeviceQuestion, EcdsaDevice, Purpose};
use selfsame::list::{ListClass, ListName, ListOwner, ShardCount};
use selfsame::rand_core::OsRng;
use selfsame::signature::{KeyElsewhere, Signer};

use super::device::P256;
use super::*;

const PIN: &str = "4321";
const ID: &[u8] = b"a device key";
const PLACES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];
/// Set for a process that is told where its tokens are: which one it is, and what it was passed.
const PASSED: &str = "SELFSAME_PKCS11_TEST";

/// Begins the test of this name again, in a process that has tokens in this folder; gives whether
/// it went well.
fn again(test: &str, folder: &Path, passed: &str) -> bool {
    let program = std::env::current_exe().unwrap();
    let mut process = Command::new(program);
    process.args(["--exact", &format!("tests::{test}"), "--nocapture"]);
    process.env("SOFTHSM2_CONF", folder.join("softhsm2.conf")).env(PASSED, passed).status().unwrap().success()
}

/// In processes one after the other, over the same tokens; what each gives is passed on to the
/// next. Left out where there is no SoftHSM.
fn in_processes(test: &str, each: &[fn(&Module, &str) -> String]) {
    let named = std::env::var("SOFTHSM2_MODULE").map(PathBuf::from).ok();
    let found = named.into_iter().chain(PLACES.map(PathBuf::from)).find(|place| place.exists());
    let Some(place) = found else {
        return println!("left out: no SoftHSM module was found");
    };
    if let Ok(passed) = std::env::var(PASSED) {
        let (number, file) = passed.split_once(' ').unwrap();
        let module = Module::load(place).unwrap();
        let given = std::fs::read_to_string(file).unwrap();
        return std::fs::write(file, each[number.parse::<usize>().unwrap()](&module, &given)).unwrap();
    }
    let folder = std::env::temp_dir().join(format!("selfsame-pkcs11-{test}-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("tokens")).unwrap();
    let tokens = folder.join("tokens");
    let conf = format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
    std::fs::write(folder.join("softhsm2.conf"), conf).unwrap();
    let file = folder.join("passed");
    std::fs::write(&file, "").unwrap();
    let went = (0..each.len()).all(|number| again(test, &folder, &format!("{number} {}", file.display())));
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(went);
}

fn make(module: &Module) -> (Slot, TokenKey) {
    let slot = module.make_token("phone", "officer", PIN).unwrap();
    let key = module.make_key(slot, PIN, ID).unwrap();
    (slot, key)
}

fn question() -> DeviceQuestion<'static> {
    DeviceQuestion::new(Purpose::Issuance, None, b"an offer", &[7; 64])
}

fn signs(key: &mut TokenKey) -> bool {
    let answer = key.sign(&question(), &mut OsRng).unwrap();
    answer.signature.vartime_verifies(&key.public_key(), &question())
}

/// Whoever has a session with the PIN gets signatures and nothing else: no `x(d·P)`, which would be
/// an oracle for static Diffie–Hellman, and no copy that may do more.
#[test]
fn a_key_signs_and_nothing_else() {
    in_processes(
        "a_key_signs_and_nothing_else",
        &[|module, _| {
            let (_, mut key) = make(module);
            assert!(key.is_kept().unwrap() && key.private_value().is_none());
            let (session, private) = (&key.session, key.objects[0]);
            let point = session.find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY)]).unwrap()[0];
            let point = session.get_attributes(point, &[AttributeType::EcPoint]).unwrap();
            let [Attribute::EcPoint(point)] = &*point else { panic!("no point") };
            let wanted = [
                Attribute::Class(ObjectClass::SECRET_KEY),
                Attribute::KeyType(KeyType::GENERIC_SECRET),
                Attribute::Sensitive(false),
                Attribute::Extractable(true),
                Attribute::ValueLen(32.into()),
            ];
            let derive = |key| {
                let agreed = Ecdh1DeriveParams::new(EcKdf::null(), &point[2..]);
                session.derive_key(&Mechanism::Ecdh1Derive(agreed), key, &wanted)
            };
            assert!(derive(private).is_err());
            for more in [Attribute::Derive(true), Attribute::Decrypt(true), Attribute::Unwrap(true)] {
                assert!(session.update_attributes(private, std::slice::from_ref(&more)).is_err(), "{more:?}");
                assert!(session.copy_object(private, std::slice::from_ref(&more)).is_err(), "{more:?}");
            }
            assert!(session.update_attributes(private, &[Attribute::Extractable(true)]).is_err());
            assert!(derive(private).is_err());
            assert!(signs(&mut key) && key.is_kept().unwrap());

            // The same of a key without these words: it derives, and is no device key.
            let session = key.session;
            let named = Attribute::Id(b"another".to_vec());
            let public = [Attribute::Token(true), Attribute::EcParams(P256.to_vec()), named.clone()];
            let private = [Attribute::Token(true), Attribute::Private(true), Attribute::Sensitive(true), named];
            let (public, private) = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private).unwrap();
            session.update_attributes(private, &[Attribute::Derive(true)]).unwrap();
            let agreed = Ecdh1DeriveParams::new(EcKdf::null(), &point[2..]);
            assert!(session.derive_key(&Mechanism::Ecdh1Derive(agreed), private, &wanted).is_ok());
            let slot = module.find_token("phone").unwrap();
            assert!(matches!(module.key(slot, session, [private, public]), Err(KeyError::Unsuitable)));
            String::new()
        }],
    );
}

/// A key outlives the process that made it, and no other passes for it.
#[test]
fn a_key_is_opened_by_another_process() {
    let made = |module: &Module, _: &str| {
        let (slot, mut key) = make(module);
        assert!(signs(&mut key));
        assert!(matches!(module.make_key(slot, PIN, ID), Err(KeyError::Exists)));
        key.public_key().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let opened = |module: &Module, passed: &str| {
        let byte = |i: usize| u8::from_str_radix(&passed[2 * i..2 * i + 2], 16).unwrap();
        let public = DevicePublicKey::from_bytes(&std::array::from_fn(byte)).unwrap();
        let slot = module.find_token("phone").unwrap();
        assert!(matches!(module.find_token("a phone"), Err(KeyError::NotFound)));
        let mut key = module.open_key(slot, PIN, ID, &public).unwrap();
        assert!(key.public_key() == public && signs(&mut key));
        assert!(matches!(module.open_key(slot, PIN, b"another", &public), Err(KeyError::NotFound)));
        let other = module.make_key(slot, PIN, b"another").unwrap().public_key();
        assert!(matches!(module.open_key(slot, PIN, b"another", &public), Err(KeyError::WrongKey)));
        assert!(matches!(module.open_key(slot, PIN, ID, &other), Err(KeyError::WrongKey)));
        key.destroy().unwrap();
        assert!(matches!(module.open_key(slot, PIN, ID, &public), Err(KeyError::NotFound)));
        String::new()
    };
    in_processes("a_key_is_opened_by_another_process", &[made, opened]);
}

#[test]
fn another_pin_opens_nothing() {
    let opened = |module: &Module, _: &str| {
        let slot = module.find_token("phone").unwrap();
        let refused = module.make_key(slot, "1234", b"another").map(drop).unwrap_err();
        assert!(matches!(refused, KeyError::Module(Error::Pkcs11(RvError::PinIncorrect, _))), "{refused}");
        String::new()
    };
    let made = |module: &Module, _: &str| make(module).1.is_kept().unwrap().to_string();
    in_processes("another_pin_opens_nothing", &[made, opened]);
}

/// The session of the second key finds its process logged in. Two keys of one token sign in turn,
/// and one of a label stays one.
#[test]
fn two_keys_of_one_token_sign_at_once() {
    let made = |module: &Module, _: &str| {
        let slot = module.make_token("owner", "officer", PIN).unwrap();
        let [heads, directory] = ["heads", "directory"].map(|label| module.make_signer(slot, PIN, label).unwrap());
        let opened = module.open_signer(slot, PIN, "heads").unwrap();
        assert_eq!(opened.public_key(), heads.public_key());
        assert_ne!(directory.public_key(), heads.public_key());
        let mut device = module.make_key(slot, PIN, ID).unwrap();
        for signer in [&heads, &directory, &opened, &heads] {
            let key = KeyElsewhere::new(&signer.public_key()).unwrap();
            let name = ListName::new("police", ListClass::Flag).unwrap();
            let owner = ListOwner::with_key(key, name, ShardCount::ONE, &mut OsRng);
            assert!(owner.prepare_first_heads(Timestamp::from_secs(1_790_000_000)).sign(signer).is_ok());
            assert!(signs(&mut device));
        }
        assert!(matches!(module.make_signer(slot, PIN, "heads"), Err(Error::InvalidValue)));
        String::new()
    };
    in_processes("two_keys_of_one_token_sign_at_once", &[made]);
}
