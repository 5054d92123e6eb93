"""Platforms that take epochs (spec 06 §7.1)."""

from messages import decode
from receivers.parts import read_list
from verifier import Platform

LATE = 2**40  # when everything has come


def platform_epoch(state):
    """A platform with the keys of one list and without a time of grace, that took these epochs and takes another one."""
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
        # What has a successor does not count any more (06 §7.4): it is forgotten.
        platform.known[keys.name] = known.known[keys.name][-1:]
        take(platform, data["bytes"], data["updates"], data["now"])

    return receive
