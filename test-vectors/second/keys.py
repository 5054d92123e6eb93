"""The keys of a dump."""

from types import SimpleNamespace

from group import decode_point, decode_scalar


def read_lists(flow):
    """The list keys of spec 07 §1, with every α."""
    return [
        SimpleNamespace(
            name=(entry["owner"], entry["class"]),
            owner_key=bytes.fromhex(entry["owner_key"]),
            publics=[decode_point(bytes.fromhex(item["public"])) for item in entry["accumulators"]],
            alphas=[decode_scalar(bytes.fromhex(item["secret"])) for item in entry["accumulators"]],
        )
        for entry in flow["lists"]
    ]


def read_issuer(flow, kinds):
    """The issuer parameters of spec 04 §1.1, with x."""
    issuer = flow["issuer"]
    return SimpleNamespace(
        public=decode_point(bytes.fromhex(issuer["public"])),
        secret=decode_scalar(bytes.fromhex(issuer["secret"])),
        version=issuer["version"],
        schema_digest=bytes.fromhex(issuer["schema_digest"]),
        kinds=kinds,
        template=None,
    )


def read_cosigners(flow):
    """The cosigners of all lists (spec 07 §7)."""
    cosigners = flow["cosigners"]
    return SimpleNamespace(keys=[bytes.fromhex(key) for key in cosigners["keys"]], quorum=cosigners["quorum"])
