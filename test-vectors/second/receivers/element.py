"""What an element signs, and signatures that a wallet takes or refuses (spec 05 §7, spec 17)."""

import hashlib

from group import ORDER, decode_point, linear, reduced
from hashing import G, H, SUITE, u64
from refusal import require


def message_of(purpose, demand, shown, M):
    """m of spec 05 §7.1."""
    shown = bytes.fromhex(shown)
    q = H("shown", 64, purpose, shown) if demand is None else H("shown-unlocked", 64, purpose, demand, shown)
    return SUITE + b"device/" + u64(purpose) + q + bytes.fromhex(M)


def question(state):
    """Whoever makes what an element signs."""

    def judge(given):
        m = message_of(**given)
        return {"m": m.hex(), "digest": hashlib.sha256(m).hexdigest()}

    return judge


def numbers_of_bytes(data):
    """ρ || s."""
    require(len(data) == 64, "05-17", "length")
    return int.from_bytes(data[:32], "big"), int.from_bytes(data[32:], "big")


def take(tag, data):
    """The content of an item of DER, and what follows. Longer forms say 128 bytes and more, which no two numbers have."""
    require(len(data) >= 2 and data[0] == tag and len(data) >= 2 + data[1], "05-17", "form")
    return data[2 : 2 + data[1]], data[2 + data[1] :]


def take_integer(data):
    """A number that is not negative, in its shortest form."""
    content, rest = take(2, data)
    require(content != b"" and content[0] < 128, "05-17", "no digits, or negative")
    require(content[0] != 0 or (len(content) > 1 and content[1] > 127) or content == b"\0", "05-17", "padded")
    return int.from_bytes(content, "big"), rest


def numbers_of_der(data):
    """The sequence of two numbers."""
    content, rest = take(0x30, data)
    require(rest == b"", "05-17", "behind")
    rho, content = take_integer(content)
    s, content = take_integer(content)
    require(content == b"", "05-17", "more numbers")
    return rho, s


def signature(read):
    """A wallet, by how it reads what the element answers (checks 05-17 and 05-18)."""

    def of(state):
        pk = decode_point(bytes.fromhex(state["key"]))
        e = reduced(hashlib.sha256(message_of(**state["question"])).digest())

        def judge(given):
            rho, s = read(bytes.fromhex(given["bytes"]))
            require(0 < rho < ORDER and 0 < s < ORDER, "05-17", "range")
            inverse = pow(s, -1, ORDER)
            R = linear((e * inverse, G), (rho * inverse, pk))
            require(reduced(R.encode()[1:]) == rho, "05-18")  # of the identity, 0 it is not
            return {}

        return judge

    return of


RECEIVERS = {
    "DeviceQuestion": question,
    "EcdsaSignature": signature(numbers_of_bytes),
    "EcdsaDer": signature(numbers_of_der),
}
