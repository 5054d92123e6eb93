"""Orders of tickets at helper and holder, and a ticket by itself (spec 14 §1 to §4)."""

from types import SimpleNamespace

from cbor import Reader
from group import ORDER, decode_scalar, encode_scalar, linear
from hashing import G, N_TICKET
from key_messages import code_set_key, issuer_key, list_keys
from lists import id_bytes
from messages import decode, encode
from orders import check_kept, key_tuple, pieces
from refusal import Refusal, require
from ticket import ISSUER, LIST, SET, TicketRecord, check_ticket, ticket_bytes
from ticket_proving import moved


def ring(state):
    """The keys of a helper: role, id, version (of a list None) and X to x (check 14-13)."""
    found = {}
    for entry in state["issuers"]:
        key = issuer_key(entry)
        found[ISSUER, key.schema_digest, key.version, key.public.encode()] = key.secret
    for entry in state["lists"]:
        keys = list_keys(entry)
        for shard, (X, alpha) in enumerate(zip(keys.publics, keys.alphas)):
            found[LIST, id_bytes(keys.name, shard), None, X.encode()] = alpha
    for data in state["sets"]:
        key = code_set_key(bytes.fromhex(data))
        found[SET, key.digest, 0, key.public.encode()] = key.secret
    return found


def secrets_of(found, keys):
    """Check 14-13; gives x_j."""
    names = [(key.role, key.id, None if key.role == LIST else key.version, key.public.encode()) for key in keys]
    require(all(name in found for name in names), "14-13")
    return [found[name] for name in names]


def request(state):
    """A helper that is asked (spec 14 §4.1)."""
    found = ring(state)

    def judge(given):
        asked = decode("TicketRequest", bytes.fromhex(given["bytes"]))
        secrets = secrets_of(found, asked.keys)
        tickets = pieces(pieces(asked.points, 2), len(secrets))
        for pairs in tickets:
            require(all(linear((x, P)) == image for x, (P, image) in zip(secrets, pairs)), "14-14")
        return {"keys": len(secrets), "tickets": len(tickets)}

    return judge


def challenges(state):
    """A helper with one session in its store, that is challenged (spec 14 §4.1 and §4.2)."""
    found = ring(state["keys"])
    session_bytes = bytes.fromhex(state["session"])

    def respond(sessions, data):
        message = decode("TicketChallenges", data)
        require(message.session in sessions, "14-15", "another session")
        session = sessions[message.session]
        require(session is not None, "14-16")
        sessions[message.session] = None
        J = len(session.keys)
        secrets = secrets_of(found, session.keys)
        each = pieces(session.scalars, 2 + J)
        require(len(each) == len(message.scalars), "14-15", "another number")
        numbers = []
        for (c0, s0, *nonces), c in zip(each, message.scalars):
            numbers += [c0, s0, *((rho + (c - c0) * x) % ORDER for rho, x in zip(nonces, secrets))]
        message.scalars = numbers
        return {"bytes": encode("TicketAnswers", message).hex()}

    def judge(given):
        session = decode("SessionState", session_bytes)
        sessions = {session.session: session}
        for before in given["before"]:
            try:
                respond(sessions, bytes.fromhex(before))
            except Refusal:
                pass
        return respond(sessions, bytes.fromhex(given["bytes"]))

    return judge


def commitments(state):
    """A holder with an order, to whom the commitments come (check 14-10)."""
    order = decode("TicketOrder", bytes.fromhex(state["order"]))
    J, K = check_kept(order)

    def judge(given):
        message = decode("TicketCommitments", bytes.fromhex(given["bytes"]))
        require(len(message.points) == K * (1 + 2 * J), "14-10")
        return {"tickets": K}

    return judge


def finished(awaited, data):
    """The tickets of an order, each with what it takes to use it: the blinds and pairs that it is over (spec 14 §3)."""
    (J, K), message = check_kept(awaited), decode("TicketAnswers", data)
    require(message.session == awaited.challenged.session, "14-11", "another session")
    require(len(message.scalars) == K * (2 + J), "14-11", "another number")
    tickets, hidden, own = [], pieces(pieces(awaited.order.points, 2), J), pieces(pieces(awaited.points, 2), J)
    for place, (c0, s0, *s1) in enumerate(pieces(message.scalars, 2 + J)):
        R0, *keyed = pieces(awaited.committed.points, 1 + 2 * J)[place]
        c1 = awaited.challenged.scalars[place] - c0
        require(linear((s0, G), (-c0, N_TICKET)) == R0, "14-12", "R0")
        for key, s, (R1, R2), (P, image) in zip(awaited.order.keys, s1, pieces(keyed, 2), hidden[place]):
            require(linear((s, G), (-c1, key.public)) == R1, "14-12", "R1")
            require(linear((s, P), (-c1, image)) == R2, "14-12", "R2")
        a0, b0, b1, *a1 = pieces(awaited.moves, 3 + J)[place]
        numbers = [number % ORDER for number in (c1 + b1, s0 + a0, *(s + a for s, a in zip(s1, a1)))]
        ticket = SimpleNamespace(points=pieces(awaited.moved, 2)[place], scalars=numbers)
        tickets.append(SimpleNamespace(ticket=ticket, blinds=pieces(awaited.blinds, J)[place], pairs=own[place]))
    return tickets


def answers(state):
    """A holder that has challenged, to whom the answers come."""
    awaited = decode("AwaitedTickets", bytes.fromhex(state["awaited"]))

    def judge(given):
        tickets = finished(awaited, bytes.fromhex(given["bytes"]))
        return {"tickets": [ticket_bytes(one.ticket).hex() for one in tickets]}

    return judge


def trace_answers(state, trace):
    """The challenge of each ticket of an order, computed anew from what the holder keeps, and the points that its hash
    has (spec 14 §3.1). z is of the trace alone: who awaits answers does not keep it."""
    awaited = decode("AwaitedTickets", bytes.fromhex(state["awaited"]))
    J, K = check_kept(awaited)
    steps = []
    for place in range(K):
        commitments, moves = pieces(awaited.committed.points, 1 + 2 * J)[place], pieces(awaited.moves, 3 + J)[place]
        pairs = pieces(pieces(awaited.points, 2), J)[place]
        blinds = [decode_scalar(bytes.fromhex(z)) for z in pieces(trace["z"], J)[place]]
        found = moved(awaited.order.keys, commitments, pairs, blinds, moves)
        steps.append(
            {
                "v": encode_scalar(found.v).hex(),
                "r1": [R.encode().hex() for R in found.R1],
                "r0": found.R0.encode().hex(),
                "r2": found.R2.encode().hex(),
                "h": encode_scalar(found.h).hex(),
                "c": encode_scalar(found.c).hex(),
            }
        )
    return {"z": trace["z"], "challenges": steps}


def ticket(state):
    """Anybody, who checks a ticket for the keys and the pairs of a TicketRequest of one ticket (spec 14 §1.3)."""

    def judge(given):
        of = decode("TicketRequest", bytes.fromhex(given["bytes"]))
        reader = Reader(bytes.fromhex(given["ticket"]))
        shown = TicketRecord().read(reader)
        require(reader.place == len(reader.data), "01-6")
        require(TicketRecord().write(shown) == reader.data[: reader.place], "01-7")
        check_ticket(shown, list(zip(map(key_tuple, of.keys), pieces(of.points, 2))))
        return {"use": ticket_bytes(shown).hex()}

    return judge
