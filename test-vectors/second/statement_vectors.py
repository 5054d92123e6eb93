"""statements.json: who receives each vector, with what, and what comes out (spec 06, 12 and 13)."""

from types import SimpleNamespace

from auditors import check_evidence, check_group, combine, evidence_digest
from credential import schema_digest
from group import decode_point, decode_scalar
from hashing import G
from messages import decode, encode
from presentation import check_wallet
from refusal import CLASSES, Refusal
from report import equal, load
from sets import check_table, check_witnesses_by_key
from verifier import Platform

# The equations that a wrong response makes fail, by the end of the comment: the ones in which its scalar stands.
FAILED = {
    "e is one more": ["issued 0"],
    "r1 is one more": ["issued 0"],
    "r3 is one more": ["disclosure 0", "disclosure 1"],
    "n is one more": ["disclosure 0", "pseudonym", "tag", "disclosure 1"],
    "d is one more": ["disclosure 0"],
    "y_flag is one more": ["disclosure 0", "list 2 of 0", "E2", "disclosure 1"],
    "the name is one more": ["disclosure 0", "V of 0", "disclosure 1"],
    "t of the status list is one more": ["list 1 of 0"],
    "t of the flag list is one more": ["list 2 of 0"],
    "τ of the date of birth is one more": ["V of 3"],
    "t of the set of regions is one more": ["set of 6"],
    "t of the set of factors is one more": ["set of 32"],
    "a of the name's difference is one more": ["0 differs"],
    "b of the name's difference is one more": ["0 differs"],
    "i is one more": ["tag", "index of the show"],
    "τ of i is one more": ["index of the show"],
    "u is one more": ["E1", "E2"],
    "e' is one more": ["issued 1"],
    "n' is one more": ["disclosure 1"],
    "the licence's name is one more": ["disclosure 1"],
    "t of the licence's list is one more": ["list 1 of 1"],
    "τ of the class is one more": ["V of 3"],
    "a of the class's difference is one more": ["3 differs"],
    "a_1 of the date is one more": ["digits"],
    "t' of the digits is one more": ["digits"],
}


class Statements:
    """The parameters of the file: what wallets, platform and auditors have."""

    def __init__(self, content):
        self.content = content
        self.issuers = [read_issuer(entry) for entry in content["issuers"]]
        self.lists = [read_list(entry) for entry in content["lists"]]
        self.sets = [read_set(entry) for entry in content["sets"]]
        self.digits = [read_set(entry, "DigitSet") for entry in content["digits"]]
        self.group = decode("AuditorGroup", bytes.fromhex(content["auditors"]["group"]))
        limits = content["max_age"], content["grace"], content["max_window"]
        self.platform = Platform(self.issuers, self.lists, self.sets, *limits, self.digits)
        for keys in self.lists:
            self.platform.take(keys.head_set, [], content["now"])
        self.auditor = SimpleNamespace(
            platform_key=bytes.fromhex(content["auditors"]["platform_key"]),
            issuers=self.issuers,
            head_sets=self.head_sets(),
            sets=self.platform.sets,
            digits=self.platform.digits,
            condition=content["auditors"]["condition"],
        )

    def head_sets(self):
        return [self.platform.known[keys.name][0] for keys in self.lists]


def read_issuer(entry):
    """The issuer parameters of spec 04 §1.1, with x."""
    data = bytes.fromhex(entry["schema"])
    schema = decode("Schema", data)
    attributes = schema.attributes
    return SimpleNamespace(
        template=next((attribute.template for attribute in attributes if attribute.template), None),
        public=decode_point(bytes.fromhex(entry["public"])),
        secret=decode_scalar(bytes.fromhex(entry["secret"])),
        version=entry["version"],
        schema_digest=schema_digest(data),
        kinds=[attribute.kind for attribute in attributes],
        names=[attribute.name for attribute in attributes],
        schema_name=schema.name,
    )


def read_list(entry):
    """The list keys of spec 07 §1, with every α and the heads."""
    return SimpleNamespace(
        name=(entry["owner"], entry["class"]),
        owner_key=bytes.fromhex(entry["owner_key"]),
        publics=[decode_point(bytes.fromhex(item["public"])) for item in entry["accumulators"]],
        alphas=[decode_scalar(bytes.fromhex(item["secret"])) for item in entry["accumulators"]],
        head_set=decode("HeadSet", bytes.fromhex(entry["head_set"])),
    )


