"""Presentations as a holder of one or two credentials makes them (spec 06 §4 and §5, spec 12), byte for byte, with a software
device (spec 05) and everything drawn from a seed."""

from types import SimpleNamespace

from credential import PRESENTATION, signed_scalar
from drafting import Draft
from fold_proving import fold, opening, tie
from group import ORDER, WIDE, encode_scalar, linear, reduced
from hashing import G
from messages import decode, encode
from presentation import absorb_credential
from proving import opened
from range_proving import prove_ranges
from relation import relation_of
from request import names_epoch
from statements import ONE_OF
from suite import NUMBER
from ticket import ticket_bytes
from transcript import Transcript
from witness import Witness

D_PLACE = 4  # of d, or w, among the secrets


class Holder:
    """What a holder answers from: of each question the credential, its issuer, and the verified heads that its lists name;
    tables by digest; how often it showed itself under the limit that is asked; and a ticket for each number."""

    def __init__(self, credentials, issuers, heads, sets, digits, uses=None, tickets=()):
        self.credentials, self.issuers, self.heads = credentials, issuers, heads
        self.sets, self.digits, self.uses, self.tickets = sets, digits, uses, tickets

    def about(self, place, question, verifier):
        """A question, and what it is answered with."""
        content, named = self.credentials[place].content, self.heads[place]
        shard = content.shard if question.lists else 0  # 06-50
        heads = [head_set.heads[shard] for head_set in named]
        self.issuers[place].secret = None
        return SimpleNamespace(
            issuer=self.issuers[place], heads=heads, alphas=[None] * len(heads), sets=self.sets, digits=self.digits,
            epochs=[one.digest for one in named], place=place, question=question, shard=shard, content=content,
            values=[content.values[i] for i in question.attributes], verifier=verifier,
            stated=[one.digest for asked, one in zip(question.lists, named) if not names_epoch(asked)],
            tables=[(of.mode, self.sets[of.set]) for of in question.statements if of.kind == ONE_OF],
        )

    def abouts(self, request):
        verifier = request.verifier.encode()
        return [self.about(place, question, verifier) for place, question in enumerate(request.credentials)]

    def hedges(self):
        """What blinds are keyed with (spec 01 §7.4)."""
        of = [(*content.e_n, content.status.y, content.flag.y) for content in (one.content for one in self.credentials)]
        return [secret for secrets in of for secret in secrets] + ([] if self.uses is None else [self.uses])


def begun(request_bytes, abouts, table):
    """The transcript up to the points (spec 06 §5)."""
    transcript = Transcript("presentation")
    transcript.absorb("request", request_bytes)
    for about in abouts:
        absorb_credential(transcript, SimpleNamespace(tables=[one.tables for one in abouts]), about, about.shard)
    if table:
        transcript.absorb("digits-mode", 1)
        transcript.absorb("digits-key", table.public)
        transcript.absorb("digits", table.digest)
    return transcript


def drafted(request, abouts, holder, table, drawn):
    draft = Draft(table, holder.uses, [(ticket.blinds, ticket.pairs) for ticket in holder.tickets], drawn)
    for about in abouts:
        linked = {link.second for link in request.links} if about.place else set()
        draft.credential(about, linked)
    draft.bind_digits()
    return draft


def parts_of(ticket):
    """As it stands in the transcript."""
    return [*(point.encode() for point in ticket.points), *map(encode_scalar, ticket.scalars)]


def present(request_bytes, holder, device, rng):
    """A Presentation."""
    request = decode("PresentationRequest", request_bytes)
    abouts, tickets = holder.abouts(request), [of.ticket for of in holder.tickets]
    table = holder.digits[request.digits.digest] if vars(request.digits) else None
    transcript = begun(request_bytes, abouts, table)
    others = [point.encode() for point in (device.commit(rng) if NUMBER == 1 else [])]
    others += [part for ticket in tickets for part in parts_of(ticket)]
    draft = drafted(request, abouts, holder, table, Witness(transcript, holder.hedges(), others, rng))
    for point in draft.points:
        transcript.absorb("point", point)
    weights, secrets = draft.merge_digits(transcript), draft.secrets
    message = SimpleNamespace(
        shards=[about.shard for about in abouts], values=sum((about.values for about in abouts), []), points=draft.points,
        commitments=[None] * draft.equations, responses=None, arguments=[], tickets=tickets,
        stated=sum((about.stated for about in abouts), []) or None,
    )
    for ticket in tickets:
        transcript.absorb("ticket", ticket_bytes(ticket))
    signed = None
    if NUMBER == 2:
        M = transcript.squeeze("message", 64)
        rho, s = device.sign(rng, PRESENTATION, request_bytes, M)
        signed = sign_into(message, secrets, signed_scalar(PRESENTATION, request_bytes, M), device.public, rho, s)
        transcript.absorb("device", message.x)
    witness = secrets + draft.unsent
    message.arguments = prove_ranges(transcript, draft.openings, Witness(transcript, witness, others, rng))
    nonces = Witness(transcript, witness, others, rng).scalars(len(witness))
    nonces, unsent = nonces[: len(secrets)], nonces[len(secrets) :]
    if draft.face:
        tie(draft.face, nonces, unsent)
    message.responses = nonces
    message.commitments = committed(relation_of(request, message, abouts), signed, weights, unsent)
    c = answered(request_bytes, message, transcript, nonces, secrets, device)
    if draft.face:
        transcript.absorb("opening", message.commitments[1])
        transcript.absorb("challenge", encode_scalar(c))
        for response in message.responses:
            transcript.absorb("response", encode_scalar(response))
        z = [(nonce + c * T) % ORDER for nonce, T in zip(unsent, draft.unsent)]
        message.arguments.append(fold(transcript, draft.face, z))
    return encode("Presentation", message)


def committed(relation, signed, weights, unsent):
    """T_k of each equation, for nonces in the place of responses."""
    if signed:
        relation.complete(*signed)
    if weights:
        relation.merge(weights, 0)
    hidden = {"disclosure 1": [(1, opening(unsent))]} if unsent else {}
    return [linear(*equation.terms, *hidden.get(equation.name, [])) for equation in relation.equations]


def answered(request_bytes, message, transcript, nonces, secrets, device):
    """The challenge, and the responses to it."""
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
    return c


def sign_into(message, secrets, e, pk, rho, s):
    """Suite 2, spec 05 §7.2: R with an even y, and w; gives R and −e/ρ, by which the equation is completed."""
    inverse = pow(s, -1, ORDER)
    R = linear((e * inverse, G), (rho * inverse, pk))
    if R.encode()[0] == 3:
        R, s = -R, ORDER - s
    message.x = R.encode()[1:]
    secrets[D_PLACE] = s * pow(rho, -1, ORDER) % ORDER
    return R, -e * pow(rho, -1, ORDER)
