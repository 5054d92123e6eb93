//! The attack that the two nonces and β are there for: a wallet shows the device one request and
//! wants another answered.

use rand_core::OsRng;

use super::equations::binding;
use super::*;
use crate::device::{Asked, SoftwareDevice};
use crate::group::{Element, FixedBase, POINT_LEN, Point, Scalar, scalar_from_bytes};

const SHOWN: &[u8] = b"request X, which the user saw";
const WANTED: &[u8] = b"request Y, which the wallet wants";

/// A presentation reduced to the device's equation: the wallet knows all of `T_rest = r·G`, so the
/// rest of the proof cannot stop it. The verifier's equation is then `s·H_d = (T_rest − T) + c·D`
/// with `c = H(q, M, T)`.
struct Wallet {
    public: Point,
    rest: Element,
    message: [u8; 64],
}

impl Wallet {
    fn verifies(&self, shown: &[u8], commitment: &Point, response: &Scalar) -> bool {
        self.verifies_for(None, shown, commitment, response)
    }

    fn verifies_for(&self, demanded: Option<LocalChecks>, shown: &[u8], commitment: &Point, response: &Scalar) -> bool {
        let q = Asked { purpose: Purpose::Presentation, demanded, shown }.digest();
        let c = challenge(Purpose::Presentation, &q, &self.message, Element::new(*commitment).as_bytes());
        FixedBase::device().mul(response) == self.rest.point() - commitment + c * self.public
    }
}

/// Check 05-1.
#[test]
fn an_answer_for_the_shown_request_serves_no_other() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    let public = device.public_key().0;
    let rest = Element::new(Point::mul_base(&Scalar::from(77u8)));
    let wallet = Wallet { public: public.point(), rest, message: [5; 64] };

    let session = device.commit(&mut OsRng).unwrap();
    let commitment = session.commitment();
    let [first, second] = [commitment.first, commitment.second].map(|bytes| Element::from_bytes(&bytes).unwrap());
    let (purpose, message) = (Purpose::Presentation, &wallet.message);
    let answer = session
        .respond(&DeviceQuestion { purpose, demanded: None, shown: SHOWN, message, rest: rest.as_bytes() })
        .unwrap();
    let given = Element::from_bytes(&answer.commitment).unwrap().point();
    let response = scalar_from_bytes(&answer.response).unwrap();
    assert!(wallet.verifies(SHOWN, &given, &response), "the answer serves the request that was shown");

    // As it is.
    assert!(!wallet.verifies(WANTED, &given, &response));

    // With the commitment that the device would have made for Y.
    let beta = |shown: &[u8]| {
        binding(
            purpose,
            &public,
            [&first, &second],
            &Asked { purpose, demanded: None, shown }.digest(),
            message,
            rest.as_bytes(),
        )
    };
    let for_y = rest.point() - first.point() - beta(WANTED) * second.point();
    assert!(!wallet.verifies(WANTED, &for_y, &response));

    // Scaled by the quotient of the two challenges: what a device with one nonce and a free
    // challenge would fall to, if the wallet could fix Y's challenge before its commitment. It
    // cannot, because the commitment moves with the factor.
    let challenge_of = |shown: &[u8], t: &Point| {
        challenge(purpose, &Asked { purpose, demanded: None, shown }.digest(), message, Element::new(*t).as_bytes())
    };
    let mut commitment = given;
    for _ in 0..64 {
        let factor = challenge_of(WANTED, &commitment) * challenge_of(SHOWN, &given).invert();
        commitment = rest.point() - factor * (rest.point() - given);
        assert!(!wallet.verifies(WANTED, &commitment, &(factor * response)));
    }
}

/// Check 05-1.
#[test]
fn an_answer_for_one_purpose_serves_no_other() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    let rest = Element::new(Point::mul_base(&Scalar::from(77u8)));
    let wallet = Wallet { public: device.public_key().0.point(), rest, message: [5; 64] };
    let session = device.commit(&mut OsRng).unwrap();
    let question = DeviceQuestion {
        purpose: Purpose::Issuance,
        demanded: None,
        shown: SHOWN,
        message: &wallet.message,
        rest: rest.as_bytes(),
    };
    let answer = session.respond(&question).unwrap();
    let commitment = Element::from_bytes(&answer.commitment).unwrap().point();
    assert!(!wallet.verifies(SHOWN, &commitment, &scalar_from_bytes(&answer.response).unwrap()));
}

