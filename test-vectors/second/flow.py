"""hotel-flow.json: one flow from card to verdict, each message by who receives it, and what holds by the keys."""

from types import SimpleNamespace

from credential import check_offer, check_request, check_response, schema_digest
from following import Way
from group import decode_point, linear
from hashing import SUITE, G
from keys import read_cosigners, read_issuer, read_lists
from lists import (
    check_cosigned_head_set,
    check_head,
    check_head_set,
    check_update,
    check_witness_proof,
    head_digest,
    is_empty_log,
)
from messages import decode, encode, is_once
from presentation import check_verdict, check_wallet
from proofs import check_symbol_response, derive_symbol_key
from refusal import require
from report import equal, load
from verifier import Platform
from wallet_state import PRESENT


def message_kind(vector):
    """The file calls a verdict by the name of its Rust type."""
    return "Verdict" if vector["kind"] == "VerdictMessage" else vector["kind"]


class Flow:
    """The flow's parameters and messages. `data` and `message` are by kind; where there are several of a kind, they
    are lists in the order of the file."""

    def __init__(self, content):
        self.content = content
        self.now = content["now"]
        self.data, self.message, self.flagged = {}, {}, {}
        for vector in content["vectors"]:
            data = bytes.fromhex(vector["bytes"])
            if vector["flags"]:  # beside the flow
                (flag,) = vector["flags"]
                self.flagged[flag] = data
                continue
            self.data.setdefault(message_kind(vector), []).append(data)
            self.message.setdefault(message_kind(vector), []).append(decode(message_kind(vector), data))
        (schema,) = self.message["Schema"]
        self.names = [attribute.name for attribute in schema.attributes]
        self.issuer = read_issuer(content, [attribute.kind for attribute in schema.attributes])
        self.lists = read_lists(content)
        self.cosigners = read_cosigners(content)
        self.platform_key = bytes.fromhex(content["platform_key"])
        # Spec 06 §7.1: the platform has the empty logs first, then follows each epoch.
        limits = content["max_age"], content["grace"], content["max_window"]
        self.platform = Platform([self.issuer], self.lists, [], *limits)

    def only(self, kind):
        """Bytes and fields of the one message of a kind."""
        (data,), (message,) = self.data[kind], self.message[kind]
        return data, message

    def head_set(self, index, epoch):
        """The verified head set of a list."""
        return self.platform.known[self.lists[index].name][epoch]


def check_one_encoding(vector):
    """Spec 01 §5.2."""
    data = bytes.fromhex(vector["bytes"])
    equal(vector["result"], "valid", "result")
    equal(encode(message_kind(vector), decode(message_kind(vector), data)).hex(), data.hex(), "encoding")


def check_schema(flow):
    """Spec 04 §1.2 and §2.2."""
    data, schema = flow.only("Schema")
    equal(schema_digest(data).hex(), flow.content["issuer"]["schema_digest"], "schema digest")
    equal((schema.name, len(schema.attributes)), ("cn-resident-card", 10), "schema")


def check_symbol_key(flow):
    """Spec 03 §2.2."""
    key = flow.content["symbol_key"]
    k = derive_symbol_key(bytes.fromhex(key["secret"]), SUITE + b"symbol-key/")
    equal((k * G).encode().hex(), key["public"], "K")


def check_symbol(flow):
    """Spec 03 §4.3."""
    public = decode_point(bytes.fromhex(flow.content["symbol_key"]["public"]))
    _, request = flow.only("SymbolRequest")
    _, response = flow.only("SymbolResponse")
    check_symbol_response(public, request.blinded, response)


def check_empty_log(flow, index):
    """The head set of epoch 0, by a holder (spec 07 §4.3) and by a platform (check 06-40)."""
    message = flow.message["HeadSet"][index]
    head_set = check_head_set(message, flow.lists[index])
    equal(head_set.time, flow.content["start"], "time")
    assert all(map(is_empty_log, message.heads)), "not the empty log"
    flow.platform.take(message, [], flow.now)


