"""What a wallet seals (spec 11 §3.2 and §12), and what a holder keeps while it waits for a credential (spec 04 §10)."""

import orders
from cbor import Body, Bytes, BytesUpTo, Record, Sequence, Tagged, Uint, point, points, scalar, scalars
from credential import schema_digest
from directory import SIGNATURE, Content, Evidence
from hashing import G_N
from lists import FLAG, STATUS
from messages import MESSAGES, U32_MAX, VALUE, decode, encode, head_fields, owner, strictly_increasing
from prf import F
from refusal import Refusal, require
from suite import NUMBER
from ticket import LIST, TicketRecord

HEAD = Record(**head_fields())


PRESENT, REMOVED, WITHHELD = 1, 2, 3
FOLLOWER = Record(
    y=scalar(nonzero=True),
    head=HEAD,
    standing=Tagged({PRESENT: {"W": point()}, REMOVED: {"epoch": Uint()}, WITHHELD: {"epoch": Uint()}}),
)
FORMER = Sequence(FOLLOWER, 0, 2)


class SchemaMessage(BytesUpTo):
    """A schema as its message, kept with its digest."""

    def __init__(self):
        super().__init__(7040)

    def read(self, reader):
        data = super().read(reader)
        schema = decode("Schema", data)
        schema.digest = schema_digest(data)
        return schema

    def write(self, value):
        return super().write(encode("Schema", value))


CREDENTIAL = Record(
    X=point(),
    key_version=Uint(0, U32_MAX),
    schema=SchemaMessage(),
    content=Record(
        A=point(),
        e_n=scalars(2),
        D=point(),
        factors=Uint(0, 63 if NUMBER == 2 else 31),
        since=Uint(0, 65535),
        values=Sequence(VALUE, 0, 32),
        shard=Uint(0, 1023),
        status=FOLLOWER,
        flag=FOLLOWER,
        former=Record(status=FORMER, flag=FORMER),
    ),
)
WAY = Record(follower=FOLLOWER, passed=Uint(0, 1))
HELD = Record(credential=CREDENTIAL, status=Sequence(WAY, 0, 1), flag=Sequence(WAY, 0, 1))
COSIGNATURES = Sequence(SIGNATURE, 0, 64)
SEEN_LIST = Record(
    owner=owner(),
    list_class=Uint(1, 2),
    epochs=Sequence(Record(epoch=Uint(), time=Uint(), digest=Bytes(32), cosignatures=COSIGNATURES), 0, 8),
)
SEEN_VERSION = Record(version=Uint(), digest=Bytes(32), by_authority=SIGNATURE, cosignatures=COSIGNATURES)


COVERED = Record(key=orders.TicketKey(), head=Bytes(0, 64), blind=scalar(), pair=points(2))
TICKET = Record(covered=Sequence(COVERED, 1, 8), ticket=TicketRecord())
USES = Record(counter=Bytes(32), count=Uint(0, U32_MAX), until=Uint())

REQUEST_STATE = {
    "issuer": Record(X=point(), key_version=Uint(0, U32_MAX), schema=SchemaMessage()),
    "offer": BytesUpTo(256),
    "request": BytesUpTo(384),
    "n_h": scalar(),
    **({"repeats": Uint(0, 1)} if NUMBER == 2 else {}),
}


def check_request_state(state):
    """Check 04-29."""
    offer, request = decode("CredentialOffer", state.offer), decode("CredentialRequest", state.request)
    issuer = state.issuer
    same = (offer.issuer_key, offer.key_version, offer.schema_digest) == (issuer.X, issuer.key_version, issuer.schema.digest)
    named = list(vars(offer.shard).values())
    require(same, "04-29", "offer")
    require(request.shard < offer.shard_count and named in ([], [request.shard]), "04-29", "shard")
    require(state.n_h * G_N == request.points[2], "04-29", "n_h")
    state.shard = request.shard


MESSAGES["RequestState"] = (73, 7808, Body(**REQUEST_STATE), check_request_state)

MESSAGES["WalletState"] = (
    18,
    4194304,
    Body(
        recovery=Bytes(32),
        shard=Tagged({0: {}, 1: {}, 2: {"number": Uint(0, 1023)}}),
        held=Sequence(HELD, 0, 8),
        directory=Sequence(Record(content=Content(), by_authority=SIGNATURE, cosignatures=COSIGNATURES), 0, 1),
        seen=Sequence(SEEN_LIST, 0, 16),
        versions=Sequence(SEEN_VERSION, 0, 256),
        evidence=Sequence(Evidence(), 0, 16),
        uses=Sequence(USES, 0, 1024),
        tickets=Sequence(TICKET, 0, 512),
        waiting=Sequence(BytesUpTo(7808), 0, 8),
        orders=Sequence(BytesUpTo(4194304), 0, 8),  # as their messages say
    ),
    None,
)


