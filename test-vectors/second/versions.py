"""A cosigner of the directory (spec 09 §3.3)."""

from types import SimpleNamespace

from clock import TOLERANCE
from directory import check_authority, check_kept, check_place, cosigner_statement
from messages import decode
from refusal import require
from signing import public_key, sign
import stored  # noqa: F401, CosignerState


def cosign(state, known, data, now):
    """The signature of the version after one that counts, by a CosignerState, which remembers it."""
    message = decode("SignedDirectory", data)
    content = message.content
    require(public_key(state.key) in known.cosigners.keys, "09-24")
    check_place(known, content)
    check_authority(known, message)
    check_kept(known, content)
    newest = vars(state.version)
    signed = newest == {"number": content.version, "digest": content.digest}
    if newest:
        check_newest(state.version, known, content)
    if not signed:
        check_clock(known, content, now)
    state.version = SimpleNamespace(number=content.version, digest=content.digest)
    return sign(state.key, cosigner_statement(content.version, content.digest))


def check_newest(newest, known, content):
    """Checks 09-22 and 09-23."""
    require(newest.number != content.version or newest.digest == content.digest, "09-22")
    require(newest.number <= content.version, "09-23", "an earlier version")
    require(newest.number != known.version or newest.digest == known.digest, "09-23", "after another version")


def check_clock(known, content, now):
    """Check 09-26."""
    require(content.time <= now + TOLERANCE, "09-26", "its time has not come")
    until = {issuer.X.encode(): issuer.until for issuer in content.issuers}
    for old in known.issuers:
        require(old.until > now or until[old.X.encode()] == old.until, "09-26", "the end of a key that has ended")
