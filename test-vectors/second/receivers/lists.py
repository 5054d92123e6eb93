"""What a holder of a list's keys receives (spec 07)."""

from copy import copy
from types import SimpleNamespace

from clock import TOLERANCE
from lists import check_cosigned_head_set, check_head, check_head_set, check_update
from logs import Cosigner, LogAuditor, most_bytes
from messages import decode
from receivers.parts import data_of, read_known_list, read_list
from refusal import Refusal, require
from stored import message


def shown(head_set):
    return {"epoch": head_set.epoch, "digest": head_set.digest.hex()}


def signed_head(state):
    keys = read_list(state["keys"])

    def receive(given):
        check_head(decode("SignedHead", data_of(given)).head, keys)

    return receive


def head_set(state):
    keys = read_list(state["keys"])
    return lambda given: shown(check_head_set(decode("HeadSet", data_of(given)), keys))


def cosigned_head_set(state):
    keys = read_list(state["keys"])
    cosigners = SimpleNamespace(keys=[bytes.fromhex(key) for key in state["cosigners"]], quorum=state["quorum"])

    def receive(given):
        heads = check_cosigned_head_set(decode("CosignedHeadSet", data_of(given)), keys, cosigners)
        require(heads.time <= given["now"] + TOLERANCE, "07-45")
        return shown(heads)

    return receive


def before(state):
    """The head that the next update of the shard follows, and the keys."""
    return read_known_list(state["list"]).heads[state["shard"]], read_list(state["list"]["keys"])


def epoch_update(state):
    head, keys = before(state)

    def receive(given):
        check_update(decode("EpochUpdate", data_of(given)), head, keys)

    return receive


def log_segment(state):
    """The updates of a shard, one after the other."""
    first, keys = before(state)

    def receive(given):
        head = first
        for update in decode("LogSegment", data_of(given)).epochs:
            check_update(update, head, keys)
            head = update.head
        return {"epoch": head.epoch}

    return receive


def closed_epoch(state):
    """Whoever reads the whole log, after its first heads."""
    keys, first = read_list(state["keys"]), SimpleNamespace(heads=message("HeadSet", state["first"]).heads, entries=[])
    return lambda given: shown(read_after(keys, [first]).read(decode("ClosedEpoch", data_of(given))))


def read_after(keys, epochs):
    """An auditor that has read these."""
    auditor = LogAuditor(keys)
    for epoch in epochs:
        auditor.read(epoch)
    return auditor


def log_auditor(state):
    """An auditor that has read the beginning of a log."""
    keys, known = read_list(state["keys"]), [message("ClosedEpoch", text) for text in state["read"]]
    auditor = read_after(keys, known)

    def receive(given):
        next_one = copy(auditor)  # what it has read, it never changes but for another
        return shown(next_one.read(decode("ClosedEpoch", data_of(given))))

    return receive


def epoch_file(state):
    """An auditor that fetches the next epoch, and has verified the newest heads."""
    keys, known = read_list(state["keys"]), [message("ClosedEpoch", text) for text in state["read"]]
    auditor = read_after(keys, known)
    newest = check_head_set(message("HeadSet", state["newest"]), keys)

    def receive(given):
        data, reader = data_of(given), copy(auditor)
        require(len(data) <= most_bytes(reader.heads, newest), "07-50")
        return shown(reader.read(decode("ClosedEpoch", data)))

    return receive


def cosigner(state):
    """A cosigner that is offered an epoch, after others of which it signed what it signs."""
    keys, stored = read_list(state["keys"]), bytes.fromhex(state["cosigner"])

    def receive(given):
        own = Cosigner(keys, stored)
        for before in given["before"]:
            try:
                own.offer(message("ClosedEpoch", before), given["now"])
            except Refusal:
                pass
        signature = own.offer(decode("ClosedEpoch", data_of(given)), given["now"])
        return {"signer": own.public.hex(), "signature": signature.hex(), "state": own.stored().hex()}

    return receive
