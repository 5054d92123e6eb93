"""The rows of a registry's store, and a store of them (spec 10 §4.3 and §5)."""

from types import SimpleNamespace

from cbor import Body, Bytes, BytesUpTo, Choice, Record, Sequence, Tagged, Uint, point, scalar
from group import encode_scalar
from hashing import H
from messages import MESSAGES, U32_MAX, decode, encode, owner, strictly_increasing
from prf import F
from refusal import Refusal, require

TABLES = ["receipts", "persons", "cards", "slots", "offers", "flagged", "elements", "shards", "log", "heads", "epochs"]
TABLES += ["marks", "lists", "cuts"]
KINDS = {
    "receipts": "Receipt",
    "persons": "Person",
    "cards": "Card",
    "slots": "Slot",
    "offers": "PendingOffer",
    "flagged": "Flagged",
    "elements": "Element",
    "shards": "ShardState",
    "log": "LogEntry",
    "heads": "SignedHead",
    "epochs": "EpochUpdate",
    "marks": "StoreMark",
    "lists": "ListState",
    "cuts": "EpochCut",
}
MARK = b"mark"

ENTRY = Record(operation=Uint(1, 2), shard=Uint(0, 1023), number=Uint())
CHANGED, OFFERED, ISSUED, REGISTERED, WITHHELD = 1, 2, 3, 4, 5
OUTCOME = Tagged(
    {
        CHANGED: {},
        OFFERED: {"offer": BytesUpTo(256)},
        ISSUED: {
            "offer": BytesUpTo(256),
            "shard": Uint(0, 1023),
            "epoch": Uint(),
            "status": scalar(nonzero=True),
            "since": Uint(0, 65535),
            "reset": Uint(0, U32_MAX),
            "pseudonym": Uint(1, 3),
        },
        REGISTERED: {"shard": Uint(0, 1023), "epoch": Uint()},
        WITHHELD: {"epoch": Uint()},
    }
)
LIVE = Record(
    generation=Uint(1, U32_MAX),
    since=Uint(0, 65535),
    card=Bytes(64),
    status=scalar(nonzero=True),
    D=point(),
    N_h=point(),
    reasons=Uint(0, 7),
)
NONE = Record()


def check_slot(slot):
    live = bool(vars(slot.live))
    require(not live or (vars(slot.shard) and slot.last >= slot.live.generation), "01-11", "shard, last generation")
    require(not (live and vars(slot.ended)), "01-11", "ended with a credential")


def check_card(card):
    require(card.replaced == 0 or not vars(card.until), "01-11", "replaced, with a last day")


def check_flagged(row):
    leads_on = bool(vars(row.leads))
    require(strictly_increasing(row.cases), "01-11", "cases")
    require(not leads_on or (row.open == 0 and row.registered == []), "01-11", "leads on")
    require(leads_on or row.open >= len(row.cases), "01-11", "open cases")


MESSAGES.update(
    {
        "Receipt": (30, 832, Body(digest=Bytes(32), revision=Uint(), entries=Sequence(ENTRY, 0, 16), outcome=OUTCOME), None),
        "Person": (40, 32, Body(slot=Bytes(16), replaced=Uint(0, 1)), None),
        "Card": (41, 32, Body(slot=Bytes(16), replaced=Uint(0, 1), until=Choice(NONE, Record(day=Uint(0, 65535)))), check_card),
        "Slot": (
            24,
            512,
            Body(
                person=Bytes(64),
                revision=Uint(),
                reset=Uint(0, U32_MAX),
                shard=Choice(NONE, Record(number=Uint(0, 1023))),
                live=Choice(NONE, LIVE),
                last=Uint(0, U32_MAX),
                ended=Choice(NONE, Record(slot=Bytes(16))),
            ),
            check_slot,
        ),
        "PendingOffer": (25, 384, Body(offer=BytesUpTo(256), kind=Uint(1, 5), card=Bytes(64), until=Uint()), None),
        "Element": (26, 64, Body(shard=Uint(0, 1023), removed=Uint(0, 1), superseded=Uint(0, 1), length=Uint()), None),
        "LogEntry": (28, 64, Body(operation=Uint(1, 2), y=scalar(nonzero=True)), None),
        "ShardState": (29, 32, Body(length=Uint()), None),
        "ListState": (43, 32, Body(closed=Uint()), None),
        "EpochCut": (44, 9280, Body(epoch=Uint(), time=Uint(), ends=Sequence(Uint(), 1, 1024)), None),
        "Flagged": (
            27,
            18080,
            Body(
                cases=Sequence(Bytes(16), 0, 1024),
                revision=Uint(),
                leads=Choice(NONE, Record(handle=scalar())),
                open=Uint(),
                registered=Sequence(scalar(), 0, 16),
            ),
            check_flagged,
        ),
        "StoreMark": (
            42,
            256,
            Body(
                list=Bytes(32),
                of_issuer=Choice(
                    NONE, Record(handle=Bytes(32), pseudonym=Bytes(32), owner=owner(), list_class=Uint(1, 2))
                ),
            ),
            None,
        ),
    }
)


def as_bytes(scalar):
    """"As 32 bytes of a scalar"."""
    return encode_scalar(scalar)


class Rows:
    """What a transaction reads and writes; nothing of it counts before it is kept."""

    def __init__(self, stored, record_key):
        self.stored, self.record_key = dict(stored), record_key

    def tag(self, table, key, message):
        return as_bytes(F("row", self.record_key, TABLES.index(table) + 1, key, message))

    def get(self, table, key):
        """The row, or None (checks 10-38 and 10-40)."""
        row = self.stored.get((table, key))
        if row is None:
            return None
        require(row[-32:] == self.tag(table, key, row[:-32]), "10-38")
        try:
            return decode(KINDS[table], row[:-32])
        except Refusal as refusal:
            raise Refusal("10-40", str(refusal)) from None

    def put(self, table, key, message):
        data = encode(KINDS[table], message)
        self.stored[table, key] = data + self.tag(table, key, data)

    def delete(self, table, key):
        self.stored.pop((table, key), None)


def changes(before, after):
    """The rows that differ, by table and key."""
    keys = {at for at in {**before, **after} if before.get(at) != after.get(at)}
    order = sorted(keys, key=lambda at: (TABLES.index(at[0]), at[1]))
    row = lambda at: after[at].hex() if at in after else None
    return [{"table": table, "key": key.hex(), "row": row((table, key))} for table, key in order]


def record(**fields):
    return SimpleNamespace(**fields)


class Requests:
    """Receipts (spec 10 §4.2): `check` is that of another request under the key."""

    def __init__(self, rows, check):
        self.rows, self.check = rows, check

    def digest(self, key, kind, parts):
        return as_bytes(F("request-record", self.rows.record_key, key, kind, *parts))

    def answered(self, key, kind, *parts):
        """The receipt of a request that was made before."""
        receipt = self.rows.get("receipts", key)
        require(receipt is None or receipt.digest == self.digest(key, kind, parts), self.check)
        return receipt

    def answer(self, key, kind, parts, revision, entries, outcome):
        digest = self.digest(key, kind, parts)
        row = record(digest=digest, revision=revision, entries=entries, outcome=outcome)
        self.rows.put("receipts", key, row)
        return row


def store_digest(owner):
    """Key 1 of a StoreMark."""
    return H("store-list", 32, owner.name_bytes, owner.owner_key, *owner.publics)
