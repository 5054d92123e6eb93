"""The directory: content, versions that count, evidence of equivocation (spec 09 §1 to §4.1).

The two messages are added to those of messages.py. What §3.3 asks of cosigners is in versions.py, and what §4.2 and §5
ask of wallets and platforms is with them.
"""

from types import SimpleNamespace

from auditors import check_group
from cbor import ARRAY, UINT, Body, Bytes, Record, Sequence, Text, Uint, point, points, write_head
from ristretto255 import edwards_decode
from hashing import H
from lists import check_head, head_digest, name_of
from messages import MESSAGES, U32_MAX, check_cosigned_fields, decode, displayable, encode, is_owner
from messages import signed_head, strictly_increasing
from proofs import check_signature, is_small_order
from refusal import Refusal, require

_, _, SCHEMA_BODY, check_schema_fields = MESSAGES["Schema"]

# Spec 01 §5.3, as one check of the content (09-1, 09-3).
BAD_ELEMENT = ("01-8", "01-9")

# Spec 09 §1.1. A version of 0 and a missing cosigner are in range here, because they have checks of their own.
FIELDS = Record(
    version=Uint(),
    time=Uint(),
    previous=Bytes(32),
    authority=Bytes(32),
    cosigners=Record(keys=Sequence(Bytes(32), 0, 64), quorum=Uint()),
    symbol_key=point(),
    shards=Uint(1, 1024),
    schemas=Sequence(SCHEMA_BODY, 0, 64),
    issuers=Sequence(
        Record(X=point(), key_version=Uint(0, U32_MAX), schema=Bytes(32), start=Uint(), until=Uint()), 0, 256
    ),
    lists=Sequence(
        Record(
            owner=Text(64, is_owner), list_class=Uint(1, 2), owner_key=Bytes(32), publics=points(most=1024)
        ),
        0,
        16,
    ),
    platforms=Sequence(Record(key=Bytes(32), start=Uint(), until=Uint()), 0, 64),
    auditors=Sequence(
        Record(name=displayable(64), group=Body(threshold=Uint(1, 64), key=point(), keys=points(most=64))), 0, 64
    ),
    digits=Sequence(Bytes(32), 0, 64),
)


def is_signing_key(key):
    """Check 01-21."""
    decoded = edwards_decode(key)
    return decoded is not None and not is_small_order(decoded)


def schema_digest(schema):
    """Spec 04 §1.2: of the whole message, of which the content has only the map."""
    return H("schema", 32, encode("Schema", schema))


class Content:
    """Key 1 of a SignedDirectory, with its digest; refuses by checks 09-1 to 09-8."""

    def read(self, reader):
        start, before = reader.place, reader.shortest
        reader.shortest = True
        try:
            content = FIELDS.read(reader)
            for schema in content.schemas:
                check_schema_fields(schema)
        except Refusal as refusal:
            raise Refusal("09-3" if refusal.check in BAD_ELEMENT else "09-1", str(refusal)) from None
        data = reader.data[start : reader.place]
        require(reader.shortest, "09-1", "another encoding")
        reader.shortest = before
        check_content(content)
        content.digest = H("directory", 32, data)
        return content

    def write(self, value):
        return FIELDS.write(value)


def check_content(content):
    """Checks 09-2 to 09-8, and of 09-1 what concerns two fields."""
    require(content.version != 0, "09-2", "version 0")
    require((content.version == 1) == (content.previous == bytes(32)), "09-2", "digest of the version before")
    platforms = [platform.key for platform in content.platforms]
    keys = [content.authority, *content.cosigners.keys, *(keys.owner_key for keys in content.lists), *platforms]
    require(all(map(is_signing_key, keys)), "09-3", "no Ed25519 key")
    check_order(content)
    check_issuers(content)
    require(all(len(keys.publics) == content.shards for keys in content.lists), "09-6")
    count, quorum = len(content.cosigners.keys), content.cosigners.quorum
    require(quorum <= count < 2 * quorum, "09-7")  # no cosigner is not more than half of any
    groups = [auditor.group for auditor in content.auditors]
    require(all(group.threshold <= len(group.keys) for group in groups), "09-1", "an auditor group's threshold")
    require(len({group.key.encode() for group in groups}) == len(groups), "09-8")


