"""The generator of test-vectors/README.md, "Randomness": ChaCha20 with a 64-bit counter from 0 and a nonce of zeros."""

import struct

from explain import tell

MASK = 2**32 - 1


def quarter(x, a, b, c, d):
    for one, other, mixed, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        x[one] = (x[one] + x[other]) & MASK
        turned = x[mixed] ^ x[one]
        x[mixed] = (turned << by | turned >> (32 - by)) & MASK


def block(seed, counter):
    first = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", seed))
    first += [counter & MASK, counter >> 32, 0, 0]
    x = first[:]
    for _ in range(10):
        for i in range(4):
            quarter(x, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(x, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *((a + b) & MASK for a, b in zip(x, first)))


class ChaCha:
    """Gives bytes in order; what is drawn at once begins at a multiple of four."""

    def __init__(self, seed):
        self.seed, self.counter, self.rest = seed, 0, b""

    def draw(self, length):
        taken = -(-length // 4) * 4
        while len(self.rest) < taken:
            self.rest += block(self.seed, self.counter)
            self.counter += 1
        drawn, self.rest = self.rest[:length], self.rest[taken:]
        tell(f"generator {length}", [], drawn)
        return drawn
