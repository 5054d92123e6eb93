"""The messages: envelope, fields, limits (spec 01 §5). Those of requests, presentations, sets, auditors and the directory
are added by the files that read them."""

from types import SimpleNamespace

from group import POINT
from suite import NUMBER
from cbor import (
    ARRAY,
    UINT,
    Body,
    BYTES,
    Bytes,
    BytesUpTo,
    Choice,
    Reader,
    Record,
    Sequence,
    Text,
    Uint,
    point,
    points,
    scalar,
    scalars,
    write_head,
)
from refusal import require

U32_MAX = 2**32 - 1
RELATION_BYTES = 2 * POINT + 32
MOST_RELATIONS = 39

# The most bytes of messages of suite 2 by their types, where they are others (spec 01 §5.1).
MOST_2 = {
    1: 40,
    2: 107,
    7: 36079,
    8: 46351,
    9: 4014,
    33: 2176,
    36: 9880,
    38: 50397,
    46: 19264,
    48: 135320,
    50: 68516,
    51: 71836,
    54: 41908,
    55: 19008,
    57: 29327,
    72: 46359,
    74: 204196,
    75: 300890,
    76: 46359,
}


def longest(number, most):
    """The most bytes of a message of this type, `most` in suite 1; of a field that holds one, too."""
    return MOST_2.get(number, most) if NUMBER == 2 else most

# Spec 01 §5.4.
DISPLAYABLE_RANGES = [
    (0x20, 0x21), (0x23, 0x26), (0x28, 0x5F), (0x61, 0x7E),
    (0xB7, 0xB7), (0xC0, 0x24F),
    (0x386, 0x386), (0x388, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x3FF),
    (0x400, 0x481), (0x48A, 0x52F),
    (0x2013, 0x2014), (0x2026, 0x2026),
    (0x3001, 0x3002), (0x3005, 0x300B),
    (0x3041, 0x3096), (0x30A1, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0x20000, 0x2A6DF), (0x2A700, 0x2B81E), (0x2B820, 0x2CEAD), (0x2CEB0, 0x2EBE0), (0x2EBF0, 0x2EE5D),
    (0x30000, 0x3134A), (0x31350, 0x33479),
    (0xAC00, 0xD7A3),
    (0xFF01, 0xFF01), (0xFF03, 0xFF06), (0xFF08, 0xFF3F), (0xFF41, 0xFF5E),
]


def is_displayable(text):
    """Spec 01 §5.4."""
    spaced_well = text != "" and not text.startswith(" ") and not text.endswith(" ") and "  " not in text
    return spaced_well and all(any(low <= ord(c) <= high for low, high in DISPLAYABLE_RANGES) for c in text)


def is_owner(text):
    """Spec 07 §1."""
    return text != "" and all(c in "abcdefghijklmnopqrstuvwxyz0123456789-." for c in text)


def displayable(most):
    return Text(most, is_displayable)


def owner():
    return Text(64, is_owner)


def strictly_increasing(numbers):
    return all(a < b for a, b in zip(numbers, numbers[1:]))


class AttributeValue:
    """[uint kind, content] of spec 04 §2.1."""

    CONTENTS = {1: Uint(0, 65535), 2: Uint(), 3: Uint(0, U32_MAX), 4: Text(256), 5: Bytes(32), 6: BytesUpTo(512)}

    def read(self, reader):
        require(reader.head(ARRAY) == 2, "01-5", "another number of items")
        kind = Uint(1, 6).read(reader)
        return SimpleNamespace(kind=kind, content=self.CONTENTS[kind].read(reader))

    def write(self, value):
        return write_head(ARRAY, 2) + write_head(UINT, value.kind) + self.CONTENTS[value.kind].write(value.content)


def dleq_proof():
    """Spec 01 §8."""
    return Record(commitments=points(2), response=scalar())


