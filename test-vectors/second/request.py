"""The request, as whoever decodes it reads it, and then who knows the issuers (spec 06 §2)."""

from cbor import Body, Bytes, Choice, Either, Optional, Record, Sequence, Uint, Under, point
from credential import is_of
from faces import check_beside_face, check_face_fits, check_face_form
from messages import MESSAGES, U32_MAX, displayable, is_once, owner, strictly_increasing
from refusal import require
from statements import ONE_OF, Statement, check_digits, check_numbers, check_statement_form, check_statements_fit
from statements import check_without_ranges

MODE = Under("06-2", Uint(1, 5))
LIST_QUESTION = Record(
    owner=Under("06-4", owner()),
    list_class=Under("06-4", Uint(1, 2)),
    epoch=Either(Bytes(32), Uint(1, 2678400, "06-69")),
    mode=MODE,
)
CREDENTIAL_QUESTION = Record(
    issuer_key=point(),
    key_version=Uint(0, U32_MAX),
    schema_digest=Bytes(32),
    mode=MODE,
    attributes=Sequence(Uint(0, 255), 0, 32),
    lists=Sequence(LIST_QUESTION, 0, 2),
    statements=Sequence(Statement(), 0, 16, "12-3"),
)
LINK = Record(first=Uint(0, 255), second=Uint(0, 255))


def check_question_form(question):
    """Checks 06-3 and 06-4, and those of its statements."""
    require(strictly_increasing(question.attributes), "06-3")
    require(strictly_increasing([asked.list_class for asked in question.lists]), "06-4")
    check_statement_form(question)


def check_links_form(request):
    """Checks 06-8 and 06-9."""
    links = [(link.first, link.second) for link in request.links]
    require(not links or len(request.credentials) == 2, "06-8", "one credential")
    require(strictly_increasing(links), "06-8", "order")
    seconds = [second for _, second in links]
    require(len(set(seconds)) == len(seconds), "06-8", "one second attribute twice")
    for question, linked in zip(request.credentials, zip(*links)):
        require(not set(linked) & set(question.attributes), "06-9")


def modes_of(request):
    """The modes of all keys (spec 06 §2), in order."""
    for question in request.credentials:
        yield question.mode
        yield from (asked.mode for asked in question.lists)
        yield from (statement.mode for statement in question.statements if statement.kind == ONE_OF)


def ticket_count(request):
    """How many ticket numbers are used, from 0 on."""
    return max(modes_of(request)) - 1


def check_modes(request):
    """Check 06-2, beyond the single modes."""
    modes = list(modes_of(request))
    numbers = range(2, max(modes) + 1)
    require(all(1 <= modes.count(mode) <= 8 for mode in numbers), "06-2", "numbers of tickets")


def names_epoch(asked):
    """Whether a list query has an epoch digest, and not a greatest age (spec 06 §2)."""
    return isinstance(asked.epoch, bytes)


def epochs_of(request, stated):
    """Check 06-73, of the number of stated epochs: the epoch digest of each list query, credential by credential."""
    left = list(stated or [])
    epochs = []
    for question in request.credentials:
        own = []
        for asked in question.lists:
            require(names_epoch(asked) or left, "06-73", "no epoch is stated")
            own.append(asked.epoch if names_epoch(asked) else left.pop(0))
        epochs.append(own)
    require(not left, "06-73", "an epoch that nothing asks for")
    return epochs


def question_issuer(question):
    return question.issuer_key.encode(), question.key_version, question.schema_digest


def check_request_fields(request):
    """What a request is refused for by whoever decodes it, beyond its single fields (spec 06 §2, "decoding")."""
    for question in request.credentials:
        check_question_form(question)
    issuers = [question_issuer(question) for question in request.credentials]
    require(len(set(issuers)) == len(issuers), "06-7")
    check_modes(request)
    check_links_form(request)
    check_numbers(request)
    check_digits(request)
    check_without_ranges(request)
    check_face_form(request, modes_of(request))
    if not is_once(request):
        require(request.validity.start <= request.validity.until, "06-5", "window")


MESSAGES["PresentationRequest"] = (
    6,
    10240,
    Body(
        verifier=Under("06-1", displayable(64)),
        purpose=Under("06-1", displayable(128)),
        credentials=Sequence(CREDENTIAL_QUESTION, 1, 2, "06-6"),
        links=Sequence(LINK, 0, 32),
        validity=Choice(Record(nonce=Bytes(32)), Record(start=Uint(), until=Uint())),
        digits=Choice(Record(), Record(digest=Bytes(32), bits=Under("12-45", Uint()))),
        demand=Optional(Under("06-60", Uint(1, 7))),
    ),
    check_request_fields,
)


def issuer_of(question, issuers):
    """Check 06-10: the issuer parameters that a question is for."""
    known = [issuer for issuer in issuers if is_of(question, issuer)]
    require(known != [], "06-10")
    return known[0]


def issuers_of(request, issuers, sets=None):
    """The checks of spec 06 §2 that need the schemas; gives the issuer parameters of each question."""
    asked = [issuer_of(question, issuers) for question in request.credentials]
    for question, issuer in zip(request.credentials, asked):
        require(all(i < len(issuer.kinds) for i in question.attributes), "06-11")
        check_statements_fit(question, issuer.kinds)
        check_face_fits(question, issuer, getattr(request.digits, "bits", None))
    for link in request.links:
        first, second = (issuer.kinds for issuer in asked)
        require(link.first < len(first) and link.second < len(second), "06-12", "arity")
        require(first[link.first] == second[link.second], "06-12", "kinds")
    check_beside_face(request, asked, sets)
    return asked
