"""Tests the vectors by the second verifier: each bound of its has to be met from both sides.

    python3 test-vectors/second/edges.py

runs all vectors of both suites, each in a process of its own (SUITE=2 has the second one alone), and

    python3 test-vectors/second/edges.py --serve

answers as `verify.py --serve` does, and fails at its end: so the vectors that are sent need not run once more.

A bound is an end of the range of a field (cbor.py: integers, lengths of texts, of runs and of arrays), or a `<`, `<=`, `>` or
`>=` in what a refusal hangs on, as switch_off.py finds them. Of a range, some valid vector has to have the last value inside,
and some invalid one the first outside, of each end that there is. Of a comparison, some vector has to have the last values for
which it holds and some the first for which it does not, and one of these has to be valid: of integers (and single characters)
those are a step of one apart, of anything else equality is one side. Byte strings of a length up to a bound hold messages,
which are bounded themselves, and are left out.

What has no such vector stands in EXEMPT, with the reason; an entry that has both, and one that is no bound, fails the run. So
does any other bound without.
"""

import ast
import builtins
import copy
import json
import operator
import os
import subprocess
import sys
from collections import defaultdict
from fnmatch import fnmatchcase
from inspect import isfunction
from pathlib import Path
from types import MethodType

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

if sys.argv[1:] == ["--serve"]:  # the suite is said by the first line, and chosen before the imports
    os.environ["SUITE"] = str(json.loads(sys.stdin.readline())["suite"])

import switch_off
from switch_off import NUMBER, arguments_of, truths_of

# What has no vector on a side, by its name or the patterns of several (fnmatch): in which suites, and why not.
LONG = "a megabyte, or seconds: HeadSet has it"
NARROW = "04-23 is narrower than each field"
TYPE = "what is one too many is longer than the type"
EXEMPT = {
    "*.entries": ((1, 2), "65,536 entries, and the heads of 1,024 shards, are megabytes"),
    "SignedDirectory.content.schemas.*": ((1, 2), "as of a Schema"),
    "ListSnapshot.elements": ((1, 2), "4,194,304 elements are 150 megabytes"),
    "CosignedHeadSet.heads": ((1, 2), LONG),
    "ClosedEpoch.heads": ((1, 2), LONG),
    "AuditorGroup.keys": ((1, 2), TYPE),
    "DigitSet.witnesses": ((1, 2), TYPE),
    "SharedIssuerKey.version": ((1, 2), TYPE),
    "TicketAnswers.scalars": ((1, 2), TYPE),
    "TicketCommitments.points": ((1, 2), TYPE),
    "Schema.attributes.[BPbdk]": ((1, 2), NARROW),
    "Schema.attributes.bits": ((1, 2), NARROW),
    "Schema.attributes.floor": ((1, 2), NARROW),
    "Schema.attributes.threshold": ((1, 2), NARROW),
    "PresentationRequest.credentials.statements.7.n": ((1, 2), "12-45: a request has 32 digits at most"),
    "SealedBackup.box.checks": ((1, 2), "11-1: there is one key"),
    "SealedDevice.box.checks": ((1, 2), "11-1: there is one key"),
    "cbor.Either.read 01-5: *": ((1, 2), "more of a message follows"),
    "messages.decode 01-5: *": ((1, 2), "a body follows the envelope"),
    "chip.text 02-6: 64976 <= point": ((1, 2), "U+FDCF is a character in some versions of Unicode"),
    "following.Way.read 07-47: *": ((1, 2), "entries take fewer bytes than they may"),
    "receivers.lists.epoch_file.receive 07-50: *": ((1, 2), "heads and entries take fewer bytes than they may"),
    "following.check_seen 11-43: *": ((1, 2), "of the same epoch it is not asked"),
    "messages.check_template 01-11: 2 ** bits >= 4 * half": ((1, 2), "both are powers of two"),
    "orders.check_session_fields 01-11: count > 0": ((1, 2), "a ticket has three scalars or more"),
    "proofs.check_signature 01-22: *": ((1, 2), "S of ℓ − 1 or ℓ takes a preimage of the hash"),
    "ristretto255.decode_point 01-8: s < P": ((1,), "P − 1 is no element"),
    "p256.decode_point 01-8: x < P": ((2,), "P − 1 is no element"),
    "credential.check_signed 04-28: *": ((2,), "s of half the order takes a preimage of the hash"),
    "receivers.element.signature.of.judge 05-17: *": ((2,), "1 and ℓ − 1 take a preimage of the hash"),
    "receivers.element.take* 05-17: *": ((2,), "a signature with such bytes takes a search"),
    "sealing.check_cost 11-6: 64 <= KiB": ((1, 2), "11-8: 64 is too little memory"),
    "sealing.check_new 11-10: *": ((1, 2), "no power of what characters there are is 2^40"),
}

