"""What a holder makes: a software device's part in its proofs (spec 05), and requests for credentials (spec 04 §5), byte for
byte, with everything drawn from a seed. Presentations are in answering.py."""

from types import SimpleNamespace

from credential import ISSUANCE, challenge
from devices import answer
from group import ORDER, WIDE, decode_point, decode_scalar, encode_scalar, reduced
from hashing import G_N, H_D, H_N
from messages import encode
from prf import F
from suite import NUMBER
from transcript import Transcript
from witness import Witness


class Device:
    """Of a secret, whose sessions are counted on from a start."""

    def __init__(self, d, start):
        self.d, self.count, self.public = d, start, d * H_D
        self.fresh = None

    def begin(self, rng):
        self.count, self.fresh = (self.count + 1) % 2**64, rng.draw(32)

    def commit(self, rng):
        """Suite 1: T_1 and T_2 of a session."""
        self.begin(rng)
        return [F("nonce-device", self.fresh, encode_scalar(self.d), self.count, which) * H_D for which in (1, 2)]

    def ask(self, purpose, shown, M, rest=b""):
        asked = SimpleNamespace(purpose=purpose, demand=None, passed=None, shown=shown, M=M, T_rest=rest)
        return answer(self.d, self.count, self.fresh, asked)

    def sign(self, rng, purpose, shown, M):
        """Suite 2: ρ and s."""
        self.begin(rng)
        signature = bytes.fromhex(self.ask(purpose, shown, M)["signature"])
        return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def low(s):
    return min(s, ORDER - s)


def request_credential(offer_bytes, shard, recovery, device, rng):
    """A CredentialRequest for this shard."""
    n_h = F("pseudonym-part", recovery)
    points = [device.public, n_h * H_N + device.public, n_h * G_N]
    transcript = Transcript("issuance")
    transcript.absorb("offer", offer_bytes)
    transcript.absorb("shard", shard)
    for point in points:
        transcript.absorb("point", point)
    contributed = device.commit(rng) if NUMBER == 1 else []
    secrets = [n_h, 0][: 3 - NUMBER]
    nonces = Witness(transcript, secrets, [point.encode() for point in contributed], rng).scalars(len(secrets))
    message = SimpleNamespace(shard=shard, points=points, commitments=[nonces[0] * H_N, nonces[0] * G_N])
    for commitment in message.commitments:
        transcript.absorb("commitment", commitment)
    if NUMBER == 1:
        rest = -(nonces[1] * H_D)
        M = transcript.squeeze("message", 64)
        given = device.ask(ISSUANCE, offer_bytes, M, rest.encode())
        c, T, s = opened(given, ISSUANCE, offer_bytes, M)
        message.commitments.append(T)
        message.responses = [(nonces[0] + c * n_h) % ORDER, (nonces[1] + s) % ORDER]
    else:
        c = reduced(transcript.squeeze("challenge", WIDE))
        message.responses = [(nonces[0] + c * n_h) % ORDER]
        transcript.absorb("response", encode_scalar(message.responses[0]))
        M = transcript.squeeze("message", 64)
        device.sign(rng, ISSUANCE, offer_bytes, M)  # twice, so that a wallet sees whether nonces repeat (05-21)
        rho, s = device.sign(rng, ISSUANCE, offer_bytes, M)
        message.signature = [rho, low(s)]
    return encode("CredentialRequest", message)


def opened(given, purpose, shown, M):
    """c, T and s of a device's answer (spec 05 §2)."""
    T, s = decode_point(bytes.fromhex(given["T"])), decode_scalar(bytes.fromhex(given["s"]))
    return challenge(purpose, shown, M, T), T, s
