"""What a holder makes: requests for credentials (spec 04 §5), and presentations of one credential with intervals, pseudonyms,
inequalities and escrows (spec 06 §4 and §5, spec 12), byte for byte, with a software device (spec 05) and everything drawn
from a seed."""

from types import SimpleNamespace

from credential import ISSUANCE, PRESENTATION, challenge, domain, signed_scalar, value_scalar
from devices import answer
from group import ORDER, WIDE, decode_point, decode_scalar, encode_scalar, linear, reduced
from hashing import G, G_0, G_ID, G_N, H_ATTRIBUTE, H_B, H_D, H_F, H_N, H_P, H_S, H_W, HP, Q, V_SET
from lists import STATUS
from messages import decode, encode
from prf import F
from presentation import absorb_credential
from range_proving import prove_ranges
from ranges import LENGTHS
from relation import relation_of
from request import names_epoch
from statements import BETWEEN, DIFFERS, ESCROWED, MAX, PSEUDONYMOUS, bounds_in_digits
from suite import NUMBER
from transcript import Transcript
from witness import Witness


class Device:
    """Of a secret, whose sessions are counted on from a start."""

    def __init__(self, d, start):
        self.d, self.count, self.public = d, start, d * H_D
        self.fresh = None

    def begin(self, rng):
        self.count, self.fresh = (self.count + 1) % 2**64, rng.draw(32)

    def commit(self, rng):
        """Suite 1: T_1 and T_2 of a session."""
        self.begin(rng)
        return [F("nonce-device", self.fresh, encode_scalar(self.d), self.count, which) * H_D for which in (1, 2)]

    def ask(self, purpose, shown, M, rest=b""):
        asked = SimpleNamespace(purpose=purpose, demand=None, passed=None, shown=shown, M=M, T_rest=rest)
        return answer(self.d, self.count, self.fresh, asked)

    def sign(self, rng, purpose, shown, M):
        """Suite 2: ρ and s."""
        self.begin(rng)
        signature = bytes.fromhex(self.ask(purpose, shown, M)["signature"])
        return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def low(s):
    return min(s, ORDER - s)


def request_credential(offer_bytes, shard, recovery, device, rng):
    """A CredentialRequest for this shard."""
    n_h = F("pseudonym-part", recovery)
    points = [device.public, n_h * H_N + device.public, n_h * G_N]
    transcript = Transcript("issuance")
    transcript.absorb("offer", offer_bytes)
    transcript.absorb("shard", shard)
    for point in points:
        transcript.absorb("point", point)
    contributed = device.commit(rng) if NUMBER == 1 else []
    secrets = [n_h, 0][: 3 - NUMBER]
    nonces = Witness(transcript, secrets, [point.encode() for point in contributed], rng).scalars(len(secrets))
    message = SimpleNamespace(shard=shard, points=points, commitments=[nonces[0] * H_N, nonces[0] * G_N])
    for commitment in message.commitments:
        transcript.absorb("commitment", commitment)
    if NUMBER == 1:
        rest = -(nonces[1] * H_D)
        M = transcript.squeeze("message", 64)
        given = device.ask(ISSUANCE, offer_bytes, M, rest.encode())
        c, T, s = opened(given, ISSUANCE, offer_bytes, M)
        message.commitments.append(T)
        message.responses = [(nonces[0] + c * n_h) % ORDER, (nonces[1] + s) % ORDER]
    else:
        c = reduced(transcript.squeeze("challenge", WIDE))
        message.responses = [(nonces[0] + c * n_h) % ORDER]
        transcript.absorb("response", encode_scalar(message.responses[0]))
        M = transcript.squeeze("message", 64)
        device.sign(rng, ISSUANCE, offer_bytes, M)  # twice, so that a wallet sees whether nonces repeat (05-21)
        rho, s = device.sign(rng, ISSUANCE, offer_bytes, M)
        message.signature = [rho, low(s)]
    return encode("CredentialRequest", message)


