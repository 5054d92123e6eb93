"""Presentation: the wallet's look at a request, the platform, the desk's look at a verdict (spec 06)."""

from credential import PRESENTATION, challenge, check_issuer, domain, value_scalar
from group import encode_scalar, linear
from hashing import G, G_0, H, H_ATTRIBUTE, H_D, H_F, H_N, H_P, H_S, H_W, Q
from lists import STATUS, check_head_set, check_update, head_digest, is_empty_log
from messages import VALUE, decode, is_once
from proofs import check_signature
from refusal import Refusal, require
from transcript import Transcript


def check_for_issuer(request, issuer):
    """Checks 06-6 and 06-7."""
    check_issuer(request, issuer, "06-6")
    require(all(i < len(issuer.kinds) for i in request.attributes), "06-7")


def question_name(question):
    return question.owner, question.list_class


def check_wallet(request, issuer, head_sets):
    """Checks 06-8 to 06-10 of a wallet that has these head sets, one of each class."""
    check_for_issuer(request, issuer)  # 06-8
    for question in request.lists:
        mine = [heads for heads in head_sets if heads.name[1] == question.list_class]
        require([heads.name for heads in mine] == [question_name(question)], "06-10")
        require(mine[0].digest == question.epoch_digest, "06-9")


def presentation_challenge(request, request_bytes, message, heads, issuer):
    """c of spec 06 §5."""
    transcript = Transcript("presentation")
    transcript.absorb("issuer-key", issuer.public)
    transcript.absorb("issuer-key-version", issuer.version)
    transcript.absorb("schema", issuer.schema_digest)
    transcript.absorb("arity", len(issuer.kinds))
    transcript.absorb("issuer-mode", request.mode)
    transcript.absorb("request", request_bytes)
    transcript.absorb("shard", message.shard)
    for question, head in zip(request.lists, heads):
        transcript.absorb("list-mode", question.mode)
        transcript.absorb("list-key", head.key)
        transcript.absorb("head", head_digest(head))
    for i, value in zip(request.attributes, message.values):
        transcript.absorb("attribute", i)
        transcript.absorb("value", VALUE.write(value))
    for point in message.points:
        transcript.absorb("point", point)
    for k, commitment in enumerate(message.commitments):
        if k != 1:
            transcript.absorb("equation", k)
            transcript.absorb("commitment", commitment)
    M = transcript.squeeze("message", 64)
    return challenge(PRESENTATION, request_bytes, M, message.commitments[1])


def check_equations(request, message, heads, alphas, issuer, c):
    """Check 06-31: the equations of spec 06 §4, keyed by x and by each α."""
    A_bar, D_prime, *W_bars = message.points
    T, s = message.commitments, message.responses
    disclosed = list(zip(request.attributes, message.values))
    hidden = [i for i in range(len(issuer.kinds)) if i not in request.attributes]

    left = T[0] + linear((c * issuer.secret, A_bar))
    require(left == linear((s[1], D_prime), (-s[0], A_bar)), "06-31 equation 0")

    revealed = G_0 + linear((domain(issuer), Q), *((value_scalar(value), H_ATTRIBUTE[i]) for i, value in disclosed))
    system = [(-s_k, base) for s_k, base in zip(s[3:9], (H_N, H_D, H_S, H_W, H_F, H_P))]
    attributes = [(-s_k, H_ATTRIBUTE[i]) for s_k, i in zip(s[9:], hidden)]
    require(T[1] + c * revealed == linear((s[2], D_prime), *system, *attributes), "06-31 equation 1")

    for j, (question, head, alpha, W_bar) in enumerate(zip(request.lists, heads, alphas, W_bars)):
        s_t, s_y = s[9 + len(hidden) + j], s[5] if question.list_class == STATUS else s[6]
        left = T[2 + j] + linear((c * alpha, W_bar))
        require(left == linear((s_t, head.value), (-s_y, W_bar)), f"06-31 equation {2 + j}")


