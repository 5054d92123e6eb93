"""Who proves, with everything that is drawn given by a seed."""

from types import SimpleNamespace

from cbor import Reader
from chacha import ChaCha
from devices import start_of_count
from group import ORDER, linear
from hashing import SUITE
from messages import decode, encode
from presentation import question_name
from prf import F
from proofs import derive_symbol_key
from proving import Device, present, request_credential
from receivers.definitions import prove
from receivers.holder import checked_tables, issuer_of
from receivers.parts import data_of, read_known_list
from request import names_epoch
from sealing import open_device
from suite import NUMBER
from transcript import Transcript
from wallet_state import CREDENTIAL
from witness import Witness


def device_of(state):
    """A device that is opened anew for each vector."""
    file, wrapped, data_key, own = (bytes.fromhex(state[name]) for name in ("file", "wrapped", "data_key", "own"))
    _, d = open_device(file, wrapped, data_key)
    return lambda: Device(d, start_of_count(d, own, None))


def seeded(given):
    return ChaCha(bytes.fromhex(given["seed"]))


def presenting(state):
    """A holder of one credential, who answers (spec 06 §5)."""
    credential = CREDENTIAL.read(Reader(bytes.fromhex(state["credential"])))
    head_sets, device = [read_known_list(entry) for entry in state["lists"]], device_of(state["device"])
    issuer, digits = issuer_of(credential), checked_tables(state["digits"], "DigitSet")

    def receive(given):
        (question,) = decode("PresentationRequest", data_of(given)).credentials
        named = [one for asked in question.lists for one in head_sets if is_asked(one, asked)]
        return {"bytes": present(data_of(given), credential, issuer, named, digits, device(), seeded(given)).hex()}

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


RECEIVERS = {"Presenting": presenting, "Applying": applying, "Evaluating": evaluating}
