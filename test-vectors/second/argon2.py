"""Argon2id, version 0x13 (RFC 9106): slow, for the small costs of vectors. 1,024 bytes are 128 words of 64 bits."""

import hashlib
import struct

MASK = 2**64 - 1
ARGON2ID, VERSION, SLICES = 2, 0x13, 4


def le32(number):
    return struct.pack("<I", number)


def long_hash(data, length):
    """H' of RFC 9106 §3.3."""
    data = le32(length) + data
    if length <= 64:
        return hashlib.blake2b(data, digest_size=length).digest()
    block, out = hashlib.blake2b(data).digest(), b""
    while length - len(out) > 64:
        out += block[:32]
        left = length - len(out)
        block = hashlib.blake2b(block, digest_size=min(left, 64)).digest()
    return out + block


def mix(v, a, b, c, d):
    """GB of RFC 9106 §3.6, on four places."""
    x, y, z, w = v[a], v[b], v[c], v[d]
    for first, second in ((32, 24), (16, 63)):
        x = x + y + 2 * (x & 0xFFFFFFFF) * (y & 0xFFFFFFFF) & MASK
        w ^= x
        w = w >> first | w << (64 - first) & MASK
        z = z + w + 2 * (z & 0xFFFFFFFF) * (w & 0xFFFFFFFF) & MASK
        y ^= z
        y = y >> second | y << (64 - second) & MASK
    v[a], v[b], v[c], v[d] = x, y, z, w


def permute(v, p):
    """P of RFC 9106 §3.6, on sixteen places."""
    for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                       (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
        mix(v, p[a], p[b], p[c], p[d])


ROWS = [range(16 * i, 16 * i + 16) for i in range(8)]
COLUMNS = [[16 * j + 2 * i + k for j in range(8) for k in (0, 1)] for i in range(8)]


def compress(one, other):
    """G of RFC 9106 §3.5."""
    R = [x ^ y for x, y in zip(one, other)]
    Z = list(R)
    for places in ROWS + COLUMNS:
        permute(Z, places)
    return [x ^ y for x, y in zip(R, Z)]


class Memory:
    """The blocks of a computation, by lane and column."""

    def __init__(self, memory, passes, lanes):
        self.passes, self.lanes = passes, lanes
        self.columns = memory // (SLICES * lanes) * SLICES
        self.segment = self.columns // SLICES
        self.blocks = [[None] * self.columns for _ in range(lanes)]

    def addresses(self, turn, lane, part):
        """The pseudo-random values of a segment that does not depend on data (RFC 9106 §3.4.1.2)."""
        zero, counter, values = [0] * 128, 0, []
        while len(values) < self.segment:
            counter += 1
            of = [turn, lane, part, self.lanes * self.columns, self.passes, ARGON2ID, counter] + [0] * 121
            values += compress(zero, compress(zero, of))
        return values

    def reference(self, turn, lane, part, place, value):
        """Lane and column of the block that a value leads to (RFC 9106 §3.4.2)."""
        J1, J2 = value & 0xFFFFFFFF, value >> 32
        of = lane if turn == 0 and part == 0 else J2 % self.lanes
        finished = part * self.segment if turn == 0 else self.columns - self.segment
        if of == lane:
            size = finished + place - 1
        else:
            size = finished - (place == 0)
        z = size - 1 - (size * (J1 * J1 >> 32) >> 32)
        start = 0 if turn == 0 else (part + 1) % SLICES * self.segment
        return of, (start + z) % self.columns

    def fill(self, turn, lane, part):
        """One segment."""
        independent = turn == 0 and part < 2
        values = self.addresses(turn, lane, part) if independent else None
        row = self.blocks[lane]
        for place in range(2 if turn == 0 and part == 0 else 0, self.segment):
            column = part * self.segment + place
            before = row[column - 1]
            of, at = self.reference(turn, lane, part, place, values[place] if independent else before[0])
            block = compress(before, self.blocks[of][at])
            row[column] = [x ^ y for x, y in zip(block, row[column])] if turn else block


def argon2id(password, salt, memory, passes, lanes, length=32, secret=b"", data=b""):
    """RFC 9106 §3.2; memory in KiB."""
    start = [lanes, length, memory, passes, VERSION, ARGON2ID]
    parts = b"".join(le32(len(part)) + part for part in (password, salt, secret, data))
    H_0 = hashlib.blake2b(b"".join(map(le32, start)) + parts).digest()
    state = Memory(memory, passes, lanes)
    for lane, row in enumerate(state.blocks):
        for column in (0, 1):
            row[column] = list(struct.unpack("<128Q", long_hash(H_0 + le32(column) + le32(lane), 1024)))
    for turn in range(passes):
        for part in range(SLICES):
            for lane in range(lanes):
                state.fill(turn, lane, part)
    last = [0] * 128
    for row in state.blocks:
        last = [x ^ y for x, y in zip(last, row[-1])]
    return long_hash(struct.pack("<128Q", *last), length)
