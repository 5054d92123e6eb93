"""The part of CBOR (RFC 8949) that messages use, as types that read and write their values (spec 01 §5.2).

Reading takes heads that are longer than they need be, and notes it for `messages.decode` (check 01-7). Nothing else has a
second encoding that is read.
"""

from types import SimpleNamespace

from group import POINT, Point, decode_point, decode_scalar, encode_scalar
from refusal import Refusal, require

UINT, BYTES, TEXT, ARRAY, MAP = 0, 2, 3, 4, 5
U64_MAX = 2**64 - 1
LEAST = {24: 24, 25: 2**8, 26: 2**16, 27: 2**32}  # what a head in 1, 2, 4 or 8 bytes more is for


class Reader:
    """The bytes of a body, read from the front."""

    def __init__(self, data):
        self.data, self.place, self.shortest = data, 0, True

    def take(self, count):
        require(count <= len(self.data) - self.place, "01-5", "ends early")
        self.place += count
        return self.data[self.place - count : self.place]

    def head(self, major):
        """The argument of the next head, which has to be of this major type."""
        initial = self.take(1)[0]
        require(initial >> 5 == major, "01-5", "another CBOR type")
        additional = initial & 31
        require(additional < 28, "01-5", "reserved or indefinite length")
        argument = additional if additional < 24 else int.from_bytes(self.take(1 << (additional - 24)), "big")
        self.shortest &= argument >= LEAST.get(additional, 0)
        return argument


def write_head(major, argument):
    """The shortest head."""
    if argument < 24:
        return bytes([major << 5 | argument])
    size = next(n for n in (1, 2, 4, 8) if argument < 1 << 8 * n)
    return bytes([major << 5 | 23 + size.bit_length()]) + argument.to_bytes(size, "big")


class Uint:
    """uint, with a range."""

    def __init__(self, low=0, high=U64_MAX, check="01-11"):
        self.low, self.high, self.check = low, high, check

    def read(self, reader):
        value = reader.head(UINT)
        require(self.low <= value <= self.high, self.check, f"{value} is not in {self.low} to {self.high}")
        return value

    def write(self, value):
        return write_head(UINT, value)


class Bytes:
    """bytes(n), with one or several allowed lengths."""

    def __init__(self, *lengths):
        self.lengths = lengths

    def read(self, reader):
        data = reader.take(reader.head(BYTES))
        require(len(data) in self.lengths, "01-5", "another length")
        return data

    def write(self, value):
        return write_head(BYTES, len(value)) + value


class BytesUpTo(Bytes):
    """bytes(≤ n)."""

    def __init__(self, most, check="01-11"):
        self.most, self.check = most, check

    def read(self, reader):
        data = reader.take(reader.head(BYTES))
        require(len(data) <= self.most, self.check, "too many bytes")
        return data


class Text:
    """text(≤ n), with a rule that it has to keep, which may have a check of its own."""

    def __init__(self, most, rule=lambda text: True, check="01-11"):
        self.most, self.rule, self.check = most, rule, check

    def read(self, reader):
        data = reader.take(reader.head(TEXT))
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = None
        require(text is not None, "01-5", "not UTF-8")
        require(len(data) <= self.most, "01-11", f"text {text!r}")
        require(self.rule(text), self.check, f"text {text!r}")
        return text

    def write(self, value):
        data = value.encode("utf-8")
        return write_head(TEXT, len(data)) + data


class Run:
    """points(n), points(m to n), scalars(n), scalars(≤ n): items one after the other."""

    def __init__(self, read_item, exactly=None, most=None, least=0):
        self.length = POINT if read_item is decode_point else 32
        self.read_item, self.exactly, self.most, self.least = read_item, exactly, most, least

    def read(self, reader):
        data = reader.take(reader.head(BYTES))
        require(len(data) % self.length == 0, "01-5", f"no multiple of {self.length} bytes")
        items = [data[i : i + self.length] for i in range(0, len(data), self.length)]
        require(self.exactly in (None, len(items)) and len(items) >= self.least, "01-5", "another length")
        require(self.most is None or len(items) <= self.most, "01-11", "too many items")
        return [self.read_item(item) for item in items]

    def write(self, value):
        encoded = [item.encode() if isinstance(item, Point) else encode_scalar(item) for item in value]
        return write_head(BYTES, self.length * len(value)) + b"".join(encoded)


def points(exactly=None, most=None, least=0):
    return Run(decode_point, exactly, most, least)


def scalars(exactly=None, most=None):
    return Run(decode_scalar, exactly, most)


