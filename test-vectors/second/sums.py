"""Multiples of points and sums of them, from the additions of whichever group it is."""


class Additive:
    """What a point has by `+`, `-` and `double`; its `table` is None at first."""

    __slots__ = ()

    def __sub__(self, other):
        return self + -other

    def __rmul__(self, scalar):
        """The multiple by an integer that is not negative."""
        return summed([(scalar, self)], self - self)

    def multiples(self):
        """1 to 15 times the point; made once, as base points and generators come again."""
        if self.table is None:
            self.table = [self]
            while len(self.table) < 15:
                self.table.append(self.table[-1] + self)
        return self.table


def summed(terms, identity):
    """Σ scalar·point over pairs of an integer that is not negative and a point, four bits of all of them at a time."""
    tables = [(scalar, point.multiples()) for scalar, point in terms if scalar]
    result = identity
    for place in reversed(range(0, max((scalar.bit_length() for scalar, _ in tables), default=0), 4)):
        for _ in range(4):
            result = result.double()
        for scalar, table in tables:
            digit = scalar >> place & 15
            if digit:
                result = result + table[digit - 1]
    return result
