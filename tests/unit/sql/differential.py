#!/usr/bin/env python3
"""The same random statements here, in DuckDB and (where it can) in SQLite: equal rows, or the test fails.

usage: differential.py SQL_LINES [COUNT [SEED]]      BELEG_SEED is the seed when none is given.

Rows are compared as multisets, those of ORDER BY as sequences.  A statement is made of parts «ours|DuckDB» where the
dialects differ in words alone; where they differ in meaning, it is decided here:

    what                        here (Trino)               DuckDB, SQLite               so
    integer division            5 / 2 = 2                  DuckDB 2.5                   // is written there
    division by zero            an error                   NULL                         divisors are constants
    NULLs in ORDER BY           last, both directions      SQLite: first                NULLS FIRST or LAST is written
    count_if of no row          0                          DuckDB: NULL                 count(CASE ...) is asked there
    max_by, min_by              x may be NULL              DuckDB: rows without x out  arg_max_null is asked there
    approx_distinct             exact                      an estimate                  count(DISTINCT) is asked there
    sum of bigints              a bigint or an error       DuckDB: hugeint              values are small
    BOOLEAN in SQLite           a type                     0 and 1                      are compared as numbers
    avg of bigints              a double                   the same                     to ten digits
"""
import datetime
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile

SKIP = 77
# What this engine refuses by name, on purpose.
REFUSED = [
    ('IN with a sub-query that reads outer columns', 'only where WHERE can join it'),
    ('a sub-query with an aggregate may compare outer columns only by =', 'the rest needs a run for each row'),
    ('a sub-query that reads outer columns', 'the same'),
    ('comparisons with ANY and ALL', 'all but = ANY and <> ALL'),
]
# Parts of the language that are asked for before they are used.
FEATURES = {'date': "SELECT DATE '2026-01-31', CAST(NULL AS date)", 'abs': 'SELECT abs(-1)',
            'distinct from': 'SELECT 1 IS DISTINCT FROM 2',
            'rows in a sub-query': 'SELECT 1 WHERE (1, 2) IN (SELECT 1, 2)',
            'range by interval': "SELECT count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) "
                                 "FROM (SELECT DATE '2026-01-31' AS d) x"}
TYPES = {'i': 'bigint', 's': 'varchar', 'd': 'double', 'b': 'boolean', 'D': 'date', 't': 'timestamp', 'a': 'array(bigint)'}
DUCK = {'i': 'BIGINT', 's': 'VARCHAR', 'd': 'DOUBLE', 'b': 'BOOLEAN', 'D': 'DATE', 't': 'TIMESTAMP', 'a': 'BIGINT[]'}
TABLES = {'t': [('id', 'i'), ('g', 's'), ('n', 'i'), ('m', 'i'), ('d', 'd'), ('b', 'b'), ('dt', 'D'), ('ts', 't'), ('arr', 'a')],
          'u': [('id', 'i'), ('g', 's'), ('k', 'i'), ('s', 's'), ('x', 'd'), ('dt', 'D')],
          'e': [('id', 'i'), ('g', 's')]}


def rows_of(r, name, large):
    def value(kind):
        if r.random() < 0.2:
            return None
        return {'i': lambda: r.randrange(-5, 9), 's': lambda: r.choice(['a', 'b', 'ab', 'B', '', 'a%', 'xyz', 'é']),
                'd': lambda: r.randrange(-12, 13) / 4, 'b': lambda: r.random() < 0.5,
                'D': lambda: (datetime.date(2026, 1, 28) + datetime.timedelta(r.randrange(8))).isoformat(),
                't': lambda: (datetime.datetime(2026, 1, 31, 22) + datetime.timedelta(minutes=30 * r.randrange(12))).isoformat() + 'Z',
                'a': lambda: [None if r.random() < 0.2 else r.randrange(5) for _ in range(r.randrange(4))]}[kind]()
    n = {'t': 9000 if large else 40, 'u': 6000 if large else 15, 'e': 0}[name]
    return [[i + 1] + [value(kind) for _, kind in TABLES[name][1:]] for i in range(n)]


