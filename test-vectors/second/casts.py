"""The secrets of a file: of each there is in the file what belongs to it, or it is drawn from a generator that the file
states; its name says of which type it is, and no two are one key. Each key that something was signed under is among them, and
the phone of each request for a credential and each presentation. A signature that is taken under one of them is the one that
it makes (RFC 8032 leaves nothing to choose)."""

import json
import re
from functools import lru_cache
from types import SimpleNamespace

import auditors  # noqa: F401, AuditorShare
import issuing
import messages
import proofs
import sealing
import stored  # noqa: F401, RequestState
from cbor import Reader
from chacha import ChaCha
from credential import commitment
from group import WIDE, decode_scalar, encode_scalar, linear, reduced
from hashing import G, G_N, H_D, H_N, SUITE
from messages import decode
from prf import F
from proofs import derive_symbol_key
from report import VECTORS
from ristretto255 import EDWARDS_BASE, edwards_encode
from signing import public_key, sign
from suite import NUMBER
from wallet_state import CREDENTIAL

LENGTH = 2**14  # of what a generator gives, as far as a secret of a cast is looked for

# Verdicts here are signed by whoever has no secret, or one of a group that is not that of spec 01 §9.
SIGNED_BY_OTHERS = {"signatures"}


def of_bytes(secret, public=(), signs=()):
    """One part: what is public of it, all of which is there or (`seen`) any; what was drawn; the key of Ed25519 in it."""
    public, signs_with = [*public, *signs], [secret] if signs else []
    return [SimpleNamespace(public=public, drawn=secret, signs=signs_with, seen=all, may_be_drawn=True)]


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


def of_device(secret):
    """Of which D is in the file, if only in a credential: it is not enough that it may have been drawn."""
    (part,) = of_scalar(decode_scalar(secret), H_D if NUMBER == 1 else G)
    part.may_be_drawn = False
    return [part]


def of_recovery(secret):
    """Of which there is N_h, or the wallet that keeps it."""
    (part,) = of_bytes(secret, [(F("pseudonym-part", secret) * G_N).encode(), secret])
    part.seen = any
    return [part]


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

# And of one that is none.
OF_BYTES = {
    "a": lambda secret: of_bytes(secret, [edwards_encode(int.from_bytes(secret, "little") * EDWARDS_BASE)]),
    "card": lambda secret: of_bytes(secret, [secret]),
    "d": lambda secret: of_scalar(decode_scalar(secret)),
    "device": of_device,
    "k": lambda secret: of_bytes(secret, [reduced((decode_scalar(secret) * G).encode()[1:]).to_bytes(32, "big")]),
    "key": lambda secret: of_scalar(int.from_bytes(secret, "little" if NUMBER == 1 else "big")),
    "n_h": lambda secret: of_scalar(decode_scalar(secret), G_N),
    "recovery": of_recovery,
    "signing key": of_signing_key,
    "ticket key": lambda secret: of_scalar(decode_scalar(secret)),
    "wallet key": lambda secret: of_bytes(secret, [secret]),
}
LENGTHS = {"card": (256, 1280)}  # of all others 32

# What a secret is called, and of which type it is (README, "Secrets").
KIND_OF = {
    "auditor": "AuditorShare",
    "digits": "DigitSetKey",
    "flag list": "SharedListKeys",
    "handle key": "HandleKey",
    "issuer": "IssuerKeys",
    "list": "SharedListKeys",
    "platform": "PlatformKeys",
    "request state": "RequestState",
    "set": "CodeSetKey",
    "shared issuer": "SharedIssuerKey",
    "status list": "SharedListKeys",
    "symbol key": "SymbolKey",
}
CREDENTIALS = "credential"
NAME = re.compile(f"({'|'.join([CREDENTIALS, *OF_BYTES, *KIND_OF])})( [0-9]+)?( of .+)?")


def name_of(whole):
    """What stands before a number and before `of`."""
    found = NAME.fullmatch(whole)
    assert found, "no secret is called so"
    return found[1]


def read_secret(whole, secret):
    """The parts of one that is no credential."""
    name = name_of(whole)
    if name in KIND_OF:
        return OF_MESSAGE[KIND_OF[name]](decode(KIND_OF[name], secret))
    assert len(secret) in LENGTHS.get(name, (32,)), "another length"
    return OF_BYTES[name](secret)


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
        is_there = [one.hex() in groups or any(one in content for content in contents) for one in part.public]
        drawn = part.may_be_drawn and any(part.drawn in drawn_from(seed) for seed in seeds)
        assert is_there and part.seen(is_there) or drawn, "nothing in the file belongs to it"


