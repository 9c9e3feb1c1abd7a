package conformance

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	browserproto "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/seed-56ee9438/cohort/report"
	"github.com/seed-56ee9438/cohort/result"
)

// crowd is a segmentation of users around random centres, of which two are at
// one place.
func crowd(users, segments int) *result.Segmentation {
	r := rand.New(rand.NewPCG(8, 9))
	s := &result.Segmentation{Version: result.FormatVersion, Lang: "en", Counts: result.Counts{Users: users, Texts: users}, Scores: result.Scores{Verdict: result.VerdictFair}, Privacy: result.Privacy{MinUsers: 5}}
	for i := range segments {
		p := result.Profile{ID: i + 1, Name: fmt.Sprintf("segment · of users · number %d", i+1), Share: 1 / float64(segments), X: r.NormFloat64(), Y: r.NormFloat64()}
		if i == 1 {
			p.X, p.Y = s.Segments[0].X, s.Segments[0].Y
		}
		p.Words = []result.Word{{Text: "word", Score: 1, Count: 2}}
		s.Segments = append(s.Segments, p)
	}
	s.Users = make([]result.User, users)
	for i := range s.Users {
		at := i % segments
		p := &s.Segments[at]
		p.Users++
		p.Texts++
		s.Users[i] = result.User{
			ID: fmt.Sprintf("user%07d", i), Segment: p.ID, RunnerUp: s.Segments[(at+1)%segments].ID, Texts: 1, Margin: r.Float64(),
			X: p.X + 0.3*r.NormFloat64(), Y: p.Y + 0.3*r.NormFloat64(), Deciding: []result.Deciding{{Text: "a text of theirs", Effect: 1, MovesTo: -1}},
		}
	}
	return s
}

// write writes the page of s and returns its path.
func write(t *testing.T, s *result.Segmentation) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteHTML(&b, s); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// The first screen answers who, how many, how sure and what to do.
func TestFirstScreen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		file := filepath.Join(hostileRun(t, lang), "report.html")
		b := open(t, file, 1366, 768, "light")
		if low := js[[]string](b, `["who", "sure", "do"].filter((id) => document.getElementById(id).getBoundingClientRect().bottom > innerHeight)`); len(low) > 0 {
			t.Errorf("%s: on a laptop %q are below the first screen", lang, low)
		}
		said := js[string](b, `document.querySelector("header.top").textContent`)
		for _, want := range []string{"60", map[string]string{"en": "Agreement across resamples", "zh": "重抽样一致性"}[lang]} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: the first screen does not say %q", lang, want)
			}
		}
		if n := js[int](b, `document.querySelectorAll("#do li a[href^='#segment-']").length`); n == 0 {
			t.Errorf("%s: nothing to do for any segment", lang)
		}
		b.clean()
		b = open(t, file, 390, 844, "dark")
		if low := js[[]string](b, `["who-h", "sure-h"].filter((id) => document.getElementById(id).getBoundingClientRect().bottom > innerHeight)`); len(low) > 0 {
			t.Errorf("%s: on a phone %q are below the first screen", lang, low)
		}
		b.clean()
	}
}

// Labels of the map, as they are drawn, neither touch nor leave the map, and
// their texts are within them.
func TestLabelsAreApart(t *testing.T) {
	t.Parallel()
	for _, segments := range []int{5, 24} {
		file := write(t, crowd(600, segments))
		for _, width := range []int64{390, 1366} {
			b := open(t, file, width, 800, "light")
			got := js[[]string](b, `(() => {
				const bad = [], map = document.getElementById("map").getBoundingClientRect();
				const seen = [...document.querySelectorAll("#map .label")].filter((a) => a.getClientRects().length).map((a) => [a.textContent, a.querySelector("rect").getBoundingClientRect(), a.querySelector("text").getBoundingClientRect()]);
				const within = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top - 4 && a.bottom <= b.bottom + 4;
				seen.forEach(([name, r, text], i) => {
					if (!within(r, map)) bad.push(name + " leaves the map");
					if (!within(text, r)) bad.push(name + " is wider than its label");
					for (const [other, o] of seen.slice(0, i)) if (r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom) bad.push(name + " overlaps " + other);
				});
				return [String(seen.length), ...bad];
			})()`)
			if got[0] != fmt.Sprint(segments) || len(got) > 1 {
				t.Errorf("%d segments at %d pixels: %q", segments, width, got)
			}
			b.keep(fmt.Sprintf("labels-%d-%d", segments, width))
			b.clean()
		}
	}
}

