"""Computes the golden values of DeterministicRandomTests from the published definitions of splitmix64, xoshiro256** and
Lemire's bounded integers, apart from the Swift code. Run: python3 make_random.py > random.json"""

import hashlib
import json

MASK = (1 << 64) - 1


class Xoshiro:
    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = seed
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(z ^ (z >> 31))

    def next(self):
        def rotl(x, k):
            return ((x << k) | (x >> (64 - k))) & MASK

        s = self.state
        result = (rotl((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)
        return result

    def under(self, bound):
        threshold = (2**64 - bound) % bound
        while True:
            product = self.next() * bound
            if product & MASK >= threshold:
                return product >> 64

    def double(self):
        return (self.next() >> 11) / float(1 << 53)

    def uuid(self):
        high, low = self.next(), self.next()
        number = (high << 64) | low
        number = number & ~(0xF << 76) | (4 << 76)
        number = number & ~(3 << 62) | (2 << 62)
        text = f"{number:032x}"
        return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])

    def shuffled(self, elements):
        elements = list(elements)
        for i in range(len(elements) - 1, 0, -1):
            j = self.under(i + 1)
            elements[i], elements[j] = elements[j], elements[i]
        return elements


def seed_of(run_id):
    return int.from_bytes(hashlib.sha256(run_id.encode()).digest()[:8], "big")


def values(seed):
    bounds = [1, 2, 3, 10, 1000, 2**32 + 1, 2**63 + 1, 2**64 - 1]
    return {
        "raw": [str(v) for v in (lambda r: [r.next() for _ in range(6)])(Xoshiro(seed))],
        "bounds": [str(b) for b in bounds],
        "under": [str(v) for v in (lambda r: [r.under(b) for b in bounds])(Xoshiro(seed))],
        "doubles": [v.hex() for v in (lambda r: [r.double() for _ in range(4)])(Xoshiro(seed))],
        "uuids": (lambda r: [r.uuid() for _ in range(3)])(Xoshiro(seed)),
        "shuffled": Xoshiro(seed).shuffled(range(12)),
    }


RUNS = ["0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "replay", ""]
SEEDS = [0, 1, MASK]
print(
    json.dumps(
        {
            "runs": [{"id": r, "seed": str(seed_of(r)), "values": values(seed_of(r))} for r in RUNS],
            "seeds": [{"id": "", "seed": str(s), "values": values(s)} for s in SEEDS],
        },
        indent=1,
    )
)
