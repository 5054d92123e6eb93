"""The secrets of a file that only sign, `signing key of …`: the file has their public keys, and each signature that is taken
under one of them is the one that it makes (RFC 8032 leaves nothing to choose)."""

import json

import proofs
import sealing
from signing import public_key, sign

ONLY_SIGNS = "signing key of "


def signing_keys(content):
    """By name."""
    found = content["secrets"].items()
    return {name: bytes.fromhex(secret) for name, secret in found if name.startswith(ONLY_SIGNS)}


def check_public(secret, groups, contents):
    public = public_key(secret)
    assert public.hex() in groups or any(public in one for one in contents), "its public key is not in the file"


def check_signatures(keys, taken):
    by_public = {public_key(secret): secret for secret in keys.values()}
    for key, digest, signature in taken:
        if key in by_public:
            assert sign(by_public[key], digest) == signature, f"another signature than {signature.hex()}"


def check_cast(report, name, content, judge):
    """Judges the file, and looks at what was signed and sealed in it."""
    keys = signing_keys(content)
    proofs.taken, sealing.contents = (set(), set()) if keys else (None, None)
    judge()
    if keys:
        groups = json.dumps(content["groups"])
        for of, secret in keys.items():
            report.check("secrets", f"{name}: {of}", check_public, secret, groups, sealing.contents)
        report.check("secrets", f"{name}: signatures", check_signatures, keys, proofs.taken)
