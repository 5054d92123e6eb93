"""Signed requests and the certificates that they are made under (spec 15): enough for requests that disclose and ask for lists. Of what goes
beyond a certificate (check 15-15), statements, links, pseudonyms, limits and escrows are refused without a look at what is permitted."""

from cbor import Body, Bytes, BytesUpTo, Record, Sequence, Uint, Under, points
from directory import require_signature
from hashing import H
from messages import MESSAGES, decode, displayable, is_once, owner, strictly_increasing
from refusal import require
from request import modes_of

SIGNATURE = Record(signer=Bytes(32), signature=Bytes(64))
PERMISSION = Record(
    schema_digest=Bytes(32),
    attributes=Sequence(Uint(0, 31), 0, 32),
    lists=Sequence(Record(owner=owner(), list_class=Uint(1, 2)), 0, 2),
    statements=Sequence(Record(kind=Uint(0, 4), subject=Uint(0, 33)), 0, 130),
    pseudonyms=Sequence(displayable(64), 0, 8),
    limits=Sequence(displayable(64), 0, 8),
    auditors=points(most=8),
)
CONTENT = Record(
    name=displayable(64),
    key=Bytes(32),
    validity=Record(start=Uint(), until=Uint()),
    purposes=Sequence(displayable(128), 0, 16),
    permissions=Sequence(PERMISSION, 0, 8),
    window=Sequence(Uint(), 0, 1),
    two=Uint(0, 1),
    tickets=Uint(0, 1),
    cards=Uint(0, 1),
    age=Sequence(Under("15-21", Uint(1, 2678400)), 0, 1),
)


def listed(asked):
    return asked.owner.encode(), asked.list_class


def check_certificate_fields(message):
    """Checks 15-1, of the numbers of purposes and permissions, 15-3 and 15-5."""
    content = message.content
    counts = (len(content.purposes), len(content.permissions))
    require(all(counts) or (content.cards == 1 and not any(counts)), "15-1")
    require(strictly_increasing([purpose.encode() for purpose in content.purposes]), "15-3")
    require(strictly_increasing([permission.schema_digest for permission in content.permissions]), "15-3")
    for permission in content.permissions:
        require(strictly_increasing(permission.attributes), "15-3")
        require(strictly_increasing([listed(one) for one in permission.lists]), "15-3")
    require(0 < content.validity.until - content.validity.start <= 34560000, "15-5")


MESSAGES["DeskCertificate"] = (55, 18944, Body(content=CONTENT, by_authority=SIGNATURE), check_certificate_fields)
MESSAGES["SignedRequest"] = (
    57, 29263, Body(request=BytesUpTo(10240), certificate=BytesUpTo(18944), signature=Bytes(64)), None
)


def certificate_digest(certificate):
    """Spec 15 §2."""
    return H("desk-certificate", 64, CONTENT.write(certificate.content))


def check_certificate(certificate, directory, now):
    """Checks 15-10 to 15-12."""
    content, signed = certificate.content, certificate.by_authority
    require(signed.signer == directory.authority, "15-10")
    require_signature(signed.signer, certificate_digest(certificate), signed.signature, "15-11")
    # From has come (spec 02 §2.2); an end has no tolerance.
    require(content.validity.start <= now + 120 and now < content.validity.until, "15-12")


def check_signed_request(message, directory, now):
    """Checks 15-10 to 15-15, by a wallet that has this version of the directory; gives the request."""
    certificate = decode("DeskCertificate", message.certificate)
    check_certificate(certificate, directory, now)
    content = certificate.content
    signed = H("signed-request", 64, certificate_digest(certificate), message.request)
    require_signature(content.key, signed, message.signature, "15-13")
    request = decode("PresentationRequest", message.request)
    require(request.verifier == content.name, "15-14")
    check_covered(request, content)
    return request


def check_covered(request, content):
    """Check 15-15."""
    require(request.purpose in content.purposes, "15-15", "purpose")
    require(len(request.credentials) == 1 and request.links == [], "15-15", "link")
    if not is_once(request):
        length = request.validity.until - request.validity.start
        require(content.window != [] and length <= content.window[0], "15-15", "window")
        require(request.validity.until < content.validity.until, "15-15", "outlives")
    require(content.tickets == 1 or set(modes_of(request)) == {1}, "15-15", "tickets")
    for question in request.credentials:
        permitted = [one for one in content.permissions if one.schema_digest == question.schema_digest]
        require(permitted != [], "15-15", "credential")
        require(set(question.attributes) <= set(permitted[0].attributes), "15-15", "disclosure")
        lists = {listed(one) for one in permitted[0].lists}
        require({listed(asked) for asked in question.lists} <= lists, "15-15", "list")
        require(question.statements == [], "15-15", "statement, scope, auditors")
