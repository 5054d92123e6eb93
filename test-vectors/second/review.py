"""A wallet's review of a request (spec 06 §3, spec 11 §3.4 and §9), and what it says of it."""

from types import SimpleNamespace

from certificates import check_signed_request
from credential import is_of, value_scalar
from faces import asked as faces_asked
from hashing import H
from left import BETWEEN, DIFFERS, ONE_OF
from lists import check_cosigned_head_set
from messages import decode, encode
from presentation import question_name
from refusal import require
from request import is_once, issuers_of, names_epoch
from statements import ESCROWED, LIMITED
from wallet_state import PRESENT
from words import CHINESE, ENGLISH, Words

DAY, TOLERANCE, CHINA, FACES_A_DAY = 86400, 120, 28800, 3
SIGNED = 57


def issuer_of(credential):
    """The issuer parameters of a credential."""
    attributes = credential.schema.attributes
    return SimpleNamespace(
        public=credential.X,
        version=credential.key_version,
        schema_digest=credential.schema.digest,
        kinds=[attribute.kind for attribute in attributes],
        names=[attribute.name for attribute in attributes],
        labels=[(attribute.english, attribute.chinese) for attribute in attributes],
        schema_name=credential.schema.name,
        template=next((attribute.template for attribute in attributes if attribute.template), None),
    )


def seen_heads(message, directory):
    """Heads, by the wallet's directory."""
    name = message.heads[0].owner, message.heads[0].list_class
    (keys,) = [keys for keys in directory.lists if (keys.owner, keys.list_class) == name]
    keys = SimpleNamespace(name=name, owner_key=keys.owner_key, publics=keys.publics)
    return check_cosigned_head_set(message, keys, directory.cosigners)


def read_request(data, directory, now):
    """The request, and whether a certificate is for it; else checks 06-23, 06-24 and 06-71."""
    if data[2] == SIGNED:
        return check_signed_request(decode("SignedRequest", data), directory, now), True
    request = decode("PresentationRequest", data)
    for question in request.credentials:
        require(len(question.lists) in (0, 2), "06-23")
        require(all(names_epoch(asked) or asked.epoch <= DAY for asked in question.lists), "06-71")
    require(is_once(request) or request.validity.until - request.validity.start <= DAY, "06-24")
    return request, False


def check_lists(question, content, heads, decoy):
    """Checks 06-14 to 06-17; where the holder stands is no matter for a decoy (06-25)."""
    chosen = []
    for asked in question.lists:
        own = content.status if asked.list_class == 1 else content.flag
        named = [one for one in heads if one.name == question_name(asked)]
        named = [one for one in named if not names_epoch(asked) or one.digest == asked.epoch]
        require(named, "06-14")
        chosen.append((asked, own, named[-1].heads[content.shard], content.former.status if asked.list_class == 1 else content.former.flag))
    for asked, own, _, _ in chosen:
        require((own.head.owner, own.head.list_class) == question_name(asked), "06-15")
    for _, own, head, former in [] if decoy else chosen:
        require(own.standing.kind == PRESENT, "06-16")  # and while there is none (11-62)
        fits = [one for one in [own, *former] if vars(one.head).items() <= vars(head).items()]
        require(fits, "06-17")


def subject_value(content, subject):
    """The number of a subject of this credential."""
    return content.factors if subject == 32 else content.since if subject == 33 else content.values[subject].content


def check_statements(question, content, sets, auditors, now, decoy):
    """Checks 12-16, 12-23, 12-31, 12-38 and 12-42; a decoy's values are others where they have to be (06-25)."""
    for statement in question.statements:
        if statement.kind == BETWEEN:
            require(decoy or statement.low <= subject_value(content, statement.subject) <= statement.high, "12-16")
        elif statement.kind == ONE_OF:
            require(statement.set in sets, "12-23", "no table")
            require(decoy or subject_value(content, statement.subject) in sets[statement.set].codes, "12-23")
        elif statement.kind == DIFFERS:
            require(decoy or value_scalar(statement.value) != value_scalar(content.values[statement.subject]), "12-31")
        elif statement.kind == LIMITED:
            require(statement.start <= now + TOLERANCE and now <= statement.until, "12-38")
        elif statement.kind == ESCROWED:
            require(any(one.group.key == statement.key for one in auditors), "12-42")


def chosen(state, question):
    """The one credential that a question is for (spec 11 §3.4)."""
    found = [(held.credential.content, issuer_of(held.credential)) for held in state.held]
    found = [(content, issuer) for content, issuer in found if is_of(question, issuer)]
    require(found, "06-19")
    return found[0]


def check_issuer_key(question, directory, now):
    """Check 11-41: a key that the directory names, and that counts (spec 09 §1.1)."""
    known = lambda key: SimpleNamespace(public=key.X, version=key.key_version, schema_digest=key.schema)
    named = [key for key in directory.issuers if is_of(question, known(key))]
    require(named != [], "11-41", "not named")
    require(named[0].start <= now + TOLERANCE, "11-41", "not yet")
    require(now < named[0].until, "11-41", "no more")


def check_digits(request, tables):
    """Check 12-50; tables are by their digests, and of what the directory names (12-49)."""
    for digest, bits in [vars(request.digits).values()] if vars(request.digits) else []:
        require(digest in tables and tables[digest].bits == bits, "12-50")


def check_both(request, contents):
    """Checks 06-20 and 12-65."""
    if len(contents) < 2:
        return
    first, second = contents
    if faces_asked(request):
        handles = lambda content: (content.status.y, content.flag.y)
        require(handles(first) == handles(second), "12-65")
    for link in request.links:
        require(value_scalar(first.values[link.first]) == value_scalar(second.values[link.second]), "06-20")


def faces_before(state, request, data, now):
    """How many faces were compared on the day before this one (spec 11 §9), of a request about one; check 11-55."""
    if not faces_asked(request):
        return None
    day = (now + CHINA) // DAY + 25567
    counts = {uses.counter: uses.count for uses in state.uses}
    of_request = counts.get(H("face-request", 32, day, data))
    before = of_request - 1 if of_request else counts.get(H("face-counter", 32, day), 0)
    require(before < FACES_A_DAY, "11-55")
    return before


def review(state, data, heads, tables, now, decoy):
    """Both languages' sentences, for an answer or for a decoy; heads are verified, tables of sets and digits, too."""
    directory = state.directory[0].content
    request, certified = read_request(data, directory, now)
    held = [chosen(state, question) for question in request.credentials]
    contents, issuers = zip(*held)
    for question in request.credentials:
        check_issuer_key(question, directory, now)
    sets, digits = tables
    issuers_of(request, issuers, sets)
    check_digits(request, digits)
    require(not (decoy and any(question.attributes for question in request.credentials)), "06-26")
    if not is_once(request):
        require(request.validity.start <= now + TOLERANCE and now <= request.validity.until, "06-22")
    for question, content in zip(request.credentials, contents):
        check_statements(question, content, sets, directory.auditors, now, decoy)
        check_lists(question, content, heads, decoy)
    if not decoy:
        check_both(request, contents)
    faces = faces_before(state, request, encode("PresentationRequest", request), now)
    known = SimpleNamespace(sets=sets, auditors=directory.auditors, faces=faces)
    groups = directory.shards if any(question.lists for question in request.credentials) else 0
    of = lambda language: Words(language, request, issuers, known, groups, certified).sentences()
    return {"english": of(ENGLISH), "chinese": of(CHINESE)}
