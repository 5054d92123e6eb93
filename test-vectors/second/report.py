"""What the checks of the vector files share: counting, comparing, loading."""

import json
import traceback
from pathlib import Path

from refusal import Refusal
from suite import NUMBER

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT.parent / "p256" / "test-vectors" if NUMBER == 2 else ROOT

# How many checks there are: fewer means that vectors are missing, more that they are not counted here.
CHECKS = {"generators": 48, "flow": 62}


class Report:
    """Counts checks, and prints those that fail."""

    def __init__(self, checks):
        self.checks = checks
        self.passed, self.failed, self.notes = {}, 0, []

    def check(self, group, name, function, *arguments):
        """One check: passes unless it raises. Gives what the function gives."""
        try:
            result = function(*arguments)
        except Refusal as refusal:
            self.fail(group, name, f"refused, {refusal}")
        except AssertionError as error:
            self.fail(group, name, error)
        except Exception:  # a disagreement about the form of the file, or a mistake here
            self.fail(group, name, traceback.format_exc())
        else:
            self.passed[group] = self.passed.get(group, 0) + 1
            return result
        return None

    def fail(self, group, name, why):
        self.failed += 1
        print(f"FAILED {group}, {name}: {why}")

    def finish(self):
        """Prints the outcome; gives the exit status."""
        # Files of format 2 say themselves how many vectors they have.
        if {group: self.passed.get(group) for group in self.checks} != self.checks and not self.failed:
            self.fail("all groups", "numbers of checks", f"not {self.checks}: vectors are missing, or new")
        for note in self.notes:
            print(note)
        print(", ".join(f"{group} {count}" for group, count in self.passed.items()))
        print(f"second verifier: {sum(self.passed.values())} passed, {self.failed} failed")
        return 1 if self.failed else 0


def equal(found, expected, what="value"):
    assert found == expected, f"{what}: {found!r} and not {expected!r}"


def load(name):
    """A file of vectors, of which the ids must be different."""
    content = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    ids = [vector["id"] for vector in content["vectors"]]
    equal(len(set(ids)), len(ids), f"{name}: different ids")
    return content
