"""P-256 (spec 01 §2, SEC 1 and 2, RFC 9380 §8.2).

Plain integer arithmetic, nothing in constant time: for public test data only.
"""

from refusal import require
from sums import Additive, summed

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 2**256 - 2**224 + 2**192 - 89188191075325690597107910205041859247  # ℓ
A, B = -3, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
Z = -10  # of the map to the curve
POINT, WIDE, UNIFORM = 33, 48, 96


class Point(Additive):
    """A point in Jacobian coordinates: (x/z², y/z³), the identity with z = 0."""

    __slots__ = ("x", "y", "z", "table")

    def __init__(self, x, y, z=1):
        self.x, self.y, self.z, self.table = x % P, y % P, z % P, None

    def double(self):
        x, y, z = self.x, self.y, self.z
        if not z:
            return self
        s = 4 * x * y * y
        m = 3 * x * x + A * z**4
        u = (m * m - 2 * s) % P
        return Point(u, m * (s - u) - 8 * y**4, 2 * y * z)

    def __add__(self, other):
        if not self.z or not other.z:
            return other if not self.z else self
        zz, ww = self.z**2 % P, other.z**2 % P
        u, v = self.x * ww % P, other.x * zz % P
        s, t = self.y * ww * other.z % P, other.y * zz * self.z % P
        if u == v:
            return self.double() if s == t else IDENTITY
        h, r = v - u, t - s
        hh = h * h % P
        x = (r * r - hh * h - 2 * u * hh) % P
        return Point(x, r * (u * hh - x) - s * hh * h, self.z * other.z * h)

    def __neg__(self):
        return Point(self.x, -self.y, self.z)

    def affine(self):
        inverse = pow(self.z, -1, P)
        return self.x * inverse**2 % P, self.y * inverse**3 % P

    def __eq__(self, other):
        if not self.z or not other.z:
            return self.z == other.z
        zz, ww = self.z**2, other.z**2
        return (self.x * ww - other.x * zz) % P == 0 and (self.y * ww * other.z - other.y * zz * self.z) % P == 0

    __hash__ = None

    def encode(self):
        """SEC 1 §2.3.3, compressed; the identity is all zero (spec 01 §2.1)."""
        if not self.z:
            return bytes(POINT)
        x, y = self.affine()
        return bytes([2 + y % 2]) + x.to_bytes(32, "big")


IDENTITY = Point(1, 1, 0)
BASEPOINT = Point(
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def square_root(square):
    """The root of a square modulo P, which is 3 modulo 4; None of what is none."""
    root = pow(square, (P + 1) // 4, P)
    return root if (root * root - square) % P == 0 else None


def right_side(x):
    return (x**3 + A * x + B) % P


def decode_point(encoding):
    """A point that is not the identity: spec 01 §2.1 (checks 01-8 and 01-9)."""
    if encoding == bytes(POINT):
        point = IDENTITY
    else:
        x = int.from_bytes(encoding[1:], "big")
        require(encoding[0] in (2, 3) and x < P, "01-8")
        y = square_root(right_side(x))
        require(y is not None, "01-8")
        point = Point(x, y if y % 2 == encoding[0] % 2 else -y)
    require(point.z, "01-9")
    return point


def decode_scalar(encoding):
    """A scalar below ℓ: spec 01 §2.1 (check 01-10)."""
    scalar = int.from_bytes(encoding, "big")
    require(scalar < ORDER, "01-10")
    return scalar


def encode_scalar(scalar):
    """32 bytes, big-endian: spec 01 §2.1."""
    return scalar.to_bytes(32, "big")


def reduced(data):
    """"WIDE bytes reduced" of spec 01 §2.1."""
    return int.from_bytes(data, "big") % ORDER


def map_to_point(u):
    """map_to_curve_simple_swu of RFC 9380 §6.6.2."""
    t = Z * u * u % P
    denominator = (t * t + t) % P
    x = -B * pow(A, -1, P) * (1 + pow(denominator, -1, P)) if denominator else B * pow(Z * A, -1, P)
    x %= P
    y = square_root(right_side(x))
    if y is None:
        x = t * x % P
        y = square_root(right_side(x))
    return Point(x, y if y % 2 == u % 2 else -y)


def one_way_map(data):
    """The map of 96 bytes to an element (spec 01 §2.1)."""
    first, second = (int.from_bytes(half, "big") % P for half in (data[:48], data[48:]))
    return map_to_point(first) + map_to_point(second)


def linear(*terms):
    """Σ scalar·point over pairs (scalar, point)."""
    return summed([(scalar % ORDER, point) for scalar, point in terms], IDENTITY)
