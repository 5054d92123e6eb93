"""The secrets of a file: of each there is in the file what belongs to it, or it is drawn where the file says that its cast
is; and each key that something was signed under is among them. A signature that is taken under one of them is the one that
it makes (RFC 8032 leaves nothing to choose)."""

import json
from functools import lru_cache
from types import SimpleNamespace

import auditors  # noqa: F401, AuditorShare
import issuing
import proofs
import sealing
import stored  # noqa: F401, RequestState
from cbor import Reader
from chacha import ChaCha
from credential import commitment
from group import WIDE, decode_scalar, encode_scalar, linear, reduced
from hashing import G, H_D, H_N, SUITE
from messages import MESSAGES, decode
from proofs import derive_symbol_key
from report import VECTORS
from ristretto255 import EDWARDS_BASE, edwards_encode
from signing import public_key, sign
from suite import NUMBER
from wallet_state import CREDENTIAL

ONLY_SIGNS = "signing key of "
LENGTH = 2**14  # of what a generator gives, as far as a secret of a cast is looked for

# Seeds of casts beside the one of the file (README, "Randomness"), each 32 bytes of this value.
SEEDS = {
    "consent": (0xC3, 0xC1),
    "decoys": (0x5E, 0xC0),
    "faces": (41, 42),
    "negative": (0x5E,),
    "proving": (0x5E, 0xB6, 0xAB, 0x2B, 0x2C),
    "single-defect": (0x1D, 0x3B, 0x3C, 0x3D),
}
# The public keys are made from a scalar, which is the secret; the second one is not in the group.
OF_NO_SEED = {"signatures"}


def of_bytes(secret, public=(), signs=()):
    """One part: what is public of it, what was drawn, and the key of Ed25519 in it."""
    return [SimpleNamespace(public=[*public, *signs], drawn=secret, signs=[secret] if signs else [])]


def of_scalar(scalar, base=G):
    return of_bytes(encode_scalar(scalar), [(scalar * base).encode()])


def joined(secrets):
    return [part for parts in secrets for part in parts]


def of_signing_key(secret):
    return of_bytes(secret, signs=[public_key(secret)])


def of_lists(keys):
    return joined([of_scalar(alpha) for alpha in keys.alphas])


def of_issuer(keys):
    return joined([of_scalar(keys.x), of_bytes(keys.derivation), of_bytes(keys.pseudonym)])


def of_symbol_key(key):
    return of_bytes(key.secret, [(derive_symbol_key(key.secret, SUITE + b"symbol-key/") * G).encode()])


def of_platform(keys):
    parts = [of_signing_key(keys.read["verdict"].secret)]
    parts += [of_scalar(key.x) for key in keys.read["issuers"]] + [of_lists(key) for key in keys.read["lists"]]
    return joined(parts + [of_scalar(key.alpha) for key in keys.read["sets"] + keys.read["digits"]])


# What there is of a secret that is a message, by its type.
OF_MESSAGE = {
    "AuditorShare": lambda share: of_scalar(share.share),
    "CodeSetKey": lambda key: of_scalar(key.alpha),
    "DigitSetKey": lambda key: of_scalar(key.alpha),
    "HandleKey": lambda key: of_bytes(key.secret),
    "IssuerKeys": of_issuer,
    "PlatformKeys": of_platform,
    "RequestState": lambda state: of_bytes(b"", [state.request]),
    "SharedIssuerKey": lambda key: of_scalar(key.x),
    "SharedListKeys": of_lists,
    "SymbolKey": of_symbol_key,
}
KINDS = {MESSAGES[kind][0]: kind for kind in OF_MESSAGE}

