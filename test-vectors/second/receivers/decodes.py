"""Whoever decodes a message, or holds a request against schemas."""

import auditors, cards, certificates, directory, presentation, sets, snapshots, statements  # noqa: F401, E401, for their messages
from messages import MESSAGES, decode
from receivers.parts import read_issuer
from request import issuers_of


def decoding(state):
    """Whoever decodes messages of this kind."""
    kind = state["kind"]
    assert kind in MESSAGES, f"nobody decodes a {kind}"

    def receive(data):
        decode(kind, bytes.fromhex(data["bytes"]))

    return receive


def by_schemas(state):
    """Whoever has the parameters of these issuers."""
    issuers = [read_issuer(entry) for entry in state["issuers"]]

    def receive(data):
        issuers_of(decode("PresentationRequest", bytes.fromhex(data["bytes"])), issuers)

    return receive
