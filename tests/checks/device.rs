//! What a device of suite 1 answers, and what a wallet takes of it (spec 05 §2, §3).

use rand_core::CryptoRngCore;
use selfsame::credential::request;
use selfsame::device::{
    Device, DeviceAnswer, DeviceCommitment, DeviceError, DeviceQuestion, DeviceSession, Purpose, SoftwareSession,
};

use testkit::country::Country;
use testkit::prelude::*;
use testkit::reference::{base, encode};

fn offer(country: &mut Country) -> Sent<OfferState, CredentialOffer> {
    country.offer(Generation::FIRST)
}

/// A device with a screen, that answers wrongly in one way.
struct Faulty {
    inner: SoftwareDevice,
    fault: Fault,
}

#[derive(Clone, Copy)]
enum Fault {
    None,
    Declined,
    OtherQuestion,
    OtherCommitment,
    NonCanonicalResponse,
    BadCommitment([u8; 32]),
}

struct FaultySession<'a> {
    inner: SoftwareSession<'a>,
    fault: Fault,
}

impl Device for Faulty {
    type Session<'a> = FaultySession<'a>;

    fn public_key(&self) -> DevicePublicKey {
        self.inner.public_key()
    }

    fn commit(&mut self, rng: &mut impl CryptoRngCore) -> Result<FaultySession<'_>, DeviceError> {
        Ok(FaultySession { inner: self.inner.commit(rng)?, fault: self.fault })
    }
}

impl DeviceSession for FaultySession<'_> {
    fn commitment(&self) -> DeviceCommitment {
        match self.fault {
            Fault::BadCommitment(first) => DeviceCommitment { first, ..self.inner.commitment() },
            _ => self.inner.commitment(),
        }
    }

    fn respond(self, question: &DeviceQuestion<'_>) -> Result<DeviceAnswer, DeviceError> {
        // What it cannot show it does not answer, and nothing without its user.
        CredentialOffer::from_bytes(question.shown).map_err(|_| DeviceError::Declined)?;
        let question = match self.fault {
            Fault::Declined => return Err(DeviceError::Declined),
            Fault::OtherQuestion => DeviceQuestion { shown: b"something else", ..*question },
            _ => *question,
        };
        let mut answer = self.inner.respond(&question)?;
        match self.fault {
            Fault::OtherCommitment => answer.commitment = encode(&base("Constant")),
            Fault::NonCanonicalResponse => answer.response = [0xff; 32],
            _ => {}
        }
        Ok(answer)
    }
}

/// Checks 05-2, 05-7, 05-8, 05-9.
#[test]
fn a_wallet_checks_what_its_device_answers() {
    let faults = [
        (Fault::None, None),
        (Fault::Declined, Some(DeviceError::Declined)),
        (Fault::OtherQuestion, Some(DeviceError::InvalidAnswer)),
        (Fault::OtherCommitment, Some(DeviceError::InvalidAnswer)),
        (Fault::NonCanonicalResponse, Some(DeviceError::InvalidAnswer)),
        (Fault::BadCommitment([0; 32]), Some(DeviceError::InvalidAnswer)),
        (Fault::BadCommitment([0xff; 32]), Some(DeviceError::InvalidAnswer)),
    ];
    for (fault, error) in faults {
        let mut country = Country::new(81);
        let message = offer(&mut country).message;
        let mut device = Faulty { inner: SoftwareDevice::random(&mut country.rng), fault };
        let recovery = RecoverySecret::random(&mut country.rng);
        let parameters = country.issuer.parameters().clone();
        let requested =
            request(&parameters, &message, ShardChoice::FromSlot, &recovery, &mut device, &mut country.rng).err();
        assert_eq!(requested, error.map(IssuanceError::Device));
    }
}

/// Check 05-3.
#[test]
fn a_device_refuses_a_commitment_that_is_no_point_or_nothing() {
    let mut rng = SeededRng::new([82; 32]);
    let mut device = SoftwareDevice::random(&mut rng);
    let point = encode(&base("Constant"));
    let cases = [
        (Purpose::Issuance, [0; 32], false),
        (Purpose::Issuance, [0xff; 32], false),
        (Purpose::Issuance, point, true),
        (Purpose::Presentation, [0; 32], false),
        (Purpose::Presentation, [0xff; 32], false),
        (Purpose::Presentation, point, true),
    ];
    for (purpose, rest, answers) in cases {
        let session = device.commit(&mut rng).unwrap();
        let question = DeviceQuestion { purpose, demanded: None, shown: b"shown", message: &[1; 64], rest: &rest };
        let expected = if answers { None } else { Some(DeviceError::InvalidQuestion) };
        assert_eq!(session.respond(&question).err(), expected, "{purpose:?} {rest:?}");
    }
}

#[test]
fn a_device_never_commits_twice_to_the_same_nonces() {
    // Not even under a generator that repeats itself.
    let mut device = SoftwareDevice::random(&mut SeededRng::new([83; 32]));
    let commitments: Vec<DeviceCommitment> =
        (0..8).map(|_| device.commit(&mut SeededRng::new([84; 32])).unwrap().commitment()).collect();
    let mut points: Vec<[u8; 32]> = commitments.iter().flat_map(|c| [c.first, c.second]).collect();
    points.sort_unstable();
    points.dedup();
    assert_eq!(points.len(), 16);
}
