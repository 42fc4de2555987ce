"""
Documentation that lies is a defect: runs every beleg command that README.md, docs/ and --help show.

Commands are taken from indented and fenced blocks, and from the Examples of --help. Paths of the documentation are replaced by
those of a sample; a command runs unless it is listed below with the reason why it cannot.
"""
import glob
import os
import re
import shlex
import subprocess

from common import BELEG, ROOT, check, done, folder, run

# What a command that needs more than this machine contains, and why it does not run here. Each must still occur.
ELSEWHERE = {
    'aws ': 'needs AWS',
    'sudo make install': 'installs into the system',
    'man -l -': 'needs man, which a small machine has not',
    '/etc/bash_completion.d': 'writes into the system',
    './demo': 'the demo, run by its own check',
    './check': 'the checks, which run this script',
    '--known-at 8123': 'a position of another store',
    '--days 365': 'as sample organisation, but for minutes',
}
RUN = re.compile(r'^(?:\$ )?((?:[A-Z_]+=\S+ )?beleg [a-z].*|zstd -dc .*|(?:\.|tools)/[a-z]+\b.*|make\b.*|aws .*)$')
SYNOPSIS = re.compile(r'SOURCE|\[--|DIR\b|FOLDER')


def blocks(text):
    """The lines of fenced and of indented blocks."""
    fenced = False
    for line in text.split('\n'):
        if line.lstrip().startswith('```'):
            fenced = not fenced
        elif fenced or line.startswith(('    ', '\t')):
            yield line.strip()


def commands():
    """(where, command)"""
    for path in [os.path.join(ROOT, 'README.md')] + sorted(glob.glob(os.path.join(ROOT, 'docs', '**', '*.md'), recursive=True)):
        text = re.sub(r'\\\n\s*', '', open(path, encoding='utf-8').read())
        for line in blocks(text):
            if RUN.match(line) and not SYNOPSIS.search(line):
                yield os.path.relpath(path, ROOT), RUN.match(line).group(1).split('  #')[0].strip()
    _, out, _ = run('--help')
    for verb in sorted(set(re.findall(r'^ {2}([a-z]+) ', out, re.M))):
        code, text, _ = run(verb, '--help')
        if code != 0 or 'Examples:' not in text:
            check('help of ' + verb, code == 0 and verb in ('help',), 'no examples')
            continue
        for line in re.sub(r'\\\n\s*', '', text[text.index('Examples:'):]).split('\n'):
            if line.strip().startswith('$ '):
                yield f'beleg {verb} --help', line.strip()[2:].strip()


def prepare(home):
    """What the documentation takes for given: a bucket, a store, a pack, a rule; and beleg on the path."""
    os.mkdir(os.path.join(home, 'bin'))
    os.symlink(os.path.abspath(BELEG), os.path.join(home, 'bin', 'beleg'))
    for args in (('sample', 'bucket', '--days', '40'), ('ingest', '--store', 'store', 'bucket'),
                 ('keys', 'new')):
        p = subprocess.run([os.path.abspath(BELEG), *args], cwd=home, capture_output=True, check=False,
                           env={'HOME': home, 'PATH': os.environ['PATH']})
        check('prepare ' + args[0], p.returncode == 0, p.stderr[-300:].decode('utf-8', 'replace'))
    for made, source in (('my-pack.yaml', 'packs/nis2-kritis.yaml'), ('my.yaml', 'packs/nis2-kritis.yaml'),
                         ('my-rule.yaml', 'rules/encrypted-volumes.yaml'), ('retention.yaml', 'docs/retention.yaml')):
        with open(os.path.join(ROOT, source), 'rb') as f, open(os.path.join(home, made), 'wb') as out:
            out.write(f.read())


def local(command, n):
    """The command on the sample. Each package goes into a folder of its own."""
    for theirs, ours in (('/srv/beleg', 'store'), ('/var/lib/beleg', 'store'), ('/srv/config-bucket', 'bucket'),
                         ('/mnt/config-bucket', 'bucket')):
        command = command.replace(theirs, ours)
    if ' package ' in command:
        command = re.sub(r'(-o|--output) (\S+)', rf'\1 made-{n}-\2', command)
    if ' keys new' in command:
        command = command.replace('keys new', f'keys new key-{n}') if command.endswith('new') else command
    return command


def main():
    home = folder()
    prepare(home)
    env = {'HOME': home, 'PATH': os.path.join(home, 'bin') + ':' + os.environ['PATH'], 'BELEG_STORE': 'store'}
    used, seen = set(), set()
    for n, (where, command) in enumerate(commands()):
        if (where, command) in seen:
            continue
        seen.add((where, command))
        reason = next((k for k in ELSEWHERE if k in command), None)
        if reason:
            used.add(reason)
            print(f'# not run: {where}: {command}: {ELSEWHERE[reason]}', flush=True)
            continue
        p = subprocess.run(['bash', '-o', 'pipefail', '-c', local(command, n)], cwd=home, env=env, capture_output=True,
                           text=True, stdin=subprocess.DEVNULL, check=False, timeout=300)
        judges = re.search(r'beleg (evaluate|package|coverage)\b', command)
        check(f'{where}: {command}', p.returncode in ((0, 2, 3) if judges else (0,)),
              f'exit {p.returncode}: ' + p.stderr.strip().replace('\n', ' | ')[-400:])
    check('enough-commands', len(seen) > 25, len(seen))
    check('reasons-that-still-occur', used == set(ELSEWHERE), set(ELSEWHERE) - used)
    verbs = {w for _, c in seen for w in re.findall(r'beleg ([a-z]+)', shlex.quote(c))}
    check('each-verb-has-an-example', verbs >= {'ingest', 'evaluate', 'coverage', 'package', 'packs', 'rules', 'recorded', 'keys', 'seal',
                                                'sample', 'at', 'history', 'show', 'diff'}, verbs)
    done()


if __name__ == '__main__':
    main()
