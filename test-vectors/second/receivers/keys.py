"""Keys, and what their holder makes of them for everybody (spec 10 §1.1); a platform's (spec 06 §7.1); snapshots
(spec 07 §12)."""

from types import SimpleNamespace

from clock import TOLERANCE
from directory import pin
from group import decode_point, encode_scalar
from hashing import G, SUITE
from key_messages import ed25519_public
from lists import check_cosigned_head_set
from messages import decode
from prf import F
from proofs import derive_symbol_key
from refusal import Refusal, require
from snapshots import check_snapshot
import stored  # noqa: F401, CosignerState


def decoded(kind):
    """Whoever reads a key, and makes of it what is given to others."""

    def judge(given):
        return PUBLIC[kind](decode(kind, bytes.fromhex(given["bytes"])))

    return lambda state: judge


def platform_public(message):
    return {
        "verdict": ed25519_public(message.read["verdict"].secret).hex(),
        "issuers": [PUBLIC["SharedIssuerKey"](key) for key in message.read["issuers"]],
        "lists": [PUBLIC["SharedListKeys"](key) for key in message.read["lists"]],
        "sets": [(key.alpha * G).encode().hex() for key in message.read["sets"]],
        "digits": [(key.alpha * G).encode().hex() for key in message.read["digits"]],
    }


def signing_public(message):
    return {"public": ed25519_public(message.secret).hex()}


PUBLIC = {
    "DeskKey": signing_public,
    "VerdictKey": signing_public,
    "AuthorityKey": signing_public,
    "SymbolKey": lambda key: {"public": (derive_symbol_key(key.secret, SUITE + b"symbol-key/") * G).encode().hex()},
    "HandleKey": lambda key: {"print": encode_scalar(F("store-handle-key", key.secret)).hex()},
    "RecordKey": lambda key: {},
    "SharedIssuerKey": lambda key: {
        "version": key.version,
        "schema": key.schema.hex(),
        "public": (key.x * G).encode().hex(),
    },
    "SharedListKeys": lambda keys: {
        "owner": keys.name.owner,
        "class": keys.name.list_class,
        "accumulators": [(alpha * G).encode().hex() for alpha in keys.alphas],
    },
    "CodeSetKey": lambda key: {"public": (key.alpha * G).encode().hex()},
    "DigitSetKey": lambda key: {"public": (key.alpha * G).encode().hex()},
    "PlatformKeys": platform_public,
}


def pinned(data):
    """A version of the directory that is known by its own digest."""
    data = bytes.fromhex(data)
    return pin(data, decode("SignedDirectory", data).content.digest)


def check_named(message, directory):
    """Check 06-36: each key is one that the directory names."""
    issuers = [(entry.X, entry.key_version, entry.schema) for entry in directory.issuers]
    for key in message.read["issuers"]:
        require((key.x * G, key.version, key.schema) in issuers, "06-36", "issuer")
    lists = {(entry.owner, entry.list_class): entry.publics for entry in directory.lists}
    for keys in message.read["lists"]:
        name = keys.name.owner, keys.name.list_class
        require(lists.get(name) == [alpha * G for alpha in keys.alphas], "06-36", "list")


def platform(state):
    """A platform that opens its key file under a directory."""
    directory = pinned(state["directory"])

    def judge(given):
        message = decode("PlatformKeys", bytes.fromhex(given["bytes"]))
        check_named(message, directory)
        return platform_public(message)

    return judge


def named_list(entry):
    """A list's keys in a version of the directory."""
    return SimpleNamespace(
        name=(entry.owner, entry.list_class), owner_key=entry.owner_key, publics=entry.publics
    )


def platform_snapshot(state):
    """A platform that goes by a directory, and starts from its snapshots."""
    directory = pinned(state["directory"])
    lists = {(entry.owner, entry.list_class): named_list(entry) for entry in directory.lists}
    keys = decode("PlatformKeys", bytes.fromhex(state["keys"]))
    own = ed25519_public(keys.read["verdict"].secret)

    def start(begun, data, given):
        snapshot = decode("ListSnapshot", data)
        name = snapshot.epochs[-1].name
        require(name not in begun, "07-55")
        require(snapshot.maker == own, "07-56")
        require(name in lists, "07-57")
        check_snapshot(snapshot, lists[name])
        newest = snapshot.epochs[-1]
        require(newest.epoch >= given["minimum"], "07-59", "minimum")
        require(given["cosigned"] is not None, "07-60", "no cosigned heads")
        cosigned = decode("CosignedHeadSet", bytes.fromhex(given["cosigned"]))
        cosigned = check_cosigned_head_set(cosigned, lists[name], directory.cosigners)
        own_version = [epoch.digest for epoch in snapshot.epochs if epoch.epoch == cosigned.epoch]
        require(own_version == [cosigned.digest], "07-60")
        require(newest.time <= given["now"] + TOLERANCE, "07-59", "its time has not come")
        begun.add(name)
        return {"epoch": newest.epoch, "epochs": len(snapshot.epochs)}

    def judge(given):
        begun = set()
        for before in given["before"]:
            start(begun, bytes.fromhex(before), given)
        return start(begun, bytes.fromhex(given["bytes"]), given)

    return judge


def public_list(entry):
    """A list's keys as they stand in a state."""
    return SimpleNamespace(
        name=(entry["owner"], entry["class"]),
        owner_key=bytes.fromhex(entry["owner_key"]),
        publics=[decode_point(bytes.fromhex(key)) for key in entry["accumulators"]],
    )


def of_reader(snapshot, keys, own, minimum):
    """Checks 07-56 to 07-59 of who reads the whole log; gives the newest epoch."""
    require(snapshot.maker == own, "07-56")
    check_snapshot(snapshot, keys)
    newest = snapshot.epochs[-1]
    require(newest.epoch >= minimum, "07-59", "minimum")
    return newest


def auditor_snapshot(state):
    """An auditor of one list that starts from its snapshots."""
    keys, own = public_list(state["list"]), bytes.fromhex(state["key"])

    def judge(given):
        snapshot = decode("ListSnapshot", bytes.fromhex(given["bytes"]))
        newest = of_reader(snapshot, keys, own, given["minimum"])
        return {"epoch": newest.epoch, "elements": len(snapshot.elements)}

    return judge


def cosigner_snapshot(state):
    """A cosigner that starts from its snapshots of one list."""
    keys, own = public_list(state["list"]), decode("CosignerState", bytes.fromhex(state["cosigner"]))
    signed = {(one.owner, one.list_class): one for one in own.signed}.get(keys.name)

    def start(begun, data, minimum):
        snapshot = decode("ListSnapshot", data)
        require(not begun, "07-55")
        newest = of_reader(snapshot, keys, ed25519_public(own.key), minimum)
        forked = signed is not None and signed.epoch == newest.epoch and signed.digest != newest.digest
        require(not forked, "07-61")
        begun.append(newest)
        return {"epoch": newest.epoch, "elements": len(snapshot.elements)}

    def judge(given):
        begun = []
        for before in given["before"]:
            try:
                start(begun, bytes.fromhex(before), given["minimum"])
            except Refusal:
                pass
        return start(begun, bytes.fromhex(given["bytes"]), given["minimum"])

    return judge
