"""The pseudorandom function (spec 01 §3.2, and F* of spec 11 §2.1)."""

import hmac

from explain import tell
from group import WIDE, reduced
from hashing import HASH, SUITE, framed, part


def expanded(role, key, length, *parts):
    """F*[role, n](key; p_1, …): HKDF (RFC 5869), not reduced."""
    extracted = hmac.new(SUITE + role.encode() + b"/", key, HASH).digest()
    info, block, out = framed(parts), b"", b""
    while len(out) < length:
        block = hmac.new(extracted, block + info + bytes([len(out) // HASH().digest_size + 1]), HASH).digest()
        out += block
    tell(f"F[{role}, {length}]", [key, *map(part, parts)], out[:length])
    return out[:length]


def F(role, key, *parts):
    """F[role](key; p_1, …) of spec 01 §3.2."""
    return reduced(expanded(role, key, WIDE, *parts))
