"""The flag registry (spec 10 §3)."""

from group import encode_scalar
from list_rows import Log
from lists import REMOVE, RESTORE
from messages import decode, encode
from refusal import require
from rows import CHANGED, REGISTERED, WITHHELD, Requests, Rows, record, store_digest
from slots import NOBODY, Registry

FLAG_KINDS = {"flag": 11, "lift": 12}
REGISTER, JOIN = 13, 14
MOST_CASES, MOST_REGISTERED = 1024, 16


class FlagRegistry:
    """One transaction of the flag registry on its store."""

    def __init__(self, owner, record_key, stored):
        self.owner = owner
        self.rows = Rows(stored, record_key)
        self.log = Log(self.rows, owner)
        self.requests = Requests(self.rows, "10-31")

    def create(self, now):
        self.log.create(now, record(list=store_digest(self.owner), of_issuer=NOBODY))

    def check_store(self):
        self.log.check_mark(NOBODY)

    def row(self, handle):
        """The row of a handle, and that of its person: (handle, row) each."""
        empty = record(cases=[], revision=0, leads=NOBODY, open=0, registered=[])
        own = self.rows.get("flagged", encode_scalar(handle)) or empty
        at, person = handle, own
        while vars(person.leads):
            at = person.leads.handle
            person = self.rows.get("flagged", encode_scalar(at))
        return own, at, person

    def put(self, handle, row):
        self.rows.put("flagged", encode_scalar(handle), row)

    def each(self, operation, registered):
        """An entry for every registered handle."""
        return [self.log.append(operation, y) for y in registered]

    def change(self, key, what, handle, case):
        parts = (encode_scalar(handle), case)
        receipt = self.requests.answered(key, FLAG_KINDS[what], *parts)
        if receipt is not None:
            return Registry.made(receipt, True)
        own, at, person = self.row(handle)
        require((case in own.cases) == (what == "lift"), "10-32")
        if what == "flag":
            require(len(own.cases) < MOST_CASES, "10-33")
            own.cases = sorted([*own.cases, case])
            person.open += 1
            entries = self.each(REMOVE, person.registered) if person.open == 1 else []
        else:
            own.cases = [open_case for open_case in own.cases if open_case != case]
            person.open -= 1
            entries = self.each(RESTORE, person.registered) if person.open == 0 else []
        person.revision += 1
        if at != handle:
            self.put(handle, own)
        self.put(at, person)
        receipt = self.requests.answer(key, FLAG_KINDS[what], parts, person.revision, entries, record(kind=CHANGED))
        return Registry.made(receipt, False)

    def register(self, key, registration):
        asked = decode("FlagRegistration", registration)
        y, shard = asked.handle, asked.shard
        parts = (encode_scalar(y), shard.to_bytes(2, "big"))
        receipt = self.requests.answered(key, REGISTER, *parts)
        if receipt is None:
            own, at, person = self.row(y)
            element, entries = self.log.element(y), []
            if element is None:
                self.log.register(y, shard)
                require(len(person.registered) < MOST_REGISTERED, "10-35")
                person.registered.append(y)
                if person.open:
                    entries = [self.log.append(REMOVE, y)]
            else:
                require(element.shard == shard, "10-34")
            witness = self.log.witness_or_none(y)
            person.revision += 1
            self.put(at, person)
            given = len(vars(witness)) > 1
            outcome = record(kind=REGISTERED, shard=shard, epoch=witness.epoch) if given else record(kind=WITHHELD, epoch=witness.epoch)
            receipt = self.requests.answer(key, REGISTER, parts, person.revision, entries, outcome)
            return self.registered(receipt, False, y, shard)
        return self.registered(receipt, True, y, shard)

    def registered(self, receipt, replayed, y, shard):
        """The answer, made again of the receipt."""
        outcome = receipt.outcome
        witness = record(epoch=outcome.epoch)
        if outcome.kind == REGISTERED:
            witness = self.owner.witness(self.log.head(shard, outcome.epoch), y)
        of_list = record(owner=self.owner.name[0], list_class=self.owner.name[1])
        answer = record(name=of_list, shard=shard, handle=y, witness=witness)
        return Registry.made(receipt, replayed, message=encode("FlagAnswer", answer))

    def join(self, key, joining):
        asked = decode("Joining", joining)
        parts = (encode_scalar(asked.document), encode_scalar(asked.person))
        receipt = self.requests.answered(key, JOIN, *parts)
        replayed = receipt is not None
        if not replayed:
            entries, revision = self.unite(asked.document, asked.person)
            receipt = self.requests.answer(key, JOIN, parts, revision, entries, record(kind=CHANGED))
        of_list = record(owner=self.owner.name[0], list_class=self.owner.name[1])
        answer = record(name=of_list, second=asked.document, first=asked.person)
        return Registry.made(receipt, replayed, message=encode("JoinAnswer", answer))

    def unite(self, document, person):
        """Entries, and the person's revision."""
        (_, at, one), (_, other_at, other) = self.row(person), self.row(document)
        if at == other_at:
            one.revision += 1
            self.put(at, one)
            return [], one.revision
        require(len(one.registered) + len(other.registered) <= MOST_REGISTERED, "10-35")
        entries = []
        if bool(one.open) != bool(other.open):
            entries = self.each(REMOVE, (other if one.open else one).registered)
        one.revision = max(one.revision, other.revision) + 1
        one.open, one.registered = one.open + other.open, [*one.registered, *other.registered]
        other.leads, other.open, other.registered = record(handle=at), 0, []
        self.put(at, one)
        self.put(other_at, other)
        return entries, one.revision