def check_order(content):
    """Check 09-4."""
    orders = [
        content.cosigners.keys,
        [platform.key for platform in content.platforms],
        [schema_digest(schema) for schema in content.schemas],
        [issuer.X.encode() for issuer in content.issuers],
        [(keys.owner.encode(), keys.list_class) for keys in content.lists],
        [auditor.name.encode() for auditor in content.auditors],
        content.digits,
    ]
    require(all(map(strictly_increasing, orders)), "09-4")


def check_issuers(content):
    """Check 09-5."""
    names = {schema_digest(schema): schema.name for schema in content.schemas}
    require({issuer.schema for issuer in content.issuers} == set(names), "09-5", "schemas")
    versions = [(issuer.key_version, names[issuer.schema]) for issuer in content.issuers]
    require(len(set(versions)) == len(versions), "09-5", "key versions")
    timed = [*content.issuers, *content.platforms]
    require(all(entry.start <= entry.until for entry in timed), "09-5", "until < from")


class Evidence:
    """Key 1 of an Equivocation: [kind, …], where the kind says what follows (spec 09 §4.1)."""

    OF_EPOCH = Record(time=Uint(), digest=Bytes(32), signature=Bytes(64))
    OF_VERSION = Record(digest=Bytes(32), signature=Bytes(64))
    ON_VERSION = {"key": Bytes(32), "version": Uint(1), "first": OF_VERSION, "second": OF_VERSION}
    KINDS = {
        1: {"first": signed_head(), "second": signed_head()},
        2: {
            "key": Bytes(32),
            "owner": Text(64, is_owner),
            "list_class": Uint(1, 2),
            "epoch": Uint(),
            "first": OF_EPOCH,
            "second": OF_EPOCH,
        },
        3: ON_VERSION,
        4: ON_VERSION,
    }

    def read(self, reader):
        count = reader.head(ARRAY)
        kind = Uint(1, 4).read(reader)
        fields = self.KINDS[kind]
        require(count == 1 + len(fields), "01-5", "another number of items")
        return SimpleNamespace(kind=kind, **{name: item.read(reader) for name, item in fields.items()})

    def write(self, value):
        items = [item.write(getattr(value, name)) for name, item in self.KINDS[value.kind].items()]
        return write_head(ARRAY, 1 + len(items)) + write_head(UINT, value.kind) + b"".join(items)


def check_evidence_fields(message):
    """Check 09-28, the part that is not the form."""
    key = {1: head_digest, 2: lambda s: (s.time, s.digest), 3: lambda v: v.digest, 4: lambda v: v.digest}
    place = key[message.evidence.kind]
    require(place(message.evidence.first) < place(message.evidence.second), "09-28", "not ascending")


SIGNATURE = Record(signer=Bytes(32), signature=Bytes(64))

MESSAGES.update(
    {
        "SignedDirectory": (
            15,
            1048576,
            Body(content=Content(), by_authority=SIGNATURE, cosignatures=Sequence(SIGNATURE, 0, 64)),
            check_cosigned_fields,
        ),
        "Equivocation": (16, 1024, Body(evidence=Evidence()), check_evidence_fields),
    }
)


def authority_statement(version, digest):
    """What an authority signs: spec 09 §2."""
    return H("directory-authority", 64, version, digest)


def cosigner_statement(version, digest):
    """What a cosigner signs: spec 09 §2."""
    return H("cosign-directory", 64, version, digest)


def require_signature(key, digest, signature, check):
    """A signature of spec 01 §9, whose failure is this check."""
    try:
        check_signature(key, digest, signature)
    except Refusal as refusal:
        raise Refusal(check, str(refusal)) from None


def pin(data, digest):
    """Spec 09 §3.1: the content of the version that a host ships the digest of."""
    message = decode("SignedDirectory", data)
    content, signed = message.content, message.by_authority
    require(content.digest == digest, "09-9")
    if content.version == 1:
        require(signed.signer == content.authority, "09-10")
        statement = authority_statement(content.version, content.digest)
        require_signature(content.authority, statement, signed.signature, "09-10")
    check_auditors(content)
    return content