def head_fields():
    """Spec 07 §4.1: what a head says, without its proof and signature."""
    return dict(
        owner=owner(),
        list_class=Uint(1, 2),
        shard=Uint(0, 1023),
        key=point(),
        epoch=Uint(),
        time=Uint(),
        length=Uint(),
        chain=Bytes(32),
        before=point(),
        value=point(),
    )


def signed_head():
    """Spec 07 §4.1; commitments and response are those of the proof of §3.3."""
    return Record(**head_fields(), commitments=points(least=1, most=2), response=scalar(), signature=Bytes(64))


def witness():
    """Spec 07 §5.1."""
    return Record(epoch=Uint(), W=point(), commitments=points(2), response=scalar())


class GivenWitness:
    """Spec 07 §5.1: a witness, or as many zeros, with the epoch as of which there is none."""

    ZEROS = bytes(POINT), bytes(2 * POINT), bytes(32)

    def read(self, reader):
        place = reader.place
        require(reader.head(ARRAY) == 4, "01-5", "another number of items")
        epoch = Uint().read(reader)
        if Bytes(POINT).read(reader) != self.ZEROS[0]:
            reader.place = place
            return witness().read(reader)
        require((Bytes(2 * POINT).read(reader), Bytes(32).read(reader)) == self.ZEROS[1:], "01-11", "no witness, and not zeros")
        return SimpleNamespace(epoch=epoch)

    def write(self, value):
        if len(vars(value)) > 1:
            return witness().write(value)
        return write_head(ARRAY, 4) + Uint().write(value.epoch) + b"".join(Bytes().write(zeros) for zeros in self.ZEROS)


def entries():
    """The entries of one shard in one epoch: spec 07 §3.1."""
    return Sequence(Record(operation=Uint(1, 2), y=scalar(nonzero=True), value=point()), 0, 65536)


def epoch_update():
    """The fields of spec 07 §3.2, which are also the items of an update in a segment (§8)."""
    return {"entries": entries(), "head": signed_head()}


VALUE = AttributeValue()


def check_offer_fields(offer):
    """Check 04-7, the part that is not the range of one field."""
    for shard in vars(offer.shard).values():
        require(shard < offer.shard_count, "01-11", "04-7: shard")


# Spec 04 §1.2: what ends or divides sentences, or quotes.
OF_SENTENCES = set("!,.:;?–—…、。〈〉《》！，．：；？")


def label():
    """Check 04-5."""
    return Text(40, lambda text: is_displayable(text) and not OF_SENTENCES & set(text))


def check_response_fields(response):
    """Spec 04 §4.3, key 11: the length follows from the kinds of the values."""
    room = {1: 8, 2: 16, 3: 8, 4: 264, 5: 40}
    length = 1024 + sum(8 + len(v.content) if v.kind == 6 else room[v.kind] for v in response.values)
    require(not any(response.padding), "01-7", "padding that is not zero")
    require(3 + len(MESSAGES["CredentialResponse"][2].write(response)) == length, "01-7", "another length")


def check_template(template):
    """Check 04-23."""
    k, P, bits, b, d, B, floor, threshold = (
        getattr(template, name) for name in ("k", "P", "bits", "b", "d", "B", "floor", "threshold")
    )
    sound = k > 0 and P > 0 and threshold > 0 and b in (256, 4096) and k <= 512 and k % (8 * P) == 0
    require(sound, "01-11", "04-23: numbers")
    bases, half = k // P, b**d // 2
    require(bases & (bases - 1) == 0 and bits < 32 and 2**bits >= 4 * half, "01-11", "04-23: packed")
    # That (2P − 1)·log2 X ≤ 250 and d·(2P − 1) ≤ 16 follows from this and X; that d > 0, from B ≤ h − 1.
    require((P - 1) * bits + 8 <= 63, "01-11", "04-23: short")
    require(B <= 127**2 and B <= half - 1 and threshold <= B and floor <= B, "01-11", "04-23: squares")
    require(template.stop == 8, "01-11", "04-23: the fold's end")


