"""What a registry receives (spec 10 §10.4)."""

import cards
from messages import decode
from receivers.desk import pin_of
from receivers.parts import data_of


def card_question(state):
    """A registry, before it looks into its store."""
    directory = pin_of(state["directory"])

    def receive(given):
        cards.admit(decode("CardQuestion", data_of(given)), directory, state["registry"], given["now"])

    return receive
