//! A range prover of its own, which proves what is not so: of any value it makes a proof for which
//! (R1) holds, and (R2) where the value has so many bits (spec 12 §2.1). The crate beneath proves
//! only what is true.

use bulletproofs::{BulletproofGens, PedersenGens, RangeProof};
use selfsame::hazmat::SeededRng;
use testkit::curve::{G, Point, Scalar};

use testkit::prover::{Ranged, commitment};
use testkit::reference::{base, encode, point};

/// Of one value. One that is no number of 64 bits is negative.
pub fn prove(ranged: &[Ranged], transcript: &mut merlin::Transcript, rng: &mut SeededRng) -> Vec<u8> {
    let [Ranged { bits, value, blind }] = ranged else { panic!("it proves one value") };
    let v = if value >> 63 == 1 { -Scalar::from(value.wrapping_neg()) } else { Scalar::from(*value) };
    let (g, h) = generators(*bits);
    let one = Scalar::ONE;
    let a_l: Vec<Scalar> = (0..*bits).map(|i| Scalar::from(value >> i & 1)).collect();
    let a_r: Vec<Scalar> = a_l.iter().map(|bit| bit - one).collect();
    let mut draw = |count: usize| -> Vec<Scalar> { (0..count).map(|_| Scalar::random(rng)).collect() };
    let (s_l, s_r, blinds) = (draw(*bits), draw(*bits), draw(4));
    let [alpha, rho, tau_1, tau_2] = blinds.try_into().unwrap();
    let vectors = |blind: Scalar, left: &[Scalar], right: &[Scalar]| {
        blind * base("Blinding") + combine(left, &g) + combine(right, &h)
    };
    let [a, s] = [vectors(alpha, &a_l, &a_r), vectors(rho, &s_l, &s_r)];

    let mut absorb = |label: &'static str, bytes: &[u8]| transcript.append_message(label.as_bytes(), bytes);
    absorb("dom-sep", b"rangeproof v1");
    absorb("n", &(*bits as u64).to_le_bytes());
    absorb("m", &1_u64.to_le_bytes());
    absorb("V", &encode(&commitment(v, *blind)));
    absorb("A", &encode(&a));
    absorb("S", &encode(&s));
    let (y, z) = (challenge(transcript, "y"), challenge(transcript, "z"));

    let powers =
        |of: Scalar| -> Vec<Scalar> { std::iter::successors(Some(one), |x| Some(x * of)).take(*bits).collect() };
    let (powers_y, powers_2) = (powers(y), powers(one + one));
    let l_0: Vec<Scalar> = a_l.iter().map(|bit| bit - z).collect();
    let r_0: Vec<Scalar> = (0..*bits).map(|i| powers_y[i] * (a_r[i] + z) + z * z * powers_2[i]).collect();
    let r_1: Vec<Scalar> = powers_y.iter().zip(&s_r).map(|(power, s)| power * s).collect();
    let t_1 = inner(&l_0, &r_1) + inner(&s_l, &r_0);
    let t_2 = inner(&s_l, &r_1);
    // What (R1) wants of `v`; equals `⟨l_0, r_0⟩` only if `v` has these bits.
    let delta = (z - z * z) * powers_y.iter().sum::<Scalar>() - z * z * z * powers_2.iter().sum::<Scalar>();
    let t_0 = z * z * v + delta;
    let sent = [commitment(t_1, tau_1), commitment(t_2, tau_2)];
    transcript.append_message(b"T_1", &encode(&sent[0]));
    transcript.append_message(b"T_2", &encode(&sent[1]));
    let x = challenge(transcript, "x");
    let t = t_0 + t_1 * x + t_2 * x * x;
    let t_blind = z * z * blind + tau_1 * x + tau_2 * x * x;
    let e = alpha + rho * x;
    for (label, scalar) in [("t_x", t), ("t_x_blinding", t_blind), ("e_blinding", e)] {
        transcript.append_message(label.as_bytes(), scalar.as_bytes());
    }
    let w = challenge(transcript, "w");

    let at_x = |at_0: &[Scalar], slope: &[Scalar]| at_0.iter().zip(slope).map(|(c, s)| c + s * x).collect();
    let h_scaled = powers(y.invert()).iter().zip(&h).map(|(power, h)| power * h).collect();
    let product = InnerProduct { a: at_x(&l_0, &s_l), b: at_x(&r_0, &r_1), g, h: h_scaled };
    let points = [a, s, sent[0], sent[1]].iter().flat_map(encode).collect::<Vec<u8>>();
    let scalars = [t, t_blind, e].iter().flat_map(|scalar| scalar.to_bytes()).collect();
    [points, scalars, product.prove(w, transcript)].concat()
}

