"""Who reads whole logs: auditors (spec 07 §6.2) and cosigners (spec 07 §7.2)."""

from types import SimpleNamespace

from clock import TOLERANCE
from lists import REMOVE, check_head_set, check_update, cosign_statement, is_empty_log
from messages import decode, encode
from refusal import require
from signing import public_key, sign
import stored  # noqa: F401, CosignerState

MOST_LISTS = 256


class LogAuditor:
    """What it has read of a list: the newest heads, and of each element that the log named the shard, and whether it is
    removed."""

    def __init__(self, keys):
        self.keys, self.heads, self.elements = keys, None, {}

    def read(self, epoch):
        """The heads of the next epoch, of a decoded ClosedEpoch; nothing changes where it is refused."""
        heads = check_head_set(epoch, self.keys)
        if self.heads is None:
            require(all(map(is_empty_log, epoch.heads)), "07-34")
            require(epoch.entries == [], "07-34", "entries")
        else:
            require(len(epoch.entries) == len(epoch.heads), "07-35")
            for entries, head, last in zip(epoch.entries, epoch.heads, self.heads.heads):
                check_update(SimpleNamespace(entries=entries, head=head), last, self.keys)
        self.elements = self.changed(epoch.entries)
        self.heads = heads
        return heads

    def changed(self, of_shards):
        """The elements after these entries of all shards."""
        elements = dict(self.elements)
        for shard, entries in enumerate(of_shards):
            for entry in entries:
                place, removed = elements.get(entry.y, (shard, False))
                require(place == shard, "07-37")
                require(removed == (entry.operation != REMOVE), "07-36")
                elements[entry.y] = shard, entry.operation == REMOVE
        return elements


def most_bytes(last, newest):
    """Of the epoch after the last one that was read, None before epoch 0, by the newest heads (check 07-50)."""
    entries = 0
    if last is not None:
        entries = sum(head.length for head in newest.heads) - sum(head.length for head in last.heads)
    return 64 + 528 * len(newest.heads) + 80 * entries


class Cosigner:
    """A cosigner of one list, with what it has stored; it reads the log again."""

    def __init__(self, keys, stored):
        self.log, self.state = LogAuditor(keys), decode("CosignerState", stored)
        self.public = public_key(self.state.key)

    def offer(self, epoch, now):
        """The signature of an epoch, which is as good as stored."""
        heads = check_head_set(epoch, self.log.keys)
        require(heads.time <= now + TOLERANCE, "07-41")
        own = [one for one in self.state.signed if (one.owner, one.list_class) == heads.name]
        require(own or len(self.state.signed) < MOST_LISTS, "07-63")
        for signed in own:
            require(signed.epoch != heads.epoch or signed.digest == heads.digest, "07-39")
        if self.log.heads is None or self.log.heads.digest != heads.digest:
            self.log.read(epoch)
        require(all(signed.epoch <= heads.epoch for signed in own), "07-40")
        self.remember(own, heads)
        return sign(self.state.key, cosign_statement(heads))

    def remember(self, own, heads):
        """The newest epoch of each list, in order."""
        owner, list_class = heads.name
        newest = SimpleNamespace(owner=owner, list_class=list_class, epoch=heads.epoch, digest=heads.digest)
        others = [one for one in self.state.signed if one not in own]
        self.state.signed = sorted([*others, newest], key=lambda one: (one.owner.encode(), one.list_class))

    def stored(self):
        return encode("CosignerState", self.state)
