"""What the checks of the vector files share: counting, comparing, loading."""

import traceback
from pathlib import Path

from refusal import Refusal
from suite import NUMBER

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT.parent / "p256" / "test-vectors" if NUMBER == 2 else ROOT


class Report:
    """Counts checks, and prints those that fail."""

    def __init__(self):
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
        for note in self.notes:
            print(note)
        print(", ".join(f"{group} {count}" for group, count in self.passed.items()))
        print(f"second verifier: {sum(self.passed.values())} passed, {self.failed} failed")
        return 1 if self.failed else 0


def equal(found, expected, what="value"):
    assert found == expected, f"{what}: {found!r} and not {expected!r}"

