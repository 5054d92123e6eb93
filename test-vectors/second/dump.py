"""What `hotel_checkin --dump DIR` wrote: every message as a file, in the order in which they were sent, and keys.json
(test-vectors/README.md). Each message is received by who would receive it; a verdict has the bit that comes out here, also where the guest cheated."""

import json
from pathlib import Path

from certificates import check_signed_request
from credential import check_offer, check_request, check_response, schema_digest
from directory import pin
from group import decode_point, linear
from keys import read_cosigners, read_issuer, read_lists
from lists import check_cosigned_head_set, check_witness_proof
from messages import MESSAGES, decode, encode
from presentation import check_verdict, check_wallet
from proofs import check_symbol_response
from refusal import Refusal
from report import equal
from verifier import Platform

KINDS = {number: kind for kind, (number, *_) in MESSAGES.items()}


class Story:
    """What has been received so far."""

    def __init__(self, keys):
        self.keys, self.now = keys, keys["now"]
        self.lists = {entry.name: entry for entry in read_lists(keys)}
        self.cosigners = read_cosigners(keys)
        self.message, self.data = {}, {}
        self.waiting, self.updates = None, []

    def receive(self, data):
        kind = KINDS[data[2]]
        message = decode(kind, data)
        equal(encode(kind, message).hex(), data.hex(), "encoding")
        self.message[kind], self.data[kind] = message, data
        getattr(self, f"receive_{kind}", lambda message, data: None)(message, data)

    def receive_Schema(self, schema, data):
        equal(schema_digest(data).hex(), self.keys["issuer"]["schema_digest"], "schema digest")
        self.issuer = read_issuer(self.keys, [attribute.kind for attribute in schema.attributes])
        limits = self.keys["max_age"], self.keys["grace"], self.keys["max_window"]
        self.platform = Platform([self.issuer], list(self.lists.values()), [], *limits)

    def receive_SignedDirectory(self, message, data):
        self.directory = pin(data, bytes.fromhex(self.keys["directory"]))
        equal(self.directory.symbol_key.encode().hex(), self.keys["symbol_key"]["public"], "symbol key")

    def receive_HeadSet(self, message, data):
        self.waiting, self.updates = message, []

    def receive_EpochUpdate(self, message, data):
        self.updates.append(message)

    def receive_CosignedHeadSet(self, message, data):
        """The platform takes an epoch with its updates, and a phone what a quorum signed."""
        self.platform.take(self.waiting, self.updates, self.now)
        first = message.heads[0]
        name = first.owner, first.list_class
        head_set = check_cosigned_head_set(message, self.lists[name], self.cosigners)
        equal(head_set.digest, self.platform.known[name][-1].digest, "head set")

    def head_sets(self, epoch=-1):
        return [self.platform.known[name][epoch] for name in self.lists]

    def receive_SymbolResponse(self, response, data):
        public = decode_point(bytes.fromhex(self.keys["symbol_key"]["public"]))
        check_symbol_response(public, self.message["SymbolRequest"].blinded, response)

    def receive_CredentialOffer(self, offer, data):
        check_offer(offer, self.issuer, self.keys["shard"])
        equal((offer.slot.hex(), offer.generation), (self.keys["slot"], self.keys["generation"]), "slot and generation")

    def receive_CredentialRequest(self, request, data):
        equal(request.shard, self.keys["shard"], "shard")
        check_request(request, self.message["CredentialOffer"], self.data["CredentialOffer"])

    def receive_CredentialResponse(self, response, data):
        """Spec 04 §7, and by the keys that MAC and witnesses hold."""
        offer, request = self.message["CredentialOffer"], self.message["CredentialRequest"]
        sent = self.data["CredentialOffer"], self.data["CredentialRequest"]
        A, e, B = check_response(response, offer, request, *sent, self.issuer, self.head_sets())
        assert linear((self.issuer.secret + e, A)) == B, "the MAC does not hold under x"
        held = [(response.y_status, response.status_witness), (response.y_flag, response.flag_witness)]
        for (y, witness), head_set in zip(held, self.head_sets()):
            head, alpha = head_set.heads[request.shard], self.lists[head_set.name].alphas[request.shard]
            check_witness_proof(witness, y, head)
            assert linear((alpha + y, witness.W)) == head.value, "the witness does not fit under α"

    def receive_SignedRequest(self, message, data):
        request = check_signed_request(message, self.directory, self.now)
        check_wallet(request, [self.issuer], self.head_sets())
        equal((request.verifier, request.purpose), (self.keys["verifier"], self.keys["purpose"]), "texts")

    def receive_VerificationCall(self, message, data):
        self.bit = self.platform.bit(data, self.now)

    def receive_Verdict(self, verdict, data):
        """Checks 06-32 to 06-35; that the bit is 0 comes after the signature and the call (06-34)."""
        try:
            check_verdict(verdict, self.data["VerificationCall"], bytes.fromhex(self.keys["platform_key"]))
        except Refusal as refusal:
            equal((refusal.check, verdict.bit), ("06-34", 0), f"check and bit ({refusal})")
        equal((verdict.instant, verdict.bit), (self.now, self.bit), "instant and bit")
        equal("verified" if verdict.bit else "refused", self.keys["verdict"], "verdict")


def check_dump(report, directory):
    """Everything in the directory of a dump."""
    keys = json.loads((Path(directory) / "keys.json").read_text(encoding="utf-8"))
    story = report.check("dump", "keys.json", Story, keys)
    files = sorted(Path(directory).glob("*.bin"))
    for file in files:
        report.check("dump", file.name, story.receive, file.read_bytes())
    wanted = {"Schema", "SignedDirectory", "CredentialResponse", "SignedRequest", "VerificationCall", "Verdict"}
    report.check("dump", "all that it takes", equal, wanted - set(story.message), set(), "missing")
