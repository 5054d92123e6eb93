"""The receivers of test-vectors/README.md. Each is a function of the state, which gives a function of the input; that one
gives the output, or raises a Refusal. What is in the files as hexadecimal is bytes there."""

from receivers.desk import verdict

RECEIVERS = {
    "Verdict": verdict,
}
