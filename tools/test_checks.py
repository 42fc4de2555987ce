#!/usr/bin/env python3
"""The checks can fail: for each, a tree made here with known breaches, and exactly these breaches expected.

Prints "ok NAME" or "not ok NAME: why", as tests/e2e/README.md describes. A tree without breaches must pass every check.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOOLS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(TOOLS)
README = '# {}: a folder\n\nThis folder of the tree holds what the test of the checks needs, and these words make it long enough.\n'

GOOD = {
    'src/base/README.md': README, 'src/os/README.md': README, 'src/store/README.md': README,
    'src/base/mem.h': '#ifndef BL_BASE_MEM_H\n#define BL_BASE_MEM_H\n#include <stddef.h>\n\nvoid *bl_mem_alloc(size_t bytes);\n\n#endif\n',
    'src/base/mem.c': '#include "base/mem.h"\n\n#include <stdlib.h>\n\nvoid *\nbl_mem_alloc(size_t bytes)\n{\n\treturn malloc(bytes);\n}\n',
    'src/os/clock.c': '#include "base/mem.h"\n#include <time.h>\n\nlong bl_os_now(void);\n\nlong\nbl_os_now(void)\n{\n'
                      '\t/* malloc( in a comment, and in "free(x)" a string, is none. */\n\treturn (long)time(NULL);\n}\n',
}

def function(lines):
    """A function whose closing brace is ${lines} below its opening one."""
    return 'int bl_x(int a);\n\nint\nbl_x(int a)\n{\n' + '\ta++;\n' * (lines - 2) + '\treturn a;\n}\n'


# (test, check, files that change the good tree, breaches as "FILE:LINE: ... [name]" expected, in any order)
CASES = [
    ('layers', 'check_layers.py', {
        'src/base/a.c': '#include "os/os.h"\n#include <stdio.h>\n#include "base/a_priv.h"\n',
        'src/os/b.c': '#include "base/a_priv.h"\n#include "b.h"\n',
        'src/other/c.c': 'int x;\n',
    }, ['src/base/a.c:1 layers', 'src/os/b.c:1 layers', 'src/os/b.c:2 layers', 'src/other/c.c:1 layers']),
    ('headers', 'check_headers', {
        'src/base/a.h': '#ifndef A_H\n#define A_H\n\nsize_t bl_a(void);\n#endif\n',
        'src/base/b_priv.h': '#include <stddef.h>\nsize_t bl_b(void);\n',
        'src/base/c.h': '#ifndef C_H\n#define C_H\n#include "base/none.h"\n#endif\n',
    }, ['src/base/a.h:4 headers', 'src/base/b_priv.h:1 headers', 'src/base/c.h:3 headers']),
    ('banned', 'check_banned', {
        'src/os/a.c': 'void f(char *s) { strcpy(s, "x"); }\nint g(const char *s) { return atoi (s); }\n',
        'tests/unit/os/test_a.c': 'void f(char *s) { strcat(s, "x"); s->free(s); free(s); }\n',
    }, ['src/os/a.c:1 banned', 'src/os/a.c:2 banned', 'tests/unit/os/test_a.c:1 banned']),
    ('heap', 'check_banned', {'src/os/a.c': 'void f(void)\n{\n\tfree(malloc(1));\n\tp->free(p);\n}\n'},
     ['src/os/a.c:3 heap', 'src/os/a.c:3 heap']),
    ('clock', 'check_banned', {'src/base/a.c': 'int f(void) { return time(0) + bl_time(0); }\n'}, ['src/base/a.c:1 clock']),
    ('files', 'check_banned', {'src/store/a.c': 'int f(void) { return open("x", 0); }\nint g(void) { return bl_os_open(0); }\n'},
     ['src/store/a.c:1 files']),
    ('prints', 'check_banned', {'src/store/a.c': 'void f(void) { printf("x"); }\n', 'src/cli/a.c': 'void g(void) { printf("x"); }\n'},
     ['src/store/a.c:1 prints']),
    ('sizes', 'check_sizes', {
        'src/base/a.c': function(70), 'src/base/b.c': function(71), 'src/base/c.c': '\n' * 801 + 'int x;\n',
        'src/base/d.c': '/* limit: table */\n' + '\n' * 900 + 'int x;\n',
    }, ['src/base/b.c:5 sizes', 'src/base/c.c:802 sizes']),
    ('readmes', 'check_readmes', {
        'src/os/README.md': None, 'src/store/README.md': '# store\n\nShort.\n', 'tools/x': 'x\n',
        'src/base/README.md': README + '\n' * 200,
    }, ['src/os/README.md:1 readmes', 'src/store/README.md:1 readmes', 'tools/README.md:1 readmes',
        'src/base/README.md:120 readmes']),
    ('words', 'check_words', {
        'docs/a.md': 'See /wo' + 'rk/main/x.\nFine: out/work/x and framework/x.\nTO' + 'DO: more\nAs iss' + 'ue 3 says\n'
                     'Colour #333, item 3.\nfrom deb.deb' + 'ian.org\n/home/' + 'me/x\n',
    }, ['docs/a.md:1 words', 'docs/a.md:3 words', 'docs/a.md:4 words', 'docs/a.md:6 words', 'docs/a.md:7 words']),
    ('format', 'check_format', {'src/base/a.c': 'int a( int b );\n', 'src/base/b.c': 'int b(int a);\n'}, ['src/base/a.c:1 format']),
]


def make(root, changes):
    files = {**GOOD, **changes}
    for name, content in files.items():
        if content is None:
            continue
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(content)
    shutil.copy(os.path.join(ROOT, '.clang-format'), root)
    shutil.copy(os.path.join(ROOT, '.clang-tidy'), root)


def told(root, check, *argv):
    """(what the check told as "FILE:LINE name" sorted, exit status, raw output)."""
    got = subprocess.run([sys.executable, os.path.join(TOOLS, check), '--root', root, *argv],
                         capture_output=True, text=True, check=False)
    lines = [f'{m.group(1)} {m.group(2)}' for m in re.finditer(r'^(\S+:\d+): .* \[(\w+)\]$', got.stdout, re.M)]
    return sorted(lines), got.returncode, got.stdout + got.stderr


class Results:
    failed = 0

    def __call__(self, name, ok, why):
        print(f'ok {name}' if ok else f'not ok {name}: {why}')
        self.failed += not ok


def expect(result, name, root, check, expected, *argv):
    lines, rc, raw = told(root, check, *argv)
    if rc == 77:
        print(f'note {name}: {raw.strip()}')
        return
    result('checks/' + name, lines == sorted(expected) and rc == (1 if expected else 0),
           f'exit {rc}, expected {sorted(expected)}, told {" | ".join(raw.strip().splitlines())}')


def compile_tree(root, build):
    """Objects of src/ in the places where meson puts them; and the database that clang-tidy wants."""
    entries = []
    for d, _, files in os.walk(os.path.join(root, 'src')):
        for f in files:
            if not f.endswith('.c'):
                continue
            folder = os.path.basename(d)
            out = os.path.join(build, 'src', folder, f'lib{folder}.a.p', f + '.o')
            os.makedirs(os.path.dirname(out), exist_ok=True)
            argv = ['gcc', '-std=c11', '-g', '-fPIC', '-I', os.path.join(root, 'src'), '-c', os.path.join(d, f), '-o', out]
            subprocess.run(argv, check=True)
            entries.append('{"directory": "%s", "file": "%s", "command": "cc -std=c11 -I%s/src -c %s"}'
                           % (build, os.path.join(d, f), root, os.path.join(d, f)))
    with open(os.path.join(build, 'compile_commands.json'), 'w', encoding='utf-8') as out:
        out.write('[' + ',\n'.join(entries) + ']')


OBJECTS = {
    'src/store/a.c': 'int bl_base__secret(int);\nint bl_store__own(int);\nint open_it(int);\n'
                     'static int count;\nstatic const int fixed = 3;\nstatic const char *const names[] = {"a"};\n'
                     'int\nopen_it(int a)\n{\n\tstatic int calls;\n'
                     '\treturn bl_base__secret(a) + bl_store__own(a) + fixed + ++count + ++calls + names[0][0];\n}\n',
    'src/base/s.c': 'int bl_base__secret(int);\nint\nbl_base__secret(int a)\n{\n\treturn a;\n}\n',
    'src/store/o.c': 'int bl_store__own(int);\nint\nbl_store__own(int a)\n{\n\treturn a;\n}\n',
}
TIDY = {
    'src/store/a.c': 'int bl_Bad(int a);\nint\nbl_Bad(int a)\n{\n\treturn a;\n}\n',
    'src/store/b.c': function(72),
    'src/store/c.c': 'int bl_c(int *p);\nint\nbl_c(int *p)\n{\n\tif (p == 0)\n\t\treturn *p;\n\treturn 0;\n}\n',
}


def counting(result, top):
    """run_checks.py counts failures as failures: programs that crash, scripts that say nothing, skips on the machine that decides."""
    sys.path.insert(0, TOOLS)
    import run_checks
    cmocka = '[ RUN      ] a\n[       OK ] a\n[ RUN      ] b\n[  FAILED  ] b\n[  PASSED  ] 1 test(s).\n[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] b\n'
    for name, entry, expected in [
        ('cmocka', {'result': 'OK', 'stdout': '[       OK ] a\n[       OK ] b\n'}, (2, [])),
        ('cmocka-failure', {'result': 'FAIL', 'stdout': cmocka}, (1, ['b'])),
        ('cmocka-of-trixie', {'result': 'FAIL', 'stdout': '[  FAILED  ] b\n[  FAILED  ] tests: 1 test(s), listed below:\n'}, (0, ['b'])),
        ('leak-after-all-passed', {'result': 'FAIL', 'returncode': 1, 'stdout': '[       OK ] a\n'}, (1, ['(fail, exit 1)'])),
        ('silent-crash', {'result': 'FAIL', 'returncode': -11, 'stdout': ''}, (0, ['(fail, exit -11)'])),
        ('timeout', {'result': 'TIMEOUT', 'returncode': -15}, (0, ['(timeout, exit -15)'])),
        ('tap', {'result': 'FAIL', 'stdout': '1..2\nok 1 - a\nnot ok 2 - b\n'}, (1, ['b'])),
    ]:
        got = run_checks.cases(entry)
        result('counting/' + name, got == expected, f'{got} instead of {expected}')
    for name, script, ci, expected in [
        ('passes', 'print("ok a"); print("note"); print("ok b: fine")', False, (2, 0, 0)),
        ('fails', 'print("ok a"); print("not ok b: why"); exit(1)', False, (1, 1, 0)),
        ('breaks-off', 'print("ok a"); raise RuntimeError("x")', False, (1, 1, 0)),
        ('says-nothing', 'print("hello")', False, (0, 1, 0)),
        ('skips', 'print("skip a: no peer")', False, (0, 0, 1)),
        ('skips-in-ci', 'print("skip a: no peer")', True, (0, 1, 0)),
    ]:
        part = subprocess.run([sys.executable, '-c', f'''
import os, sys
sys.path.insert(0, {TOOLS!r})
import run_checks
os.chdir({top!r})
os.makedirs("build/logs", exist_ok=True)
run_checks.CI = {ci}
p = run_checks.Part("x")
p.protocol("s", "s", [sys.executable, "-c", {script!r}])
print("COUNTS", p.passed, len(p.failed), len(p.skipped))
'''], capture_output=True, text=True, check=False)
        got = re.search(r'^COUNTS (\d+) (\d+) (\d+)$', part.stdout, re.M)
        got = tuple(map(int, got.groups())) if got else part.stderr
        result('counting/script-' + name, got == expected, f'{got} instead of {expected}')


def main():
    result = Results()
    with tempfile.TemporaryDirectory(prefix='beleg-checks-') as top:
        def tree(name, changes):
            root = os.path.join(top, name)
            make(root, changes)
            return root

        good = tree('good', {})
        for check in sorted({c for _, c, _, _ in CASES}):
            expect(result, 'passes-good/' + check, good, check, [])
        for name, check, changes, expected in CASES:
            expect(result, name, tree('bad-' + name, changes), check, expected)

        for name, changes, check, expected in [
            ('symbols-good', {}, 'check_symbols', []),
            ('symbols', OBJECTS, 'check_symbols',
             ['src/store/a.c:1 symbols', 'src/store/a.c:1 symbols', 'src/store/a.c:1 globals', 'src/store/a.c:1 globals']),
            ('tidy-good', {}, 'check_tidy', []),
            ('tidy', TIDY, 'check_tidy', ['src/store/a.c:1 tidy', 'src/store/b.c:4 tidy', 'src/store/c.c:6 tidy']),
        ]:
            root, build = tree('o-' + name, changes), os.path.join(top, 'b-' + name)
            compile_tree(root, build)
            expect(result, name, root, check, expected, '--build', build)

        counting(result, top)
        empty = os.path.join(top, 'empty')
        os.makedirs(os.path.join(empty, 'src'))
        lines, rc, raw = told(good, 'check_symbols', '--build', empty)
        result('checks/symbols-of-nothing', rc == 1 and 'no object files' in raw, raw)
    sys.exit(1 if result.failed else 0)


main()
