"""An authority, the holder of the symbol key, a terminal, the holder of the handle key (spec 03), and the registries (spec
10 §3)."""

from group import ORDER, decode_point, encode_scalar, linear, reduced
from hashing import SUITE
from messages import decode
from proofs import check_symbol_response, derive_symbol_key
from symbols import handle_of, input_of, point_of, symbol_of


def key_of(state):
    return derive_symbol_key(decode("SymbolKey", bytes.fromhex(state["key"])).secret, SUITE + b"symbol-key/")


def direct(state):
    """An authority that has the data (spec 03 §4.5)."""
    k = key_of(state)

    def judge(given):
        data = input_of(**given)
        return {"symbol": symbol_of(data, linear((k, point_of(data)))).hex()}

    return judge


def request(state):
    """The holder of k (spec 03 §4.2)."""
    k = key_of(state)

    def judge(given):
        message = decode("SymbolRequest", bytes.fromhex(given["bytes"]))
        return {"evaluated": linear((k, message.blinded)).encode().hex()}

    return judge


def response(state):
    """A terminal, which has drawn r as WIDE bytes (spec 03 §4.3)."""
    public = decode_point(bytes.fromhex(state["public"]))
    data, r = input_of(**state["of"]), reduced(bytes.fromhex(state["random"]))
    blinded = linear((r, point_of(data)))

    def judge(given):
        message = decode("SymbolResponse", bytes.fromhex(given["bytes"]))
        check_symbol_response(public, blinded, message)
        return {"symbol": symbol_of(data, linear((pow(r, -1, ORDER), message.evaluated))).hex()}

    return judge


def handle(state):
    """The holder of k_h (spec 03 §5)."""
    key = decode("HandleKey", bytes.fromhex(state["key"])).secret

    def judge(given):
        symbol, name = bytes.fromhex(given["symbol"]), given["list"]
        if name is None:
            role, parts = "handle-status", [symbol, given["generation"]]
        else:
            role, parts = "handle-flag", [bytes([name["class"]]) + name["owner"].encode(), symbol]
        return {"handle": encode_scalar(handle_of(role, key, parts)).hex()}

    return judge


def reader(kind, output):
    def judge(given):
        return output(decode(kind, bytes.fromhex(given["bytes"])))

    return lambda state: judge


def number(value):
    return encode_scalar(value).hex()


def flag_answer(answer):
    return {
        "owner": answer.name.owner,
        "class": answer.name.list_class,
        "shard": answer.shard,
        "handle": number(answer.handle),
        "epoch": answer.witness.epoch,
        "given": hasattr(answer.witness, "W"),
    }


def join_answer(answer):
    return {
        "owner": answer.name.owner,
        "class": answer.name.list_class,
        "second": number(answer.second),
        "first": number(answer.first),
    }


BETWEEN = {
    "Handle": lambda of: {"handle": number(of.handle)},
    "FlagRegistration": lambda of: {"handle": number(of.handle), "shard": of.shard},
    "Joining": lambda of: {"document": number(of.document), "person": number(of.person)},
    "JoinAnswer": join_answer,
    "FlagAnswer": flag_answer,
}
RECEIVERS = {
    "SymbolInput": direct,
    "SymbolRequest": request,
    "SymbolResponse": response,
    "HandleInput": handle,
    **{kind: reader(kind, output) for kind, output in BETWEEN.items()},
}