class Single:
    """A run of one item, as this item; zero may be forbidden."""

    def __init__(self, run, nonzero=False):
        self.run, self.nonzero = run, nonzero

    def read(self, reader):
        (item,) = self.run.read(reader)
        require(not self.nonzero or item != 0, "01-11", "zero")
        return item

    def write(self, value):
        return self.run.write([value])


def point():
    return Single(points(1))


def scalar(nonzero=False):
    return Single(scalars(1), nonzero)


class Under:
    """An item that is refused by a check of another document; its class of error stays."""

    def __init__(self, check, item):
        self.check, self.item = check, item

    def read(self, reader):
        try:
            return self.item.read(reader)
        except Refusal as refusal:
            if not refusal.check.startswith("01-"):
                raise
            raise Refusal(self.check, str(refusal), refusal.error_class) from None

    def write(self, value):
        return self.item.write(value)


class Sequence:
    """[a …] (m to n), of which the number may have a check of its own."""

    def __init__(self, item, low, high, check="01-11"):
        self.item, self.low, self.high, self.check = item, low, high, check

    def read(self, reader):
        count = reader.head(ARRAY)
        require(self.low <= count <= self.high, self.check, f"{count} items")
        return [self.item.read(reader) for _ in range(count)]

    def write(self, value):
        return write_head(ARRAY, len(value)) + b"".join(map(self.item.write, value))


class Record:
    """[a, b, …] with names for the items; `Choice` reads the head for the one that it chooses."""

    def __init__(self, **fields):
        self.fields = fields

    def read(self, reader):
        require(reader.head(ARRAY) == len(self.fields), "01-5", "another number of items")
        return self.read_items(reader)

    def read_items(self, reader):
        return SimpleNamespace(**{name: item.read(reader) for name, item in self.fields.items()})

    def write(self, value):
        items = [item.write(getattr(value, name)) for name, item in self.fields.items()]
        return write_head(ARRAY, len(items)) + b"".join(items)


class Choice:
    """One of several records, told apart by their number of items."""

    def __init__(self, *records):
        self.records = {len(record.fields): record for record in records}

    def read(self, reader):
        count = reader.head(ARRAY)
        require(count in self.records, "01-5", "another number of items")
        return self.records[count].read_items(reader)

    def write(self, value):
        return self.records[len(vars(value))].write(value)


class Tagged:
    """An array whose first item is a number that says what the others are."""

    def __init__(self, kinds):
        self.kinds = kinds

    def read(self, reader):
        count = reader.head(ARRAY)
        kind = Uint(min(self.kinds), max(self.kinds)).read(reader)
        fields = self.kinds[kind]
        require(count == 1 + len(fields), "01-5", "another number of items")
        return SimpleNamespace(kind=kind, **{name: item.read(reader) for name, item in fields.items()})

    def write(self, value):
        items = [item.write(getattr(value, name)) for name, item in self.kinds[value.kind].items()]
        return write_head(ARRAY, 1 + len(items)) + write_head(UINT, value.kind) + b"".join(items)


class Either:
    """A byte string, or an integer."""

    def __init__(self, data, number):
        self.data, self.number = data, number

    def read(self, reader):
        require(reader.place < len(reader.data), "01-5", "ends early")
        is_data = reader.data[reader.place] >> 5 == BYTES
        return (self.data if is_data else self.number).read(reader)

    def write(self, value):
        return (self.data if isinstance(value, bytes) else self.number).write(value)


class Optional:
    """The item of a last key that may be missing; then its value is None."""

    def __init__(self, item):
        self.read, self.write = item.read, item.write


class Body:
    """A map with the keys 1, 2, 3, … and nothing else; how many there are says whether the optional ones are there."""

    def __init__(self, **fields):
        self.fields = fields
        self.least = sum(not isinstance(item, Optional) for item in fields.values())

    def read(self, reader):
        count = reader.head(MAP)
        require(self.least <= count <= len(self.fields), "01-5", "another number of fields")
        message = SimpleNamespace(**dict.fromkeys(self.fields))
        for key, (name, item) in enumerate(list(self.fields.items())[:count], 1):
            require(reader.head(UINT) == key, "01-5", "another key")
            setattr(message, name, item.read(reader))
        return message

    def write(self, value):
        fields = list(self.fields.items())
        while isinstance(fields[-1][1], Optional) and getattr(value, fields[-1][0]) is None:
            fields.pop()
        pairs = [write_head(UINT, key) + item.write(getattr(value, name)) for key, (name, item) in enumerate(fields, 1)]
        return write_head(MAP, len(pairs)) + b"".join(pairs)