class Maker:
    """Expressions over a list of (text, kind)."""

    def __init__(self, r, has):
        self.r = r
        self.has = has
        self.large = False
        self.alias = 0
        self.sqlite = True

    def name(self):
        self.alias += 1
        return f'q{self.alias}'

    def column(self, scope, kind):
        fit = [text for text, k in scope if k == kind]
        return self.r.choice(fit) if fit else None

    def literal(self, kind):
        r = self.r
        if r.random() < 0.1:
            return {'i': 'CAST(NULL AS bigint)', 's': 'CAST(NULL AS varchar)', 'd': 'CAST(NULL AS double)', 'b': '(NULL = 1)',
                    'D': 'CAST(NULL AS date)', 't': 'CAST(NULL AS timestamp)'}[kind]
        if kind in 'Dt':
            self.sqlite = False
        return {'i': lambda: str(r.randrange(0, 7)), 's': lambda: r.choice(["'a'", "'b'", "'ab'", "''", "'xy'"]),
                'd': lambda: r.choice(['0.5', '1.25', '2.0', '-1.5']), 'b': lambda: r.choice(['TRUE', 'FALSE']),
                'D': lambda: f"DATE '2026-0{r.choice(['1-29', '1-31', '2-02'])}'",
                't': lambda: r.choice(["«TIMESTAMP '2026-01-31T23:00:00Z'|TIMESTAMP '2026-01-31 23:00:00'»", "«TIMESTAMP '2026-02-01T00:30:00Z'|TIMESTAMP '2026-02-01 00:30:00'»"])}[kind]()

    def expr(self, scope, kind, depth):
        r = self.r
        leaf = self.column(scope, kind) if r.random() < 0.8 else None
        if depth <= 0 or r.random() < 0.25:
            return leaf or self.literal(kind)
        pick = r.randrange(10)
        if pick == 0:
            return f'CASE WHEN {self.cond(scope, depth - 1)} THEN {self.expr(scope, kind, depth - 1)} ELSE {self.expr(scope, kind, depth - 1)} END'
        if pick == 1:
            return f'coalesce({self.expr(scope, kind, depth - 1)}, {self.expr(scope, kind, depth - 1)})'
        if pick == 2:
            return f'nullif({self.expr(scope, kind, depth - 1)}, {self.expr(scope, kind, depth - 1)})'
        a = self.expr(scope, kind, depth - 1)
        if kind == 'i':
            if pick < 6:
                return f'({a} {r.choice("+-*")} {self.expr(scope, "i", depth - 1)})'
            if pick == 6:
                return f'({a} «/|//|/» {r.randrange(1, 5)})'
            if pick == 7:
                return f'({a} % {r.randrange(1, 5)})'
            if pick == 8:
                return f'length({self.expr(scope, "s", depth - 1)})'
            return f'abs({a})' if self.has['abs'] else f'(- {a})'
        if kind == 'd':
            if pick < 7:
                return f'({a} {r.choice("+-*")} {self.expr(scope, r.choice("id"), depth - 1)})'
            return f'({a} / {r.choice(["2.0", "4.0"])})'
        if kind == 's':
            if pick < 5:
                return f'({a} || {self.expr(scope, "s", depth - 1)})'
            if pick < 7:
                return f'substr({a}, {r.randrange(1, 3)}, {r.randrange(1, 3)})'
            if pick == 7:
                return f"replace({a}, 'a', 'zz')"
            return f'CAST({self.expr(scope, "i", depth - 1)} AS varchar)'
        if kind == 'b':
            return f'({self.cond(scope, depth - 1)})'
        return a

    def cond(self, scope, depth):
        r = self.r
        if depth > 0 and r.random() < 0.35:
            a, b = self.cond(scope, depth - 1), self.cond(scope, depth - 1)
            return r.choice([f'({a} AND {b})', f'({a} OR {b})', f'(NOT {a})'])
        kind = r.choice('iiisssddbDt' if self.has['date'] else 'iiisssddbt')
        a = self.column(scope, kind) or self.expr(scope, kind, depth)
        pick = r.randrange(9)
        if kind in 'Dt':
            self.sqlite = False
        if pick == 0:
            return f'{a} IS {r.choice(["", "NOT "])}NULL'
        if kind == 'b':
            return f'({a} = {self.literal("b")})' if pick < 4 else f'({a})'
        if pick == 1:
            return f'{a} {r.choice(["", "NOT "])}IN ({", ".join(self.literal(kind) for _ in range(r.randrange(1, 4)))})'
        if pick == 2:
            return f'{a} {r.choice(["", "NOT "])}BETWEEN {self.expr(scope, kind, 0)} AND {self.expr(scope, kind, 0)}'
        if pick in (3, 4) and kind == 's':
            self.sqlite = False  # LIKE there has no regard to case.
            return f"{a} {r.choice(['', 'NOT '])}LIKE '{r.choice(['a%', '%b', '_', '%', 'a_', ''])}'"
        if pick == 3 and self.has['distinct from']:
            return f'{a} IS {r.choice(["", "NOT "])}DISTINCT FROM {self.expr(scope, kind, 0)}'
        return f'{a} {r.choice(["=", "<>", "<", "<=", ">", ">="])} {self.expr(scope, kind, depth - 1)}'


