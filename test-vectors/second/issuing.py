"""What issuers make: offers and responses (spec 04 §4 and §6), handles (spec 03 §5)."""

from types import SimpleNamespace

import key_messages  # IssuerKeys
from credential import commitment, schema_digest
from group import ORDER, linear
from hashing import G, H
from messages import decode, encode
from prf import F
from signing import prove_dleq

ROOM = {1: 8, 2: 16, 3: 8, 4: 264, 5: 40}


class Issuer:
    """Who has an issuer's keys."""

    def __init__(self, data):
        keys = decode("IssuerKeys", data)
        self.version, self.x, self.derivation, self.pseudonym = keys.version, keys.x, keys.derivation, keys.pseudonym
        self.public, self.schema = keys.x * G, decode("Schema", keys.schema)
        self.schema_digest = schema_digest(keys.schema)
        self.kinds = [attribute.kind for attribute in self.schema.attributes]
        self.template = next((attribute.template for attribute in self.schema.attributes if attribute.template), None)

    def made(self, offer):
        """Whether an offer is under these keys."""
        same = (offer.issuer_key, offer.key_version) == (self.public, self.version)
        return same and offer.schema_digest == self.schema_digest

    def offer(self, nonce, slot, generation, shard_count, shard):
        message = SimpleNamespace(
            nonce=nonce, issuer_key=self.public, key_version=self.version, schema_digest=self.schema_digest, slot=slot,
            generation=generation, shard_count=shard_count, shard=shard,
        )
        return encode("CredentialOffer", message)

    def respond(self, offer, request, slot, reset, said, witnesses):
        """The response (spec 04 §6), of what the registry says: handles, factors, since, values."""
        K = decode("CredentialRequest", request).points[1]
        R = H("issuance", 64, offer, request)
        n_i = F("pseudonym-issuer", self.pseudonym, slot, reset)
        status, flag = witnesses
        response = SimpleNamespace(
            e_n_i=[0, n_i], y_status=said.status, y_flag=said.flag, factors=said.factors, since=said.since,
            values=said.values, status_witness=status, flag_witness=flag, padding=b"",
        )
        B = commitment(response, K, self)
        e = F("mac-e", self.derivation, B, R)
        response.e_n_i[0], response.A = e, linear((pow(self.x + e, -1, ORDER), B))
        commitments, s = prove_dleq("mac", R, self.derivation, self.x, response.A)
        response.proof = SimpleNamespace(commitments=commitments, response=s)
        return encode("CredentialResponse", padded(response))


def padded(response):
    """Key 11 of spec 04 §4.3: the one number of zeros that gives the length."""
    length = 1024 + sum(8 + len(v.content) if v.kind == 6 else ROOM[v.kind] for v in response.values)
    missing = length - len(encode("CredentialResponse", response))
    for head in range(4):
        response.padding = bytes(max(missing - head, 0))
        if len(encode("CredentialResponse", response)) == length:
            return response
    raise ValueError("no such length")


def handle(role, key, *parts):
    """Spec 03 §5.1."""
    for i in range(256):
        y = F(role, key, *parts, i)
        if y != 0:
            return y
    raise ValueError("no handle")


def status_handle(key, card, generation):
    return handle("handle-status", key, card, generation)


def flag_handle(key, name_bytes, person):
    return handle("handle-flag", key, name_bytes, person)
