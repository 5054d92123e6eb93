"""A second verifier, in Python (3.8 or later), with nothing but its standard library.

It was written from the specification (`spec/`) alone, without the Rust code, and checks the vectors of this repository:

    python3 test-vectors/second/verify.py

with the vectors of suite 1, and then those of suite 2 in p256/test-vectors (SUITE=2 has these alone):

* generators.json: every base point.
* hotel-flow.json: every message decodes and has no other encoding; the schema's digest; the proofs of symbol response,
  credential request, credential response, witnesses and epochs; the signatures of heads, cosigners and
  verdict; and the
  presentation, by keyed verification with the secrets in the file.
* negative.json: every message is refused by who would receive it. Where the defect is one of time, the same message
  is verified a moment earlier or later.
* directory.json: the versions and the evidence are accepted and have no other encoding; every defect is refused by the
  check that the file names.
* statements.json: the same for requests, calls, sets of codes, auditors' keys and evidence; a wrong response fails the
  equations in which its scalar stands, and no other.

    python3 test-vectors/second/verify.py --dump DIR

verifies what `hotel_checkin --dump DIR` wrote, and

    python3 test-vectors/second/verify.py --serve

judges the vectors that another program sends (test-vectors/README.md, "Another implementation").

* card-checks.json: each question is admitted or refused, each answer taken or refused, for the check that it names.

Each disagreement is printed with its vector, and makes the exit status 1.

The specification fixes that a message is refused, not the class of the error (spec 01 §5.3); so the class is compared,
and differences are printed, without being failures.

suite.py, group.py, ristretto255.py, p256.py, hashing.py, transcript.py, cbor.py, messages.py and proofs.py are spec 01; credential.py is spec 04; request.py,
relation.py, presentation.py and verifier.py are spec 06; lists.py is spec 07, directory.py is spec 09; statements.py,
ranges.py and sets.py are spec 12, auditors.py is spec 13, cards.py is spec 10 §10, ticket.py is spec 14, certificates.py is spec 15. statement_vectors.py reads
statements.json, dump.py a dump, and this file the others. Integers are Python's: nothing here is fast or in constant time, and none of it is for real secrets.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True  # before the imports, so that nothing is left in this directory
if sys.argv[1:] == ["--serve"]:  # the suite is said by the first line, and chosen before the imports
    greeting = json.loads(sys.stdin.readline())
    if greeting["protocol"] != 1:
        sys.exit("this is protocol 1")
    os.environ["SUITE"] = str(greeting["suite"])

from cards import admit, receive
from credential import check_offer, check_request, check_response, schema_digest
from directory import check_evidence, follow, pin
from files import check_files
from group import decode_point, decode_scalar, linear
from dump import check_dump
from hashing import BASE_ROLES, BASES, SUITE, G
from keys import read_cosigners, read_issuer, read_lists
from lists import (
    check_cosigned_head_set,
    check_head,
    check_head_set,
    check_update,
    check_witness,
    follow_witness,
    head_digest,
    is_empty_log,
)
from messages import decode, encode, is_once
from presentation import check_verdict, check_wallet, presentation_challenge
from proofs import check_symbol_response, derive_symbol_key
from refusal import Refusal, require
from relation import relation_of
from report import CHECKS, Report, equal, load
from request import issuers_of
from serve import serve
from suite import NUMBER
from statement_vectors import check_statements
from statement_vectors import read_issuer as read_issuer_entry
from transcript import Transcript
from verifier import Platform


# The check that a defect of negative.json is there for, where its flag leaves no choice.
REASONS = {
    "WrongKind": ("06-51", "04-17"),
    "ArityConfusion": ("06-50", "06-51", "06-52", "12-8", "04-17"),
    "FalseValue": ("06-55",),
    "WrongKeyVersion": ("06-10", "04-8"),
    "WrongSchema": ("06-10",),
    "UnknownAttribute": ("06-11",),
    "MissingShard": ("07-17",),
    "ForgedHead": ("07-15",),
    "WrongList": ("07-12", "07-43"),
    "UnprovenHead": ("07-16",),
    "MissingProof": ("07-16",),
    "BadProof": ("07-16",),
    "FlippedVerdict": ("06-32",),
    "WrongCall": ("06-32", "06-33"),
    "OtherCall": ("06-33",),
    "TooFewCosigners": ("07-44",),
    "BadCosignature": ("07-43",),
    "UnknownCosigners": ("07-44",),
    "WrongWitness": ("04-22",),
    "HeadTooOld": ("06-48",),
    "HeadFromFuture": ("06-48",),
    "GraceOver": ("06-48",),
    "OlderThanAsked": ("06-73",),
    "OtherEpoch": ("06-55",),
    "NothingStated": ("06-73",),
    "WindowOver": ("06-45",),
    "WindowNotYet": ("06-45",),
    "ForgedMac": ("06-55",),
}

# Seconds by which a call that is refused for its time alone has to move to be verified.
SECONDS_TO_VERIFIED = {
    "HeadTooOld": -1,
    "HeadFromFuture": 1,
    "GraceOver": -1,
    "OlderThanAsked": -1,
    "WindowOver": -10,
    "WindowNotYet": 1,
}


def message_kind(vector):
    """The file calls a verdict by the name of its Rust type."""
    return "Verdict" if vector["kind"] == "VerdictMessage" else vector["kind"]


# generators.json


def check_generator(number, vector):
    role, parts = BASE_ROLES[number]
    equal(vector["id"], number, "number")
    equal((vector["role"], tuple(vector["parts"])), (role, parts), "role and parts")
    equal(BASES[number].encode().hex(), vector["point"], "point")


def check_transcript():
    """The known answer of spec 01 §6."""
    transcript = Transcript("presentation")
    transcript.absorb("request", bytes(range(200)))
    answer = (
        "fa03ce3aca2fa98116bc4e7766866023470e853fff79c83c547d151b0f43b966"
        "e2fbd3b1f395c7568cd61897245fb3b4abe6baad096ab781077bbb1b2da7ee95"
        if NUMBER == 2
        else "4f8ae3fb322672835c1ba13b0a749bf9145c46eca6ee4a0ee48998ca89300779"
        "d046765288a8073adf0305aab02d2e6a604d9a5e4d1befc3f5a5634044fef28c"
    )
    equal(transcript.squeeze("message", 64).hex(), answer, "answer")


def check_generators(report):
    """Spec 01 §4."""
    vectors = load("generators.json")["vectors"]
    report.check("generators", "number of base points", equal, len(vectors), len(BASES), "number")
    report.check("generators", "transcript", check_transcript)
    for number, vector in enumerate(vectors):
        report.check("generators", f"vector {vector['id']}", check_generator, number, vector)


# hotel-flow.json


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
    check_witness(witness, y, head, keys.name)
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
    W = follow_witness(y, witness.W, flow.head_set(index, 0).heads[shard], update)
    assert W is not None, "removed"
    assert linear((keys.alphas[shard] + y, W)) == update.head.value, "the witness does not fit under α"


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


# negative.json: who receives what, and after what, is said in test-vectors/README.md.


def receive_symbol_response(flow, data, now):
    public = decode_point(bytes.fromhex(flow.content["symbol_key"]["public"]))
    check_symbol_response(public, flow.only("SymbolRequest")[1].blinded, decode("SymbolResponse", data))


def receive_offer(flow, data, now):
    check_offer(decode("CredentialOffer", data), flow.issuer, flow.content["shard"])


def receive_request(flow, data, now):
    offer_data, offer = flow.only("CredentialOffer")
    check_request(decode("CredentialRequest", data), offer, offer_data)


def receive_response(flow, data, now):
    offer_data, offer = flow.only("CredentialOffer")
    request_data, request = flow.only("CredentialRequest")
    response = decode("CredentialResponse", data)
    head_sets = [flow.head_set(0, 0), flow.head_set(1, 0)]
    check_response(response, offer, request, offer_data, request_data, flow.issuer, head_sets)


def receive_presentation_request(flow, data, now):
    request = decode("PresentationRequest", data)
    check_wallet(request, [flow.issuer], [flow.head_set(0, 1), flow.head_set(1, 1)])


def receive_presentation(flow, data, now):
    decode("Presentation", data)  # for the class of the error
    receive_call(flow, call_of(flow, data), now)


def receive_call(flow, data, now):
    flow.platform.forget()
    flow.platform.verify(data, now)


def receive_verdict(flow, data, now):
    check_verdict(decode("Verdict", data), flow.only("VerificationCall")[0], flow.platform_key)


def receive_cosigned(flow, data, now):
    check_cosigned_head_set(decode("CosignedHeadSet", data), flow.lists[0], flow.cosigners)


def receive_segment(flow, data, now):
    """The updates of the status list's shard, one after the other."""
    before = flow.head_set(0, 0).heads[2]
    for update in decode("LogSegment", data).epochs:
        check_update(update, before, flow.lists[0])
        before = update.head