class Statements(Maker):
    def relation(self):
        """FROM's text, and its columns."""
        r = self.r
        name = r.choice('tttuue') if self.large or r.random() < 0.9 else 'sub'
        alias = self.name()
        if name == 'sub':
            text, columns = self.plain(1)
            return f'({text}) {alias}', [(f'{alias}.{c}', k) for c, k in columns]
        return f'{name} {alias}', [(f'{alias}.{c}', k) for c, k in TABLES[name] if k != 'a']

    def from_clause(self):
        r = self.r
        text, scope = self.relation()
        if r.random() < 0.08 and not self.large:
            alias, a = self.name(), self.name()
            self.sqlite = False
            return f't {alias} CROSS JOIN UNNEST({alias}.arr) AS {a}(e)', [(f'{alias}.{c}', k) for c, k in TABLES['t'] if k != 'a'] + [(f'{a}.e', 'i')]
        if self.large:
            if r.random() < 0.4:
                right, more = self.relation()
                text += f' {r.choice(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])} {right} ON {scope[0][0]} = {more[0][0]}'
                return text, scope + more
            return text, scope
        for _ in range(r.choice([0, 0, 0, 1, 1, 2])):
            right, more = self.relation()
            kind = r.choice(['JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN'])
            if kind == 'CROSS JOIN':
                text += f' CROSS JOIN {right}'
                scope = scope + more
                continue
            both = r.choice('iisD' if self.has['date'] else 'iis')
            on = f'{self.column(scope, both) or self.literal(both)} = {self.column(more, both) or self.literal(both)}'
            if both == 'D':
                self.sqlite = False
            if r.random() < 0.4:
                on += f' AND {self.cond(scope + more, 0)}'
            elif r.random() < 0.2 and kind in ('JOIN', 'LEFT JOIN'):
                on = self.cond(scope + more, 1)
            text += f' {kind} {right} ON {on}'
            scope = scope + more
        return text, scope

    def sub_condition(self, scope):
        r = self.r
        alias = self.name()
        table = r.choice('tue')
        inner = [(f'{alias}.{c}', k) for c, k in TABLES[table] if k != 'a']
        kind = r.choice('is')
        x = self.column(scope, kind) or self.literal(kind)
        where = f' WHERE {self.cond(inner, 1)}' if r.random() < 0.6 else ''
        if r.random() < 0.5:
            link = f'{self.column(inner, kind)} {"=" if self.large else r.choice(["=", "=", "=", "<"])} {x}'
            where = f'{where} AND {link}' if where else f' WHERE {link}'
        pick = r.randrange(4)
        if pick == 0:
            return f'{r.choice(["", "NOT "])}EXISTS (SELECT 1 FROM {table} {alias}{where})'
        if pick < 3:
            y = self.column(scope, kind) or self.literal(kind)
            return f'{y} {r.choice(["", "NOT "])}IN (SELECT {self.column(inner, kind)} FROM {table} {alias}{where})'
        i = self.column(inner, 'i')
        return f'{self.column(scope, "i") or "3"} {r.choice(["=", "<", ">="])} (SELECT {r.choice(["max", "min", "count"])}({i}) FROM {table} {alias}{where})'

    def where(self, scope):
        r = self.r
        if r.random() < 0.3:
            return ''
        if r.random() < 0.3:
            sub = self.sub_condition(scope)
            return f' WHERE {sub}' if r.random() < 0.6 else f' WHERE {self.cond(scope, 0)} {r.choice(["AND", "OR"])} {sub}'
        return f' WHERE {self.cond(scope, 2)}'

    def plain(self, depth):
        """SELECT of expressions."""
        r = self.r
        text, scope = self.from_clause() if depth == 0 else (lambda a: (f't {a}', [(f'{a}.{c}', k) for c, k in TABLES['t'] if k != 'a']))(self.name())
        kinds = [r.choice('iisdbDt' if self.has['date'] else 'iisdbt') for _ in range(r.randrange(1, 4))]
        columns = [f'{self.expr(scope, k, 2)} AS c{i}' for i, k in enumerate(kinds)]
        if any(k in 'Dt' for k in kinds):
            self.sqlite = False
        if depth == 0 and r.random() < 0.1:
            alias = self.name()
            columns.append(f'(SELECT {r.choice(["max", "sum", "count"])}({alias}.k) FROM u {alias} WHERE {alias}.g = {self.column(scope, "s") or self.literal("s")}) AS c{len(kinds)}')
            kinds.append('i')
        distinct = r.choice(['', '', '', 'DISTINCT '])
        return f'SELECT {distinct}{", ".join(columns)} FROM {text}{self.where(scope)}', [(f'c{i}', k) for i, k in enumerate(kinds)]

    def call(self, scope):
        r = self.r
        n, d, s = (self.expr(scope, k, 1) for k in 'ids')
        own = [(f'count(*)', 'i'), (f'count({n})', 'i'), (f'sum({n})', 'i'), (f'avg({d})', 'd'), (f'min({s})', 's'), (f'max({n})', 'i'),
               (f'count(DISTINCT {s})', 'i'), (f'sum(DISTINCT {n})', 'i'), (f'min({d})', 'd')]
        more = [(f'«count_if(|count(CASE WHEN »{self.cond(scope, 1)}«)| THEN 1 END)»', 'i'), (f'bool_and({self.cond(scope, 1)})', 'b'), (f'bool_or({self.cond(scope, 1)})', 'b'),
                (f'«approx_distinct(|count(DISTINCT |»{s})', 'i'), (f'«stddev|stddev|»({d})', 'd'), (f'variance({n})', 'd'),
                (f'array_agg({n} ORDER BY {n} DESC NULLS LAST)', 'a'),
                (f"«listagg|string_agg»({s}, ','«) WITHIN GROUP (ORDER BY | ORDER BY »{s})", 's')]
        if r.random() < 0.35:
            self.sqlite = False
            text, kind = r.choice(more)
        else:
            text, kind = r.choice(own)
        if r.random() < 0.15:
            text += f' FILTER (WHERE {self.cond(scope, 1)})'
        return text, kind

    def grouped(self):
        r = self.r
        text, scope = self.from_clause()
        kinds = [r.choice('isbD' if self.has['date'] else 'isbt') for _ in range(r.randrange(0, 3))]
        groups = [self.column(scope, k) or self.expr(scope, k, 1) for k in kinds]
        groups = [g for g in groups if re.search(r'q\d', g)]
        calls = [self.call(scope)[0] for _ in range(r.randrange(1, 4))]
        columns = [f'{c} AS c{i}' for i, c in enumerate(groups + calls)]
        if 'D' in kinds or 't' in kinds:
            self.sqlite = False
        by = ''
        if groups:
            by = f' GROUP BY {", ".join(groups)}'
            if r.random() < 0.15 and len(set(groups)) == len(groups):
                by = f' GROUP BY {r.choice(["ROLLUP", "CUBE"])} ({", ".join(groups)})'
                self.sqlite = False
        having = f' HAVING count(*) > {r.randrange(3)}' if r.random() < 0.2 else ''
        return f'SELECT {", ".join(columns)} FROM {text}{self.where(scope)}{by}{having}', [(f'c{i}', 's') for i in range(len(columns))]

    def grouped_alone(self):
        """Functions whose result the order of rows decides, where id is unique."""
        r = self.r
        alias = self.name()
        scope = [(f'{alias}.{c}', k) for c, k in TABLES['t'] if k != 'a']
        n, s = self.expr(scope, 'i', 1), self.expr(scope, 's', 1)
        calls = [f'{r.choice(["«max_by|arg_max_null»", "«min_by|arg_min_null»"])}({n}, {alias}.id)', f'array_agg({s} ORDER BY {alias}.id{r.choice(["", " DESC"])})',
                 f'array_agg(DISTINCT {n} ORDER BY {n} NULLS LAST)', f"«listagg|string_agg»({s}, '-'«) WITHIN GROUP (ORDER BY | ORDER BY »{alias}.id)",
                 f'sum({n}) FILTER (WHERE {self.cond(scope, 1)})', f'count(DISTINCT {s}) FILTER (WHERE {self.cond(scope, 0)})']
        keys = [self.column(scope, k) for k in r.sample('sbt' + ('D' if self.has['date'] else ''), 2)]
        sets = r.choice([keys[0], f'{keys[0]}, {keys[1]}', f'GROUPING SETS (({keys[0]}, {keys[1]}), ({keys[0]}), ())',
                         f'GROUPING SETS (({keys[1]}), ({keys[0]}), ({keys[0]}))'])
        picked = r.sample(calls, 2)
        self.sqlite = False
        texts = keys[:1] + (keys[1:] if keys[1] in sets else []) + picked
        return f'SELECT {", ".join(f"{x} AS c{i}" for i, x in enumerate(texts))} FROM t {alias}{self.where(scope)} GROUP BY {sets}', \
            [(f'c{i}', 's') for i in range(len(texts))]

    def quantified(self):
        r = self.r
        a, b = self.name(), self.name()
        inner = [(f'{b}.{c}', k) for c, k in TABLES['u']]
        outer = [(f'{a}.{c}', k) for c, k in TABLES['t'] if k != 'a']
        self.sqlite = False
        where = f' WHERE {self.cond(inner, 1)}'
        pairs = [f'({a}.g, {a}.n) {r.choice(["", "NOT "])}IN (SELECT {b}.g, {b}.k FROM u {b}{where})']
        cond = r.choice((pairs if self.has['rows in a sub-query'] else []) + [
                         f'{a}.n {r.choice(["= ANY", "<> ALL", "= ANY", "<> ALL", "> ALL"])} (SELECT {b}.k FROM u {b}{where})',
                         f'{a}.id IN (SELECT {b}.id FROM u {b}{where} UNION SELECT {b}.k FROM u {b})',
                         f'{a}.n = (SELECT max({b}.k) FROM u {b} WHERE {b}.g = {a}.g AND {self.cond(inner, 0)})',
                         f'(SELECT count(*) FROM u {b} WHERE {b}.id = {a}.m AND {self.cond(inner, 0)}) = {r.randrange(2)}'])
        text = r.choice([f'SELECT {a}.id AS c0 FROM t {a} WHERE {cond}', f'SELECT {a}.id AS c0, ({cond}) AS c1 FROM t {a}',
                         f'SELECT {a}.g AS c0, count(*) AS c1 FROM t {a} WHERE {cond} OR {self.cond(outer, 0)} GROUP BY {a}.g'])
        return text, [('c0', 'i')] + ([('c1', 'i')] if ' c1' in text else [])

    def windowed(self):
        r = self.r
        alias = self.name()
        scope = [(f'{alias}.{c}', k) for c, k in TABLES['t'] if k != 'a']
        part = f'PARTITION BY {self.column(scope, r.choice("sb"))} ' if r.random() < 0.7 else ''
        n, way = self.expr(scope, r.choice('id'), 1), r.choice(['', ' DESC'])
        # Without ties, or functions to which ties do not matter.
        unique = f'{self.column(scope, "i")}{way} NULLS {r.choice(["FIRST", "LAST"])}, {alias}.id'
        loose = f'{self.column(scope, r.choice("is"))}{way} NULLS {r.choice(["FIRST", "LAST"])}'
        rows = r.choice(['', ' ROWS BETWEEN 2 PRECEDING AND CURRENT ROW', ' ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING',
                         ' ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING', ' ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING'])
        ranges = r.choice(['', ' RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW', ' RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING'])
        call = r.choice([f'row_number() OVER ({part}ORDER BY {unique})', f'rank() OVER ({part}ORDER BY {loose})',
                         f'dense_rank() OVER ({part}ORDER BY {loose})', f'percent_rank() OVER ({part}ORDER BY {loose})',
                         f'cume_dist() OVER ({part}ORDER BY {loose})', f'ntile({r.randrange(1, 6)}) OVER ({part}ORDER BY {unique})',
                         f'lag({n}) OVER ({part}ORDER BY {unique})', f'lead({n}, 2) OVER ({part}ORDER BY {unique})',
                         f'{r.choice(["first_value", "last_value"])}({n}) OVER ({part}ORDER BY {unique}{rows})',
                         f'nth_value({n}, 2) OVER ({part}ORDER BY {unique}{rows})',
                         f'{r.choice(["sum", "count", "min", "max", "avg"])}({n}) OVER ({part}ORDER BY {unique}{rows})',
                         f'{r.choice(["sum", "count", "min", "max"])}({n}) OVER ({part}ORDER BY {loose}{ranges})',
                         f'sum({alias}.n) OVER ({part}ORDER BY {alias}.m{way} NULLS LAST RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING)',
                         f'{r.choice(["sum", "count"])}({n}) OVER ({part.strip()})',
                         f'lag({n}, {r.randrange(3)}, {alias}.n) OVER ({part}ORDER BY {unique})',
                         f'{r.choice(["lag", "lead", "first_value", "last_value"])}({n}« )| »«| IGNORE NULLS)»« IGNORE NULLS |» OVER ({part}ORDER BY {unique})',
                         f'sum({alias}.d) FILTER (WHERE {self.cond(scope, 1)}) OVER ({part}ORDER BY {unique}{rows})'] + ([
                             f"count(*) OVER ({part}ORDER BY {alias}.dt{way} NULLS LAST RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW)",
                             f"sum({alias}.n) OVER ({part}ORDER BY {alias}.ts{way} NULLS FIRST RANGE BETWEEN INTERVAL '45' MINUTE PRECEDING AND INTERVAL '1' HOUR FOLLOWING)"]
                             if self.has['range by interval'] else []))
        if any(w in call for w in ('INTERVAL', 'IGNORE', 'FILTER', 'ntile', 'lag')):
            self.sqlite = False
        return f'SELECT {alias}.id AS c0, {call} AS c1 FROM t {alias}{self.where(scope)}', [('c0', 'i'), ('c1', 'd')]

    def set_operation(self):
        r = self.r
        kinds = [r.choice('isd') for _ in range(r.randrange(1, 3))]
        parts = []
        for _ in range(2):
            text, scope = self.relation()
            parts.append(f'SELECT {", ".join(f"{self.expr(scope, k, 1)} AS c{i}" for i, k in enumerate(kinds))} FROM {text}{self.where(scope)}')
        op = r.choice(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT', 'INTERSECT ALL', 'EXCEPT ALL'])
        if op in ('INTERSECT ALL', 'EXCEPT ALL'):
            self.sqlite = False
        return f'{parts[0]} {op} {parts[1]}', [(f'c{i}', k) for i, k in enumerate(kinds)]

    def with_query(self):
        a, b = self.name(), self.name()
        text, columns = self.plain(1)
        c = columns[0][0]
        return (f'WITH w AS ({text}) SELECT {a}.{c} AS c0, count(*) AS c1 FROM w {a} '
                f'JOIN w {b} ON {a}.{c} = {b}.{c} GROUP BY {a}.{c}'), [('c0', 's'), ('c1', 'i')]

    def statement(self):
        r = self.r
        self.sqlite = True
        self.alias = 0
        make = r.choice([lambda: self.plain(0), lambda: self.plain(0), self.grouped, self.grouped, self.grouped_alone, self.windowed,
                         self.set_operation, self.quantified] + ([] if self.large else [self.with_query]))
        text, columns = make()
        ordered = r.random() < 0.3 and 'array_agg' not in text
        if ordered:
            keys = [f'{i + 1}{r.choice(["", " DESC"])} NULLS {r.choice(["FIRST", "LAST"])}' for i in range(len(columns))]
            text = f'SELECT * FROM ({text}) {self.name()} ORDER BY {", ".join(keys)}'
            if r.random() < 0.6:
                text += f'« OFFSET {r.randrange(3)} LIMIT 7| LIMIT 7 OFFSET {0}|»'.replace('OFFSET 0|', 'OFFSET «o»|')
                offset = re.search(r'OFFSET (\d)', text).group(1)
                text = text.replace('«o»', offset)
                self.sqlite = False
        return text, ordered, self.sqlite


def dialect(text, which):
    def choose(m):
        parts = m.group(1).split('|')
        # '||' is an operator, not two bars.
        parts = m.group(1).replace('||', '\0').split('|')
        return parts[which if which < len(parts) else 1].replace('\0', '||')
    return re.sub('«([^«»]*)»', choose, text)


def plain(v):
    """One form for the values of all three."""
    if isinstance(v, bool):
        return float(v)
    if isinstance(v, (int, float)) or type(v).__name__ == 'Decimal':
        return float(f'{float(v):.9g}') + 0.0
    if isinstance(v, datetime.datetime):
        return v.isoformat() + 'Z'
    if isinstance(v, datetime.date):
        return v.isoformat()
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    return v


def rows_as(rows, ordered):
    out = [json.dumps(plain(r)) for r in rows]
    return out if ordered else sorted(out)


def load_duckdb(data):
    import duckdb
    db = duckdb.connect()
    for name, columns in TABLES.items():
        db.execute(f'CREATE TABLE {name} ({", ".join(f"{c} {DUCK[k]}" for c, k in columns)})')
        if data[name]:
            with tempfile.NamedTemporaryFile('w', suffix='.json') as f:
                json.dump([dict(zip([c for c, _ in columns], row)) for row in data[name]], f)
                f.flush()
                kinds = ', '.join(f"{c}: '{DUCK[k]}'" for c, k in columns)
                db.execute(f"INSERT INTO {name} SELECT * FROM read_json('{f.name}', columns = {{{kinds}}}, format = 'array')")
    return db


def load_sqlite(data):
    db = sqlite3.connect(':memory:')
    for name, columns in TABLES.items():
        kinds = {'i': 'INTEGER', 's': 'TEXT', 'd': 'REAL'}
        db.execute(f'CREATE TABLE {name} ({", ".join(c + " " + kinds.get(k, "") for c, k in columns)})')
        if data[name]:
            db.executemany(f'INSERT INTO {name} VALUES ({", ".join("?" for _ in columns)})',
                           [[json.dumps(v) if isinstance(v, list) else v for v in row] for row in data[name]])
    return db


def ask(db, text, ordered):
    try:
        return rows_as(db.execute(text).fetchall(), ordered)
    except Exception as e:  # pylint: disable=broad-except
        return e


class Count:
    def __init__(self):
        self.n = self.compared = self.wrong = self.refused = self.decided = self.lite = self.skipped = 0
        self.reasons = {}


def features(program):
    with tempfile.NamedTemporaryFile('w', suffix='.json') as f:
        f.write('{}')
        f.flush()
        return {name: '"rows"' in subprocess.run([program, f.name, '1'], input=probe + '\n', encoding='utf-8', stdout=subprocess.PIPE,
                                                 check=True).stdout for name, probe in FEATURES.items()}


def ours(program, data, seed, made):
    """A line of JSON for each statement."""
    with tempfile.NamedTemporaryFile('w', suffix='.json') as f:
        json.dump({n: {'columns': [[c, TYPES[k]] for c, k in TABLES[n]], 'rows': data[n]} for n in TABLES}, f)
        f.flush()
        got = subprocess.run([program, f.name, str(seed)], input='\n'.join(dialect(m[0], 0) for m in made) + '\n', encoding='utf-8',
                             stdout=subprocess.PIPE, check=False)
    if got.returncode != 0:
        last = dialect(made[got.stdout.count('\n')][0], 0)
        sys.exit(f'{program} ended with {got.returncode} at: {last}')
    return [json.loads(line) for line in got.stdout.split('\n') if line]


def differ(count, who, text, mine, theirs):
    count.wrong += 1
    if count.wrong <= 5:
        print(f'DIFFERENT from {who}: {dialect(text, 0)}\n  ours  {mine[:6]} ({len(mine)})\n  there {theirs[:6]} ({len(theirs)})')


def compare(count, made, got, duck, lite):
    for (text, ordered, sqlite_too), answer in zip(made, got):
        count.n += 1
        theirs = ask(duck, dialect(text, 1), ordered)
        if isinstance(theirs, Exception):
            count.skipped += 1
            count.reasons['DuckDB: ' + str(theirs).split('\n', maxsplit=1)[0][:90]] = dialect(text, 1)
            continue
        if 'error' in answer:
            why = [w for pattern, w in REFUSED if answer['error'] == 'EUNSUPPORTED' and answer['text'].startswith(pattern)]
            count.decided += 1 if why else 0
            count.refused += 0 if why else 1
            count.reasons['here: ' + answer['error'] + ' ' + answer['text'][:90]] = dialect(text, 0)
            continue
        mine = rows_as(answer['rows'], ordered)
        count.compared += 1
        if mine != theirs:
            differ(count, 'DuckDB', text, mine, theirs)
            continue
        theirs = ask(lite, dialect(text, 2), ordered) if sqlite_too else None
        if isinstance(theirs, list):
            count.lite += 1
            if mine != theirs:
                differ(count, 'SQLite', text, mine, theirs)


def main():
    program, n = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    seed = int(sys.argv[3] if len(sys.argv) > 3 else os.environ.get('BELEG_SEED', '1'))
    print(f'seed {seed}, {n} statements')
    has = features(program)
    print('not in this engine yet: ' + (', '.join(name for name, yes in has.items() if not yes) or 'nothing that is asked for'))
    maker, count = Statements(random.Random(seed), has), Count()
    # Small tables for joins of all kinds; then large ones, which take several batches.
    for large, part in ((False, n - n // 15), (True, n // 15)):
        data = {name: rows_of(maker.r, name, large) for name in TABLES}
        try:
            duck = load_duckdb(data)
        except ImportError:
            print('no duckdb for this python: skipped')
            sys.exit(SKIP)
        maker.large = large
        made = [maker.statement() for _ in range(part)]
        compare(count, made, ours(program, data, seed, made), duck, load_sqlite(data))
    print(f'{count.compared} compared with DuckDB, {count.lite} with SQLite too; {count.skipped} that DuckDB refuses; '
          f'{count.decided} refused here on purpose, {count.refused} not; {count.wrong} different')
    for reason, text in sorted(count.reasons.items()):
        print(f'  {reason}\n      {text}')
    sys.exit(1 if count.wrong or count.refused or count.compared < count.n * 0.8 else 0)


main()
