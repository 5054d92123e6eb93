"""Who reads a card or a machine-readable zone (spec 02)."""

import chip
import zones


def record(state):
    """A record that is the group's with something written over it, cut, or appended."""
    whole = bytes.fromhex(state["record"])

    def receive(given):
        data = bytearray(whole)
        for patch in given["patch"]:
            new = bytes.fromhex(patch["bytes"])
            data[patch["offset"] : patch["offset"] + len(new)] = new
        kept = data if given["keep"] is None else data[: given["keep"]]
        return chip.record(bytes(kept) + bytes.fromhex(given["append"]))

    return receive


def later_address(state):
    return lambda given: chip.later_address(bytes.fromhex(given["bytes"]))


def zone(state):
    return lambda given: zones.zone(given["lines"], given["today"])


RECEIVERS = {"ChipRecord": record, "LaterAddress": later_address, "MachineReadableZone": zone}