struct InnerProduct {
    a: Vec<Scalar>,
    b: Vec<Scalar>,
    g: Vec<Point>,
    h: Vec<Point>,
}

impl InnerProduct {
    fn prove(mut self, w: Scalar, transcript: &mut merlin::Transcript) -> Vec<u8> {
        transcript.append_message(b"dom-sep", b"ipp v1");
        transcript.append_message(b"n", &(self.a.len() as u64).to_le_bytes());
        let mut proof = Vec::new();
        while self.a.len() > 1 {
            let half = self.a.len() / 2;
            let ((a_l, a_h), (b_l, b_h)) = (self.a.split_at(half), self.b.split_at(half));
            let ((g_l, g_h), (h_l, h_h)) = (self.g.split_at(half), self.h.split_at(half));
            let product = |a: &[Scalar], b: &[Scalar]| inner(a, b) * w * G;
            let left = encode(&(combine(a_l, g_h) + combine(b_h, h_l) + product(a_l, b_h)));
            let right = encode(&(combine(a_h, g_l) + combine(b_l, h_h) + product(a_h, b_l)));
            transcript.append_message(b"L", &left);
            transcript.append_message(b"R", &right);
            proof.extend([left, right].concat());
            let u = challenge(transcript, "u");
            let v = u.invert();
            let scalars = |low: &[Scalar], high: &[Scalar], [p, q]: [Scalar; 2]| {
                low.iter().zip(high).map(|(low, high)| p * low + q * high).collect()
            };
            let points = |low: &[Point], high: &[Point], [p, q]: [Scalar; 2]| {
                low.iter().zip(high).map(|(low, high)| p * low + q * high).collect()
            };
            self = Self {
                a: scalars(a_l, a_h, [u, v]),
                b: scalars(b_l, b_h, [v, u]),
                g: points(g_l, g_h, [v, u]),
                h: points(h_l, h_h, [u, v]),
            };
        }
        proof.extend(self.a[0].to_bytes());
        proof.extend(self.b[0].to_bytes());
        proof
    }
}

/// `G_i` and `H_i`, which the crate keeps: under one blind `A` of `2^i` less `A` of 0 is their sum.
fn generators(bits: usize) -> (Vec<Point>, Vec<Point>) {
    let all = BulletproofGens::new(bits, 1);
    let pedersen = PedersenGens { B: G, B_blinding: base("Blinding") };
    let a_of = |value: u64| {
        let (mut transcript, mut rng) = (merlin::Transcript::new(b""), SeededRng::new([0; 32]));
        let none = Scalar::ZERO;
        let proof = RangeProof::prove_single_with_rng(&all, &pedersen, &mut transcript, value, &none, bits, &mut rng);
        point(proof.unwrap().0.to_bytes().first_chunk().unwrap())
    };
    let g: Vec<Point> = all.share(0).G(bits).copied().collect();
    let h = g.iter().enumerate().map(|(i, g)| a_of(1 << i) - a_of(0) - g).collect();
    (g, h)
}

fn challenge(transcript: &mut merlin::Transcript, label: &'static str) -> Scalar {
    let mut bytes = [0; 64];
    transcript.challenge_bytes(label.as_bytes(), &mut bytes);
    Scalar::from_bytes_mod_order_wide(&bytes)
}

fn inner(a: &[Scalar], b: &[Scalar]) -> Scalar {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn combine(scalars: &[Scalar], points: &[Point]) -> Point {
    scalars.iter().zip(points).map(|(scalar, point)| scalar * point).sum()
}