// filtered are texts by three fields, two of which are counted together.
func filtered() *result.Segmentation {
	s := crowd(90, 3)
	s.Fields = []result.Field{
		{Name: "dept", Values: []result.FieldValue{{Value: "toys", Texts: []int{3, 0, 20}}, {Value: hostile[1], Texts: []int{20, 30, 4}}}, Rest: []int{7, 0, 6}, RestValues: 9},
		{Name: "nothing", Values: []result.FieldValue{{Value: "at all", Texts: []int{1, 2, 0}}}},
		{Name: "too many", Values: []result.FieldValue{}, Rest: []int{30, 30, 30}, RestValues: -1},
		{Name: "years", Values: []result.FieldValue{{Value: "1", To: "30", Texts: []int{15, 15, 15}}, {Value: "31", To: "60", Texts: []int{15, 10, 15}}, {Value: "61", To: "90", Texts: []int{0, 5, 0}}}},
	}
	// Two texts of toys and 1 – 30 in the first segment are not listed.
	s.Combinations = &result.Combinations{Fields: []int{3, 0}, Cells: []result.Combination{
		{Values: []int{0, 1}, Texts: []int{10, 15, 4}}, {Values: []int{0, 0}, Texts: []int{0, 0, 11}}, {Values: []int{1, 0}, Texts: []int{1, 0, 9}},
		{Values: []int{1, 1}, Texts: []int{10, 10, 0}}, {Values: []int{0, -1}, Texts: []int{3, 0, 0}}, {Values: []int{1, -1}, Texts: []int{4, 0, 6}}, {Values: []int{2, 1}, Texts: []int{0, 5, 0}},
	}}
	return s
}

