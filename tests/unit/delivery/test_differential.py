#!/usr/bin/env python3
"""The reader against Python's json and gzip over documents made at random.

usage: test_differential.py DUMP_DELIVERY [ROUNDS]
"""
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import zlib


def text(r):
    parts = ["a", "key", "{", "}", "[", "]", '"', "\\", ",", ":", " ", "\n", "ä", "\U0001f600", "=", "\\u"]
    return "".join(r.choice(parts) for _ in range(r.randrange(12)))


def value(r, depth):
    kind = r.randrange(9 if depth > 0 else 6)
    if kind == 0:
        return text(r)
    if kind == 1:
        return r.randrange(-10**12, 10**12)
    if kind == 2:
        return r.random() * 10 ** r.randrange(-20, 20)
    if kind == 3:
        return None
    if kind == 4:
        return r.random() < 0.5
    if kind == 5:
        return json.dumps(text(r))
    if kind in (6, 7):
        return {text(r) + str(i): value(r, depth - 1) for i in range(r.randrange(5))}
    return [value(r, depth - 1) for _ in range(r.randrange(5))]


def written(r, doc):
    style = r.randrange(4)
    if style == 0:
        return json.dumps(doc, separators=(",", ":"))
    if style == 1:
        return json.dumps(doc, indent=r.choice([1, 2, "\t"]), ensure_ascii=False)
    return json.dumps(doc, ensure_ascii=style == 2)


def packed(r, raw):
    way = r.randrange(4)
    if way == 0:
        return raw
    if way == 1:
        return gzip.compress(raw, r.randrange(10))
    cut = sorted(r.randrange(len(raw) + 1) for _ in range(way))
    return b"".join(gzip.compress(raw[a:b]) for a, b in zip([0] + cut, cut + [len(raw)]))


def items_of(dump, path):
    run = subprocess.run([dump, "-r", path], capture_output=True, check=True)
    return run.stdout.decode().split("\n")[:-1]


def canonical(item):
    """Compact text that keeps what was written: via json, on values that survive it."""
    return json.dumps(item, separators=(",", ":"), ensure_ascii=False)


def documents(dump, rounds, path):
    r = random.Random(20260101)
    for n in range(rounds):
        items = [value(r, 4) for _ in range(r.randrange(12))]
        doc = {"fileVersion": "1.0", "x": value(r, 2), "configurationItems": items, "y": value(r, 2)}
        raw = written(r, doc).encode()
        with open(path, "wb") as f:
            f.write(packed(r, raw))
        got = [json.loads(line) for line in items_of(dump, path)]
        assert got == items, (n, raw)
        for line, item in zip(items_of(dump, path), items):
            # Same bytes but for white space: nothing is re-encoded.
            assert json.loads(line) == item
            assert len(line) <= len(json.dumps(item)), (n, line)
            if not any(c.isspace() for c in canonical(item)):
                assert not any(c.isspace() for c in line), (n, line)


def nested(dump, rounds, path):
    """Items in texts in texts: what Python unescapes, we unescape."""
    r = random.Random(20260102)
    for n in range(rounds):
        item = {"resourceType": "T", "configurationItemStatus": "OK", "v": value(r, 4)}
        body = written(r, {"configurationItem": item, "messageType": "x", "z": value(r, 1)})
        for _ in range(r.randrange(3)):
            body = written(r, {r.choice(["Message", "Body", "body", "invokingEvent"]): body})
        with open(path, "wb") as f:
            f.write(packed(r, body.encode()))
        lines = items_of(dump, path)
        assert len(lines) == 1 and json.loads(lines[0]) == item, (n, body, lines)


def damaged(dump, folder):
    """A bit turned anywhere in a small file: what Python refuses is not trusted; what is
    trusted is what Python reads."""
    raw = b'{"configurationItems":[{"a":"' + b"xyz" * 5 + b'"},{"b":2}]}'
    good = gzip.compress(raw, mtime=0)
    paths, variants = [], []
    for bit in range(16, len(good) * 8):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        paths.append(os.path.join(folder, f"{bit:05}"))
        variants.append((bit, bytes(bad)))
        with open(paths[-1], "wb") as f:
            f.write(bad)
    run = subprocess.run([dump] + paths, capture_output=True, check=True)
    heads = [x.split("\t") for x in run.stdout.decode().splitlines() if x.startswith("FILE")]
    assert len(heads) == len(paths)
    n_trusted = 0
    for path, (bit, bad), head in zip(paths, variants, heads):
        try:
            theirs = gzip.decompress(bad)
        except (OSError, EOFError, zlib.error):
            theirs = None
        if head[4] != "1":
            continue
        n_trusted += 1
        assert theirs is None or theirs == raw, bit
        # Python looks at the header's reserved flags too; the data is whole.
        assert theirs is not None or bit // 8 < 10, bit
        assert items_of(dump, path) == ['{"a":"' + "xyz" * 5 + '"}', '{"b":2}'], bit
    assert 0 < n_trusted < len(paths) // 2


def main():
    dump = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.json")
        documents(dump, rounds, path)
        nested(dump, rounds, path)
        damaged(dump, folder)
    print("same as Python")
    return 0


if __name__ == "__main__":
    sys.exit(main())
