"""What a wallet says before it answers (spec 18)."""

from messages import decode
from review import review, seen_heads
from sealing import open_wallet
from sets import check_table, set_digest


def consent(state, decoy=False):
    """A host with the heads that its wallet has seen, and tables of sets and digits."""
    key = bytes.fromhex(state["key"])
    sets = [decode("CodeSet", bytes.fromhex(text)) for text in state["sets"]]
    sets = {check_table(table): table for table in sets}
    # Whose proof holds is in the vectors of DigitSet.
    digits = [decode("DigitSet", bytes.fromhex(text)) for text in state["digits"]]
    tables = sets, {set_digest(table): table for table in digits}

    def receive(data):
        _, _, content = open_wallet(bytes.fromhex(data["file"]), key, None, state["minimum"])
        directory = content.directory[0].content
        heads = [seen_heads(decode("CosignedHeadSet", bytes.fromhex(text)), directory) for text in state["heads"]]
        return review(content, bytes.fromhex(data["request"]), heads, tables, data["now"], decoy)

    return receive


def decoy(state):
    """The same, which reviews for a decoy (spec 06 §3.1)."""
    return consent(state, decoy=True)
