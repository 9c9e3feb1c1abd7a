package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/sheet"
)

// hostile are texts, user IDs, categories and names that try to be more than
// text. Each would set window.pwned, or ask for something outside the page.
var hostile = []string{
	`</script><script>window.pwned=1</script>`,
	`<img src=x onerror="window.pwned=1">`,
	`" onmouseover="window.pwned=1" autofocus onfocus="window.pwned=1`,
	`'-(window.pwned=1)-'`,
	`<svg onload=window.pwned=1><animate onbegin=window.pwned=1>`,
	`</style><link rel=stylesheet href=//example.com/x.css><style>@import "//example.com/y.css"`,
	`</title></textarea><iframe srcdoc="<script>parent.pwned=1</script>">`,
	`<a href="javascript:window.pwned=1">javascript:window.pwned=1</a>`,
	"\u202egnp.exe\u202c \u2066isolated\u2069 over",
	"zero\u200bwidth\u200e\u200f\ufeff mark",
	`<!-- <script> --> ]]> <![CDATA[`,
	`{{.S.Run}} ${window.pwned=1} %s %!d(MISSING)`,
	strings.Repeat("W", 10_000),
	strings.Repeat("长", 3_000),
	`<base href="https://example.com/"><meta http-equiv=refresh content="0;url=https://example.com/">`,
}

var topics = [][]string{
	strings.Fields("camera lens photo zoom flash picture focus tripod sharp blurry"),
	strings.Fields("battery charge power plug cable adapter empty overnight hours socket"),
	strings.Fields("delivery parcel courier late shipping box address door refund tracking"),
}

// command builds cohort once and returns its path.
var command = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "cohort")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "cohort.exe")
	c := exec.Command("go", "build", "-o", path, "./cmd/cohort")
	c.Dir = filepath.Join("..", "..")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := command(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

func cohort(t *testing.T, args ...string) []byte {
	t.Helper()
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	var out, bad bytes.Buffer
	c := exec.Command(path, args...)
	c.Stdout, c.Stderr = &out, &bad
	if err := c.Run(); err != nil {
		t.Fatalf("cohort %s: %v: %s", args[0], err, bad.String())
	}
	return out.Bytes()
}

// hostileRun writes texts of three topics by 60 users, the first of whom are
// hostile in every field, and segments them, once for each language. It returns
// the output directory.
func hostileRun(t *testing.T, lang string) string {
	t.Helper()
	hostileRuns.Lock()
	defer hostileRuns.Unlock()
	if out, ok := hostileRuns.out[lang]; ok {
		return out
	}
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(filepath.Dir(path), lang)
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	in, err := os.Create(filepath.Join(dir, "in.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r := rand.New(rand.NewPCG(1, 2))
	w := sheet.NewWriter(in) // which marks what a spreadsheet would run; the mark is taken off again
	w.Write([]string{"user", "text", "stars", "dept", "when"})
	for u := range 60 {
		id, dept, extra := fmt.Sprintf("user%02d", u), []string{"photo", "power", "post"}[u%3], ""
		if u < len(hostile) {
			id, extra = hostile[u], hostile[u]
		}
		if u%3 == 0 {
			dept = hostile[0]
		}
		for n := range 3 {
			var words []string
			for range 12 {
				words = append(words, topics[u%3][r.IntN(10)])
			}
			text := strings.Join(words, " ")
			if extra != "" {
				text = extra + " " + text
			}
			w.Write([]string{id, text, fmt.Sprint(1 + (u+n)%5), dept, fmt.Sprintf("2024-%02d-%02d", 1+(u+n)%9, 1+u%28)})
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	edits, err := json.Marshal(map[string]any{"version": 1, "edits": []any{
		map[string]any{"op": "rename", "segment": 1, "name": hostile[0]}, map[string]any{"op": "rename", "segment": 2, "name": hostile[12]},
	}})
	if err != nil {
		t.Fatal(err)
	}
	names := filepath.Join(dir, "edits.json")
	if err := os.WriteFile(names, edits, 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	cohort(t, "segment", "--in", in.Name(), "--out", out, "--k", "3", "--rating", "stars", "--meta", "dept", "--time-column", "when",
		"--edits", names, "--title", hostile[1], "--lang", lang, "--clean", "none") // cleaning would take markup away
	hostileRuns.out[lang] = out
	return out
}

var hostileRuns = struct {
	sync.Mutex
	out map[string]string // by language
}{out: map[string]string{}}
