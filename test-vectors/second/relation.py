"""The relation of a presentation: its points, scalars and equations, in order (spec 06 §4)."""

from types import SimpleNamespace

from credential import domain, value_scalar
from faces import TEMPLATE, check_fold, packed_probe, product
from explain import tell
from group import IDENTITY, ORDER, linear
from hashing import G_0, H_ATTRIBUTE, H_D, H_F, H_N, H_P, H_S, H_W, HP, Q, V_SET
from lists import STATUS, id_bytes, name_of
from refusal import Refusal, require
from statements import add_statements
from ticket import ISSUER, LIST


class Relation:
    """What a presentation says for what a request asks, built as points and responses are taken from it in order."""

    def __init__(self, request, message):
        self.request, self.message = request, message
        self.verifier = request.verifier.encode()
        self.points, self.responses = iter(message.points), iter(message.responses)
        self.equations, self.ranges, self.pseudonyms = [], [], []
        self.tables = [[] for _ in request.credentials]  # of the sets that each credential is asked about, with modes
        self.keyed = []  # the public key of each keyed equation, in order
        self.covered = {number: [] for number in range(4)}  # by tickets: (role, id, version, X) and (P, P')
        self.limit = self.escrow = None  # of which there is one at most: (S_L, tag) and (E1, E2)
        self.base = 2**request.digits.bits if vars(request.digits) else None
        self.table = None  # of the digits
        self.face = self.fold = None  # (template, probe, responses of its digits); the fold (spec 12 §12)
        self.identity = None  # what registers know the answer by, beside its request
        self.device = None  # the response for d, or in suite 2 for w
        self.digits = []  # of each the response as (κ, rest), to be κ·c + rest, and W̄ (spec 12 §11)

    def point(self):
        return self.take(self.points)

    def keyed_point(self, mode, key, secret):
        """The next point, which is under a key, and the image of its equation (§4.7)."""
        point = self.point()
        if mode == 1:
            self.keyed.append(key[3])
            return point, (secret, point)
        image = self.point()
        self.covered[mode - 2].append((key, (point, image)))
        return point, [(1, image)]

    def complete(self, R, of_generator):
        """Equation 1 of suite 2 (spec 06 §4.3): −w·R for −d·H_d, and −(e/ρ)·g in the image."""
        equation = next(equation for equation in self.equations if equation.name == "disclosure 0")
        equation.terms[-1] = (-self.device, R)
        equation.image.append((of_generator, H_D))

    def scalar(self):
        """The response for the next scalar."""
        return self.take(self.responses)

    @staticmethod
    def take(items):
        item = next(items, None)
        require(item is not None, "06-52")
        return item

    def add(self, name, image, terms):
        """An equation. The image is a list of pairs (coefficient, point) or, of a keyed one, a pair (key, point)."""
        self.equations.append(SimpleNamespace(name=name, image=image, terms=terms))

    def add_merged(self, table):
        """The equation of spec 12 §11.3, as far as it is known before the weights."""
        self.table, self.C = table, self.point()
        self.keyed.append(table.public)
        self.t = self.scalar()
        self.add("digits", None, None)

    def merge(self, weights, c):
        """The rest of it. C, the public part of the image, stands on the side of the responses."""
        terms = [(-c, self.C), (self.t, V_SET)]
        for g, (weight, ((constant, rest), W_bar)) in enumerate(zip(weights, self.digits)):
            a = constant * c + rest
            terms += [(a, HP("base-digit", g)), (-weight * a, W_bar)]
        base = linear(*((weight, W_bar) for weight, (_, W_bar) in zip(weights, self.digits)))
        self.equations[-1].image, self.equations[-1].terms = (self.table.alpha, base), terms

    def finish(self):
        """Check 06-52: nothing is left."""
        require(next(self.points, None) is None and next(self.responses, None) is None, "06-52")
        require(len(self.message.commitments) == len(self.equations), "06-52")

    def check(self, c, with_keys=True):
        """Check 06-55, or 13-19 by who has no keys: T + c·image = Σ response·point, for each equation."""
        failed = []
        for T, equation in zip(self.message.commitments, self.equations):
            keyed = isinstance(equation.image, tuple)
            if keyed and not with_keys:
                continue
            image = [equation.image] if keyed else equation.image
            left = [(1, T), *((c * coefficient, point) for coefficient, point in image)]
            if self.face and equation.name == "disclosure 1":
                template, probe, digits = self.face
                Z = linear(*equation.terms, *negated(left))
                try:
                    check_fold(self.fold, Z, product(template, digits, c), packed_probe(template, probe))
                except Refusal:
                    failed.append("fold")
                continue
            holds = linear(*left, *negated(equation.terms)) == IDENTITY
            tell(f"equation {equation.name} {'holds' if holds else 'fails'}", [T.encode()])
            if not holds:
                failed.append(equation.name)
        others = [name for name in failed if name != "fold"]
        require(others == [], "06-55", ", ".join(failed))
        require("fold" not in failed, "12-64")

    def claimed(self, c):
        """What it claims of keys (spec 06 §7.2): X, the point, and the product with the key, for each keyed equation."""
        keyed = [pair for pair in zip(self.message.commitments, self.equations) if isinstance(pair[1].image, tuple)]
        inverse = pow(c, -1, ORDER)
        triples = []
        for X, (T, equation) in zip(self.keyed, keyed):
            image = linear(*((inverse * s, point) for s, point in equation.terms), (-inverse, T))
            triples.append((X, equation.image[1], image))
        return triples


