"""Who orders tickets, and who makes them, with everything that is drawn given by a seed (spec 14)."""

from chacha import ChaCha
from messages import decode
from receivers.parts import data_of
from receivers.tickets import finished, ring, secrets_of
from ticket_proving import challenge, commit


def seeded(given):
    return ChaCha(bytes.fromhex(given["seed"]))


def ordered(entry):
    """The tickets of an order that was answered."""
    return finished(decode("AwaitedTickets", bytes.fromhex(entry["awaited"])), bytes.fromhex(entry["answers"]))


def committing(state):
    """A helper that has begun no session."""
    found = ring(state)

    def receive(given):
        secrets = secrets_of(found, decode("TicketRequest", data_of(given)).keys)
        commitments, session = commit(data_of(given), secrets, seeded(given))
        return {"bytes": commitments.hex(), "session": session.hex()}

    return receive


def challenging(state):
    """A holder that has ordered."""
    order = bytes.fromhex(state["order"])

    def receive(given):
        challenges, awaited = challenge(order, data_of(given), seeded(given))
        return {"bytes": challenges.hex(), "awaited": awaited.hex()}

    return receive
