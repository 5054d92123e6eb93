"""Signed requests and the certificates that they are made under (spec 15)."""

from types import SimpleNamespace

from cbor import Body, Bytes, BytesUpTo, Record, Sequence, Text, Uint, Under, points
from clock import TOLERANCE
from directory import is_signing_key, require_signature, schema_digest
from faces import FACE
from hashing import H
from left import FACTORS, concluded
from messages import MESSAGES, decode, is_displayable, is_once, longest, owner, strictly_increasing
from refusal import require
from request import modes_of, names_epoch
from statements import BETWEEN, ESCROWED, LIMITED, ONE_OF, PSEUDONYMOUS

SIGNATURE = Record(signer=Bytes(32), signature=Bytes(64))
LINK, AGE = 0, 2678400
LONGEST = 34560000


def label(most):
    """A text of so many bytes (check 15-1) that is displayable (15-2)."""
    return Under("15-1", Text(most, is_displayable, "15-2"))


PERMISSION = Record(
    schema_digest=Bytes(32),
    attributes=Sequence(Under("15-4", Uint(0, 31)), 0, 32, "15-1"),
    lists=Sequence(Under("15-1", Record(owner=owner(), list_class=Uint(1, 2))), 0, 2, "15-1"),
    statements=Sequence(Under("15-1", Record(kind=Uint(0, 4), subject=Uint(0, 33))), 0, 130, "15-1"),
    pseudonyms=Sequence(label(64), 0, 8, "15-1"),
    limits=Sequence(label(64), 0, 8, "15-1"),
    auditors=Under("15-1", points(most=8)),
)
CONTENT = Record(
    name=label(64),
    key=Bytes(32),
    validity=Record(start=Uint(), until=Uint()),
    purposes=Sequence(label(128), 0, 16, "15-1"),
    permissions=Sequence(PERMISSION, 0, 8, "15-1"),
    window=Sequence(Under("15-6", Uint(0, LONGEST)), 0, 1, "15-1"),
    two=Under("15-1", Uint(0, 1)),
    tickets=Under("15-1", Uint(0, 1)),
    cards=Under("15-1", Uint(0, 1)),
    age=Sequence(Under("15-21", Uint(1, AGE)), 0, 1, "15-1"),
)


def listed(asked):
    return asked.owner.encode(), asked.list_class


def check_statements(statements):
    """Check 15-4: no request has the others."""
    for statement in statements:
        kinds = {32: (ONE_OF,), 33: (BETWEEN,)}.get(statement.subject, range(5))
        require(statement.kind in kinds, "15-4")


def check_certificate_fields(message):
    """Checks 15-1, of the key and the numbers of purposes and permissions, and 15-3 to 15-5."""
    content = message.content
    require(is_signing_key(content.key), "15-1", "key")
    counts = (len(content.purposes), len(content.permissions))
    require(all(counts) or (content.cards == 1 and not any(counts)), "15-1")
    orders = [[purpose.encode() for purpose in content.purposes]]
    orders.append([permission.schema_digest for permission in content.permissions])
    for permission in content.permissions:
        orders.append(permission.attributes)
        orders.append([asked.list_class for asked in permission.lists])
        orders.append([(statement.kind, statement.subject) for statement in permission.statements])
        orders += [[scope.encode() for scope in scopes] for scopes in (permission.pseudonyms, permission.limits)]
        orders.append([key.encode() for key in permission.auditors])
        check_statements(permission.statements)
    require(all(map(strictly_increasing, orders)), "15-3")
    require(0 < content.validity.until - content.validity.start <= LONGEST, "15-5")


