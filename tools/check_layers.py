#!/usr/bin/env python3
"""Each folder of src/ includes only itself and the folders that common.LAYERS allows; never another's _priv.h."""
import re

import common

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def main():
    args = common.arguments(__doc__)
    out = common.Breaches()
    for name in common.sources(args.root, 'src'):
        parts = name.split('/')
        if len(parts) < 3 or parts[1] not in common.LAYERS:
            out.add(name, 1, 'layers', 'this folder is not in the table LAYERS of tools/common.py')
            continue
        here = parts[1]
        for i, line in enumerate(common.text(args.root, name).split('\n'), 1):
            m = INCLUDE.match(line)
            if not m:
                continue
            there, _, file = m.group(1).partition('/')
            if not file or there not in common.LAYERS:
                out.add(name, i, 'layers', f'"{m.group(1)}": include paths begin with a folder of src/')
            elif there != here and there not in common.LAYERS[here]:
                out.add(name, i, 'layers', f'{here} may not use {there}')
            elif there != here and file.endswith('_priv.h'):
                out.add(name, i, 'layers', f'{m.group(1)} is private to {there}')
    out.exit()


main()