class Attribute:
    """Spec 04 §1.2: a template has the parameters of §8.1 behind the rest."""

    PLAIN = Record(name=displayable(64), kind=Uint(1, 6), english=label(), chinese=label())
    TEMPLATE = Record(
        k=Uint(0, 65535),
        P=Uint(0, 255),
        bits=Uint(0, 255),
        b=Uint(0, 65535),
        d=Uint(0, 255),
        B=Uint(0, U32_MAX),
        floor=Uint(0, U32_MAX),
        threshold=Uint(0, U32_MAX),
        stop=Uint(),
        model=Bytes(32),
    )

    def read(self, reader):
        count = reader.head(ARRAY)
        require(count in (4, 5), "01-5", "another number of items")
        value = self.PLAIN.read_items(reader)
        value.template = None
        if count == 5:
            value.template = self.TEMPLATE.read(reader)
            check_template(value.template)
        return value

    def write(self, value):
        own = [item.write(getattr(value, name)) for name, item in self.PLAIN.fields.items()]
        own += [self.TEMPLATE.write(value.template)] if value.template else []
        return write_head(ARRAY, len(own)) + b"".join(own)


def check_schema_fields(schema):
    """Checks 04-4, 04-6 and 04-24."""
    templates = [attribute.template is not None for attribute in schema.attributes]
    require(templates == [attribute.kind == 6 for attribute in schema.attributes], "01-11", "04-24")
    require(sum(templates) in (0, 1) and not all(templates), "01-11", "04-24")
    for of in ("name", "english", "chinese"):
        texts = [getattr(attribute, of) for attribute in schema.attributes]
        require(len(set(texts)) == len(texts), "01-11", f"04-4, 04-6: {of}")


def check_verdict_fields(verdict):
    """Spec 06 §6.1: a refusal shows nothing, in as many bytes as a proof would have; a proof has three items for each relation."""
    require(len(verdict.relations) % RELATION_BYTES == 0, "01-5", "06 §6.1: relations")
    if verdict.bit == 0:
        require(not any(verdict.relations), "01-11", "06 §6.1: relations")
    else:
        relation_proof(verdict.relations)


def relation_proof(data):
    """Commitments and responses of a proof of spec 01 §8.1."""
    count = len(data) // RELATION_BYTES
    runs = (points(2 * count), data[: 2 * POINT * count]), (scalars(count), data[2 * POINT * count :])
    return [run.read(Reader(write_head(BYTES, len(part)) + part)) for run, part in runs]


def check_cosigned_fields(message):
    """Spec 07 §7.3: at most one signature of each signer, in ascending order."""
    signers = [cosignature.signer for cosignature in message.cosignatures]
    require(strictly_increasing(signers), "01-11", "07 §7.3: signers")


def check_segment_fields(segment):
    """Check 07-46."""
    heads = [epoch.head for epoch in segment.epochs]
    of_list = vars(segment.list)
    require(all({name: vars(head)[name] for name in of_list} == of_list for head in heads), "01-11", "07-46: list id")
    first = 16 * segment.number + 1
    require([head.epoch for head in heads] == list(range(first, first + len(heads))), "01-11", "07-46: epochs")


def check_closed_epoch_fields(epoch):
    """Spec 07 §11.1: the entries of all shards, or of epoch 0 none."""
    require(epoch.entries == [] or len(epoch.entries) == len(epoch.heads), "01-11", "entries of each shard")


def is_once(request):
    """Whether a PresentationRequest is valid once, by a nonce, and not for a window (spec 06 §2)."""
    return hasattr(request.validity, "nonce")


