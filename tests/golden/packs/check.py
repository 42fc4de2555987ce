#!/usr/bin/env python3
"""Broken packs and what is said about each: check.py PACK_DUMP [--write].

NAME.yaml (or .json) is the pack, NAME.args its overrides (one NAME=VALUE a line), NAME.expected the
problems: "LINE:COLUMN: level: text".  A line that ends in "..." is the beginning of what is said:
behind it stand a library's own words, which differ between its versions.  "loads" on a line
of its own says that the pack is accepted in spite of the warnings.
"""
import glob
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def said(dump, path):
    args = []
    name = os.path.splitext(path)[0]
    if os.path.exists(name + ".args"):
        with open(name + ".args", encoding="utf-8") as f:
            args = f.read().split("\n")[:-1]
    run = subprocess.run([dump, path] + args, capture_output=True, check=False, timeout=60)
    if run.returncode not in (0, 1):
        return [f"exit code {run.returncode}: {run.stderr.decode(errors='replace')}"]
    lines = []
    for raw in run.stdout.decode("utf-8").splitlines():
        d = json.loads(raw)
        if "level" in d:
            lines.append(f"{d['line']}:{d['column']}: {d['level']}: {d['text']}")
    if run.returncode == 0:
        lines.append("loads")
    return lines


def same(expected, got):
    if len(expected) != len(got):
        return False
    return all(g.startswith(e[:-3]) if e.endswith("...") else e == g for e, g in zip(expected, got))


def write(name, got):
    cut = []
    for line in got:
        for words in ("valid YAML: ", "valid JSON: ", "no regular expression: "):
            if words in line:
                line = line[: line.index(words) + len(words)] + "..."
        cut.append(line)
    with open(name + ".expected", "w", encoding="utf-8") as f:
        f.write("\n".join(cut) + "\n")


def main():
    dump, failed, n = sys.argv[1], 0, 0
    for path in sorted(glob.glob(HERE + "/*.yaml") + glob.glob(HERE + "/*.json")):
        name = os.path.splitext(path)[0]
        got = said(dump, path)
        n += 1
        if "--write" in sys.argv:
            write(name, got)
            continue
        with open(name + ".expected", encoding="utf-8") as f:
            expected = f.read().splitlines()
        if not same(expected, got):
            failed += 1
            print(f"--- {os.path.basename(path)}\nexpected:\n  " + "\n  ".join(expected) +
                  "\ngot:\n  " + "\n  ".join(got))
    print(f"{n} packs, {failed} differ")
    return 1 if failed or n < 40 else 0


sys.exit(main())