class Platform:
    """The platform of spec 06 §7. Lists have name, owner_key, publics and alphas."""

    def __init__(self, issuer, lists, max_age, grace, max_window):
        self.issuer, self.max_age, self.grace, self.max_window = issuer, max_age, grace, max_window
        self.lists = {keys.name: keys for keys in lists}
        self.known = {keys.name: [] for keys in lists}  # verified head sets, in order of their epochs
        self.replay_keys = set()
        require(issuer.secret * G == issuer.public, "06-19")
        for keys in lists:
            require([alpha * G for alpha in keys.alphas] == keys.publics, "06-19")

    def take(self, message, updates, now):
        """A new head set, with an EpochUpdate for each shard unless it is the first (checks 06-20 to 06-22, 06-33 and
        06-34)."""
        name = (message.heads[0].owner, message.heads[0].list_class) if message.heads else None
        require(name in self.lists, "06-20")
        keys, known = self.lists[name], self.known[name]
        new = check_head_set(message, keys)
        require(new.time <= now, "06-20")
        require(all(old.epoch != new.epoch or old.digest == new.digest for old in known), "06-21")
        if any(old.digest == new.digest for old in known):
            return
        if not known:
            require(all(map(is_empty_log, new.heads)), "06-33")
        else:
            require(new.epoch >= known[-1].epoch, "06-22")
            require(len(updates) == len(new.heads), "06-34")
            for update, before, head in zip(updates, known[-1].heads, new.heads):
                check_update(update, before, keys)
                require(head_digest(update.head) == head_digest(head), "06-34")
        known.append(new)

    def counts(self, head_set, now):
        """Spec 06 §7.4."""
        later = [other for other in self.known[head_set.name] if other.epoch > head_set.epoch]
        fresh = head_set.time <= now and now - head_set.time <= self.max_age
        return fresh and (not later or later[0].time <= now and now - later[0].time <= self.grace)

    def asked_head_set(self, question, now):
        """Checks 06-26 and 06-27."""
        known = self.known.get(question_name(question), [])
        named = [head_set for head_set in known if head_set.digest == question.epoch_digest]
        require(named != [], "06-26")
        require(self.counts(named[0], now), "06-27")
        return named[0]

    def shard_heads(self, request, shard, head_sets):
        """Check 06-28; gives the heads of the shard, and its α for each list."""
        require(request.lists != [] or shard == 0, "06-28")
        require(all(shard < len(head_set.heads) for head_set in head_sets), "06-28")
        heads = [head_set.heads[shard] for head_set in head_sets]
        return heads, [self.lists[head_set.name].alphas[shard] for head_set in head_sets]

    def check_form(self, request, message):
        """Checks 06-29 and 06-30."""
        kinds = [self.issuer.kinds[i] for i in request.attributes]
        require([value.kind for value in message.values] == kinds, "06-29")
        lists, hidden = len(request.lists), len(self.issuer.kinds) - len(kinds)
        numbers = len(message.points), len(message.commitments), len(message.responses)
        require(numbers == (2 + lists, 2 + lists, 9 + hidden + lists), "06-30")

    def verify(self, call_bytes, now):
        """Checks 06-23 to 06-32: returns where the verdict is 1, refuses where it is 0."""
        call = decode("VerificationCall", call_bytes)
        request = decode("PresentationRequest", call.request)
        message = decode("Presentation", call.presentation)
        check_for_issuer(request, self.issuer)  # 06-24
        if not is_once(request):
            require(request.validity.start <= now <= request.validity.until, "06-25")
            require(request.validity.until - request.validity.start <= self.max_window, "06-25")
        head_sets = [self.asked_head_set(question, now) for question in request.lists]
        heads, alphas = self.shard_heads(request, message.shard, head_sets)
        self.check_form(request, message)
        c = presentation_challenge(request, call.request, message, heads, self.issuer)
        check_equations(request, message, heads, alphas, self.issuer, c)
        if not is_once(request):
            self.insert_replay_key(call.request, c)

    def insert_replay_key(self, request_bytes, c):
        """Spec 06 §6.3 and check 06-32."""
        key = H("replay", 32, request_bytes, encode_scalar(c))
        require(key not in self.replay_keys, "06-32")
        self.replay_keys.add(key)

    def bit(self, call_bytes, now):
        """The bit of the verdict: spec 06 §7.1."""
        try:
            self.verify(call_bytes, now)
        except Refusal:
            return 0
        return 1


def check_verdict(verdict, call_bytes, platform_key):
    """Checks 06-15 to 06-18 of a desk, for a decoded verdict (06-14). Gives the presentation."""
    signed = H("verdict", 64, verdict.call_digest, verdict.bit, verdict.instant)
    try:
        check_signature(platform_key, signed, verdict.signature)
    except Refusal as refusal:
        raise Refusal("06-15", str(refusal)) from None
    require(verdict.call_digest == H("call", 32, call_bytes), "06-16")
    require(verdict.bit == 1, "06-17")
    try:
        return decode("Presentation", decode("VerificationCall", call_bytes).presentation)
    except Refusal as refusal:
        raise Refusal("06-18", str(refusal)) from None
