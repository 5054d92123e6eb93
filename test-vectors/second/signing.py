"""Ed25519 by RFC 8032 §5.1.5 and §5.1.6, and DLEQ proofs by whoever has the key (spec 01 §8): deterministic, and for public secrets only."""

import hashlib

from group import ORDER, WIDE, encode_scalar, reduced
from hashing import G
from prf import F
from ristretto255 import EDWARDS_BASE, edwards_encode
from ristretto255 import ORDER as EDWARDS_ORDER
from transcript import Transcript


def secret_scalar(secret):
    expanded = hashlib.sha512(secret).digest()
    low = bytearray(expanded[:32])
    low[0] &= 248
    low[31] = low[31] & 127 | 64
    return int.from_bytes(low, "little") % EDWARDS_ORDER, expanded[32:]


def public_key(secret):
    return edwards_encode(secret_scalar(secret)[0] * EDWARDS_BASE)


def sign(secret, digest):
    a, prefix = secret_scalar(secret)
    A = edwards_encode(a * EDWARDS_BASE)
    r = int.from_bytes(hashlib.sha512(prefix + digest).digest(), "little") % EDWARDS_ORDER
    R = edwards_encode(r * EDWARDS_BASE)
    k = int.from_bytes(hashlib.sha512(R + A + digest).digest(), "little")
    return R + ((r + k * a) % EDWARDS_ORDER).to_bytes(32, "little")


def prove_dleq(kind, context, own_key, k, B):
    """T_1, T_2 and s of spec 01 §8, with the nonce of §7.4; gives Y as well."""
    X, Y = k * G, k * B
    rho = F("nonce-dleq", own_key + encode_scalar(k), kind.encode(), context, X, B, Y)
    commitments = [rho * G, rho * B]
    transcript = Transcript(kind)
    transcript.absorb("context", context)
    for label, point in (("public", X), ("base", B), ("image", Y)):
        transcript.absorb(label, point)
    for commitment in commitments:
        transcript.absorb("commitment", commitment)
    c = reduced(transcript.squeeze("challenge", WIDE))
    return commitments, (rho + c * k) % ORDER