def check_cosigned(flow, index, epoch):
    """Spec 07 §7.3: the heads that the platform took, with a quorum's signatures."""
    keys = flow.content["cosigners"]["keys"]
    equal((len(set(keys)), keys == sorted(keys), flow.cosigners.quorum), (3, True, 2), "cosigners")
    message = flow.message["CosignedHeadSet"][index + 2 * epoch]
    head_set = check_cosigned_head_set(message, flow.lists[index], flow.cosigners)
    equal((head_set.epoch, head_set.digest), (epoch, flow.head_set(index, epoch).digest), "epoch and digest")


def check_flow_offer(flow):
    """Spec 04 §4.1."""
    _, offer = flow.only("CredentialOffer")
    check_offer(offer, flow.issuer, flow.content["shard"])
    equal(offer.slot.hex(), flow.content["slot"], "slot")
    equal(offer.generation, flow.content["generation"], "generation")
    equal(offer.shard_count, len(flow.lists[0].publics), "shard count")


def check_flow_request(flow):
    """Spec 04 §5."""
    offer_data, offer = flow.only("CredentialOffer")
    _, request = flow.only("CredentialRequest")
    equal(request.shard, flow.content["shard"], "shard")
    check_request(request, offer, offer_data)


def check_flow_response(flow):
    """Spec 04 §7, and by the keys: x·A = B − e·A (§3), (α + y)·W = V (spec 07 §2)."""
    offer_data, offer = flow.only("CredentialOffer")
    request_data, request = flow.only("CredentialRequest")
    _, response = flow.only("CredentialResponse")
    head_sets = [flow.head_set(0, 0), flow.head_set(1, 0)]
    A, e, B = check_response(response, offer, request, offer_data, request_data, flow.issuer, head_sets)
    assert linear((flow.issuer.secret + e, A)) == B, "the MAC does not hold under x"


def handles_and_witnesses(flow):
    _, response = flow.only("CredentialResponse")
    return [(response.y_status, response.status_witness), (response.y_flag, response.flag_witness)]


def check_witness_by_key(flow, index):
    """Spec 07 §5.2, and §2: (α + y)·W = V."""
    y, witness = handles_and_witnesses(flow)[index]
    keys, shard = flow.lists[index], flow.content["shard"]
    head = flow.head_set(index, 0).heads[shard]
    assert witness.epoch == head.epoch, "a witness of another epoch"
    check_witness_proof(witness, y, head)
    assert linear((keys.alphas[shard] + y, witness.W)) == head.value, "the witness does not fit under α"


def check_flow_update(flow, index):
    """Spec 07 §3.4, from the empty log."""
    update = flow.message["EpochUpdate"][index]
    check_update(update, flow.head_set(index, 0).heads[flow.content["shard"]], flow.lists[index])


def check_followed_witness(flow, index):
    """Spec 07 §5.3, and by the key that the witness fits the new value."""
    y, witness = handles_and_witnesses(flow)[index]
    keys, shard = flow.lists[index], flow.content["shard"]
    update = flow.message["EpochUpdate"][index]
    standing = SimpleNamespace(kind=PRESENT, W=witness.W)
    follower = SimpleNamespace(y=y, head=flow.head_set(index, 0).heads[shard], standing=standing)
    way = Way(follower, 0, keys, update.head)
    way.follow(update)
    assert way.standing.kind == PRESENT, "removed"
    assert linear((keys.alphas[shard] + y, way.standing.W)) == update.head.value, "the witness does not fit under α"


def empty_update(head):
    """The EpochUpdate of a shard without entries: it has nothing but the head (spec 07 §3.2)."""
    return SimpleNamespace(entries=[], head=head)


def check_epoch_1(flow, index):
    """Checks 06-37 to 06-39 and 06-41. The file has the update of one shard; the others have no entries."""
    message = flow.message["HeadSet"][2 + index]
    updates = [empty_update(head) for head in message.heads]
    updates[flow.content["shard"]] = flow.message["EpochUpdate"][index]
    flow.platform.take(message, updates, flow.now)
    equal(flow.head_set(index, 1).time, flow.content["closed"], "time")


