"""Registries: scripts of commands, and the rows that come of them (spec 10)."""

from types import SimpleNamespace

from flags import FlagRegistry
from issuing import Issuer
from messages import decode
from owners import Owner
from refusal import require
from rows import changes
from slots import Keys, Registry

FLAG = 2


def secret(kind, text):
    return decode(kind, bytes.fromhex(text)).secret


def message(kind, text):
    """A message as bytes, once it was decoded."""
    decode(kind, bytes.fromhex(text))
    return bytes.fromhex(text)


def values_of(stated):
    plain = lambda one: bytes.fromhex(one["content"]) if one["kind"] == 5 else one["content"]
    return [SimpleNamespace(kind=one["kind"], content=plain(one)) for one in stated]


class Machine:
    """Plays commands on a store: `begin` makes a transaction of it."""

    def __init__(self, keys, begin, known):
        self.keys, self.begin, self.known = keys, begin, known

    def play(self, stored, command):
        """The answer, and the store after it."""
        if command["do"] == "put":
            after = dict(stored)
            at = command["table"], bytes.fromhex(command["row_key"])
            after.pop(at, None)
            if command["row"] is not None:
                after[at] = bytes.fromhex(command["row"])
            return None, after
        machine = self.begin(self.keys, stored)
        of = {name: self.known[name](command[name]) for name in command if name in self.known}
        of = {**command, **of}
        kind = of.pop("do")
        if kind == "create":
            return machine.create(of["now"]), machine.rows.stored
        if kind == "rotate":
            require(of["issuer"].pseudonym == self.keys.issuers[0].pseudonym, "10-48")
            self.keys.issuers.insert(0, of["issuer"])
            return None, stored
        machine.check_store()
        if kind == "open":
            return None, stored
        return getattr(self, kind.replace("-", "_"))(machine, **of), machine.rows.stored

    @staticmethod
    def close(machine, epoch, now, after_pause):
        return {"updates": len(machine.log.close(epoch, now, after_pause))}


class SlotMachine(Machine):
    """Commands of the registry of slots."""

    offer = staticmethod(lambda machine, slot, **of: machine.offer(new_slot=slot, **of))
    settle = staticmethod(lambda machine, slot, **of: machine.settle(slot, **of))
    complete = staticmethod(lambda machine, slot, **of: machine.complete(name=slot, **of))
    report = staticmethod(lambda machine, **of: machine.report(**of))
    joining = staticmethod(lambda machine, **of: machine.joining(**of))
    unite = staticmethod(lambda machine, **of: machine.unite(**of))
    look_up = staticmethod(lambda machine, **of: machine.look_up(**of))

    @staticmethod
    def check_card(machine, question, directory, now):
        return {"message": machine.check_card(question, directory, now).hex()}


class FlagMachine(Machine):
    """Commands of the flag registry."""

    flag = staticmethod(lambda machine, **of: machine.change(what="flag", **of))
    lift = staticmethod(lambda machine, **of: machine.change(what="lift", **of))
    register = staticmethod(lambda machine, **of: machine.register(**of))
    join = staticmethod(lambda machine, **of: machine.join(**of))


def receiver(machine, before):
    """A machine whose store these commands made; each vector goes on from there."""
    start = {}
    for command in before:
        _, start = machine.play(start, command)
    issuers = list(getattr(machine.keys, "issuers", []))

    def receive(data):
        stored, played = start, []
        if issuers:
            machine.keys.issuers = list(issuers)
        for command in data["commands"]:
            answer, after = machine.play(stored, command)
            played.append({"answer": answer, "rows": changes(stored, after)})
            stored = after
        return played

    return receive


def hexadecimal(*names):
    return {name: bytes.fromhex for name in names}


def registry(state):
    """A registry of slots after the commands before."""
    issuers = [Issuer(bytes.fromhex(text)) for text in [state["issuer"], *reversed(state["former"])]]
    keys = Keys(
        issuers,
        Owner(bytes.fromhex(state["list"])),
        secret("HandleKey", state["handle_key"]),
        secret("RecordKey", state["record_key"]),
        (state["flag_owner"], FLAG),
        state["offer_lifetime"],
    )
    known = {
        **hexadecimal("key", "person", "card", "nonce", "slot", "symbol", "first", "second"),
        "issuer": lambda text: Issuer(bytes.fromhex(text)),
        "request": lambda text: message("CredentialRequest", text),
        "flag": lambda text: message("FlagAnswer", text),
        "joined": lambda text: message("JoinAnswer", text),
        "question": lambda text: decode("CardQuestion", bytes.fromhex(text)),
        "directory": lambda text: decode("SignedDirectory", bytes.fromhex(text)).content,
        "values": values_of,
    }
    return receiver(SlotMachine(keys, Registry, known), state["before"])


def flag_registry(state):
    """A flag registry after the commands before."""
    keys = SimpleNamespace(owner=Owner(bytes.fromhex(state["list"])), record_key=secret("RecordKey", state["record_key"]))
    begin = lambda keys, stored: FlagRegistry(keys.owner, keys.record_key, stored)
    known = {
        **hexadecimal("key", "case"),
        "handle": lambda text: decode("Handle", bytes.fromhex(text)).handle,
        "registration": lambda text: message("FlagRegistration", text),
        "joining": lambda text: message("Joining", text),
    }
    return receiver(FlagMachine(keys, begin, known), state["before"])
