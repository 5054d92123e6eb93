"""The registry of an issuer (spec 10 §2, §4 to §7 and §11), in the order of its checks."""

import symbols  # FlagAnswer, FlagRegistration, Joining, JoinAnswer
from cbor import Sequence
from cards import admit, question_digest
from credential import check_request, fit
from issuing import flag_handle, status_handle
from list_rows import Log
from lists import REMOVE, RESTORE
from hashing import H
from messages import U32_MAX, VALUE, decode, encode
from prf import F
from refusal import Refusal, require
from rows import CHANGED, ISSUED, OFFERED, Requests, Rows, as_bytes, record, store_digest
from signing import sign

ENROL, MOVE, REISSUE, NEW_CARD, OTHER_DOCUMENT = 1, 2, 3, 4, 5
OFFER_KINDS = {ENROL: 1, MOVE: 2, REISSUE: 3, NEW_CARD: 15, OTHER_DOCUMENT: 18}
COMPLETE = 4
UNION_KINDS = {"link": 5, "correction": 16, "merger": 17}
REPORT_KINDS = {"card lost": 6, "card found": 7, "card expired": 8, "phone lost": 9, "phone found": 10}
CARD_LOST, PHONE_LOST, EXPIRED = 1, 2, 4
BEGUN, KEPT, RESET = 1, 2, 3
LONG_TERM = 65535
NOBODY = record()


def today(now):
    """The day in China (spec 02 §2.2), or check 10-23."""
    day = (now + 60 * 480) // 86400 + 25567
    require(day <= 65534, "10-23", "no Date")
    return day


class Keys:
    """What a registry is made of."""

    def __init__(self, issuers, owner, handle_key, record_key, flag_list, lifetime):
        self.issuers, self.owner, self.record_key = issuers, owner, record_key
        self.handle_key, self.flag_list, self.lifetime = handle_key, flag_list, lifetime
        self.flag_bytes = bytes([flag_list[1]]) + flag_list[0].encode()

    def of_issuer(self):
        """Key 2 of the StoreMark (spec 10 §5.5)."""
        handle = as_bytes(F("store-handle-key", self.handle_key))
        pseudonym = as_bytes(F("store-pseudonym-key", self.issuers[0].pseudonym))
        return record(handle=handle, pseudonym=pseudonym, owner=self.flag_list[0], list_class=self.flag_list[1])

    def flag(self, person):
        return flag_handle(self.handle_key, self.flag_bytes, person)

    def issuer_of(self, offer):
        """Check 10-17, the part of the issuer's keys."""
        made = [issuer for issuer in self.issuers if issuer.made(offer)]
        require(made, "10-17", "none of the issuer's keys")
        return made[0]


