"""Who proves, with everything that is drawn given by a seed."""

from types import SimpleNamespace

from answering import Holder, present
from cbor import Reader
from devices import start_of_count
from group import ORDER, linear
from hashing import SUITE
from messages import decode, encode
from presentation import question_name
from prf import F
from proofs import derive_symbol_key
from proving import Device, request_credential
from receivers.definitions import prove
from receivers.holder import checked_tables, issuer_of
from receivers.ordering import challenging, committing, ordered, seeded
from receivers.parts import data_of, read_known_list
from request import names_epoch
from sealing import open_device
from suite import NUMBER
from transcript import Transcript
from ticket_proving import order, wanted
from wallet_state import CREDENTIAL
from witness import Witness


def device_of(state):
    """A device that is opened anew for each vector."""
    file, wrapped, data_key, own = (bytes.fromhex(state[name]) for name in ("file", "wrapped", "data_key", "own"))
    _, d = open_device(file, wrapped, data_key)
    return lambda: Device(d, start_of_count(d, own, None))


class Wallet:
    """Who answers requests with the credentials of these items, in their order."""

    def __init__(self, state, items, sets, digits):
        self.credentials = [CREDENTIAL.read(Reader(bytes.fromhex(item))) for item in items]
        self.issuers = [issuer_of(credential) for credential in self.credentials]
        self.head_sets = [read_known_list(entry) for entry in state["lists"]]
        self.tables = [checked_tables(sets, "CodeSet"), checked_tables(digits, "DigitSet")]

    def holder(self, request_bytes, **asked):
        """For this request."""
        questions = decode("PresentationRequest", request_bytes).credentials
        named = [[one for asked in of.lists for one in self.head_sets if is_asked(one, asked)] for of in questions]
        return Holder(self.credentials[: len(questions)], self.issuers, named, *self.tables, **asked)


def presenting(state):
    """A holder of one credential (spec 06 §5)."""
    wallet, device = Wallet(state, [state["credential"]], [], state["digits"]), device_of(state["device"])

    def receive(given):
        holder = wallet.holder(data_of(given))
        return {"bytes": present(data_of(given), holder, device(), seeded(given)).hex()}

    return receive


def answering(state):
    """A holder of one or two, who counts and has tickets."""
    wallet, device = Wallet(state, state["credentials"], state["sets"], state["digits"]), device_of(state["device"])

    def receive(given):
        tickets = [ticket for entry in given["tickets"] for ticket in ordered(entry)[:1]]
        holder = wallet.holder(data_of(given), uses=given["uses"], tickets=tickets)
        return {"bytes": present(data_of(given), holder, device(), seeded(given)).hex()}

    return receive


def ordering(state):
    """A holder that orders tickets for requests of the form of an example (spec 14 §6)."""
    wallet = Wallet(state, state["credentials"], state["sets"], [])

    def receive(given):
        example = decode("PresentationRequest", data_of(given))
        holder = wallet.holder(data_of(given))
        found = wanted(holder.abouts(example), 2 + given["ticket"])
        n = holder.credentials[0].content.e_n[1]
        request, kept = order(found, given["count"], holder.hedges(), n, seeded(given))
        return {"bytes": request.hex(), "order": kept.hex()}

    return receive


def is_asked(head_set, asked):
    """Without an epoch it is that of the witness, which is the one that is known."""
    return head_set.digest == asked.epoch if names_epoch(asked) else head_set.name == question_name(asked)


def applying(state):
    """Who asks for a credential (spec 04 §5)."""
    device = device_of(state["device"])

    def receive(given):
        recovery = bytes.fromhex(given["recovery"])
        return {"bytes": request_credential(data_of(given), given["shard"], recovery, device(), seeded(given)).hex()}

    return receive


def evaluating(state):
    """Who evaluates a blinded input, and proves it (spec 03 §4.2)."""
    seed, info = decode("SymbolKey", bytes.fromhex(state["key"])).secret, SUITE + b"symbol-key/"
    k, hedge = derive_symbol_key(seed, info), F("nonce-oprf", seed, info)

    def receive(given):
        blinded = decode("SymbolRequest", data_of(given)).blinded
        transcript = Transcript("oprf-evaluation")
        transcript.absorb("blinded", blinded)
        r, evaluated = oprf_nonce(Witness(transcript, [hedge], [], seeded(given))), linear((k, blinded))
        answer = SimpleNamespace(evaluated=evaluated, proof=list(prove(k, r, [blinded], [evaluated])))
        return {"bytes": encode("SymbolResponse", answer).hex()}

    return receive


def oprf_nonce(drawn):
    """As RFC 9497 has its scalars drawn: in suite 2 32 bytes, big-endian, until they are below the order, and not zero."""
    if NUMBER == 1:
        return drawn.scalar()
    while True:
        found = int.from_bytes(drawn.draw(32), "big")
        if 0 < found < ORDER:
            return found


RECEIVERS = {
    "Presenting": presenting,
    "Answering": answering,
    "Applying": applying,
    "Evaluating": evaluating,
    "Ordering": ordering,
    "Committing": committing,
    "Challenging": challenging,
}
