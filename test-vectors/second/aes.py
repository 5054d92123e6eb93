"""AES-256 in Galois/Counter Mode (FIPS 197, NIST SP 800-38D), for nonces of 12 bytes: slow, by tables, and for public secrets only."""


def times_two(byte):
    """In the field of AES, modulo x^8 + x^4 + x^3 + x + 1."""
    return (byte << 1) ^ (0x11B if byte & 0x80 else 0)


def s_box():
    """FIPS 197 §5.1.1, walked through by powers of 3 and of its inverse."""
    box, power, inverse = [0x63] * 256, 1, 1
    while True:
        power ^= times_two(power)
        inverse ^= inverse << 1
        inverse ^= inverse << 2
        inverse ^= inverse << 4
        inverse &= 0xFF
        inverse ^= 0x09 if inverse & 0x80 else 0
        turned = [(inverse << n | inverse >> (8 - n)) & 0xFF for n in range(5)]
        box[power] = turned[0] ^ turned[1] ^ turned[2] ^ turned[3] ^ turned[4] ^ 0x63
        if power == 1:
            return box


S = s_box()
# SubBytes and MixColumns of one byte, as a column of four.
COLUMN = [bytes([times_two(s), s, s, times_two(s) ^ s]) for s in S]
ROUNDS = 14


def expand(key):
    """FIPS 197 §5.2: the words of 15 round keys."""
    words = [key[i : i + 4] for i in range(0, 32, 4)]
    constant = 1
    for i in range(8, 4 * (ROUNDS + 1)):
        last = words[-1]
        if i % 8 == 0:
            last = bytes(S[b] for b in last[1:] + last[:1])
            last = bytes([last[0] ^ constant]) + last[1:]
            constant = times_two(constant)
        elif i % 8 == 4:
            last = bytes(S[b] for b in last)
        words.append(bytes(a ^ b for a, b in zip(words[-8], last)))
    joined = b"".join(words)
    return [int.from_bytes(joined[i : i + 16], "big") for i in range(0, len(joined), 16)]


# What a byte in each place of the state becomes in a round without the key: ShiftRows moves row r by r columns.
TABLES = []
for place in range(16):
    column, row = divmod(place, 4)
    target = (column - row) % 4
    TABLES.append([])
    for mixed in COLUMN:
        turned = mixed[4 - row :] + mixed[: 4 - row] if row else mixed
        TABLES[-1].append(int.from_bytes(turned, "big") << 8 * (12 - 4 * target))


def encrypt_block(keys, block):
    """One block, as an integer."""
    state = block ^ keys[0]
    for key in keys[1:ROUNDS]:
        state = mixed_state(state) ^ key
    data, out = state.to_bytes(16, "big"), bytearray(16)
    for place in range(16):
        column, row = divmod(place, 4)
        out[4 * ((column - row) % 4) + row] = S[data[place]]
    return int.from_bytes(out, "big") ^ keys[ROUNDS]


def mixed_state(state):
    """SubBytes, ShiftRows and MixColumns."""
    out = 0
    for table, byte in zip(TABLES, state.to_bytes(16, "big")):
        out ^= table[byte]
    return out


def product(x, y):
    """In the field of GCM, with the bits in its order (SP 800-38D §6.3)."""
    z = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            z ^= y
        y = (y >> 1) ^ (0xE1 << 120 if y & 1 else 0)
    return z


def powers(h):
    """h times each byte at the front, and what a byte that leaves at the back adds."""
    front = [product(byte << 120, h) for byte in range(256)]
    back = [product(byte, 1 << 119) for byte in range(256)]
    return front, back


def ghash(h, data):
    front, back = powers(h)
    y = 0
    for i in range(0, len(data), 16):
        y ^= int.from_bytes(data[i : i + 16], "big")
        z = 0
        for byte in range(16):
            z = (z >> 8) ^ back[z & 0xFF] ^ front[y >> 8 * byte & 0xFF]
        y = z
    return y


def padded(data):
    return data + bytes(-len(data) % 16)


def apply(key, nonce, aad, data, sealed):
    """What goes through the counter mode, and the tag of the ciphertext, which is `sealed` or what comes out."""
    keys = expand(key)
    first = int.from_bytes(nonce + b"\0\0\0\1", "big")
    stream = b"".join(encrypt_block(keys, first + 1 + i).to_bytes(16, "big") for i in range(-(-len(data) // 16)))
    out = bytes(a ^ b for a, b in zip(data, stream))
    ciphertext = data if sealed else out
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    y = ghash(encrypt_block(keys, 0), padded(aad) + padded(ciphertext) + lengths)
    return out, (y ^ encrypt_block(keys, first)).to_bytes(16, "big")


def seal(key, nonce, aad, plaintext):
    """Ciphertext, tag last."""
    ciphertext, tag = apply(key, nonce, aad, plaintext, False)
    return ciphertext + tag


def open_sealed(key, nonce, aad, sealed):
    """The plaintext; None for a wrong tag."""
    plaintext, tag = apply(key, nonce, aad, sealed[:-16], True)
    return plaintext if tag == sealed[-16:] else None
