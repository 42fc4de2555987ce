"""Compares what the parser accepts with Python's json module, on mutated texts.

Known differences, all of them refusals of ours (each is counted, and must occur):
  surrogate  half of a surrogate pair (\\ud800): no Unicode text, so no UTF-8
  depth      more than 512 levels
Made equal by the options below: NaN and Infinity, duplicate keys, huge numbers.
Usage: json_differential.py JSON_ACCEPT
"""
import json
import random
import re
import struct
import subprocess
import sys

SEEDS = [
    b'{"version":"1.3","configurationItemStatus":"OK","configurationStateId":1539799966921,'
    b'"tags":{"Owner":"team-a","\\u00e4":"\xc3\xa4"},"relationships":[{"name":"x"}],"n":null}',
    b' [ 1 , -0 , 0.5 , 1e5 , -1.25E-3 , 1E+2 , true , false , null , "" , { } , [ ] ] \n',
    b'"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u20ac\\ud83d\\ude00"',
    b'{"a":{"b":{"c":[[[{"d":"{\\"e\\":1}"}]]]}}}',
    b'123456789012345678901234567890.0000000000000000000000000001e0001',
    '"Stra\u00dfe \u20ac \U0001f600 \u2028"'.encode(),
    b'{"k":1,"l":2,"k ":3,"":4," ":5,"K":6}',
    b'[[],[[]],[[[]]],{"":{"":{}}}]',
    b'{"' + b'x' * 60 + b'":"' + b'y' * 70 + b'\\n' + b'z' * 64 + b'"}',
    b'{' + b','.join(b'"k%d":%d' % (i, i) for i in range(140)) + b'}',
]
TOKENS = [b'{', b'}', b'[', b']', b',', b':', b'"', b'\\', b' ', b'\n', b'\t', b'\r', b'\0', b'\x0b',
          b'\x1f', b'\x7f', b'\x80', b'\xc3', b'\xed\xa0\x80', b'\xef\xbb\xbf', b'\xf4\x90\x80\x80',
          b'\xc0\x80', b'\xc3\xa4', b'\xe2\x82\xac', b'\xf0\x9f\x98\x80', b'0', b'1', b'-', b'+', b'.',
          b'e', b'E', b'null', b'true', b'false', b'NaN', b'Infinity', b'nul', b'//x', b'\\u', b'\\ud800',
          b'\\udc00', b'\\ud83d\\ude00', b'\\u0000', b'\\x', b'"a":1', b',"a":1', b'"k":1', b'00', b'1.',
          b'.5', b'1e', b'[' * 20, b'{"a":' * 10, b"'", b'\xc2\xa0', b'/* */']
SURROGATE = re.compile(r'[\ud800-\udfff]')


class Twice(Exception):
    pass


def pairs(items):
    found = dict(items)
    if len(found) != len(items):
        raise Twice()
    return found


def has_surrogate(value):
    if isinstance(value, str):
        return SURROGATE.search(value) is not None
    if isinstance(value, list):
        return any(map(has_surrogate, value))
    if isinstance(value, dict):
        return any(has_surrogate(k) or has_surrogate(v) for k, v in value.items())
    return False


def refuse(word):
    raise ValueError(word)


def python_says(text):
    """'A', 'R', or 'S' for accepted, but with half a surrogate pair."""
    try:
        value = json.loads(text.decode('utf-8'), object_pairs_hook=pairs, parse_constant=refuse,
                           parse_int=lambda digits: 0, parse_float=lambda digits: 0.5)
    except (ValueError, Twice):
        return 'R'
    return 'S' if has_surrogate(value) else 'A'


def mutate(rng, text):
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(text))
        how = rng.randint(0, 6)
        if how == 0:
            text = text[:at] + rng.choice(TOKENS) + text[at:]
        elif how == 1:
            text = text[:at] + text[at + rng.randint(1, 4):]
        elif how == 2:
            text = text[:at] + rng.choice(TOKENS) + text[at + 1:]
        elif how == 3:
            text = text[:at]
        elif how == 4 and text:
            at %= len(text)
            text = text[:at] + bytes([text[at] ^ (1 << rng.randint(0, 7))]) + text[at + 1:]
        elif how == 5:
            end = min(len(text), at + rng.randint(1, 30))
            text = text[:end] + text[at:end] + text[end:]
        else:
            text = b' ' * rng.randint(0, 66) + text + b' ' * rng.randint(0, 3)
    return text


def main():
    rng = random.Random(20260131)
    texts = list(SEEDS) + [b'', b' ', b'[' * 513 + b']' * 513, b'[' * 512 + b']' * 512,
                           b'"\\ud800"', b'["\\udc00\\ud800"]']
    texts += TOKENS
    while len(texts) < 12000:
        texts.append(mutate(rng, rng.choice(SEEDS)))
    data = b''.join(struct.pack('<I', len(t)) + t for t in texts)
    run = subprocess.run([sys.argv[1]], input=data, stdout=subprocess.PIPE, check=True)
    ours = run.stdout.decode()
    assert len(ours) == len(texts), (len(ours), len(texts))
    tally, wrong = {}, 0
    sys.setrecursionlimit(5000)
    for text, our in zip(texts, ours):
        python = python_says(text)
        tally[python + our] = tally.get(python + our, 0) + 1
        # Beyond 512 levels we stop reading; Python is asked no further.
        if our == 'L' and (text.count(b'[') + text.count(b'{')) > 512:
            continue
        if {'A': 'A', 'R': 'R', 'S': 'R'}[python] != our:
            wrong += 1
            print('python', python, 'ours', our, text[:300])
    print(len(texts), 'texts', sorted(tally.items()))
    for pair in ('AA', 'RR', 'SR', 'AL'):
        assert tally.get(pair, 0) > 0, 'no case of ' + pair
    return 1 if wrong else 0


sys.exit(main())
