//! Against swtpm.

use selfsame::device::Purpose;
use selfsame::rand_core::OsRng;
use tss_esapi::structures::KeyDerivationFunctionScheme;

use super::software::Software;
use super::*;

/// A TPM of its own for each test; none where there is no swtpm.
fn start(test: &str) -> Option<Software> {
    let folder = std::env::temp_dir().join(format!("selfsame-tpm-{test}-{}", std::process::id()));
    match Software::start(&folder) {
        Ok(software) => Some(software),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("left out: swtpm does not start: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn signs(key: &mut TpmKey) -> bool {
    let question = DeviceQuestion::new(Purpose::Issuance, None, b"an offer", &[7; 64]);
    let answer = key.sign(&question, &mut OsRng).unwrap();
    answer.signature.vartime_verifies(&key.public, &question)
}

/// No `d·P`, which would be an oracle for static Diffie–Hellman.
#[test]
fn a_key_signs_and_nothing_else() {
    let Some(tpm) = start("signs") else { return };
    let mut key = TpmKey::make(tpm.place().unwrap()).unwrap();
    assert!(key.is_kept().unwrap());
    let (public, _) = parted(key.saved()).unwrap();
    let Public::Ecc { unique: point, .. } = public else { panic!("no point") };
    assert!(key.context.ecdh_z_gen(key.key, point.clone()).is_err());
    assert!(signs(&mut key));

    // The same of a key that may: it does, and is no device key.
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_sign_encrypt(true)
        .with_decrypt(true);
    let parameters = PublicEccParametersBuilder::new()
        .with_curve(EccCurve::NistP256)
        .with_ecc_scheme(EccScheme::Null)
        .with_key_derivation_function_scheme(KeyDerivationFunctionScheme::Null)
        .with_is_decryption_key(true);
    let wanted = PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes.build().unwrap())
        .with_ecc_parameters(parameters.build().unwrap())
        .with_ecc_unique_identifier(EccPoint::default())
        .build();
    drop(key);
    let (mut context, parent) = reach(tpm.place().unwrap()).unwrap();
    let made = context.create(parent, wanted.unwrap(), None, None, None, None).unwrap();
    let other = context.load(parent, made.out_private.clone(), made.out_public.clone()).unwrap();
    assert!(context.ecdh_z_gen(other, point).is_ok());
    context.flush_context(other.into()).unwrap();
    let refused = TpmKey::loaded(context, parent, made.out_public, made.out_private).err();
    assert!(matches!(refused, Some(KeyError::Unsuitable)), "{refused:?}");
}

/// What is saved is of use to its TPM alone, and no other key passes for it.
#[test]
fn a_key_is_opened_after_the_tpm_was_started_anew() {
    let Some(mut tpm) = start("own") else { return };
    let mut key = TpmKey::make(tpm.place().unwrap()).unwrap();
    let (saved, public) = (key.saved().to_vec(), key.public);
    assert!(signs(&mut key));
    drop(key);
    tpm.restart().unwrap();
    let mut key = TpmKey::open(tpm.place().unwrap(), &saved, &public).unwrap();
    assert!(key.public == public && key.saved() == saved && signs(&mut key));
    drop(key);

    let other = TpmKey::make(tpm.place().unwrap()).unwrap().public;
    let open = |saved: &[u8], expected| TpmKey::open(tpm.place().unwrap(), saved, expected).err();
    assert!(matches!(open(&saved, &other), Some(KeyError::WrongKey)));
    for length in (0..saved.len()).filter(|length| *length < 40 || length % 7 == 0) {
        let refused = open(&saved[..length], &public);
        let well = matches!(refused, Some(KeyError::Malformed | KeyError::OtherTpm | KeyError::Tpm(_)));
        assert!(well, "{length}: {refused:?}");
    }
    let mut changed = saved.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(matches!(open(&changed, &public), Some(KeyError::OtherTpm)));
    let foreign = start("other").unwrap();
    let refused = TpmKey::open(foreign.place().unwrap(), &saved, &public).err();
    assert!(matches!(refused, Some(KeyError::OtherTpm)), "{refused:?}");
}
