"""Sealed boxes, wallets, stored devices and backups, as whoever opens them reads them (spec 11 §2 to §6)."""

from types import SimpleNamespace

from aes import open_sealed, seal
from argon2 import argon2id
from cbor import Body, Bytes, BytesUpTo, Record, Sequence, Uint, Under, point
from explain import tell
from group import decode_scalar
from hashing import G, H, H_D, u64
from messages import MESSAGES, decode, encode
from prf import expanded
from refusal import Refusal, require
from suite import NUMBER
from wallet_state import check_state

contents = None  # what was opened, where somebody asks for it

BLOCK = 4096
MOST_CONTENT = 4194304

SETTING = Record(
    KiB=Under("11-6", Uint(64, 262144)),
    passes=Under("11-6", Uint(1, 10)),
    lanes=Under("11-6", Uint(1, 4)),
    salt=Bytes(16),
)


def box(most):
    return Record(salt=Bytes(32), checks=Sequence(Bytes(32), 0, 2), ciphertext=BytesUpTo(16 + most), digest=Bytes(32))


def check_box(keys):
    """The part of 11-1 that is not the form of single fields; `keys` of the message says how many keys there are."""

    def check(message):
        require(len(message.box.checks) == keys(message) and len(message.box.ciphertext) >= 16, "11-1", "checks or tag")

    return check


MESSAGES["SealedWallet"] = (
    19,
    4202496,
    Body(version=Uint(), setting=Sequence(SETTING, 0, 1), box=box(MOST_CONTENT + BLOCK)),
    check_box(lambda message: 1 + len(message.setting)),
)
MESSAGES["SealedDevice"] = (20, 1536, Body(D=point(), wrapped=BytesUpTo(1024), box=box(32)), check_box(lambda _: 1))
MESSAGES["SealedBackup"] = (21, 256, Body(setting=SETTING, box=box(32)), check_box(lambda _: 1))


def read(kind, data):
    """The message and its header (spec 11 §2), or 11-1; a cost out of range is 11-6."""
    try:
        message = decode(kind, data)
    except Refusal as refusal:
        raise Refusal("11-6" if refusal.check == "11-6" else "11-1", str(refusal)) from None
    body = MESSAGES[kind][2]
    sealed = list(body.fields.values())[-1].write(message.box)
    # The last key is one byte.
    return message, data[: len(data) - len(sealed) - 1]


def check_of(keys, header, salt):
    """check_i of spec 11 §2.1, of i keys."""
    return expanded("seal-check", b"".join(keys), 32, header, salt)


def check_intact(message, header):
    """Check 11-2."""
    sealed = message.box
    digest = H("sealed", 32, header, sealed.salt, b"".join(sealed.checks), sealed.ciphertext)
    require(digest == sealed.digest, "11-2")


def opened(message, header, keys):
    """Check 11-5; gives the content."""
    sealed = message.box
    derived = expanded("seal", b"".join(keys), 44, header, sealed.salt)
    content = open_sealed(derived[:32], derived[32:], header + sealed.salt + b"".join(sealed.checks), sealed.ciphertext)
    require(content is not None, "11-5")
    if contents is not None:
        contents.add(content)
    return content


def sealed(kind, message, keys, content, fresh):
    """The whole message, with these 32 fresh bytes (spec 11 §2.1)."""
    none = SimpleNamespace(salt=b"", checks=[], ciphertext=b"", digest=b"")
    message.box = none
    whole = encode(kind, message)
    header = whole[: -len(list(MESSAGES[kind][2].fields.values())[-1].write(none)) - 1]
    all_keys = b"".join(keys)
    salt = expanded("seal-salt", all_keys, 32, header, fresh, content)
    checks = [check_of(keys[:i], header, salt) for i in range(1, len(keys) + 1)]
    derived = expanded("seal", all_keys, 44, header, salt)
    ciphertext = seal(derived[:32], derived[32:], header + salt + b"".join(checks), content)
    digest = H("sealed", 32, header, salt, b"".join(checks), ciphertext)
    message.box = SimpleNamespace(salt=salt, checks=checks, ciphertext=ciphertext, digest=digest)
    return encode(kind, message)


