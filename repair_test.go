package cohort

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/internal/bag"
)

// speller is a bag that knows words.
type speller struct {
	pathBag
	words []string
}

func (s *speller) Words() []string { return s.words }

// newSpeller returns one that knows the words of all topics, and many others.
func newSpeller() *speller {
	s := &speller{}
	for _, t := range bag.Topics {
		s.words = append(s.words, t...)
	}
	for i := range 5000 {
		w := []byte("zz")
		for n := i; n > 0; n /= 26 {
			w = append(w, byte('a'+n%26))
		}
		s.words = append(s.words, string(w))
	}
	return s
}

// misspelt puts a letter too many into about half of the long words.
func misspelt(texts []Text) []Text {
	r := rand.New(rand.NewPCG(1, 1))
	out := slices.Clone(texts)
	for i := range out {
		words := strings.Fields(out[i].Text)
		for j, w := range words {
			if at := 1 + r.IntN(max(len(w)-2, 1)); len(w) > 5 && r.IntN(2) == 0 {
				words[j] = w[:at] + string(rune('a'+r.IntN(26))) + w[at:]
			}
		}
		out[i].Text = strings.Join(words, " ")
	}
	return out
}

// Noisy texts are put right for the model by themselves, shown as they were
// written, and read in the same way by what was saved.
func TestRepair(t *testing.T) {
	t.Parallel()
	var texts []Text
	for i, x := range bag.Texts(20, 4) {
		x.Text += " " + bag.Topics[i%3][i%6] + " " + bag.Topics[i%3][(i+1)%6]
		texts = append(texts, x)
	}
	noisy := misspelt(texts)
	model := newSpeller()
	o := Options{Model: model, K: 3, Bootstrap: -1}
	told := 0
	o.Cleaned = func(c Cleaning) {
		if told++; c.Repair == nil {
			t.Error("nothing was decided")
		}
	}
	made, err := Fit(t.Context(), Slice(noisy), o)
	if err != nil {
		t.Fatal(err)
	}
	s := made.Segmentation()
	got := s.Cleaning.Repair
	if told != 1 || got == nil || !got.On || got.By != "texts" || got.Words < 50 || got.Texts < 50 {
		t.Fatalf("%d, %+v", told, got)
	}
	shown := 0
	for i := range s.Segments {
		for _, q := range s.Segments[i].Quotes {
			at := slices.IndexFunc(noisy, func(x Text) bool { return x.User == q.User && x.Text == q.Text })
			if at < 0 {
				t.Errorf("%q was not written", q.Text)
			} else if q.Read != "" && q.Read == q.Text {
				t.Errorf("%q was read as %q", q.Text, q.Read)
			} else if q.Read != "" {
				shown++
			}
		}
	}
	if shown == 0 {
		t.Error("no quotation has what was read")
	}
	o.Cleaned = nil
	var b bytes.Buffer
	if err := made.Save(&b); err != nil {
		t.Fatal(err)
	}
	again, err := LoadSegmenter(&b)
	if err != nil {
		t.Fatal(err)
	}
	placed, err := again.Assign(t.Context(), Slice(noisy), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range placed {
		if u := s.Users[i]; a.User != u.ID || a.Segment != u.Segment || a.Margin != u.Margin {
			t.Errorf("%+v, was %+v", a, u)
		}
	}
	y, err := again.Why(t.Context(), placed[0].User, Slice(noisy), o, WhyOptions{})
	if err != nil || y.Margin != placed[0].Margin {
		t.Errorf("why: %+v, %v", y, err)
	}
	for _, d := range y.Deciding {
		for _, w := range d.Words {
			if !strings.Contains(d.Text, w.Word) {
				t.Errorf("%q is not in %q", w.Word, d.Text)
			}
		}
	}
	checkOrder(t, s, noisy, o)
	for _, mode := range []Repair{RepairOff, RepairOn} {
		o.Repair = mode
		other, err := again.Assign(t.Context(), Slice(noisy), o)
		if err != nil {
			t.Fatal(err)
		}
		if (cmp.Diff(placed, other) == "") != (mode == RepairOn) {
			t.Errorf("%v: the same places: %v", mode, mode != RepairOn)
		}
	}
}

// checkOrder checks that rows in another order say the same.
func checkOrder(t *testing.T, s *Segmentation, texts []Text, o Options) {
	t.Helper()
	mixed := slices.Clone(texts)
	rand.New(rand.NewPCG(3, 3)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	other, err := Segment(t.Context(), Slice(mixed), o)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s.Cleaning.Repair, other.Cleaning.Repair); d != "" {
		t.Error("in another order:", d)
	}
	of := map[string]int{}
	for _, u := range other.Users {
		of[u.ID] = u.Segment
	}
	for _, u := range s.Users {
		if of[u.ID] != u.Segment {
			t.Errorf("in another order, %s moves", u.ID)
		}
	}
}

// Clean texts are left alone, and what was known of their words serves new texts
// that are not clean. Words are explained where they were written.
func TestRepairOfNewTexts(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(40, 4)
	model := newSpeller()
	o := Options{Model: model, K: 3, Bootstrap: -1}
	made, err := Fit(t.Context(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	if r := made.Segmentation().Cleaning.Repair; r == nil || r.On || r.Counted < 300 {
		t.Fatalf("%+v", r)
	}
	want, err := made.Assign(t.Context(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	var told *Repaired
	o.Cleaned = func(c Cleaning) { told = c.Repair }
	got, err := made.Assign(t.Context(), Slice(misspelt(texts)), o)
	if err != nil || told == nil || !told.On || told.Words < 30 {
		t.Fatalf("%+v, %v", told, err)
	}
	for i, a := range got {
		if a.Segment != want[i].Segment {
			t.Errorf("%s is in %d, would be in %d", a.User, a.Segment, want[i].Segment)
		}
	}
	o.Repair = RepairOn
	const text = "the batttery  isn't zoomm"
	for x, err := range made.Explain(t.Context(), Slice([]Text{{User: "a", Text: text}}), o, ExplainOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, w := range x.Words {
			words = append(words, w.Word)
			if text[w.Start:w.End] != w.Word {
				t.Errorf("%+v", w)
			}
		}
		if !slices.Contains(words, "batttery") {
			t.Errorf("%q", words)
		}
	}
}

func TestRepairErrors(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(4, 2)
	_, _, vectors := embedded(t, &bag.Model{}, texts)
	for name, o := range map[string]Options{
		"value":   {Model: &bag.Model{}, Repair: 7},
		"vectors": {Vectors: vectors, Repair: RepairOn},
	} {
		if _, err := Segment(t.Context(), Slice(texts), o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
	made := fit(t, texts, Options{K: 2, Bootstrap: -1})
	if _, err := made.Assign(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Repair: RepairOn}); !errors.Is(err, ErrOptions) {
		t.Errorf("without words: %v", err)
	}
	for i := range 3 {
		if r, err := ParseRepair(Repair(i).String()); err != nil || r != Repair(i) {
			t.Errorf("%v, %v", r, err)
		}
	}
	if _, err := ParseRepair("never"); !errors.Is(err, ErrOptions) || fmt.Sprint(Repair(9)) != "Repair(9)" {
		t.Error(err)
	}
}
