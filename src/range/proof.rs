//! Range proofs by the crate `bulletproofs`, with `H_b` of spec 01 §4 for blinding and with the
//! crate's own vectors of generators.

use alloc::boxed::Box;
use alloc::vec::Vec;

use bulletproofs::{BulletproofGens, PedersenGens, RangeProof};
use once_cell::race::OnceBox;
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::{BitLength, ByLength, MAX_VALUES, Opening};
use crate::error::{Refused, refused};
use crate::group::{Base, CompressedPoint, Element, POINT_LEN, Scalar};
use crate::transcript::Transcript;

#[cfg(feature = "hazmat")]
mod refusal;

struct Generators {
    vectors: BulletproofGens,
    pedersen: PedersenGens,
}

/// Made at the first use (some 2,000 hashes to points), and kept: everyone's are the same.
fn generators() -> &'static Generators {
    static GENERATORS: OnceBox<Generators> = OnceBox::new();
    GENERATORS.get_or_init(|| {
        let pedersen = PedersenGens { B: Base::Basepoint.point(), B_blinding: Base::Blinding.point() };
        Box::new(Generators { vectors: BulletproofGens::new(64, MAX_VALUES), pedersen })
    })
}

/// Proves each length that occurs in a proof of its own, shortest first, and absorbs the proofs.
/// Constant time in values and blinds.
pub(crate) fn prove(
    transcript: &mut Transcript,
    openings: &ByLength<Opening>,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<Vec<u8>>, Refused> {
    let mut proofs = Vec::new();
    for (length, openings) in openings.proofs() {
        // Padded with commitments to 0 under the blind 0.
        let padded = openings.len().next_power_of_two();
        let mut values = Zeroizing::new(alloc::vec![0; padded]);
        let mut blinds = Zeroizing::new(alloc::vec![Scalar::ZERO; padded]);
        for ((value, blind), opening) in values.iter_mut().zip(blinds.iter_mut()).zip(openings) {
            (*value, *blind) = (*opening.value.expose(), *opening.blind.expose());
        }
        let Generators { vectors, pedersen } = generators();
        let (inner, bits) = (transcript.inner(), length.bits());
        let made = RangeProof::prove_multiple_with_rng(vectors, pedersen, inner, &values, &blinds, bits, rng);
        let (proof, _) = made.map_err(|_| Refused::DEFECT)?;
        let proof = proof.to_bytes();
        transcript.bytes("range-proof", &proof);
        proofs.push(proof);
    }
    Ok(proofs)
}

/// A range proof that was absorbed and is not checked yet: a presentation is refused for what is
/// cheaper to see first.
pub(crate) struct Unchecked<'p> {
    /// As it stood before the proof.
    transcript: Transcript,
    length: BitLength,
    /// Padded.
    commitments: Vec<CompressedPoint>,
    proof: &'p [u8],
}

/// Absorbs one proof for each length that occurs, as [`prove`] does, and checks no more of it than
/// its length.
pub(crate) fn absorb<'p>(
    transcript: &mut Transcript,
    commitments: &ByLength<Element>,
    proofs: &'p [Vec<u8>],
) -> Result<Vec<Unchecked<'p>>, Refused> {
    if proofs.len() != commitments.proofs().count() {
        return Err(refused!("12-8"));
    }
    let mut unchecked = Vec::new();
    for ((length, commitments), proof) in commitments.proofs().zip(proofs) {
        if proof.len() != length.proof_len(commitments.len()) {
            return Err(refused!("12-9"));
        }
        let mut padded: Vec<_> = commitments.iter().map(Element::compressed).collect();
        padded.resize_with(padded.len().next_power_of_two(), Default::default);
        let before = transcript.clone();
        replay(transcript, length, &padded, proof);
        transcript.bytes("range-proof", proof);
        unchecked.push(Unchecked { transcript: before, length, commitments: padded, proof });
    }
    Ok(unchecked)
}

/// What making or checking the proof absorbs and squeezes (spec 12 §2.1); gives `y`, `z` and `x`.
fn replay(
    transcript: &mut Transcript,
    length: BitLength,
    commitments: &[CompressedPoint],
    proof: &[u8],
) -> [Scalar; 3] {
    let number = |transcript: &mut Transcript, label, number: usize| {
        transcript.bytes(label, &(number as u64).to_le_bytes());
    };
    transcript.bytes("dom-sep", b"rangeproof v1");
    number(transcript, "n", length.bits());
    number(transcript, "m", commitments.len());
    commitments.iter().for_each(|commitment| transcript.bytes("V", commitment.as_bytes()));
    // Points and scalars are equally long where there are range proofs.
    let mut items = proof.as_chunks::<POINT_LEN>().0.iter();
    let mut absorb = |transcript: &mut Transcript, labels: &[&'static str]| {
        labels.iter().zip(items.by_ref()).for_each(|(label, item)| transcript.bytes(label, item));
    };
    absorb(transcript, &["A", "S"]);
    let (y, z) = (transcript.challenge_scalar("y"), transcript.challenge_scalar("z"));
    absorb(transcript, &["T_1", "T_2"]);
    let x = transcript.challenge_scalar("x");
    absorb(transcript, &["t_x", "t_x_blinding", "e_blinding"]);
    transcript.challenge_bytes::<64>("w");
    transcript.bytes("dom-sep", b"ipp v1");
    let numbers = length.bits() * commitments.len();
    number(transcript, "n", numbers);
    for _ in 0..numbers.ilog2() {
        absorb(transcript, &["L", "R"]);
        transcript.challenge_bytes::<64>("u");
    }
    [y, z, x]
}

impl Unchecked<'_> {
    /// Checks it. Variable time; everything here is public.
    pub(crate) fn vartime_verify(&self) -> Result<(), Refused> {
        let Self { transcript, length, commitments, proof } = self;
        let read = RangeProof::from_bytes(proof).map_err(|_| refused!("12-11"))?;
        let Generators { vectors, pedersen } = generators();
        let (mut transcript, mut weights) = (transcript.clone(), transcript.weight_rng(proof));
        read.verify_multiple_with_rng(vectors, pedersen, transcript.inner(), commitments, length.bits(), &mut weights)
            .map_err(|_| refused!("12-13"))
    }
}
