"""Tables as whoever has their key publishes them (spec 12 §4.2 and §11.1): the same key gives the same bytes."""

from types import SimpleNamespace

from group import ORDER, encode_scalar, linear
from hashing import G, V_SET
from messages import decode, encode
from prf import F
from sets import challenge_of, set_digest, weights_of

CODES, DIGITS = 37, 49  # types of the keys


def published(key_bytes):
    """The CodeSet of a CodeSetKey, the DigitSet of a DigitSetKey."""
    kind = {CODES: "CodeSet", DIGITS: "DigitSet"}[key_bytes[2]]
    key = decode(kind + "Key", key_bytes)
    table = SimpleNamespace(public=key.alpha * G)
    if kind == "DigitSet":
        table.bits, table.codes = key.bits, range(2**key.bits)
    else:
        table.codes = key.codes
    table.witnesses = [linear((pow(key.alpha + code, -1, ORDER), V_SET)) for code in table.codes]
    digest = set_digest(table)
    role = {"CodeSet": "nonce-set", "DigitSet": "nonce-digits"}[kind]
    rho = F(role, encode_scalar(key.alpha), digest, table.public)
    commitments = [rho * G, linear((rho, linear(*zip(weights_of(table, digest), table.witnesses))))]
    c = challenge_of(table, digest, commitments)
    table.proof = SimpleNamespace(commitments=commitments, response=(rho + c * key.alpha) % ORDER)
    return encode(kind, table)
