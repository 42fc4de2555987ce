"""
A real Trino on 127.0.0.1, for as long as a test needs it.

The server comes from Maven as one archive of 820 MB, once, into the user's cache folder ($XDG_CACHE_HOME); of it only the server and
three plugins are kept. It wants Java 24 or newer. What is missing is told by Missing, so that a test can be skipped with the reason.
"""
import ctypes
import fcntl
import glob
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid

VERSION = "476"
JAVA = 24
PLUGINS = ("hive", "memory", "tpch")
FETCH_SECONDS, START_SECONDS, QUERY_SECONDS = 900, 240, 240


class Missing(Exception):
    """This machine has not what Trino needs; the text says what."""


def java():
    """The java that is new enough: of JAVA_HOME, of the path, or installed beside the one on the path."""
    places = [os.path.join(os.environ.get("JAVA_HOME", ""), "bin/java"), shutil.which("java") or "", *sorted(glob.glob("/usr/lib/jvm/*/bin/java"))]
    seen = []
    for place in places:
        if os.access(place, os.X_OK):
            said = subprocess.run([place, "-version"], capture_output=True, check=False).stderr.decode("utf-8", "replace")
            version = re.search(r'version "(\d+)', said)
            if version and int(version[1]) >= JAVA:
                return place
            seen += [version[1]] if version else []
    raise Missing(f"Trino {VERSION} needs Java {JAVA} or newer; here is {'Java ' + ', '.join(seen) if seen else 'none'}")


def unpack(archive, folder):
    """All of it, then what is not needed is removed: jars are hard links into plugins that go."""
    os.makedirs(folder)
    subprocess.run(["tar", "-xzf", archive, "-C", folder, "--strip-components=1"], stdin=subprocess.DEVNULL, check=True)
    for name in os.listdir(os.path.join(folder, "plugin")):
        if name not in PLUGINS:
            shutil.rmtree(os.path.join(folder, "plugin", name))


def server():
    """The folder with the unpacked server, fetched when it is not there yet."""
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "beleg-tests")
    home = os.path.join(cache, "trino-" + VERSION)
    os.makedirs(cache, exist_ok=True)
    with open(home + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Two runs at once fetch it once.
        if os.path.isdir(home):
            return home
        if shutil.which("mvn") is None:
            raise Missing(f"Trino {VERSION} is fetched with Maven, and mvn is not here")
        making = home + ".new"
        shutil.rmtree(making, ignore_errors=True)
        try:
            p = subprocess.run(["mvn", "-q", "-B", "dependency:copy", f"-Dartifact=io.trino:trino-server:{VERSION}:tar.gz",
                                f"-DoutputDirectory={making}/archive"], cwd=cache, stdin=subprocess.DEVNULL, capture_output=True,
                               timeout=FETCH_SECONDS, check=False)
            archives = glob.glob(os.path.join(making, "archive", "*.tar.gz"))
            if p.returncode != 0 or len(archives) != 1:
                raise Missing(f"Maven could not fetch Trino {VERSION}: {' '.join(p.stdout.decode('utf-8', 'replace').split())[-200:]}")
            unpack(archives[0], os.path.join(making, "server"))
            os.rename(os.path.join(making, "server"), home)
        except subprocess.TimeoutExpired:
            raise Missing(f"Maven did not fetch Trino {VERSION} within {FETCH_SECONDS} s") from None
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return home


def die_with_parent():
    """In the child: however the test ends, the server ends with it (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Trino:
    """with Trino(folder) as t: t.rows("SELECT 1"). Catalog "lake" is Hive with its metastore in the folder; local:/// is the folder."""

    def __init__(self, folder):
        self.top, self.folder = folder, os.path.join(folder, "trino")
        self.port, self.process = free_port(), None
        self.address = f"http://127.0.0.1:{self.port}"

    def configure(self):
        os.makedirs(os.path.join(self.folder, "catalog"))
        with open(os.path.join(self.folder, "config.properties"), "w") as f:
            f.write("coordinator=true\nnode-scheduler.include-coordinator=true\n"
                    f"http-server.http.port={self.port}\ndiscovery.uri={self.address}\n"
                    "query.max-memory-per-node=512MB\nquery.max-memory=512MB\nmemory.heap-headroom-per-node=256MB\n")
        with open(os.path.join(self.folder, "catalog", "lake.properties"), "w") as f:
            f.write("connector.name=hive\nhive.metastore=file\nhive.metastore.catalog.dir=local:///warehouse\n"
                    f"fs.native-local.enabled=true\nlocal.location={self.top}\n")

    def __enter__(self):
        program, home = java(), server()
        self.configure()
        settings = {"node.environment": "test", "node.id": str(uuid.uuid4()), "node.data-dir": os.path.join(self.folder, "data"),
                    "node.bind-ip": "127.0.0.1", "node.internal-address": "127.0.0.1", "plugin.dir": os.path.join(home, "plugin"),
                    "config": os.path.join(self.folder, "config.properties"), "catalog.config-dir": os.path.join(self.folder, "catalog")}
        with open(os.path.join(self.folder, "server.log"), "wb") as log:
            self.process = subprocess.Popen(
                [program, "-Xmx2G", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--add-modules=jdk.incubator.vector",
                 *(f"-D{k}={v}" for k, v in settings.items()), "-cp", os.path.join(home, "lib", "*"), "io.trino.server.TrinoServer"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, preexec_fn=die_with_parent)
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def log(self):
        with open(os.path.join(self.folder, "server.log"), encoding="utf-8", errors="replace") as f:
            return " | ".join(line.strip() for line in f.readlines()[-4:])

    def request(self, url, data=None):
        # No proxy of the environment: the server is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        headers = {"X-Trino-User": "test", "X-Trino-Catalog": "lake", "X-Trino-Schema": "beleg"}
        with opener.open(urllib.request.Request(url, data, headers), timeout=30) as answer:
            return json.load(answer)

    def wait(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"Trino ended with {self.process.returncode}: {self.log()}")
            try:
                if self.request(self.address + "/v1/info").get("starting") is False:
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.3)
        raise RuntimeError(f"Trino did not start within {START_SECONDS} s: {self.log()}")

    def rows(self, sql):
        """All rows of one statement, over the client protocol; what Trino refuses is a RuntimeError with its message."""
        end = time.monotonic() + QUERY_SECONDS
        found, url, body = [], f"{self.address}/v1/statement", sql.encode()
        while url:
            if time.monotonic() > end:
                raise RuntimeError(f"no answer within {QUERY_SECONDS} s to: {sql}")
            try:
                page = self.request(url, body)
            except urllib.error.HTTPError as e:
                if e.code not in (502, 503, 504):
                    raise
                time.sleep(0.1)  # As the protocol asks.
                continue
            error = page.get("error", {})
            if error.get("errorName") == "NO_NODES_AVAILABLE":  # It has started and not heard of itself yet.
                time.sleep(0.3)
                found, url, body = [], f"{self.address}/v1/statement", sql.encode()
                continue
            if error:
                raise RuntimeError(f"{error.get('errorName')}: {error.get('message')}: {sql}")
            found += page.get("data", [])
            url, body = page.get("nextUri"), None
        return found