def check_distinct(parts):
    """No two secrets are one key: whoever has one has not the other. Auditors of whom one is enough all have one share."""
    owners = {}
    for whole, each in parts.items():
        of = whole if name_of(whole) != "auditor" else f"auditors{NAME.fullmatch(whole)[3] or ''}"
        for secret in (part.drawn for part in each if part.drawn):
            assert owners.setdefault(secret, of) == of, f"{of} and {owners[secret]} are one key"


def check_seeds(seeds, parts):
    """Of those whose secrets are called after a seed, something was drawn from it."""
    for of, seed in seeds.items():
        called = [part for name, each in parts.items() if name.endswith(f" of {of}") for part in each]
        assert not called or any(part.drawn in drawn_from(seed) for part in called), f"nothing of {of} is drawn from its seed"


def check_holders(found, secrets, credentials):
    """The phone of each request for a credential and of each presentation is among the secrets, and that of each credential."""
    named = [(name_of(of), secret) for of, secret in secrets.items()]
    devices = {part.public[0] for name, secret in named if name == "device" for part in of_device(secret)}
    kept = {part.public[0] for name, secret in named if name in ("recovery", "n_h") for part in OF_BYTES[name](secret)}
    for kind, message in found:
        if kind == "CredentialRequest":
            D, _, N_h = (point.encode() for point in message.points)
            assert D in devices and N_h in kept, "no secrets of the phone that asked for a credential"
        else:
            assert devices and kept and credentials, "no secrets of the phone that presented"
    for credential in credentials:
        assert credential.content.D.encode() in devices, "no secret of the phone that has a credential"


def check_credential(secret, issuers):
    """Spec 04 §2.3: the tag of one of these issuers, over all that it says. Gives the credential."""
    credential = CREDENTIAL.read(Reader(secret))
    issuer, content = issuers[credential.X.encode()], credential.content
    e, n = content.e_n
    said = SimpleNamespace(**vars(content), e_n_i=(e, 0), y_status=content.status.y, y_flag=content.flag.y)
    signed = commitment(said, linear((1, content.D), (n, H_N)), issuer)
    assert signed == (issuer.x + e) * content.A, "the issuer of this name did not sign it"
    return credential


def check_signatures(keys, taken, others):
    """Each is made by one of these keys."""
    by_public = {public_key(secret): secret for secret in keys}
    for key, digest, signature in taken:
        if key in by_public:
            assert sign(by_public[key], digest) == signature, f"another signature than {signature.hex()}"
        else:
            assert others, f"no secret of {key.hex()}"


def seeds_of(generator):
    """Those of the file's own cast and of others, by name."""
    seeds = {of: bytes.fromhex(seed) for of, seed in generator["seeds"].items()} if generator else {}
    own = generator["seed"] if generator else None
    return {**seeds, **({"": bytes.fromhex(own)} if own else {})}


def check_cast(report, name, content, judge):
    """Judges the file, and looks at what was signed, sealed and proven in it."""
    proofs.taken, sealing.contents, messages.noted = set(), set(), []
    judge()
    holders, messages.noted = messages.noted, None
    groups, seeds = json.dumps(content["groups"]), seeds_of(content["generator"])
    secrets = {of: bytes.fromhex(secret) for of, secret in content["secrets"].items()}

    def check(of, function, *arguments):
        return report.check("secrets", f"{name}: {of}", function, *arguments)

    called = {of: check(of, name_of, of) for of in secrets}
    issuers = [check(of, issuing.Issuer, secret) for of, secret in secrets.items() if called[of] == "issuer"]
    issuers = {issuer.public.encode(): issuer for issuer in issuers if issuer}
    items = {of: secret for of, secret in secrets.items() if called[of] == CREDENTIALS}
    credentials = [check(of, check_credential, secret, issuers) for of, secret in items.items()]
    parts = {of: check(of, read_secret, of, secret) or [] for of, secret in secrets.items() if of not in items}
    contents = sealing.contents | {path.read_bytes() for path in (VECTORS / "chip-records").glob("*.bin")} | set(items.values())
    for of, each in parts.items():
        check(of, check_secret, each, seeds.values(), groups, contents)
    check("keys of their own", check_distinct, parts)
    check("seeds", check_seeds, seeds, parts)
    check("phones", check_holders, holders, secrets, [one for one in credentials if one])
    keys = [key for each in parts.values() for part in each for key in part.signs]
    check("signatures", check_signatures, keys, proofs.taken, name in SIGNED_BY_OTHERS)
