"""The presentation: message, transcript and challenge; the wallet's look at a request, the desk's at a verdict (spec 06)."""

from cbor import Body, Bytes, BytesUpTo, Optional, Sequence, Uint, points, scalars
from credential import PRESENTATION, challenge, signed_scalar
from faces import read_fold, replay
from group import ORDER, POINT, WIDE, decode_point, encode_scalar, reduced
from suite import NUMBER
from hashing import H
from lists import head_digest
from messages import MESSAGES, VALUE, decode, longest
from proofs import check_signature
from ranges import check_range_proofs
from refusal import Refusal, require
from request import issuers_of, names_epoch, ticket_count
from ticket import TicketRecord, check_ticket, ticket_bytes
from transcript import Transcript



def check_x(message):
    """Check 05-24, which belongs to decoding, as 01-8 does of an x of no point."""
    require(reduced(message.x) != 0, "05-24")
    decode_point(b"\2" + message.x)


MESSAGES["Presentation"] = (
    7,
    35756,
    Body(
        shards=Sequence(Uint(0, 1023), 0, 2),
        values=Sequence(VALUE, 0, 64),
        points=points(most=111),
        commitments=points(most=73),
        responses=scalars(most=215),
        arguments=Sequence(BytesUpTo(POINT * 24 + 32 * 5), 0, 4),
        tickets=Sequence(TicketRecord(), 0, 4),
        **({"x": Bytes(32)} if NUMBER == 2 else {}),
        stated=Optional(Sequence(Bytes(32), 1, 4)),
    ),
    check_x if NUMBER == 2 else None,
)
MESSAGES["VerificationCall"] = (
    8,
    46028,
    Body(request=BytesUpTo(10240), presentation=BytesUpTo(longest(7, 35756)), nonce=Bytes(0, 16)),
    None,
)


def question_name(question):
    return question.owner, question.list_class


def check_wallet(request, issuers, head_sets):
    """Checks 06-13 and 06-14 of a wallet that has these head sets, those of its credentials' lists."""
    issuers_of(request, issuers)  # 06-13
    for asked in (asked for question in request.credentials for asked in question.lists):
        named = [heads.digest for heads in head_sets if heads.name == question_name(asked)]
        require(asked.epoch in named if names_epoch(asked) else named, "06-14")


def absorb_credential(transcript, relation, about, shard):
    """One credential in the transcript of spec 06 §5."""
    question = about.question
    transcript.absorb("credential", about.place)
    transcript.absorb("issuer-key", about.issuer.public)
    transcript.absorb("issuer-key-version", about.issuer.version)
    transcript.absorb("schema", about.issuer.schema_digest)
    transcript.absorb("arity", len(about.issuer.kinds))
    transcript.absorb("issuer-mode", question.mode)
    transcript.absorb("shard", shard)
    for place, (asked, head) in enumerate(zip(question.lists, about.heads)):
        transcript.absorb("list-mode", asked.mode)
        transcript.absorb("list-key", head.key)
        transcript.absorb("head", head_digest(head))
        if not names_epoch(asked):
            transcript.absorb("epoch", about.epochs[place])
    for mode, table in relation.tables[about.place]:
        transcript.absorb("set-mode", mode)
        transcript.absorb("set-key", table.public)
        transcript.absorb("set", table.digest)
    for i, value in zip(question.attributes, about.values):
        transcript.absorb("attribute", i)
        transcript.absorb("value", VALUE.write(value))


def check_tickets(request, message, relation):
    """Check 06-54."""
    require(len(message.tickets) == ticket_count(request), "06-54", "number of tickets")
    for number, ticket in enumerate(message.tickets):
        try:
            check_ticket(ticket, relation.covered[number])
        except Refusal as refusal:
            raise Refusal("06-54", str(refusal)) from None


def presentation_challenge(request_bytes, message, relation, known):
    """c of spec 06 §5; tickets and range proofs are checked on the way (checks 06-54 and 06-53)."""
    transcript = Transcript("presentation")
    transcript.absorb("request", request_bytes)
    for about, shard in zip(known, message.shards):
        absorb_credential(transcript, relation, about, shard)
    if relation.table is not None:
        transcript.absorb("digits-mode", 1)
        transcript.absorb("digits-key", relation.table.public)
        transcript.absorb("digits", relation.table.digest)
    for point in message.points:
        transcript.absorb("point", point)
    weights = [int.from_bytes(transcript.squeeze("digit-weight", 16), "little") for _ in relation.digits]
    check_tickets(relation.request, message, relation)
    for ticket in message.tickets:
        transcript.absorb("ticket", ticket_bytes(ticket))
    range_proofs = message.arguments
    if relation.face:
        require(range_proofs != [], "12-63", "none")
        *range_proofs, fold = range_proofs
        template = relation.face[0]
        relation.fold = read_fold(fold, template.k // template.P)
    check_range_proofs(transcript, relation.ranges, range_proofs)
    if NUMBER == 2:
        M = transcript.squeeze("message", 64)
        e = signed_scalar(PRESENTATION, request_bytes, M, relation.request.demand)
        require(e != 0, "05-25")
        rho = reduced(message.x)
        relation.complete(decode_point(b"\2" + message.x), -e * pow(rho, -1, ORDER))
        transcript.absorb("device", message.x)
        relation.identity = M
    for k, commitment in enumerate(message.commitments):
        if NUMBER == 2 or k != 1:
            transcript.absorb("equation", k)
            transcript.absorb("commitment", commitment)
    if NUMBER == 2:
        c = reduced(transcript.squeeze("challenge", WIDE))
    else:
        M = transcript.squeeze("message", 64)
        c = challenge(PRESENTATION, request_bytes, M, message.commitments[1], relation.request.demand)
        relation.identity = encode_scalar(c)
    if relation.digits:
        relation.merge(weights, c)
    if relation.face:
        transcript.absorb("opening", message.commitments[1])
        transcript.absorb("challenge", encode_scalar(c))
        for response in message.responses:
            transcript.absorb("response", encode_scalar(response))
        replay(transcript, relation.fold)
    return c


def check_answered(verdict, call_bytes, platform_key):
    """Checks 06-32 to 06-34 of a decoded verdict."""
    signed = H("verdict", 64, verdict.call_digest, verdict.bit, verdict.instant, verdict.relations, verdict.key)
    require(verdict.key == platform_key, "06-32", "another key")
    try:
        check_signature(platform_key, signed, verdict.signature)
    except Refusal as refusal:
        raise Refusal("06-32", str(refusal)) from None
    require(verdict.call_digest == H("call", 32, call_bytes), "06-33")
    require(verdict.bit == 1, "06-34")


def check_verdict(verdict, call_bytes, platform_key):
    """Checks 06-32 to 06-35 of a desk, for a decoded verdict (06-31). Gives the presentation."""
    check_answered(verdict, call_bytes, platform_key)
    try:
        return decode("Presentation", decode("VerificationCall", call_bytes).presentation)
    except Refusal as refusal:
        raise Refusal("06-35", str(refusal)) from None