# Of each operator: what it says, and how far apart both are where it holds last, and where it does not first.
ORDERS = {
    ast.Lt: (operator.lt, -1, 0), ast.LtE: (operator.le, 0, 1), ast.Gt: (operator.gt, 1, 0), ast.GtE: (operator.ge, 0, -1)
}
met = defaultdict(set)  # by bound: what was given there, with the result of the vector
now = set()  # what was given of the vector that runs, with the bound


def keep(result):
    """What a vector gave has its result."""
    for bound, given in now:
        met[bound].add((given, result))
    now.clear()


class Comparisons(ast.NodeTransformer):
    """Puts a note into each comparison of order that a refusal of a module hangs on."""

    found = {}  # its order, by its name

    def __init__(self, module):
        self.inside = [module]

    def within(self, node):
        self.inside.append(node.name)
        for truth in truths_of(node) if isinstance(node, ast.FunctionDef) else []:
            truth.value = self.noted(truth.value, "")
        self.generic_visit(node)
        self.inside.pop()
        return node

    visit_FunctionDef = visit_ClassDef = within

    def visit_If(self, node):
        raised = isinstance(node.body[0], ast.Raise) and arguments_of(node.body[0].exc, "Refusal")
        if raised:
            node.test = self.noted(node.test, check_of(raised[0]))
        return self.generic_visit(node)

    def visit_Call(self, node):
        required = arguments_of(node, "require")
        if required:
            node.args[0] = self.noted(required[0], check_of(required[1]))
        return self.generic_visit(node)

    def noted(self, condition, check):
        """The same with a note in each comparison in it."""
        return Noting(lambda node: self.compared(node, check)).visit(condition)

    def compared(self, node, check):
        """A comparison, or a chain of them, whose middle is computed twice."""
        sides, parts = [node.left, *node.comparators], []
        for left, order, right in zip(sides, node.ops, sides[1:]):
            part = ast.Compare(left, [order], [right])
            if type(order) in ORDERS:
                name = self.add(f"{'.'.join(self.inside)} {check}".strip() + f": {ast.unparse(part)}", order)
                part = ast.Call(ast.Name("__compared__", ast.Load()), [ast.Constant(name), left, right], [])
            parts.append(ast.copy_location(part, node))
        return parts[0] if len(parts) == 1 else ast.copy_location(ast.BoolOp(ast.And(), parts), node)

    def add(self, name, order):
        count = 1 + sum(other.split(" #")[0] == name for other in self.found)
        name = name if count == 1 else f"{name} #{count}"
        self.found[name] = ORDERS[type(order)]
        return name


class Noting(ast.NodeTransformer):
    """Each comparison of order as this makes it."""

    def __init__(self, made):
        self.made = made

    def visit_Compare(self, node):
        self.generic_visit(node)
        return self.made(node) if any(type(order) in ORDERS for order in node.ops) else node


def check_of(argument):
    """The number of a check."""
    return argument.value if isinstance(argument, ast.Constant) else ast.unparse(argument)


def compared(name, left, right):
    """What the comparison says; noted if its sides are as far apart as they are at its bound."""
    order, last, first = Comparisons.found[name]
    holds = order(left, right)
    at_bound = last if holds else first
    if isinstance(left, str) and isinstance(right, str) and len(left) == len(right) == 1:
        left, right = ord(left), ord(right)
    if isinstance(left, int) and isinstance(right, int):
        is_at_bound = left - right == at_bound
    else:
        is_at_bound = (left == right) == (at_bound == 0)
    if is_at_bound:
        now.add((name, holds))
    return holds


def watch(of, major, size=lambda field: 1):
    """Notes what fields of this class are given, before they look at it."""
    read = of.read

    def reading(field, reader):
        ahead = cbor.Reader(reader.data)
        ahead.place = reader.place
        try:
            given, rest = divmod(ahead.head(major), size(field))
            now.add((id(field), None if rest else given))
        except cbor.Refusal:
            pass  # something else than such a field
        return read(field, reader)

    of.read = reading


def missing_of_range(field):
    """What a range has no vector for."""
    least, most = bounds(field)
    ends = [(least, least - 1)] if least > 0 else []
    ends += [(most, most + 1)] if most is not None and most < cbor.U64_MAX else []
    for inside, outside in ends:
        if (inside, "valid") not in met[id(field)]:
            yield f"nothing valid at {inside}"
        if (outside, "invalid") not in met[id(field)]:
            yield f"nothing invalid at {outside}"


def missing_of_comparison(name):
    for side, words in ((True, "holds last"), (False, "does not hold first")):
        if side not in {given for given, _ in met[name]}:
            yield f"nothing where it {words}"
    if met[name] and "valid" not in {result for _, result in met[name]}:
        yield "nothing valid"