func TestFilter(t *testing.T) {
	t.Parallel()
	b := open(t, write(t, filtered()), 1366, 800, "light")
	pick := func(field, value string) {
		t.Helper()
		if !js[bool](b, `(() => { const d = [...document.querySelectorAll("#filter details")].find((d) => d.querySelector("bdi").textContent === %q), l = [...d.querySelectorAll("label")].find((l) => l.textContent.trim().startsWith(%q)); d.open = true; l.querySelector("input").click(); return !l.querySelector("input").disabled; })()`, field, value) {
			t.Errorf("%s = %s cannot be chosen", field, value)
		}
	}
	cards := func() string {
		return strings.Join(js[[]string](b, `[...document.querySelectorAll(".card")].filter((c) => c.getClientRects().length).map((c) => c.id.slice(8) + ":" + (c.querySelector(".filtered")?.textContent ?? ""))`), "|")
	}
	offered := func() string {
		return strings.Join(js[[]string](b, `[...document.querySelectorAll("#filter details")].map((d) => (d.querySelector("fieldset").disabled ? "off" : [...d.querySelectorAll("small")].map((s) => s.textContent).join(" ")))`), "|")
	}
	said := func() string { return js[string](b, `document.getElementById("filtered").textContent`) }
	equal := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	usual, sizes := cards(), js[string](b, `document.getElementById("sizes").textContent`)
	equal("nothing is chosen", offered(), "23 54|3|45 40 5")
	pick("dept", "toys")
	equal("cards", cards(), "3:20 of its texts match, 67%; of all texts 26%.|1:3 of its texts match, 10%; of all texts 26%.")
	equal("toys", said(), "23 of 90 texts have dept = toys. Segments with the largest shares come first; sizes count these texts. Segments without such texts, hidden: 1.")
	equal("sizes", strings.Join(js[[]string](b, `[...document.querySelectorAll("#sizes .row")].map((r) => r.querySelector("rect").getAttribute("width") + " " + r.querySelector(".value").textContent)`), "|"), "45.0 3 · 10%|0.0 0 · 0%|300.0 20 · 67%")
	equal("toys are chosen", offered(), "23 54|off|11+ 10 0")
	// Another field, of which a few texts are not known.
	pick("years", "1 – 30")
	equal("two fields", said(), "11 of 90 texts have dept = toys and years = 1 – 30. Up to 2 more may: combinations of few users are not counted. Segments with the largest shares come first; sizes count these texts. Segments without such texts, hidden: 1.")
	equal("cards of two fields", cards(), "3:11 of its texts match, 37%; of all texts 12%.|1:0 of its texts match, 0%; of all texts 12%. Up to 2 more may.")
	equal("two are chosen", offered(), "11+ 29|off|11+ 10 0")
	// Another value of the same field.
	pick("years", "31 – 60")
	equal("two values", said(), "21 of 90 texts have dept = toys and years = 1 – 30 or 31 – 60. Up to 2 more may: combinations of few users are not counted. Segments with the largest shares come first; sizes count these texts. Segments without such texts, hidden: 1.")
	equal("what is chosen", js[string](b, `[...document.querySelectorAll("#filter summary")].map((s) => s.textContent).join("|")`), "dept: toys|nothing|years: 1 – 30, 31 – 60")
	pick("dept", "toys")
	pick("years", "1 – 30")
	equal("one field again", said(), "40 of 90 texts have years = 31 – 60. Segments with the largest shares come first; sizes count these texts.")
	pick("dept", hostile[1])
	// By the keyboard.
	js[any](b, `(document.getElementById("unfilter").focus(), null)`)
	b.keys("\r")
	equal("cleared", cards(), usual)
	equal("sizes without the filter", js[string](b, `document.getElementById("sizes").textContent`), sizes)
	equal("the focus", js[string](b, `document.activeElement.textContent`), "dept")
	b.keys("\r\t") // which closes it, and goes on to the next
	b.keys("\r\t ")
	equal("by the keyboard", said(), "3 of 3 texts have nothing = at all. Segments with the largest shares come first; sizes count these texts. Segments without such texts, hidden: 1.")
	equal("a field by itself", offered(), "off|3|off")
	if said := js[string](b, `document.getElementById("segments").textContent`); !strings.Contains(said, "Not offered, because they have too many values: too many.") {
		t.Error("the page does not say which fields are left out")
	}
	b.media("print", "light")
	if shown := js[string](b, `[...document.querySelectorAll("#filter > *")].filter((e) => e.getClientRects().length).map((e) => e.id).join()`); shown != "filtered" {
		t.Errorf("printed are %q, want what the filter says", shown)
	}
	b.keep("filter-print")
	b.clean()
	for _, width := range []int64{390, 1366} {
		for _, scheme := range []string{"light", "dark"} {
			b = open(t, write(t, filtered()), width, 800, scheme)
			pick("dept", "toys")
			pick("years", "1 – 30")
			js[any](b, `(document.querySelectorAll("#filter details").forEach((d) => { d.open = true; }), null)`)
			if wide := js[[]int](b, `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`); wide[0] > wide[1] {
				t.Errorf("at %d pixels the page is %d wide", width, wide[0])
			}
			for _, low := range js[[]string](b, contrast)[1:] {
				t.Errorf("%s: contrast %s", scheme, low)
			}
			b.keep(fmt.Sprintf("filter-%d-%s", width, scheme))
			b.clean()
		}
	}
}

