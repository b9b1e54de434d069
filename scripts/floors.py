#!/usr/bin/env python3
"""Measures a build of unspin and holds it against floors. Standard library only.

    floors.py UNSPIN SHARED

UNSPIN is the release binary, SHARED the folder with corpora, seed and the
reference scorer. Prints what was measured and exits with 1 if a floor is missed.
"""
import gzip, json, lzma, os, subprocess, sys, tempfile, time
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# What must hold. ">=" and "<=" say on which side of the floor is good.
FLOORS = [
    # figure                        floor     what it is
    ("dev error_reduction",         ">=", 0.85,  "share of the damage undone, all held-out documents"),
    ("dev f0.5",                    ">=", 0.87,  "slots put right, precision weighed double"),
    ("news error_reduction",        ">=", 0.82,  "the same of news, a source that training never saw"),
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
    ("spun MB/s",                   ">=", 5,     "restoring spun records on one thread"),
    ("clean MB/s",                  ">=", 50,    "passing unspun records on one thread"),
    ("first output ms",             "<=", 100,   "from start to the first byte of a short document"),
    ("peak memory MB",              "<=", 200,   "restoring the above with one and all threads, and a text of 20 MB"),
]

# Machines are shared and differ: of a floor of time this share has to be met.
SLACK = 0.6
TIMED = {"spun MB/s", "clean MB/s", "first output ms"}

NEWS = "ntrex-news2019"
TIMED_BYTES = {"spun": 20_000_000, "clean": 60_000_000}
REPEATS = 3

# Runs a command and says how long it took and how much memory it held. A small
# process of its own, since a child's peak is never below that of its parent.
METER = """
import resource, subprocess, sys, time
start = time.perf_counter()
with open(sys.argv[1], "wb") as output:
    status = subprocess.run(sys.argv[2:], stdout=output).returncode
took = time.perf_counter() - start
print(took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
sys.exit(status)
"""


def records(path):
    opener = {".gz": gzip.open, ".xz": lzma.open}.get(os.path.splitext(path)[1], open)
    with opener(path, "rt", encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


class Bench:
    def __init__(self, unspin, shared, folder):
        self.unspin, self.shared, self.folder = os.path.abspath(unspin), shared, folder
        self.scorer = os.path.join(shared, "eval", "score.py")
        self.peak = 0
        self.measured = {}

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, rows):
        with open(self.path(name), "w", encoding="utf-8", newline="\n") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return self.path(name)

    def run(self, output, *arguments):
        """Runs unspin with standard output to a file; gives the seconds it took."""
        command = [sys.executable, "-c", METER, self.path(output), self.unspin, *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"`unspin {' '.join(arguments)}` exited with {done.returncode}")
        seconds, peak = map(float, done.stdout.split())
        self.peak = max(self.peak, peak)
        return seconds

    def restore(self, source, output, *more):
        self.run(output, "restore", "--quiet", "--format", "jsonl", "--field", "spun", *more, source)
        return self.path(output)

    def score(self, gold, restored):
        done = subprocess.run([sys.executable, self.scorer, gold, restored], stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)


def untouched(rows, field="text"):
    return [{"id": row["id"], "spun": row[field], "original": row[field], "edits": []} for row in rows]


def seed(shared):
    with open(os.path.join(shared, "seed", "spun.txt"), encoding="utf-8", newline="") as file:
        spun = file.read()
    with open(os.path.join(shared, "seed", "edits.json"), encoding="utf-8") as file:
        slots = [(slot["start"], slot["end"], slot["original"]) for slot in json.load(file)]
    original, at = "", 0
    for start, end, phrase in slots:
        original += spun[at:start] + phrase
        at = end
    return {"id": "seed", "spun": spun, "original": original + spun[at:], "edits": slots}


def rewritten_in_vain(before, after):
    """Records that say the same as before in other bytes."""
    with open(before, "rb") as old, open(after, "rb") as new:
        return sum(a != b and json.loads(a) == json.loads(b) for a, b in zip(old, new, strict=True))


