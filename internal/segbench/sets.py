# Makes labelled sets, one file NAME.tsv (label TAB text) each, from the sources named in the docs.
import collections, csv, gzip, io, json, random, re, subprocess, sys, zipfile
src, shared, out = sys.argv[1:4]
most = int(sys.argv[4]) if len(sys.argv) > 4 else 4000
def git(repo, *args, given=b""):
    return subprocess.run(["git", "-C", f"{src}/{repo}/repo", *args], input=given, capture_output=True, check=True).stdout
def show(repo, path):
    return git(repo, "show", "HEAD:" + path).decode("utf-8", "replace")
def write(name, rows, most=most):
    rows = [(str(l).strip(), " ".join(t.split())) for l, t in rows]
    seen, kept = set(), []
    for l, t in rows:
        if l and t and t not in seen:
            seen.add(t); kept.append((l, t))
    random.Random(1).shuffle(kept)
    kept = kept[:most]
    with open(f"{out}/{name}.tsv", "w") as f:
        for l, t in kept: f.write(f"{l}\t{t}\n")
    n = collections.Counter(l for l, _ in kept)
    print(name, len(kept), "texts", len(n), "classes", min(n.values()), "to", max(n.values()))
R = "rashadulrakib+short-text-clustering-enhancement"
tab = lambda s: [l.split("\t", 1) for l in s.splitlines() if "\t" in l]
write("agnews", tab(show(R, "data/agnewsdataraw-8000")))
write("searchsnippets", tab(show(R, "data/search_snippets/search_snippets_true_text")))
write("biomedical", tab(show(R, "data/biomedical/biomedical_true_text")))
write("tweets", tab(show(R, "data/tweet-original-order.txt")))
write("newstitles", tab(show(R, "data/T")))
J = "jacoxu+StackOverflow"
so = list(zip(show(J, "rawText/label_StackOverflow.txt").split(), show(J, "rawText/title_StackOverflow.txt").splitlines()))
write("stackoverflow", so)
P = "PolyAI-LDN+task-specific-datasets"
bank = []
for part in ("train", "test"):
    bank += [(r["category"], r["text"]) for r in csv.DictReader(io.StringIO(show(P, f"banking_data/{part}.csv")))]
write("banking77", bank)
cl = json.load(gzip.open(f"{shared}/clinc150.json.gz"))
dom = {i: d for d, l in json.load(open(f"{shared}/clinc150_domains.json")).items() for i in l}
clinc = [(i, t) for part in ("train", "val", "test") for t, i in cl[part]]
write("clincintents", clinc)
write("clincdomains", [(dom[i], t) for i, t in clinc])
write("clothing", [(r["Department Name"], r["Review Text"]) for r in csv.DictReader(gzip.open(f"{shared}/womens_clothing_reviews.csv.gz", "rt"))])
# Made from these: few or unequal classes.
rnd = random.Random(7)
def some(rows, classes, size):
    by = collections.defaultdict(list)
    for l, t in rows: by[l].append(t)
    keep = rnd.sample(sorted(by), classes)
    return [(l, t) for n, l in enumerate(keep) for t in rnd.sample(by[l], min(len(by[l]), size(n)))]
write("stack8", some(so, 8, lambda n: int(1000 * 0.65 ** n) + 40))
write("stack4", some(so, 4, lambda n: 500))
write("intents12", some(clinc, 12, lambda n: 150))
write("intents40", some(clinc, 40, lambda n: 20 + 3 * n))
write("banking10", some(bank, 10, lambda n: 100))
one = some(so, 1, lambda n: 1000); write("onetopic", one)
write("oneintent", some(clinc, 1, lambda n: 150))
# Other parts, kept back while the choice of a pipeline was made.
other = random.Random(2024)
def kept_back(name, rows, classes, size):
    by = collections.defaultdict(list)
    for l, t in rows:
        t = " ".join(t.split())
        if t: by[l].append(t)
    for l in by: by[l] = list(dict.fromkeys(by[l]))
    keep = other.sample(sorted(by), classes)
    write(name, [(l, t) for n, l in enumerate(keep) for t in other.sample(by[l], min(len(by[l]), size(n)))])
kept_back("so9", so, 9, lambda n: 220)
kept_back("so15", so, 15, lambda n: 150)
kept_back("in18", clinc, 18, lambda n: 30 + 6 * n)
kept_back("in60", clinc, 60, lambda n: 50)
kept_back("bank13", bank, 13, lambda n: 110)
kept_back("bank30", bank, 30, lambda n: 80)
kept_back("news60", tab(show(R, "data/T")), 60, lambda n: 200)
kept_back("ss6", tab(show(R, "data/search_snippets/search_snippets_true_text")), 6, lambda n: 300)
kept_back("ag3", tab(show(R, "data/agnewsdataraw-8000")), 3, lambda n: 600)
kept_back("bio12", tab(show(R, "data/biomedical/biomedical_true_text")), 12, lambda n: 180)
# From other sources, looked at only when refinement was done: questions, first
# sentences and subject lines.
qc = zipfile.ZipFile(io.BytesIO(git("nltk+nltk_data", "show", "HEAD:packages/corpora/qc.zip")))
questions = [l.split(" ", 1) for part in ("train", "test") for l in qc.read(f"qc/{part}.txt").decode("latin-1").splitlines()]
write("trec6", [(l.split(":")[0], t) for l, t in questions], 3000)
first = lambda t: " ".join(re.split(r"(?<=[a-z)]\.) ?(?=[A-Z])", t)[0].split()[:30])
write("dbpedia", [(r[0], first(r[-1])) for r in csv.reader(io.StringIO(show("J-zin+DHIM", "data/dbpedia/test.csv")))], 3000)
N = "julenminer+mlnn_P65"
posts = [p for p in git(N, "ls-tree", "-r", "--name-only", "HEAD").decode().splitlines() if "20news-bydate-train/" in p]
random.Random(2).shuffle(posts)
subjects = []
batch = io.BytesIO(git(N, "cat-file", "--batch", given="".join(f"HEAD:{p}\n" for p in posts[:5000]).encode()))
for p in posts[:5000]:
    size = batch.readline().split()[-1]
    if not size.isdigit(): continue
    if m := re.search(r"^Subject: *(.*)$", batch.read(int(size) + 1).decode("latin-1"), re.M):
        subjects.append((p.split("/")[-2], re.sub(r"^((re|fwd?) *: *)+", "", m.group(1), flags=re.I)))
write("newsgroups", subjects, 3000)
