#!/usr/bin/env python3
"""Measures a build of unspin and holds it against floors. Standard library only.

    floors.py UNSPIN SHARED

UNSPIN is the release binary, SHARED the folder with corpora, seed and the
reference scorer. Prints what was measured and exits with 1 if a floor is missed.
"""
import gzip, itertools, json, lzma, os, random, re, subprocess, sys, tempfile, time
from concurrent.futures import ThreadPoolExecutor

# Nothing is written beside the scripts.
sys.dont_write_bytecode = True
from limits import FLOORS, SLACK, TIMED

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

NEWS = "ntrex-news2019"
TIMED_BYTES = {"spun": 20_000_000, "clean": 60_000_000}
REPEATS = 3

# Bytes of texts whose memory is measured, and how many: such as are one part, a few, and many.
LONG_TEXTS = [(900_000, 12), (2_000_000, 8), (4_000_000, 6), (8_000_000, 4), (20_000_000, 2)]

# Press releases that are looked at one by one.
PRESS = 20_000

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


def restore_records(*more):
    return ("restore", "--quiet", "--format", "jsonl", "--field", "spun", *more)


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
        self.run(output, *restore_records(*more), source)
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


def press_releases(bench):
    """All press releases."""
    path = os.path.join(bench.shared, "corpora", "clean", "senate-press.jsonl.xz")
    return [row["text"] for row in records(path)]


