"""Range proofs as a holder makes them (spec 12 §2), with what they draw from a witness generator (test-vectors/README.md,
"Randomness"): of each number two blinds and two vectors, then of each two blinds more."""

from group import ORDER, encode_scalar, linear, reduced
from hashing import G, H_B
from ranges import LENGTHS, all_generators, le64


def inner(a, b):
    return sum(x * y for x, y in zip(a, b)) % ORDER


class Number:
    """One number of n bits with what hides it: a_L, a_R, s_L and s_R, and their blinds."""

    def __init__(self, n, value, blind, witness):
        self.value, self.blind = value, blind
        self.bits = [value >> i & 1 for i in range(n)]
        draw = lambda: witness.scalars(1)[0]
        self.alpha, self.rho = draw(), draw()
        self.s_L = [draw() for _ in range(n)]
        self.s_R = [draw() for _ in range(n)]
        self.draw = draw

    def polynomials(self, place, y, z):
        """l = l0 + l1·x and r = r0 + r1·x of this number, and the blinds of T_1 and T_2."""
        n, weight = len(self.bits), pow(z, 2 + place, ORDER)
        powers = [pow(y, place * n + i, ORDER) for i in range(n)]
        self.l0, self.l1 = [bit - z for bit in self.bits], self.s_L
        self.r0 = [power * (bit - 1 + z) + weight * 2**i for i, (power, bit) in enumerate(zip(powers, self.bits))]
        self.r1 = [power * s for power, s in zip(powers, self.s_R)]
        self.t1, self.t2 = inner(self.l0, self.r1) + inner(self.l1, self.r0), inner(self.l1, self.r1)
        self.tau_1, self.tau_2, self.weight = self.draw(), self.draw(), weight


class Prover:
    """One proof, and the transcript that it is made in."""

    def __init__(self, transcript):
        self.transcript, self.proof = transcript, b""

    def absorb(self, label, value):
        self.transcript.absorb(label, value)

    def send(self, label, value):
        """Into the transcript, and into the proof."""
        data = encode_scalar(value % ORDER) if isinstance(value, int) else value.encode()
        self.absorb(label, data)
        self.proof += data

    def squeeze(self, label):
        return reduced(self.transcript.squeeze(label, 64))

    def prove(self, n, numbers):
        """Of numbers that are padded to a power of two."""
        m = len(numbers)
        g, h = all_generators(b"G", n, m), all_generators(b"H", n, m)
        self.absorb("dom-sep", b"rangeproof v1")
        self.absorb("n", le64(n))
        self.absorb("m", le64(m))
        for number in numbers:
            self.absorb("V", linear((number.value, G), (number.blind, H_B)))
        a_L = [bit for number in numbers for bit in number.bits]
        a_R = [bit - 1 for bit in a_L]
        self.send("A", linear((sum(number.alpha for number in numbers), H_B), *zip(a_L, g), *zip(a_R, h)))
        s_L = [s for number in numbers for s in number.s_L]
        s_R = [s for number in numbers for s in number.s_R]
        self.send("S", linear((sum(number.rho for number in numbers), H_B), *zip(s_L, g), *zip(s_R, h)))
        y, z = self.squeeze("y"), self.squeeze("z")
        for place, number in enumerate(numbers):
            number.polynomials(place, y, z)
        self.send("T_1", linear((sum(one.t1 for one in numbers), G), (sum(one.tau_1 for one in numbers), H_B)))
        self.send("T_2", linear((sum(one.t2 for one in numbers), G), (sum(one.tau_2 for one in numbers), H_B)))
        x = self.squeeze("x")
        a = [(p + q * x) % ORDER for number in numbers for p, q in zip(number.l0, number.l1)]
        b = [(p + q * x) % ORDER for number in numbers for p, q in zip(number.r0, number.r1)]
        self.send("t_x", inner(a, b))
        self.send("t_x_blinding", sum(one.weight * one.blind + one.tau_1 * x + one.tau_2 * x * x for one in numbers))
        self.send("e_blinding", sum(number.alpha + number.rho * x for number in numbers))
        w, inverse = self.squeeze("w"), pow(y, -1, ORDER)
        self.fold(a, b, g, [pow(inverse, i, ORDER) * p for i, p in enumerate(h)], w)
        return self.proof

    def fold(self, a, b, g, h, w):
        """The inner product of a and b, in rounds."""
        self.absorb("dom-sep", b"ipp v1")
        self.absorb("n", le64(len(a)))
        while len(a) > 1:
            half = len(a) // 2
            (a_l, a_h), (b_l, b_h), (g_l, g_h), (h_l, h_h) = ((of[:half], of[half:]) for of in (a, b, g, h))
            self.send("L", linear((w * inner(a_l, b_h), G), *zip(a_l, g_h), *zip(b_h, h_l)))
            self.send("R", linear((w * inner(a_h, b_l), G), *zip(a_h, g_l), *zip(b_l, h_h)))
            u = self.squeeze("u")
            v = pow(u, -1, ORDER)
            a, b = folded(a_l, a_h, u, v), folded(b_l, b_h, v, u)
            g = [linear((v, low), (u, high)) for low, high in zip(g_l, g_h)]
            h = [linear((u, low), (v, high)) for low, high in zip(h_l, h_h)]
        self.proof += encode_scalar(a[0]) + encode_scalar(b[0])


def folded(low, high, p, q):
    return [(p * x + q * y) % ORDER for x, y in zip(low, high)]


def prove_ranges(transcript, openings, witness):
    """Spec 12 §2.3: one proof for each length, of openings (n, number, blind) in the order of the statements."""
    proofs = []
    for n in LENGTHS:
        of_length = [(value, blind) for length, value, blind in openings if length == n]
        if of_length:
            while len(of_length) & (len(of_length) - 1):
                of_length.append((0, 0))
            proofs.append(Prover(transcript).prove(n, [Number(n, *one, witness) for one in of_length]))
            transcript.absorb("range-proof", proofs[-1])
    return proofs
