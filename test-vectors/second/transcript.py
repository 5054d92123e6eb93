"""Merlin transcripts over STROBE-128 over Keccak-f[1600] (spec 01 §6)."""

from explain import tell
from hashing import SUITE, part

MASK = 2**64 - 1
RATE = 166  # of STROBE-128, in bytes
FLAG_I, FLAG_A, FLAG_C, FLAG_M = 1, 2, 4, 16
META_AD, AD, PRF = FLAG_M | FLAG_A, FLAG_A, FLAG_I | FLAG_A | FLAG_C


def rotate(lane, count):
    count %= 64
    return (lane << count | lane >> (64 - count)) & MASK


def keccak_f(state):
    """Keccak-f[1600] (FIPS 202) on 200 bytes."""
    lanes = [[int.from_bytes(state[8 * (x + 5 * y) :][:8], "little") for y in range(5)] for x in range(5)]
    lfsr = 1
    for _ in range(24):
        # θ
        columns = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        for x in range(5):
            mix = columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1)
            lanes[x] = [lane ^ mix for lane in lanes[x]]
        # ρ and π
        x, y, current = 1, 0, lanes[1][0]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], rotate(current, (t + 1) * (t + 2) // 2)
        # χ
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5] & MASK)
        # ι
        for j in range(7):
            lfsr = (lfsr << 1 ^ (lfsr >> 7) * 0x71) % 256
            if lfsr & 2:
                lanes[0][0] ^= 1 << ((1 << j) - 1)
    return bytearray(b"".join(lanes[x][y].to_bytes(8, "little") for y in range(5) for x in range(5)))


class Strobe:
    """The operations of STROBE-128 that Merlin uses."""

    def __init__(self, protocol):
        state = bytearray(200)
        state[:18] = bytes([1, RATE + 2, 1, 0, 1, 96]) + b"STROBEv1.0.2"
        self.state, self.position, self.begin = keccak_f(state), 0, 0
        self.absorb(META_AD, protocol)

    def run_f(self):
        self.state[self.position] ^= self.begin
        self.state[self.position + 1] ^= 0x04
        self.state[RATE + 1] ^= 0x80
        self.state, self.position, self.begin = keccak_f(self.state), 0, 0

    def absorb_bytes(self, data):
        for byte in data:
            self.state[self.position] ^= byte
            self.position += 1
            if self.position == RATE:
                self.run_f()

    def begin_operation(self, flags):
        previous, self.begin = self.begin, self.position + 1
        self.absorb_bytes([previous, flags])
        if flags & FLAG_C and self.position != 0:
            self.run_f()

    def absorb(self, flags, data):
        self.begin_operation(flags)
        self.absorb_bytes(data)

    def squeeze(self, length):
        self.begin_operation(PRF)
        output = bytearray()
        for _ in range(length):
            output.append(self.state[self.position])
            self.state[self.position] = 0
            self.position += 1
            if self.position == RATE:
                self.run_f()
        return bytes(output)


class Transcript:
    """A transcript of spec 01 §6, begun with SUITE and the kind of proof."""

    def __init__(self, kind):
        self.strobe = Strobe(b"Merlin v1.0")
        self.absorb("dom-sep", SUITE)
        self.absorb("proof", kind.encode())

    def absorb(self, label, value):
        """absorb(label, m): the length continues the meta-AD of the label."""
        message = part(value)
        tell(f"absorb {label}", [message])
        self.strobe.absorb(META_AD, label.encode() + len(message).to_bytes(4, "little"))
        self.strobe.absorb(AD, message)

    def squeeze(self, label, length):
        """squeeze(label, n)."""
        self.strobe.absorb(META_AD, label.encode() + length.to_bytes(4, "little"))
        output = self.strobe.squeeze(length)
        tell(f"squeeze {label}, {length}", [], output)
        return output
