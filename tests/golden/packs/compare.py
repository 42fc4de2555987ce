#!/usr/bin/env python3
"""Packs that load, against a second reader: compare.py PACK_DUMP PACKS_FOLDER | --mutate

The second reader is PyYAML and the resolver below, which share nothing with the program.  Each pack
is compared with its Defaults, then with overrides that turn its conditions round.  --mutate leaves
out, doubles and shifts each line of our packs in turn: what is then still accepted must be what the
second reader sees, and nothing may crash.  Exit code 77 (skipped) without PyYAML or without the folder.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

try:
    import yaml
except ImportError:
    print("no python3-yaml")
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
GONE = object()


class Unsupplied(Exception):
    """A value that rests on a parameter without value."""


Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(Base):
    """YAML 1.1 as CloudFormation has it: its short tags, no timestamps, no duplicate keys."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def construct_tag(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix: value}


def construct_map(loader, node, deep=False):
    keys = [key.value for key, _ in node.value]
    if len(keys) != len(set(map(str, keys))):
        raise yaml.YAMLError("duplicate key")
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


Loader.add_multi_constructor("!", construct_tag)
Loader.add_constructor("tag:yaml.org,2002:map", construct_map)


def parse(text):
    if text.lstrip().startswith("{"):
        return json.loads(text, object_pairs_hook=unique)
    return yaml.load(text, Loader)


def unique(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, str)):
        return str(value)
    raise ValueError(f"no text: {value!r}")


class Pack:
    def __init__(self, doc, overrides):
        self.doc = doc
        self.origin = {}
        self.values = {}
        for name, param in (doc.get("Parameters") or {}).items():
            if name in overrides:
                self.values[name], self.origin[name] = overrides[name], "override"
            elif "Default" in param:
                self.values[name], self.origin[name] = text_of(param["Default"]), "default"
        self.kinds = {n: p["Type"] for n, p in (doc.get("Parameters") or {}).items()}

    def ref(self, name):
        if name == "AWS::NoValue":
            return GONE, "literal"
        if name in self.kinds:
            if name not in self.values:
                raise Unsupplied(name)
            if self.kinds[name] in ("CommaDelimitedList", "List<Number>"):
                return [p.strip() for p in self.values[name].split(",")], self.origin[name]
            return self.values[name], self.origin[name]
        return self.value(self.doc["Resources"][name]["Properties"]["ConfigRuleName"])

    def sub(self, text):
        out, used = "", {"literal"}
        while "${" in text:
            before, text = text.split("${", 1)
            name, text = text.split("}", 1)
            out += before
            if name.startswith("!"):
                out += "${" + name[1:] + "}"
                continue
            value, origin = self.ref(name.strip())
            out += value
            used.add(origin)
        best = "override" if "override" in used else "default" if "default" in used else "literal"
        return out + text, best

    def value(self, node):
        """(value, origin) of a node: text, GONE, or a list or map that is not walked yet."""
        if isinstance(node, dict) and len(node) == 1:
            (key, arg), = node.items()
            if key == "Ref":
                return self.ref(arg)
            if key == "Fn::Sub":
                return self.sub(arg)
            if key == "Fn::If":
                return self.value(arg[1] if self.truth({"Condition": arg[0]}) else arg[2])
        if isinstance(node, (dict, list)):
            return node, "literal"
        return text_of(node), "literal"

    def truth(self, node):
        (key, arg), = node.items()
        if key == "Condition":
            return self.truth(self.doc["Conditions"][arg])
        if key == "Fn::Equals":
            return self.value(arg[0])[0] == self.value(arg[1])[0]
        if key == "Fn::Not":
            return not self.truth(arg[0])
        if key in ("Fn::And", "Fn::Or"):
            return self.three_valued(arg, key == "Fn::Or")
        raise ValueError(key)

    def three_valued(self, args, decisive):
        unsupplied = None
        for arg in args:
            try:
                if self.truth(arg) == decisive:
                    return decisive
            except Unsupplied as e:
                unsupplied = e
        if unsupplied is not None:
            raise unsupplied
        return not decisive

    def get(self, map_, key):
        if key not in map_:
            return None
        try:
            value, _ = self.value(map_[key])
        except Unsupplied:
            return None
        return None if value is GONE else value

    def inputs(self, props):
        out = {}
        for name, node in (self.get(props, "InputParameters") or {}).items():
            try:
                value, origin = self.value(node)
            except Unsupplied:
                continue
            if value is not GONE:
                out[name] = [value, origin]
        return out

    def rule(self, id_, res):
        props = res["Properties"]
        source = self.get(props, "Source")
        scope = self.get(props, "Scope") or {}
        types = []
        for node in self.get(scope, "ComplianceResourceTypes") or []:
            try:
                types.append(self.value(node)[0])
            except Unsupplied:
                pass
        return {
            "rule": self.get(props, "ConfigRuleName"),
            "id": id_,
            "owner": self.get(source, "Owner"),
            "identifier": self.get(source, "SourceIdentifier"),
            "description": self.get(props, "Description"),
            "frequency": self.get(props, "MaximumExecutionFrequency"),
            "types": [t for t in types if t is not GONE],
            "controls": [text_of(c) for c in res.get("Controls", [])],
            "inputs": self.inputs(props),
        }

    def wanted(self, res):
        if "Condition" not in res:
            return True
        try:
            return self.truth({"Condition": res["Condition"]})
        except Unsupplied:
            return True

    def read(self):
        rules, dropped, mends = [], 0, 0
        for id_, res in self.doc["Resources"].items():
            if res["Type"] == "AWS::Config::RemediationConfiguration":
                mends += self.wanted(res)
            elif self.wanted(res):
                rules.append(self.rule(id_, res))
            else:
                dropped += 1
        head = {"rules": len(rules), "dropped": dropped, "remediations": mends,
                "parameters": len(self.kinds)}
        return head, rules