class Registry:
    """One transaction of the registry on its store."""

    def __init__(self, keys, stored):
        self.keys = keys
        self.rows = Rows(stored, keys.record_key)
        self.log = Log(self.rows, keys.owner)
        self.requests = Requests(self.rows, "10-1")

    def create(self, now):
        self.log.create(now, record(list=store_digest(self.keys.owner), of_issuer=self.keys.of_issuer()))

    def check_store(self):
        self.log.check_mark(self.keys.of_issuer())

    # What rows lead to.

    def slot(self, name):
        """The slot of this name, or the one in which it ended: (name, row)."""
        row = self.rows.get("slots", name)
        while vars(row.ended):
            name = row.ended.slot
            row = self.rows.get("slots", name)
        return name, row

    def person(self, symbol):
        """The row of a person symbol that is not corrected away (checks 10-3, 10-4, 10-25)."""
        row = self.rows.get("persons", symbol)
        require(row is None or not row.replaced, "10-4")
        return row

    def keep(self, name, slot):
        """Every transition raises the revision by one."""
        slot.revision += 1
        self.rows.put("slots", name, slot)

    # Offers.

    def check_offer(self, name, slot, kind, card):
        """Checks 10-5 to 10-14."""
        row = self.rows.get("cards", card)
        live = slot.live if vars(slot.live) else None
        if row is not None:
            require(self.slot(row.slot)[0] == name, "10-5")
            require(not row.replaced, "10-6")
        require(kind != ENROL or live is None, "10-7")
        require(kind == ENROL or live is not None, "10-8")
        if kind == MOVE:
            require(live.card == card, "10-9")
            require(live.reasons == 0, "10-10")
        if kind == REISSUE and live.card == card:
            require(not live.reasons & EXPIRED, "10-11")
            require(not live.reasons & CARD_LOST, "10-12")
        require(kind != REISSUE or row is not None, "10-13")
        require(kind not in (NEW_CARD, OTHER_DOCUMENT) or row is None, "10-13")

    def offer(self, key, kind, person, card, now, nonce, new_slot):
        parts = (person, card)
        receipt = self.requests.answered(key, OFFER_KINDS[kind], *parts)
        if receipt is not None:
            return self.made(receipt, True, message=receipt.outcome.offer)
        row = self.person(person)
        require(row is not None or kind == ENROL, "10-3")
        if row is None:
            require(self.rows.get("slots", new_slot) is None, "10-2")
            self.rows.put("persons", person, record(slot=new_slot, replaced=0))
            name = new_slot
            slot = record(person=person, revision=0, reset=0, shard=NOBODY, live=NOBODY, last=0, ended=NOBODY)
        else:
            name, slot = self.slot(row.slot)
        self.check_offer(name, slot, kind, card)
        require(slot.last < U32_MAX, "10-14")
        offer = self.keys.issuers[0].offer(nonce, name, slot.last + 1, len(self.keys.owner.alphas), slot.shard)
        until = now + self.keys.lifetime
        self.rows.put("offers", name, record(offer=offer, kind=kind, card=card, until=until))
        self.keep(name, slot)
        outcome = record(kind=OFFERED, offer=offer)
        receipt = self.requests.answer(key, OFFER_KINDS[kind], parts, slot.revision, [], outcome)
        return self.made(receipt, False, message=offer)

    @staticmethod
    def made(receipt, replayed, **more):
        entries = [[entry.operation, entry.shard, entry.number] for entry in receipt.entries]
        answer = {"replayed": replayed, "revision": receipt.revision, "entries": entries}
        return {**answer, **{name: value.hex() if isinstance(value, bytes) else value for name, value in more.items()}}

    # Issuing.

    def check_asked(self, slot, pending, request, now):
        """Checks 10-16 to 10-18; gives issuer, offer and request."""
        require(now <= pending.until, "10-16")
        offer = decode("CredentialOffer", pending.offer)
        issuer = self.keys.issuer_of(offer)
        try:
            asked = decode("CredentialRequest", request)
            settled = vars(slot.shard)
            require(not settled or asked.shard == slot.shard.number, "10-18")
            check_request(asked, offer, pending.offer)
        except Refusal as refusal:
            raise Refusal(refusal.check if refusal.check == "10-18" else "10-17", str(refusal)) from None
        return issuer, offer, asked

    def settle(self, name, request, now):
        """Whom to register, and where."""
        slot, pending = self.rows.get("slots", name), self.rows.get("offers", name)
        settled = slot is not None and bool(vars(slot.shard))
        require(pending is not None or settled, "10-15")
        if settled:
            require(decode("CredentialRequest", request).shard == slot.shard.number, "10-18")
        else:
            _, _, asked = self.check_asked(slot, pending, request, now)
            slot.shard = record(number=asked.shard)
            self.keep(name, slot)
        registration = record(handle=self.keys.flag(slot.person), shard=slot.shard.number)
        return {"message": encode("FlagRegistration", registration).hex()}

    def complete(self, key, name, request, values, factors, flag, now):
        parts = (name, request, values_bytes(values), factors.to_bytes(2, "big"), flag)
        receipt = self.requests.answered(key, COMPLETE, *parts)
        answer = decode("FlagAnswer", flag)
        if receipt is not None:
            return self.issued(receipt, True, request, values, factors, answer, name)
        pending = self.rows.get("offers", name)
        require(pending is not None, "10-15")
        slot = self.rows.get("slots", name)
        try:
            self.check_offer(name, slot, pending.kind, pending.card)
        except Refusal as refusal:
            raise Refusal("10-19", str(refusal)) from None
        issuer, offer, asked = self.check_asked(slot, pending, request, now)
        require(fit(values, issuer.kinds), "10-20")
        about = answer.name.owner, answer.name.list_class, answer.handle, answer.shard
        require(about == (*self.keys.flag_list, self.keys.flag(slot.person), asked.shard), "10-22")
        day = today(now)
        until = last_day(issuer.schema, values)
        require(until is None or until >= day, "10-21")
        status = status_handle(self.keys.handle_key, pending.card, offer.generation)
        entries, pseudonym, since = self.replace(name, slot, pending, asked, day)
        of_card = NOBODY if until is None else record(day=until)
        self.rows.put("cards", pending.card, record(slot=name, replaced=0, until=of_card))
        self.log.register(status, asked.shard)
        D, _, N_h = asked.points
        slot.shard, slot.last = record(number=asked.shard), offer.generation
        slot.live = record(
            generation=offer.generation, since=since, card=pending.card, status=status, D=D, N_h=N_h, reasons=0
        )
        self.keep(name, slot)
        self.rows.delete("offers", name)
        outcome = record(
            kind=ISSUED, offer=pending.offer, shard=asked.shard, epoch=self.log.closed(), status=status, since=since,
            reset=slot.reset, pseudonym=pseudonym,
        )
        receipt = self.requests.answer(key, COMPLETE, parts, slot.revision, entries, outcome)
        return self.issued(receipt, False, request, values, factors, answer, name)

    def replace(self, name, slot, pending, asked, day):
        """The old credential ends, and the pseudonym goes on or begins: entries, pseudonym, p (spec 10 §2.2)."""
        if not vars(slot.live):
            return [], BEGUN, day
        old = slot.live
        given_up = pending.kind == NEW_CARD or old.reasons & (CARD_LOST | EXPIRED)
        if old.card != pending.card and given_up:
            self.rows.put("cards", old.card, record(slot=name, replaced=1, until=NOBODY))
        entries = self.log.supersede(old.status)
        if asked.points[2] == old.N_h:
            return entries, KEPT, old.since
        require(slot.reset < U32_MAX, "10-23", "reset counter")
        slot.reset += 1
        return entries, RESET, day

    def issued(self, receipt, replayed, request, values, factors, answer, name):
        """The response, made again of the receipt (spec 10 §4.2)."""
        outcome = receipt.outcome
        offer = decode("CredentialOffer", outcome.offer)
        witness = self.keys.owner.witness(self.log.head(outcome.shard, outcome.epoch), outcome.status)
        said = record(status=outcome.status, flag=answer.handle, factors=factors, since=outcome.since, values=values)
        issuer = self.keys.issuer_of(offer)
        response = issuer.respond(outcome.offer, request, name, outcome.reset, said, (witness, answer.witness))
        return self.made(receipt, replayed, message=response, pseudonym=outcome.pseudonym, reset=outcome.reset)

    # Reports.

    def report(self, key, what, symbol, generation):
        kind = REPORT_KINDS[what]
        parts = (symbol, generation.to_bytes(4, "big"))
        receipt = self.requests.answered(key, kind, *parts)
        if receipt is not None:
            return self.made(receipt, True)
        entries, revision = (self.of_card if kind <= 8 else self.of_phone)(kind, symbol, generation)
        receipt = self.requests.answer(key, kind, parts, revision, entries, record(kind=CHANGED))
        return self.made(receipt, False)

    def of_card(self, kind, card, _):
        row = self.rows.get("cards", card)
        require(row is not None and not row.replaced, "10-24")
        name, slot = self.slot(row.slot)
        ends = kind == REPORT_KINDS["card found"]
        if not vars(slot.live) or slot.live.card != card:
            require(not ends, "10-27")
            self.rows.put("cards", card, record(slot=name, replaced=1, until=NOBODY))
            self.keep(name, slot)
            return [], slot.revision
        reason = EXPIRED if kind == REPORT_KINDS["card expired"] else CARD_LOST
        return self.change_reason(name, slot, reason, ends)

    def of_phone(self, kind, person, generation):
        row = self.person(person)
        require(row is not None, "10-25")
        name, slot = self.slot(row.slot)
        require(vars(slot.live) and slot.live.generation == generation, "10-26")
        own = self.rows.get("slots", row.slot)
        while vars(own.ended):  # a slot that ended had this generation, too
            require(own.last < generation, "10-26", "an ended slot's")
            own = self.rows.get("slots", own.ended.slot)
        return self.change_reason(name, slot, PHONE_LOST, kind == REPORT_KINDS["phone found"])

    def change_reason(self, name, slot, reason, ends):
        require(bool(slot.live.reasons & reason) == ends, "10-27")
        before = slot.live.reasons
        slot.live.reasons ^= reason
        entries = []
        if not before:
            entries = [self.log.append(REMOVE, slot.live.status)]
        elif not slot.live.reasons:
            entries = [self.log.append(RESTORE, slot.live.status)]
        self.keep(name, slot)
        return entries, slot.revision

    # Unions (spec 10 §2.4).

    def check_union(self, union, first, second):
        """Checks 10-28, 10-30 and 10-4: the rows of both symbols, the slot that stays, and the one that ends."""
        rows = [self.rows.get("persons", symbol) for symbol in (first, second)]
        require(rows[0] is not None, "10-28", "no slot has the first symbol")
        require(not rows[0].replaced, "10-4", "the first")
        stays = self.slot(rows[0].slot)
        if rows[1] is None:
            require(union != "merger", "10-30", "no slot has the other symbol")
            return rows, stays, None
        ends = self.slot(rows[1].slot)
        same = ends[0] == stays[0]
        require(not rows[1].replaced or same, "10-4", "the second")
        if same:
            require(union == "correction" and first != second, "10-28", "both lead to one slot")
            return rows, stays, None
        if union == "merger":
            require(vars(stays[1].live) and vars(ends[1].live), "10-30", "no credential")
        else:
            require(not vars(ends[1].live), "10-28", "the other has a credential")
        return rows, stays, ends

    def joining(self, union, first, second):
        self.check_union(union, first, second)
        handles = record(document=self.keys.flag(second), person=self.keys.flag(first))
        return {"message": encode("Joining", handles).hex()}

    def unite(self, key, union, first, second, joined):
        parts = (first, second)
        receipt = self.requests.answered(key, UNION_KINDS[union], *parts)
        if receipt is not None:
            return self.made(receipt, True)
        rows, (name, slot), ends = self.check_union(union, first, second)
        answer = decode("JoinAnswer", joined)
        about = answer.name.owner, answer.name.list_class, answer.second, answer.first
        require(about == (*self.keys.flag_list, self.keys.flag(second), self.keys.flag(first)), "10-29")
        entries = self.end(name, slot, *ends) if ends else []
        # A symbol that no slot had, or one that was corrected away and is corrected back to.
        if rows[1] is None or rows[1].replaced:
            named = name if union != "correction" else rows[0].slot
            self.rows.put("persons", second, record(slot=rows[1].slot if rows[1] else named, replaced=0))
        if union == "correction":
            self.rows.put("persons", first, record(slot=rows[0].slot, replaced=1))
        self.keep(name, slot)
        receipt = self.requests.answer(key, UNION_KINDS[union], parts, slot.revision, entries, record(kind=CHANGED))
        return self.made(receipt, False)

    def end(self, name, slot, other, row):
        """A slot ends in another one."""
        entries, self_live = [], vars(row.live)
        if self_live:
            if row.live.reasons & (CARD_LOST | EXPIRED):
                self.rows.put("cards", row.live.card, record(slot=other, replaced=1, until=NOBODY))
            entries = self.log.supersede(row.live.status)
            self.rows.delete("offers", name)
        self.rows.delete("offers", other)
        slot.last, slot.revision = max(slot.last, row.last), max(slot.revision, row.revision)
        row.live, row.ended = NOBODY, record(slot=name)
        self.rows.put("slots", other, row)
        return entries

    # Questions about cards (spec 10 §10.4).

    def check_card(self, question, directory, now):
        admit(question, directory, self.keys.owner.name[0], now)
        confirmed = int(self.confirms(question.card, today(now)))
        signed = H("card-answer", 64, question_digest(question), confirmed, now)
        answer = record(confirmed=confirmed, answered=now, signature=sign(self.keys.owner.secret, signed))
        return encode("CardAnswer", answer)

    def confirms(self, card, day):
        """Rule 10-53."""
        row = self.rows.get("cards", card)
        if row is None or row.replaced:
            return False
        live = self.slot(row.slot)[1].live
        if vars(live) and live.card == card and live.reasons & (CARD_LOST | EXPIRED):
            return False
        return not vars(row.until) or row.until.day >= day

    # Help desks (spec 10 §11).

    def look_up(self, of, symbol):
        if of == "person":
            row = self.rows.get("persons", symbol)
            require(row is not None and not row.replaced, "10-58")
            use = None
        else:
            row = self.rows.get("cards", symbol)
            require(row is not None, "10-58")
            use = "replaced" if row.replaced else "other"
        name, slot = self.slot(row.slot)
        live = slot.live if vars(slot.live) else None
        if use == "other" and live and live.card == symbol:
            use = "credential"
        state = "vacant" if live is None else "suspended" if live.reasons else "live"
        return {
            "slot": name.hex(),
            "revision": slot.revision,
            "state": state,
            "generation": live.generation if live else None,
            "reasons": live.reasons if live else 0,
            "present": None if live is None else not self.log.element(live.status).removed,
            "waits": bool(live and self.log.waits(live.status)),
            "card": use,
        }


def values_bytes(values):
    return Sequence(VALUE, 0, 32).write(values)


def last_day(schema, values):
    """The last day of validity that values say (spec 04 §2.1), or None."""
    named = [v.content for a, v in zip(schema.attributes, values) if (a.name, a.kind) == ("valid-until", 1)]
    return named[0] if named else None
