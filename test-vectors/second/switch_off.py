"""Tests the vectors by the second verifier: each of its refusals is switched off in turn, and some vector has to notice.

    python3 test-vectors/second/switch_off.py
    python3 test-vectors/second/switch_off.py --write

A refusal is a `require(...)` or a `raise Refusal(...)`; its conditions are what is joined by `and` in it, or by `or` in what
it is raised under, each comparison of a chain, each pair of two tuples that have to be equal, and these in what has to hold
of each item, or of one; and the same in a predicate, a function that says nothing but whether something holds. With a refusal
or a single condition off, a vector decides it if what has to be refused is then accepted, or if the verifier falls over it (an
index out of range, a value that is none): that another check refuses it instead is not enough. Where no vector is accepted
and it falls over one, that is said, one by one, with their number: what a verifier that does not fall does there, they do
not show. First each invalid vector is
refused once, which finds what refuses it; then, for each refusal and condition, those run again that it had refused, until one
decides. No file is changed: the switches are put into the syntax tree as a module is loaded. Both suites run, each in a
process of its own (SUITE=2 has the second one alone).

What no vector can decide stands in UNDECIDED, or of conditions in CONDITIONS, with the reason; an entry that one decides,
and one that is no refusal or condition of this verifier, fails the run. So does any other that no vector decides, and a count
that is not that of test-vectors/README.md, which `--write` writes there.
"""

import ast
import builtins
import importlib.abc
import importlib.util
import os
import re
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
NUMBER = int(os.environ.get("SUITE", "1"))
SECONDS, MEMORY = 20, 2**32  # of one vector (processor time), where what bounds the work may be off

# Of each refusal that stands behind or before another one: why no message can reach it alone.
UNDECIDED = {
    "directory.check_kept 09-18": ((1, 2), "a version with other numbers of shards changes the keys of a list, which 09-20 refuses, or fails 09-6"),
    "credential.check_request 04-12": ((1, 2), "K = D says that n_h is zero; then N_h is the identity, which 01-9 refuses"),
    "proofs.check_joint 01-18": ((1, 2), "bases and keys are decoded, and an image that is the identity under a key that is not fails 01-20"),
    "proofs.check_symbol_response 03-1": ((1, 2), "c or s of zero takes a preimage of the hash"),
    "statements.add_differs 12-30": ((1, 2), "where the base is the identity, 06-55 takes a logarithm of H_b that nobody knows"),
    "ticket.check_ticket 14-3": ((1, 2), "points of pairs are decoded, where 01-9 refuses"),
    "verifier.Platform.take check": ((1, 2), "06-38, 06-39: a head set that is not of a later epoch does not follow the newest one: 07-4"),
    "presentation.presentation_challenge 05-25": ((2,), "e of zero takes a preimage of the hash"),
    "review.check_lists 06-15": ((1, 2), "heads of another list are not those of the witness: 06-17"),
    "slots.Registry.offer 10-3": ((1, 2), "who has no slot has no credential, which 10-8 refuses"),
}
# What one suite loads and has no use for.
UNUSED = {
    1: {
        "credential.check_signed 04-27",
        "credential.check_signed 04-27 #2",
        "credential.check_signed 04-28",
        "presentation.check_x 05-24",
        "presentation.presentation_challenge 05-25",
        "receivers.element.numbers_of_bytes 05-17",
        "receivers.element.numbers_of_der 05-17",
        "receivers.element.numbers_of_der 05-17 #2",
        "receivers.element.signature.of.judge 05-17",
        "receivers.element.signature.of.judge 05-18",
        "receivers.element.take 05-17",
        "receivers.element.take_integer 05-17",
        "receivers.element.take_integer 05-17 #2",
        "statements.check_without_ranges 12-69",
    },
    2: {
        "credential.check_request 04-15",
        "devices.respond 05-3",
        "ranges.check_range_proof 12-12",
        "ranges.check_range_proof 12-13",
        "ranges.check_range_proof 12-9",
        "ranges.read_proof '12-11' if place in scalars else '12-10'",
        "ristretto255.decode_point 01-8",
        "ristretto255.decode_point 01-8 #2",
        "ristretto255.decode_point 01-9",
        "ristretto255.decode_scalar 01-10",
    },
}

