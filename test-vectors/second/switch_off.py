"""Tests the vectors by the second verifier: each of its refusals is switched off in turn, and some vector has to notice.

    python3 test-vectors/second/switch_off.py

A refusal is a `require(...)` or a `raise Refusal(...)`. With one of them off, a vector decides it if what has to be refused
is then accepted, or if the verifier falls over it (an index out of range, a value that is none): that another check refuses
it instead is not enough. First each invalid vector is refused once, which finds what refuses it; then, for each refusal,
those run again that it had refused, until one decides. No file is changed: the switches are put into the syntax tree as a
module is loaded. Both suites run, each in a process of its own (SUITE=2 has the second one alone).

What no vector can decide stands in UNDECIDED with the reason; an entry that one decides, and one that is no refusal of this
verifier, fails the run. Any other refusal that no vector decides fails the run as well.
"""

import ast
import builtins
import importlib.abc
import importlib.util
import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
NUMBER = int(os.environ.get("SUITE", "1"))
SECONDS, MEMORY = 20, 2**32  # of one vector (processor time), where what bounds the work may be off

# Of each refusal that stands behind or before another one: why no message can reach it alone.
UNDECIDED = {
    "directory.follow 09-18": ((1, 2), "a version with other numbers of shards changes the keys of a list, which 09-20 refuses, or fails 09-6"),
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

class Switches:
    """All refusals of what was loaded; which one is off, and which refused since `watch`."""

    def __init__(self):
        self.names, self.off, self.refused = [], None, []

    def passes(self, number, condition):
        """Whether a refusal lets something pass: its condition holds, or it is off."""
        if condition or number == self.off:
            return True
        self.refused.append(number)
        return False

    def add(self, name):
        count = sum(other.split(" #")[0] == name for other in self.names)
        self.names.append(name if count == 0 else f"{name} #{count + 1}")
        return len(self.names) - 1


SWITCHES = Switches()


class Wiring(ast.NodeTransformer):
    """Puts a switch into each refusal of a module: `require(passes(7, …), …)`, `if not passes(8, False): raise …`."""

    def __init__(self, module):
        self.inside = [module]

    def within(self, node):
        self.inside.append(node.name)
        self.generic_visit(node)
        self.inside.pop()
        return node

    visit_FunctionDef = visit_ClassDef = within

    def switch(self, condition, arguments):
        """A new switch around a condition; the first of the arguments behind it is the number of the check."""
        check = arguments[0].value if isinstance(arguments[0], ast.Constant) else ast.unparse(arguments[0])
        number = SWITCHES.add(f"{'.'.join(self.inside)} {check}")
        call = ast.Call(ast.Name("__passes__", ast.Load()), [ast.Constant(number), condition], [])
        return ast.copy_location(call, condition)

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "require":
            node.args[0] = self.switch(node.args[0], node.args[1:])
        return node

    def visit_Raise(self, node):
        self.generic_visit(node)
        made = node.exc
        if not (isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == "Refusal"):
            return node
        never = ast.copy_location(ast.Constant(False), node)
        return ast.copy_location(ast.If(ast.UnaryOp(ast.Not(), self.switch(never, made.args)), [node], []), node)


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
        if module.__name__ != "refusal":  # what raises the others is none
            tree = ast.fix_missing_locations(Wiring(module.__name__).visit(tree))
        exec(compile(tree, module.__file__, "exec"), module.__dict__)


def is_taken(case):
    """What becomes of an invalid vector: "accepted", "refused", or how the verifier falls over it."""
    from refusal import Refusal

    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        case.receive()
    except Refusal:
        return "refused"
    except BaseException as error:  # whatever it is, it is no verdict
        return type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return "accepted"


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
        assert is_taken(case) == "refused", f"{case.id} is not refused with everything on"
        count += 1
        for number in set(SWITCHES.refused):
            refused_by.setdefault(number, []).append(case)
    decided = {}
    for number in range(len(SWITCHES.names)):
        SWITCHES.off, fallen = number, None
        for case in refused_by.get(number, []):
            found = is_taken(case)
            if found == "accepted":
                decided[number] = (case.id, found)
                break
            if found != "refused":
                fallen = fallen or (case.id, found)
        else:
            decided[number] = fallen
    SWITCHES.off = None
    return count, decided


def show(count, decided):
    """The table; gives the names of refusals that none decides."""
    rows = {}
    names = dict(enumerate(SWITCHES.names))
    for number, name in names.items():
        row = rows.setdefault(name.split(".")[0].split(" ")[0], Counter())
        how = decided[number]
        row["accepted" if how and how[1] == "accepted" else "fallen" if how else "undecided"] += 1
    print(f"suite {NUMBER}: {count} invalid vectors")
    print(f"{'module':<24}{'refusals':>9}{'accepted':>9}{'fallen':>8}{'undecided':>10}")
    for module, row in sorted(rows.items()):
        print(f"{module:<24}{sum(row.values()):>9}{row['accepted']:>9}{row['fallen']:>8}{row['undecided']:>10}")
    total = sum(rows.values(), Counter())
    print(f"{'all':<24}{sum(total.values()):>9}{total['accepted']:>9}{total['fallen']:>8}{total['undecided']:>10}")
    return [name for number, name in names.items() if decided[number] is None]


def judge(undecided):
    """The exit status: whether what is undecided is what is listed."""
    listed = {name for name, (suites, _) in UNDECIDED.items() if NUMBER in suites}
    missing = [name for name in undecided if name not in listed | UNUSED[NUMBER]]
    for name in missing:
        print(f"FAILED suite {NUMBER}: no vector decides {name}")
    wrong = sorted(listed - set(undecided))
    for name in wrong:
        print(f"FAILED suite {NUMBER}: {name} is listed, and decided or no refusal")
    for name in sorted(listed - set(wrong)):
        print(f"listed: {name}: {UNDECIDED[name][1]}")
    return 1 if missing or wrong else 0


def overdue(*_):
    raise TimeoutError


def main():
    other = None
    if "SUITE" not in os.environ:
        environment = {**os.environ, "SUITE": "2"}
        other = subprocess.Popen([sys.executable, __file__], env=environment, stdout=subprocess.PIPE, text=True)
    sys.path.insert(0, str(HERE))
    builtins.__passes__ = SWITCHES.passes
    sys.meta_path.insert(0, Loader())
    signal.signal(signal.SIGVTALRM, overdue)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    status = judge(show(*decide()))
    if other:
        output, _ = other.communicate()
        print(output, end="")
        status = status or other.returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
