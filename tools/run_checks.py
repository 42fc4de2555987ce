#!/usr/bin/env python3
"""Runs every part of ./check, counts what passed, and ends with the line "N passed, N failed".

A part that passes says one line. A part that fails shows the end of its log (build/logs/PART.log);
at the end each failure is listed with the command that reruns it. Skipped tests are listed too, and
count as failures when CI=true.
"""
import argparse
import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import common

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CI = os.environ.get('CI') == 'true'
# As ./demo and the Makefile build it; warnings are judged by the parts gcc and asan.
RELEASE = ['--buildtype=release', '-Dtests=false', '-Dwerror=false']
SANITIZED = {
    'ASAN_OPTIONS': 'detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=1',
    'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
}
RACES = {'TSAN_OPTIONS': 'halt_on_error=1:second_deadlock_stack=1'}
# Scripts that say this are run a second time, with the sanitized build.
SANITIZED_TOO = 'beleg-e2e: sanitized too'
SCRIPT_SECONDS = 1200


class Part:
    """One part of the run: its log, and its results as (ok, failed, skipped)."""

    def __init__(self, name):
        self.name, self.passed, self.failed, self.skipped, self.notes = name, 0, [], [], []
        self.log = f'build/logs/{name}.log'
        self.start = time.monotonic()
        with open(self.log, 'w', encoding='utf-8'):
            pass

    def write(self, words):
        with open(self.log, 'a', encoding='utf-8') as f:
            f.write(words)

    def ok(self, n=1):
        self.passed += n

    def fail(self, what, rerun, words=''):
        self.failed.append((what, rerun))
        for line in words.rstrip().split('\n')[-30:]:
            print('    ' + line)
        print(f'  FAILED {self.name}: {what}', flush=True)

    def skip(self, what, why, rerun):
        if CI:
            self.fail(f'{what}: skipped, and with CI=true nothing may be: {why}', rerun)
        else:
            self.skipped.append((what, why))

    def run(self, what, argv, env=None, timeout=3600, **how):
        """Runs a command into the log; (exit status, output). 124: it took too long."""
        self.write(f'\n$ {" ".join(argv)}\n')
        try:
            got = subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 env={**os.environ, **(env or {})}, timeout=timeout, check=False, **how)
            rc, out = got.returncode, got.stdout.decode('utf-8', 'replace')
        except subprocess.TimeoutExpired as e:
            rc, out = 124, (e.stdout or b'').decode('utf-8', 'replace') + f'\n{what}: ended after {timeout} s\n'
        self.write(out)
        return rc, out

    def must(self, what, rerun, argv, **how):
        """Runs a command that passes when it exits with 0."""
        rc, out = self.run(what, argv, **how)
        if rc == 0:
            self.ok()
        else:
            self.fail(f'{what} (exit {rc})', rerun, out)
        return rc == 0

    def protocol(self, script, rerun, argv, **how):
        """Runs a script that prints "ok NAME", "not ok NAME: why" and "skip NAME: why" (tests/e2e/README.md)."""
        rc, out = self.run(script, argv, **how)
        seen = failed = 0
        for m in re.finditer(r'^(ok|not ok|skip) (\S+?)(?:: (.*)|)$', out, re.M):
            seen += 1
            if m.group(1) == 'ok':
                self.ok()
            elif m.group(1) == 'skip':
                self.skip(f'{script} {m.group(2)}', m.group(3) or 'no reason given', rerun)
            else:
                failed += 1
                self.fail(f'{script} {m.group(2)}: {m.group(3)}', rerun)
        if rc != 0 and not failed:
            self.fail(f'{script} (exit {rc} without "not ok")', rerun, out)
        elif seen == 0:
            self.fail(f'{script} printed no result: a test that checks nothing', rerun, out)


def build(part, folder, options, env=None, targets=()):
    """Sets up and builds build/FOLDER; True when it stands."""
    where = f'build/{folder}'
    again = ['--reconfigure'] if os.path.exists(os.path.join(ROOT, where, 'build.ninja')) else []
    rerun = f'./check --only {part.name}'
    rc, out = part.run('meson setup', ['meson', 'setup', where, *again, *options], env=env)
    if rc != 0 and again:
        shutil.rmtree(os.path.join(ROOT, where))
        rc, out = part.run('meson setup', ['meson', 'setup', where, *options], env=env)
    if rc != 0:
        part.fail(f'meson setup {where} (exit {rc})', rerun, out)
        return False
    return part.must(f'build of {where}', f'ninja -C {where}', ['ninja', '-C', where, *targets])


