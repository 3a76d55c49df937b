"""XXH3 with 64 bits and no seed (xxHash's specification of the algorithm), by which
entries of the cache are sealed."""

import struct

PRIMES32 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
          0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)
MIX_1, MIX_2 = 0x165667919E3779F9, 0x9FB21C651E98DF25
SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
    "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")
MASK = (1 << 64) - 1
STRIPE = 64
STRIPES_OF_BLOCK = (len(SECRET) - STRIPE) // 8


def word(data, at, width=8):
    return int.from_bytes(data[at:at + width], "little")


def swapped(number):
    return int.from_bytes(number.to_bytes(8, "little"), "big")


def rotated(number, count):
    return (number << count | number >> (64 - count)) & MASK


def folded(first, second):
    product = first * second
    return (product ^ product >> 64) & MASK


def stirred(number):
    number = (number ^ number >> 37) * MIX_1 & MASK
    return number ^ number >> 32


def stirred_as_64(number):
    number = (number ^ number >> 33) * PRIMES[1] & MASK
    number = (number ^ number >> 29) * PRIMES[2] & MASK
    return number ^ number >> 32


def of_at_most_16(data):
    size = len(data)
    if size > 8:
        low = word(SECRET, 24) ^ word(SECRET, 32) ^ word(data, 0)
        high = word(SECRET, 40) ^ word(SECRET, 48) ^ word(data, size - 8)
        return stirred(size + swapped(low) + high + folded(low, high) & MASK)
    if size >= 4:
        both = word(data, size - 4, 4) | word(data, 0, 4) << 32
        both ^= word(SECRET, 8) ^ word(SECRET, 16)
        both ^= rotated(both, 49) ^ rotated(both, 24)
        both = both * MIX_2 & MASK
        both = (both ^ (both >> 35) + size) * MIX_2 & MASK
        return both ^ both >> 28
    if size:
        both = (data[0] << 16 | data[size // 2] << 24 | data[-1] | size << 8)
        return stirred_as_64(both ^ word(SECRET, 0, 4) ^ word(SECRET, 4, 4))
    return stirred_as_64(word(SECRET, 56) ^ word(SECRET, 64))


def of_16_bytes(data, at, secret_at):
    return folded(word(data, at) ^ word(SECRET, secret_at),
                  word(data, at + 8) ^ word(SECRET, secret_at + 8))


def of_at_most_240(data):
    size = len(data)
    total = size * PRIMES[0]
    if size <= 128:
        # From both ends to the middle.
        for pair in range((size - 1) // 32 + 1):
            total += of_16_bytes(data, 16 * pair, 32 * pair)
            total += of_16_bytes(data, size - 16 * (pair + 1), 32 * pair + 16)
        return stirred(total & MASK)
    for number in range(8):
        total += of_16_bytes(data, 16 * number, 16 * number)
    total = stirred(total & MASK)
    for number in range(8, size // 16):
        total += of_16_bytes(data, 16 * number, 16 * (number - 8) + 3)
    return stirred(total + of_16_bytes(data, size - 16, 136 - 17) & MASK)


def add_stripe(lanes, stripe, secret_at):
    values = struct.unpack("<8Q", stripe)
    keys = struct.unpack_from("<8Q", SECRET, secret_at)
    for lane, (value, key) in enumerate(zip(values, keys)):
        key ^= value
        lanes[lane ^ 1] = lanes[lane ^ 1] + value & MASK
        lanes[lane] = lanes[lane] + (key & 0xFFFFFFFF) * (key >> 32) & MASK


def of_much(data):
    lanes = [PRIMES32[2], *PRIMES[:4], PRIMES32[1], PRIMES[4], PRIMES32[0]]
    for number in range((len(data) - 1) // STRIPE):
        place = number % STRIPES_OF_BLOCK
        add_stripe(lanes, data[STRIPE * number:STRIPE * (number + 1)], 8 * place)
        if place == STRIPES_OF_BLOCK - 1:
            for lane, key in enumerate(struct.unpack("<8Q", SECRET[-STRIPE:])):
                value = lanes[lane]
                lanes[lane] = (value ^ value >> 47 ^ key) * PRIMES32[0] & MASK
    add_stripe(lanes, data[-STRIPE:], len(SECRET) - STRIPE - 7)
    total = len(data) * PRIMES[0]
    for pair in range(4):
        total += folded(lanes[2 * pair] ^ word(SECRET, 11 + 16 * pair),
                        lanes[2 * pair + 1] ^ word(SECRET, 19 + 16 * pair))
    return stirred(total & MASK)


def xxh3(data):
    data = bytes(data)
    if len(data) <= 16:
        return of_at_most_16(data)
    return of_at_most_240(data) if len(data) <= 240 else of_much(data)
