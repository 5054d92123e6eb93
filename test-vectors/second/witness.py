"""Merlin's witness generator: what provers draw nonces and blinds from (spec 01 §7.4)."""

from copy import deepcopy

from explain import tell
from group import WIDE, encode_scalar, reduced
from transcript import FLAG_A, FLAG_C, META_AD, RATE


def key(strobe, data):
    """STROBE's KEY: the data overwrites the state."""
    strobe.begin_operation(FLAG_A | FLAG_C)
    for byte in data:
        strobe.state[strobe.position] = byte
        strobe.position += 1
        if strobe.position == RATE:
            strobe.run_f()


class Witness:
    """Of a transcript so far, of secrets, of what others contribute to the proof, and of 32 fresh bytes."""

    def __init__(self, transcript, secrets, others, rng):
        self.strobe = deepcopy(transcript.strobe)
        for label, parts in ((b"witness", map(encode_scalar, secrets)), (b"other", others)):
            for part in parts:
                tell(f"key {label.decode()}", [part])
                self.strobe.absorb(META_AD, label + len(part).to_bytes(4, "little"))
                key(self.strobe, part)
        fresh = rng.draw(32)
        tell("key rng", [fresh])
        self.strobe.absorb(META_AD, b"rng")
        key(self.strobe, fresh)

    def draw(self, length):
        self.strobe.absorb(META_AD, length.to_bytes(4, "little"))
        drawn = self.strobe.squeeze(length)
        tell(f"draw {length}", [], drawn)
        return drawn

    def scalars(self, count):
        """In one draw."""
        drawn = self.draw(WIDE * count)
        return [reduced(drawn[WIDE * i : WIDE * (i + 1)]) for i in range(count)]

    def scalar(self):
        """One that is not zero, as a generator draws it (test-vectors/README.md, "Randomness")."""
        found = 0
        while found == 0:
            (found,) = self.scalars(1)
        return found
