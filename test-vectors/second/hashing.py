"""Tagged hashes and base points (spec 01 §2.2, §3 and §4)."""

import hashlib

from explain import tell
from group import BASEPOINT, UNIFORM, WIDE, Point, one_way_map, reduced
from suite import NUMBER

SUITE = b"selfsame-v1-p256-sha256/" if NUMBER == 2 else b"selfsame-v1-ristretto255-sha512/"
HASH, BLOCK = (hashlib.sha256, 64) if NUMBER == 2 else (hashlib.sha512, 128)


def u64(number):
    """U(i) of spec 01 §2.2."""
    return number.to_bytes(8, "big")


def part(value):
    """A part of a hash: bytes as they are, an integer as U(i), an element as its encoding (spec 01 §2.2)."""
    if isinstance(value, int):
        return u64(value)
    return value.encode() if isinstance(value, Point) else value


def framed(parts):
    """P(p_1) || … || P(p_k) of spec 01 §2.2."""
    return b"".join(u64(len(data)) + data for data in map(part, parts))


def expand_message_xmd(message, tag, length):
    """RFC 9380 §5.3.1 with the suite's hash."""
    tag_prime = tag + bytes([len(tag)])
    b_0 = HASH(bytes(BLOCK) + message + length.to_bytes(2, "big") + b"\0" + tag_prime).digest()
    block, output = bytes(BLOCK // 2), b""
    for i in range(1, -(-length // len(block)) + 1):
        mixed = bytes(x ^ y for x, y in zip(b_0, block))
        block = HASH(mixed + bytes([i]) + tag_prime).digest()
        output += block
    return output[:length]


def H(role, length, *parts):
    """H[role, n](p_1, …, p_k) of spec 01 §3.1."""
    output = expand_message_xmd(framed(parts), SUITE + role.encode() + b"/", length)
    tell(f"H[{role}, {length}]", map(part, parts), output)
    return output


def HS(role, *parts):
    """A scalar from a hash: spec 01 §3.1."""
    return reduced(H(role, WIDE, *parts))


def HP(role, *parts):
    """An element from a hash: spec 01 §3.1."""
    return one_way_map(H(role, UNIFORM, *parts))


def weights(context, count):
    """The 128-bit weights of an epoch's proof: spec 07 §3.3."""
    blocks = b"".join(H("epoch-weight", 4096, context, block) for block in range(-(-count // 256)))
    return [int.from_bytes(blocks[16 * j : 16 * j + 16], "little") for j in range(count)]


# Spec 01 §4: the number of a base point is its place here.
BASE_ROLES = [
    (None, ()),
    ("base-constant", ()),
    ("base-domain", ()),
    ("base-pseudonym", ()),
    (None if NUMBER == 2 else "base-device", ()),
    ("base-status", ()),
    ("base-flag", ()),
    ("base-factors", ()),
    ("base-since", ()),
    ("base-pseudonym-part", ()),
    ("base-blinding", ()),
    ("base-set", ()),
    ("base-escrow", ()),
    ("base-ticket", ()),
] + [("base-attribute", (i,)) for i in range(32)]

BASES = [HP(role, *parts) if role else BASEPOINT for role, parts in BASE_ROLES]

G, G_0, Q, H_N, H_D, H_S, H_W, H_F, H_P, G_N, H_B, V_SET, G_ID, N_TICKET = BASES[:14]
H_ATTRIBUTE = BASES[14:]