def check_auditors(content):
    """Check 09-21."""
    for auditor in content.auditors:
        try:
            check_group(auditor.group)
        except Refusal as refusal:
            raise Refusal("09-21", str(refusal)) from None


def follow(known, data):
    """Spec 09 §3.2: the content of the version after a known one."""
    message = decode("SignedDirectory", data)
    check_place(known, message.content)
    check_authority(known, message)
    check_cosigners(known, message)
    check_kept(known, message.content)
    return message.content


def check_place(known, content):
    """Checks 09-11 to 09-13."""
    require(content.version == known.version + 1, "09-11")
    require(content.previous == known.digest, "09-12")
    require(content.time >= known.time, "09-13")


def check_authority(known, message):
    """Check 09-14."""
    content, signed = message.content, message.by_authority
    require(signed.signer == known.authority, "09-14")
    statement = authority_statement(content.version, content.digest)
    require_signature(known.authority, statement, signed.signature, "09-14")


def check_cosigners(known, message):
    """Checks 09-15 and 09-16."""
    statement, count = cosigner_statement(message.content.version, message.content.digest), 0
    for cosignature in message.cosignatures:
        if cosignature.signer in known.cosigners.keys:
            require_signature(cosignature.signer, statement, cosignature.signature, "09-15")
            count += 1
    require(count >= known.cosigners.quorum, "09-16")


def check_kept(known, content):
    """Checks 09-17 to 09-21."""
    require(content.symbol_key == known.symbol_key, "09-17")
    require(content.shards == known.shards or not known.lists, "09-18")
    check_kept_issuers(known, content)
    check_kept_lists(known, content)
    check_auditors(content)


def check_kept_issuers(known, content):
    """Check 09-19."""
    issuers = {issuer.X.encode(): issuer for issuer in content.issuers}
    for old in known.issuers:
        new = issuers.get(old.X.encode())
        same = new and (new.key_version, new.schema, new.start) == (old.key_version, old.schema, old.start)
        require(same, "09-19", "an issuer's key")
        require(new.until == old.until or old.until > content.time, "09-19", "a key that has ended")


def check_kept_lists(known, content):
    """Check 09-20."""
    lists = {(keys.owner, keys.list_class): keys for keys in content.lists}
    for old in known.lists:
        new = lists.get((old.owner, old.list_class))
        require(new and new.owner_key == old.owner_key and new.publics == old.publics, "09-20")


def check_evidence(data, version):
    """Spec 09 §4.1: evidence, by a version of the directory."""
    try:
        evidence = decode("Equivocation", data).evidence
    except Refusal as refusal:
        raise Refusal("09-28", str(refusal)) from None
    if evidence.kind == 1:
        check_heads(evidence, version)
        return evidence
    named = [version.authority] if evidence.kind == 3 else version.cosigners.keys
    require(evidence.key in named, "09-30")
    for statement in (evidence.first, evidence.second):
        require_signature(evidence.key, signed_digest(evidence, statement), statement.signature, "09-32")
    return evidence


def check_heads(evidence, version):
    """Checks 09-29 to 09-31."""
    one, other = evidence.first, evidence.second
    same = (name_of(one), one.shard, one.epoch) == (name_of(other), other.shard, other.epoch)
    require(same, "09-29")
    named = [keys for keys in version.lists if (keys.owner, keys.list_class) == name_of(one)]
    require(named, "09-30")
    (found,) = named
    keys = SimpleNamespace(name=name_of(one), owner_key=found.owner_key, publics=found.publics)
    for head in (one, other):
        try:
            check_head(head, keys)
        except Refusal as refusal:
            raise Refusal("09-31", str(refusal)) from None


def signed_digest(evidence, statement):
    """What the key of kinds 2 to 4 signed: spec 07 §7.2 and spec 09 §2."""
    if evidence.kind == 2:
        name = bytes([evidence.list_class]) + evidence.owner.encode()
        return H("cosign-heads", 64, name, evidence.epoch, statement.time, statement.digest)
    digest = authority_statement if evidence.kind == 3 else cosigner_statement
    return digest(evidence.version, statement.digest)
