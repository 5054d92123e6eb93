"""Tickets: what anybody checks of one (spec 14 §1)."""

from cbor import Record, points, scalars
from group import IDENTITY, ORDER, encode_scalar, linear
from hashing import HS, G, N_TICKET
from refusal import require

ISSUER, LIST, SET = 1, 2, 3  # roles of keys


class TicketRecord(Record):
    """R0 and R2; then c1, s0 and at least one s1 (spec 06 §3.2)."""

    def __init__(self):
        super().__init__(points=points(2), scalars=scalars(most=10))

    def read(self, reader):
        ticket = super().read(reader)
        require(len(ticket.scalars) >= 3, "01-5", "no ticket for any key")
        return ticket


def ticket_bytes(ticket):
    return b"".join([*(point.encode() for point in ticket.points), *map(encode_scalar, ticket.scalars)])


def check_ticket(ticket, covered):
    """Checks 14-2 to 14-5, for pairs of a key (role, id, version, X) and its points (P, P')."""
    R0, R2 = ticket.points
    c1, s0, *s1 = ticket.scalars
    require(len(s1) == len(covered), "14-2")  # 1 to 8, as a record has them
    require(all(IDENTITY not in pair for _, pair in covered), "14-3")
    R1 = [linear((s, G), (-c1, X)) for s, ((_, _, _, X), _) in zip(s1, covered)]
    require(IDENTITY not in [R0, R2, *R1], "14-4")
    v = HS("ticket-pairs", len(covered), *(part for key, pair in covered for part in (*key, *pair)))
    c0 = (HS("ticket", encode_scalar(v), *R1, R2, R0, N_TICKET) - c1) % ORDER
    require(R0 == linear((s0, G), (-c0, N_TICKET)), "14-5", "R0")
    terms = [(pow(v, j, ORDER), s, pair) for j, (s, (_, pair)) in enumerate(zip(s1, covered))]
    require(R2 == linear(*(term for w, s, (P, image) in terms for term in ((w * s, P), (-w * c1, image)))), "14-5", "R2")