/// The wallet shows a request with a demand, and says that there is another one, or none. Check
/// 05-12.
#[test]
fn an_answer_for_one_demand_serves_no_other() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    let rest = Element::new(Point::mul_base(&Scalar::from(77u8)));
    let wallet = Wallet { public: device.public_key().0.point(), rest, message: [5; 64] };
    let demands = || (1..8).map(|bits| Some(LocalChecks::from_bits(bits).unwrap())).chain([None]);
    for asked in demands() {
        let (purpose, message, rest) = (Purpose::Presentation, &wallet.message, rest.as_bytes());
        let question = DeviceQuestion { purpose, demanded: asked, shown: SHOWN, message, rest };
        let mut hosted = device.unlocked_by(|checks| checks.iter().next());
        let answer = hosted.commit(&mut OsRng).unwrap().respond(&question).unwrap();
        assert_eq!(answer.passed, asked.and_then(|checks| checks.iter().next()));
        let commitment = Element::from_bytes(&answer.commitment).unwrap().point();
        let response = scalar_from_bytes(&answer.response).unwrap();
        for demanded in demands() {
            assert_eq!(wallet.verifies_for(demanded, SHOWN, &commitment, &response), demanded == asked);
        }
    }
}

/// Check 05-8.
#[test]
fn a_wallet_notices_an_answer_for_another_question() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    let public = device.public_key();
    let rest = Element::new(Point::mul_base(&Scalar::from(77u8)));

    /// Shows the device something else than it was asked to.
    struct Swapping<'a>(SoftwareSession<'a>);
    impl DeviceSession for Swapping<'_> {
        fn commitment(&self) -> DeviceCommitment {
            self.0.commitment()
        }
        fn respond(self, question: &DeviceQuestion<'_>) -> Result<DeviceAnswer, DeviceError> {
            self.0.respond(&DeviceQuestion { shown: SHOWN, ..*question })
        }
    }

    let asked = Asked { purpose: Purpose::Presentation, demanded: None, shown: WANTED };
    let session = Swapping(device.commit(&mut OsRng).unwrap());
    assert!(ask(&public, session, &asked, &[5; 64], &rest).is_err());
    let session = device.commit(&mut OsRng).unwrap();
    assert!(ask(&public, session, &asked, &[5; 64], &rest).is_ok());
}

/// Check 05-3.
#[test]
fn rest_points_that_are_none_are_refused() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    for (purpose, rest) in [
        (Purpose::Presentation, [0; POINT_LEN]),
        (Purpose::Presentation, [0xff; POINT_LEN]),
        (Purpose::Issuance, [0; POINT_LEN]),
    ] {
        let session = device.commit(&mut OsRng).unwrap();
        let question = DeviceQuestion { purpose, demanded: None, shown: SHOWN, message: &[0; 64], rest: &rest };
        assert_eq!(session.respond(&question).unwrap_err(), DeviceError::InvalidQuestion);
    }
}

#[test]
fn a_generator_that_repeats_itself_gives_new_nonces() {
    struct Stuck;
    impl rand_core::RngCore for Stuck {
        fn next_u32(&mut self) -> u32 {
            7
        }
        fn next_u64(&mut self) -> u64 {
            7
        }
        fn fill_bytes(&mut self, dest: &mut [u8]) {
            dest.fill(7);
        }
        fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand_core::Error> {
            dest.fill(7);
            Ok(())
        }
    }
    impl rand_core::CryptoRng for Stuck {}
    let mut device = SoftwareDevice::random(&mut OsRng);
    let one = device.commit(&mut Stuck).unwrap().commitment();
    let two = device.commit(&mut Stuck).unwrap().commitment();
    assert!(one.first != two.first && one.second != two.second && one.first != one.second);
}
