"""Credential and issuance, as seen by those who receive the messages (spec 04)."""

import hashlib

from group import ORDER, WIDE, encode_scalar, linear, reduced
from hashing import SUITE, u64, G, G_0, G_N, H, H_ATTRIBUTE, H_D, H_F, H_N, H_P, H_S, H_W, HP, HS, Q
from lists import FLAG, STATUS, check_witness_proof
from proofs import check_dleq
from suite import NUMBER
from refusal import Refusal, require
from transcript import Transcript

ISSUANCE, PRESENTATION = 1, 2  # purposes of spec 05 §1


def schema_digest(schema_bytes):
    """Spec 04 §1.2."""
    return H("schema", 32, schema_bytes)


def domain(issuer):
    """δ of spec 04 §1.3."""
    return HS("domain", issuer.public, issuer.version, issuer.schema_digest, len(issuer.kinds))


def value_scalar(value):
    """m of spec 04 §2.1."""
    if value.kind == 4:
        return HS("attribute-text", value.content.encode("utf-8"))
    return HS("attribute-digest", value.content) if value.kind == 5 else value.content


def challenge(purpose, shown, M, T, demand=None):
    """c of spec 05 §2 and §6.1, as a verifier computes it."""
    q = H("shown", 64, purpose, shown) if demand is None else H("shown-unlocked", 64, purpose, demand, shown)
    return HS("challenge", purpose, q, M, T)


def signed_scalar(purpose, shown, M, demand=None):
    """e of spec 05 §7.1."""
    q = H("shown", 64, purpose, shown) if demand is None else H("shown-unlocked", 64, purpose, demand, shown)
    return reduced(hashlib.sha256(SUITE + b"device/" + u64(purpose) + q + M).digest())


def check_signed(pk, e, rho, s):
    """Checks 04-27 and 04-28."""
    require(s <= ORDER // 2, "04-28")
    require(0 not in (e, rho, s), "04-27")
    inverse = pow(s, -1, ORDER)
    R = linear((e * inverse, G), (rho * inverse, pk))
    require(reduced(R.encode()[1:]) == rho, "04-27")  # of the identity, 0 it is not


def is_of(message, issuer):
    """Whether X, key version and schema digest are those of the issuer parameters (checks 04-8 and 06-10)."""
    same = (message.issuer_key, message.key_version) == (issuer.public, issuer.version)
    return same and message.schema_digest == issuer.schema_digest


def check_offer(offer, issuer, remembered):
    """Spec 04 §4.1, for a holder that remembers a shard, or (None) one of a slot whose shard it does not remember.
    Check 04-7 belongs to decoding."""
    require(is_of(offer, issuer), "04-8")
    named = list(vars(offer.shard).values())
    require(remembered is None or named in ([], [remembered]), "04-9")


def request_challenge(offer_bytes, request):
    """c of spec 04 §5."""
    transcript = Transcript("issuance")
    transcript.absorb("offer", offer_bytes)
    transcript.absorb("shard", request.shard)
    for point in request.points:
        transcript.absorb("point", point)
    for commitment in request.commitments[:2]:
        transcript.absorb("commitment", commitment)
    if NUMBER == 2:  # spec 04 §9.1
        c = reduced(transcript.squeeze("challenge", WIDE))
        transcript.absorb("response", encode_scalar(request.responses[0]))
        return c, signed_scalar(ISSUANCE, offer_bytes, transcript.squeeze("message", 64))
    T_3 = request.commitments[2]
    return challenge(ISSUANCE, offer_bytes, transcript.squeeze("message", 64), T_3)


def check_request(request, offer, offer_bytes):
    """Spec 04 §5, by the issuer; check 04-10 belongs to decoding."""
    named = list(vars(offer.shard).values())
    require(request.shard < offer.shard_count and named in ([], [request.shard]), "04-11")
    D, K, N_h = request.points
    T_1, T_2 = request.commitments[:2]
    s_n = request.responses[0]
    c = request_challenge(offer_bytes, request)
    if NUMBER == 2:
        c, e = c
        check_signed(D, e, *request.signature)
    require(K != D, "04-12")
    require(T_1 + c * (K - D) == s_n * H_N, "04-13")
    require(T_2 + c * N_h == s_n * G_N, "04-14")
    if NUMBER == 1:
        require(request.commitments[2] - c * D == -(request.responses[1] * H_D), "04-15")


def fit(values, kinds):
    """Spec 04 §2.1."""
    return [value.kind for value in values] == kinds


def attribute_terms(place, value, issuer):
    """What a value adds to B; of a template T_j·F_j (§8.2)."""
    if value.kind != 6:
        return [(value_scalar(value), H_ATTRIBUTE[place])]
    template, entries = issuer.template, [byte - 256 if byte > 127 else byte for byte in value.content]
    rows = [entries[j : j + template.P] for j in range(0, template.k, template.P)]
    packed = [sum(t << template.bits * i for i, t in enumerate(row)) for row in rows]
    return [(T, HP("base-template", j)) for j, T in enumerate(packed)]


def commitment(response, K, issuer):
    """B of spec 04 §2.3, from the holder's K and the response."""
    _, n_i = response.e_n_i
    system = [(n_i, H_N), (response.y_status, H_S), (response.y_flag, H_W), (response.factors, H_F)]
    system += [(response.since, H_P)]
    attributes = [term for i, value in enumerate(response.values) for term in attribute_terms(i, value, issuer)]
    return G_0 + K + linear((domain(issuer), Q), *system, *attributes)


def check_mac(response, request, offer_bytes, request_bytes, issuer):
    """Check 04-18; gives A, e and B."""
    B = commitment(response, request.points[1], issuer)
    e, _ = response.e_n_i
    context = H("issuance", 64, offer_bytes, request_bytes)
    image = linear((1, B), (-e, response.A))
    try:
        proof = response.proof
        check_dleq("mac", context, issuer.public, response.A, image, proof.commitments, proof.response)
    except Refusal as refusal:
        raise Refusal("04-18", str(refusal)) from None
    return response.A, e, B


def check_listed(witness, y, shard, offer, head_set, list_class):
    """Checks 04-19 to 04-22 for one list; a witness that is withheld (spec 07 §5.3) is an epoch and nothing else."""
    require(head_set.name[1] == list_class, "04-19")
    require(len(head_set.heads) == offer.shard_count, "04-20")
    head = head_set.heads[shard]
    require(head.epoch == witness.epoch, "04-21")
    if len(vars(witness)) > 1:
        try:
            check_witness_proof(witness, y, head)
        except Refusal as refusal:
            raise Refusal("04-22", str(refusal)) from None


def check_response(response, offer, request, offer_bytes, request_bytes, issuer, head_sets):
    """Spec 04 §7, by the holder, with its head sets of the status and the flag list. Gives A, e and B."""
    require(fit(response.values, issuer.kinds), "04-17")
    tag = check_mac(response, request, offer_bytes, request_bytes, issuer)
    status, flag = head_sets
    check_listed(response.status_witness, response.y_status, request.shard, offer, status, STATUS)
    check_listed(response.flag_witness, response.y_flag, request.shard, offer, flag, FLAG)
    return tag