def reference_env():
    """BELEG_REFERENCE where the reference folder is there, unless it is set already."""
    beside = os.path.join(os.path.dirname(ROOT), 'shared', 'reference')
    if 'BELEG_REFERENCE' not in os.environ and os.path.isdir(beside):
        return {'BELEG_REFERENCE': beside}
    return {}


def cases(entry):
    """Passed and failed cases of one entry of testlog.json: cmocka's and TAP's own, else the program itself."""
    out = entry.get('stdout', '') + '\n' + entry.get('stderr', '')
    good = set(re.findall(r'^\[ +OK \] (\S+)', out, re.M))
    bad = set(re.findall(r'^\[ +FAILED +\] (?!.*\d+ test\(s\))(\S+)', out, re.M))
    if re.search(r'^1\.\.\d+', out, re.M):
        good |= set(re.findall(r'^ok +\d+ *-? *(.*)', out, re.M))
        bad |= set(re.findall(r'^not ok +\d+ *-? *(.*)', out, re.M))
    if entry['result'] == 'OK':
        return max(1, len(good)), []
    return len(good - bad), sorted(bad) or [f'({entry["result"].lower()}, exit {entry.get("returncode")})']


def meson_tests(part, folder, env=None, slower=1):
    where = f'build/{folder}'
    log = os.path.join(ROOT, where, 'meson-logs', 'testlog.json')
    if os.path.exists(log):
        os.unlink(log)
    rc, out = part.run('meson test', ['meson', 'test', '-C', where, '--no-rebuild', '--timeout-multiplier', str(slower)],
                       env={**reference_env(), **(env or {})})
    prefix = ''.join(f"{k}='{v}' " for k, v in (env or {}).items())
    if not os.path.exists(log):
        part.fail('meson test ran nothing', f'{prefix}meson test -C {where}', out)
        return
    before = len(part.failed)
    with open(log, encoding='utf-8') as f:
        for line in f:
            entry = json.loads(line)
            name = entry['name'].split(' / ')[-1].split(':')[-1]
            rerun = f'{prefix}meson test -C {where} -v {name}'
            if entry['result'] == 'SKIP':
                part.skip(name, (entry.get('stdout', '').strip().split('\n') or [''])[-1], rerun)
                continue
            good, bad = cases(entry)
            part.ok(good)
            for i, case in enumerate(bad):
                words = entry.get('stdout', '') + entry.get('stderr', '')
                part.fail(f'{name} {case}', rerun, words if i == 0 else '')
    if rc != 0 and len(part.failed) == before:
        part.fail(f'meson test (exit {rc})', f'{prefix}meson test -C {where}', out)


def program(folder):
    """The built beleg, or None."""
    for path in (f'build/{folder}/src/cli/beleg', f'build/{folder}/beleg'):
        if os.path.isfile(os.path.join(ROOT, path)):
            return os.path.join(ROOT, path)
    return None


def python():
    own = os.path.join(ROOT, 'build', 'venv', 'bin', 'python3')
    return own if os.path.exists(own) else sys.executable


def e2e(part, folder, env, only=''):
    beleg = program(folder)
    scripts = sorted(n for n in common.tracked(ROOT) if re.fullmatch(r'tests/e2e/test_\w+\.py', n))
    scripts = [s for s in scripts if only in common.text(ROOT, s)]
    if beleg is None:
        if scripts:
            part.fail(f'no beleg in build/{folder}', f'ninja -C build/{folder}')
        return
    for script in scripts:
        # The command that users get is built without tests; what scripts need of the tests stands in build/gcc.
        all_env = {'BELEG': beleg, 'BELEG_ROOT': ROOT, 'BELEG_TEST_BUILD': os.path.join(ROOT, 'build', 'gcc'),
                   'PYTHONDONTWRITEBYTECODE': '1', **reference_env(), **env}
        shown = ' '.join(f"{k}='{v}'" for k, v in {'BELEG': os.path.relpath(beleg, ROOT), **reference_env(), **env}.items())
        part.protocol(os.path.basename(script), f'{shown} {os.path.relpath(python(), ROOT)} {script}', [python(), script],
                      env=all_env, timeout=SCRIPT_SECONDS)