def check_segment(flow):
    """Spec 07 §8: the one epoch of the status list, as it is served as a file."""
    _, segment = flow.only("LogSegment")
    equal((segment.number, len(segment.epochs)), (0, 1), "number and epochs")
    check_update(segment.epochs[0], flow.head_set(0, 0).heads[flow.content["shard"]], flow.lists[0])
    update = flow.message["EpochUpdate"][0]
    equal(encode("EpochUpdate", segment.epochs[0]), encode("EpochUpdate", update), "update")


def check_closed_epoch(flow):
    """Spec 07 §11.1: epoch 1 of the status list, with all its shards."""
    _, epoch = flow.only("ClosedEpoch")
    equal(encode("HeadSet", SimpleNamespace(heads=epoch.heads)), encode("HeadSet", flow.message["HeadSet"][2]), "heads")
    check_epoch(epoch, flow.head_set(0, 0), flow.lists[0])


def check_epoch(epoch, before, keys):
    """All shards of a ClosedEpoch after the head set before it."""
    check_head_set(epoch, keys)
    require(len(epoch.entries) == len(epoch.heads), "07-35")
    for entries, head, last in zip(epoch.entries, epoch.heads, before.heads):
        check_update(SimpleNamespace(entries=entries, head=head), last, keys)


def check_signed_head(flow, index):
    """Spec 07 §4.2; it is the shard's head of the head set, and that of the update."""
    head = flow.message["SignedHead"][index].head
    check_head(head, flow.lists[index])
    for other in (flow.head_set(index, 1).heads[head.shard], flow.message["EpochUpdate"][index].head):
        equal(head_digest(other), head_digest(head), "head digest")
        equal(other.signature, head.signature, "signature")


def check_flow_presentation_request(flow):
    """Spec 06 §2 and §3."""
    _, request = flow.only("PresentationRequest")
    check_wallet(request, [flow.issuer], [flow.head_set(0, 1), flow.head_set(1, 1)])
    equal((request.verifier, request.purpose), (flow.content["verifier"], flow.content["purpose"]), "texts")
    equal([flow.names[i] for i in request.credentials[0].attributes], flow.content["disclosed"], "attributes")


def check_disclosed(flow):
    """The presentation discloses what the credential says, for the credential's shard."""
    _, request = flow.only("PresentationRequest")
    _, presentation = flow.only("Presentation")
    _, response = flow.only("CredentialResponse")
    equal(presentation.values, [response.values[i] for i in request.credentials[0].attributes], "values")
    equal(presentation.shards, [flow.content["shard"]], "shards")


def check_call_content(flow):
    """Spec 06 §6.1: the flow's call is the flow's request and presentation."""
    data, _ = flow.only("VerificationCall")
    equal(call_of(flow, flow.only("Presentation")[0]).hex(), data.hex(), "call")


def call_of(flow, presentation_bytes):
    """A call with the flow's request, which has a nonce (spec 06 §6.1)."""
    request_data, _ = flow.only("PresentationRequest")
    call = SimpleNamespace(request=request_data, presentation=presentation_bytes, nonce=b"")
    return encode("VerificationCall", call)


def check_call(flow):
    """Spec 06 §7.1; and the same call again, as its request has a nonce (§6.3)."""
    data, _ = flow.only("VerificationCall")
    flow.platform.verify(data, flow.now)
    flow.platform.verify(data, flow.now)


def check_withheld(flow):
    """Spec 04 §7: the response of the flow, without the witness for the flag list."""
    offer_data, offer = flow.only("CredentialOffer")
    request_data, request = flow.only("CredentialRequest")
    response = decode("CredentialResponse", flow.flagged["Withheld"])
    equal(vars(response.flag_witness), {"epoch": 0}, "flag witness")
    head_sets = [flow.head_set(0, 0), flow.head_set(1, 0)]
    check_response(response, offer, request, offer_data, request_data, flow.issuer, head_sets)


def check_window_call(flow):
    """Spec 06 §7.1 for a request with a window, which takes a presentation once (check 06-56)."""
    data = flow.flagged["Window"]
    request = decode("PresentationRequest", decode("VerificationCall", data).request)
    assert not is_once(request), "a nonce"
    equal(request.validity.until, flow.now, "end of the window")
    flow.platform.verify(data, flow.now)
    equal(flow.platform.bit(data, flow.now), 0, "bit of the same call again")