def passcode_key(setting, passcode):
    """Spec 11 §2.2."""
    key = argon2id(passcode.encode(), setting.salt, setting.KiB, setting.passes, setting.lanes)
    tell("argon2id", [passcode.encode(), setting.salt, *map(u64, (setting.KiB, setting.passes, setting.lanes))], key)
    return key


def open_wallet(data, key, passcode, minimum):
    """Spec 11 §2.1, §3 and §4.2: the version, and the content without its filling, read."""
    message, header = read("SealedWallet", data)
    check_intact(message, header)
    salt, checks = message.box.salt, message.box.checks
    require(check_of([key], header, salt) == checks[0], "11-3")
    require(message.version >= minimum, "11-48")
    require((passcode is not None) == (message.setting != []), "11-7")
    keys = [key] + [passcode_key(setting, passcode) for setting in message.setting]
    require(check_of(keys, header, salt) == checks[-1], "11-4")
    content = opened(message, header, keys).rstrip(b"\0")
    require(content[-1:] == b"\x80", "11-11", "no end")
    return message.version, content[:-1], check_state(content[:-1])


def open_backup(data, passcode):
    """Spec 11 §6: the recovery secret."""
    message, header = read("SealedBackup", data)
    check_intact(message, header)
    keys = [passcode_key(message.setting, passcode)]
    require(check_of(keys, header, message.box.salt) == message.box.checks[0], "11-4")
    content = opened(message, header, keys)
    require(len(content) == 32, "11-5", "content")
    return content


def open_device(data, wrapped, data_key):
    """Spec 11 §5, with hardware that unwraps these bytes to this key and no others: D and d."""
    try:
        message, header = read("SealedDevice", data)
        require(message.wrapped != b"", "11-1", "wrapped")
        check_intact(message, header)
    except Refusal as refusal:
        raise Refusal("11-51", str(refusal)) from None
    require(message.wrapped == wrapped, "11-52", "not wrapped here")
    require(check_of([data_key], header, message.box.salt) == message.box.checks[0], "11-52", "data key")
    content = opened(message, header, [data_key])
    try:
        require(len(content) == 32, "11-53", "length")
        d = decode_scalar(content)
    except Refusal as refusal:
        raise Refusal("11-53", str(refusal)) from None
    require(d * (G if NUMBER == 2 else H_D) == message.D, "11-53", "another device")
    return message.D, d


# New passcodes (spec 11 §2.2).


def counting(passcode):
    """How many of its characters count."""
    before = [None] + list(passcode)
    return sum(b is None or abs(ord(c) - ord(b)) > 1 for b, c in zip(before, passcode))


def alphabet(passcode):
    """a of 11-10."""
    ascii_kinds = [
        (10, lambda c: "0" <= c <= "9"),
        (26, lambda c: "a" <= c <= "z"),
        (26, lambda c: "A" <= c <= "Z"),
        (33, lambda c: ord(c) < 128 and not ("0" <= c <= "9" or "a" <= c <= "z" or "A" <= c <= "Z")),
        (2048, lambda c: ord(c) >= 128),
    ]
    return sum(size for size, has in ascii_kinds if any(map(has, passcode)))


def check_cost(KiB, passes, lanes):
    """Checks 11-6 and 11-8."""
    require(64 <= KiB <= 262144 and 1 <= passes <= 10 and 1 <= lanes <= 4, "11-6")
    require(KiB >= 19456 and KiB * passes >= 38912, "11-8")


def check_new(use, passcode):
    """Checks 11-9 and 11-10."""
    if use == "wallet":
        require(len(passcode) >= 6 and counting(passcode) >= 3, "11-9")
    else:
        require(len(passcode) >= 8 and alphabet(passcode) ** counting(passcode) >= 2**40, "11-10")
