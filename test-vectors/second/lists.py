"""Lists: heads, head sets, epochs, witnesses (spec 07)."""

from types import SimpleNamespace

from group import IDENTITY, WIDE, encode_scalar, linear, reduced
from hashing import G, H, HP, weights
from proofs import check_dleq, check_signature
from refusal import Refusal, require
from suite import NUMBER
from transcript import Transcript

REMOVE, RESTORE = 1, 2
STATUS, FLAG = 1, 2
EMPTY_CHAIN = bytes(32)
LONGEST = {1: 2**59, 2: 2**24}[NUMBER]


def id_bytes(name, shard):
    """Spec 07 §1, with a name as (owner, class)."""
    owner, list_class = name
    return shard.to_bytes(2, "big") + bytes([list_class]) + owner.encode()


def name_of(head):
    return head.owner, head.list_class


def start_value(name, shard):
    """V_0 of spec 07 §2."""
    return HP("accumulator-start", id_bytes(name, shard))


def head_digest(head):
    """Spec 07 §4.1."""
    identity = id_bytes(name_of(head), head.shard)
    return H("head", 64, identity, head.key, head.epoch, head.time, head.length, head.chain, head.before, head.value)


def check_head(head, keys):
    """Spec 07 §4.2, with the list keys: name, owner_key, publics; gives the challenge of the proof."""
    require(name_of(head) == keys.name, "07-12")
    require(head.shard < len(keys.publics), "07-13")
    require(head.key == keys.publics[head.shard], "07-14")
    try:
        check_signature(keys.owner_key, head_digest(head), head.signature)
    except Refusal as refusal:
        raise Refusal("07-15", str(refusal)) from None
    require(head.length <= LONGEST, "07-48")
    c = epoch_challenge(head)
    require(head.commitments[0] + c * head.key == head.response * G, "07-16")
    return c


def epoch_challenge(head):
    """The transcript of spec 07 §3.3."""
    transcript = Transcript("epoch")
    transcript.absorb("context", head_digest(head))
    transcript.absorb("public", head.key)
    for commitment in head.commitments:
        transcript.absorb("commitment", commitment)
    return reduced(transcript.squeeze("challenge", WIDE))


def check_head_set(message, keys):
    """Spec 07 §4.3; gives the verified heads with their epoch, time and epoch digest."""
    heads = message.heads
    require(len(heads) == len(keys.publics), "07-17")
    for shard, head in enumerate(heads):
        require(head.shard == shard, "07-18")
        check_head(head, keys)
    epoch, time = heads[0].epoch, heads[0].time
    require(all((head.epoch, head.time) == (epoch, time) for head in heads), "07-19")
    digest = H("epoch-digest", 32, *map(head_digest, heads))
    return SimpleNamespace(name=keys.name, epoch=epoch, time=time, digest=digest, heads=heads)


def cosign_statement(head_set):
    """What a cosigner signs: spec 07 §7.2."""
    owner, list_class = head_set.name
    name = bytes([list_class]) + owner.encode()
    return H("cosign-heads", 64, name, head_set.epoch, head_set.time, head_set.digest)


def check_cosigned_head_set(message, keys, cosigners):
    """Spec 07 §7.3, with the cosigners' keys and quorum; gives the verified heads."""
    head_set = check_head_set(message, keys)  # 07-42
    digest, signed = cosign_statement(head_set), 0
    for cosignature in message.cosignatures:
        if cosignature.signer in cosigners.keys:
            try:
                check_signature(cosignature.signer, digest, cosignature.signature)
            except Refusal as refusal:
                raise Refusal("07-43", str(refusal)) from None
            signed += 1
    require(signed >= cosigners.quorum, "07-44")
    return head_set


def is_empty_log(head):
    """The head of epoch 0: spec 07 §4.1 and check 06-40."""
    start = start_value(name_of(head), head.shard)
    empty = head.length == 0 and head.chain == EMPTY_CHAIN and head.before == head.value == start
    return head.epoch == 0 and empty and len(head.commitments) == 1


def continue_chain(chain, epoch, entries):
    """Spec 07 §3.1: the chain after the epoch of this number."""
    packed = b"".join(bytes([entry.operation]) + encode_scalar(entry.y) + entry.value.encode() for entry in entries)
    return H("log-chain", 32, chain, epoch, packed)


def combined_entries(head, entries):
    """Σ v_i·base_i and Σ v_i·image_i of spec 07 §3.3."""
    bases = images = IDENTITY
    value = head.before
    factors = weights(head_digest(head), len(entries))
    for entry, v in zip(entries, factors):
        base, other = (entry.value, value) if entry.operation == REMOVE else (value, entry.value)
        bases = bases + v * base
        images = images + v * linear((1, other), (-entry.y, base))
        value = entry.value
    return bases, images


def check_update(update, before, keys):
    """Spec 07 §3.4, for a decoded EpochUpdate (check 07-1)."""
    head, entries = update.head, update.entries
    c = check_head(head, keys)  # 07-2
    require(head.shard == before.shard, "07-3")  # the list and the key are those of `keys`, of both
    require(head.epoch == before.epoch + 1, "07-4")
    require(head.time >= before.time, "07-5")
    require(head.length == before.length + len(entries), "07-6")
    require(head.chain == continue_chain(before.chain, head.epoch, entries), "07-7")
    require(head.before == before.value, "07-8")
    require(head.value == (entries[-1].value if entries else head.before), "07-9")
    require((len(head.commitments) == 2) == (entries != []), "07-10")
    if entries:
        B, Y = combined_entries(head, entries)
        require(head.commitments[1] + c * Y == head.response * B, "07-11")


def check_witness_proof(witness, y, head):
    """Check 07-21; whoever receives a witness refuses another epoch before it by a check of its own (04-21)."""
    context = H("witness-context", 64, head_digest(head), encode_scalar(y))
    image = linear((1, head.value), (-y, witness.W))
    try:
        check_dleq("witness", context, head.key, witness.W, image, witness.commitments, witness.response)
    except Refusal as refusal:
        raise Refusal("07-21", str(refusal)) from None
