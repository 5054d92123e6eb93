"""A software device: its count, its nonces and its answers (spec 05 §2, §5, §6 and §7)."""

import hashlib

from credential import challenge
from group import ORDER, WIDE, decode_point, encode_scalar, linear, reduced
from hashing import H, H_D, HS, SUITE, G, u64
from prf import F, expanded
from refusal import Refusal, require
from suite import NUMBER


def start_of_count(d, own, hardware):
    """Where a device that was opened anew counts on from: spec 05 §5."""
    drawn = expanded("device-sessions", own + (hardware or b""), WIDE, encode_scalar(d))
    return int.from_bytes(drawn[:8], "big")


def check_demand(demand, passed):
    """Check 05-11."""
    require(demand is None or demand & (passed or 0), "05-11")
    return passed if demand is not None else None


def shown_digest(purpose, demand, shown):
    """q of spec 05 §2 and §6.1."""
    return H("shown", 64, purpose, shown) if demand is None else H("shown-unlocked", 64, purpose, demand, shown)


def respond(d, count, fresh, asked):
    """A session of suite 1: T_1, T_2, s and T."""
    nonces = [F("nonce-device", fresh, encode_scalar(d), count, which) for which in (1, 2)]
    T_1, T_2 = (rho * H_D for rho in nonces)
    try:
        rest = decode_point(asked.T_rest)
    except Refusal as refusal:
        raise Refusal("05-3", str(refusal)) from None
    q = shown_digest(asked.purpose, asked.demand, asked.shown)
    beta = HS("device", asked.purpose, d * H_D, T_1, T_2, q, asked.M, asked.T_rest)
    T = rest - linear((1, T_1), (beta, T_2))
    c = challenge(asked.purpose, asked.shown, asked.M, T, asked.demand)
    s = (nonces[0] + beta * nonces[1] + c * d) % ORDER
    return {"T_1": T_1.encode().hex(), "T_2": T_2.encode().hex(), "s": encode_scalar(s).hex(), "T": T.encode().hex()}


def sign(d, count, fresh, asked):
    """What a software device of suite 2 signs: spec 05 §7.1."""
    message = SUITE + b"device/" + u64(asked.purpose) + shown_digest(asked.purpose, asked.demand, asked.shown) + asked.M
    e = reduced(hashlib.sha256(message).digest())
    k = F("nonce-device", fresh, encode_scalar(d), count, message)
    rho = reduced((k * G).encode()[1:])
    s = pow(k, -1, ORDER) * (e + rho * d) % ORDER
    return {"signature": (encode_scalar(rho) + encode_scalar(s)).hex()}


def answer(d, count, fresh, asked):
    """The answer to a question, and the check that its user passed."""
    check = check_demand(asked.demand, asked.passed)
    return {**(respond if NUMBER == 1 else sign)(d, count, fresh, asked), "check": check}
