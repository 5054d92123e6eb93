"""A presentation in the making: the points and secrets of its holder, credential by credential and statement by statement,
in the order of spec 06 §4, with blinds in the order in which they are drawn (test-vectors/README.md, "Randomness")."""

from credential import domain, value_scalar
from faces import TEMPLATE
from fold_proving import digits_of, packed_template
from group import ORDER, linear
from hashing import G, G_0, G_ID, H_ATTRIBUTE, H_B, H_F, H_N, H_P, H_S, H_W, HP, Q, V_SET
from lists import STATUS
from ranges import LENGTHS
from statements import BETWEEN, DIFFERS, ESCROWED, FACE, FACTORS, LIMITED, MAX, ONE_OF, PSEUDONYMOUS, SINCE, bounds_in_digits


def commitment_of(content, issuer, n):
    """B of spec 04 §2.3; a template stands there with its packed entries (§8.2)."""
    system = [(n, H_N), (content.status.y, H_S), (content.flag.y, H_W), (content.factors, H_F), (content.since, H_P)]
    values = [(value_scalar(value), H_ATTRIBUTE[i]) for i, value in enumerate(content.values) if value.kind != TEMPLATE]
    for value in content.values:
        if value.kind == TEMPLATE:
            values += [(T, HP("base-template", j)) for j, T in enumerate(packed_template(issuer.template, value.content))]
    return G_0 + content.D + linear((domain(issuer), Q), *system, *values)


def number_of(content, subject):
    """The number that a subject is (spec 12 §1.1)."""
    system = {FACTORS: content.factors, SINCE: content.since}
    return system[subject] if subject in system else content.values[subject].content


