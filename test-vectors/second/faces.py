"""Faces: what a request may ask of one, and the fold that concludes an answer (spec 04 §8, spec 12 §12)."""

from types import SimpleNamespace

from group import ORDER, POINT, WIDE, decode_point, decode_scalar, linear, reduced
from hashing import HP
from left import leaves_one
from refusal import Refusal, require

PSEUDONYMOUS, LIMITED, ESCROWED, FACE = 4, 5, 6, 7
TEXT, TEMPLATE = 4, 6


def integers(data):
    """The entries of a vector."""
    return [byte - 256 if byte > 127 else byte for byte in data]


def digit_count(template):
    return template.d * (2 * template.P - 1)


def asked(request):
    """Each question about a face, with the place of its credential."""
    of = enumerate(request.credentials)
    return [(place, s) for place, question in of for s in question.statements if s.kind == FACE]


def check_face_form(request, modes):
    """Checks 12-60 and 12-66."""
    found = asked(request)
    if found:
        shown = any(question.attributes for question in request.credentials)
        once = list(vars(request.validity)) == ["nonce"]
        fits = [place for place, _ in found] == [1] and request.links and not shown and set(modes) == {1} and once
        require(fits, "12-60")
        kinds = {statement.kind for question in request.credentials for statement in question.statements}
        require(not kinds & {PSEUDONYMOUS, LIMITED, ESCROWED} and not leaves_one(request), "12-66")


def check_beside_face(request, issuers, sets=None):
    """Checks 12-67 and 12-68."""
    if asked(request):
        require(not leaves_one(request, issuers, sets), "12-67")
        first, second = issuers
        link = ("id-number", TEXT)
        of = [((first.names[l.first], first.kinds[l.first]), (second.names[l.second], second.kinds[l.second])) for l in request.links]
        require((link, link) in of, "12-68")


def check_face_fits(question, issuer, bits):
    """Checks 12-61 and 12-62, with the schema."""
    faces = [statement for statement in question.statements if statement.kind == FACE]
    template = issuer.template
    require(len(faces) == (template is not None), "12-61", "a template that is not asked about, or none")
    for face in faces:
        require(face.n == digit_count(template), "12-61")
        require(template.b == 2**bits, "12-61", "base")
        norm = sum(p * p for p in integers(face.probe))
        least = max(template.threshold, template.floor)
        require(len(face.probe) == template.k and least <= norm <= template.B, "12-62")


def packed_probe(template, probe):
    """P_j of spec 04 §8.2."""
    entries, X = integers(probe), 2**template.bits
    rows = [entries[j : j + template.P] for j in range(0, template.k, template.P)]
    return [sum(p * X ** (template.P - 1 - i) for i, p in enumerate(row)) for row in rows]


def product(template, digits, c):
    """y of spec 12 §12.2."""
    X, middle, h = 2**template.bits, template.P - 1, template.b**template.d // 2
    places = range(2 * template.P - 1)
    constant = sum((template.threshold if i == middle else -h) * X**i for i in places)
    weights = [X**i * template.b**l for i in places for l in range(template.d)]
    return (c * constant + sum(w * a for w, a in zip(weights, digits))) % ORDER


def read_fold(data, length):
    """Check 12-63."""
    rounds = (length // 8).bit_length() - 1
    require(len(data) == 2 * POINT * rounds + 256, "12-63", "length")
    points, tail = data[:-256], data[-256:]
    pieces = [points[i : i + POINT] for i in range(0, len(points), POINT)]
    pieces += [tail[i : i + 32] for i in range(0, 256, 32)]
    try:
        points, tail = [decode_point(piece) for piece in pieces[:-8]], [decode_scalar(piece) for piece in pieces[-8:]]
    except Refusal as refusal:
        raise Refusal("12-63", str(refusal)) from None
    return SimpleNamespace(rounds=list(zip(points[::2], points[1::2])), tail=tail)


def replay(transcript, fold):
    """w and all x of spec 04 §8.5."""
    fold.w = reduced(transcript.squeeze("fold-weight", WIDE))
    fold.x = []
    for A, B in fold.rounds:
        transcript.absorb("fold-a", A)
        transcript.absorb("fold-b", B)
        fold.x.append(int.from_bytes(transcript.squeeze("fold-challenge", 16), "little"))


def check_fold(fold, Z, y, P):
    """Check 12-64: Q = ⟨z, F⟩ + ⟨z, P⟩·w·U after all rounds, with F and P folded as they are defined."""
    U, F = HP("base-fold"), [HP("base-template", j) for j in range(len(P))]
    coefficients = [{j: 1} for j in range(len(F))]  # of each folded F over all F_j
    Q = [(1, Z), (y * fold.w, U)]
    for (A, B), x in zip(fold.rounds, fold.x):
        half = len(P) // 2
        P = [(x * low + high) % ORDER for low, high in zip(P[:half], P[half:])]
        folded = []
        for low, high in zip(coefficients[:half], coefficients[half:]):
            folded.append({**{j: x * c % ORDER for j, c in low.items()}, **high})
        coefficients = folded
        Q = [(1, A), *((x * c % ORDER, point) for c, point in Q), (x * x, B)]
    right = [(z * c % ORDER, F[j]) for z, of in zip(fold.tail, coefficients) for j, c in of.items()]
    right.append((sum(z * p for z, p in zip(fold.tail, P)) * fold.w % ORDER, U))
    difference = linear(*Q, *((-c, point) for c, point in right))
    require(difference == linear((0, U)), "12-64")
