"""Orders of tickets, byte for byte, with everything drawn from a seed (spec 14 §3, §4 and §6): what a holder orders, what a
helper commits to, and how the holder challenges it."""

from types import SimpleNamespace

from drafting import commitment_of, number_of
from group import ORDER, encode_scalar, linear
from hashing import HS, G, N_TICKET, V_SET
from lists import STATUS, head_digest, id_bytes, name_of
from messages import decode, encode
from orders import check_kept, key_tuple, pieces
from statements import ONE_OF
from ticket import ISSUER, LIST, SET
from transcript import Transcript
from witness import Witness


def pair_of(P, constant, scalar):
    """P, and its image under the key: constant − scalar·P."""
    return P, linear((1, constant), (-scalar, P))


def wanted(abouts, mode):
    """What a holder has under each key with this mode (spec 06 §4.7): the key, the digest of a list's head, the pair."""
    for about in abouts:
        question, content, issuer = about.question, about.content, about.issuer
        key = SimpleNamespace(role=ISSUER, id=issuer.schema_digest, version=issuer.version, public=issuer.public)
        if question.mode == mode:
            yield key, b"", pair_of(content.A, commitment_of(content, issuer, content.e_n[1]), content.e_n[0])
        for asked, head in zip(question.lists, about.heads):
            own = content.status if asked.list_class == STATUS else content.flag
            key = SimpleNamespace(role=LIST, id=id_bytes(name_of(head), head.shard), version=head.epoch, public=head.key)
            if asked.mode == mode:
                yield key, head_digest(head), pair_of(own.standing.W, head.value, own.y)
        for statement in (one for one in question.statements if one.kind == ONE_OF and one.mode == mode):
            table, code = about.sets[statement.set], number_of(content, statement.subject)
            key = SimpleNamespace(role=SET, id=table.digest, version=0, public=table.public)
            yield key, b"", pair_of(table.witnesses[table.codes.index(code)], V_SET, code)


def order(found, count, hedges, n, rng):
    """A TicketRequest of so many tickets, and the TicketOrder that is kept."""
    keys, heads, pairs = zip(*found)
    transcript = Transcript("tickets")
    for key, head in zip(keys, heads):
        transcript.absorb("key", key.id)
        transcript.absorb("head", head)
    transcript.absorb("count", count)
    drawn = Witness(transcript, hedges, [], rng)
    blinds = [drawn.scalar() for _ in range(count * len(keys))]
    pairs = [(linear((blind, P)), linear((blind, image))) for blind, (P, image) in zip(blinds, list(pairs) * count)]
    z = Witness(blinded(Transcript("ticket-order"), pairs), [], [encode_scalar(n)], rng).scalars(len(pairs))
    hidden = [linear((pow(one, -1, ORDER), point)) for one, pair in zip(z, pairs) for point in pair]
    request = encode("TicketRequest", SimpleNamespace(keys=list(keys), points=hidden))
    covered = [SimpleNamespace(key=key, head=head) for key, head in zip(keys, heads)]
    points = [point for pair in pairs for point in pair]
    kept = SimpleNamespace(covered=covered, request=request, blinds=blinds, points=points, z=z)
    return request, encode("TicketOrder", kept)


def blinded(transcript, pairs):
    for point in (point for pair in pairs for point in pair):
        transcript.absorb("pair", point)
    return transcript


def commit(request_bytes, secrets, rng):
    """The TicketCommitments of a helper that has begun no session, and its SessionState."""
    request, J = decode("TicketRequest", request_bytes), len(secrets)
    transcript = Transcript("ticket-session")
    transcript.absorb("request", request_bytes)
    transcript.absorb("counter", 0)
    drawn, each = Witness(transcript, secrets, [], rng), pieces(pieces(request.points, 2), J)
    session, scalars, points = drawn.draw(16), drawn.scalars(len(each) * (2 + J)), []
    for (c0, s0, *nonces), pairs in zip(pieces(scalars, 2 + J), each):
        points.append(linear((s0, G), (-c0, N_TICKET)))
        for rho, (P, _) in zip(nonces, pairs):
            points += [rho * G, linear((rho, P))]
    state = SimpleNamespace(session=session, keys=request.keys, scalars=scalars)
    return encode("TicketCommitments", SimpleNamespace(session=session, points=points)), encode("SessionState", state)


def challenge(order_bytes, commitments_bytes, rng):
    """The TicketChallenges of a holder, and what awaits the answers."""
    order, commitments = decode("TicketOrder", order_bytes), decode("TicketCommitments", commitments_bytes)
    J, K = check_kept(order)
    pairs = pieces(order.points, 2)
    transcript = blinded(Transcript("ticket-challenge"), pairs)
    transcript.absorb("commitments", commitments_bytes)
    order.moves = Witness(transcript, order.z, [], rng).scalars(K * (3 + J))
    each = zip(pieces(commitments.points, 1 + 2 * J), pieces(pairs, J), pieces(order.z, J), pieces(order.moves, 3 + J))
    made = [moved(order.order.keys, *of) for of in each]
    message = SimpleNamespace(session=commitments.session, scalars=[one.c for one in made])
    order.commitments, order.challenges = commitments_bytes, encode("TicketChallenges", message)
    order.moved = [R for one in made for R in (one.R0, one.R2)]
    return order.challenges, encode("AwaitedTickets", order)


def moved(keys, commitments, pairs, z, moves):
    """What a holder computes of a ticket (spec 14 §3.1)."""
    R0, *keyed = commitments
    a0, b0, b1, *a1 = moves
    R0 = R0 + linear((a0, G), (-b0, N_TICKET))
    R1 = [R + linear((a, G), (-b1, key.public)) for (R, _), a, key in zip(pieces(keyed, 2), a1, keys)]
    v = HS("ticket-pairs", len(keys), *(part for key, pair in zip(keys, pairs) for part in (*key_tuple(key), *pair)))
    terms = zip(pieces(keyed, 2), z, a1, pairs)
    parts = [linear((z_j, R), (a, P), (-b1, image)) for (_, R), z_j, a, (P, image) in terms]
    R2 = linear(*((pow(v, j, ORDER), part) for j, part in enumerate(parts)))
    h = HS("ticket", encode_scalar(v), *R1, R2, R0, N_TICKET)
    return SimpleNamespace(v=v, R1=R1, R0=R0, R2=R2, h=h, c=(h - b0 - b1) % ORDER)