# ---- the parts ----

def part_gcc(part, _):
    if build(part, 'gcc', []):
        meson_tests(part, 'gcc')


def part_plain(part, _):
    part.must('plain cc, no build system', 'make plain', ['make', '-s', 'plain'])


def part_tools(part, _):
    part.protocol('test_checks.py', 'tools/test_checks.py', ['tools/test_checks.py'])
    one_check(part, 'check_symbols', '--build', 'build/gcc')
    for name in sorted(os.listdir(os.path.join(ROOT, 'tools'))):
        if name.startswith('check_') and name not in ('check_symbols', 'check_tidy'):
            one_check(part, name)


def one_check(part, name, *argv):
    rc, out = part.run(name, ['tools/' + name, *argv])
    if rc == 0:
        part.ok()
    elif rc == 77:  # Another version of the tool: said, and not counted.
        part.notes.append(f'{name}: {out.strip()}')
    else:
        part.fail(f'{name}: {len(out.strip().splitlines())} breaches', ' '.join(['tools/' + name, *argv]), out)


def part_e2e(part, _):
    if build(part, 'release', RELEASE):
        e2e(part, 'release', {})


def part_asan(part, _):
    options = ['-Db_sanitize=address,undefined', '-Db_lundef=false']
    if build(part, 'asan', options, env={'CC': 'clang', 'CXX': 'clang++'}):
        meson_tests(part, 'asan', SANITIZED, slower=4)
        e2e(part, 'asan', SANITIZED, only=SANITIZED_TOO)


def part_tsan(part, args):
    threads = [n for n in common.sources(ROOT, 'src') if re.search(r'\b(?:pthread_create|thrd_create|std::thread)\b', common.text(ROOT, n))]
    if not threads and not args.tsan:
        part.notes.append('no threads in src/: not run (--tsan runs it all the same)')
    elif build(part, 'tsan', ['-Db_sanitize=thread', '-Db_lundef=false'], env={'CC': 'clang', 'CXX': 'clang++'}):
        meson_tests(part, 'tsan', RACES, slower=4)


def part_tidy(part, _):
    if os.path.exists(os.path.join(ROOT, 'build/asan/compile_commands.json')) or \
            build(part, 'asan', ['-Db_sanitize=address,undefined', '-Db_lundef=false'], env={'CC': 'clang', 'CXX': 'clang++'}):
        one_check(part, 'check_tidy', '--build', 'build/asan')


def part_fuzz(part, args):
    names = [re.fullmatch(r'tests/fuzz/fuzz_(\w+)\.c', n) for n in common.tracked(ROOT)]
    names = [m.group(1) for m in names if m]
    options = ['-Dfuzz=true', '-Db_sanitize=address,undefined', '-Db_lundef=false']
    targets = [f'tests/fuzz/fuzz_{n}' for n in names]
    if not names or not build(part, 'fuzz', options, env={'CC': 'clang', 'CXX': 'clang++'}, targets=targets):
        return
    running = []
    for n in names + [None, None]:
        # Two at a time, one a core.
        while running and (n is None or len(running) >= 2):
            fuzz_end(part, *running.pop(0))
        if n is None:
            continue
        grown = f'build/fuzz/grown/{n}'
        os.makedirs(os.path.join(ROOT, grown), exist_ok=True)
        argv = [f'build/fuzz/tests/fuzz/fuzz_{n}', f'-max_total_time={args.fuzz_seconds}', '-timeout=20', '-rss_limit_mb=2048',
                '-print_final_stats=1', f'-artifact_prefix=build/fuzz/found-{n}-', grown, f'tests/fuzz/corpus/{n}']
        log = open(os.path.join(ROOT, f'build/logs/fuzz-{n}.log'), 'w+', encoding='utf-8', errors='replace')
        running.append((n, argv, log, subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                       env={**os.environ, **SANITIZED})))


def fuzz_end(part, name, argv, log, process):
    rc = process.wait()
    log.seek(0)
    words = log.read()
    log.close()
    found = re.search(r'Test unit written to (\S+)', words)
    runs = re.search(r'number_of_executed_units: (\d+)', words)
    if rc != 0:
        part.fail(f'fuzz_{name} (exit {rc})', ' '.join([argv[0], found.group(1)] if found else argv), words)
    elif runs is None or int(runs.group(1)) < 100:
        part.fail(f'fuzz_{name} ran hardly at all', ' '.join(argv), words)
    else:
        part.ok()
        part.notes.append(f'fuzz_{name}: {runs.group(1)} runs')