// saved presses a button and returns the file that the page then saves.
func (b *tab) saved(dir, button, name string) []byte {
	b.t.Helper()
	_, err := chromedp.CallBrowser(b.ctx, browserproto.SetDownloadBehavior, browserproto.SetDownloadBehaviorParams{Behavior: browserproto.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir})
	b.check(err)
	js[any](b, `(%s.click(), null)`, button)
	path := filepath.Join(dir, name)
	for range 500 {
		if data, err := os.ReadFile(path); err == nil && len(data) > 0 {
			return data
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("%s saves no %s", button, name)
	return nil
}

func TestUsersOfSegment(t *testing.T) {
	t.Parallel()
	s := crowd(300, 2)
	for i, v := range []string{"=1+1", "+cmd", "-2", "@x", "'=a", "a\"b,c", hostile[0]} {
		s.Users[2*i].ID = v
	}
	s.Users[14].Deciding[0].Text = "=HYPERLINK(1)"
	s.Users[16].Texts, s.Users[16].Margin = 9, 2
	b := open(t, write(t, s), 1366, 800, "light")
	if n := js[int](b, `document.querySelectorAll("details.members table, details.members tr").length`); n != 0 {
		t.Errorf("%d rows before anybody asks", n)
	}
	js[any](b, `(document.querySelector("#segment-1 details.members summary").focus(), null)`)
	b.keys("\r")
	js[any](b, `new Promise((r) => setTimeout(r, 50)).then(() => null) && null`)
	rows := func() []string {
		return js[[]string](b, `[...document.querySelectorAll("#segment-1 tbody th")].filter((e) => e.closest(".users")).map((e) => e.textContent)`)
	}
	for range 100 {
		if len(rows()) > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if got := rows(); len(got) != 100 || got[0] != "user0000016" {
		t.Fatalf("%d rows, the first %q: want 100 of the largest margins", len(got), got[:min(3, len(got))])
	}
	js[any](b, `(document.querySelector("#segment-1 .users thead button").focus(), null)`)
	b.keys("\r")
	if got := rows(); got[0] >= got[1] && got[1] >= got[2] || js[string](b, `document.querySelector("#segment-1 .users th").getAttribute("aria-sort")`) != "ascending" {
		t.Errorf("by name: %q", got[:3])
	}
	js[any](b, `([...document.querySelectorAll("#segment-1 .list .tools button")].find((b) => b.textContent === "More users").click(), null)`)
	if got := rows(); len(got) != 150 {
		t.Errorf("%d rows, want all 150", len(got))
	}
	if got := js[string](b, `document.querySelector("#segment-1 .list .about").textContent`); got != "150 of 150 users." {
		t.Errorf("said %q", got)
	}
	js[any](b, `([...document.querySelectorAll("#segment-1 .users tbody button")].find((b) => b.textContent === "user0000016").click(), null)`)
	if got := js[string](b, `document.querySelector("#found h3 bdi").textContent`); got != "user0000016" {
		t.Errorf("a row looks up %q", got)
	}
	data := b.saved(t.TempDir(), `[...document.querySelectorAll("#segment-1 .list button")].find((b) => b.textContent === "Save as CSV")`, "segment-1.csv")
	table, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(table) != 151 {
		t.Fatalf("%d rows: %v", len(table), err)
	}
	want := []string{"'=1+1", "'+cmd", "-2", "'@x", "''=a", "a\"b,c", hostile[0]}
	for i, w := range want {
		if got := table[1+i][0]; got != w {
			t.Errorf("user %q is %q, want %q", s.Users[2*i].ID, got, w)
		}
	}
	if got := table[8][6]; got != "'=HYPERLINK(1)" || table[0][6] != "deciding_text" {
		t.Errorf("the text is %q", got)
	}
	if got := table[9]; got[3] != "9" || got[1] != "1" || got[5] != "2" {
		t.Errorf("row %q", got)
	}
	b.clean()
}

// Every chart can be saved, and its picture is not blank.
func TestPictures(t *testing.T) {
	t.Parallel()
	b := open(t, filepath.Join(hostileRun(t, "en"), "report.html"), 1366, 800, "dark")
	charts := js[[]string](b, `[...document.querySelectorAll("[data-chart]")].map((e) => e.dataset.chart)`)
	if got := fmt.Sprint(charts); got != "[map trend-1 trend-2 trend-3 sizes feelings likeness trend opinions]" && len(charts) != 9 {
		t.Errorf("charts %s", got)
	}
	if n := js[int](b, `[...document.querySelectorAll("svg[role], .rows")].filter((e) => !e.closest("[data-chart]")).length`); n != 0 {
		t.Errorf("%d charts cannot be saved", n)
	}
	dir := t.TempDir()
	for _, name := range charts {
		data := b.saved(dir, fmt.Sprintf(`((e) => (e.closest(".scroll") ?? e).nextElementSibling.querySelector("button"))(document.querySelector("[data-chart=%s]"))`, name), name+".png")
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		size := js[[]float64](b, `((r) => [r.width, r.height])(document.querySelector("[data-chart=%s]").getBoundingClientRect())`, name)
		if r := img.Bounds(); float64(r.Dx()) < 2*size[0]-1 || float64(r.Dy()) < 2*size[1]-1 {
			t.Errorf("%s: %v, want twice %v", name, r, size)
		}
		ground, others := img.At(img.Bounds().Dx()/2, 0), 0
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if img.At(x, y) != ground {
					others++
				}
			}
		}
		if share := float64(others) / float64(img.Bounds().Dx()*img.Bounds().Dy()); share < 0.002 {
			t.Errorf("%s: %.4f of the picture is not ground", name, share)
		}
		b.keepFile("chart-"+name+".png", data)
	}
	b.clean()
}

var sheets = regexp.MustCompile(`/Type\s*/Page\b`)

// A segment that is printed alone has one sheet, and in the whole page each
// segment begins its own.
func TestSegmentOnOneSheet(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		b := open(t, filepath.Join(hostileRun(t, lang), "report.html"), 1366, 800, "light")
		js[any](b, `(window.print = () => {}, null)`)
		for _, paper := range []struct{ w, h float64 }{{8.27, 11.69}, {8.5, 11}} {
			for _, id := range []string{"1", "2", "3"} {
				js[any](b, `(document.querySelector("#segment-%s > .tools:last-child button").click(), null)`, id)
				pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(func(p *page.PrintToPDFParams) { p.PaperWidth, p.PaperHeight = paper.w, paper.h }))
				b.check(err)
				if n := len(sheets.FindAll(pdf, -1)); n != 1 {
					t.Errorf("%s: segment %s takes %d sheets of %v", lang, id, n, paper)
				}
				b.keepFile("segment-"+lang+id+".pdf", pdf)
				if js[bool](b, `document.body.classList.contains("alone")`) {
					t.Errorf("%s: after printing, the page is still one segment", lang)
				}
			}
		}
		pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
		b.check(err)
		if n := len(sheets.FindAll(pdf, -1)); n < 5 || n > 10 {
			t.Errorf("%s: the page of three segments takes %d sheets", lang, n)
		}
		b.keepFile("page-"+lang+".pdf", pdf)
		b.clean()
	}
}

