"""Readers of what waits in a store (spec 04 §10, 06 §10, 14 §4.3 and §6.1), and of what owners and cosigners store (07 §9)."""

import orders  # noqa: F401, its messages
import stored  # noqa: F401
from hashing import G
from key_messages import ed25519_public
from messages import decode


def reader(kind, output):
    def judge(given):
        return output(decode(kind, bytes.fromhex(given["bytes"])))

    return lambda state: judge


def of_owner(keys, key):
    return {
        "owner": keys.name.owner,
        "class": keys.name.list_class,
        "owner_key": key.hex(),
        "accumulators": [(alpha * G).encode().hex() for alpha in keys.alphas],
    }


def of_session(session):
    return {"session": session.session.hex(), "tickets": len(session.scalars) // (2 + len(session.keys))}


READERS = {
    "PendingRequest": lambda state: {"request": state.request.hex()},
    "StandingRequest": lambda state: {"request": state.request.hex()},
    "AwaitingVerdict": lambda state: {"call": state.call.hex()},
    "StandingAnswer": lambda state: {"call": state.call.hex()},
    "RequestState": lambda state: {"request": state.request.hex()},
    "TicketOrder": lambda state: {"request": state.request.hex()},
    "AwaitedTickets": lambda state: {"challenges": state.challenges.hex()},
    "SessionState": of_session,
    "ListOwnerElsewhere": lambda keys: of_owner(keys, keys.key),
    "ListOwnerKeys": lambda keys: of_owner(keys, ed25519_public(keys.signing)),
    "CosignerElsewhere": lambda state: {"key": state.key.hex(), "signed": len(state.signed)},
    "CosignerState": lambda state: {"key": ed25519_public(state.key).hex(), "signed": len(state.signed)},
}
RECEIVERS = {kind: reader(kind, output) for kind, output in READERS.items()}
