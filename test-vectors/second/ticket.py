"""Tickets: what anybody checks of one (spec 14 §1)."""

from types import SimpleNamespace

from cbor import scalars
from group import IDENTITY, ORDER, encode_scalar, linear
from hashing import HS, G, N_TICKET
from refusal import require

ISSUER, LIST, SET = 1, 2, 3  # roles of keys


class TicketScalars:
    """c0, c1, s0 and at least one s1 in one run of scalars (spec 14 §1.2)."""

    RUN = scalars(most=11)

    def read(self, reader):
        numbers = self.RUN.read(reader)
        require(len(numbers) >= 4, "01-5", "no ticket for any key")
        c0, c1, s0, *s1 = numbers
        return SimpleNamespace(c0=c0, c1=c1, s0=s0, s1=s1)

    def write(self, ticket):
        return self.RUN.write(numbers_of(ticket))


def numbers_of(ticket):
    return [ticket.c0, ticket.c1, ticket.s0, *ticket.s1]


def ticket_bytes(ticket):
    return b"".join(map(encode_scalar, numbers_of(ticket)))


def check_ticket(ticket, covered):
    """Checks 14-2 to 14-5, for pairs of a key (role, id, version, X) and its points (P, P')."""
    require(1 <= len(covered) <= 8 and len(ticket.s1) == len(covered), "14-2")
    require(all(IDENTITY not in pair for _, pair in covered), "14-3")
    c0, c1 = ticket.c0, ticket.c1
    R0 = linear((ticket.s0, G), (-c0, N_TICKET))
    parts, commitments = [len(covered)], [R0]
    for ((role, id_bytes, version, X), (P, image)), s1 in zip(covered, ticket.s1):
        R1, R2 = linear((s1, G), (-c1, X)), linear((s1, P), (-c1, image))
        parts += [role, id_bytes, version, X, P, image, R1, R2]
        commitments += [R1, R2]
    require(IDENTITY not in commitments, "14-4")
    require((c0 + c1) % ORDER == HS("ticket", *parts, R0, N_TICKET), "14-5")
