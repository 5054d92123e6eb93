"""Keys as they are stored and given to others (spec 10 §1.1, 12 §4.2 and §11.1, 15 §3), and what their holder makes of
them for everybody; seals of a store (spec 10 §4.3 and §5.5); snapshots (spec 07 §12)."""

import hashlib
from types import SimpleNamespace

from cbor import Body, Bytes, BytesUpTo, Record, Sequence, Uint, Under, scalar
from directory import schema_digest
from group import ORDER, decode_point, linear
from hashing import G, V_SET
from messages import MESSAGES, U32_MAX, decode, owner, strictly_increasing
from refusal import require
from ristretto255 import EDWARDS_BASE, edwards_encode
from sets import set_digest

LIST_NAME = Record(owner=owner(), list_class=Uint(1, 2))


def ed25519_public(secret):
    """RFC 8032 §5.1.5."""
    digest = bytearray(hashlib.sha512(secret).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    return edwards_encode(int.from_bytes(digest, "little") * EDWARDS_BASE)


def secret_key(number):
    return (number, 39, Body(secret=Bytes(32)), None)


def check_codes(message):
    """Check 12-20 of a CodeSetKey, and 12-22."""
    require(strictly_increasing(message.codes), "12-20")
    require(all((message.alpha + code) % ORDER != 0 for code in message.codes), "12-22")


def check_digit_key(message):
    require(message.bits in (8, 12), "12-47")
    require(all((message.alpha + digit) % ORDER != 0 for digit in range(2**message.bits)), "12-22")


PARTS = {"issuers": "SharedIssuerKey", "lists": "SharedListKeys", "sets": "CodeSetKey", "digits": "DigitSetKey"}


def check_platform_keys(message):
    """What is in it is decoded as well."""
    message.read = {"verdict": decode("VerdictKey", message.verdict)}
    for field, kind in PARTS.items():
        message.read[field] = [decode(kind, data) for data in getattr(message, field)]


MESSAGES.update(
    {
        "DeskKey": secret_key(56),
        "VerdictKey": secret_key(58),
        "SymbolKey": secret_key(62),
        "HandleKey": secret_key(63),
        "RecordKey": secret_key(64),
        "AuthorityKey": secret_key(65),
        "SharedIssuerKey": (59, 80, Body(version=Uint(0, U32_MAX), schema=Bytes(32), x=scalar(nonzero=True)), None),
        "SharedListKeys": (
            60,
            34896,
            Body(name=LIST_NAME, alphas=Sequence(scalar(nonzero=True), 1, 1024)),
            None,
        ),
        "CodeSetKey": (
            37,
            1323,
            Body(alpha=scalar(nonzero=True), codes=Sequence(Uint(0, U32_MAX), 1, 256, "12-20")),
            check_codes,
        ),
        "DigitSetKey": (49, 41, Body(alpha=scalar(nonzero=True), bits=Under("12-47", Uint())), check_digit_key),
        "PlatformKeys": (
            61,
            649047,
            Body(
                verdict=BytesUpTo(39),
                issuers=Sequence(BytesUpTo(80), 0, 64),
                lists=Sequence(BytesUpTo(34896), 0, 16),
                sets=Sequence(BytesUpTo(1323), 0, 64),
                digits=Sequence(BytesUpTo(41), 0, 8),
            ),
            check_platform_keys,
        ),
        "IssuerKeys": (
            23,
            7168,
            Body(
                version=Uint(0, U32_MAX),
                schema=BytesUpTo(7040),
                x=scalar(nonzero=True),
                derivation=Bytes(32),
                pseudonym=Bytes(32),
            ),
            lambda message: decode("Schema", message.schema),
        ),
        "ListOwnerKeys": (
            22,
            35072,
            Body(
                name=LIST_NAME,
                alphas=Sequence(scalar(nonzero=True), 1, 1024),
                signing=Bytes(32),
                nonces=Bytes(32),
                step=Uint(1),
            ),
            None,
        ),
    }
)


# What stands beside a key in the state of a receiver. That it fits is a matter of the file: whoever loads keys refuses
# by 06-36, which has vectors of its own.


def issuer_key(entry):
    """An issuer's key, with its parameters (spec 04 §1.1)."""
    shared = decode("SharedIssuerKey", bytes.fromhex(entry["shared"]))
    public = decode_point(bytes.fromhex(entry["public"]))
    schema = decode("Schema", bytes.fromhex(entry["schema"]))
    same = (shared.version, shared.schema) == (entry["version"], schema_digest(schema))
    assert same and shared.x * G == public, "a key of other parameters"
    return SimpleNamespace(
        public=public, secret=shared.x, version=shared.version, schema_digest=shared.schema, schema=schema
    )


def list_keys(entry):
    """A list's keys (spec 07 §1) with every α."""
    shared = decode("SharedListKeys", bytes.fromhex(entry["shared"]))
    publics = [decode_point(bytes.fromhex(key)) for key in entry["accumulators"]]
    name = entry["owner"], entry["class"]
    assert (shared.name.owner, shared.name.list_class) == name, "the keys of another list"
    assert [alpha * G for alpha in shared.alphas] == publics, "keys of other parameters"
    owner_key = bytes.fromhex(entry["owner_key"])
    return SimpleNamespace(name=name, owner_key=owner_key, publics=publics, alphas=shared.alphas)


def code_set_key(data):
    """The set of a key, made from it (spec 12 §4.1)."""
    key = decode("CodeSetKey", data)
    table = SimpleNamespace(public=key.alpha * G, codes=key.codes)
    table.witnesses = [linear((pow(key.alpha + code, -1, ORDER), V_SET)) for code in key.codes]
    return SimpleNamespace(public=table.public, secret=key.alpha, digest=set_digest(table))
