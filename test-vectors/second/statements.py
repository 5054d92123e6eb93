"""Statements: what a request says, and what each adds to the relation of its presentation (spec 12 §1, §3 to §8)."""

from types import SimpleNamespace

import suite
from cbor import ARRAY, UINT, Bytes, BytesUpTo, Text, Uint, Under, point, write_head
from credential import value_scalar
from faces import FACE, TEMPLATE
from group import IDENTITY
from hashing import G, G_ID, H_B, HP, V_SET
from lists import STATUS
from messages import U32_MAX, VALUE, AttributeValue, displayable, is_displayable, strictly_increasing
from ranges import proven
from refusal import Refusal, require
from ticket import SET

BETWEEN, ONE_OF, DIFFERS, PSEUDONYMOUS, LIMITED, ESCROWED = range(1, 7)
DATE, NUMBER, CODE = 1, 2, 3
MAX = {DATE: 65535, NUMBER: 2**64 - 1, CODE: U32_MAX}  # spec 12 §1.1
FACTORS, SINCE = 32, 33
LONGEST_PERIOD = 366 * 86400


class QuotedValue(AttributeValue):
    """A value that is quoted to the user (check 12-29)."""

    CONTENTS = {**AttributeValue.CONTENTS, 4: Under("12-29", Text(256, is_displayable))}


class Statement:
    """An array that begins with the number of its kind (spec 12 §1.2)."""

    SCOPE = Under("06-1", displayable(64))
    KINDS = {
        BETWEEN: {"subject": Uint(), "low": Uint(), "high": Uint(), "method": Under("12-45", Uint(0, 3))},
        ONE_OF: {"subject": Uint(), "set": Bytes(32), "mode": Under("06-2", Uint(1, 5))},
        DIFFERS: {"subject": Uint(), "value": QuotedValue()},
        PSEUDONYMOUS: {"scope": SCOPE},
        LIMITED: {
            "scope": SCOPE,
            "shows": Uint(0, U32_MAX),
            "start": Uint(),
            "until": Uint(),
            "method": Under("12-45", Uint(0, 1)),
        },
        FACE: {"subject": Uint(), "n": Uint(0, 255), "probe": BytesUpTo(512)},
        ESCROWED: {"key": Under("12-40", point()), "condition": Under("12-40", displayable(128))},
    }

    def read(self, reader):
        try:
            count = reader.head(ARRAY)
            kind = Uint(1, 7).read(reader)
            fields = self.KINDS[kind]
            require(count == 1 + len(fields), "01-5", "another number of items")
            statement = SimpleNamespace(kind=kind, **{name: item.read(reader) for name, item in fields.items()})
        except Refusal as refusal:
            if not refusal.check.startswith("01-"):
                raise
            raise Refusal("12-1", str(refusal), refusal.error_class) from None
        return statement

    def write(self, value):
        items = [item.write(getattr(value, name)) for name, item in self.KINDS[value.kind].items()]
        return write_head(ARRAY, 1 + len(items)) + write_head(UINT, value.kind) + b"".join(items)


# What a request is refused for.


def subject_of(statement):
    return getattr(statement, "subject", None)


def place(statement):
    """The three keys of the order of spec 12 §1.2."""
    value = VALUE.write(statement.value) if statement.kind == DIFFERS else b""
    return statement.kind, subject_of(statement) or 0, value


def has_subject(kind, subject):
    """The subjects of spec 12 §1.2."""
    return subject < 32 or (kind, subject) in ((BETWEEN, SINCE), (ONE_OF, FACTORS))


def check_statement_form(question):
    """Checks 12-2 to 12-4, 12-7, 12-14 and 12-35, of the statements about one credential."""
    for statement in question.statements:
        subject = subject_of(statement)
        require(subject is None or has_subject(statement.kind, subject), "12-2")
        require(subject not in question.attributes, "12-4")
        if statement.kind == BETWEEN:
            require(statement.low <= statement.high, "12-14")
        if statement.kind == LIMITED:
            require(statement.shows > 0, "12-35", "no shows")
            require(0 <= statement.until - statement.start <= LONGEST_PERIOD, "12-35", "period")
    require(strictly_increasing([place(statement) for statement in question.statements]), "12-3", "order")
    counts_persons = any(statement.kind in (PSEUDONYMOUS, LIMITED) for statement in question.statements)
    require(not counts_persons or STATUS in [asked.list_class for asked in question.lists], "12-7")


