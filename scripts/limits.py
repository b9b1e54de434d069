"""What must hold of a build of unspin, by the figures that floors.py measures."""

# ">=" and "<=" say on which side of the floor is good.
FLOORS = [
    # figure                        floor     what it is
    ("dev error_reduction",         ">=", 0.858, "share of the damage undone, all held-out documents"),
    ("dev f0.5",                    ">=", 0.872, "slots put right, precision weighed double"),
    ("news error_reduction",        ">=", 0.833, "the same of news, a source that training never saw"),
    ("seed error_reduction",        ">=", 0.75,  "a page from the wild"),
    ("seed f0.5",                   ">=", 0.80,  ""),
    ("originals changed per 10k",   "<=", 1.0,   "harm to unspun text: words changed of 10,000"),
    ("ud-ewt changed per 10k",      "<=", 1.0,   "the same of blogs, mail and reviews"),
    ("lines rewritten in vain",     "<=", 0,     "records whose text is equal and whose bytes are not"),
    ("documents with other lines",  "<=", 0,     "documents whose number of lines changed"),
    ("detect accuracy",             ">=", 0.995, "spun and unspun documents told apart"),
    ("second pass per 10k",         "<=", 1.0,   "words that restoring again would change"),
    ("eval differs from scorer",    "<=", 0,     "figures of `unspin eval` that the reference scorer does not share"),
    ("text differs from jsonl",     "<=", 0,     "documents restored otherwise as text than as a record"),
    ("dictionary differs",          "<=", 0,     "1 if learning again does not give the committed dictionary"),
    ("mixed, share of usual",       ">=", 0.85,  "damage undone in spun paragraphs among clean ones, of what is undone elsewhere"),
    ("mixed, clean per 10k",        "<=", 3.0,   "words changed of 10,000 in the clean paragraphs among them"),
    ("50 words recognised",         ">=", 0.75,  "spun stretches of so many words found at one false alarm in 5,000"),
    ("100 words recognised",        ">=", 0.93,  ""),
    ("200 words recognised",        ">=", 0.98,  ""),
    ("press releases touched",      "<=", 4,     "of 20,000 clean ones, changed in any way"),
    ("calibration error",           "<=", 0.03,  "of the scores of edits, 15 bins of equal mass"),
    ("calibration error, news",     "<=", 0.03,  ""),
    ("Brier skill",                 ">=", 0.2,   "over a constant score"),
    ("Brier skill, news",           ">=", 0.2,   ""),
    ("recall at precision 0.97",    ">=", 0.60,  "with --min-score 0.9"),
    ("precision at min-score 0.9",  ">=", 0.97,  ""),
    ("substitutions with a key",    ">=", 0.997, "of the held-out documents, in the built-in dictionary"),
    ("... and right candidate",     ">=", 0.995, ""),
    ("clean ÷ wc -w",               ">=", 1.5,   "all press releases as records, against LC_ALL=C wc -w on the same file"),
    ("spun record found",           ">=", 1,     "one among all press releases"),
    ("clean text ÷ wc -w",          ">=", 1.5,   "the same releases as one text"),
    ("spun end found",              ">=", 1,     "200 spun words after that text put right"),
    ("... clean lines touched",     "<=", 20,    "lines of that text changed in any way"),
    ("spun MB/s",                   ">=", 8,     "restoring spun records on one thread"),
    ("clean MB/s",                  ">=", 200,    "passing unspun records on one thread"),
    ("first output ms",             "<=", 15,    "from start to the first byte of a short document"),
    ("peak memory MB",              "<=", 64,    "restoring the above with one and all threads, and a text of 20 MB with one"),
    ("... beyond records MB",       "<=", 64,    "on two threads, spun records of 1 to 20 MB, less four times the largest"),
    ("... beyond texts MB",         "<=", 64,    "the same of texts, of which no more than 4 MiB count"),
]

# Machines are shared and differ: of a floor of time this share has to be met.
SLACK = 0.3
TIMED = {"spun MB/s", "clean MB/s", "first output ms", "clean ÷ wc -w", "clean text ÷ wc -w"}
