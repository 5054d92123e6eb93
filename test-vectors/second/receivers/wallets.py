"""What a phone keeps, sealed (spec 11), and what its device answers (spec 05)."""

from types import SimpleNamespace

from devices import answer, start_of_count
from group import encode_scalar
from refusal import require
from sealing import check_cost, check_new, open_backup, open_device, open_wallet, passcode_key, read, sealed

U64_MAX = 2**64 - 1


def of(fields, *names):
    """Fields in hexadecimal, as bytes."""
    return [bytes.fromhex(fields[name]) for name in names]


def sealed_wallet(state):
    """A host that opens a wallet."""
    (key,) = of(state, "key")

    def receive(data):
        version, content, _ = open_wallet(*of(data, "file"), key, data["passcode"], state["minimum"])
        return {"version": version, "content": content.hex()}

    return receive


def seal_wallet(state):
    """A host that seals a wallet anew, with a change of its version alone (spec 11 §4.2)."""
    (key,) = of(state, "key")

    def receive(data):
        file, fresh = of(data, "file", "fresh")
        version, content, _ = open_wallet(file, key, None, state["minimum"])
        last = max(version, state["handed_out"])
        require(last < U64_MAX, "11-50")
        message = SimpleNamespace(version=last + 1, setting=[])
        filled = content + b"\x80"
        filled += bytes(-len(filled) % 4096)
        return {"version": last + 1, "file": sealed("SealedWallet", message, [key], filled, fresh).hex()}

    return receive


def sealed_backup(_):
    """Whoever opens a backup."""
    return lambda data: {"recovery": open_backup(*of(data, "file"), data["passcode"]).hex()}


def seal_backup(_):
    """Whoever makes a backup, at whatever cost."""

    def receive(data):
        check_new("backup", data["passcode"])
        recovery, salt, fresh = of(data, "recovery", "salt", "fresh")
        setting = SimpleNamespace(**{name: data[name] for name in ("KiB", "passes", "lanes")}, salt=salt)
        message = SimpleNamespace(setting=setting)
        keys = [passcode_key(setting, data["passcode"])]
        return {"file": sealed("SealedBackup", message, keys, recovery, fresh).hex()}

    return receive


def new_passcode(_):
    """Whoever seals something under a passcode that somebody chose."""

    def receive(data):
        check_cost(data["KiB"], data["passes"], data["lanes"])
        check_new(data["use"], data["passcode"])

    return receive


def sealed_device(state):
    """A phone that opens its device."""
    hardware = of(state, "wrapped", "data_key")
    return lambda data: {"D": open_device(*of(data, "file"), *hardware)[0].encode().hex()}


def seal_device(state):
    """A phone that seals its device anew."""
    D, d = open_device(*of(state, "file", "wrapped", "data_key"))

    def receive(data):
        wrapped, data_key, fresh = of(data, "wrapped", "data_key", "fresh")
        message = SimpleNamespace(D=D, wrapped=wrapped)
        return {"file": sealed("SealedDevice", message, [data_key], encode_scalar(d), fresh).hex()}

    return receive


def device_session(state):
    """A device that was opened, of which every session is a vector's own."""
    file, wrapped, data_key, own = of(state, "file", "wrapped", "data_key", "own")
    _, d = open_device(file, wrapped, data_key)
    hardware = bytes.fromhex(state["hardware"]) if state["hardware"] else None
    start = start_of_count(d, own, hardware)

    def receive(data):
        asked = SimpleNamespace(**{name: data[name] for name in ("purpose", "demand", "passed")})
        asked.shown, asked.M, asked.T_rest, fresh = of(data, "shown", "M", "T_rest", "fresh")
        count = (start + data["sessions_before"] + 1) % 2**64
        return answer(d, count, fresh, asked)

    return receive
