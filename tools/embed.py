#!/usr/bin/env python3
"""Writes the files of rules/ and packs/, or of queries/, as C arrays: what the binary carries.

usage: embed.py OUT.c OUT.d RULES_DIR PACKS_DIR
       embed.py OUT.c OUT.d --queries QUERIES_DIR

The same files give the same bytes.  OUT.d names the files and the folders, so that the build
notices a file that is added or removed.
"""
import os
import sys


def files(folder, end=".yaml"):
    if not os.path.isdir(folder):
        return []
    return sorted(n for n in os.listdir(folder) if n.endswith(end))


def arrays(out, folder, names, prefix):
    for i, name in enumerate(names):
        with open(os.path.join(folder, name), "rb") as f:
            data = f.read()
        out.append(f"/* {name} */")
        out.append(f"static const char {prefix}_{i}[{len(data) + 1}] = {{")
        for at in range(0, len(data), 24):
            row = (b if b < 128 else b - 256 for b in data[at:at + 24])
            out.append("\t" + ", ".join(str(b) for b in row) + ",")
        out.append("\t0};")


def table(out, folder, names, prefix, variable, count):
    out.append(f"const struct bl_builtin_file {variable}[{len(names) + 1}] = {{")
    for i, name in enumerate(names):
        size = os.path.getsize(os.path.join(folder, name))
        out.append(f'\t{{"{name}", {{{prefix}_{i}, {size}}}}},')
    out.append("\t{NULL, {NULL, 0}}};")
    out.append(f"const size_t {count} = {len(names)};")


def queries(target, depfile, folder):
    names = files(folder, ".sql")
    out = ["/* Made by tools/embed.py. */", '#include "cli/named_files.h"', "",
           '#include <stddef.h>', ""]
    arrays(out, folder, names, "query")
    table(out, folder, names, "query", "bl_named__files", "bl_named__n_files")
    write(target, depfile, out, [folder] + [os.path.join(folder, n) for n in names])


def write(target, depfile, out, needs):
    with open(target, "w", encoding="ascii") as f:
        f.write("\n".join(out) + "\n")
    with open(depfile, "w", encoding="utf-8") as f:
        f.write(target.replace(" ", "\\ ") + ": " + " ".join(n.replace(" ", "\\ ") for n in needs) + "\n")


def main():
    if sys.argv[3] == "--queries":
        queries(sys.argv[1], sys.argv[2], sys.argv[4])
        return
    target, depfile, rules, packs = sys.argv[1:]
    rule_names, pack_names = files(rules), files(packs)
    out = ["/* Made by tools/embed.py. */", "#include <stddef.h>", "",
           '#include "rules/builtin.h"', ""]
    arrays(out, rules, rule_names, "rule")
    arrays(out, packs, pack_names, "pack")
    table(out, rules, rule_names, "rule", "bl_builtin__rules", "bl_builtin__n_rules")
    table(out, packs, pack_names, "pack", "bl_catalogue_packs", "bl_catalogue_n_packs")
    needs = [d for d in (rules, packs) if os.path.isdir(d)]
    needs += [os.path.join(rules, n) for n in rule_names]
    needs += [os.path.join(packs, n) for n in pack_names]
    write(target, depfile, out, needs)


if __name__ == "__main__":
    main()