def bounds(field):
    """The ends of its range, the last one None where there is none."""
    if isinstance(field, cbor.Text):
        return 0, field.most
    if isinstance(field, cbor.Run):
        return field.least, field.most
    return field.low, field.high


def is_range(field):
    return isinstance(field, (cbor.Uint, cbor.Text, cbor.Sequence)) or isinstance(field, cbor.Run) and field.exactly is None


def fields_of(item, name, above=()):
    """Every range in an item, with its name."""
    if id(item) in above:
        return
    if is_range(item):
        yield name, item
    if isinstance(item, dict):
        parts = [(f"{name}.{key}", part) for key, part in item.items()]
    elif isinstance(item, (list, tuple)):
        parts = [(name, part) for part in item]
    elif isinstance(item, MethodType):
        parts = [(name, item.__self__)]
    else:
        classes = [vars(of) for of in type(item).__mro__ if of is not object] if hasattr(item, "read") else []
        own = {key: part for of in classes for key, part in of.items() if not key.startswith("_")}
        parts = [(name, part) for part in {**own, **getattr(item, "__dict__", {})}.values() if not isfunction(part)]
    for below, part in parts:
        yield from fields_of(part, below, (*above, id(item)))


class Loader(switch_off.Loader):
    """Loads the modules of this directory with notes in them."""

    def exec_module(self, module):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"), module.__file__)
        if module.__name__ not in switch_off.NO_CHECKS:
            tree = ast.fix_missing_locations(Comparisons(module.__name__).visit(tree))
        exec(compile(tree, module.__file__, "exec"), module.__dict__)


def run_all():
    """Every vector, whatever becomes of it: that is for others to check."""
    import files

    count = 0
    for name in files.read("index")["files"]:
        for group in files.read(name)["groups"]:
            receive = files.open_group(group)
            now.clear()
            for vector in group["vectors"]:
                (result, _, _), _ = files.answer(receive, vector["input"])
                keep(result)
                count += 1
    return count


def run_served():
    """Those that another program sends, each with the answer of the verifier."""
    import serve

    def answer(receive, data):
        now.clear()
        found = plain(receive, data)
        keep(found[0][0])
        return found

    plain, serve.answer = serve.answer, answer
    serve.serve()


def left_over(kinds):
    """What has no vector on a side, by name."""
    import directory

    left, done = {}, set()
    # A version's content has no fields that its message shows.
    items = [(kind, body) for kind, (_, _, body, _) in kinds.items()] + [("SignedDirectory.content", directory.FIELDS)]
    for kind, item in items:
        for name, field in fields_of(item, kind):
            if id(field) not in done:
                left[name] = left.get(name, []) + list(missing_of_range(field))
            done.add(id(field))
    left.update((name, list(missing_of_comparison(name))) for name in Comparisons.found)
    return {name: missing for name, missing in left.items() if missing}


def is_named(name, pattern):
    return name == pattern or fnmatchcase(name, pattern)


def judge(left):
    """The exit status: whether what is left over is what is exempt."""
    of_unused = tuple(f"{name.split(' #')[0]}:" for name in switch_off.UNUSED[NUMBER])
    patterns = [pattern for pattern, (suites, _) in EXEMPT.items() if NUMBER in suites]
    left = {name: missing for name, missing in left.items() if not name.startswith(of_unused)}
    failed = [name for name in left if not any(is_named(name, pattern) for pattern in patterns)]
    for name in sorted(failed):
        print(f"FAILED suite {NUMBER}: {name}: {', '.join(left[name])}", file=sys.stderr)
    idle = [pattern for pattern in patterns if not any(is_named(name, pattern) for name in left)]
    for pattern in idle:
        print(f"FAILED suite {NUMBER}: {pattern} is exempt, and met from both sides or no bound", file=sys.stderr)
    return 1 if failed or idle else 0


def prepare():
    """Puts the notes in."""
    global cbor
    builtins.__compared__ = compared
    sys.meta_path.insert(0, Loader())
    import cbor

    for of, major in ((cbor.Uint, cbor.UINT), (cbor.Text, cbor.TEXT), (cbor.Sequence, cbor.ARRAY)):
        watch(of, major)
    watch(cbor.Run, cbor.BYTES, lambda run: run.length)
    import receivers  # noqa: F401, for all messages
    from messages import MESSAGES

    for kind, (number, most, body, check) in MESSAGES.items():  # each with fields of its own
        MESSAGES[kind] = number, most, copy.deepcopy(body), check
    return MESSAGES


def main(arguments):
    other = None
    if arguments == [] and "SUITE" not in os.environ:
        other = subprocess.Popen([sys.executable, __file__], env={**os.environ, "SUITE": "2"})
    kinds = prepare()
    if arguments == ["--serve"]:
        run_served()
    else:
        print(f"suite {NUMBER}: {run_all()} vectors", file=sys.stderr)
    left = left_over(kinds)
    return judge(left) or (other.wait() if other else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