def check_grace_call(flow):
    """Spec 06 §7.4: the epoch before the newest counts until its grace is over."""
    data = flow.flagged["Grace"]
    request = decode("PresentationRequest", decode("VerificationCall", data).request)
    equal(request.credentials[0].lists[0].epoch, flow.head_set(0, 0).digest, "epoch digest")
    end = flow.content["closed"] + flow.content["grace"]
    equal([flow.platform.bit(data, now) for now in (flow.now, end, end + 1)], [1, 1, 0], "bits")


def check_lately_call(flow):
    """Spec 06 §11: a call that states the newest epoch of both lists, until that is older than the request allows."""
    data = flow.flagged["Lately"]
    call = decode("VerificationCall", data)
    stated = decode("Presentation", call.presentation).stated
    equal(stated, [flow.head_set(index, 1).digest for index in (0, 1)], "stated epochs")
    lists = decode("PresentationRequest", call.request).credentials[0].lists
    ends = [flow.content["closed"] + asked.epoch for asked in lists]
    equal([flow.platform.bit(data, now) for now in (flow.now, ends[0], ends[0] + 1)], [1, 1, 0], "bits")


def check_flow_verdict(flow):
    """Spec 06 §6.2."""
    call_data, _ = flow.only("VerificationCall")
    _, verdict = flow.only("Verdict")
    check_verdict(verdict, call_data, flow.platform_key)
    equal(verdict.instant, flow.now, "instant")
    equal(flow.platform.bit(call_data, flow.now), verdict.bit, "bit")
    equal(flow.content["verdict"], "verified", "verdict")


def check_flow(report):
    """hotel-flow.json; gives the flow, or None where it cannot be read."""
    content = load("hotel-flow.json")
    for vector in content["vectors"]:
        report.check("flow", f"vector {vector['id']} ({vector['kind']}), encoding", check_one_encoding, vector)
    flow = report.check("flow", "keys (06-36)", Flow, content)
    if flow is None:
        return None
    steps = [
        ("Schema", check_schema),
        ("symbol key", check_symbol_key),
        ("SymbolResponse", check_symbol),
        ("HeadSet of epoch 0", check_empty_log, 0),
        ("HeadSet of epoch 0", check_empty_log, 1),
        ("CosignedHeadSet of epoch 0", check_cosigned, 0, 0),
        ("CosignedHeadSet of epoch 0", check_cosigned, 1, 0),
        ("CredentialOffer", check_flow_offer),
        ("CredentialRequest", check_flow_request),
        ("CredentialResponse", check_flow_response),
        ("witness", check_witness_by_key, 0),
        ("witness", check_witness_by_key, 1),
        ("EpochUpdate", check_flow_update, 0),
        ("EpochUpdate", check_flow_update, 1),
        ("witness after EpochUpdate", check_followed_witness, 0),
        ("witness after EpochUpdate", check_followed_witness, 1),
        ("HeadSet of epoch 1", check_epoch_1, 0),
        ("HeadSet of epoch 1", check_epoch_1, 1),
        ("CosignedHeadSet of epoch 1", check_cosigned, 0, 1),
        ("CosignedHeadSet of epoch 1", check_cosigned, 1, 1),
        ("LogSegment", check_segment),
        ("ClosedEpoch", check_closed_epoch),
        ("SignedHead", check_signed_head, 0),
        ("SignedHead", check_signed_head, 1),
        ("PresentationRequest", check_flow_presentation_request),
        ("Presentation", check_disclosed),
        ("VerificationCall, content", check_call_content),
        ("VerificationCall", check_call),
        ("CredentialResponse without a witness", check_withheld),
        ("VerificationCall with a window", check_window_call),
        ("VerificationCall within grace", check_grace_call),
        ("VerificationCall that states an epoch", check_lately_call),
        ("Verdict", check_flow_verdict),
    ]
    for name, function, *index in steps:
        listed = f", list {flow.lists[index[0]].name[0]}" if index else ""
        report.check("flow", name + listed, function, flow, *index)
    return flow
