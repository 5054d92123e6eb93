"""Sets of codes and of digits: the table and its proof (spec 12 §4.1, §4.2 and §11.1)."""

from cbor import Body, Record, Sequence, Uint, Under, point, points, scalar
from group import ORDER, WIDE, linear, reduced
from hashing import G, H, V_SET
from messages import MESSAGES, U32_MAX, strictly_increasing
from refusal import require
from transcript import Transcript


def check_table_form(table):
    """Check 12-20."""
    require(strictly_increasing(table.codes), "12-20", "order")
    require(len(table.witnesses) == len(table.codes), "12-20", "number of witnesses")


MESSAGES["CodeSet"] = (
    36,
    9621,
    Body(
        public=point(),
        codes=Sequence(Uint(0, U32_MAX), 1, 256, "12-20"),
        witnesses=points(),
        proof=Record(commitments=points(2), response=scalar()),
    ),
    check_table_form,
)


def complete_digits(table):
    """Check 12-47; the codes, which are not sent."""
    require(table.bits in (8, 12) and len(table.witnesses) == 2**table.bits, "12-47")
    table.codes = range(2**table.bits)


MESSAGES["DigitSet"] = (
    48,
    131221,
    Body(
        public=point(),
        bits=Under("12-47", Uint()),
        witnesses=points(most=4096),
        proof=Record(commitments=points(2), response=scalar()),
    ),
    complete_digits,
)


def set_digest(table):
    """Spec 12 §4.1 and §11.1."""
    codes = b"".join(code.to_bytes(4, "big") for code in table.codes)
    return H(kind_of(table), 32, table.public, codes, b"".join(witness.encode() for witness in table.witnesses))


def kind_of(table):
    return "digits" if hasattr(table, "bits") else "set"


def weights_of(table, digest):
    """v_i of spec 12 §4.2 and §11.1."""
    if kind_of(table) == "set":
        weights = H("set-weight", 4096, digest)
    else:
        weights = b"".join(H("digits-weight", 4096, digest, block) for block in range(len(table.codes) // 256))
    return [int.from_bytes(weights[16 * i : 16 * i + 16], "little") for i in range(len(table.codes))]


def challenge_of(table, digest, commitments):
    """c of spec 12 §4.2."""
    transcript = Transcript(kind_of(table))
    transcript.absorb("context", digest)
    transcript.absorb("public", table.public)
    for commitment in commitments:
        transcript.absorb("commitment", commitment)
    return reduced(transcript.squeeze("challenge", WIDE))


def check_table(table):
    """Check 12-21, or 12-48; gives the digest."""
    digest = set_digest(table)
    check = {"set": "12-21", "digits": "12-48"}[kind_of(table)]
    v = weights_of(table, digest)
    B = linear(*zip(v, table.witnesses))
    images = [(-v_i * code, W) for v_i, code, W in zip(v, table.codes, table.witnesses)]
    Y = linear((sum(v), V_SET), *images)
    c = challenge_of(table, digest, table.proof.commitments)
    T_1, T_2 = table.proof.commitments
    s = table.proof.response
    require(s * G == linear((1, T_1), (c, table.public)), check, "first equation")
    require(s * B == linear((1, T_2), (c, Y)), check, "second equation")
    return digest


def check_witnesses_by_key(table, alpha):
    """W_i = (α + s_i)^-1·V_set, with the key of the set (spec 12 §4.1)."""
    assert alpha * G == table.public, "another key"
    for code, W in zip(table.codes, table.witnesses):
        assert W == linear((pow(alpha + code, -1, ORDER), V_SET)), f"witness of {code}"