def check_without_ranges(request):
    """Check 12-69: suite 2 has no range proofs."""
    statements = [statement for question in request.credentials for statement in question.statements]
    intervals = [statement for statement in statements if statement.kind in (BETWEEN, LIMITED)]
    require(suite.NUMBER == 1 or all(map(is_in_digits, intervals)), "12-69")


def check_numbers(request):
    """Check 12-5."""
    kinds = [statement.kind for question in request.credentials for statement in question.statements]
    require(kinds.count(LIMITED) <= 1 and kinds.count(ESCROWED) <= 1, "12-5", "limits and escrows")
    require(kinds.count(LIMITED) + kinds.count(BETWEEN) <= 8, "12-5", "ranges")


def bounds_in_digits(statement, b):
    """How many digits each bound has, and which bounds there are (spec 12 §11.2), as (ε, κ)."""
    low, high = (0, statement.shows - 1) if statement.kind == LIMITED else (statement.low, statement.high)
    D = next(D for D in range(1, 10) if b**D > high - low)
    full = high == b**D - 1
    method = (1 if full else 3) if statement.kind == LIMITED else statement.method
    return D, [(1, -low)] * (method & 1) + [(-1, high)] * (method >> 1)


def is_in_digits(statement):
    return statement.kind in (BETWEEN, LIMITED) and statement.method != 0


def check_digits(request):
    """Check 12-45, beyond the single methods."""
    digits = vars(request.digits)
    asked = [statement for question in request.credentials for statement in question.statements]
    asked = list(filter(is_in_digits, asked))
    faces = [s for question in request.credentials for s in question.statements if s.kind == FACE]
    require(bool(digits) == bool(asked or faces), "12-45", "digits are named and not used, or used and not named")
    if digits:
        require(request.digits.bits in (8, 12), "12-45", "bits")
        bounds = [bounds_in_digits(statement, 2**request.digits.bits) for statement in asked]
        count = sum(D * len(of) for D, of in bounds) + sum(face.n for face in faces)
        require(count <= 32, "12-45", "too many")


def kind_of(subject, kinds):
    """The kind of a subject (spec 12 §1.1), or None where the schema has no such attribute."""
    if subject in (FACTORS, SINCE):
        return CODE if subject == FACTORS else DATE
    return kinds[subject] if subject < len(kinds) else None


def check_statements_fit(question, kinds):
    """Checks 12-6, 12-15 and of a Face 12-61, with the kinds of the schema."""
    for statement in question.statements:
        if subject_of(statement) is None:
            continue
        kind = kind_of(statement.subject, kinds)
        about = {BETWEEN: (DATE, NUMBER, CODE), ONE_OF: (CODE,), FACE: (TEMPLATE,)}
        about[DIFFERS] = (statement.value.kind,) if statement.kind == DIFFERS else ()
        require(kind in about[statement.kind], "12-61" if statement.kind == FACE else "12-6")
        if statement.kind == BETWEEN:
            require(statement.high <= MAX[kind], "12-15", "above the largest number")
            require((statement.low, statement.high) != (0, MAX[kind]), "12-15", "says nothing")
            bounds = (statement.low > 0) + 2 * (statement.high < MAX[kind])
            require(bounds == 0 or statement.method in (0, bounds), "12-46")


# What statements add to the relation (spec 12 §1.2). `about` is the credential: its scalars and what it is asked.


def scalar_of(subject, scalars):
    """m of spec 12 §1.1."""
    return {FACTORS: scalars.f, SINCE: scalars.p}[subject] if subject >= 32 else scalars.m[subject]


def committed(relation, about, subject):
    """V of spec 12 §1.3, which the first statement about the subject takes."""
    if subject not in about.V:
        V, tau = relation.point(), relation.scalar()
        relation.add(f"V of {subject}", [(1, V)], [(scalar_of(subject, about.scalars), G), (tau, H_B)])
        about.V[subject] = V
    return about.V[subject]


