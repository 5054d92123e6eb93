"""The messages of orders of tickets, and what helper and holder store (spec 14 §2, §4.3 and §6.1)."""

from cbor import Body, Bytes, BytesUpTo, Record, Sequence, Uint, point, points, scalars
from messages import MESSAGES, U32_MAX, decode, longest
from refusal import require
from ticket import ISSUER, LIST, SET

MOST_TICKETS, MOST_KEYS = 128, 8


class TicketKey(Record):
    """[role, id, version or epoch, X] of spec 14 §1.1, with check 14-1."""

    def __init__(self):
        super().__init__(role=Uint(), id=BytesUpTo(67, check="14-1"), version=Uint(), public=point())

    def read(self, reader):
        key = super().read(reader)
        fits = {
            ISSUER: len(key.id) == 32 and key.version <= U32_MAX,
            LIST: len(key.id) >= 4,
            SET: len(key.id) == 32 and key.version == 0,
        }
        require(fits.get(key.role, False), "14-1")
        return key


def keys_field():
    return Sequence(TicketKey(), 1, MOST_KEYS)


def tickets_of(items, each):
    """Check 14-6: of how many whole tickets these are."""
    require(items > 0 and items % each == 0 and items // each <= MOST_TICKETS, "14-6")
    return items // each


def check_request_fields(request):
    tickets_of(len(request.points), 2 * len(request.keys))


def check_session_fields(session):
    """Spec 14 §4.3: scalars(K·(2 + J))."""
    count, each = len(session.scalars), 2 + len(session.keys)
    require(count > 0 and count % each == 0 and count // each <= MOST_TICKETS, "01-11", "scalars of whole tickets")


class Covered(Record):
    """What a ticket is for: a key and, of a list, the digest of a head (spec 14 §6.1)."""

    def __init__(self):
        super().__init__(key=TicketKey(), head=Bytes(0, 64))

    def read(self, reader):
        covered = super().read(reader)
        require((len(covered.head) == 64) == (covered.key.role == LIST), "14-23", "head digest")
        return covered


KEPT = {
    "covered": Sequence(Covered(), 1, MOST_KEYS),
    "request": BytesUpTo(longest(50, 66460)),
    "blinds": scalars(most=MOST_KEYS * MOST_TICKETS),
    "points": points(most=2 * MOST_KEYS * MOST_TICKETS),
}


def check_kept(kept):
    """Check 14-23, of what is kept before and after the challenges; gives J and K."""
    kept.order = decode("TicketRequest", kept.request)
    keys = [covered.key for covered in kept.covered]
    require([vars(key) for key in keys] == [vars(key) for key in kept.order.keys], "14-23", "other keys")
    J, pairs = len(keys), len(kept.order.points) // 2
    require(len(kept.blinds) == pairs and len(kept.points) == 2 * pairs, "14-23", "another number")
    require(0 not in kept.blinds, "14-23", "zero")
    return J, pairs // J


def check_order_fields(order):
    J, K = check_kept(order)
    require(len(order.z) == J * K and 0 not in order.z, "14-23", "z")


def check_awaited_fields(awaited):
    J, K = check_kept(awaited)
    awaited.committed = decode("TicketCommitments", awaited.commitments)
    awaited.challenged = decode("TicketChallenges", awaited.challenges)
    require(awaited.committed.session == awaited.challenged.session, "14-23", "two sessions")
    require(len(awaited.committed.points) == K * (1 + 2 * J), "14-23", "commitments")
    require(len(awaited.challenged.scalars) == K, "14-23", "challenges")
    require((len(awaited.moves), len(awaited.moved)) == (K * (3 + J), 2 * K), "14-23", "blinds of the challenges")


MESSAGES.update(
    {
        "TicketRequest": (50, 66460, Body(keys=keys_field(), points=points()), check_request_fields),
        "TicketCommitments": (51, 69660, Body(session=Bytes(16), points=points(most=2176)), None),
        "TicketChallenges": (
            52,
            4122,
            Body(session=Bytes(16), scalars=scalars()),
            lambda message: tickets_of(len(message.scalars), 1),
        ),
        "TicketAnswers": (53, 40986, Body(session=Bytes(16), scalars=scalars(most=1280)), None),
        "SessionState": (54, 41900, Body(session=Bytes(16), keys=keys_field(), scalars=scalars()), check_session_fields),
        "TicketOrder": (74, 200092, Body(**KEPT, z=scalars(most=1024)), check_order_fields),
        "AwaitedTickets": (
            75,
            294354,
            Body(
                **KEPT,
                commitments=BytesUpTo(longest(51, 69660)),
                challenges=BytesUpTo(4122),
                moves=scalars(most=11 * MOST_TICKETS),
                moved=points(most=2 * MOST_TICKETS),
            ),
            check_awaited_fields,
        ),
    }
)


def pieces(items, size):
    return [items[i : i + size] for i in range(0, len(items), size)]


def key_tuple(key):
    return key.role, key.id, key.version, key.public
