"""A wallet that follows a log to cosigned heads (spec 07 §5.3 and §8, spec 11 §3.6 and §11)."""

from types import SimpleNamespace

from clock import TOLERANCE
from group import ORDER, linear
from lists import REMOVE, check_cosigned_head_set, check_update
from messages import decode
from refusal import require
from wallet_state import PRESENT, REMOVED, WITHHELD

DAY = 86400
MOST_REMEMBERED = 8
FIELDS = ("owner", "list_class", "shard", "key", "epoch", "time", "length", "chain", "before", "value")


def name_of_list(class_number):
    return "status" if class_number == 1 else "flag"


def plain_head(head):
    """A head without proof and signature."""
    return SimpleNamespace(**{name: getattr(head, name) for name in FIELDS})


def check_seen(state, message, now):
    """Heads through the wallet's directory (checks 11-20, 11-38 and 11-43, 07-42 to 07-45); gives them."""
    content = state.directory[0].content
    name = (message.heads[0].owner, message.heads[0].list_class) if message.heads else None
    named = [keys for keys in content.lists if (keys.owner, keys.list_class) == name]
    require(named, "11-38")
    keys = SimpleNamespace(name=name, owner_key=named[0].owner_key, publics=named[0].publics)
    heads = check_cosigned_head_set(message, keys, content.cosigners)
    remembered = [epoch for one in state.seen if (one.owner, one.list_class) == name for epoch in one.epochs]
    same = [one for one in remembered if one.epoch == heads.epoch]
    require(all(one.digest == heads.digest for one in same), "11-20")
    require(same or heads.time <= now + TOLERANCE, "07-45")
    full = len(remembered) >= MOST_REMEMBERED
    require(same or not full or heads.epoch > min(one.epoch for one in remembered), "11-43")
    return heads


def wipe_outdated(former, own, now):
    """Check 11-61."""
    replaced = [one.head.time for one in [*former[1:], own]]
    old = lambda one, by: now - by > DAY or now - one.head.time > 2 * DAY
    while former and old(former[0], replaced[0]):
        former.pop(0)
        replaced.pop(0)


class Way:
    """What has read a part of the log."""

    def __init__(self, follower, passed, keys, target):
        self.y, self.head, self.standing, self.passed = follower.y, follower.head, follower.standing, passed
        self.keys, self.target = keys, target

    def is_complete(self):
        return self.head.epoch >= self.target.epoch

    def most_bytes(self, number):
        """Check 07-47."""
        before = self.head.length if 16 * number + 1 == self.head.epoch + 1 else 0
        return 16384 + 80 * max(self.target.length - before, 0)

    def read(self, data):
        """A file of the log, as far as the target."""
        require(not self.is_complete(), "07-23")
        number = self.head.epoch // 16
        require(len(data) <= self.most_bytes(number), "07-47")
        segment = decode("LogSegment", data)
        of_list = segment.list.owner, segment.list.list_class, segment.list.shard
        require(of_list == (self.head.owner, self.head.list_class, self.head.shard), "07-54")
        require(segment.number == number, "07-54")
        for update in segment.epochs:
            if update.head.epoch > self.head.epoch and not self.is_complete():
                self.follow(update)

    def follow(self, update):
        check_update(update, self.head, self.keys)
        require(update.head.length <= self.target.length, "07-23")
        value = self.head.value
        for entry in update.entries:
            self.pass_entry(entry, value, update.head.epoch)
            value = entry.value
        self.head = plain_head(update.head)

    def pass_entry(self, entry, value, epoch):
        """One line of the table of spec 07 §5.3."""
        kind = self.standing.kind
        if entry.y == self.y:
            removes = entry.operation == REMOVE
            require(kind == WITHHELD or (kind == PRESENT) == removes, "07-22")
            new = {"kind": REMOVED, "epoch": epoch} if removes else {"kind": PRESENT, "W": value}
            self.standing, self.passed = SimpleNamespace(**new), 1
        elif kind == PRESENT:
            W, difference = self.standing.W, entry.y - self.y
            if entry.operation == REMOVE:
                W = linear((pow(difference, -1, ORDER), W - entry.value))
            else:
                W = linear((1, value), (difference, W))
            self.standing = SimpleNamespace(kind=PRESENT, W=W)

    def follower(self):
        return SimpleNamespace(y=self.y, head=self.head, standing=self.standing)


def check_reached(way):
    """Checks 07-20 and 07-24: nothing is behind a witness that stands at the target, or later."""
    require(vars(way.head) == vars(way.target), "07-24" if way.head.epoch == way.target.epoch else "07-20")


def follow(state, message, files, now):
    """What the wallet's first credential has of the list after it: (witness, former, way)."""
    heads = check_seen(state, message, now)
    held = state.held[0]
    content, name = held.credential.content, name_of_list(heads.name[1])
    for of in ("status", "flag"):
        wipe_outdated(getattr(content.former, of), getattr(content, of), now)
    own, former, ways = getattr(content, name), getattr(content.former, name), getattr(held, name)
    target = plain_head(heads.heads[content.shard])
    keys_of = state.directory[0].content.lists
    (keys,) = [one for one in keys_of if (one.owner, one.list_class) == heads.name]
    keys = SimpleNamespace(name=heads.name, owner_key=keys.owner_key, publics=keys.publics)
    start, passed = (ways[0].follower, ways[0].passed) if ways else (own, 0)
    if ways and target.epoch < start.head.epoch:
        start, passed = own, 0
    way = Way(start, passed, keys, target)
    if way.is_complete():
        check_reached(way)
    for data in files:
        way.read(data)
    if not way.is_complete():
        if way.passed:
            former.clear()  # 11-62
        return own, former, SimpleNamespace(follower=way.follower(), passed=way.passed)
    check_reached(way)
    reached = way.follower()
    if way.passed or {reached.standing.kind, own.standing.kind} != {PRESENT}:
        former.clear()  # 11-62
    elif own.head.epoch < reached.head.epoch:
        former.append(own)  # 11-60
        del former[:-2]
    return reached, former, None
