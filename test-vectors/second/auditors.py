"""Auditors: their keys, what each contributes, who comes out, and the evidence for it (spec 13)."""

from types import SimpleNamespace

from cbor import Body, Bytes, BytesUpTo, Record, Uint, Under, point, points, scalar
from group import IDENTITY, ORDER, linear
from hashing import G, H, u64
from messages import MESSAGES, decode, longest, relation_proof
from presentation import check_answered, presentation_challenge, question_name
from proofs import check_dleq, check_joint
from refusal import Refusal, require
from relation import relation_of
from request import epochs_of, issuers_of
from statements import ESCROWED
from verifier import shard_heads


def check_group_form(group):
    """Check 13-1, the part that is not the range of one field."""
    require(1 <= group.threshold <= len(group.keys), "13-1")


MESSAGES["AuditorGroup"] = (
    33,
    2112,
    Body(threshold=Uint(), key=Under("13-1", point()), keys=Under("13-1", points(most=64))),
    check_group_form,
)
MESSAGES["PartialDecryption"] = (
    35,
    256,
    Body(
        number=Uint(1, 64),
        opening=Bytes(64),
        share=point(),
        proof=Record(commitments=points(2), response=scalar()),
    ),
    None,
)
MESSAGES["AuditorShare"] = (34, 64, Body(auditor=Uint(1, 64), share=scalar(nonzero=True)), None)
MESSAGES["Evidence"] = (38, 49996, Body(call=BytesUpTo(longest(8, 46028)), verdict=BytesUpTo(longest(9, 3936))), None)


def inverse_differences(i, numbers):
    """Π (i − j)^-1 over the numbers j ≠ i."""
    product = 1
    for j in numbers:
        if j != i:
            product = product * (i - j) % ORDER
    return pow(product, -1, ORDER)


def lagrange(i, numbers, x):
    """λ_(I,i)(x) of spec 13 §1."""
    product = inverse_differences(i, numbers)
    for j in numbers:
        if j != i:
            product = product * (x - j) % ORDER
    return product


def check_group(group):
    """Checks 13-2 to 13-4, for a decoded group (13-1)."""
    first = range(1, group.threshold + 1)

    def interpolated(x):
        return linear(*((lagrange(i, first, x), group.keys[i - 1]) for i in first))

    require(interpolated(0) == group.key, "13-2", "PK")
    for m in range(group.threshold + 1, len(group.keys) + 1):
        require(interpolated(m) == group.keys[m - 1], "13-2", f"PK_{m}")
    leading = linear(*((inverse_differences(i, first), group.keys[i - 1]) for i in first))
    require(leading != IDENTITY, "13-3")
    encoded = [key.encode() for key in (group.key, *group.keys)]
    require(group.threshold == 1 or len(set(encoded)) == len(encoded), "13-4")


def group_digest(group):
    """Spec 13 §2.1."""
    return H("auditor-group", 32, group.threshold, group.key, *group.keys)


def evidence_digest(evidence):
    """Spec 13 §5.1."""
    return H("evidence", 64, evidence.call, evidence.verdict)


def check_evidence(evidence, group, known):
    """Spec 13 §5.2, for decoded evidence. `known` is what the auditor has: platform_key, issuers, head_sets, sets and
    digits by digest and the condition. Gives the escrow, with its ciphertext."""
    verdict = checked("13-14", decode, "Verdict", evidence.verdict)
    checked("13-14", check_answered, verdict, evidence.call, known.platform_key)
    call = checked("13-15", decode, "VerificationCall", evidence.call)
    request = checked("13-15", decode, "PresentationRequest", call.request)
    message = checked("13-15", decode, "Presentation", call.presentation)
    check_condition(request, group, known.condition)
    issuers = checked("13-18", issuers_of, request, known.issuers)
    require(len(message.shards) == len(request.credentials), "13-15")
    epochs = checked("13-15", epochs_of, request, message.stated)
    asked = zip(request.credentials, issuers, message.shards, epochs)
    about = [what_is_known(*of, known) for of in asked]
    relation = checked("13-15", relation_of, request, message, about)
    c = checked("13-19", presentation_challenge, call.request, message, relation, about)
    checked("13-19", relation.check, c, False)
    context = verdict.call_digest + u64(verdict.bit) + u64(verdict.instant)
    proof = relation_proof(verdict.relations)
    checked("13-20", check_joint, "verdict", context, relation.claimed(c), *proof)
    return relation.escrow


def checked(check, function, *arguments):
    """What the function gives; its refusals become this check's."""
    try:
        return function(*arguments)
    except Refusal as refusal:
        own = {"06-49": "13-18"}
        raise Refusal(own.get(refusal.check, check), str(refusal)) from None


def check_condition(request, group, condition):
    """Checks 13-16 and 13-17, for a request that has one escrow at most (check 12-5)."""
    statements = [statement for question in request.credentials for statement in question.statements]
    escrows = [statement for statement in statements if statement.kind == ESCROWED]
    require(escrows != [] and escrows[0].key == group.key, "13-16")
    require(escrows[0].condition == condition, "13-17")


def what_is_known(question, issuer, shard, epochs, known):
    """What an auditor has for one credential, without keys (checks 13-15 and 13-18)."""
    head_sets = []
    for asked, epoch in zip(question.lists, epochs):
        name = question_name(asked), epoch
        named = [found for found in known.head_sets if (found.name, found.digest) == name]
        require(named != [], "13-18")
        head_sets.append(named[0])
    heads = checked("13-15", shard_heads, shard, head_sets)
    issuer = SimpleNamespace(**{**vars(issuer), "secret": None})
    sets = {digest: SimpleNamespace(**{**vars(table), "alpha": None}) for digest, table in known.sets.items()}
    digits = {digest: SimpleNamespace(**{**vars(table), "alpha": None}) for digest, table in known.digits.items()}
    alphas = [None] * len(heads)
    return SimpleNamespace(issuer=issuer, heads=heads, alphas=alphas, epochs=epochs, sets=sets, digits=digits)


def check_share(share, group):
    """Check 13-5, for a group that passes §2.2."""
    own = share.auditor <= len(group.keys) and group.keys[share.auditor - 1] == share.share * G
    require(own, "13-5")


def opening_digest(group, E_1, E_2, digest):
    """O of spec 13 §4.1."""
    return H("opening", 64, group_digest(group), E_1, E_2, digest)


def combine(group, E_1, E_2, digest, parts):
    """Spec 13 §4.3, for decoded PartialDecryptions; gives the identity."""
    opening, numbers = opening_digest(group, E_1, E_2, digest), []
    for part in parts:
        require(part.number <= len(group.keys), "13-8")
        require(part.number not in numbers, "13-9")
        numbers.append(part.number)
        require(part.opening == opening, "13-10")
        context, proof = opening + u64(part.number), part.proof
        arguments = group.keys[part.number - 1], E_1, part.share, proof.commitments, proof.response
        checked("13-11", check_dleq, "decryption", context, *arguments)
    require(len(parts) >= group.threshold, "13-12")
    chosen = sorted(parts, key=lambda part: part.number)[-group.threshold :]
    numbers = [part.number for part in chosen]
    identity = linear((1, E_2), *((-lagrange(part.number, numbers, 0), part.share) for part in chosen))
    require(identity != IDENTITY, "13-13")
    return identity
