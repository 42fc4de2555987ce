#!/usr/bin/env python3
"""The same random expressions in SQLite and here: equal values, or the test fails.

usage: oracle.py EVAL_LINES [COUNT [SEED]]

Only what means the same in both: booleans in three values, bigint arithmetic within range, comparison, IN, BETWEEN,
LIKE (case-sensitive), CASE, COALESCE, NULLIF, ||, and a few text functions.  SQLite gives NULL for a
division by zero where this engine gives an error: such divisions are not generated.
"""
import random
import sqlite3
import subprocess
import sys


class Maker:
    """Each method gives (ours, sqlite's)."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, *options):
        return self.r.choice(options)

    def integer(self, depth):
        if depth <= 0 or self.r.random() < 0.25:
            return self.pick(("NULL", "NULL"), *[(str(n), str(n)) for n in range(0, 12)])
        kind = self.r.randrange(9)
        if kind < 3:
            a, b = self.integer(depth - 1), self.integer(depth - 1)
            op = self.pick("+", "-", "*")
            return f"({a[0]} {op} {b[0]})", f"({a[1]} {op} {b[1]})"
        if kind == 3:
            a, n = self.integer(depth - 1), self.r.randrange(1, 9)
            op = self.pick("/", "%")
            return f"({a[0]} {op} {n})", f"({a[1]} {op} {n})"
        if kind == 4:
            a = self.integer(depth - 1)
            return f"(- {a[0]})", f"(- {a[1]})"
        if kind == 5:
            return self.case(depth, self.integer)
        if kind == 6:
            return self.choose(depth, self.integer)
        if kind == 7:
            s = self.text(depth - 1)
            return f"length({s[0]})", f"length({s[1]})"
        s, t = self.text(depth - 1), self.text(depth - 1)
        return f"strpos({s[0]}, {t[0]})", f"instr({s[1]}, {t[1]})"

    def text(self, depth):
        if depth <= 0 or self.r.random() < 0.3:
            word = "".join(self.pick(*"abAB%_é'") for _ in range(self.r.randrange(5)))
            quoted = "'" + word.replace("'", "''") + "'"
            return self.pick(("NULL", "NULL"), (quoted, quoted), (quoted, quoted), (quoted, quoted))
        kind = self.r.randrange(6)
        if kind == 0:
            a, b = self.text(depth - 1), self.text(depth - 1)
            return f"({a[0]} || {b[0]})", f"({a[1]} || {b[1]})"
        if kind == 1:
            return self.case(depth, self.text)
        if kind == 2:
            return self.choose(depth, self.text)
        if kind == 3:
            a, n, m = self.text(depth - 1), self.r.randrange(1, 4), self.r.randrange(0, 4)
            return f"substr({a[0]}, {n}, {m})", f"substr({a[1]}, {n}, {m})"
        a = self.text(depth - 1)
        word = self.pick("a", "ab", "B")
        return f"replace({a[0]}, '{word}', 'x')", f"replace({a[1]}, '{word}', 'x')"

    def boolean(self, depth):
        if depth <= 0:
            return self.pick(("TRUE", "TRUE"), ("FALSE", "FALSE"), ("NULL", "NULL"))
        kind = self.r.randrange(10)
        if kind < 2:
            a, b = self.boolean(depth - 1), self.boolean(depth - 1)
            op = self.pick("AND", "OR")
            return f"({a[0]} {op} {b[0]})", f"({a[1]} {op} {b[1]})"
        if kind == 2:
            a = self.boolean(depth - 1)
            return f"(NOT {a[0]})", f"(NOT {a[1]})"
        side = self.pick(self.integer, self.text)
        a, b = side(depth - 1), side(depth - 1)
        if kind < 5:
            op = self.pick("=", "<>", "!=", "<", "<=", ">", ">=")
            return f"({a[0]} {op} {b[0]})", f"({a[1]} {op} {b[1]})"
        no = self.pick("", "NOT ")
        if kind == 5:
            return f"({a[0]} IS {no}NULL)", f"({a[1]} IS {no}NULL)"
        if kind == 6:
            more = [side(depth - 2) for _ in range(self.r.randrange(1, 5))]
            return (f"({a[0]} {no}IN ({', '.join(m[0] for m in more)}))",
                    f"({a[1]} {no}IN ({', '.join(m[1] for m in more)}))")
        if kind == 7:
            c = side(depth - 1)
            return f"({a[0]} {no}BETWEEN {b[0]} AND {c[0]})", f"({a[1]} {no}BETWEEN {b[1]} AND {c[1]})"
        if kind == 8:
            s, p = self.text(depth - 1), self.text(depth - 1)
            return f"({s[0]} {no}LIKE {p[0]})", f"({s[1]} {no}LIKE {p[1]})"
        return self.case(depth, self.boolean)

    def case(self, depth, side):
        """Searched, with one or two branches, with or without ELSE."""
        ours = theirs = "CASE"
        for _ in range(self.r.randrange(1, 3)):
            w, t = self.boolean(depth - 1), side(depth - 1)
            ours, theirs = ours + f" WHEN {w[0]} THEN {t[0]}", theirs + f" WHEN {w[1]} THEN {t[1]}"
        if self.r.random() < 0.6:
            e = side(depth - 1)
            ours, theirs = ours + f" ELSE {e[0]}", theirs + f" ELSE {e[1]}"
        return f"({ours} END)", f"({theirs} END)"

    def choose(self, depth, side):
        a, b = side(depth - 1), side(depth - 1)
        name = self.pick("COALESCE", "NULLIF")
        return f"{name}({a[0]}, {b[0]})", f"{name}({a[1]}, {b[1]})"


def shown(value, kind):
    if value is None:
        return "NULL"
    if kind == "boolean":
        return "true" if value else "false"
    return str(value) if kind == "integer" else f"'{value}'"


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 6000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20260131
    db = sqlite3.connect(":memory:")
    db.execute("PRAGMA case_sensitive_like = ON")
    maker, ours, wanted = Maker(seed), [], []
    while len(ours) < count:
        kind = maker.pick("boolean", "boolean", "integer", "text")
        mine, theirs = getattr(maker, kind)(maker.r.randrange(1, 5))
        value = db.execute("SELECT " + theirs).fetchone()[0]
        if isinstance(value, float) or len(mine) > 6000:
            continue  # SQLite went over to doubles where this engine reports an overflow.
        ours.append(mine)
        wanted.append(shown(value, kind))
    run = subprocess.run([program], input="\n".join(ours) + "\n", capture_output=True, text=True,
                         encoding="utf-8", check=True)
    got = run.stdout.split("\n")[:-1]
    assert len(got) == len(ours), f"{len(got)} answers to {len(ours)} questions"
    wrong = [(e, g, w) for e, g, w in zip(ours, got, wanted) if g != w]
    for e, g, w in wrong[:10]:
        print(f"{e}\n  here:   {g}\n  SQLite: {w}")
    nulls = sum(1 for w in wanted if w == "NULL")
    print(f"{len(ours)} expressions, {nulls} of them NULL, {len(wrong)} differ")
    return 1 if wrong or nulls > 0.9 * len(ours) else 0


if __name__ == "__main__":
    sys.exit(main())