// A page of a million users is as small as others, holds no row a user, and
// says what it leaves out.
func TestMillionUsers(t *testing.T) {
	t.Parallel()
	browser(t)
	file := write(t, crowd(1_000_000, 12))
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, file, 1366, 800, "light")
	elements := js[int](b, `document.querySelectorAll("*").length`)
	t.Logf("%d bytes, %d elements, loaded after %.0f ms", info.Size(), elements, js[float64](b, `performance.getEntriesByType("navigation")[0].loadEventEnd`))
	if info.Size() >= 2_000_000 || elements > 3000 {
		t.Errorf("%d bytes, %d elements", info.Size(), elements)
	}
	said := js[string](b, `document.body.innerText`)
	for _, want := range []string{"1,000,000 users", "Of every 50 users one has a dot.", "of 1,000,000 users; segments.csv has all of them."} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	b.clean()
}

// The words of a quotation are shaded by their effects, in its card and where
// its user is looked up.
func TestShadedWords(t *testing.T) {
	t.Parallel()
	s := crowd(20, 2)
	s.Users[5].Deciding = []result.Deciding{{Text: "=a battery, batteries " + hostile[0], Effect: 0.2, MovesTo: 1, Words: []result.WordEffect{{Word: "battery", Effect: 0.3}, {Word: "script", Effect: 0.15}}}, {Text: "another", Effect: 0.1, MovesTo: 2}}
	s.Users[5].Texts = 2
	s.Users[6].Deciding = []result.Deciding{{Text: "they sold the lens", Effect: 0.2, MovesTo: 1}}
	s.Segments[1].Quotes = []result.Quote{{Kind: result.QuoteCentral, Text: "they sold the lens", User: "user0000006", Segment: 2, Words: []result.WordEffect{{Word: "lens", Effect: 0.4}}}}
	s.Segments[0].Quotes = []result.Quote{{Kind: result.QuoteCentral, Text: "the camera takes pictures", User: "user0000002", Segment: 1, Words: []result.WordEffect{{Word: "camera", Effect: 0.4}, {Word: "pictures", Effect: 0.1}}}}
	b := open(t, write(t, s), 1366, 800, "light")
	const marks = `[...document.querySelectorAll(%q)].map((m) => m.textContent + " " + m.className + " " + getComputedStyle(m).backgroundColor).join(", ")`
	if got, want := js[string](b, marks, "#segment-1 mark"), "camera m3 rgba(11, 87, 164, 0.36), pictures m1 rgba(11, 87, 164, 0.12)"; got != want {
		t.Errorf("in the card: %s", got)
	}
	if said := b.lookUp("user0000002"); !strings.Contains(said, "the camera takes pictures") {
		t.Errorf("the look-up says %q", said)
	}
	if got := js[int](b, `document.querySelectorAll("#found mark.m3, #found mark.m1").length`); got != 2 {
		t.Errorf("%d words are shaded where the user is looked up", got)
	}
	said := b.lookUp("user0000005")
	if got, want := js[string](b, marks, "#found mark"), "battery m3 rgba(11, 87, 164, 0.36), script m2 rgba(11, 87, 164, 0.24), script m2 rgba(11, 87, 164, 0.24), script m2 rgba(11, 87, 164, 0.24)"; !strings.HasPrefix(got, want[:80]) {
		t.Errorf("in a deciding text: %s", got)
	}
	for _, want := range []string{"=a battery, batteries " + hostile[0], "Decisive words: battery, script. The darker a word"} {
		if !strings.Contains(said, want) {
			t.Errorf("the look-up says %q, want %q", said, want)
		}
	}
	if said := b.lookUp("user0000006"); strings.Count(said, "they sold the lens") != 1 || js[int](b, `document.querySelectorAll("#found mark").length`) != 1 {
		t.Errorf("a quotation that is their deciding text: %q", said)
	}
	if said := js[string](b, `document.getElementById("shades").textContent`); !strings.HasPrefix(said, "Words are shaded in a text of 3 of 20 users: ") {
		t.Errorf("the page says %q", said)
	}
	js[any](b, `(document.querySelector("#shades button").focus(), null)`)
	b.keys("\r")
	if got := js[string](b, `[...document.querySelectorAll("#found .hits bdi")].map((e) => e.textContent).join()`); got != "user0000002,user0000006,user0000005" && got != "user0000002,user0000005,user0000006" {
		t.Errorf("users whose words are shaded: %q", got)
	}
	data := b.saved(t.TempDir(), `(document.querySelectorAll("details.members").forEach((d) => { d.open = true; d.dispatchEvent(new Event("toggle")); }), [...document.querySelectorAll("#segment-2 .list button")].find((b) => b.textContent === "Save as CSV"))`, "segment-2.csv")
	if !strings.Contains(string(data), `"'=a battery, batteries </script>`) {
		t.Errorf("as CSV: %s", data)
	}
	b.lookUp("user0000001")
	if got := js[int](b, `document.querySelectorAll("#found mark").length`); got != 0 {
		t.Errorf("%d words of another user are shaded", got)
	}
	b.clean()
}

