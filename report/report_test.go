package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"html"
	"iter"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/visible"
)

// bag embeds a text as the sum of a fixed random direction for each word.
type bag struct{}

var directions sync.Map // word -> [24]float32

func direction(word string) (d [24]float32) {
	if v, ok := directions.Load(word); ok {
		return v.([24]float32)
	}
	h := fnv.New64a()
	h.Write([]byte(word))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	for i := range d {
		d[i] = float32(r.NormFloat64())
	}
	directions.Store(word, d)
	return d
}

func (bag) Dim() int       { return 24 }
func (bag) Name() string   { return "bag" }
func (bag) Digest() string { return "0123" }
func (bag) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		for t := range texts {
			v := make([]float32, 24)
			for _, w := range strings.Fields(t) {
				for i, x := range direction(w) {
					v[i] += x
				}
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// glad calls texts with "zoom" glad and with "late" sad.
type glad struct{}

func (glad) Describe() string { return "by two words" }
func (glad) Feelings(_ context.Context, texts []string, _ mat.Matrix) ([]cohort.Feeling, error) {
	out := make([]cohort.Feeling, len(texts))
	for i, t := range texts {
		out[i].Value = float64(strings.Count(t, "zoom")-strings.Count(t, "late")) / 6
	}
	return out, nil
}

var topics = [][]string{
	{"camera", "lens", "photo", "zoom", "flash", "picture"},
	{"battery", "charge", "power", "plug", "cable", "adapter"},
	{"delivery", "parcel", "courier", "late", "shipping", "box"},
}

var hostile = []string{
	`</script><script>window.pwned=1</script>`, `<img src=x onerror="window.pwned=1">`, `" onmouseover="window.pwned=1`, `'; window.pwned=1; //`,
	"\u202egnp.exe \u2066 bidi", "nul\x00 and esc\x1b[31m", `<!-- <script>`, `]]><svg onload=window.pwned=1>`, strings.Repeat("W", 900), `{{.S}} ${window.pwned=1}`, "\u2028\u2029",
}

// sample makes a segmentation of three topics with hostile users, names and texts.
func sample(t testing.TB, users int, o cohort.Options) *cohort.Segmentation {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	var texts []cohort.Text
	for u := range users {
		kind := u % 3
		id := fmt.Sprintf("user%05d", u)
		if u < len(hostile) {
			id = hostile[u]
		}
		for n := range 3 {
			var w []string
			for range 6 {
				w = append(w, topics[kind][r.IntN(6)])
			}
			s := strings.Join(w, " ") + []string{". The lens is superb.", ". The charger is awful."}[min(kind, 1)]
			if u < len(hostile) {
				s += " " + hostile[u]
			}
			texts = append(texts, cohort.Text{
				User: id, Text: s, Time: time.Date(2024, time.Month(1+(u+n)%9), 1+u%28, 0, 0, 0, 0, time.UTC),
				Meta: map[string]string{"stars": fmt.Sprint(1 + (u+n)%5), "dept": []string{"photo", "power", hostile[0]}[kind]},
			})
		}
	}
	o.Model = bag{}
	if o.K == 0 {
		o.K = 3
	}
	s, err := cohort.Segment(context.Background(), cohort.Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func full(t testing.TB) *cohort.Segmentation {
	return sample(t, 60, cohort.Options{Rating: "stars", Sentiment: glad{}, Edits: []cohort.Edit{{Op: "rename", Segment: 2, Name: hostile[0]}}})
}

func page(t testing.TB, s *cohort.Segmentation, p Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPageIsSelfContainedAndLocked(t *testing.T) {
	t.Parallel()
	s := full(t)
	got := page(t, s, Page{})
	for _, bad := range []string{"<script>window", "<img", "<svg onload", "onerror=\"", "onmouseover=\"", " style=", "javascript:", "http://", "https://", "\u202e", "\u2066", "\x00", "\x1b"} {
		if i := strings.Index(strings.ReplaceAll(got, svgNamespace, ""), bad); i >= 0 {
			t.Errorf("the page holds %q: …%q…", bad, got[max(0, i-60):min(len(got), i+60)])
		}
	}
	if n := strings.Count(got, "<script"); n != 2 {
		t.Errorf("%d scripts, want the data and the program", n)
	}
	// The policy must name exactly the style and program in the page, or the browser runs neither.
	policy := html.UnescapeString(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(got)[1])
	for tag, directive := range map[string]string{"style": "style-src", "script": "script-src"} {
		body := regexp.MustCompile(`(?s)<` + tag + `>(.*?)</` + tag + `>`).FindStringSubmatch(got)[1]
		h := sha256.Sum256([]byte(body))
		want := directive + " 'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q does not hold %q", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") || !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
}

const svgNamespace = `http://www.w3.org/2000/svg`

func TestPageSaysWhatIsKnown(t *testing.T) {
	t.Parallel()
	s := full(t)
	for lang, wants := range map[string][]string{
		"en": {"Characteristic words", "Marketing message", "Over time", "Look up a user", "Privacy", "Mean rating", "Sentiment"},
		"zh": {"特征词", "营销话术", "随时间变化", "查询用户", "隐私", "平均评分", "情感"},
	} {
		got := page(t, s, Page{Lang: lang})
		got = regexp.MustCompile(`<mark class="m[1-3]">|</mark>`).ReplaceAllString(got, "") // within quotations
		wants = append(wants, signed(s.Scores.Silhouette, 3), s.Run.Input, s.Segments[0].Words[0].Text, html.EscapeString(visible.Text(s.Segments[0].Quotes[0].Text)))
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the page does not say %q", lang, want)
			}
		}
		if regexp.MustCompile(`%!|%\[|<no value>|NaN`).MatchString(got) {
			t.Errorf("%s: a phrase lacks its values: %q", lang, regexp.MustCompile(`.{30}(%!|%\[|<no value>|NaN).{30}`).FindString(got))
		}
	}
	if err := (Page{Lang: "tlh"}).Write(&bytes.Buffer{}, s); err == nil {
		t.Error("wrote a page in an unknown language")
	}
}

// A page of vectors alone says so, in both languages, and has no empty headings
// of words and quotations.
func TestPageOfVectors(t *testing.T) {
	t.Parallel()
	users, x := make([]string, 40), mat.NewDense(40, 3, nil)
	for i := range users {
		users[i] = fmt.Sprint("user", i)
		x.SetRow(i, []float64{float64(i%2) + 0.01*float64(i), 1 - float64(i%2), 0.1})
	}
	s, err := cohort.FromVectors(t.Context(), users, x, nil, cohort.Options{K: 2, Bootstrap: 2, Sentiment: glad{}})
	if err != nil {
		t.Fatal(err)
	}
	for lang, says := range map[string]string{"en": "Of 40 of 40 texts only the vector was given", "zh": "40 条文本中有 40 条只提供了向量"} {
		s.Lang = lang
		got := page(t, s, Page{})
		if !strings.Contains(got, says) {
			t.Errorf("%s: the page does not say that there are no texts", lang)
		}
		if strings.Contains(got, `<p class="words">`) || strings.Contains(got, "<blockquote") {
			t.Errorf("%s: words or quotations of no texts", lang)
		}
	}
	var table bytes.Buffer
	if err := WriteCSV(&table, s); err != nil || strings.Count(table.String(), "\n") != 41 {
		t.Errorf("the table: %v", err)
	}
}

func TestSameBytes(t *testing.T) {
	t.Parallel()
	first, second := page(t, full(t), Page{}), page(t, full(t), Page{})
	if first != second {
		t.Error("two pages of the same run differ")
	}
}

func TestCSVHoldsEveryUser(t *testing.T) {
	t.Parallel()
	s := full(t)
	var b bytes.Buffer
	if err := WriteCSV(&b, s); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(s.Users)+1 || rows[1][0] != s.Users[0].ID || rows[1][1] != fmt.Sprint(s.Users[0].Segment) || len(rows[0]) != 10+len(s.Segments) {
		t.Errorf("%d rows, first %q", len(rows), rows[:2])
	}
}

func TestUnassignedAndNoSegments(t *testing.T) {
	t.Parallel()
	s := full(t)
	for i := range s.Users {
		s.Users[i].Segment, s.Users[i].RunnerUp = cohort.Unassigned, s.Segments[0].ID
	}
	s.Counts.Unassigned = len(s.Users)
	if got := page(t, s, Page{}); !strings.Contains(got, "Users in no segment: 60 (100% of all)") {
		t.Error("the unassigned panel does not say so")
	}
	empty := &cohort.Segmentation{Version: 1, Lang: "en", Scores: cohort.Scores{Verdict: cohort.VerdictNone}}
	if got := page(t, empty, Page{}); !strings.Contains(got, "No segments to compare") {
		t.Error("no verdict on nothing")
	}
}