def part_reproducible(part, _):
    """The same sources in another folder give the same bytes."""
    if not build(part, 'release', RELEASE):
        return
    with tempfile.TemporaryDirectory(prefix='beleg-again-') as top:
        copy = os.path.join(top, 'a', 'folder with another name')
        for name in common.tracked(ROOT):
            os.makedirs(os.path.dirname(os.path.join(copy, name)), exist_ok=True)
            shutil.copy2(os.path.join(ROOT, name), os.path.join(copy, name))
        other = os.path.join(top, 'elsewhere')
        if not part.must('second build', './check --only reproducible',
                         ['meson', 'setup', other, copy, *RELEASE]):
            return
        if not part.must('second build', './check --only reproducible', ['ninja', '-C', other]):
            return
        compared, differ = 0, []
        for d, _, files in os.walk(os.path.join(ROOT, 'build/release/src')):
            for f in files:
                path = os.path.join(d, f)
                if f.endswith('.o') or (os.access(path, os.X_OK) and not f.endswith('.a')):
                    compared += 1
                    twin = os.path.join(other, os.path.relpath(path, os.path.join(ROOT, 'build/release')))
                    if not os.path.exists(twin) or not filecmp.cmp(path, twin, shallow=False):
                        differ.append(os.path.relpath(path, ROOT))
        if differ or not compared:
            part.fail(f'{len(differ)} of {compared} files differ between two folders', './check --only reproducible', '\n'.join(differ))
        else:
            part.ok()
            part.notes.append(f'{compared} files are the same')


# In order; the quick ones are what is run on every edit.
PARTS = [('gcc', part_gcc, True), ('plain', part_plain, True), ('tools', part_tools, True), ('e2e', part_e2e, True),
         ('asan', part_asan, False), ('tsan', part_tsan, False), ('tidy', part_tidy, False), ('fuzz', part_fuzz, False),
         ('reproducible', part_reproducible, False)]


def arguments():
    p = argparse.ArgumentParser(prog='./check', description=__doc__)
    p.add_argument('--quick', action='store_true', help='only: ' + ' '.join(n for n, _, q in PARTS if q))
    p.add_argument('--only', default='', metavar='A,B', help='these parts: ' + ' '.join(n for n, _, _ in PARTS))
    p.add_argument('--fuzz-seconds', type=int, default=10, metavar='N', help='for each fuzz target (default 10)')
    p.add_argument('--tsan', action='store_true', help='ThreadSanitizer even where no thread is started')
    args = p.parse_args()
    unknown = set(filter(None, args.only.split(','))) - {n for n, _, _ in PARTS}
    if unknown:
        p.error('no such part: ' + ' '.join(sorted(unknown)))
    return args


def main():
    args = arguments()
    os.chdir(ROOT)
    os.makedirs('build/logs', exist_ok=True)
    done = []
    for name, function, quick in PARTS:
        if (args.only and name not in args.only.split(',')) or (args.quick and not quick and not args.only):
            continue
        part = Part(name)
        done.append(part)
        try:
            function(part, args)
        except Exception:  # A broken part is a failure like another; the rest goes on.
            part.fail('the part broke off', f'./check --only {name}', traceback.format_exc())
        print(f'{name}: {part.passed} passed, {len(part.failed)} failed, {len(part.skipped)} skipped'
              f' ({time.monotonic() - part.start:.0f} s)', flush=True)
        for note in part.notes:
            print('  ' + note)
    for part in done:
        for what, why in part.skipped:
            print(f'skipped {part.name}: {what}: {why}')
    if any(p.failed for p in done):
        print('\nFailures, each with the command that runs it again:')
    for part in done:
        for what, rerun in part.failed:
            print(f'  {part.name}: {what}\n    {rerun}')
    passed, failed = sum(p.passed for p in done), sum(len(p.failed) for p in done)
    print(f'{passed} passed, {failed} failed', flush=True)
    sys.exit(1 if failed or not passed else 0)


if __name__ == '__main__':
    main()