// A segment with everything that can be said of it, and everything opened, has
// one sheet, too.
func TestOpinionsOnOneSheet(t *testing.T) {
	t.Parallel()
	s := crowd(60, 2)
	long := strings.Repeat("a sentence that says what they think of it, ", 6)
	p := &s.Segments[0]
	list := func() (out []result.Opinion) {
		for i := range 5 {
			quotes := []result.OpinionQuote{{Text: long, User: "user0000002", Value: 1}, {Text: long, User: "user0000004", Value: 1}}
			out = append(out, result.Opinion{Aspect: fmt.Sprint("aspect ", i), Users: 9, Praise: 8, Blame: 1, Contrast: result.OpinionContrast{Share: 0.3, Others: 0.1, Q: 0.001}, Quotes: quotes})
		}
		return out
	}
	p.Opinions = &result.Opinions{Praised: list(), Blamed: list()}
	for range 3 {
		p.Opinions.Complaints = append(p.Opinions.Complaints, result.Complaint{Users: 4, Aspects: []string{"aspect"}, Quotes: []result.OpinionQuote{{Text: long}, {Text: long}}})
	}
	for range 12 {
		p.Words = append(p.Words, result.Word{Text: "characteristic", Score: 1, Count: 3})
		p.Contrast = append(p.Contrast, result.Odds{Word: "contrasting", Z: 4})
	}
	for _, k := range []result.QuoteKind{result.QuoteCentral, result.QuoteBorderline, result.QuoteContrasting} {
		for range 3 {
			p.Quotes = append(p.Quotes, result.Quote{Kind: k, Text: long, User: "user0000002", Segment: 1})
		}
	}
	b := open(t, write(t, s), 1366, 800, "light")
	js[any](b, `(window.print = () => {}, document.querySelectorAll("details").forEach((d) => { d.open = true; }), document.querySelector("#segment-1 > .tools:last-child button").click(), null)`)
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
	b.check(err)
	if n := len(sheets.FindAll(pdf, -1)); n != 1 {
		t.Errorf("the segment takes %d sheets", n)
	}
	if n := js[int](b, `document.querySelectorAll("details:not([open])").length`); n != 0 {
		t.Errorf("%d details that were open are closed after printing", n)
	}
	b.clean()
}
