"""Certificates, and a wallet that is shown a signed request (spec 15)."""

from certificates import certificate_digest, check_signed_request
from messages import decode
from receivers.keys import pinned


def certificate(state):
    """Whoever decodes a certificate."""

    def judge(given):
        return {"digest": certificate_digest(decode("DeskCertificate", bytes.fromhex(given["bytes"]))).hex()}

    return judge


def signed_request(state):
    """A wallet that goes by a version of the directory."""
    directory = pinned(state["directory"])

    def judge(given):
        message = decode("SignedRequest", bytes.fromhex(given["bytes"]))
        check_signed_request(message, directory, given["now"])
        return {"request": message.request.hex()}

    return judge
