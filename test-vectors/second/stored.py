"""What parties store while they wait (spec 04 §10, spec 06 §10): the states of receivers."""

from cbor import Body, BytesUpTo
from messages import MESSAGES, decode, is_once
from refusal import require


def check_awaiting(message):
    """Check 06-65."""
    call = decode("VerificationCall", message.call)
    once = is_once(decode("PresentationRequest", call.request))
    require(once == (call.nonce == b""), "06-65")


MESSAGES["AwaitingVerdict"] = (72, 46036, Body(call=BytesUpTo(46351)), check_awaiting)


def read_awaiting(text):
    """The bytes of the call that a desk has made."""
    return decode("AwaitingVerdict", bytes.fromhex(text)).call