MESSAGES["DeskCertificate"] = (55, 18944, Body(content=CONTENT, by_authority=SIGNATURE), check_certificate_fields)
MESSAGES["SignedRequest"] = (
    57,
    29263,
    Body(request=BytesUpTo(10240), certificate=BytesUpTo(longest(55, 18944)), signature=Bytes(64)),
    # What is in the bytes is decoded as well.
    lambda message: (decode("PresentationRequest", message.request), decode("DeskCertificate", message.certificate)),
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
    require(content.validity.start <= now + TOLERANCE and now < content.validity.until, "15-12")


def check_signed_request(message, directory, now):
    """Checks 15-10 to 15-15, by a wallet that has this version of the directory; gives the request."""
    certificate = decode("DeskCertificate", message.certificate)
    check_certificate(certificate, directory, now)
    content = certificate.content
    signed = H("signed-request", 64, certificate_digest(certificate), message.request)
    require_signature(content.key, signed, message.signature, "15-13")
    request = decode("PresentationRequest", message.request)
    require(request.verifier == content.name, "15-14")
    check_covered(request, content, directory)
    return request


def check_covered(request, content, directory):
    """Check 15-15, part by part in the order of spec 15 §4.2."""
    require(request.purpose in content.purposes, "15-15", "purpose")
    require(len(request.credentials) == 1 or content.two == 1, "15-15", "link")
    if not is_once(request):
        length = request.validity.until - request.validity.start
        require(content.window != [] and length <= content.window[0], "15-15", "window")
        require(request.validity.until < content.validity.until, "15-15", "outlives")
    require(content.tickets == 1 or set(modes_of(request)) == {1}, "15-15", "tickets")
    asked = [asked for question in request.credentials for asked in question.lists]
    ages = [asked.epoch for asked in asked if not names_epoch(asked)]
    require(not ages or (content.age != [] and max(ages) <= content.age[0]), "15-15", "age")
    permissions = [permission_for(question, content) for question in request.credentials]
    for place, (question, permission) in enumerate(zip(request.credentials, permissions)):
        require(permission is not None, "15-15", "credential")
        linked = [link.second if place else link.first for link in request.links]
        check_permitted(question, permission, linked)
    check_conclusions(request, permissions, directory)


def permission_for(question, content):
    found = [one for one in content.permissions if one.schema_digest == question.schema_digest]
    return found[0] if found else None


def check_permitted(question, permission, linked):
    """What is asked of one credential, but for conclusions."""
    require(set(question.attributes) <= set(permission.attributes), "15-15", "disclosure")
    asked, lists = ({listed(one) for one in of} for of in (question.lists, permission.lists))
    require(asked == lists, "15-15", "list")
    about = {(statement.kind, statement.subject) for statement in permission.statements}
    require({(LINK, subject) for subject in linked} <= about, "15-15", "statement")
    for statement in question.statements:
        if statement.kind == PSEUDONYMOUS:
            require(statement.scope in permission.pseudonyms, "15-15", "scope")
        elif statement.kind == LIMITED:
            require(statement.scope in permission.limits, "15-15", "scope")
        elif statement.kind == ESCROWED:
            require(statement.key in permission.auditors, "15-15", "auditors")
        else:
            # A face has the number 7 among statements, and 4 among permissions.
            kind = FACE_PERMITTED if statement.kind == FACE else statement.kind
            require((kind, statement.subject) in about, "15-15", "statement")


FACE_PERMITTED = 4


def schema_of(question, directory):
    """What the wallet knows of a credential: its schema, if the directory has it."""
    for schema in directory.schemas:
        if schema_digest(schema) == question.schema_digest:
            names = [attribute.name for attribute in schema.attributes]
            kinds = [attribute.kind for attribute in schema.attributes]
            return SimpleNamespace(schema_name=schema.name, names=names, kinds=kinds)
    return None


def check_conclusions(request, permissions, directory):
    """Statements and links that leave one number of a subject disclose it."""
    schemas = [schema_of(question, directory) for question in request.credentials]
    for place, subject in concluded(request, schemas):
        if subject == FACTORS:
            continue
        require(subject in permissions[place].attributes, "15-15", "conclusion")
