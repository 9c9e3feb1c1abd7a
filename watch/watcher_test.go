package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/text/clean"
)

// list is a Feed of texts; more may be appended.
type list struct {
	texts []cohort.Text
	at    int
}

func (l *list) Name() string { return "list" }

func (l *list) Seek(_ context.Context, after json.RawMessage) error {
	l.at = 0
	if after == nil {
		return nil
	}
	return json.Unmarshal(after, &l.at)
}

func (l *list) Next(_ context.Context, n int) ([]Row, error) {
	var out []Row
	for ; l.at < len(l.texts) && len(out) < n; l.at++ {
		out = append(out, Row{Text: l.texts[l.at], After: json.RawMessage(fmt.Sprint(l.at + 1))})
	}
	return out, nil
}

func (l *list) Rejected() int { return 0 }

func (l *list) Close() error { return nil }

// fitted is a segmenter of bag's topics, in their order by ID.
func fitted(t testing.TB) *cohort.Segmenter {
	t.Helper()
	m, err := cohort.Fit(t.Context(), cohort.Slice(bag.Texts(12, 3)), cohort.Options{Model: &bag.Model{}, K: 3, Bootstrap: -1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// people draws users who write one to three texts each about a topic, with the
// given weights of the topics; the last one is of words that no segment has.
func people(r *rand.Rand, users int, prefix string, weights ...float64) (out []cohort.Text) {
	topics := append(slices.Clone(bag.Topics), []string{"invoice", "refund", "charged", "twice", "statement", "card"})
	for u := range users {
		x := r.Float64()
		kind := 0
		for kind < len(weights)-1 && x >= weights[kind] {
			x -= weights[kind]
			kind++
		}
		for range 1 + r.IntN(3) {
			var w []string
			for range 6 {
				w = append(w, topics[kind][r.IntN(6)])
			}
			out = append(out, cohort.Text{User: fmt.Sprintf("%s%d", prefix, u), Text: "the " + strings.Join(w, " ")})
		}
	}
	return out
}

// linesOf decodes lines of JSON by their type.
func linesOf(t testing.TB, data []byte) (rows []Assigned, windows []Window, alerts []Alert) {
	t.Helper()
	for line := range bytes.Lines(data) {
		var kind struct{ Type string }
		var err error
		if err = json.Unmarshal(line, &kind); err == nil {
			switch kind.Type {
			case "assignment":
				var a Assigned
				err = json.Unmarshal(line, &a)
				rows = append(rows, a)
			case "window":
				var w Window
				err = json.Unmarshal(line, &w)
				windows = append(windows, w)
			case "alert":
				var a Alert
				err = json.Unmarshal(line, &a)
				alerts = append(alerts, a)
			default:
				err = errors.New("unknown type")
			}
		}
		if err != nil {
			t.Fatalf("%v in %s", err, line)
		}
	}
	return rows, windows, alerts
}

func watchAll(t testing.TB, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if o.Path == "" {
		o.Out = &out
	}
	o.Once = true
	if o.Model == nil {
		o.Model = &bag.Model{}
	}
	w, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Every row is placed as Assign places it alone, windows cover all rows, and
// their users are placed as Assign does.
func TestLines(t *testing.T) {
	t.Parallel()
	seg := fitted(t)
	texts := people(rand.New(rand.NewPCG(1, 1)), 300, "u", 0.5, 0.3, 0.2)
	texts[5].Text = "  "
	rows, windows, alerts := linesOf(t, watchAll(t, Options{Segmenter: seg, Feed: &list{texts: texts}, Window: 100, WarmUp: 3}))
	if len(rows) != len(texts) || len(windows) != len(texts)/100 {
		t.Fatalf("%d rows and %d windows of %d texts", len(rows), len(windows), len(texts))
	}
	for i, r := range rows {
		if r.Row != i+1 || r.User != texts[i].User {
			t.Fatalf("row %d: %+v", i+1, r)
		}
	}
	if rows[5].Segment != cohort.Unassigned || rows[4].Segment == cohort.Unassigned || rows[4].Name != seg.Name(rows[4].Segment) {
		t.Errorf("%+v, %+v", rows[4], rows[5])
	}
	for i, w := range windows {
		got, err := seg.Assign(t.Context(), cohort.Slice(texts[100*i:100*i+100]), cohort.Options{Model: &bag.Model{}})
		if err != nil {
			t.Fatal(err)
		}
		users := map[int]int{}
		for _, a := range got {
			if a.Texts > 0 {
				users[a.Segment]++
			}
		}
		if w.Number != i+1 || w.FromRow != 100*i+1 || w.ToRow != 100*i+100 || w.WarmUp != (i < 3) || (w.Drift == nil) != w.WarmUp {
			t.Errorf("window %d: %+v", i, w)
		}
		for _, m := range w.Segments {
			if m.Users != users[m.ID] || (m.Reference == nil) != w.WarmUp {
				t.Errorf("window %d: %+v, want %d users", i, m, users[m.ID])
			}
		}
	}
	if len(alerts) > 0 {
		t.Errorf("%+v", alerts)
	}
}

// mood is a sentiment that words tell.
type mood struct{}

func (mood) Describe() string { return "mood" }

func (mood) Feelings(_ context.Context, texts []string, x mat.Matrix) ([]cohort.Feeling, error) {
	if n, _ := x.Dims(); n != len(texts) {
		return nil, errors.New("vectors and texts differ in number")
	}
	out := make([]cohort.Feeling, len(texts))
	for i, s := range texts {
		out[i].Value = math.Sin(float64(len(s)*7+int(s[len(s)/2]))) / 2 // no two alike
		if strings.Contains(s, "awful") {
			out[i].Value = -0.9
		}
	}
	return out, nil
}

// A change raises one alert of its kind while it lasts, and another when it comes
// back.
func TestAlerts(t *testing.T) {
	t.Parallel()
	seg := fitted(t)
	r := rand.New(rand.NewPCG(2, 1))
	before := people(r, 800, "a", 0.4, 0.3, 0.3)
	sour := people(r, 400, "s", 0.4, 0.3, 0.3)
	for i := range sour {
		if strings.Contains(sour[i].Text, bag.Topics[1][0]) || strings.Contains(sour[i].Text, bag.Topics[1][1]) {
			sour[i].Text += " awful"
		}
	}
	places, err := seg.Assign(t.Context(), cohort.Slice([]cohort.Text{{User: "x", Text: strings.Join(bag.Topics[0], " ")}, {User: "y", Text: strings.Join(bag.Topics[1], " ")}}), cohort.Options{Model: &bag.Model{}})
	if err != nil {
		t.Fatal(err)
	}
	first, second := places[0].Segment, places[1].Segment
	for _, c := range []struct {
		name    string
		after   []cohort.Text
		kind    Kind
		segment int
	}{
		{"grown", people(r, 400, "b", 0.8, 0.1, 0.1), Grown, first},
		{"shrunk", people(r, 400, "b", 0.1, 0.45, 0.45), Shrunk, first},
		{"soured", sour, Soured, second},
		{"unassignable", people(r, 400, "b", 0.3, 0.25, 0.25, 0.2), Unfamiliar, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			texts := slices.Concat(before, c.after, before, c.after)
			_, windows, alerts := linesOf(t, watchAll(t, Options{Segmenter: seg, Feed: &list{texts: texts}, Window: 200, WarmUp: 5, Sentiment: mood{}}))
			n := 0
			for _, a := range alerts {
				if a.Kind != c.kind || a.Segment != c.segment {
					continue
				}
				n++
				if a.P > a.Level || a.FalseAlarms != 0.05 || a.Horizon != 100 || (a.Before < a.After) != (c.kind == Grown || c.kind == Unfamiliar) {
					t.Errorf("%+v", a)
				}
			}
			if n != 2 {
				t.Errorf("%d alerts, want one each time: %+v", n, alerts)
			}
			ongoing := 0
			for _, w := range windows {
				ongoing += len(w.Ongoing)
			}
			if ongoing == 0 {
				t.Error("no window has it ongoing")
			}
		})
	}
}

// Texts that pile up far from all segments make a candidate, with its words and
// quotations, none of which shows personal data, whatever the Preparer does.
func TestCandidate(t *testing.T) {
	t.Parallel()
	seg := fitted(t)
	r := rand.New(rand.NewPCG(4, 1))
	texts := slices.Concat(people(r, 800, "a", 0.4, 0.3, 0.3), people(r, 200, "jane.doe@example.com ", 0.3, 0.2, 0.2, 0.3))
	for i := range texts {
		if strings.Contains(texts[i].Text, "invoice") {
			texts[i].Text += fmt.Sprintf(" jane.doe%d@example.com call 202-555-01%02d", i, i%100)
		}
	}
	out := watchAll(t, Options{Segmenter: seg, Feed: &list{texts: texts}, Window: 300, WarmUp: 4})
	_, _, alerts := linesOf(t, out)
	var c *Candidate
	for _, a := range alerts {
		if a.Kind == Unfamiliar {
			c = a.Candidate
		}
		if b, err := json.Marshal(a); err != nil || bytes.Contains(b, []byte("doe")) || bytes.Contains(b, []byte("555")) {
			t.Errorf("%s, %v", b, err)
		}
	}
	if c == nil {
		t.Fatal("no candidate")
	}
	words := map[string]bool{}
	for _, w := range c.Words {
		words[w.Text] = true
	}
	if !words["invoice"] || !words["refund"] || words["camera"] || words["email"] {
		t.Errorf("words %+v", c.Words)
	}
	if c.Users < 10 || len(c.Quotes) != 3 || !strings.Contains(c.Quotes[0], "[email]") {
		t.Errorf("%+v", c)
	}
}

// The share of windows with an alert is at most the stated one where nothing
// changes, and not far below it. The tests are those of windows, without the
// model.
func TestFalseAlarms(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws 800 windows")
	}
	seg := fitted(t)
	o := Options{Segmenter: seg, Model: &bag.Model{}, Feed: &list{}, Out: &bytes.Buffer{}, Sentiment: mood{}, FalseAlarms: 0.05, Horizon: 1}
	w, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r := rand.New(rand.NewPCG(9, 1))
	shares := []float64{0.5, 0.3, 0.2}
	draw := func(users int) *tally {
		x := newTally()
		x.Windows = nil
		for u := range users {
			id := 1
			for p := r.Float64(); id < 3 && p >= shares[id-1]; id++ {
				p -= shares[id-1]
			}
			x.Users++
			x.Segments[id]++
			x.Who[fmt.Sprint(r.Uint64(), u)] = id
			x.Farthest = append(x.Farthest, r.NormFloat64())
			x.Feelings[id] = append(x.Feelings[id], r.NormFloat64()+float64(id))
		}
		return x
	}
	const references, windows = 20, 40
	alerted, all := 0, 0
	for range references {
		w.ref = newTally()
		for range 20 {
			w.ref.add(draw(100 + r.IntN(100)))
		}
		for range windows {
			x := draw(100 + r.IntN(100))
			w.p.Ongoing = nil
			alerts, _, err := w.compare(t.Context(), x, w.line(x))
			if err != nil {
				t.Fatal(err)
			}
			all++
			if len(alerts) > 0 {
				alerted++
			}
		}
	}
	share := float64(alerted) / float64(all)
	t.Logf("%d of %d windows have an alert: %.4f, stated at most %.4f", alerted, all, share, w.o.level())
	if most := w.o.level() + 3*math.Sqrt(w.o.level()/float64(all)); share > most {
		t.Errorf("%v of the windows have an alert, want at most %v", share, most)
	}
	if share < w.o.level()/5 {
		t.Errorf("%v of the windows have an alert, far below %v: the tests are too cautious", share, w.o.level())
	}
}

// Users who come again in every window are not taken for many.
func TestReturningUsers(t *testing.T) {
	t.Parallel()
	ref := newTally()
	for range 10 {
		x := newTally()
		x.Windows = nil
		x.Users = 50
		for u := range 50 {
			x.Who[fmt.Sprint(u)] = 1
		}
		ref.add(x)
	}
	if got := ref.shrink(); math.Abs(got-0.1) > 1e-12 {
		t.Errorf("50 users in each of ten windows count %v, want a tenth", got)
	}
	b, err := json.Marshal(ref)
	if err != nil {
		t.Fatal(err)
	}
	var sum tally
	if err := json.Unmarshal(b, &sum); err != nil {
		t.Fatal(err)
	}
	again := newTally()
	again.add(&sum)
	if again.Count != 10 || again.shrink() != ref.shrink() || again.Users != 500 {
		t.Errorf("read again: %d windows, %v", again.Count, again.shrink())
	}
}

// Windows by the rows' time are spans of it, whatever the number of their rows;
// rows of an earlier one count as late.
func TestTimeWindows(t *testing.T) {
	t.Parallel()
	seg := fitted(t)
	texts := people(rand.New(rand.NewPCG(6, 1)), 60, "u", 0.5, 0.3, 0.2)
	day := time.Date(2026, 3, 1, 10, 20, 0, 0, time.UTC)
	for i := range texts {
		texts[i].Time = day.Add(time.Duration(i) * 7 * time.Minute)
	}
	texts[20].Time = day // late
	_, windows, _ := linesOf(t, watchAll(t, Options{Segmenter: seg, Feed: &list{texts: texts}, Every: time.Hour, WarmUp: 2}))
	rows, late := 0, 0
	for i, w := range windows {
		if w.Start == nil || !w.Start.Equal(day.Truncate(time.Hour).Add(time.Duration(i)*time.Hour)) || w.End.Sub(*w.Start) != time.Hour || w.FromRow != rows+1 {
			t.Fatalf("window %d: %+v", i, w)
		}
		rows = w.ToRow
		late += w.Late
	}
	if late != 1 || len(windows) < 10 || rows >= len(texts) {
		t.Errorf("%d late, %d windows, %d of %d rows in windows that ended", late, len(windows), rows, len(texts))
	}
	// By the clock.
	w, err := New(t.Context(), Options{Segmenter: seg, Model: &bag.Model{}, Feed: &list{texts: people(rand.New(rand.NewPCG(6, 1)), 5, "u", 1)}, Every: time.Hour, Once: true, Out: &bytes.Buffer{}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	now := day
	w.now = func() time.Time { return now }
	for i, want := range []int{0, 0, 1} {
		if err := w.Run(t.Context()); err != nil || w.p.Windows != want {
			t.Fatalf("look %d: %d windows, %v", i, w.p.Windows, err)
		}
		now = now.Add(40 * time.Minute)
	}
}

// hook is a receiver of alerts.
type hook struct {
	mu     sync.Mutex
	fail   []int // statuses of the first answers
	got    []Alert
	asked  int
	server *httptest.Server
}

func newHook(t *testing.T, fail ...int) *hook {
	h := &hook{fail: fail}
	h.server = httptest.NewServer(h)
	t.Cleanup(h.server.Close)
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	if len(h.fail) > 0 {
		status := h.fail[0]
		h.fail = h.fail[1:]
		if status == 0 {
			h.mu.Unlock()
			time.Sleep(300 * time.Millisecond)
			h.mu.Lock()
			return
		}
		w.WriteHeader(status)
		return
	}
	var a Alert
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil || a.ID != r.Header.Get("Idempotency-Key") || r.Header.Get("Content-Type") != "application/json" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.got = append(h.got, a)
}

// Alerts are posted once each, in their order, after failures that pass; one
// that is refused is told, and one that cannot be posted is kept.
func TestWebhook(t *testing.T) {
	t.Parallel()
	seg := fitted(t)
	r := rand.New(rand.NewPCG(8, 1))
	texts := slices.Concat(people(r, 400, "a", 0.4, 0.3, 0.3), people(r, 200, "b", 0.9, 0.05, 0.05))
	state := filepath.Join(t.TempDir(), "state")
	var notes []string
	o := Options{Segmenter: seg, Feed: &list{texts: texts}, Window: 200, WarmUp: 3, State: state, Note: func(s string) { notes = append(notes, s) }}
	post := func(h *hook) *Webhook {
		return &Webhook{URL: h.server.URL + "/secret", Timeout: 100 * time.Millisecond, Retries: 2, Wait: time.Millisecond}
	}
	down := newHook(t, 503, 500, 429, 502, 502, 502, 502, 502, 502, 502, 502, 502)
	o.Post = post(down)
	_, _, alerts := linesOf(t, watchAll(t, o))
	if len(alerts) == 0 || len(down.got) > 0 || down.asked != 3*len(notes) || len(notes) == 0 || strings.Contains(notes[0], "secret") {
		t.Fatalf("%d alerts, %d posted in %d attempts, notes %q", len(alerts), len(down.got), down.asked, notes)
	}
	up := newHook(t, 0, 503) // too late, and busy
	o.Post = post(up)
	o.Feed = &list{texts: texts}
	watchAll(t, o) // goes on
	if !slices.EqualFunc(up.got, alerts, func(a, b Alert) bool { return a.ID == b.ID && a.P == b.P }) {
		t.Errorf("posted %+v, want %+v", up.got, alerts)
	}
	again := newHook(t)
	o.Post = post(again)
	watchAll(t, o)
	if again.asked != 0 {
		t.Error("posted twice")
	}
	refusing := newHook(t, 400, 404, 410)
	o.Post, o.State, notes = post(refusing), "", nil
	o.Feed = &list{texts: texts}
	watchAll(t, o)
	if refusing.asked != len(alerts) || len(notes) != min(3, len(alerts)) || !strings.Contains(notes[0], "refuses") {
		t.Errorf("%d attempts, notes %q", refusing.asked, notes)
	}
}

// With --follow centres move and IDs stay; a watch that goes on has the centres
// where they were.
func TestFollow(t *testing.T) {
	t.Parallel()
	seg := fitted(t)
	texts := people(rand.New(rand.NewPCG(7, 1)), 400, "u", 0.5, 0.3, 0.2)
	dir := t.TempDir()
	var moved *cohort.Segmenter
	o := Options{Segmenter: seg, Feed: &list{texts: texts}, Window: 100, WarmUp: 2, Follow: true, Memory: 50, Segments: func(m *cohort.Segmenter) error { moved = m; return nil }}
	want := watchAll(t, o)
	if moved == nil {
		t.Fatal("the centres did not move")
	}
	for i, c := range moved.Centres().Segments {
		if was := seg.Centres().Segments[i]; c.ID != was.ID || slices.Equal(c.Vector, was.Vector) || moved.Name(c.ID) != seg.Name(was.ID) {
			t.Errorf("segment %d became %d", was.ID, c.ID)
		}
	}
	o.Path, o.State = filepath.Join(dir, "lines"), filepath.Join(dir, "state")
	for _, n := range []int{150, 333, 560, len(texts)} {
		o.Feed = &list{texts: texts[:min(n, len(texts))]}
		watchAll(t, o)
	}
	if got, err := os.ReadFile(o.Path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("a watch in parts differs: %d and %d bytes, %v", len(got), len(want), err)
	}
	kept, _ := filepath.Glob(o.State + ".*.cohort")
	if len(kept) != 1 {
		t.Errorf("segmenters left: %q", kept)
	}
}

// Interrupted after any number of rows, a watch goes on to the same lines; other
// settings and a second process are refused.
func TestState(t *testing.T) {
	t.Parallel()
	seg := fitted(t)
	r := rand.New(rand.NewPCG(10, 1))
	texts := slices.Concat(people(r, 200, "a", 0.4, 0.3, 0.3), people(r, 100, "b", 0.9, 0.05, 0.05))
	dir := t.TempDir()
	o := Options{Segmenter: seg, Model: &bag.Model{}, Feed: &list{texts: texts}, Window: 60, WarmUp: 3, Prepare: cohort.PrivacyPreparer{Cleaner: clean.New(clean.Options{})}, Once: true}
	fit, err := cohort.Fit(t.Context(), cohort.Slice(bag.Texts(12, 3)), cohort.Options{Model: &bag.Model{}, K: 3, Bootstrap: -1, Prepare: o.Prepare})
	if err != nil {
		t.Fatal(err)
	}
	o.Segmenter = fit
	want := watchAll(t, o)
	o.Path, o.Alerts, o.State = filepath.Join(dir, "lines"), filepath.Join(dir, "alerts"), filepath.Join(dir, "state")
	for n := 0; n < len(texts); {
		n = min(len(texts), n+1+r.IntN(70))
		o.Feed = &list{texts: texts[:n]}
		w, err := New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if n%3 == 0 { // as a kill before the last block: the lines are ahead of the journal
			if err := w.lines.write([]byte(`{"type":"half`)); err != nil {
				t.Fatal(err)
			}
			w.lines.n -= int64(len(`{"type":"half`))
			w.Close()
			continue
		}
		if err := w.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := New(t.Context(), o); !errors.Is(err, ErrInUse) {
			t.Fatalf("a second one: %v", err)
		}
		w.Close()
	}
	o.Feed = &list{texts: texts}
	watchAll(t, o)
	got, _ := os.ReadFile(o.Path)
	own, _ := os.ReadFile(o.Alerts)
	var rest, alerts []byte
	for line := range bytes.Lines(want) {
		if bytes.HasPrefix(line, []byte(`{"type":"alert"`)) {
			alerts = append(alerts, line...)
		} else {
			rest = append(rest, line...)
		}
	}
	if !bytes.Equal(got, rest) || !bytes.Equal(own, alerts) || len(alerts) == 0 {
		t.Errorf("%d bytes of lines, want %d; %d of alerts, want %d", len(got), len(rest), len(own), len(alerts))
	}
	if b, err := os.ReadFile(o.State); err != nil || bytes.Contains(b, []byte("camera")) {
		t.Errorf("the journal holds texts, or %v", err)
	}
	other := o
	other.Window = 70
	if _, err := New(t.Context(), other); err == nil || !strings.Contains(err.Error(), "window was 60, is 70") {
		t.Errorf("another window: %v", err)
	}
	if err := os.Truncate(o.Path, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := New(t.Context(), o); !errors.Is(err, ErrState) {
		t.Errorf("an output that was cut: %v", err)
	}
}
