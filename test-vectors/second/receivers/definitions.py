"""What spec 01 defines, base points (§4) and what a transcript gives (§6); and RFC 9497 (spec 03 §7)."""

from group import ORDER, decode_scalar, encode_scalar, linear
from hashing import G, HASH, HP
from proofs import OPRF_CONTEXT, derive_symbol_key, oprf_frame, oprf_scalar
from symbols import output_of, point_of, symbol_of
from transcript import Transcript


def base_point(state):
    def receive(given):
        point = HP(given["role"], *given["parts"]) if given["role"] else G
        return {"point": point.encode().hex()}

    return receive


def transcript(state):
    def receive(given):
        answers = Transcript("presentation")
        answers.absorb("request", bytes.fromhex(given["absorbed"]))
        return {"squeezed": answers.squeeze("message", 64).hex()}

    return receive


def oprf(state):
    """A key and whoever asks it about a batch, with what both draw given (RFC 9497 §3.3.2)."""
    k = derive_symbol_key(bytes.fromhex(state["seed"]), bytes.fromhex(state["info"]))

    def receive(given):
        inputs = [bytes.fromhex(text) for text in given["inputs"]]
        blinds, r = [decode_scalar(bytes.fromhex(text)) for text in given["blinds"]], decode_scalar(bytes.fromhex(given["random"]))
        blinded = [linear((blind, point_of(data))) for blind, data in zip(blinds, inputs)]
        evaluated = [linear((k, point)) for point in blinded]
        images = [linear((pow(blind, -1, ORDER), point)) for blind, point in zip(blinds, evaluated)]
        return {
            "public": (k * G).encode().hex(),
            "blinded": [point.encode().hex() for point in blinded],
            "evaluated": [point.encode().hex() for point in evaluated],
            "proof": b"".join(map(encode_scalar, prove(k, r, blinded, evaluated))).hex(),
            "outputs": [output_of(data, image).hex() for data, image in zip(inputs, images)],
            "values": [symbol_of(data, image).hex() for data, image in zip(inputs, images)],
        }

    return receive


def prove(k, r, blinded, evaluated):
    """GenerateProof of RFC 9497 §2.2.1."""
    K = (k * G).encode()
    seed = HASH(oprf_frame(K, b"Seed-" + OPRF_CONTEXT)).digest()
    pairs = enumerate(zip(blinded, evaluated))
    weights = [
        oprf_scalar(oprf_frame(seed) + i.to_bytes(2, "big") + oprf_frame(B.encode(), Z.encode()) + b"Composite") for i, (B, Z) in pairs
    ]
    M = linear(*zip(weights, blinded))
    parts = [K, *(point.encode() for point in (M, linear((k, M)), r * G, linear((r, M))))]
    c = oprf_scalar(oprf_frame(*parts) + b"Challenge")
    return c, (r - c * k) % ORDER