def receive_update(flow, data, now):
    check_update(decode("EpochUpdate", data), flow.head_set(0, 0).heads[2], flow.lists[0])


def receive_closed_epoch(flow, data, now):
    """The epoch of the status list that follows epoch 0."""
    check_epoch(decode("ClosedEpoch", data), flow.head_set(0, 0), flow.lists[0])


RECEIVERS = {
    "SymbolRequest": lambda flow, data, now: decode("SymbolRequest", data),
    "Schema": lambda flow, data, now: decode("Schema", data),
    "SymbolResponse": receive_symbol_response,
    "CredentialOffer": receive_offer,
    "CredentialRequest": receive_request,
    "CredentialResponse": receive_response,
    "SignedHead": lambda flow, data, now: check_head(decode("SignedHead", data).head, flow.lists[0]),
    "HeadSet": lambda flow, data, now: check_head_set(decode("HeadSet", data), flow.lists[0]),
    "CosignedHeadSet": receive_cosigned,
    "EpochUpdate": receive_update,
    "LogSegment": receive_segment,
    "ClosedEpoch": receive_closed_epoch,
    "PresentationRequest": receive_presentation_request,
    "Presentation": receive_presentation,
    "VerificationCall": receive_call,
    "Verdict": receive_verdict,
}


def accept_flow_messages(flow, kind):
    """The receiver that refuses the vectors of a kind accepts the flow's own message of this kind."""
    RECEIVERS[kind](flow, flow.data[kind][0], flow.now)


