"""What a reader of a log writes down of it under its own signature (spec 07 §12)."""

from types import SimpleNamespace

from cbor import Body, Bytes, Record, Sequence, Uint
from directory import require_signature
from hashing import H
from lists import head_digest, name_of
from messages import MESSAGES, head_fields, strictly_increasing
from refusal import require

HEAD = Record(**head_fields())
ELEMENT = Record(y=Bytes(32), shard=Uint(0, 1023), removed=Uint(0, 1))


def of_epoch(heads):
    """The heads of all shards in one epoch."""
    first = heads[0]
    same = [(name_of(head), head.epoch, head.time) == (name_of(first), first.epoch, first.time) for head in heads]
    require(all(same) and [head.shard for head in heads] == list(range(len(heads))), "01-11", "heads of one epoch")
    digest = H("epoch-digest", 32, *map(head_digest, heads))
    return SimpleNamespace(name=name_of(first), epoch=first.epoch, time=first.time, digest=digest, heads=heads)


def check_snapshot_fields(message):
    """Spec 07 §12: epochs and elements in order, of one list."""
    message.epochs = [of_epoch(heads) for heads in message.heads]
    require(strictly_increasing([epoch.epoch for epoch in message.epochs]), "01-11", "epochs")
    require(len({epoch.name for epoch in message.epochs}) == 1, "01-11", "one list")
    require(strictly_increasing([element.y for element in message.elements]), "01-11", "elements")


MESSAGES["ListSnapshot"] = (
    69,
    180355840,
    Body(
        heads=Sequence(Sequence(HEAD, 1, 1024), 1, 64),
        elements=Sequence(ELEMENT, 0, 4194304),
        maker=Bytes(32),
        signature=Bytes(64),
    ),
    check_snapshot_fields,
)


def check_snapshot(snapshot, keys):
    """Checks 07-57 and 07-58, with the keys of the reader's list."""
    for epoch in snapshot.epochs:
        same = epoch.name == keys.name and [head.key for head in epoch.heads] == keys.publics
        require(same, "07-57")
    owner_name, list_class = keys.name
    parts = [bytes([list_class]) + owner_name.encode(), keys.owner_key, *keys.publics, len(snapshot.epochs)]
    for epoch in snapshot.epochs:
        parts += [epoch.epoch, epoch.digest]
    for element in snapshot.elements:
        parts += [element.y, element.shard, element.removed]
    require_signature(snapshot.maker, H("log-snapshot", 64, *parts), snapshot.signature, "07-58")
