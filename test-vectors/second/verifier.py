"""The platform, which verifies calls (spec 06 §6.3 and §7)."""

from types import SimpleNamespace

from clock import TOLERANCE
from hashing import G, H
from lists import check_head_set, check_update, head_digest, is_empty_log
from messages import decode, is_once
from presentation import presentation_challenge, question_name
from refusal import Refusal, require
from relation import relation_of
from request import epochs_of, issuers_of, names_epoch
from statements import LIMITED
from ticket import ticket_bytes


def has_come(instant, now):
    """Spec 02 §2.2."""
    return instant <= now + TOLERANCE


class Platform:
    """The platform of spec 06 §7. Lists have name, owner_key, publics and alphas; sets are tables with digest and alpha."""

    def __init__(self, issuers, lists, sets, max_age, grace, max_window, digits=()):
        self.issuers, self.max_age, self.grace, self.max_window = issuers, max_age, grace, max_window
        self.lists = {keys.name: keys for keys in lists}
        self.known = {keys.name: [] for keys in lists}  # verified head sets, in order of their epochs
        self.sets = {table.digest: table for table in sets}
        self.digits = {table.digest: table for table in digits}
        self.replay_keys, self.used, self.shows = {}, {}, {}
        pairs = [(issuer.secret, issuer.public) for issuer in issuers]
        pairs += [pair for keys in lists for pair in zip(keys.alphas, keys.publics)]
        pairs += [(table.alpha, table.public) for table in [*sets, *digits]]
        whole = all(len(keys.alphas) == len(keys.publics) for keys in lists)
        # Check 06-36 is one of whoever loads keys; these are loaded.
        assert whole and all(secret * G == public for secret, public in pairs), "keys of other parameters"

    def take(self, message, updates, now):
        """A new head set, with an EpochUpdate for each shard unless it is the first (checks 06-37 to 06-39, 06-40 and
        06-41)."""
        name = (message.heads[0].owner, message.heads[0].list_class) if message.heads else None
        require(name in self.lists, "06-37")
        keys, known = self.lists[name], self.known[name]
        new = check_head_set(message, keys)
        require(has_come(new.time, now), "06-37")
        if any(old.digest == new.digest for old in known):
            return
        check = "06-38" if any(old.epoch == new.epoch for old in known) else "06-39"
        require(not known or new.epoch > known[-1].epoch, check)
        if not known:
            require(all(map(is_empty_log, new.heads)), "06-40")
        else:
            require(len(updates) == len(new.heads), "06-41")
            for update, before, head in zip(updates, known[-1].heads, new.heads):
                check_update(update, before, keys)
                require(vars(update.head) == vars(head), "06-41")
        known.append(new)

    def counts(self, head_set, now):
        """Spec 06 §7.4."""
        later = [other for other in self.known[head_set.name] if other.epoch > head_set.epoch]
        fresh = has_come(head_set.time, now) and now - head_set.time <= self.max_age
        if not later:
            return fresh
        following = later[0].epoch == head_set.epoch + 1
        return fresh and following and has_come(later[0].time, now) and now - later[0].time <= self.grace

    def asked_head_set(self, question, epoch, now):
        """Checks 06-47 and 06-48, and 06-73 of the age of an epoch that is stated."""
        known = self.known.get(question_name(question), [])
        named = [head_set for head_set in known if head_set.digest == epoch]
        require(named != [], "06-47")
        require(self.counts(named[0], now), "06-48")
        require(names_epoch(question) or now - named[0].time <= question.epoch, "06-73")
        return named[0]

    def check_times(self, request, now):
        """Checks 06-45 and 06-46."""
        if not is_once(request):
            require(has_come(request.validity.start, now) and now <= request.validity.until, "06-45")
            require(request.validity.until - request.validity.start <= self.max_window, "06-45")
        for statement in (statement for question in request.credentials for statement in question.statements):
            if statement.kind == LIMITED:
                require(has_come(statement.start, now) and now <= statement.until, "06-46")

    def what_is_known(self, question, issuer, shard, epochs, now):
        """What the platform has for one credential: checks 06-47, 06-48 and 06-50 but for the number of shards."""
        head_sets = [self.asked_head_set(asked, epoch, now) for asked, epoch in zip(question.lists, epochs)]
        heads = shard_heads(shard, head_sets)
        alphas = [self.lists[head_set.name].alphas[shard] for head_set in head_sets]
        known = {"issuer": issuer, "heads": heads, "alphas": alphas, "epochs": epochs}
        return SimpleNamespace(sets=self.sets, digits=self.digits, **known)

    def verify(self, call_bytes, now):
        """The checks of spec 06 §7.1: gives the relation where the verdict is 1, refuses where it is 0."""
        call = decode("VerificationCall", call_bytes)
        request = decode("PresentationRequest", call.request)
        message = decode("Presentation", call.presentation)
        issuers = issuers_of(request, self.issuers)  # 06-44
        self.check_times(request, now)
        require(is_once(request) or call.nonce != b"", "06-68")
        require(len(message.shards) == len(request.credentials), "06-50")
        epochs = epochs_of(request, message.stated)
        asked = zip(request.credentials, issuers, message.shards, epochs)
        known = [self.what_is_known(*about, now) for about in asked]
        relation = relation_of(request, message, known)
        c = presentation_challenge(call.request, message, relation, known)
        relation.check(c)
        taken = relation.identity, is_once(request), message.tickets, relation.limit
        self.register(H("call", 32, call_bytes), call.request, *taken)
        return relation

    def register(self, call_digest, request_bytes, identity, once, tickets, limit):
        """Spec 06 §6.3: checks 06-56, 06-57 and 06-58."""
        replay_key = H("replay", 32, request_bytes, identity)
        if not once:
            require(self.replay_keys.setdefault(replay_key, call_digest) == call_digest, "06-56")
        for ticket in tickets:
            ticket_key = H("ticket-use", 32, ticket_bytes(ticket))
            require(self.used.setdefault(ticket_key, replay_key) == replay_key, "06-57")
        if limit is not None:
            show_key = H("show", 32, *limit)
            require(self.shows.setdefault(show_key, replay_key) == replay_key, "06-58")

    def bit(self, call_bytes, now):
        """The bit of the verdict: spec 06 §7.1."""
        try:
            self.verify(call_bytes, now)
        except Refusal:
            return 0
        return 1

    def forget(self):
        """Empties the register."""
        self.replay_keys.clear()
        self.used.clear()
        self.shows.clear()


def shard_heads(shard, head_sets):
    """Check 06-50 for one credential; gives the heads of its shard."""
    require(head_sets != [] or shard == 0, "06-50")
    require(all(shard < len(head_set.heads) for head_set in head_sets), "06-50")
    return [head_set.heads[shard] for head_set in head_sets]
