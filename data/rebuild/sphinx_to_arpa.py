"""Writes the trigram model inside the pocketsphinx wheel as an ARPA file.

Usage: sphinx_to_arpa.py en-us.lm.bin OUT.arpa

The wheel's own writer fails on trigrams, so the file is read here. It holds,
little endian: "Trie Language Model", the order (1 byte), a count for each order
(4 bytes each); a quantiser: 4 bytes, then tables of 65,536 floats for the
bigrams' probabilities, the bigrams' back-off weights and the trigrams'
probabilities; one record (probability, back-off weight, first child) a word
and one more; bit arrays of bigrams (word, back-off code, probability code,
first child) and of trigrams (word, probability code); the words. N-grams stand
in it last word first. Logarithms are of base 1.0001.
"""

import math
import struct
import sys

MAGIC = b"Trie Language Model"
TO_LOG10 = math.log10(1.0001)


class Bits:
    """Fields of an array of records that are not aligned to bytes."""

    def __init__(self, data, start, count, widths):
        self.widths = widths
        self.total = sum(widths)
        self.start = start
        # One more record, rounded up, and eight bytes so that reads stay inside.
        self.end = start + ((1 + count) * self.total + 7) // 8 + 8
        self.data = data[start : self.end]

    def record(self, index):
        at = index * self.total
        value = int.from_bytes(self.data[at >> 3 : (at >> 3) + 16], "little") >> (at & 7)
        fields = []
        for width in self.widths:
            fields.append(value & ((1 << width) - 1))
            value >>= width
        return fields


def main(source, out):
    data = open(source, "rb").read()
    assert data.startswith(MAGIC), "not a trie language model"
    at = len(MAGIC)
    assert data[at] == 3, "not a trigram model"
    at += 1
    n1, n2, n3 = struct.unpack_from("<3I", data, at)
    at += 12 + 4
    tables = []
    for _ in range(3):
        tables.append(struct.unpack_from("<65536f", data, at))
        at += 4 * 65536
    probability2, back_off2, probability3 = tables
    unigrams = list(struct.iter_unpack("<ffI", data[at : at + 12 * (n1 + 1)]))
    at += 12 * (n1 + 1)
    word_bits, next_bits = n1.bit_length(), n3.bit_length()
    bigrams = Bits(data, at, n2, [word_bits, 16, 16, next_bits])
    trigrams = Bits(data, bigrams.end, n3, [word_bits, 16])
    words_at = trigrams.end + 4
    words = data[words_at:].split(b"\0")[:n1]
    words = [word.decode("utf-8") for word in words]
    assert len(words) == n1

    with open(out, "w", encoding="utf-8") as arpa:
        arpa.write(f"\\data\\\nngram 1={n1}\nngram 2={n2}\nngram 3={n3}\n")

        def line(probability, ngram, back_off=None):
            fields = [f"{probability * TO_LOG10:.4f}", " ".join(ngram)]
            if back_off is not None:
                fields.append(f"{back_off * TO_LOG10:.4f}")
            arpa.write("\t".join(fields) + "\n")

        arpa.write("\n\\1-grams:\n")
        for word, (probability, back_off, _) in zip(words, unigrams):
            line(probability, [word], back_off)
        arpa.write("\n\\2-grams:\n")
        for last in range(n1):
            for index in range(unigrams[last][2], unigrams[last + 1][2]):
                first, back_off, probability, _ = bigrams.record(index)
                ngram = [words[first], words[last]]
                line(probability2[probability], ngram, back_off2[back_off])
        arpa.write("\n\\3-grams:\n")
        for last in range(n1):
            for index in range(unigrams[last][2], unigrams[last + 1][2]):
                middle, _, _, begin = bigrams.record(index)
                for child in range(begin, bigrams.record(index + 1)[3]):
                    first, probability = trigrams.record(child)
                    ngram = [words[first], words[middle], words[last]]
                    line(probability3[probability], ngram)
        arpa.write("\n\\end\\\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
