"""What a holder receives: offers, responses, requests, tables (spec 04, 06 and 12)."""

from types import SimpleNamespace

from credential import check_offer, check_response
from messages import decode
from presentation import check_wallet
from receivers.parts import data_of, read_issuer, read_known_list
from sets import check_table
from stored import message
from table_proving import published


def credential_offer(state):
    """A phone that knows the issuer, and may remember its shard."""
    issuer = read_issuer(state["issuer"])

    def receive(given):
        check_offer(decode("CredentialOffer", data_of(given)), issuer, state["shard"])

    return receive


def credential_response(state):
    """A phone that waits for its credential."""
    waiting = message("RequestState", state["request_state"])
    offer, request = decode("CredentialOffer", waiting.offer), decode("CredentialRequest", waiting.request)
    issuer = issuer_of(waiting.issuer)
    head_sets = [read_known_list(entry) for entry in state["lists"]]

    def receive(given):
        response = decode("CredentialResponse", data_of(given))
        check_response(response, offer, request, waiting.offer, waiting.request, issuer, head_sets)

    return receive


def issuer_of(known):
    """The issuer that a waiting state names (spec 04 §10)."""
    return SimpleNamespace(
        public=known.X,
        version=known.key_version,
        schema_digest=known.schema.digest,
        kinds=[attribute.kind for attribute in known.schema.attributes],
        template=next((attribute.template for attribute in known.schema.attributes if attribute.template), None),
    )


def presentation_request(state):
    """A wallet that is asked."""
    issuers = [read_issuer(entry) for entry in state["issuers"]]
    head_sets = [read_known_list(entry) for entry in state["lists"]]

    def receive(given):
        check_wallet(decode("PresentationRequest", data_of(given)), issuers, head_sets)

    return receive


def table(kind):
    """Whoever takes a table of codes or digits."""

    def receive(given):
        return {"digest": check_table(decode(kind, data_of(given))).hex()}

    return lambda state: receive


def publishing(state):
    """Whoever has the key of a table, and publishes it."""
    return lambda given: {"bytes": published(data_of(given)).hex()}


def checked_tables(texts, kind):
    """Tables that passed their checks, by their digests; without a secret."""
    tables = [message(kind, text) for text in texts]
    for one in tables:
        one.digest, one.alpha = check_table(one), None
    return {one.digest: one for one in tables}
