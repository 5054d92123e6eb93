"""Platforms that take epochs (spec 06 §7.1)."""

from messages import decode
from receivers.parts import read_list
from verifier import Platform

LATE = 2**40  # when everything has come


def platform_epoch(state):
    """A platform with the keys of one list, that has these epochs and takes another one."""
    keys = read_list(state["keys"])
    keys.alphas = decode("SharedListKeys", bytes.fromhex(state["secret"])).alphas

    def take(platform, heads, updates, now):
        updates = [decode("EpochUpdate", bytes.fromhex(update)) for update in updates]
        platform.take(decode("HeadSet", bytes.fromhex(heads)), updates, now)

    known = Platform([], [keys], [], 0, 0, 0)
    for epoch in state["known"]:
        take(known, epoch["heads"], epoch["updates"], LATE)

    def receive(data):
        platform = Platform([], [keys], [], 0, 0, 0)
        platform.known[keys.name] = list(known.known[keys.name])
        take(platform, data["bytes"], data["updates"], data["now"])

    return receive
