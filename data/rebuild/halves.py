#!/usr/bin/env python3
"""Splits texts into two halves, document by document. Standard library only.

    halves.py FOLDER TEXT.jsonl.xz|.gz ...

Writes FOLDER/a/NAME.jsonl.gz and FOLDER/b/NAME.jsonl.gz.
"""
import gzip, lzma, os, sys

folder = sys.argv[1]
for path in sys.argv[2:]:
    name = os.path.basename(path).split(".")[0] + ".jsonl.gz"
    opener = lzma.open if path.endswith(".xz") else gzip.open
    halves = []
    for half in "ab":
        os.makedirs(os.path.join(folder, half), exist_ok=True)
        halves.append(gzip.open(os.path.join(folder, half, name), "wb", compresslevel=1))
    with opener(path) as lines:
        for number, line in enumerate(lines):
            halves[number % 2].write(line)
    for half in halves:
        half.close()
