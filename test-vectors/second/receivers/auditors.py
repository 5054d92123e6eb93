"""What is sent to auditors (spec 13)."""

from types import SimpleNamespace

from auditors import check_evidence, check_group, combine, evidence_digest
from messages import decode
from receivers.holder import checked_tables
from receivers.parts import data_of, read_issuer, read_known_list
from stored import message


def auditor_group(state):
    """Whoever takes it for the keys of auditors."""

    def receive(given):
        group = decode("AuditorGroup", data_of(given))
        check_group(group)
        return {"key": group.key.encode().hex()}

    return receive


def evidence(state):
    """Auditors who know that the condition holds, and then whoever puts their parts together."""
    group = message("AuditorGroup", state["group"])
    check_group(group)
    (platform_key,) = state["platform_keys"]
    auditor = SimpleNamespace(
        platform_key=bytes.fromhex(platform_key),
        issuers=[read_issuer(entry) for entry in state["issuers"]],
        head_sets=[read_known_list(entry) for entry in state["lists"]],
        sets=checked_tables(state["sets"], "CodeSet"),
        digits=checked_tables(state["digits"], "DigitSet"),
        condition=state["condition"],
    )

    def receive(given):
        of = decode("Evidence", data_of(given))
        E_1, E_2 = check_evidence(of, group, auditor)
        parts = [message("PartialDecryption", part) for part in given["parts"]]
        return {"identity": combine(group, E_1, E_2, evidence_digest(of), parts).encode().hex()}

    return receive
