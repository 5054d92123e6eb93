"""Range proofs: which numbers they are about, and their verification (spec 12 §2)."""

import hashlib
from functools import lru_cache

from group import IDENTITY, ORDER, decode_point, decode_scalar, linear, one_way_map, reduced
from hashing import G, H_B
from refusal import Refusal, require

LENGTHS = (16, 32, 64)


def proven(V, low, high, most):
    """Spec 12 §2.2: what goes into a range proof for low ≤ v ≤ high, as (n, commitment), lower before upper. `most` is the
    max that the issuer vouches for, or None."""
    n = next(n for n in LENGTHS if high - low < 2**n)
    lower = most is None or low > 0
    upper = high != 2**n - 1 if most is None else high < most
    return [(n, V - low * G)] * lower + [(n, high * G - V)] * upper


@lru_cache(maxsize=None)
def generators(letter, n, party):
    """G_i or H_i of spec 12 §2.1 for one j."""
    stream = hashlib.shake_256(b"GeneratorsChain" + letter + party.to_bytes(4, "little")).digest(64 * n)
    return [one_way_map(stream[64 * g : 64 * g + 64]) for g in range(n)]


def all_generators(letter, n, m):
    return [point for party in range(m) for point in generators(letter, n, party)]


def read_proof(proof, k):
    """The points and scalars of a proof (checks 12-10 and 12-11)."""
    items = [proof[i : i + 32] for i in range(0, len(proof), 32)]
    scalars = {4, 5, 6, 7 + 2 * k, 8 + 2 * k}
    found = []
    for place, item in enumerate(items):
        try:
            found.append(decode_scalar(item) if place in scalars else decode_point(item))
        except Refusal as refusal:
            raise Refusal("12-11" if place in scalars else "12-10", str(refusal)) from None
    return found


def le64(number):
    return number.to_bytes(8, "little")


def check_range_proof(transcript, n, V, proof):
    """Checks 12-9 to 12-13 for one proof about the commitments V, which are padded."""
    m = len(V)
    N = n * m
    k = N.bit_length() - 1
    require(len(proof) == 32 * (9 + 2 * k), "12-9")
    A, S, T_1, T_2, t, t_blinding, e, *rounds, a, b = read_proof(proof, k)

    def absorb(label, *values):
        for value in values:
            transcript.absorb(label, value if not isinstance(value, int) else value.to_bytes(32, "little"))

    def squeeze(label):
        return reduced(transcript.squeeze(label, 64))

    absorb("dom-sep", b"rangeproof v1")
    absorb("n", le64(n))
    absorb("m", le64(m))
    absorb("V", *V)
    absorb("A", A)
    absorb("S", S)
    y, z = squeeze("y"), squeeze("z")
    absorb("T_1", T_1)
    absorb("T_2", T_2)
    x = squeeze("x")
    absorb("t_x", t)
    absorb("t_x_blinding", t_blinding)
    absorb("e_blinding", e)
    w = squeeze("w")
    absorb("dom-sep", b"ipp v1")
    absorb("n", le64(N))
    u, L, R = [], rounds[0::2], rounds[1::2]
    for L_r, R_r in zip(L, R):
        absorb("L", L_r)
        absorb("R", R_r)
        u.append(squeeze("u"))

    delta = (z - z * z) * sum(pow(y, i, ORDER) for i in range(N)) - z**3 * (2**n - 1) * sum(
        pow(z, j, ORDER) for j in range(m)
    )
    values = [(pow(z, j + 2, ORDER), V_j) for j, V_j in enumerate(V)]
    right = linear((delta, G), (x, T_1), (x * x, T_2), *values)
    require(linear((t, G), (t_blinding, H_B)) == right, "12-12")

    inverse = [pow(u_r, -1, ORDER) for u_r in u]
    sigma = []
    for i in range(N):
        product = 1
        for r in range(1, k + 1):
            product = product * (u if i >> (k - r) & 1 else inverse)[r - 1] % ORDER
        sigma.append(product)
    y_inverse = pow(y, -1, ORDER)
    terms = [(1, A), (x, S), (-e, H_B), (w * (t - a * b), G)]
    terms += [(u_r * u_r, L_r) for u_r, L_r in zip(u, L)] + [(v * v, R_r) for v, R_r in zip(inverse, R)]
    terms += [(-z - a * sigma[i], point) for i, point in enumerate(all_generators(b"G", n, m))]
    for i, point in enumerate(all_generators(b"H", n, m)):
        power = pow(z, 2 + i // n, ORDER) * 2 ** (i % n) - b * sigma[N - 1 - i]
        terms.append((z + pow(y_inverse, i, ORDER) * power, point))
    require(linear(*terms) == IDENTITY, "12-13")


def check_range_proofs(transcript, ranges, proofs):
    """Spec 12 §2.3: one proof for each length, over what `proven` gave in the order of the statements."""
    lengths = sorted({n for n, _ in ranges})
    require(len(proofs) == len(lengths), "12-8")
    for n, proof in zip(lengths, proofs):
        V = [commitment for length, commitment in ranges if length == n]
        while len(V) & (len(V) - 1):
            V.append(IDENTITY)
        check_range_proof(transcript, n, V, proof)
        transcript.absorb("range-proof", proof)
