"""A platform's verdicts, byte for byte: the joint proof of the relations that it checked under its keys (spec 01 §8.1, spec 06
§6.1), with nonces derived from what is proven (spec 01 §7.4), and the signature."""

from types import SimpleNamespace

from group import ORDER, WIDE, encode_scalar, reduced
from hashing import G, H, u64
from messages import RELATION_BYTES, decode, encode
from prf import F
from refusal import Refusal
from request import modes_of
from signing import public_key, sign
from statements import ESCROWED
from transcript import Transcript


def prove_joint(kind, context, own_key, pairs):
    """Commitments and responses for each pair (k_j, B_j)."""
    triples = [point for k, B in pairs for point in (k * G, B, k * B)]
    of = enumerate(encode_scalar(k) for k, _ in pairs)
    nonces = [F("nonce-joint", own_key + k, kind.encode(), context, place, *triples) for place, k in of]
    commitments = [point for rho, (_, B) in zip(nonces, pairs) for point in (rho * G, rho * B)]
    transcript = Transcript(kind)
    transcript.absorb("context", context)
    for place, point in enumerate(triples):
        transcript.absorb(("public", "base", "image")[place % 3], point)
    for commitment in commitments:
        transcript.absorb("commitment", commitment)
    c = reduced(transcript.squeeze("challenge", WIDE))
    return commitments, [(rho + c * k) % ORDER for rho, (k, _) in zip(nonces, pairs)]


def vouched_for(request):
    """How many relations a verdict shows (spec 06 §6.1)."""
    statements = [statement for question in request.credentials for statement in question.statements]
    if not any(statement.kind == ESCROWED for statement in statements):
        return 0
    return list(modes_of(request)).count(1) + bool(vars(request.digits))


def relations_of(call):
    """The same of a call, none where it does not decode."""
    try:
        return vouched_for(decode("PresentationRequest", decode("VerificationCall", call).request))
    except Refusal:
        return 0


def verdict(platform, secret, call, now):
    """A Verdict of a platform whose register has nothing of this call."""
    digest, count = H("call", 32, call), relations_of(call)
    try:
        relation, bit = platform.verify(call, now), 1
    except Refusal:
        relation, bit = None, 0
    shown = bytes(RELATION_BYTES * count)
    if bit and count:
        pairs = [equation.image for equation in relation.equations if isinstance(equation.image, tuple)]
        commitments, responses = prove_joint("verdict", digest + u64(bit) + u64(now), secret, pairs)
        shown = b"".join([*(point.encode() for point in commitments), *map(encode_scalar, responses)])
    key = public_key(secret)
    signature = sign(secret, H("verdict", 64, digest, bit, now, shown, key))
    message = SimpleNamespace(call_digest=digest, bit=bit, instant=now, signature=signature, relations=shown, key=key)
    return encode("Verdict", message)
