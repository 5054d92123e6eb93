"""The files of format 2 (test-vectors/README.md): reading them, and this verifier held to them."""

import json

import messages
from casts import check_cast
from explain import outputs
from receivers import RECEIVERS, TRACES
from refusal import Refusal
from report import VECTORS, equal
from suite import NUMBER
from wrong_responses import check_equations


def read(name):
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def answer(receive, data):
    """(result, check, output) of an input, and the refusal or None. Of what is refused nothing stays noted."""
    count = len(messages.noted or [])
    try:
        return ("valid", None, receive(data)), None
    except Refusal as refusal:
        del (messages.noted or [])[count:]
        return ("invalid", refusal.check, None), refusal


def open_group(group):
    """The receiver of a group, in its state."""
    return RECEIVERS[group["receiver"]](group["state"])


def check_file(content, name, counts):
    """That the file is whole."""
    suite = NUMBER if content["suite"] is None else content["suite"]  # None of what is the same in both
    equal((content["format"], suite, content["counts"]), (2, NUMBER, counts), f"{name}: form and counts")
    vectors = [vector for group in content["groups"] for vector in group["vectors"]]
    results = [vector["result"] for vector in vectors]
    equal({word: results.count(word) for word in ("valid", "invalid")}, counts, f"{name}: vectors")
    equal(len({vector["id"] for vector in vectors}), len(vectors), f"{name}: different ids")
    equal(len({group["id"] for group in content["groups"]}), len(content["groups"]), f"{name}: different ids of groups")
    for group in content["groups"]:
        whole = all(vector["id"].startswith(f"{group['id']}/") for vector in group["vectors"])
        assert whole and group["id"].startswith(f"{name}/"), f"{group['id']}: ids are not file/group/name"
    flags = {flag for vector in vectors for flag in vector["flags"]}
    equal(flags, set(content["flags"]), f"{name}: glossary")


def check_vector(receive, vector):
    found, refusal = answer(receive, vector["input"])
    equal(found, (vector["result"], vector["check"], vector["output"]), f"result, check and output ({refusal})")
    if vector["flags"] == ["WrongResponse"] and vector["id"].startswith("statements/calls/"):
        check_equations(vector["comment"], refusal)


def check_beside(report):
    """What another program that sends the vectors does not see: traces, which equations a wrong response fails, and that
    secrets are those of what is signed, as far as a few vectors of each group show."""
    for name in read("index")["files"]:
        content = read(name)
        check_cast(report, name, content, lambda: take_some(content["groups"]))
        for group in content["groups"]:
            wrong = [vector for vector in group["vectors"] if vector["flags"] == ["WrongResponse"]]
            receive = report.check("groups", group["id"], open_group, group) if wrong else None
            for vector in wrong if receive else []:
                report.check(name, f"{vector['id']} ({vector['comment']})", check_vector, receive, vector)
            check_traces(report, group)


def take_some(groups):
    """The first of each group that is taken."""
    for group in groups:
        valid = [vector for vector in group["vectors"] if vector["result"] == "valid"]
        for vector in valid[:1]:
            open_group(group)(vector["input"])


def check_traces(report, group):
    """Traces that can be computed anew: by the receiver, or as outputs on the way (what verify.py --explain prints)."""
    for vector in group["vectors"]:
        if vector["trace"] and group["receiver"] in TRACES:
            report.check("traces", vector["id"], check_trace, group, vector["trace"])
        taken = {name: value for name, value in vector["trace"].items() if name.startswith(("H[", "squeeze "))}
        if taken:
            report.check("traces", vector["id"], check_taken, group, vector["input"], taken)
        if "part" in vector["trace"]:
            report.check("traces", vector["id"], check_part, group, vector)


def check_trace(group, trace):
    equal(TRACES[group["receiver"]](group["state"], trace), trace, "trace")


def check_part(group, vector):
    """The part of a rule that refuses (spec 15 §4.2)."""
    _, refusal = answer(open_group(group), vector["input"])
    equal(refusal.why, vector["trace"]["part"], "part")


def check_taken(group, given, taken):
    """Each output is one of its operation, those of a list in this order."""
    found = outputs(lambda: open_group(group)(given))
    for name, value in taken.items():
        rest = iter(found.get(name, []))
        for output in value if isinstance(value, list) else [value]:
            assert output in rest, f"{name}: {output} is none of {found.get(name)}"


def check_files(report):
    """Every file that the index names, each vector by the receiver of its group."""
    for name, counts in read("index")["files"].items():
        content = read(name)
        report.check("files", name, check_file, content, name, counts)
        check_cast(report, name, content, lambda: judge(report, name, content["groups"]))


def judge(report, name, groups):
    """Each vector, and each trace."""
    for group in groups:
        receive = report.check("groups", group["id"], open_group, group)
        for vector in group["vectors"] if receive else []:
            report.check(name, f"{vector['id']} ({vector['comment']})", check_vector, receive, vector)
        check_traces(report, group)
