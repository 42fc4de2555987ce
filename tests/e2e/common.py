"""What the end-to-end scripts share: running beleg, and one line a result."""
import json
import os
import subprocess
import sys
import tempfile

BELEG = os.environ.get("BELEG", "build/release/src/cli/beleg")
REFERENCE = os.environ.get("BELEG_REFERENCE")
ROOT = os.environ.get("BELEG_ROOT", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
failed = 0


def check(name, good, why=""):
    """One result; why is printed when it is not good."""
    global failed
    name = name.replace(" ", "-")
    if good:
        print(f"ok {name}", flush=True)
    else:
        failed += 1
        print(f"not ok {name}: {why}", flush=True)
    return good


def skip(name, why):
    print(f"skip {name.replace(chr(32), chr(45))}: {why}", flush=True)


def done():
    sys.exit(1 if failed else 0)


def run(*args, stdin=None, env=None, timeout=900):
    """Run beleg; (exit code, stdout, stderr) as text."""
    full = dict(os.environ, **(env or {}))
    full.pop("BELEG_STORE", None)
    if env:
        full.update(env)
    p = subprocess.run([BELEG, *args], input=stdin, capture_output=True, env=full, timeout=timeout)
    return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


def run_json(*args, expect=None, **kw):
    """Run with --format json; the one object printed."""
    code, out, err = run(*args, "--format", "json", **kw)
    if expect is not None and code not in expect:
        raise RuntimeError(f"beleg {' '.join(args)} exited {code}: {err.strip()[-600:]}")
    return json.loads(out)


def folder(prefix="beleg-e2e-"):
    """A folder that is removed when the script ends."""
    import atexit
    import shutil
    path = tempfile.mkdtemp(prefix=prefix)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path