# Of each condition, whose refusal some vector decides: which check stands behind it.
CONDITIONS = {
    "chip.text 02-6: not 64976 <= point <= 65007": ((1, 2), "02-8 refuses every code point that has no character"),
    "directory.check_heads 09-29: name_of(one) == name_of(other)": ((1, 2), "09-31: both are checked as heads of the first one's list"),
    "receivers.element.signature.of.judge 05-17: 0 < rho": ((2,), "05-18: ρ of 0 takes an R without an x, or a preimage of the hash"),
    "receivers.element.signature.of.judge 05-17: rho < ORDER": ((2,), "05-18: an x is reduced, and then not this ρ"),
    "sealing.check_box.check 11-1: len(message.box.ciphertext) >= 16": ((1, 2), "11-5: what is shorter than a tag has none that is right"),
    "sealing.check_cost 11-6: 1 <= passes": ((1, 2), "11-8: no pass is too little work"),
    "sealing.check_cost 11-6: 64 <= KiB": ((1, 2), "11-8: less is too little memory"),
    "verifier.Platform.counts: following": ((1, 2), "07-4: a platform takes no epoch but the next one"),
}


ACCEPTED, REFUSED = "accepted", "refused"
NO_CHECKS = ("refusal", "explain", "words")  # what raises the others, and what tells


class Switches:
    """All refusals and their conditions of what was loaded; which one is off, and which refused since `refused` was emptied."""

    def __init__(self):
        self.names, self.whole, self.off, self.refused = [], [], None, []

    def passes(self, number, condition):
        """Whether a refusal or a condition lets something pass: it holds, or it is off."""
        if condition or number == self.off:
            return True
        self.refused.append(number)
        return False

    def add(self, name, whole=None):
        """The number of a new one; of a condition with the refusal or predicate that it is of."""
        count = sum(other.split(" #")[0] == name for other in self.names)
        self.names.append(name if count == 0 else f"{name} #{count + 1}")
        self.whole.append(whole)
        return len(self.names) - 1

    def of(self, whole):
        """The name of what a condition is of: a refusal by its number, a predicate by its name."""
        return self.names[whole] if isinstance(whole, int) else whole


SWITCHES = Switches()


def negation(node):
    return ast.copy_location(ast.UnaryOp(ast.Not(), node), node)


def comparisons(node):
    """What a comparison consists of: each of a chain, and each pair of two tuples that have to be equal."""
    sides = [node.left, *node.comparators]
    for left, operator, right in zip(sides, node.ops, sides[1:]):
        pairs = [(left, right)]
        if isinstance(operator, ast.Eq) and isinstance(left, ast.Tuple) and isinstance(right, ast.Tuple):
            if len(left.elts) == len(right.elts) and not any(isinstance(e, ast.Starred) for e in left.elts + right.elts):
                pairs = zip(left.elts, right.elts)
        yield from (ast.copy_location(ast.Compare(a, [operator], [b]), node) for a, b in pairs)


def conditions_of(node):
    """What has to hold together for `node` to hold: itself alone, where nothing can be taken out."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.BoolOp):
        other = ast.Or() if isinstance(node.operand.op, ast.And) else ast.And()
        node = ast.copy_location(ast.BoolOp(other, [negation(value) for value in node.operand.values]), node)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [condition for value in node.values for condition in conditions_of(value)]
    return list(comparisons(node)) if isinstance(node, ast.Compare) else [node]


def arguments_of(node, name):
    """Those of a call of this name, or None."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    return node.args if called else None