# And of one that is none, by the beginning of its name.
OF_NAME = {
    ONLY_SIGNS: of_signing_key,
    "a": lambda secret: of_bytes(secret, [edwards_encode(int.from_bytes(secret, "little") * EDWARDS_BASE)]),
    "d": lambda secret: of_scalar(decode_scalar(secret)),
    "device": lambda secret: of_scalar(decode_scalar(secret), H_D if NUMBER == 1 else G),
    "k": lambda secret: of_bytes(secret, [reduced((decode_scalar(secret) * G).encode()[1:]).to_bytes(32, "big")]),
    "key": lambda secret: of_scalar(int.from_bytes(secret, "little" if NUMBER == 1 else "big")),
    "ticket key": lambda secret: of_scalar(decode_scalar(secret)),
}


def kind_of(secret):
    """Of a secret that is a message."""
    return KINDS.get(secret[2]) if secret[:2] == bytes([NUMBER, 1]) else None


def read_secret(name, secret):
    """Its parts."""
    kind = kind_of(secret)
    if kind:
        return OF_MESSAGE[kind](decode(kind, secret))
    beginnings = [beginning for beginning in OF_NAME if name == beginning or name.startswith(beginning.rstrip() + " ")]
    return OF_NAME[max(beginnings, key=len)](secret) if beginnings else of_bytes(secret, [secret])


@lru_cache(maxsize=None)
def drawn_from(seed):
    """Bytes and scalars that this generator may have given."""
    stream = ChaCha(seed).draw(LENGTH)
    places = range(0, LENGTH - WIDE, 4)
    scalars = {encode_scalar(reduced(stream[place : place + WIDE])) for place in places}
    return scalars | {stream[place : place + 32] for place in places}


def check_secret(parts, seeds, groups, contents):
    """Of each part what is public is in the file, or the part is drawn from one of these seeds."""
    for part in parts:
        seen = part.public and all(one.hex() in groups or any(one in content for content in contents) for one in part.public)
        assert seen or any(part.drawn in drawn_from(seed) for seed in seeds), "nothing in the file belongs to it"


def check_credential(secret, issuers):
    """Spec 04 §2.3: the tag of one of these issuers, over all that it says."""
    credential = CREDENTIAL.read(Reader(secret))
    issuer, content = issuers[credential.X.encode()], credential.content
    e, n = content.e_n
    said = SimpleNamespace(**vars(content), e_n_i=(e, 0), y_status=content.status.y, y_flag=content.flag.y)
    signed = commitment(said, linear((1, content.D), (n, H_N)), issuer)
    assert signed == (issuer.x + e) * content.A, "the issuer of this name did not sign it"


def check_signatures(keys, taken, others):
    """Each is made by one of these keys."""
    by_public = {public_key(secret): secret for secret in keys}
    for key, digest, signature in taken:
        if key in by_public:
            assert sign(by_public[key], digest) == signature, f"another signature than {signature.hex()}"
        else:
            assert others, f"no secret of {key.hex()}"


def check_cast(report, name, content, judge):
    """Judges the file, and looks at what was signed and sealed in it."""
    proofs.taken, sealing.contents = set(), set()
    judge()
    groups = json.dumps(content["groups"])
    seeds = [bytes.fromhex(content["generator"]["seed"])] if content["generator"] else []
    seeds += [bytes([seed] * 32) for seed in SEEDS.get(name, ())]
    secrets = {of: bytes.fromhex(secret) for of, secret in content["secrets"].items()}
    issuers = [issuing.Issuer(secret) for secret in secrets.values() if kind_of(secret) == "IssuerKeys"]
    issuers = {issuer.public.encode(): issuer for issuer in issuers}
    contents = sealing.contents | {path.read_bytes() for path in (VECTORS / "chip-records").glob("*.bin")}
    keys = []
    for of, secret in secrets.items():
        if len(secret) > 32 and secret[0] == 0x84:  # an array of four
            report.check("secrets", f"{name}: {of}", check_credential, secret, issuers)
            continue
        parts = report.check("secrets", f"{name}: {of}", read_secret, of, secret)
        if parts:
            report.check("secrets", f"{name}: {of}", check_secret, parts, seeds, groups, contents)
            keys += [key for part in parts for key in part.signs]
    report.check("secrets", f"{name}: signatures", check_signatures, keys, proofs.taken, name in OF_NO_SEED)
