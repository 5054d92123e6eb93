"""Keys and heads in the state of several receivers."""

from types import SimpleNamespace

from credential import schema_digest
from group import decode_point
from lists import check_head_set
from messages import decode
from stored import message


def read_issuer(entry):
    """What everybody knows of an issuer (spec 04 §1.1)."""
    data = bytes.fromhex(entry["schema"])
    schema = decode("Schema", data)
    return SimpleNamespace(
        template=next((attribute.template for attribute in schema.attributes if attribute.template), None),
        public=decode_point(bytes.fromhex(entry["public"])),
        version=entry["version"],
        schema_digest=schema_digest(data),
        kinds=[attribute.kind for attribute in schema.attributes],
        names=[attribute.name for attribute in schema.attributes],
        schema_name=schema.name,
    )


def read_keyed_issuer(entry):
    """The same with x, which is of this issuer."""
    issuer, key = read_issuer(entry["parameters"]), message("SharedIssuerKey", entry["secret"])
    assert (key.version, key.schema) == (issuer.version, issuer.schema_digest), "the key of another issuer"
    issuer.secret = key.x
    return issuer


def read_list(entry):
    """What everybody knows of a list (spec 07 §1)."""
    return SimpleNamespace(
        name=(entry["owner"], entry["class"]),
        owner_key=bytes.fromhex(entry["owner_key"]),
        publics=[decode_point(bytes.fromhex(public)) for public in entry["accumulators"]],
    )


def read_keyed_list(entry):
    """The same with every α."""
    keys, shared = read_list(entry["keys"]), message("SharedListKeys", entry["secret"])
    assert (shared.name.owner, shared.name.list_class) == keys.name, "the keys of another list"
    keys.alphas = shared.alphas
    return keys


def read_known_list(entry):
    """The verified heads of a list."""
    return check_head_set(message("HeadSet", entry["heads"]), read_list(entry["keys"]))


def data_of(vector_input):
    return bytes.fromhex(vector_input["bytes"])


def decoding(kind, give=lambda fields, data: None):
    """A receiver that decodes, and then gives something of the fields and the bytes."""

    def opened(state):
        return lambda given: give(decode(kind, data_of(given)), data_of(given))

    return opened
