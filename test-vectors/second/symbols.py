"""Symbols and handles (spec 03), and what passes between the registries (spec 10 §3)."""

from cbor import Body, Uint, scalar
from group import UNIFORM, one_way_map
from hashing import H, HASH, expand_message_xmd, framed
from key_messages import LIST_NAME
from messages import MESSAGES, GivenWitness
from prf import F
from proofs import OPRF_CONTEXT, oprf_frame
from suite import NUMBER

MESSAGES.update(
    {
        "Handle": (66, 39, Body(handle=scalar(nonzero=True)), None),
        "FlagRegistration": (67, 43, Body(handle=scalar(nonzero=True), shard=Uint(0, 1023)), None),
        "Joining": (68, 74, Body(document=scalar(nonzero=True), person=scalar(nonzero=True)), None),
        "JoinAnswer": (
            45,
            192,
            Body(name=LIST_NAME, second=scalar(nonzero=True), first=scalar(nonzero=True)),
            None,
        ),
        "FlagAnswer": (
            31,
            384,
            Body(name=LIST_NAME, shard=Uint(0, 1023), handle=scalar(nonzero=True), witness=GivenWitness()),
            None,
        ),
    }
)


def input_of(kind, parts, distinguisher):
    """The input of spec 03 §3: the number, its last part, in upper case, and a distinguisher behind it."""
    *before, number = parts
    encoded = [kind.encode(), *(part.encode() for part in before), number.upper().encode()]
    if distinguisher is not None:
        encoded.append(distinguisher.to_bytes(2, "big"))
    return framed(encoded)


def point_of(data):
    """T: HashToGroup(input) of spec 03 §2.1."""
    return one_way_map(expand_message_xmd(data, b"HashToGroup-" + OPRF_CONTEXT, UNIFORM))


def output_of(data, evaluated):
    """The last hash of RFC 9497, of k·T."""
    return HASH(oprf_frame(data, evaluated.encode()) + b"Finalize").digest()


def symbol_of(data, evaluated):
    """F of spec 03 §2.1 and §2.4."""
    output = output_of(data, evaluated)
    return H("oprf-output", 64, output) if NUMBER == 2 else output


def handle_of(role, key, parts):
    """F' of spec 03 §5.1: the first that is not zero."""
    attempt = 0
    while F(role, key, *parts, attempt) == 0:
        attempt += 1
    return F(role, key, *parts, attempt)