def refuse(flow, vector):
    """The refusal of a vector."""
    equal(vector["result"], "invalid", "result")
    receiver, data = RECEIVERS[message_kind(vector)], bytes.fromhex(vector["bytes"])
    try:
        receiver(flow, data, vector["now"])
    except Refusal as refusal:
        return refusal
    raise AssertionError(f"accepted ({vector['comment']})")


def check_refused(report, flow, vector):
    """One vector: refused, after it decoded if the file says so, and for the reason that its flag names."""
    refusal = refuse(flow, vector)
    data, flag = bytes.fromhex(vector["bytes"]), vector["flags"][0]
    if vector["error"] == "Refused":
        decode(message_kind(vector), data)
    else:
        compare_class(report, vector, refusal)
    if flag in REASONS:
        assert refusal.check in REASONS[flag], f"refused by check {refusal.check}, not by {REASONS[flag]}"


def compare_class(report, vector, refusal):
    """Spec 01 §5.3: the class is not normative, so this makes a note and no failure."""
    if refusal.error_class != vector["error"]:
        note = f"class {refusal.error_class}, not {vector['error']} ({refusal})"
        report.notes.append(f"note: negative, vector {vector['id']}: {note}")


def check_right_time(flow, vector):
    """A call that was refused for its time alone is verified at the right time; for a window, once (check 06-56)."""
    data = bytes.fromhex(vector["bytes"])
    now = vector["now"] + SECONDS_TO_VERIFIED[vector["flags"][0]]
    receive_call(flow, data, now)
    request = decode("PresentationRequest", decode("VerificationCall", data).request)
    equal(flow.platform.bit(data, now), 1 if is_once(request) else 0, "bit of the same call again")


def check_negative(report, flow):
    """negative.json."""
    content = load("negative.json")
    for kind in RECEIVERS:
        report.check("negative", f"the flow's {kind}", accept_flow_messages, flow, kind)
    for vector in content["vectors"]:
        name = f"vector {vector['id']} ({vector['kind']}, {vector['comment']})"
        report.check("negative", name, check_refused, report, flow, vector)
        if vector["flags"][0] in SECONDS_TO_VERIFIED:
            report.check("negative", f"{name}, at the right time", check_right_time, flow, vector)


# directory.json


def receive_directory(chain, vector):
    """Who knows a version of the chain, or pins a digest, receives a vector; gives the content of what counts."""
    data, known = bytes.fromhex(vector["bytes"]), vector["known"]
    equal(vector["pin"] is None, known != 0, "a receiver")
    if vector["kind"] == "Equivocation":
        return check_evidence(data, chain[known - 1])
    equal(vector["kind"], "SignedDirectory", "kind")
    return follow(chain[known - 1], data) if known else pin(data, bytes.fromhex(vector["pin"]))


