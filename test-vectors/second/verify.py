"""A second verifier, in Python (3.8 or later), with nothing but its standard library.

It was written from the specification (`spec/`) alone, without the Rust code, and checks the vectors of this repository:

    python3 test-vectors/second/verify.py

with the vectors of suite 1, and then those of suite 2 in p256/test-vectors (SUITE=2 has these alone). Each vector is
given to the receiver that its group names, in the state of the group (receivers/), and what the receiver says is
compared with the file: result, check and output.

    python3 test-vectors/second/verify.py --serve

judges the vectors that another program sends (test-vectors/README.md, "Another implementation");

    python3 test-vectors/second/verify.py --beside

checks what that does not, traces, and which equations a wrong response fails;

    python3 test-vectors/second/verify.py --explain ID

prints each hash and each step of a transcript that is taken for one vector, and

    python3 test-vectors/second/verify.py --dump DIR

verifies what `hotel_checkin --dump DIR` wrote. Each disagreement is printed with its vector, and makes the exit status 1.

suite.py, group.py, ristretto255.py, p256.py, hashing.py, transcript.py, cbor.py, messages.py and proofs.py are spec 01;
credential.py is spec 04; request.py, relation.py, presentation.py and verifier.py are spec 06; lists.py is spec 07,
directory.py is spec 09, cards.py is spec 10 §10; statements.py, ranges.py, sets.py and faces.py are spec 12, auditors.py
is spec 13, ticket.py is spec 14, certificates.py is spec 15; stored.py is what parties keep. chip.py, zones.py
and clock.py are spec 02. proving.py, answering.py with drafting.py, range_proving.py and fold_proving.py prove as a holder
does, ticket_proving.py as holder and helper, table_proving.py and verdict_proving.py as who has keys, with witness.py and
chacha.py to draw from; casts.py holds secrets to what was signed. Integers are Python's: nothing here is fast or in
constant time, and none of it is for real secrets.
"""

import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True  # before the imports, so that nothing is left in this directory
if sys.argv[1:] == ["--serve"]:  # the suite is said by the first line, and chosen before the imports
    greeting = json.loads(sys.stdin.readline())
    if greeting["protocol"] != 1:
        sys.exit("this is protocol 1")
    os.environ["SUITE"] = str(greeting["suite"])

from dump import check_dump
from explain import explain
from files import answer, check_beside, check_files, open_group, read
from report import Report
from serve import serve
from suite import NUMBER


def main(arguments):
    if arguments == ["--serve"]:
        return serve()
    if len(arguments) == 2 and arguments[0] == "--explain":
        return 0 if explain(arguments[1], read, open_group, answer) else 1
    if len(arguments) == 2 and arguments[0] == "--dump":
        report = Report()
        check_dump(report, arguments[1])
        return report.finish()
    report = Report()
    if arguments == ["--beside"]:
        check_beside(report)
    else:
        check_files(report)
    status = report.finish()
    if NUMBER == 1 and "SUITE" not in os.environ:  # the other suite in a process of its own
        other = subprocess.run([sys.executable, __file__, *arguments], env={**os.environ, "SUITE": "2"}, check=False)
        status = status or other.returncode
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
