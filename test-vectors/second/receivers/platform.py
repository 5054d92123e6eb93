"""What a platform receives (spec 06 §7)."""

from types import SimpleNamespace

from messages import decode
from receivers.desk import outcome
from receivers.parts import data_of, read_keyed_issuer, read_keyed_list
from stored import message, read_set
from verdict_proving import verdict
from verifier import Platform


def platform_of(state):
    """A platform with all keys."""
    platform = Platform(
        [read_keyed_issuer(entry) for entry in state["issuers"]],
        [read_keyed_list(entry) for entry in state["lists"]],
        [read_set(entry, "CodeSetKey") for entry in state["sets"]],
        state["max_age"],
        state["grace"],
        state["max_window"],
        [read_set(entry, "DigitSetKey") for entry in state["digits"]],
    )
    for entry in state["lists"]:
        take_all(platform, message("HeadSet", entry["first"]), entry["epochs"])
    return platform


def vouching(state):
    """The same, which signs its verdicts (spec 06 §6.1)."""
    platform, secret = platform_of(state["platform"]), message("VerdictKey", state["key"]).secret

    def receive(given):
        platform.forget()
        return {"bytes": verdict(platform, secret, data_of(given), given["now"]).hex()}

    return receive


def verification_call(state):
    """It verifies, with an empty register."""
    platform = platform_of(state)

    def receive(given):
        platform.forget()
        for before in given["before"]:
            platform.verify(bytes.fromhex(before), given["now"])
        data = data_of(given)
        relation = platform.verify(data, given["now"])
        call = decode("VerificationCall", data)
        request, presentation = decode("PresentationRequest", call.request), decode("Presentation", call.presentation)
        return outcome(request, presentation, relation.pseudonyms)

    return receive


def take_all(platform, first, epochs):
    """The first heads of a list, and each epoch after them."""
    platform.take(first, [], first.heads[0].time)
    for text in epochs:
        epoch = message("ClosedEpoch", text)
        updates = [SimpleNamespace(entries=e, head=h) for e, h in zip(epoch.entries, epoch.heads)]
        platform.take(SimpleNamespace(heads=epoch.heads), updates, epoch.heads[0].time)