def check_directory_vector(chain, vector):
    """Accepted, with no other encoding, or refused by the check that the file names."""
    expected = ("valid", None) if vector["check"] is None else ("invalid", vector["check"])
    try:
        content = receive_directory(chain, vector)
    except Refusal as refusal:
        equal(("invalid", refusal.check), expected, f"result and check ({refusal})")
        equal(vector["result"], "invalid", "result")
        return
    equal(("valid", None), expected, "result and check")
    equal((vector["result"], vector["flags"], vector["error"]), ("valid", [], None), "result, flags and error")
    data = bytes.fromhex(vector["bytes"])
    equal(encode(vector["kind"], decode(vector["kind"], data)).hex(), data.hex(), "encoding")
    if len(chain) < 3:
        equal(content.version, len(chain) + 1, "version")
        chain.append(content)


def check_directory(report):
    """Spec 09. The first three vectors are the versions that the others come after."""
    chain = []
    for vector in load("directory.json")["vectors"]:
        name = f"vector {vector['id']} ({vector['kind']}, {vector['comment']})"
        report.check("directory", name, check_directory_vector, chain, vector)


# card-checks.json


def check_card_vector(directory, registry, vector):
    """A question that a registry receives, or an answer that a desk does."""
    data, kind, now = bytes.fromhex(vector["bytes"]), vector["kind"], vector["now"]
    try:
        message, standing = decode(kind, data), None
        if kind == "CardQuestion":
            admit(message, directory, registry, now)
        else:
            question = decode("CardQuestion", bytes.fromhex(vector["question"]))
            standing = receive(message, question, directory, registry, now)
    except Refusal as refusal:
        equal(("invalid", refusal.check), (vector["result"], vector["check"]), f"result and check ({refusal})")
        return
    equal((vector["result"], vector["check"], vector["standing"]), ("valid", None, standing), "outcome")
    equal(encode(kind, message).hex(), data.hex(), "encoding")


def check_cards(report):
    """Spec 10 §10."""
    content = load("card-checks.json")
    data = bytes.fromhex(content["directory"])
    directory = pin(data, decode("SignedDirectory", data).content.digest)
    for vector in content["vectors"]:
        name = f"vector {vector['id']} ({vector['kind']}, {vector['comment']})"
        report.check("card-checks", name, check_card_vector, directory, content["registry"], vector)


# faces.json


def read_face_country(entry):
    """What a platform has: issuers, and digits of which the table is not needed."""
    digits = entry["digits"]
    table = SimpleNamespace(
        digest=bytes.fromhex(digits["digest"]),
        public=decode_point(bytes.fromhex(digits["public"])),
        alpha=decode_scalar(bytes.fromhex(digits["secret"])),
        witnesses=range(2 ** digits["bits"]),
    )
    issuers = [read_issuer_entry(issuer) for issuer in entry["issuers"]]
    return SimpleNamespace(issuers=issuers, digits={table.digest: table})


def verify_face(country, request_bytes, presentation_bytes):
    """Spec 06 §7 for a request without lists and sets."""
    request = decode("PresentationRequest", request_bytes)
    issuers = issuers_of(request, country.issuers)
    message = decode("Presentation", presentation_bytes)
    known = [SimpleNamespace(issuer=i, heads=[], alphas=[], sets={}, digits=country.digits) for i in issuers]
    relation = relation_of(request, message, known)
    relation.check(presentation_challenge(request_bytes, message, relation, known))


def check_face_vector(countries, vector):
    request, presentation = (bytes.fromhex(vector[name]) for name in ("request", "presentation"))
    found = None
    try:
        verify_face(countries[vector["country"]], request, presentation)
    except Refusal as refusal:
        found = refusal.check
    equal(found, vector["check"], "check")
    equal(vector["result"], "invalid" if found else "valid", "result")


def check_faces(report):
    """Spec 12 §12."""
    content = load("faces.json")
    countries = [read_face_country(entry) for entry in content["countries"]]
    for vector in content["vectors"]:
        report.check("faces", f"vector {vector['id']}: {vector['comment']}", check_face_vector, countries, vector)


def main(arguments):
    if arguments == ["--serve"]:
        return serve()
    if len(arguments) == 2 and arguments[0] == "--dump":
        report = Report({"dump": 2 + len(list(Path(arguments[1]).glob("*.bin")))})
        check_dump(report, arguments[1])
        return report.finish()
    report = Report(CHECKS)
    check_generators(report)
    flow = check_flow(report)
    if flow is not None:
        check_negative(report, flow)
    check_directory(report)
    check_statements(report)
    check_cards(report)
    check_faces(report)
    check_files(report)
    status = report.finish()
    if NUMBER == 1 and "SUITE" not in os.environ:  # the other suite in a process of its own
        other = subprocess.run([sys.executable, __file__], env={**os.environ, "SUITE": "2"}, check=False)
        status = status or other.returncode
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