def list_of(follower):
    head = follower.head
    return head.owner, head.list_class, head.shard, head.key.encode(), follower.y


def check_follower_of(own, list_class, shard):
    require((own.head.list_class, own.head.shard) == (list_class, shard), "11-12", "list of the witness")


def check_held(held):
    """Check 11-12."""
    content, schema = held.credential.content, held.credential.schema
    require([v.kind for v in content.values] == [a.kind for a in schema.attributes], "11-12", "values")
    for value, attribute in zip(content.values, schema.attributes):
        template = attribute.template
        if template is not None:  # 04-25
            entries = [byte - 256 if byte > 127 else byte for byte in value.content]
            require(len(entries) == template.k and sum(t * t for t in entries) <= template.B, "11-12", "template")
    for name, list_class in (("status", STATUS), ("flag", FLAG)):
        own, ways, former = getattr(content, name), getattr(held, name), getattr(content.former, name)
        check_follower_of(own, list_class, content.shard)
        for way in ways:
            same = list_of(way.follower) == list_of(own) and way.follower.head.epoch >= own.head.epoch
            require(same, "11-12", "catch-up")
        require(all(list_of(one) == list_of(own) for one in former), "11-12", "former witness")
        standing = [one.standing.kind for one in [*former, own]]
        require(former == [] or set(standing) == {PRESENT}, "11-12", "former without a witness")
        require(strictly_increasing([one.head.epoch for one in [*former, own]]), "11-12", "epochs")


def place_of(X, key_version, schema):
    return X.encode(), key_version, schema.digest


def check_state(data):
    """Checks 11-11 to 11-15, 11-58 and 11-64; gives the state."""
    try:
        state = decode("WalletState", data)
    except Refusal as refusal:
        raise Refusal("11-11", str(refusal)) from None
    for held in state.held:
        check_held(held)
    shard = getattr(state.shard, "number", None)
    require(all(held.credential.content.shard == shard for held in state.held), "11-13", "shard")
    places = [place_of(h.credential.X, h.credential.key_version, h.credential.schema) for h in state.held]
    require(len(set(places)) == len(places), "11-13", "two alike")
    require(all(uses.count > 0 for uses in state.uses), "11-14", "no use")
    require(strictly_increasing([uses.counter for uses in state.uses]), "11-14", "order")
    require(strictly_increasing([(s.owner.encode(), s.list_class) for s in state.seen]), "11-11", "order of lists")
    require(strictly_increasing([s.version for s in state.versions]), "11-11", "order of versions")
    for ticket in state.tickets:
        require(len(ticket.ticket.scalars) == 2 + len(ticket.covered), "11-15", "number of keys")
        require(all((c.key.role == LIST) == (c.head != b"") for c in ticket.covered), "11-15", "head digest")
        require(all(c.blind != 0 for c in ticket.covered), "11-15", "zero")
    check_waiting(state, shard)
    check_orders(state)
    return state


def check_waiting(state, shard):
    """Check 11-58."""
    waiting = []
    for data in state.waiting:
        try:
            waiting.append(decode("RequestState", data))
        except Refusal as refusal:
            raise Refusal("11-11", str(refusal)) from None
    n_h = F("pseudonym-part", state.recovery)
    require(all(one.n_h == n_h and one.shard == shard for one in waiting), "11-58", "another secret or shard")
    places = [place_of(one.issuer.X, one.issuer.key_version, one.issuer.schema) for one in waiting]
    require(len(set(places)) == len(places), "11-58", "two alike")


def check_orders(state):
    """Check 11-64."""
    placed = []
    for data in state.orders:
        try:
            placed.append(decode("AwaitedTickets" if data[2:3] == b"\x4b" else "TicketOrder", data))
        except Refusal as refusal:
            raise Refusal("11-64", str(refusal)) from None
    require(len({one.request for one in placed}) == len(placed), "11-64", "one twice")
    ordered = sum(len(one.blinds) // len(one.covered) for one in placed)
    require(len(state.tickets) + ordered <= 512, "11-64", "too many tickets")
