#!/usr/bin/env python3
"""Writes the files of rules/ and packs/ as C arrays: what the binary carries.

usage: embed.py OUT.c OUT.d RULES_DIR PACKS_DIR

The same files give the same bytes.  OUT.d names the files and the folders, so that the build
notices a file that is added or removed.
"""
import os
import sys


def files(folder):
    if not os.path.isdir(folder):
        return []
    return sorted(n for n in os.listdir(folder) if n.endswith(".yaml"))


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


def main():
    target, depfile, rules, packs = sys.argv[1:]
    rule_names, pack_names = files(rules), files(packs)
    out = ["/* Made by tools/embed.py. */", "#include <stddef.h>", "",
           '#include "rules/builtin.h"', ""]
    arrays(out, rules, rule_names, "rule")
    arrays(out, packs, pack_names, "pack")
    table(out, rules, rule_names, "rule", "bl_builtin__rules", "bl_builtin__n_rules")
    table(out, packs, pack_names, "pack", "bl_catalogue_packs", "bl_catalogue_n_packs")
    with open(target, "w", encoding="ascii") as f:
        f.write("\n".join(out) + "\n")
    needs = [d for d in (rules, packs) if os.path.isdir(d)]
    needs += [os.path.join(rules, n) for n in rule_names]
    needs += [os.path.join(packs, n) for n in pack_names]
    with open(depfile, "w", encoding="utf-8") as f:
        f.write(target.replace(" ", "\\ ") + ": " + " ".join(n.replace(" ", "\\ ") for n in needs) + "\n")


if __name__ == "__main__":
    main()
