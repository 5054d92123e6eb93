"""A list in rows: elements, their log, epochs (spec 10 §6)."""

from group import encode_scalar
from lists import REMOVE, RESTORE
from refusal import Refusal, require
from rows import MARK, record, store_digest

MOST_WAITING = 65536
MOST_OF_EPOCH = 2**21


def number(value, length):
    return value.to_bytes(length, "big")


class Log:
    """The rows of an owner's list within one transaction."""

    def __init__(self, rows, owner):
        self.rows, self.owner, self.name = rows, owner, owner.name_bytes

    def create(self, now, mark):
        """Spec 10 §4.3 and §6.2: an empty store's mark and epoch 0."""
        there = self.rows.get("marks", MARK) or self.rows.get("lists", self.name)
        require(there is None, "10-39")
        for shard in range(len(self.owner.alphas)):
            head = record(head=self.owner.first_head(shard, now))
            self.rows.put("heads", number(shard, 2) + number(0, 8) + self.name, head)
            self.rows.put("shards", number(shard, 2) + self.name, record(length=0))
        self.rows.put("lists", self.name, record(closed=0))
        self.rows.put("marks", MARK, mark)

    def check_mark(self, of_issuer):
        """Check 10-37."""
        try:
            mark = self.rows.get("marks", MARK)
        except Refusal as refusal:
            raise Refusal("10-37", str(refusal)) from None
        require(mark is not None, "10-37", "no mark")
        require(mark.list == store_digest(self.owner), "10-37", "another list")
        require(vars(mark.of_issuer) == vars(of_issuer), "10-37", "other keys")

    def closed(self):
        return self.rows.get("lists", self.name).closed

    def head(self, shard, epoch=None):
        epoch = self.closed() if epoch is None else epoch
        return self.rows.get("heads", number(shard, 2) + number(epoch, 8) + self.name).head

    # Elements (spec 10 §6.1).

    def element(self, y):
        return self.rows.get("elements", encode_scalar(y) + self.name)

    def write(self, y, element):
        self.rows.put("elements", encode_scalar(y) + self.name, element)

    def register(self, y, shard):
        require(self.element(y) is None and shard < len(self.owner.alphas), "10-41")
        self.write(y, record(shard=shard, removed=0, superseded=0, length=0))

    def append(self, operation, y):
        """Removes or restores an element; gives the entry for a receipt."""
        element = self.element(y)
        fits = element is not None and element.superseded == 0 and element.removed == (operation == RESTORE)
        require(fits, "10-42")
        key = number(element.shard, 2) + self.name
        count = self.rows.get("shards", key).length
        self.rows.put("log", number(element.shard, 2) + number(count, 8) + self.name, record(operation=operation, y=y))
        self.rows.put("shards", key, record(length=count + 1))
        element.removed, element.length = int(operation == REMOVE), count + 1
        self.write(y, element)
        return record(operation=operation, shard=element.shard, number=count)

    def supersede(self, y):
        """Spec 10 §2.2: removed unless it is removed already, and marked; gives the entries."""
        entries = [] if self.element(y).removed else [self.append(REMOVE, y)]
        element = self.element(y)
        element.superseded = 1
        self.write(y, element)
        return entries

    def waits(self, y):
        element = self.element(y)
        return element.length > self.head(element.shard).length

    def witness_or_none(self, y):
        """The witness under the last closed epoch; where it must be withheld (10-43), the epoch as of which it is."""
        element = self.element(y)
        if element.removed or self.waits(y):
            return record(epoch=self.closed())
        return self.owner.witness(self.head(element.shard), y)

    # Epochs (spec 10 §6.2).

    def close(self, epoch, now, after_pause):
        """The updates of an epoch, in the order of shards."""
        last, shards = self.closed(), range(len(self.owner.alphas))
        require(1 <= epoch <= last + 1, "10-45")
        if epoch == last + 1:
            cut = self.cut(epoch, now, after_pause)
            for shard, end in zip(shards, cut.ends):
                self.compute(epoch, shard, end, cut.time)
            self.publish(epoch)
        return [self.rows.get("epochs", number(shard, 2) + number(epoch, 8) + self.name) for shard in shards]

    def cut(self, epoch, now, after_pause):
        """Rule 10-44: the cut that there is, or a new one (check 10-46)."""
        key = number(epoch, 8) + self.name
        cut = self.rows.get("cuts", key)
        if cut is not None:
            self.check_cut(cut, epoch)
            return cut
        before = self.head(0).time
        require(now >= before and (after_pause or now - before <= self.owner.step), "10-46")
        count = len(self.owner.alphas)
        most = min(MOST_WAITING, MOST_OF_EPOCH // count)
        ends = []
        for shard in range(count):
            length = self.rows.get("shards", number(shard, 2) + self.name).length
            ends.append(min(length, self.head(shard).length + most))
        cut = record(epoch=epoch, time=now, ends=ends)
        self.rows.put("cuts", key, cut)
        return cut

    def check_cut(self, cut, epoch):
        """Whether one that was stored fits the list and its last heads (10-47)."""
        require(cut.epoch == epoch, "10-47", "another epoch")
        require(len(cut.ends) == len(self.owner.alphas), "10-47", "another number of shards")
        for shard, end in zip(range(len(self.owner.alphas)), cut.ends):
            last = self.head(shard)
            require(cut.time >= last.time, "10-47", "a time before the last head's")
            require(end >= last.length, "10-47", "an end before the last head's")

    def entry(self, shard, place):
        """An entry that belongs to a cut."""
        entry = self.rows.get("log", number(shard, 2) + number(place, 8) + self.name)
        require(entry is not None, "10-47", "no such entry")
        return entry

    def compute(self, epoch, shard, end, time):
        """One shard's update and head, unless there are some."""
        key = number(shard, 2) + number(epoch, 8) + self.name
        if self.rows.get("epochs", key) is None:
            before = self.head(shard)
            log = [self.entry(shard, place) for place in range(before.length, end)]
            update = self.owner.update(before, [(entry.operation, entry.y) for entry in log], time)
            self.rows.put("epochs", key, update)

    def publish(self, epoch):
        """The heads of the updates of all shards."""
        for shard in range(len(self.owner.alphas)):
            key = number(shard, 2) + number(epoch, 8) + self.name
            self.rows.put("heads", key, record(head=self.rows.get("epochs", key).head))
        self.rows.put("lists", self.name, record(closed=epoch))
        self.rows.delete("cuts", number(epoch, 8) + self.name)