def read_credential(relation, about, first, linked):
    """Points and scalars of a credential (spec 06 §4); a second one has the d, and in `linked` scalars, of the first; of a
    template its handles, too (§4.6)."""
    issuer = about.issuer
    key = (ISSUER, issuer.schema_digest, issuer.version, issuer.public)
    about.A_bar, about.B_bar = relation.keyed_point(about.question.mode, key, issuer.secret)
    about.D_prime = relation.point()
    s = about.scalars = SimpleNamespace()
    s.e, s.r1, s.r3, s.n = (relation.scalar() for _ in range(4))
    s.d = first.d if first else relation.scalar()
    beside = first if first and TEMPLATE in issuer.kinds else None
    s.y_status = beside.y_status if beside else relation.scalar()
    s.y_flag = beside.y_flag if beside else relation.scalar()
    s.f, s.p = relation.scalar(), relation.scalar()
    kinds = enumerate(about.issuer.kinds)
    about.hidden = [i for i, kind in kinds if i not in about.question.attributes and kind != TEMPLATE]
    s.m = {i: linked[i] if i in linked else relation.scalar() for i in about.hidden}


def disclosed(about):
    """The left side of equation 1 without G_0 (spec 06 §4.2)."""
    values = [(value_scalar(value), H_ATTRIBUTE[i]) for i, value in zip(about.question.attributes, about.values)]
    return [(domain(about.issuer), Q), *values]


def opened(about):
    """The right side of equation 1 without d (spec 06 §4.2)."""
    s = about.scalars
    system = [(-s.n, H_N), (-s.y_status, H_S), (-s.y_flag, H_W), (-s.f, H_F), (-s.p, H_P)]
    return [(s.r3, about.D_prime), *system, *((-s.m[i], H_ATTRIBUTE[i]) for i in about.hidden)]


def negated(terms):
    return [(-coefficient, point) for coefficient, point in terms]


def add_issued(relation, about):
    """Spec 06 §4.1."""
    s = about.scalars
    terms = [(s.r1, about.D_prime), (-s.e, about.A_bar)]
    relation.add(f"issued {about.place}", about.B_bar, terms)


def add_disclosure(relation, about, first):
    """Spec 06 §4.2 for the first credential, and §4.6. Terms that §4.6 leaves out cancel here."""
    if first is None:
        terms = [*opened(about), (-about.scalars.d, H_D)]
        relation.add("disclosure 0", [(1, G_0), *disclosed(about)], terms)
        relation.device = about.scalars.d
    else:
        image = disclosed(about) + negated(disclosed(first))
        relation.add("disclosure 1", image, opened(about) + negated(opened(first)))


def add_lists(relation, about):
    """Spec 06 §4.4."""
    for question, head, alpha in zip(about.question.lists, about.heads, about.alphas):
        key = (LIST, id_bytes(name_of(head), head.shard), head.epoch, head.key)
        W_bar, image = relation.keyed_point(question.mode, key, alpha)
        t = relation.scalar()
        y = about.scalars.y_status if question.list_class == STATUS else about.scalars.y_flag
        terms = [(t, head.value), (-y, W_bar)]
        relation.add(f"list {question.list_class} of {about.place}", image, terms)


def split_values(request, message, issuers):
    """Check 06-51: the disclosed values of each credential."""
    asked = [[issuer.kinds[i] for i in question.attributes] for question, issuer in zip(request.credentials, issuers)]
    require([value.kind for value in message.values] == sum(asked, []), "06-51")
    first = len(asked[0])
    return [message.values[:first], message.values[first:]]


def relation_of(request, message, known):
    """The relation of spec 06 §4 and spec 12, with check 06-52. `known` has for each credential: issuer, and for its lists
    heads and alphas, and sets and digits by digest. Keys are None where they are not known."""
    relation, first = Relation(request, message), None
    values = split_values(request, message, [about.issuer for about in known])
    for place, (about, question) in enumerate(zip(known, request.credentials)):
        about.place, about.question, about.values = place, question, values[place]
        linked = {link.second: first.scalars.m[link.first] for link in request.links} if first else {}
        read_credential(relation, about, first and first.scalars, linked)
        add_issued(relation, about)
        add_disclosure(relation, about, first)
        add_lists(relation, about)
        add_statements(relation, about, question.statements)
        first = first or about
    if relation.digits:
        digits = known[0].digits.get(request.digits.digest)
        require(digits is not None and 2**request.digits.bits == len(digits.witnesses), "06-49")
        relation.add_merged(digits)
    relation.finish()
    return relation