class Draft:
    """What `about` says of each credential: its content, issuer and question, tables and verifier of its request; `uses`
    is the holder's count under the limit of the request, `table` that of its digits, and `tickets` has for each number the
    blinds and pairs that were fixed when it was ordered."""

    def __init__(self, table, uses, tickets, drawn):
        self.table, self.uses, self.drawn = table, uses, drawn
        self.tickets = [list(zip(blinds, pairs)) for blinds, pairs in tickets]
        self.points, self.secrets, self.equations = [], [], 0
        self.unsent = []  # T_j of a template (spec 12 §12.1)
        self.committed, self.openings, self.digits = {}, [], []  # τ of each subject; range proofs; (digit, blind)
        self.face = None  # template, probe, and the place of its first digit among the secrets

    def credential(self, about, linked):
        """Of a second credential without d, the attributes that are linked and, beside a card, the handles (§4.6)."""
        self.about, self.content, self.issuer, question = about, about.content, about.issuer, about.question
        content, (e, n) = self.content, self.content.e_n
        r1r2, r2 = self.blinded(question.mode, content.A), self.drawn.scalar()
        r3 = pow(r2, -1, ORDER)
        self.points.append(r2 * commitment_of(content, self.issuer, n))
        self.secrets += [e, r1r2 * r3 % ORDER, r3, n]
        self.secrets += [0] if about.place == 0 else []
        if about.place == 0 or TEMPLATE not in self.issuer.kinds:
            self.secrets += [content.status.y, content.flag.y]
        self.secrets += [content.factors, content.since]
        for i, value in enumerate(content.values):
            if value.kind == TEMPLATE:
                self.unsent += packed_template(self.issuer.template, value.content)
            elif i not in question.attributes and i not in linked:
                self.secrets.append(value_scalar(value))
        self.equations += 2
        for asked in question.lists:
            self.member(asked.mode, (content.status if asked.list_class == STATUS else content.flag).standing.W)
        for statement in question.statements:
            self.STATE[statement.kind](self, statement)

    def blinded(self, mode, point):
        """The next point under a fresh blind; with a ticket, under the one that it was ordered with, and its image."""
        if mode == 1:
            blind = self.drawn.scalar()
            self.points.append(blind * point)
        else:
            blind, pair = self.tickets[mode - 2].pop(0)
            self.points += pair
        return blind

    def member(self, mode, witness):
        """W̄ = t·W of a list (spec 06 §4.4) or a set (spec 12 §4.3); t is the next secret."""
        self.secrets.append(self.blinded(mode, witness))
        self.equations += 1

    def opened(self, m):
        """V = m·G + τ·H_b, whose τ is the next secret."""
        tau = self.drawn.scalar()
        self.points.append(linear((m, G), (tau, H_B)))
        self.secrets.append(tau)
        self.equations += 1
        return tau

    def commit(self, subject):
        """τ of V (spec 12 §1.3), which the first statement about the subject of this credential sends."""
        target = self.about.place, subject
        if target not in self.committed:
            m = number_of(self.content, subject) if subject in (FACTORS, SINCE) else value_scalar(self.content.values[subject])
            self.committed[target] = self.opened(m)
        return self.committed[target]

    def pseudonymous(self, statement):
        """Spec 12 §6."""
        self.points.append(self.content.e_n[1] * HP("pseudonym-scope", self.about.verifier, statement.scope.encode()))
        self.equations += 1

    def differs(self, statement):
        """Spec 12 §5."""
        tau = self.commit(statement.subject)
        a = pow(value_scalar(self.content.values[statement.subject]) - value_scalar(statement.value), -1, ORDER)
        self.secrets += [a, -tau * a % ORDER]
        self.equations += 1

    def escrowed(self, statement):
        """Spec 12 §8."""
        u = self.drawn.scalar()
        self.points += [u * G, linear((self.content.flag.y, G_ID), (u, statement.key))]
        self.secrets.append(u)
        self.equations += 2

    def one_of(self, statement):
        """Spec 12 §4.3."""
        table = self.about.sets[statement.set]
        self.member(statement.mode, table.witnesses[table.codes.index(number_of(self.content, statement.subject))])

    def limited(self, statement):
        """Spec 12 §7: the nullifier, and that i is below the number of uses."""
        limit = statement.shows, statement.start, statement.until
        scope = HP("limit-scope", self.about.verifier, statement.scope.encode(), *limit)
        self.points.append(pow(self.content.e_n[1] + self.uses, -1, ORDER) * scope)
        self.secrets.append(self.uses)
        self.equations += 1
        if statement.method:
            self.in_digits(statement, self.uses)
        else:
            high = statement.shows - 1
            n = next(n for n in LENGTHS if high < 2**n)
            self.bounded(n, self.uses, self.opened(self.uses), (0, high if high != 2**n - 1 else None))

    def between(self, statement):
        """Spec 12 §2.2 and §3, or §11.2."""
        value = number_of(self.content, statement.subject)
        if statement.method:
            self.in_digits(statement, value)
            return
        most = MAX[self.issuer.kinds[statement.subject]]
        n = next(n for n in LENGTHS if statement.high - statement.low < 2**n)
        low, high = statement.low if statement.low > 0 else None, statement.high if statement.high < most else None
        self.bounded(n, value, self.commit(statement.subject), (low, high))

    def bounded(self, n, value, tau, bounds):
        """A number of n bits for each bound that there is."""
        low, high = bounds
        self.openings += [] if low is None else [(n, value - low, tau)]
        self.openings += [] if high is None else [(n, high - value, -tau % ORDER)]

    def in_digits(self, statement, value):
        """Spec 12 §11.2: the digits of each bound, of which the lowest is no secret of its own."""
        D, bounds = bounds_in_digits(statement, 2**self.table.bits)
        for sign, constant in bounds:
            for place in range(D):
                digit = (sign * value + constant >> self.table.bits * place) % 2**self.table.bits
                self.digit(digit)
                if place > 0:
                    self.secrets.append(digit)

    def digit(self, digit):
        """The next point is W̄ = t·W (spec 12 §11.3)."""
        t = self.drawn.scalar()
        self.points.append(t * self.table.witnesses[digit])
        self.digits.append((digit, t))

    def like(self, statement):
        """Spec 12 §12.1: every digit of every coefficient is a secret."""
        template, entries = self.issuer.template, self.content.values[statement.subject].content
        self.face = template, statement.probe, len(self.secrets)
        for digit in digits_of(template, entries, statement.probe):
            self.digit(digit)
            self.secrets.append(digit)

    STATE = {
        BETWEEN: between, ONE_OF: one_of, DIFFERS: differs, PSEUDONYMOUS: pseudonymous, LIMITED: limited, ESCROWED: escrowed,
        FACE: like,
    }

    def bind_digits(self):
        """C of spec 12 §11.3, the last point."""
        if self.digits:
            self.tau_C = self.drawn.scalar()
            digits = ((digit, HP("base-digit", g)) for g, (digit, _) in enumerate(self.digits))
            self.points.append(linear((self.tau_C, V_SET), *digits))
            self.equations += 1

    def merge_digits(self, transcript):
        """t' of spec 12 §11.3, the last secret."""
        weights = [int.from_bytes(transcript.squeeze("digit-weight", 16), "little") for _ in self.digits]
        if self.digits:
            self.secrets.append((self.tau_C + sum(w * t for w, (_, t) in zip(weights, self.digits))) % ORDER)
        return weights
