"""What an authority's terminal and an issuer receive (spec 03, spec 04)."""

from credential import check_request, is_of
from group import decode_point
from messages import decode
from proofs import check_symbol_response
from receivers.parts import data_of, read_issuer
from stored import message


def symbol_evaluation(state):
    """The terminal that sent the request, before it takes the blind off."""
    public = decode_point(bytes.fromhex(state["public"]))
    blinded = message("SymbolRequest", state["request"]).blinded

    def receive(given):
        check_symbol_response(public, blinded, decode("SymbolResponse", data_of(given)))

    return receive


def credential_request(state):
    """An issuer after its offer."""
    offer, data = message("CredentialOffer", state["offer"]), bytes.fromhex(state["offer"])
    assert is_of(offer, read_issuer(state["issuer"])), "the offer of another issuer"

    def receive(given):
        request = decode("CredentialRequest", data_of(given))
        check_request(request, offer, data)
        return {"shard": request.shard}

    return receive