def is_truth(node):
    """Whether a value is one by its form."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("all", "any")
    negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    constant = isinstance(node, ast.Constant) and isinstance(node.value, bool)
    return called or negated or constant or isinstance(node, (ast.BoolOp, ast.Compare))


def truths_of(function):
    """Of a predicate where its truth is said, in what it gives and in what has a name before; of another function nothing."""
    named = [node for node in function.body if isinstance(node, ast.Assign) and is_truth(node.value)]
    names = {node.targets[0].id for node in named if isinstance(node.targets[0], ast.Name)}
    given = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    is_given = lambda value: is_truth(value) or isinstance(value, ast.Name) and value.id in names
    is_predicate = given and not function.name.startswith("__") and all(is_given(node.value) for node in given)
    return named + given if is_predicate else []


class Wiring(ast.NodeTransformer):
    """Puts a switch into each refusal of a module, and into each of its conditions where it has several:
    `require(passes(7, passes(8, a) and passes(9, b)), …)`, `if not passes(10, False): raise …`."""

    def __init__(self, module):
        self.inside = [module]

    def within(self, node):
        self.inside.append(node.name)
        truths = truths_of(node) if isinstance(node, ast.FunctionDef) else []
        node = self.in_body(node)
        for truth in truths:
            truth.value = self.taken_apart(truth.value, ".".join(self.inside))
        self.inside.pop()
        return node

    visit_FunctionDef = visit_ClassDef = within

    def in_body(self, node):
        """Of a condition that gets a name on the line before, the parts are there."""
        for before, after in zip(node.body, node.body[1:]):
            required = isinstance(after, ast.Expr) and arguments_of(after.value, "require")
            if required and isinstance(before, ast.Assign) and ast.unparse(before.targets[0]) == ast.unparse(required[0]):
                after.value.whole = self.refusal(required[1:])
                before.value = self.taken_apart(before.value, after.value.whole)
        return self.generic_visit(node)

    visit_For = visit_With = in_body

    def visit_If(self, node):
        """Of what is raised under several conditions, each is one."""
        raised = isinstance(node.body[0], ast.Raise) and arguments_of(node.body[0].exc, "Refusal")
        whole = len(SWITCHES.names)  # its number, as it is the first that is visited
        node = self.in_body(node)
        if raised:
            node.test = negation(self.taken_apart(negation(node.test), whole))
        return node

    def switched(self, number, condition):
        return ast.copy_location(ast.Call(ast.Name("__passes__", ast.Load()), [ast.Constant(number), condition], []), condition)

    def refusal(self, arguments):
        """A new one; the first argument behind its condition is the number of the check."""
        check = arguments[0].value if isinstance(arguments[0], ast.Constant) else ast.unparse(arguments[0])
        return SWITCHES.add(f"{'.'.join(self.inside)} {check}")

    def taken_apart(self, node, whole):
        """The same with a switch in each condition, if there are several; of alternatives, in each of them."""
        each = arguments_of(node, "all") or arguments_of(node, "any")
        if each and isinstance(each[0], ast.GeneratorExp):
            each[0].elt = self.taken_apart(each[0].elt, whole)
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            node.values = [self.taken_apart(value, whole) for value in node.values]
        elif len(conditions := conditions_of(node)) > 1:
            switched = [self.condition(condition, whole) for condition in conditions]
            return ast.copy_location(ast.BoolOp(ast.And(), switched), node)
        return node

    def condition(self, node, whole):
        number = SWITCHES.add(f"{SWITCHES.of(whole)}: {ast.unparse(node)}", whole)
        return self.switched(number, self.taken_apart(node, whole))

    def visit_Call(self, node):
        self.generic_visit(node)
        if arguments_of(node, "require"):
            whole = node.whole if hasattr(node, "whole") else self.refusal(node.args[1:])
            node.args[0] = self.switched(whole, self.taken_apart(node.args[0], whole))
        return node

    def visit_Raise(self, node):
        self.generic_visit(node)
        made = arguments_of(node.exc, "Refusal")
        if not made:
            return node
        never = ast.copy_location(ast.Constant(False), node)
        return ast.copy_location(ast.If(negation(self.switched(self.refusal(made), never)), [node], []), node)


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the modules of this directory with switches in them."""

    def find_spec(self, name, path=None, target=None):
        file = HERE.joinpath(*name.split("."))
        package = file.is_dir()
        file = file / "__init__.py" if package else file.with_suffix(".py")
        if not file.exists():
            return None
        return importlib.util.spec_from_file_location(
            name, file, loader=self, submodule_search_locations=[str(file.parent)] if package else None
        )

    def exec_module(self, module):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"), module.__file__)
        if module.__name__ not in NO_CHECKS:
            tree = ast.fix_missing_locations(Wiring(module.__name__).visit(tree))
        exec(compile(tree, module.__file__, "exec"), module.__dict__)


def is_taken(case):
    """What becomes of an invalid vector: "accepted", "refused", or how the verifier falls over it."""
    from refusal import Refusal

    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        case.receive()
    except Refusal:
        return REFUSED
    except BaseException as error:  # whatever it is, it is no verdict
        return type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ACCEPTED


def cases():
    """Every invalid vector, with what receives it."""
    import files

    for name in files.read("index")["files"]:
        for group in files.read(name)["groups"]:
            receive = files.open_group(group)
            for vector in group["vectors"]:
                if vector["result"] == "invalid":
                    yield SimpleNamespace(id=vector["id"], receive=lambda r=receive, v=vector: r(v["input"]))


def decide():
    """For each refusal the vector that decides it and how, or None."""
    refused_by = {}
    count = 0
    for case in cases():
        SWITCHES.refused = []
        assert is_taken(case) == REFUSED, f"{case.id} is not refused with everything on"
        count += 1
        for number in set(SWITCHES.refused):
            refused_by.setdefault(number, []).append(case)
    decided = {}
    for number in sorted(range(len(SWITCHES.names)), key=lambda number: SWITCHES.whole[number] is None):
        SWITCHES.off = number
        by_condition = [how for other, how in decided.items() if SWITCHES.whole[other] == number and how]
        # Whatever passes without one of its conditions passes without the whole.
        taken = [how for how in by_condition if how[1] == ACCEPTED]
        decided[number] = taken[0] if taken else decisive(refused_by.get(number, []))
    SWITCHES.off = None
    return count, decided