# kind -> type, most bytes, body, what is to be checked beyond the single fields. Spec 01 §5.1.
MESSAGES = {
    "SymbolRequest": (1, 39, Body(blinded=point()), None),
    "SymbolResponse": (2, 106, Body(evaluated=point(), proof=scalars(2)), None),
    "CredentialOffer": (
        3,
        256,
        Body(
            nonce=Bytes(32),
            issuer_key=point(),
            key_version=Uint(0, U32_MAX),
            schema_digest=Bytes(32),
            slot=Bytes(16),
            generation=Uint(1, U32_MAX),
            shard_count=Uint(1, 1024),
            shard=Choice(Record(), Record(number=Uint(0, 1023))),
        ),
        check_offer_fields,
    ),
    "CredentialRequest": (
        4,
        384,
        Body(shard=Uint(0, 1023), points=points(3), commitments=points(3), responses=scalars(2))
        if NUMBER == 1
        else Body(
            shard=Uint(0, 1023), points=points(3), commitments=points(2), responses=scalars(1), signature=scalars(2)
        ),
        None,
    ),
    "CredentialResponse": (
        5,
        9728,
        Body(
            A=point(),
            e_n_i=scalars(2),
            y_status=scalar(nonzero=True),
            y_flag=scalar(nonzero=True),
            factors=Uint(0, 63 if NUMBER == 2 else 31),
            since=Uint(0, 65535),
            values=Sequence(VALUE, 0, 32),
            proof=dleq_proof(),
            status_witness=witness(),
            flag_witness=GivenWitness(),
            padding=BytesUpTo(9728),
        ),
        check_response_fields,
    ),
    "Verdict": (
        9,
        3936,
        Body(
            call_digest=Bytes(32),
            bit=Uint(0, 1),
            instant=Uint(),
            signature=Bytes(64),
            relations=BytesUpTo(MOST_RELATIONS * RELATION_BYTES),
            key=Bytes(32),
        ),
        check_verdict_fields,
    ),
    "SignedHead": (10, 512, Body(head=signed_head()), None),
    "HeadSet": (11, 524288, Body(heads=Sequence(signed_head(), 0, 1024)), None),
    "CosignedHeadSet": (
        14,
        532480,
        Body(
            heads=Sequence(signed_head(), 0, 1024),
            cosignatures=Sequence(Record(signer=Bytes(32), signature=Bytes(64)), 0, 64),
        ),
        check_cosigned_fields,
    ),
    "EpochUpdate": (12, 5243904, Body(**epoch_update()), None),
    "LogSegment": (
        17,
        83902464,
        Body(
            list=Record(owner=owner(), list_class=Uint(1, 2), shard=Uint(0, 1023)),
            number=Uint(0, (2**64 - 1) // 16 - 1),
            epochs=Sequence(Record(**epoch_update()), 1, 16),
        ),
        check_segment_fields,
    ),
    "ClosedEpoch": (
        80,
        168312896,
        Body(heads=Sequence(signed_head(), 0, 1024), entries=Sequence(entries(), 0, 1024)),
        check_closed_epoch_fields,
    ),
    "Schema": (
        13,
        7040,
        Body(
            name=displayable(64),
            attributes=Sequence(Attribute(), 1, 32),
        ),
        check_schema_fields,
    ),
}


noted = None  # what holders prove, where somebody asks for it: (kind, message)


def note(kind, message):
    if noted is not None and kind in ("CredentialRequest", "Presentation"):
        noted.append((kind, message))


def encode(kind, message):
    """The one encoding of a message: spec 01 §5.1 and §5.2."""
    number, _, body, _ = MESSAGES[kind]
    note(kind, message)
    return bytes([NUMBER, 1, number]) + body.write(message)


def decode(kind, data):
    """The fields of a message, or a refusal: spec 01 §5.3."""
    number, most, body, check_fields = MESSAGES[kind]
    require(len(data) <= longest(number, most), "01-1")
    require(len(data) >= 3, "01-5", "no envelope")
    require(data[0] == NUMBER, "01-2")
    require(data[1] == 1, "01-3")
    require(data[2] == number, "01-4")
    reader = Reader(data[3:])
    message = body.read(reader)
    require(reader.place == len(reader.data), "01-6")
    require(reader.shortest, "01-7")
    if check_fields:
        check_fields(message)
    note(kind, message)
    return message