def quality(bench, dev, ewt):
    gold = {
        "dev": bench.write("dev.gold", dev),
        "news": bench.write("news.gold", [row for row in dev if row["source"] == NEWS]),
        "seed": bench.write("seed.gold", [seed(bench.shared)]),
        "originals": bench.write("originals.gold", untouched(dev, "original")),
        "ud-ewt": bench.write("ud-ewt.gold", untouched(ewt)),
    }
    restored = {name: bench.restore(path, name + ".restored") for name, path in gold.items()}
    again = bench.restore(restored["dev"], "again.restored")
    gold["again"] = bench.write("again.gold", untouched(records(restored["dev"]), "spun"))
    restored["again"] = again
    bench.run("eval.json", "eval", gold["dev"])
    learnt = bench.path("learnt.tsv")
    pairs = os.path.join(bench.shared, "corpora", "aligned", "train.jsonl.gz")
    bench.run("learn.out", "learn", "--min-used", "2", "--min-share", "0.0005", pairs, "-o", learnt)
    with open(learnt, "rb") as new, open(os.path.join(ROOT, "data", "dictionary.tsv"), "rb") as committed:
        bench.measured["dictionary differs"] = int(new.read() != committed.read())
    with ThreadPoolExecutor(2) as pool:
        jobs = {name: pool.submit(bench.score, gold[name], restored[name]) for name in gold}
    scores = {name: job.result() for name, job in jobs.items()}

    with open(bench.path("eval.json"), encoding="utf-8") as file:
        own = json.load(file)
    clean = ["originals", "ud-ewt"]
    bench.measured |= {
        "dev error_reduction": scores["dev"]["error_reduction"],
        "dev f0.5": scores["dev"]["f0.5"],
        "news error_reduction": scores["news"]["error_reduction"],
        "seed error_reduction": scores["seed"]["error_reduction"],
        "seed f0.5": scores["seed"]["f0.5"],
        "originals changed per 10k": scores["originals"]["changed_words_per_10k"],
        "ud-ewt changed per 10k": scores["ud-ewt"]["changed_words_per_10k"],
        "lines rewritten in vain": sum(rewritten_in_vain(gold[name], restored[name]) for name in clean),
        "documents with other lines": sum(figures["documents_with_other_lines"] for figures in scores.values()),
        "second pass per 10k": scores["again"]["changed_words_per_10k"],
        "eval differs from scorer": sum(
            own.get(name) is None or abs(own[name] - figure) > 1.5e-4
            for name, figure in scores["dev"].items() if name != "missing"
        ),
    }
    for name, figures in scores.items():
        print(f"{name}: {json.dumps(figures)}")


def detection(bench, dev):
    right = 0
    for field, expected in (("spun", True), ("original", False)):
        source = bench.write("detect.jsonl", [{"id": row["id"], "text": row[field]} for row in dev])
        bench.run("detect.out", "detect", "--format", "jsonl", source)
        right += sum(row["spin"]["spun"] is expected for row in records(bench.path("detect.out")))
    bench.measured["detect accuracy"] = right / (2 * len(dev))


def text_form(bench):
    source = os.path.join(bench.shared, "seed", "spun.txt")
    bench.run("seed.txt", "restore", "--quiet", source)
    with open(bench.path("seed.txt"), encoding="utf-8", newline="") as file:
        text = file.read()
    bench.measured["text differs from jsonl"] = int(records(bench.path("seed.restored"))[0]["spun"] != text)


def speed(bench, dev, ewt):
    spun = [{"id": row["id"], "spun": row["spun"]} for row in dev]
    clean = [{"id": row["id"], "spun": row["original"]} for row in dev]
    clean += [{"id": row["id"], "spun": row["text"]} for row in ewt]
    for name, rows in (("spun", spun), ("clean", clean)):
        once = sum(len(json.dumps(row, ensure_ascii=False).encode()) + 1 for row in rows)
        source = bench.write("speed.jsonl", rows * (TIMED_BYTES[name] // once + 1))
        arguments = ("restore", "--quiet", "--format", "jsonl", "--field", "spun", "--threads", "1", source)
        seconds = min(bench.run("speed.out", *arguments) for _ in range(REPEATS))
        bench.measured[f"{name} MB/s"] = os.path.getsize(source) / 1e6 / seconds
        bench.run("speed.out", *arguments[:-3], source)
    # One text far over the size that is judged as a whole.
    with open(bench.path("long.txt"), "w", encoding="utf-8", newline="\n") as out:
        for row in spun * (TIMED_BYTES["spun"] // sum(len(row["spun"].encode()) for row in spun) + 1):
            out.write(row["spun"] + "\n\n")
    bench.run("speed.out", "restore", "--quiet", bench.path("long.txt"))
    bench.measured["peak memory MB"] = bench.peak / 1e6


def first_output(bench):
    source = os.path.join(bench.shared, "seed", "spun.txt")

    def once():
        start = time.perf_counter()
        with subprocess.Popen([bench.unspin, "restore", "--quiet", source], stdout=subprocess.PIPE) as child:
            child.stdout.read(1)
            took = time.perf_counter() - start
            child.stdout.read()
        return 1000 * took

    bench.measured["first output ms"] = min(once() for _ in range(5))


def report(measured):
    passed = failed = 0
    print(f"\n{'':6}{'figure':28}{'measured':>10}{'floor':>12}  meaning")
    for name, side, floor, meaning in FLOORS:
        value, least = measured[name], floor
        if name in TIMED:
            least = floor * SLACK if side == ">=" else floor / SLACK
        good = value is not None and (value >= least if side == ">=" else value <= least)
        passed, failed = passed + good, failed + (not good)
        shown = "none" if value is None else f"{value:.4g}"
        print(f"{'ok' if good else 'LOW' if side == '>=' else 'HIGH':6}{name:28}{shown:>10}{side:>5}{least:>7.4g}  {meaning}")
    print(f"\nfloors: {passed} passed, {failed} failed")
    return 1 if failed else 0


def main(unspin, shared):
    dev = records(os.path.join(shared, "corpora", "aligned", "dev.jsonl.gz"))
    ewt = records(os.path.join(shared, "corpora", "clean", "ud-ewt.jsonl.xz"))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(unspin, shared, folder)
        first_output(bench)
        speed(bench, dev, ewt)
        quality(bench, dev, ewt)
        detection(bench, dev)
        text_form(bench)
    return report(bench.measured)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
