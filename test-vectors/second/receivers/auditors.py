"""What is sent to auditors (spec 13)."""

from types import SimpleNamespace

from auditors import check_evidence, check_group, check_share, combine, evidence_digest, opening_digest
from group import linear
from hashing import u64
from messages import decode, encode
from receivers.holder import checked_tables
from receivers.parts import data_of, read_issuer, read_known_list
from signing import prove_dleq
from stored import message


def auditor_group(state):
    """Whoever takes it for the keys of auditors."""

    def receive(given):
        group = decode("AuditorGroup", data_of(given))
        check_group(group)
        return {"key": group.key.encode().hex()}

    return receive


def auditor_share(state):
    """An auditor of this group, who takes its share."""
    group = message("AuditorGroup", state["group"])
    check_group(group)

    def receive(given):
        share = decode("AuditorShare", data_of(given))
        check_share(share, group)
        return {"auditor": share.auditor, "public": group.keys[share.auditor - 1].encode().hex()}

    return receive


def known_to(state):
    """A group, and what its auditors check evidence against."""
    group = message("AuditorGroup", state["group"])
    check_group(group)
    (platform_key,) = state["platform_keys"]
    return group, SimpleNamespace(
        platform_key=bytes.fromhex(platform_key),
        issuers=[read_issuer(entry) for entry in state["issuers"]],
        head_sets=[read_known_list(entry) for entry in state["lists"]],
        sets=checked_tables(state["sets"], "CodeSet"),
        digits=checked_tables(state["digits"], "DigitSet"),
        condition=state["condition"],
    )


def evidence(state):
    """Auditors who know that the condition holds, and then whoever puts their parts together."""
    group, auditor = known_to(state)

    def receive(given):
        of = decode("Evidence", data_of(given))
        E_1, E_2 = check_evidence(of, group, auditor)
        parts = [message("PartialDecryption", part) for part in given["parts"]]
        return {"identity": combine(group, E_1, E_2, evidence_digest(of), parts).encode().hex()}

    return receive


def decrypting(state):
    """One of them, who contributes its part (spec 13 §4.2)."""
    (group, auditor), share = known_to(state["auditors"]), message("AuditorShare", state["share"])

    def receive(given):
        of = decode("Evidence", data_of(given))
        E_1, E_2 = check_evidence(of, group, auditor)
        check_share(share, group)
        opening = opening_digest(group, E_1, E_2, evidence_digest(of))
        context = opening + u64(share.auditor)
        commitments, response = prove_dleq("decryption", context, b"", share.share, E_1)
        proof = SimpleNamespace(commitments=commitments, response=response)
        part = SimpleNamespace(number=share.auditor, opening=opening, share=linear((share.share, E_1)), proof=proof)
        return {"bytes": encode("PartialDecryption", part).hex()}

    return receive