def ours(dump, path, overrides):
    """(exit code, head, rules) of the program."""
    run = subprocess.run([dump, path] + [f"{k}={v}" for k, v in overrides.items()],
                         capture_output=True, check=False, timeout=60)
    head, rules = None, []
    for line in run.stdout.decode("utf-8").splitlines():
        d = json.loads(line)
        if "pack" in d:
            head = {k: d[k] for k in ("rules", "dropped", "remediations", "parameters")}
        elif "rule" in d:
            del d["line"], d["column"]
            rules.append(d)
    return run.returncode, head, rules, run.stderr.decode(errors="replace")


def turn_round(doc):
    """Overrides that make what was unset set, and what was true false."""
    out = {}
    for name, param in (doc.get("Parameters") or {}).items():
        if "AllowedValues" in param:
            out[name] = [text_of(v) for v in param["AllowedValues"]][-1]
        elif "Default" not in param:
            out[name] = "arn:aws:lambda:eu-central-1:111122223333:function:given"
        elif param["Default"] == "":
            out[name] = "given"
    return out


def compare(dump, path):
    """A list of differences, and the counts of the pack."""
    with open(path, "rb") as f:
        doc = parse(f.read().decode("utf-8"))
    bad, counts = [], None
    for overrides in ({}, turn_round(doc)):
        code, head, rules, err = ours(dump, path, overrides)
        want_head, want_rules = Pack(doc, overrides).read()
        counts = counts or want_head | {"inputs": sum(len(r["inputs"]) for r in want_rules)}
        if code != 0:
            bad.append(f"{path}: refused: {err}")
        elif head != want_head:
            bad.append(f"{path}: {head} for {want_head}")
        else:
            bad += [f"{path}: {got}\n   for {want}" for got, want in zip(rules, want_rules)
                    if got != want]
    return bad, counts


def mutants(lines):
    for i, line in enumerate(lines):
        yield f"line {i + 1} left out", lines[:i] + lines[i + 1:]
        yield f"line {i + 1} doubled", lines[: i + 1] + lines[i:]
        yield f"cut before line {i + 1}", lines[:i]
        yield f"line {i + 1} further in", lines[:i] + ["  " + line] + lines[i + 1:]
        if line.startswith("  "):
            yield f"line {i + 1} further out", lines[:i] + [line[2:]] + lines[i + 1:]


def try_mutant(dump, file, what, text):
    """(accepted, what is wrong or None)"""
    with open(file, "w", encoding="utf-8") as f:
        f.write(text)
    code, head, rules, err = ours(dump, file, {})
    if code not in (0, 1):
        return False, f"{what}: exit code {code}: {err}"
    if code != 0:
        return False, None
    try:
        want = Pack(parse(text), {}).read()
    except (yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError) as e:
        return True, f"{what}: accepted, but: {e!r}"
    return True, None if (head, rules) == want else f"{what}: {head} for {want[0]}"


def mutate(dump, path):
    with open(path, encoding="utf-8") as f:
        lines = f.readlines()
    ending = os.path.splitext(path)[1]
    with tempfile.TemporaryDirectory() as tmp, ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(try_mutant, dump, os.path.join(tmp, f"mutant-{i}{ending}"),
                             f"{os.path.basename(path)}: {what}", "".join(text))
                 for i, (what, text) in enumerate(mutants(lines))]
        results = [t.result() for t in tries]
    bad = [wrong for _, wrong in results if wrong is not None]
    print(f"{os.path.basename(path)}: {len(results)} mutants, "
          f"{sum(a for a, _ in results)} accepted, {len(bad)} wrong")
    return bad


def own_packs():
    root = os.path.join(HERE, "..", "..", "..", "packs")
    return sorted(glob.glob(root + "/*.yaml") + glob.glob(HERE + "/good/*"))


def reference_packs(folder):
    folder = os.environ.get("BELEG_REFERENCE", folder)
    packs = sorted(glob.glob(os.path.join(folder, "packs", "*.y*ml")))
    if not packs:
        print(f"no packs in {folder}/packs")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    return packs


def main():
    dump, bad, total = sys.argv[1], [], {}
    if sys.argv[2] == "--mutate":
        for path in sys.argv[3:] or own_packs():
            bad += mutate(dump, path)
    else:
        packs = own_packs() if sys.argv[2] == "--own" else reference_packs(sys.argv[2])
        for path in packs:
            more, counts = compare(dump, path)
            bad += more
            total = {k: total.get(k, 0) + v for k, v in counts.items()}
        print(f"{len(packs)} packs: {total}; {len(bad)} differences")
    for line in bad[:20]:
        print(line)
    return 1 if bad else 0


sys.exit(main())
