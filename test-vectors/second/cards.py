"""Questions about cards and their answers (spec 10 §10): a registry without its store, and a desk."""

from cbor import Body, Bytes, BytesUpTo, Record, Uint
from certificates import certificate_digest, check_certificate
from clock import TOLERANCE
from directory import require_signature
from hashing import H
from messages import MESSAGES, decode, longest, owner
from refusal import require

LIFETIME = 300
STATUS = 1

MESSAGES["CardQuestion"] = (
    46,
    19200,
    Body(
        registry=Record(owner=owner(), list_class=Uint(1, 2)),
        card=Bytes(64),
        nonce=Bytes(32),
        asked=Uint(),
        certificate=BytesUpTo(longest(55, 18944)),
        signature=Bytes(64),
    ),
    # What is in the bytes is decoded as well.
    lambda message: decode("DeskCertificate", message.certificate),
)
MESSAGES["CardAnswer"] = (47, 83, Body(confirmed=Uint(0, 1), answered=Uint(), signature=Bytes(64)), None)


def has_come(instant, now):
    return instant <= now + TOLERANCE


def question_digest(question):
    """Spec 10 §10.2."""
    certificate = decode("DeskCertificate", question.certificate)
    name = bytes([question.registry.list_class]) + question.registry.owner.encode()
    return H(
        "card-question", 64, certificate_digest(certificate), name, question.card, question.nonce, question.asked
    )


def admit(question, directory, registry, now):
    """Checks 10-49 to 10-52, by the registry that keeps the status list of this owner."""
    require((question.registry.owner, question.registry.list_class) == (registry, STATUS), "10-49")
    certificate = decode("DeskCertificate", question.certificate)
    check_certificate(certificate, directory, now)
    require(certificate.content.cards == 1, "15-20")
    require_signature(certificate.content.key, question_digest(question), question.signature, "10-51")
    require(has_come(question.asked, now) and now <= question.asked + LIFETIME, "10-52")


def receive(answer, question, directory, registry, now):
    """Checks 10-54 and 10-55, by the desk that asked; gives what it sees."""
    (keys,) = [keys for keys in directory.lists if (keys.owner, keys.list_class) == (registry, STATUS)]
    signed = H("card-answer", 64, question_digest(question), answer.confirmed, answer.answered)
    require_signature(keys.owner_key, signed, answer.signature, "10-54")
    in_order = has_come(question.asked, answer.answered) and has_come(answer.answered, now)
    require(in_order and has_come(question.asked, now) and now <= question.asked + LIFETIME, "10-55")
    return answer.confirmed
