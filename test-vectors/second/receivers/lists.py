"""What a holder of a list's keys receives (spec 07)."""

from types import SimpleNamespace

from lists import check_cosigned_head_set, check_head, check_head_set, check_update, is_empty_log
from messages import decode
from receivers.parts import data_of, read_known_list, read_list
from refusal import require
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
    return lambda given: shown(check_cosigned_head_set(decode("CosignedHeadSet", data_of(given)), keys, cosigners))


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
    keys = read_list(state["keys"])
    first = check_head_set(message("HeadSet", state["first"]), keys)
    assert all(map(is_empty_log, first.heads)), "not the first heads"

    def receive(given):
        epoch = decode("ClosedEpoch", data_of(given))
        heads = check_head_set(epoch, keys)
        require(len(epoch.entries) == len(epoch.heads), "07-35")
        for entries, head, last in zip(epoch.entries, epoch.heads, first.heads):
            check_update(SimpleNamespace(entries=entries, head=head), last, keys)
        return shown(heads)

    return receive
