#!/usr/bin/env python3
"""docs/sql-functions.md has each form of each function of src/query/functions.c, and no other, with words on it.

usage: functions_doc.py FUNCTIONS_C SQL_FUNCTIONS_MD
"""
import re
import sys

ARGS = {'s': 'varchar', 'i': 'bigint', 'd': 'number', 'b': 'boolean', 'x': 'any', 't': 'timestamp', 'D': 'date',
        'T': 'timestamp or date', 'j': 'json', 'J': 'json or text', 'a': 'array', 'A': 'array(array)', 'r': 'array(row)',
        'm': 'map', 'l': 'x -> ...', 'k': '(k, v) -> ...', 'y': '(x, y) -> ...', 'z': '(x, y) -> ...',
        'q': '(state, x) -> ...', 'Q': 'state -> ...', 'g': 'groups -> ...'}
RESULTS = {'s': 'varchar', 'i': 'bigint', 'd': 'double', 'b': 'boolean', 't': 'timestamp', 'j': 'json', 'D': 'date',
           'S': 'array(varchar)', 'I': 'array(bigint)', 'P': 'map', '0': 'as the first', 'z': 'as the last',
           'u': 'what all are', 'e': 'element', 'k': 'value', 'a': 'array', 'p': 'array', '1': 'array', 'l': 'array',
           'q': "the last lambda's", 'K': 'array', 'V': 'array', 'R': 'array(row)', 'M': 'map', 'E': 'map', 'v': 'map',
           'w': 'map'}


def forms(source):
    """(signature, result) of each row of the table."""
    table = source[source.index('bl_functions_all[] = {'):]
    for name, args, result in re.findall(r'\{"(\w+)", "([^"]*)", \'(.)\'', table[:table.index('};')]):
        words = [ARGS[a] for a in args if a != '+'] + (['...'] if args.endswith('+') else [])
        yield f"{name}({', '.join(words)})", RESULTS[result]


def main():
    wanted = set(forms(open(sys.argv[1], encoding='utf-8').read()))
    rows = re.findall(r'^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$', open(sys.argv[2], encoding='utf-8').read(), re.M)
    told = {(s, r) for s, r, _ in rows}
    wrong = [f'not in the document: {s} gives {r}' for s, r in sorted(wanted - told)]
    wrong += [f'no such function: {s} gives {r}' for s, r in sorted(told - wanted)]
    wrong += [f'without words: {s}' for s, _, words in rows if len(words.strip()) < 5]
    wrong += [f'twice: {s}' for s in {s for s, _, _ in rows} if sum(1 for t, _, _ in rows if t == s) > 1]
    print('\n'.join(wrong) or f'{len(wanted)} forms of functions, each in the document')
    return 1 if wrong or len(wanted) < 100 else 0


if __name__ == '__main__':
    sys.exit(main())
