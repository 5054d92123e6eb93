"""An answer about a face as a holder makes it: the digits of the score (spec 12 §12.1), the nonce that ties them to the
template, and the fold that stands for the responses of its entries (spec 04 §8.5, spec 12 §12.2)."""

from faces import integers, packed_probe
from group import ORDER, WIDE, encode_scalar, linear, reduced
from hashing import HP


def packed_template(template, data):
    """T_j of spec 04 §8.2."""
    entries, X, P = integers(data), 2**template.bits, template.P
    return [sum(t * X**i for i, t in enumerate(entries[j : j + P])) % ORDER for j in range(0, template.k, P)]


def coefficients(template, data, probe):
    """c_i of spec 04 §8.2, of which the middle one is the score."""
    t, p, P = integers(data), integers(probe), template.P
    found = [0] * (2 * P - 1)
    for row in range(0, template.k, P):
        for i in range(P):
            for j in range(P):
                found[i + P - 1 - j] += t[row + i] * p[row + j]
    return found


def digits_of(template, data, probe):
    """a_g of spec 12 §12.1, the lowest digit of a coefficient first."""
    h = template.b**template.d // 2
    for i, c in enumerate(coefficients(template, data, probe)):
        number = c - template.threshold if i == template.P - 1 else c + h
        assert 0 <= number < template.b**template.d, "another face"
        for place in range(template.d):
            yield number // template.b**place % template.b


def tie(face, nonces, unsent):
    """The nonce of a_0 is what those of the template and of the other digits give, so that the commitment of their equation
    is 0 and not sent."""
    template, probe, first = face
    X, d, digits = 2**template.bits, template.d, template.d * (2 * template.P - 1)
    score = sum(P * rho for P, rho in zip(packed_probe(template, probe), unsent))
    others = sum(X ** (g // d) * template.b ** (g % d) * nonces[first + g] for g in range(1, digits))
    nonces[first] = (score - others) % ORDER


def opening(unsent):
    """The terms of the entries in the second opening."""
    return linear(*((-one, HP("base-template", j)) for j, one in enumerate(unsent)))


def fold(transcript, face, z):
    """A and B of each round, then the last eight entries."""
    template, probe, _ = face
    P, F = packed_probe(template, probe), [HP("base-template", j) for j in range(len(z))]
    U = reduced(transcript.squeeze("fold-weight", WIDE)) * HP("base-fold")
    proof = b""
    while len(z) > 8:
        half = len(z) // 2
        (z_lo, z_hi), (F_lo, F_hi), (P_lo, P_hi) = ((of[:half], of[half:]) for of in (z, F, P))
        for label, entries, points, weights in (("fold-a", z_lo, F_hi, P_hi), ("fold-b", z_hi, F_lo, P_lo)):
            product = sum(one * weight for one, weight in zip(entries, weights))
            point = linear((product, U), *zip(entries, points))
            transcript.absorb(label, point)
            proof += point.encode()
        x = int.from_bytes(transcript.squeeze("fold-challenge", 16), "little")
        z = [(low + x * high) % ORDER for low, high in zip(z_lo, z_hi)]
        F = [linear((x, low), (1, high)) for low, high in zip(F_lo, F_hi)]
        P = [(x * low + high) % ORDER for low, high in zip(P_lo, P_hi)]
    return proof + b"".join(map(encode_scalar, z))