def clean_stays(bench, texts, dev):
    """The clean texts as records, a spun one among them."""
    at = len(texts) // 2
    source = bench.write("press.jsonl", [{"spun": text} for text in [*texts[:at], dev[0]["spun"], *texts[at:]]])
    seconds = min(bench.run("press.out", *restore_records("--threads", "1"), source) for _ in range(REPEATS))
    with open(source, "rb") as before, open(bench.path("press.out"), "rb") as after:
        touched = [number for number, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    bench.measured["press releases touched"] = sum(number < PRESS for number in touched)
    bench.measured["spun record found"] = int(at in touched)
    bench.measured["clean ÷ wc -w"] = counting(source) / seconds


def counting(source):
    """Seconds that `wc -w` takes."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run(["wc", "-w", source], env={"LC_ALL": "C"}, stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def one_text_stays(bench, texts, dev):
    """The clean texts as one, and that with spun words at its end."""
    clean = "\n\n".join(text.strip() for text in texts) + "\n\n"
    paths = {}
    for name, end in (("whole", ""), ("ended", " ".join(dev[0]["spun"].split()[:200]) + "\n")):
        paths[name] = bench.path(name + ".txt")
        with open(paths[name], "w", encoding="utf-8", newline="") as out:
            out.write(clean + end)
    command = ("restore", "--quiet", "--threads", "1")
    seconds = min(bench.run("whole.out", *command, paths["whole"]) for _ in range(REPEATS))
    bench.measured["clean text ÷ wc -w"] = counting(paths["whole"]) / seconds
    bench.run("ended.out", *command, paths["ended"])
    lines = {}
    for name in ("ended.txt", "ended.out"):
        with open(bench.path(name), encoding="utf-8", newline="") as file:
            lines[name] = file.read().split("\n")
    before, after = lines.values()
    bench.measured["... clean lines touched"] = sum(a != b for a, b in zip(before[:-2], after[:-2], strict=True))
    bench.measured["spun end found"] = int(before[-2] != after[-2])


def short_texts(bench, dev, clean):
    """Detection of stretches of text, at the threshold that one clean one in 5,000 passes."""
    chance = random.Random(2)

    def stretch(text, words):
        starts = [match.start() for match in re.finditer(r"\S+", text)]
        if len(starts) <= words:
            return None
        first = chance.randrange(len(starts) - words)
        return text[starts[first] : starts[first + words]].rstrip()

    def odds(texts):
        source = bench.write("short.jsonl", [{"text": text} for text in texts if text])
        bench.run("short.out", "detect", "--quiet", "--format", "jsonl", source)
        return [row["spin"]["score"] for row in records(bench.path("short.out"))]

    for words in (50, 100, 200):
        innocent = sorted(odds(stretch(text, words) for text in clean), reverse=True)
        threshold = innocent[len(innocent) // 5000]
        spun = odds(stretch(row["spun"], words) for row in dev for _ in range(6))
        bench.measured[f"{words} words recognised"] = sum(score > threshold for score in spun) / len(spun)


def mixed(bench, dev):
    """Spun paragraphs among clean ones of other documents."""
    chance = random.Random(3)
    strangers = [line for row in dev for line in row["original"].split("\n") if len(line.split()) >= 40]
    documents, parts = [], []
    for row in dev:
        lines = list(zip(row["spun"].split("\n"), row["original"].split("\n")))
        long = [pair for pair in lines if len(pair[0].split()) >= 60][:2]
        clean = [(line, line) for line in chance.sample(strangers, 5)]
        if long:
            parts.append(clean[:2] + long[:1] + clean[2:4] + (long[1:] + clean[4:] if long[1:] else []))
            documents.append({"spun": "\n\n".join(spun for spun, _ in parts[-1])})
    output = bench.restore(bench.write("mixed.jsonl", documents), "mixed.out")
    bench.run("usual.out", *restore_records(), bench.write("usual.jsonl", [{"spun": row["spun"]} for row in dev]))
    usual = {}
    for row, whole in zip(dev, records(bench.path("usual.out")), strict=True):
        usual |= zip(row["spun"].split("\n"), whole["spun"].split("\n"), strict=True)
    triples = [
        (spun, original, restored)
        for pieces, whole in zip(parts, records(output), strict=True)
        for (spun, original), restored in zip(pieces, whole["spun"].split("\n\n"), strict=True)
    ]

    def score(name, triples):
        gold = [{"id": str(at), "spun": spun, "original": original} for at, (spun, original, _) in enumerate(triples)]
        rows = [{"id": str(at), "spun": restored} for at, (_, _, restored) in enumerate(triples)]
        return bench.score(bench.write(name + ".gold", gold), bench.write(name + ".restored", rows))

    among = [triple for triple in triples if triple[0] != triple[1]]
    alone = [(spun, original, usual[spun]) for spun, original, _ in among]
    here, there = (score("among", among), score("alone", alone))
    bench.measured["mixed, share of usual"] = here["error_reduction"] / there["error_reduction"]
    untouched_parts = [triple for triple in triples if triple[0] == triple[1]]
    bench.measured["mixed, clean per 10k"] = score("clean", untouched_parts)["changed_words_per_10k"]


def scores(bench, dev):
    for name, gold in (("", "dev.gold"), (", news", "news.gold")):
        bench.run("scores.json", "eval", "--quiet", "--calibration", bench.path(gold))
        with open(bench.path("scores.json"), encoding="utf-8") as file:
            calibration = json.load(file)["calibration"]
        bench.measured["calibration error" + name] = calibration["expected_calibration_error"]
        bench.measured["Brier skill" + name] = calibration["brier_skill"]
    bench.run("sure.json", "eval", "--quiet", "--min-score", "0.9", bench.path("dev.gold"))
    with open(bench.path("sure.json"), encoding="utf-8") as file:
        sure = json.load(file)
    bench.measured["recall at precision 0.97"] = sure["recall"]
    bench.measured["precision at min-score 0.9"] = sure["precision"]
    bench.run("coverage.json", "coverage", "--quiet", "--json", bench.write("coverage.jsonl", dev))
    with open(bench.path("coverage.json"), encoding="utf-8") as file:
        covered = json.load(file)["pairs"]["all"]
    bench.measured["substitutions with a key"] = covered["key"]
    bench.measured["... and right candidate"] = covered["candidate"]


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
    long = write_texts(bench, spun, TIMED_BYTES["spun"], 1)
    bench.run("speed.out", "restore", "--quiet", "--threads", "1", *long)
    bench.measured["peak memory MB"] = bench.peak / 1e6


def write_texts(bench, rows, size, count):
    """Files of about that many bytes, each of as many documents as it takes."""
    documents = itertools.cycle(row["spun"] + "\n\n" for row in rows)
    names = [bench.path(f"long.{at}.txt") for at in range(count)]
    for name in names:
        with open(name, "w", encoding="utf-8", newline="\n") as out:
            written = 0
            while written < size:
                document = next(documents)
                written += len(document.encode())
                out.write(document)
    return names


def memory(bench, dev):
    """What two threads hold beyond four times the longest text, as records and as files."""
    beyond = {"records": [], "texts": []}
    for size, count in LONG_TEXTS:
        names = write_texts(bench, dev, size, count)
        rows = []
        for name in names:
            with open(name, encoding="utf-8", newline="") as file:
                rows.append({"spun": file.read()})
        source = bench.write("long.jsonl", rows)
        for kind, command in (("texts", ("restore", "--quiet", *names)), ("records", (*restore_records(), source))):
            bench.peak = 0
            bench.run("long.out", *command, "--threads", "2")
            # Of longer texts only parts are held, however long they are.
            held = max(map(os.path.getsize, names))
            beyond[kind].append(bench.peak - 4 * (min(held, 4 << 20) if kind == "texts" else held))
    for kind, peaks in beyond.items():
        bench.measured[f"... beyond {kind} MB"] = max(peaks) / 1e6


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
        memory(bench, dev)
        quality(bench, dev, ewt)
        detection(bench, dev)
        text_form(bench)
        scores(bench, dev)
        mixed(bench, dev)
        clean = press_releases(bench)
        clean_stays(bench, clean, dev)
        one_text_stays(bench, clean, dev)
        short_texts(bench, dev, clean[:PRESS])
    return report(bench.measured)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