def decisive(cases):
    """The first vector that is accepted now, or else one over which the verifier falls, and how; or None."""
    fallen = None
    for case in cases:
        found = is_taken(case)
        if found == ACCEPTED:
            return case.id, found
        if found != REFUSED:
            fallen = fallen or (case.id, found)
    return fallen


def show(count, decided):
    """The table; gives the names of what none decides."""
    rows = {}
    for number, name in enumerate(SWITCHES.names):
        row = rows.setdefault(name.split(".")[0].split(" ")[0], Counter())
        kind = "refusals" if SWITCHES.whole[number] is None else "conditions"
        row[kind] += 1
        row[f"{kind} left"] += decided[number] is None
    rows["all"] = sum(rows.values(), Counter())
    print(f"suite {NUMBER}: {count} invalid vectors")
    print(f"{'module':<24}{'refusals':>9}{'undecided':>10}{'conditions':>11}{'undecided':>10}")
    for module, row in [*sorted((name, row) for name, row in rows.items() if name != "all"), ("all", rows["all"])]:
        columns = row["refusals"], row["refusals left"], row["conditions"], row["conditions left"]
        print("{:<24}{:>9}{:>10}{:>11}{:>10}".format(module, *columns))
    show_fallen(by_fall(decided))
    return [number for number, how in decided.items() if how is None]


def by_fall(decided):
    """Those of which no vector is accepted, and over one the verifier falls."""
    return {SWITCHES.names[number]: how for number, how in decided.items() if how and how[1] != ACCEPTED}


def show_fallen(fallen):
    print(f"by a fall alone: {len(fallen)}")
    for name, (vector, error) in sorted(fallen.items()):
        print(f"fallen: {name}: {error} over {vector}")


def judge(undecided):
    """The exit status: whether what is undecided is what is listed."""
    names, whole = SWITCHES.names, [None if of is None else SWITCHES.of(of) for of in SWITCHES.whole]
    listed = {name: reason for name, (suites, reason) in {**UNDECIDED, **CONDITIONS}.items() if NUMBER in suites}
    # Of what is listed or unused, so are its conditions.
    left = {names[n] for n in undecided if whole[n] not in listed.keys() | UNUSED[NUMBER]}
    missing = sorted(left - listed.keys() - UNUSED[NUMBER])
    for name in missing:
        print(f"FAILED suite {NUMBER}: no vector decides {name}")
    wrong = sorted((listed.keys() | UNUSED[NUMBER]) - left)
    for name in wrong:
        print(f"FAILED suite {NUMBER}: {name} is listed, and decided or no refusal")
    for name in sorted(listed.keys() - set(wrong)):
        print(f"listed: {name}: {listed[name]}")
    return 1 if missing or wrong else 0


def judge_readme(decided, write):
    """The exit status: whether the row of this suite in the README has the counts, or has them now."""
    row = f"| {NUMBER} | {len(decided)} | {len(by_fall(decided))} |"
    text = README.read_text(encoding="utf-8")
    table = re.search(r"(?:^\| suite \| refusals and conditions \|.*\n)(?:^\|.*\n)+", text, re.MULTILINE)
    rows = re.findall(rf"^\| {NUMBER} \|.*$", table[0], re.MULTILINE) if table else []
    if rows == [row]:
        return 0
    if len(rows) == 1 and write:
        README.write_text(text.replace(table[0], table[0].replace(rows[0], row)), encoding="utf-8")
        return 0
    print(f"FAILED suite {NUMBER}: {README.name} has {rows} and not {row} (--write writes it)")
    return 1


def overdue(*_):
    raise TimeoutError


def main(arguments):
    if arguments not in ([], ["--write"]):
        sys.exit(__doc__)
    other = None
    if "SUITE" not in os.environ:
        environment = {**os.environ, "SUITE": "2"}
        command = [sys.executable, __file__, *arguments]
        other = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    sys.path.insert(0, str(HERE))
    builtins.__passes__ = SWITCHES.passes
    sys.meta_path.insert(0, Loader())
    signal.signal(signal.SIGVTALRM, overdue)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    count, decided = decide()
    status = judge(show(count, decided))
    if other:
        output, _ = other.communicate()
        print(output, end="")
        status = status or other.returncode
    # Last, so that two processes never write at once.
    return judge_readme(decided, bool(arguments)) or status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