def opened(given, purpose, shown, M):
    """c, T and s of a device's answer (spec 05 §2)."""
    T, s = decode_point(bytes.fromhex(given["T"])), decode_scalar(bytes.fromhex(given["s"]))
    return challenge(purpose, shown, M, T), T, s


def commitment_of(content, issuer, n):
    """B of spec 04 §2.3."""
    system = [(n, H_N), (content.status.y, H_S), (content.flag.y, H_W), (content.factors, H_F), (content.since, H_P)]
    values = [(value_scalar(value), H_ATTRIBUTE[i]) for i, value in enumerate(content.values)]
    return G_0 + content.D + linear((domain(issuer), Q), *system, *values)


class Draft:
    """Points and secrets in the order of spec 06 §4."""

    def __init__(self, content, issuer, question, drawn):
        self.content, self.issuer, self.drawn = content, issuer, drawn
        self.points, e, n = [], *content.e_n
        self.equations = 2
        r1r2, r2 = drawn.scalar(), drawn.scalar()
        r3 = pow(r2, -1, ORDER)
        self.points += [r1r2 * content.A, r2 * commitment_of(content, issuer, n)]
        self.secrets = [e, r1r2 * r3 % ORDER, r3, n, 0, content.status.y, content.flag.y, content.factors, content.since]
        self.secrets += [value_scalar(value) for i, value in enumerate(content.values) if i not in question.attributes]
        self.committed, self.openings, self.digits = {}, [], []  # τ of each subject; range proofs; (digit, blind)
        for asked in question.lists:
            follower = content.status if asked.list_class == STATUS else content.flag
            t = drawn.scalar()
            self.points.append(t * follower.standing.W)
            self.secrets.append(t)
            self.equations += 1

    def commit(self, subject):
        """τ of V (spec 12 §1.3), which the first statement about the subject sends."""
        if subject not in self.committed:
            m, tau = value_scalar(self.content.values[subject]), self.drawn.scalar()
            self.points.append(linear((m, G), (tau, H_B)))
            self.secrets.append(tau)
            self.committed[subject] = tau
            self.equations += 1
        return self.committed[subject]

    def state(self, statement, verifier, table):
        """Points, secrets and equations of a statement."""
        if statement.kind == PSEUDONYMOUS:
            self.points.append(self.content.e_n[1] * HP("pseudonym-scope", verifier, statement.scope.encode()))
            self.equations += 1
        elif statement.kind == DIFFERS:
            tau = self.commit(statement.subject)
            a = pow(value_scalar(self.content.values[statement.subject]) - value_scalar(statement.value), -1, ORDER)
            self.secrets += [a, -tau * a % ORDER]
            self.equations += 1
        elif statement.kind == ESCROWED:
            u = self.drawn.scalar()
            self.points += [u * G, linear((self.content.flag.y, G_ID), (u, statement.key))]
            self.secrets.append(u)
            self.equations += 2
        else:
            assert statement.kind == BETWEEN, "this holder proves no other statements"
            (self.in_digits if statement.method else self.between)(statement, table)

    def between(self, statement, _):
        """Spec 12 §2.2 and §3: a number of n bits for each bound that says something."""
        value, tau = self.content.values[statement.subject].content, self.commit(statement.subject)
        most = MAX[self.issuer.kinds[statement.subject]]
        n = next(n for n in LENGTHS if statement.high - statement.low < 2**n)
        if statement.low > 0:
            self.openings.append((n, value - statement.low, tau))
        if statement.high < most:
            self.openings.append((n, statement.high - value, -tau % ORDER))

    def in_digits(self, statement, table):
        """Spec 12 §11.2: the digits of each bound, of which the lowest is no secret of its own."""
        value = self.content.values[statement.subject].content
        D, bounds = bounds_in_digits(statement, 2**table.bits)
        for sign, constant in bounds:
            for place in range(D):
                digit = (sign * value + constant >> table.bits * place) % 2**table.bits
                t = self.drawn.scalar()
                self.points.append(t * table.witnesses[digit])
                self.digits.append((digit, t))
                if place > 0:
                    self.secrets.append(digit)

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


