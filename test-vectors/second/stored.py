"""What parties store while they wait (spec 04 §10, spec 06 §10), what cosigners store, and owners of lists whose signing
keys are elsewhere (spec 07 §9); and what they read of these and of their keys."""

import wallet_state  # so that a RequestState decodes
from cbor import Body, Bytes, BytesUpTo, Choice, Record, Sequence, Uint, scalar
from hashing import G
from key_messages import LIST_NAME
from messages import MESSAGES, decode, is_once, longest, owner, strictly_increasing
from proofs import is_small_order
from refusal import Refusal, require
from ristretto255 import edwards_decode


def check_pending(message):
    """Check 06-65."""
    require(is_once(decode("PresentationRequest", message.request)), "06-65")


def check_standing(message):
    """Check 06-65."""
    require(not is_once(decode("PresentationRequest", message.request)), "06-65")


def request_of(call):
    """The request of a call, which has to decode (check 06-65)."""
    try:
        return decode("PresentationRequest", call.request)
    except Refusal as refusal:
        raise Refusal("06-65", str(refusal)) from None


def check_awaiting(message):
    """Check 06-65."""
    call = decode("VerificationCall", message.call)
    require(is_once(request_of(call)) == (call.nonce == b""), "06-65")


def check_answer(message):
    """Check 06-65, of an answer for a window."""
    check_awaiting(message)
    require(decode("VerificationCall", message.call).nonce != b"", "06-65")


class SigningKey(Bytes):
    """An Ed25519 key that passes 01-21."""

    def __init__(self):
        super().__init__(32)

    def read(self, reader):
        key = super().read(reader)
        decoded = edwards_decode(key)
        require(decoded is not None and not is_small_order(decoded), "01-21")
        return key


def check_cosigner(state):
    """The lists that were signed stand in order."""
    places = [(signed.owner.encode(), signed.list_class) for signed in state.signed]
    require(strictly_increasing(places), "01-7", "order")


def cosigner_body(key):
    """Spec 07 §9, with the key that it signs with, or the public half of it."""
    signed = Record(owner=owner(), list_class=Uint(1, 2), epoch=Uint(), digest=Bytes(32))
    version = Choice(Record(), Record(number=Uint(), digest=Bytes(32)))
    return Body(key=key, signed=Sequence(signed, 0, 256), version=version)


CALL = BytesUpTo(longest(8, 46028))
MESSAGES.update(
    {
        "PendingRequest": (70, 10248, Body(request=BytesUpTo(10240)), check_pending),
        "StandingRequest": (71, 10248, Body(request=BytesUpTo(10240)), check_standing),
        "AwaitingVerdict": (72, 46036, Body(call=CALL), check_awaiting),
        "StandingAnswer": (76, 46036, Body(call=CALL), check_answer),
        "ListOwnerElsewhere": (
            90,
            35072,
            Body(
                name=LIST_NAME,
                alphas=Sequence(scalar(nonzero=True), 1, 1024),
                key=SigningKey(),
                nonces=Bytes(32),
                step=Uint(1),
            ),
            None,
        ),
        "CosignerState": (32, 32896, cosigner_body(Bytes(32)), check_cosigner),
        "CosignerElsewhere": (91, 32896, cosigner_body(SigningKey()), check_cosigner),
    }
)


def message(kind, text):
    """The fields of a message in a state."""
    return decode(kind, bytes.fromhex(text))


def read_awaiting(text):
    """The bytes of the call that a desk has made."""
    return message("AwaitingVerdict", text).call


def read_set(entry, kind):
    """A set of the platform: its secret, and its digest as the state says it; the table is not needed."""
    key = message(kind, entry["secret"])
    key.digest, key.public = bytes.fromhex(entry["digest"]), key.alpha * G
    if kind == "DigitSetKey":
        key.witnesses = key.codes = range(2**key.bits)
    return key
