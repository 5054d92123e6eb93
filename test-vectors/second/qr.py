"""Codes and frames (spec 16)."""

from hashing import H
from refusal import Refusal, require

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MOST_CHARACTERS, MOST_BYTES, MOST_SETS, MOST_GATHERED = 4296, 65536, 256, 1048576


def text_of(data):
    """The text of a code (RFC 9285)."""
    digits = []
    for place in range(0, len(data), 2):
        group = data[place : place + 2]
        number = int.from_bytes(group, "big")
        digits += [number // 45**power % 45 for power in range(len(group) + 1)]
    return "".join(ALPHABET[digit] for digit in digits)


def bytes_of(text):
    """Checks 16-1 and 16-2."""
    require(len(text) <= MOST_CHARACTERS, "16-1")
    require(all(character in ALPHABET for character in text), "16-2", "alphabet")
    require(len(text) % 3 != 1, "16-2", "length")
    data = b""
    for place in range(0, len(text), 3):
        group = text[place : place + 3]
        number = sum(ALPHABET.find(character) * 45**power for power, character in enumerate(group))
        room = 256 ** (len(group) - 1)
        require(number < room, "16-2", "number")
        data += (number % room).to_bytes(len(group) - 1, "big")
    return data


def set_id(payload):
    return H("qr-set", 32, payload)[:8]


def frame_of(text):
    """Checks 16-3 and 16-4: set id, place, n and part."""
    try:
        data = bytes_of(text)
    except Refusal as refusal:
        raise Refusal("16-3", str(refusal)) from None
    require(data[:1] == b"\xf1", "16-3", "no frame of version 1")
    require(len(data) >= 12 and data[10] <= 64 and data[9] < data[10], "16-4")
    return data[1:9], data[9], data[10], data[11:]


class Reader:
    """What a reader of frames has gathered: sets by id and n, the one met last at the end (check 16-7)."""

    def __init__(self):
        self.sets = {}

    def take(self, text):
        """Gives what came of a frame (checks 16-3 to 16-9)."""
        name, place, count, part = frame_of(text)
        parts = dict(self.sets.get((name, count), {}))
        parts[place] = part
        length = sum(map(len, parts.values()))
        if length > MOST_BYTES:
            self.keep(name, count, self.sets.get((name, count), {}))
            raise Refusal("16-5")
        payload = b"".join(parts[place] for place in sorted(parts))
        if len(parts) == count and set_id(payload) == name:
            self.sets.pop((name, count), None)
            return {"seen": count, "count": count, "payload": payload.hex()}
        self.keep(name, count, parts)
        require(len(parts) < count, "16-9")
        return {"seen": len(parts), "count": count, "payload": None}

    def keep(self, name, count, parts):
        """Check 16-7."""
        self.sets.pop((name, count), None)
        self.sets[name, count] = parts
        while len(self.sets) > MOST_SETS or self.gathered() > MOST_GATHERED:
            del self.sets[next(iter(self.sets))]

    def gathered(self):
        return sum(len(part) for parts in self.sets.values() for part in parts.values())
