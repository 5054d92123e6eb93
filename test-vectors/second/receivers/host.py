"""What is sent to whoever follows the directory, and to its cosigners (spec 09)."""

from directory import check_evidence, follow, pin
from messages import decode, encode
from receivers.desk import pin_of
from receivers.parts import data_of
from signing import public_key
from versions import cosign


def shown(content):
    return {"version": content.version, "digest": content.digest.hex()}


def pinned_directory(state):
    """A host that has a digest, and no version yet."""
    return lambda given: shown(pin(data_of(given), bytes.fromhex(given["pin"])))


def signed_directory(state):
    """A host that has a version."""
    known = pin_of(state["known"])
    return lambda given: shown(follow(known, data_of(given)))


def equivocation(state):
    """Whoever knows a version."""
    known = pin_of(state["known"])

    def receive(given):
        check_evidence(data_of(given), known)

    return receive


def cosigner(state):
    """A cosigner, which is offered a version after one that counts."""

    def receive(given):
        own = decode("CosignerState", bytes.fromhex(state["cosigner"]))
        signature = cosign(own, pin_of(given["previous"]), data_of(given), given["now"])
        return {"signer": public_key(own.key).hex(), "signature": signature.hex(), "state": encode("CosignerState", own).hex()}

    return receive