D_PLACE = 4  # of d, or w, among the secrets


def present(request_bytes, credential, issuer, head_sets, digits, device, rng):
    """A Presentation; head_sets are those that the lists of the request name, in its order, and digits tables by digest."""
    request, content = decode("PresentationRequest", request_bytes), credential.content
    (question,) = request.credentials
    shard = content.shard if question.lists else 0  # 06-50
    heads = [head_set.heads[shard] for head_set in head_sets]
    about = SimpleNamespace(
        issuer=issuer, heads=heads, alphas=[None] * len(heads), sets={}, digits=digits, epochs=[one.digest for one in head_sets],
        place=0, question=question, values=[content.values[i] for i in question.attributes],
    )
    issuer.secret = None
    transcript = Transcript("presentation")
    transcript.absorb("request", request_bytes)
    absorb_credential(transcript, SimpleNamespace(tables=[[]]), about, shard)
    table = digits[request.digits.digest] if vars(request.digits) else None
    if table:
        transcript.absorb("digits-mode", 1)
        transcript.absorb("digits-key", table.public)
        transcript.absorb("digits", table.digest)
    contributed = device.commit(rng) if NUMBER == 1 else []
    others = [point.encode() for point in contributed]
    e, n = content.e_n
    drawn = Witness(transcript, [e, n, content.status.y, content.flag.y], others, rng)
    draft, verifier = Draft(content, issuer, question, drawn), request.verifier.encode()
    stated = [one.digest for asked, one in zip(question.lists, head_sets) if not names_epoch(asked)]
    for statement in question.statements:
        draft.state(statement, verifier, table)
    draft.bind_digits()
    for point in draft.points:
        transcript.absorb("point", point)
    weights = draft.merge_digits(transcript)
    message = SimpleNamespace(
        shards=[shard], values=about.values, points=draft.points, commitments=[None] * draft.equations, responses=None,
        arguments=[], tickets=[], stated=stated or None,
    )
    secrets, signed = draft.secrets, None
    if NUMBER == 2:
        M = transcript.squeeze("message", 64)
        rho, s = device.sign(rng, PRESENTATION, request_bytes, M)
        signed = sign_into(message, secrets, signed_scalar(PRESENTATION, request_bytes, M), device.public, rho, s)
        transcript.absorb("device", message.x)
    message.arguments = prove_ranges(transcript, draft.openings, Witness(transcript, secrets, others, rng))
    nonces = Witness(transcript, secrets, others, rng).scalars(len(secrets))
    message.responses = nonces
    relation = relation_of(request, message, [about])
    if signed:
        relation.complete(*signed)
    if table:
        relation.merge(weights, 0)
    message.commitments = [linear(*equation.terms) for equation in relation.equations]
    for k, commitment in enumerate(message.commitments):
        if NUMBER == 2 or k != 1:
            transcript.absorb("equation", k)
            transcript.absorb("commitment", commitment)
    added = 0
    if NUMBER == 2:
        c = reduced(transcript.squeeze("challenge", WIDE))
    else:
        rest = message.commitments[1]
        M = transcript.squeeze("message", 64)
        given = device.ask(PRESENTATION, request_bytes, M, rest.encode())
        c, message.commitments[1], added = opened(given, PRESENTATION, request_bytes, M)
    message.responses = [(nonce + c * secret) % ORDER for nonce, secret in zip(nonces, secrets)]
    message.responses[D_PLACE] = (message.responses[D_PLACE] + added) % ORDER
    return encode("Presentation", message)


def sign_into(message, secrets, e, pk, rho, s):
    """Suite 2, spec 05 §7.2: R with an even y, and w; gives R and −e/ρ, by which the equation is completed."""
    inverse = pow(s, -1, ORDER)
    R = linear((e * inverse, G), (rho * inverse, pk))
    if R.encode()[0] == 3:
        R, s = -R, ORDER - s
    message.x = R.encode()[1:]
    secrets[D_PLACE] = s * pow(rho, -1, ORDER) % ORDER
    return R, -e * pow(rho, -1, ORDER)
