"""What a desk receives (spec 06 §6.2)."""

from messages import decode
from presentation import check_verdict
from statements import PSEUDONYMOUS
from stored import read_awaiting


def verdict(state):
    """A desk that has made a call, and knows whose verdict it waits for."""
    call, key = read_awaiting(state["awaiting"]), bytes.fromhex(state["platform_key"])
    request = decode("PresentationRequest", decode("VerificationCall", call).request)

    def receive(data):
        return outcome(request, check_verdict(decode("Verdict", bytes.fromhex(data["bytes"])), call, key))

    return receive


def outcome(request, presentation):
    """What a desk reads, by its own request."""
    asked = [(place, index) for place, question in enumerate(request.credentials) for index in question.attributes]
    values = [
        {"credential": place, "attribute": index, "kind": value.kind, "content": plain(value.content)}
        for (place, index), value in zip(asked, presentation.values)
    ]
    kinds = [statement.kind for question in request.credentials for statement in question.statements]
    assert PSEUDONYMOUS not in kinds, "pseudonyms are not read here"
    return {"values": values, "pseudonyms": []}


def plain(content):
    """Numbers and texts as they are, bytes in hexadecimal."""
    return content.hex() if isinstance(content, bytes) else content
