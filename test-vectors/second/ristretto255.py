"""ristretto255 (spec 01 §2, RFC 9496) and the curve below it, which Ed25519 shares.

Plain integer arithmetic, nothing in constant time: for public test data only.
"""

from refusal import require
from sums import Additive, summed

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493  # ℓ
D = -121665 * pow(121666, -1, P) % P
D_TWICE = 2 * D % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
POINT, WIDE, UNIFORM = 32, 64, 64


def is_negative(x):
    """RFC 9496 §3.1: the sign of a field element is its lowest bit."""
    return x % P & 1


def absolute(x):
    """CT_ABS of RFC 9496 §3.1."""
    return -x % P if is_negative(x) else x % P


def sqrt_ratio_m1(u, v):
    """SQRT_RATIO_M1 of RFC 9496 §4.2: whether u/v is a square, and the nonnegative root of u/v or of i·u/v."""
    u, v = u % P, v % P
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    correct, flipped, flipped_i = check == u, check == -u % P, check == -u * SQRT_M1 % P
    if flipped or flipped_i:
        r = r * SQRT_M1 % P
    return correct or flipped, absolute(r)


# The constants of RFC 9496 §4.1; the RFC prints the square roots of one particular sign.
INVSQRT_A_MINUS_D = sqrt_ratio_m1(1, -1 - D)[1]
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
ONE_MINUS_D_SQ = (1 - D * D) % P
D_MINUS_ONE_SQ = (D - 1) ** 2 % P
assert SQRT_AD_MINUS_ONE**2 % P == (-D - 1) % P


class Point(Additive):
    """A point of the Edwards curve in extended coordinates. Equality is that of ristretto255."""

    __slots__ = ("x", "y", "z", "t", "table")

    def __init__(self, x, y, z, t):
        self.x, self.y, self.z, self.t, self.table = x, y, z, t, None

    def __add__(self, other):
        a = (self.y - self.x) * (other.y - other.x) % P
        b = (self.y + self.x) * (other.y + other.x) % P
        c = D_TWICE * self.t % P * other.t % P
        d = 2 * self.z * other.z % P
        e, f, g, h = b - a, d - c, d + c, b + a
        return Point(e * f % P, g * h % P, f * g % P, e * h % P)

    def double(self):
        """The sum with itself, by the formulas of RFC 8032 §5.1.4."""
        a, b, c = self.x * self.x % P, self.y * self.y % P, 2 * self.z * self.z % P
        h = a + b
        e, g = h - (self.x + self.y) ** 2 % P, a - b
        f = c + g
        return Point(e * f % P, g * h % P, f * g % P, e * h % P)

    def __neg__(self):
        return Point(-self.x % P, self.y, self.z, -self.t % P)

    def __eq__(self, other):
        """RFC 9496 §4.3.3."""
        return (self.x * other.y - self.y * other.x) % P == 0 or (self.y * other.y - self.x * other.x) % P == 0

    __hash__ = None

    def encode(self):
        """RFC 9496 §4.3.2."""
        u1 = (self.z + self.y) * (self.z - self.y) % P
        u2 = self.x * self.y % P
        _, inverse_root = sqrt_ratio_m1(1, u1 * u2 * u2)
        den1, den2 = inverse_root * u1 % P, inverse_root * u2 % P
        z_inverse = den1 * den2 * self.t % P
        x, y, den = self.x, self.y, den2
        if is_negative(self.t * z_inverse):
            x, y, den = y * SQRT_M1 % P, x * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
        if is_negative(x * z_inverse):
            y = -y
        return absolute(den * (self.z - y)).to_bytes(32, "little")


IDENTITY = Point(0, 1, 1, 0)


def decode_point(encoding):
    """An element that is not the identity: RFC 9496 §4.3.1 and spec 01 §2.1 (checks 01-8 and 01-9)."""
    s = int.from_bytes(encoding, "little")
    require(s < P and not is_negative(s), "01-8")
    ss = s * s % P
    u1, u2 = 1 - ss, 1 + ss
    v = (-D * u1 * u1 - u2 * u2) % P
    was_square, inverse_root = sqrt_ratio_m1(1, v * u2 * u2)
    den_x = inverse_root * u2 % P
    den_y = inverse_root * den_x * v % P
    x, y = absolute(2 * s * den_x), u1 * den_y % P
    t = x * y % P
    require(was_square and not is_negative(t) and y != 0, "01-8")
    require(s != 0, "01-9")
    return Point(x, y, 1, t)


def decode_scalar(encoding):
    """A scalar below ℓ: spec 01 §2.1 (check 01-10)."""
    scalar = int.from_bytes(encoding, "little")
    require(scalar < ORDER, "01-10")
    return scalar


def encode_scalar(scalar):
    """32 bytes, little-endian: spec 01 §2.1."""
    return scalar.to_bytes(32, "little")


def reduced(data):
    """"64 bytes reduced" of spec 01 §2.1."""
    return int.from_bytes(data, "little") % ORDER


def map_to_point(t):
    """MAP of RFC 9496 §4.3.4."""
    r = SQRT_M1 * t * t % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = sqrt_ratio_m1(u, v)
    c = -1
    if not was_square:
        s, c = -absolute(s * t) % P, r
    n = (c * (r - 1) * D_MINUS_ONE_SQ - v) % P
    w0, w1, w2, w3 = 2 * s * v % P, n * SQRT_AD_MINUS_ONE % P, (1 - s * s) % P, (1 + s * s) % P
    return Point(w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


def one_way_map(data):
    """The one-way map of RFC 9496 §4.3.4: 64 bytes to an element."""
    low, high = (int.from_bytes(half, "little") % 2**255 for half in (data[:32], data[32:]))
    return map_to_point(low) + map_to_point(high)


def linear(*terms):
    """Σ scalar·point over pairs (scalar, point)."""
    return summed([(scalar % ORDER, point) for scalar, point in terms], IDENTITY)


def edwards_encode(point):
    """RFC 8032 §5.1.2."""
    z_inverse = pow(point.z, -1, P)
    x, y = point.x * z_inverse % P, point.y * z_inverse % P
    return (y | is_negative(x) << 255).to_bytes(32, "little")


def edwards_decode(encoding):
    """RFC 8032 §5.1.3; None where the bytes are no point or not its canonical encoding."""
    number = int.from_bytes(encoding, "little")
    y, sign = number % 2**255, number >> 255
    was_square, x = sqrt_ratio_m1(y * y - 1, D * y * y + 1)
    if len(encoding) != 32 or y >= P or not was_square or (x == 0 and sign):
        return None
    if is_negative(x) != sign:
        x = -x % P
    return Point(x, y, 1, x * y % P)


# The generator of RFC 8032 §5.1 (y = 4/5, x even), which is also that of RFC 9496.
EDWARDS_BASE = edwards_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
BASEPOINT = EDWARDS_BASE