def read_set(entry, kind="CodeSet"):
    """A table that passed its checks, with α."""
    table = decode(kind, bytes.fromhex(entry["table"]))
    table.digest, table.alpha = check_table(table), decode_scalar(bytes.fromhex(entry["secret"]))
    return table


def check_sets(statements):
    """Spec 12 §4.1, by the keys."""
    for table in [*statements.sets, *statements.digits]:
        check_witnesses_by_key(table, table.alpha)


def check_shares(statements):
    """Spec 13 §2.2 and check 13-5."""
    group = statements.group
    check_group(group)
    shares = [decode_scalar(bytes.fromhex(share)) for share in statements.content["auditors"]["shares"]]
    equal([share * G == key for share, key in zip(shares, group.keys)], [True] * len(group.keys), "shares")


# Who receives what. Each gives what is to be compared with the vector: pseudonyms and identity.


def receive_request(statements, data, vector):
    request = decode("PresentationRequest", data)
    check_wallet(request, statements.issuers, statements.head_sets())
    return [], None


def receive_call(statements, data, vector):
    platform = statements.platform
    platform.forget()
    for before in vector["before"]:
        platform.verify(bytes.fromhex(before), vector["now"])
    relation = platform.verify(data, vector["now"])
    return relation.pseudonyms, None


def receive_set(statements, data, vector):
    check_table(decode(vector["kind"], data))
    return [], None


def receive_group(statements, data, vector):
    check_group(decode("AuditorGroup", data))
    return [], None


def receive_evidence(statements, data, vector):
    evidence = decode("Evidence", data)
    E_1, E_2 = check_evidence(evidence, statements.group, statements.auditor)
    parts = [decode("PartialDecryption", bytes.fromhex(part)) for part in vector["parts"]]
    return [], combine(statements.group, E_1, E_2, evidence_digest(evidence), parts)


RECEIVERS = {
    "PresentationRequest": receive_request,
    "VerificationCall": receive_call,
    "CodeSet": receive_set,
    "DigitSet": receive_set,
    "AuditorGroup": receive_group,
    "Evidence": receive_evidence,
}


def check_vector(report, statements, vector):
    """Accepted, with no other encoding, or refused by the check that the file names."""
    data = bytes.fromhex(vector["bytes"])
    try:
        pseudonyms, identity = RECEIVERS[vector["kind"]](statements, data, vector)
    except Refusal as refusal:
        equal(("invalid", refusal.check), (vector["result"], vector["check"]), f"result and check ({refusal})")
        compare_class(report, vector, refusal)
        if vector["flags"] == ["WrongResponse"] and vector["kind"] == "VerificationCall":
            check_equations(vector["comment"], str(refusal))
        return
    equal((vector["result"], vector["flags"], vector["check"], vector["error"]), ("valid", [], None, None), "outcome")
    equal(encode(vector["kind"], decode(vector["kind"], data)).hex(), data.hex(), "encoding")
    equal([point.encode().hex() for point in pseudonyms], vector["pseudonyms"], "pseudonyms")
    equal(identity and identity.encode().hex(), vector["identity"], "identity")


def check_equations(comment, refusal):
    """A wrong response fails the equations that its scalar stands in, and no other."""
    failed = FAILED[comment[len("the response for ") :]]
    equal(refusal, f"check 06-55: {', '.join(failed)}", "equations that fail")


def compare_class(report, vector, refusal):
    """Spec 01 §5.3: the class is not normative, so this makes a note and no failure."""
    found, expected = refusal.error_class, vector["error"]
    if found in CLASSES.values() and found != expected:
        report.notes.append(f"note: statements, vector {vector['id']}: class {found}, not {expected} ({refusal})")


def check_identity(statements, vectors):
    """All escrows of the file are of one person, whoever of the auditors opens them (spec 13 §1)."""
    identities = {vector["identity"] for vector in vectors if vector["identity"]}
    equal(len(identities), 1, "identities")


def check_statements(report):
    """statements.json"""
    content = load("statements.json")
    statements = report.check("statements", "parameters (06-36)", Statements, content)
    if statements is None:
        return
    report.check("statements", "sets by their keys", check_sets, statements)
    report.check("statements", "auditors' shares", check_shares, statements)
    report.check("statements", "identities", check_identity, statements, content["vectors"])
    for vector in content["vectors"]:
        name = f"vector {vector['id']} ({vector['kind']}, {vector['comment']})"
        report.check("statements", name, check_vector, report, statements, vector)
