"""What the check scripts share: arguments, the list of files, and the form in which a breach is told.

A check prints one line a breach, "FILE:LINE: why [name]", and exits with 1 when there was one.
The name is stable. tools/test_checks.py seeds a breach for each name and expects exactly it.
"""
import argparse
import os
import re
import subprocess
import sys

# Folders of src/ in data-flow order, and what each may include besides itself.
# meson.build links in the same direction.
LAYERS = {
    'base': [],
    'os': ['base'],
    'json': ['base'],
    'delivery': ['base', 'os', 'json'],
    'store': ['base', 'os', 'json', 'delivery'],
    'columns': ['base', 'os', 'json', 'delivery', 'store'],
    'timeline': ['base', 'os', 'json', 'delivery', 'store', 'columns'],
    'query': ['base', 'os', 'json', 'delivery', 'store', 'columns', 'timeline'],
    'rules': ['base', 'os', 'json', 'delivery', 'store', 'columns', 'timeline', 'query'],
    'evidence': ['base', 'os', 'json', 'delivery', 'store', 'columns', 'timeline', 'query', 'rules'],
    'sample': ['base', 'os', 'json'],
    'cli': ['base', 'os', 'json', 'delivery', 'store', 'columns', 'timeline', 'query', 'rules', 'evidence', 'sample'],
}

C_SUFFIXES = ('.c', '.h', '.cpp', '.cc', '.hpp')


def arguments(doc, **extra):
    """The root to look at (the repository by default), and what ${extra} adds."""
    p = argparse.ArgumentParser(description=doc)
    p.add_argument('--root', default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for name, default in extra.items():
        p.add_argument('--' + name, default=default)
    return p.parse_args()


def tracked(root):
    """Files that git knows or would add, sorted; every file where there is no git."""
    git = ['git', '-c', 'safe.directory=*', '-C', root]
    got = subprocess.run([*git, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                         capture_output=True, check=False)
    top = subprocess.run([*git, 'rev-parse', '--show-toplevel'], capture_output=True, check=False)
    if got.returncode == 0 and os.path.realpath(top.stdout.decode().strip()) == os.path.realpath(root):
        names = set(got.stdout.decode().split('\0')) - {''}
    else:
        names = {os.path.relpath(os.path.join(d, f), root) for d, _, fs in os.walk(root) for f in fs}
        names = {n for n in names if not re.match(r'(?:\.git|build[^/]*|out)/', n)}
    return sorted(n for n in names if os.path.isfile(os.path.join(root, n)))


def sources(root, *folders, suffixes=C_SUFFIXES):
    """Tracked C and C++ files below ${folders}."""
    return [n for n in tracked(root) if n.endswith(suffixes) and n.split('/')[0] in folders]


def text(root, name):
    with open(os.path.join(root, name), encoding='utf-8', errors='replace') as f:
        return f.read()


_TOKENS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_lines(root, name):
    """The file's lines, with comments and the insides of strings blanked: what the compiler acts on."""
    def blank(m):
        s = m.group(0)
        if s[0] in '"\'':
            return s[0] + ' ' * (len(s) - 2) + s[0]
        return re.sub(r'[^\n]', ' ', s)
    return _TOKENS.sub(blank, text(root, name)).split('\n')


class Breaches:
    def __init__(self):
        self.found = 0

    def add(self, file, line, name, why):
        print(f'{file}:{line}: {why} [{name}]')
        self.found += 1

    def exit(self):
        sys.exit(1 if self.found else 0)
