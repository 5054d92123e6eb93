"""What a desk receives (spec 06 §6.2, spec 10 §10.4)."""

import cards
from clock import TOLERANCE
from directory import pin
from messages import decode
from presentation import check_verdict
from receivers.parts import data_of
from refusal import require
from statements import PSEUDONYMOUS
from stored import message, read_awaiting


def verdict(state):
    """A desk that has made a call, and knows whose verdict it waits for."""
    call, key = read_awaiting(state["awaiting"]), bytes.fromhex(state["platform_key"])
    return lambda given: concluded(call, decode("Verdict", data_of(given)), key)


def by_directory(state):
    """A desk that goes by its directory, and may name platforms itself (check 09-37)."""
    call, directory = read_awaiting(state["awaiting"]), pin_of(state["directory"])
    named = None if state["named"] is None else [bytes.fromhex(key) for key in state["named"]]

    def receive(given):
        message = decode("Verdict", data_of(given))
        listed = [platform for platform in directory.platforms if platform.key == message.key]
        require(listed != [], "09-37", "of no platform")
        (platform,) = listed
        require(platform.start <= given["now"] + TOLERANCE, "09-37", "not yet")
        require(given["now"] < platform.until, "09-37", "no more")
        require(named is None or message.key in named, "09-37", "of a platform that it does not ask")
        return concluded(call, message, message.key)

    return receive


def concluded(call, message, key):
    """What a desk sees of a verdict on its call, under this key."""
    request = decode("PresentationRequest", decode("VerificationCall", call).request)
    presentation = check_verdict(message, call, key)
    kinds = [statement.kind for question in request.credentials for statement in question.statements]
    assert PSEUDONYMOUS not in kinds, "pseudonyms are not read here"
    return outcome(request, presentation, [])


def outcome(request, presentation, pseudonyms):
    """What a desk reads, by its own request."""
    asked = [(place, index) for place, question in enumerate(request.credentials) for index in question.attributes]
    values = [
        {"credential": place, "attribute": index, "kind": value.kind, "content": plain(value.content)}
        for (place, index), value in zip(asked, presentation.values)
    ]
    return {"values": values, "pseudonyms": [point.encode().hex() for point in pseudonyms]}


def plain(content):
    """Numbers and texts as they are, bytes in hexadecimal."""
    return content.hex() if isinstance(content, bytes) else content


def card_answer(state):
    """The desk that asked about a card."""
    directory = pin_of(state["directory"])
    question = message("CardQuestion", state["question"])

    def receive(given):
        answer = decode("CardAnswer", data_of(given))
        confirmed = cards.receive(answer, question, directory, question.registry.owner, given["now"])
        return {"confirmed": confirmed == 1}

    return receive


def pin_of(text):
    """A version of the directory that its receiver has, from wherever it has it."""
    data = bytes.fromhex(text)
    return pin(data, decode("SignedDirectory", data).content.digest)
