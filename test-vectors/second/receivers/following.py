"""A wallet that follows a log (spec 07 §5.3, spec 11 §11)."""

from following import follow
from messages import decode
from sealing import open_wallet
from wallet_state import FOLLOWER, WAY


def following(state):
    """A host whose wallet follows files of a log to cosigned heads, as far as they go."""
    key = bytes.fromhex(state["key"])

    def receive(data):
        _, _, content = open_wallet(bytes.fromhex(data["file"]), key, None, state["minimum"])
        heads = decode("CosignedHeadSet", bytes.fromhex(data["heads"]))
        witness, former, way = follow(content, heads, [bytes.fromhex(file) for file in data["segments"]], data["now"])
        return {
            "witness": FOLLOWER.write(witness).hex(),
            "former": [FOLLOWER.write(one).hex() for one in former],
            "way": WAY.write(way).hex() if way else None,
        }

    return receive