def add_digits(relation, statement, subject):
    """Spec 12 §11.2: the response of a_0 is c·κ + ε·subject − Σ b^l·a_l, once there is c."""
    b = relation.base
    D, bounds = bounds_in_digits(statement, b)
    for sign, constant in bounds:
        W_bars = [relation.point() for _ in range(D)]
        digits = [relation.scalar() for _ in range(D - 1)]
        rest = sign * subject - sum(b**place * digit for place, digit in enumerate(digits, 1))
        relation.digits += zip([(constant, rest), *((0, digit) for digit in digits)], W_bars)


def add_between(relation, about, statement):
    """Spec 12 §3."""
    if is_in_digits(statement):
        add_digits(relation, statement, scalar_of(statement.subject, about.scalars))
        return
    V = committed(relation, about, statement.subject)
    most = MAX[kind_of(statement.subject, about.issuer.kinds)]
    relation.ranges += proven(V, statement.low, statement.high, most)


def add_one_of(relation, about, statement):
    """Spec 12 §4.3."""
    require(statement.set in about.sets, "06-49")
    table = about.sets[statement.set]
    relation.tables[about.place].append((statement.mode, table))
    key = (SET, table.digest, 0, table.public)
    W_bar, image = relation.keyed_point(statement.mode, key, table.alpha)
    t = relation.scalar()
    terms = [(t, V_SET), (-scalar_of(statement.subject, about.scalars), W_bar)]
    relation.add(f"set of {statement.subject}", image, terms)


def add_differs(relation, about, statement):
    """Spec 12 §5."""
    V = committed(relation, about, statement.subject)
    a, b = relation.scalar(), relation.scalar()
    base = V - value_scalar(statement.value) * G
    require(base != IDENTITY, "12-30")
    relation.add(f"{statement.subject} differs", [(1, G)], [(a, base), (b, H_B)])


def add_pseudonymous(relation, about, statement):
    """Spec 12 §6."""
    P = relation.point()
    relation.pseudonyms.append(P)
    scope = HP("pseudonym-scope", relation.verifier, statement.scope.encode())
    relation.add("pseudonym", [(1, P)], [(about.scalars.n, scope)])


def add_limited(relation, about, statement):
    """Spec 12 §7."""
    tag, V_i = relation.point(), None if statement.method else relation.point()
    i = relation.scalar()
    limit = (statement.shows, statement.start, statement.until)
    scope = HP("limit-scope", relation.verifier, statement.scope.encode(), *limit)
    relation.add("tag", [(1, scope)], [(about.scalars.n, tag), (i, tag)])
    relation.limit = (scope, tag)
    if is_in_digits(statement):
        add_digits(relation, statement, i)
        return
    tau_i = relation.scalar()
    relation.add("index of the show", [(1, V_i)], [(i, G), (tau_i, H_B)])
    relation.ranges += proven(V_i, 0, statement.shows - 1, None)


def add_escrowed(relation, about, statement):
    """Spec 12 §8."""
    E_1, E_2, u = relation.point(), relation.point(), relation.scalar()
    relation.add("E1", [(1, E_1)], [(u, G)])
    relation.add("E2", [(1, E_2)], [(about.scalars.y_flag, G_ID), (u, statement.key)])
    relation.escrow = (E_1, E_2)


def add_face(relation, about, statement):
    """Spec 12 §12.1."""
    W_bars = [relation.point() for _ in range(statement.n)]
    digits = [relation.scalar() for _ in range(statement.n)]
    relation.digits += zip([(0, digit) for digit in digits], W_bars)
    relation.face = (about.issuer.template, statement.probe, digits)


ADD = {
    FACE: add_face,
    BETWEEN: add_between,
    ONE_OF: add_one_of,
    DIFFERS: add_differs,
    PSEUDONYMOUS: add_pseudonymous,
    LIMITED: add_limited,
    ESCROWED: add_escrowed,
}


def add_statements(relation, about, statements):
    """Everything that the statements about one credential add, in their order."""
    about.V = {}
    for statement in statements:
        ADD[statement.kind](relation, about, statement)
