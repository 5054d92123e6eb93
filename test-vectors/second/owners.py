"""Owners of lists: keys, heads, epochs, witnesses (spec 07 §3 to §6 and §9)."""

from types import SimpleNamespace

from group import ORDER, encode_scalar, linear
import key_messages  # ListOwnerKeys
from hashing import G, H
from lists import EMPTY_CHAIN, REMOVE, combined_entries, continue_chain, epoch_challenge, head_digest, start_value
from messages import decode
from prf import F
from signing import prove_dleq, public_key, sign

class Owner:
    """Who has the keys of a list."""

    def __init__(self, data):
        keys = decode("ListOwnerKeys", data)
        self.name = keys.name.owner, keys.name.list_class
        self.alphas, self.secret, self.nonce_key, self.step = keys.alphas, keys.signing, keys.nonces, keys.step
        self.publics = [alpha * G for alpha in self.alphas]
        self.owner_key = public_key(self.secret)
        self.name_bytes = bytes([keys.name.list_class]) + keys.name.owner.encode()

    def head(self, shard, epoch, time, length, chain, before, value, entries):
        """A signed head with its proof (spec 07 §3.3 and §4.1)."""
        alpha, X = self.alphas[shard], self.publics[shard]
        head = SimpleNamespace(
            owner=self.name[0], list_class=self.name[1], shard=shard, key=X, epoch=epoch, time=time, length=length,
            chain=chain, before=before, value=value,
        )
        digest = head_digest(head)
        rho = F("nonce-epoch", self.nonce_key + encode_scalar(alpha), digest, X)
        head.commitments = [rho * G]
        if entries:
            head.commitments.append(rho * combined_entries(head, entries)[0])
        head.response = (rho + epoch_challenge(head) * alpha) % ORDER
        head.signature = sign(self.secret, digest)
        return head

    def first_head(self, shard, time):
        """The head of epoch 0."""
        V_0 = start_value(self.name, shard)
        return self.head(shard, 0, time, 0, EMPTY_CHAIN, V_0, V_0, [])

    def update(self, before, operations, time):
        """The next epoch, of pairs (operation, y)."""
        alpha, value, entries = self.alphas[before.shard], before.value, []
        for operation, y in operations:
            factor = pow(alpha + y, -1, ORDER) if operation == REMOVE else alpha + y
            value = linear((factor, value))
            entries.append(SimpleNamespace(operation=operation, y=y, value=value))
        epoch, length = before.epoch + 1, before.length + len(entries)
        chain = continue_chain(before.chain, epoch, entries)
        head = self.head(before.shard, epoch, time, length, chain, before.value, value, entries)
        return SimpleNamespace(entries=entries, head=head)

    def witness(self, head, y):
        """Spec 07 §5.1."""
        alpha = self.alphas[head.shard]
        W = linear((pow(alpha + y, -1, ORDER), head.value))
        context = H("witness-context", 64, head_digest(head), encode_scalar(y))
        commitments, response = prove_dleq("witness", context, self.nonce_key, alpha, W)
        return SimpleNamespace(epoch=head.epoch, W=W, commitments=commitments, response=response)
