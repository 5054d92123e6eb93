"""Equality of logarithms and signatures (spec 01 §8 and §9), and the proof of a symbol response (spec 03 §4.2)."""

import hashlib

import ristretto255
from explain import tell
from group import IDENTITY, WIDE, linear, reduced
from hashing import HASH, G, expand_message_xmd
from refusal import require
from ristretto255 import EDWARDS_BASE, edwards_decode, edwards_encode
from suite import NUMBER
from transcript import Transcript

OPRF_CONTEXT = b"OPRFV1-\x01-" + (b"P256-SHA256" if NUMBER == 2 else b"ristretto255-SHA512")  # spec 03 §2.1, §2.4


taken = None  # signatures, where somebody asks for them: (key, digest, signature)


def check_dleq(kind, context, X, B, Y, commitments, response):
    """Spec 01 §8: X = k·G and Y = k·B for one k, which is §8.1 with one triple."""
    check_joint(kind, context, [(X, B, Y)], commitments, [response])


def check_joint(kind, context, triples, commitments, responses):
    """Spec 01 §8.1: X_j = k_j·G and Y_j = k_j·B_j for every triple X_j, B_j, Y_j (checks 01-16 and 01-18 to 01-20)."""
    require(len(responses) == len(triples), "01-16")  # of commitments there are two for each, as they are read
    transcript = Transcript(kind)
    transcript.absorb("context", context)
    for X, B, Y in triples:
        require(IDENTITY not in (X, B, Y), "01-18")
        transcript.absorb("public", X)
        transcript.absorb("base", B)
        transcript.absorb("image", Y)
    for commitment in commitments:
        transcript.absorb("commitment", commitment)
    c = reduced(transcript.squeeze("challenge", WIDE))
    for (X, B, Y), T, U, s in zip(triples, commitments[::2], commitments[1::2], responses):
        require(T + c * X == s * G, "01-19")
        require(U + c * Y == s * B, "01-20")


def is_small_order(point):
    """Whether eight times the point is the neutral element of the curve."""
    return edwards_encode(8 * point) == edwards_encode(ristretto255.IDENTITY)


def check_signature(key, digest, signature):
    """Spec 01 §9 (checks 01-21 to 01-24). The hash is taken modulo ℓ."""
    A = edwards_decode(key)
    require(A is not None and not is_small_order(A), "01-21")
    S = int.from_bytes(signature[32:], "little")
    require(S < ristretto255.ORDER, "01-22")
    R = edwards_decode(signature[:32])
    require(R is not None and not is_small_order(R), "01-23")
    h = ristretto255.reduced(hashlib.sha512(signature[:32] + key + digest).digest())
    require(edwards_encode(S * EDWARDS_BASE - h * A) == signature[:32], "01-24")
    if taken is not None:
        taken.add((key, digest, signature))


def oprf_scalar(message, tag=b"HashToScalar-"):
    """HashToScalar of RFC 9497 §4.1."""
    output = expand_message_xmd(message, tag + OPRF_CONTEXT, WIDE)
    tell(tag.decode().rstrip("-"), [message], output)
    return reduced(output)


def oprf_frame(*values):
    """I2OSP(len(v), 2) || v for each value, as RFC 9497 has it in its hashes."""
    return b"".join(len(value).to_bytes(2, "big") + value for value in values)


def derive_symbol_key(seed, info):
    """DeriveKeyPair of RFC 9497 §3.2.1, for spec 03 §2.2."""
    for counter in range(256):
        k = oprf_scalar(seed + oprf_frame(info) + bytes([counter]), b"DeriveKeyPair")
        if k != 0:
            return k
    raise ValueError("no key")


def check_symbol_response(public, blinded, response):
    """VerifyProof of RFC 9497 §2.2.2 for one pair (checks 03-1 and 03-2)."""
    K, B, Z = public.encode(), blinded.encode(), response.evaluated.encode()
    seed = HASH(oprf_frame(K, b"Seed-" + OPRF_CONTEXT)).digest()
    d = oprf_scalar(oprf_frame(seed) + bytes(2) + oprf_frame(B, Z) + b"Composite")
    M, N = linear((d, blinded)), linear((d, response.evaluated))
    c, s = response.proof
    require(c != 0 and s != 0, "03-1")
    t_2, t_3 = linear((s, G), (c, public)), linear((s, M), (c, N))
    expected = oprf_scalar(oprf_frame(K, *(p.encode() for p in (M, N, t_2, t_3))) + b"Challenge")
    require(c == expected, "03-2")
