package profile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

func collector(k int) *opinions {
	return newOpinions(&Config{Lang: "en"}, k, &trend{})
}

func item(user int, s string) *reading.Item {
	return &reading.Item{User: user, Clean: s, Mended: s, Plain: s}
}

// A sentence is quoted as it is written or not at all.
func TestOpinionQuotations(t *testing.T) {
	t.Parallel()
	o := collector(1)
	o.add(0, item(0, "The lid is terrible."))
	o.add(0, item(0, "The lid is bad."))
	o.add(0, item(1, "THE LID is terrible!"))
	marked := item(2, "The lid is awful.")
	marked.Clean = "The [email] lid is awful."
	o.add(0, marked)
	var got []string
	for _, c := range o.aspects["lid"].quotes[quoted{0, false}].items {
		got = append(got, c.text)
	}
	if !slices.Equal(got, []string{"The lid is terrible."}) {
		t.Errorf("quoted %q, want one of each user and wording, as it is written", got)
	}
	if n := len(o.aspects["lid"].said); n != 4 {
		t.Errorf("%d mentions", n)
	}
	if newOpinions(&Config{Lang: "fr"}, 1, &trend{}) != nil {
		t.Error("opinions in French")
	}
}

// Questions are no evidence, and what people hardly judge is told from what they
// do.
func TestOpinionEvidence(t *testing.T) {
	t.Parallel()
	o := collector(1)
	o.add(0, item(0, "Is the lid terrible? Why is the hinge so terrible? The kettle in the cupboard is terrible."))
	o.add(0, item(1, "The kettle in the cupboard is awful!"))
	if o.mentions("lid") != 0 || o.mentions("hinge") != 1 || o.aspects["hinge"].quotes != nil || len(o.complaints[0].items) != 2 {
		t.Errorf("lid: %+v, hinge: %+v, complaints: %+v", o.aspects["lid"], o.aspects["hinge"], o.complaints[0].items)
	}
	if !o.aspects["cupboard"].judged() {
		t.Error("a cupboard that is awful by its place")
	}
	shelf := &spoken{said: make([]saidOf, 20), direct: 2}
	if shelf.judged() {
		t.Error("judged in two mentions of twenty")
	}
	if shelf.direct++; !shelf.judged() {
		t.Error("not judged in three mentions of twenty")
	}
}

// What a group of complaints blames is blamed by two of its sentences or more.
func TestComplaintAspects(t *testing.T) {
	t.Parallel()
	p := &profiler{survey: &reading.Survey{Users: []string{"a", "b", "c"}}, opinions: collector(1)}
	p.opinions.aspects["rim"] = &spoken{said: make([]saidOf, 2)}
	said := []blaming{{0, "x", []string{"lid", "cap"}, -1}, {1, "y", []string{"lid", "hem"}, -1}, {2, "z", []string{"brim", "rim"}, -1}}
	v := dense.Rows[float32]{Data: []float32{1, 1, 1}, Len: 3, Dim: 1, Stride: 1}
	if c := p.complaint(said, v, []int{0, 1, 2}); !slices.Equal(c.Aspects, []string{"lid"}) {
		t.Errorf("%q", c.Aspects)
	}
	if c := p.complaint(said, v, []int{2}); !slices.Equal(c.Aspects, []string{"rim"}) {
		t.Errorf("%q", c.Aspects)
	}
}

// A sentence that blames something else beside its praise is quoted last: it may
// be irony.
func TestIronyIsQuotedLast(t *testing.T) {
	t.Parallel()
	for lang, texts := range map[string][4]string{
		"en": {"Piece of crap... the lid is great and excellent.", "The lid is good enough here.", "A lid that is quite good.", "lid"},
		"zh": {"一堆垃圾，屏幕真的非常好。", "这个屏幕很不错。", "屏幕还是很好的。", "屏幕"},
	} {
		o := newOpinions(&Config{Lang: lang, Splitter: text.Splitter{Chinese: new(chinese.Lazy)}}, 1, &trend{})
		for user, s := range texts[:3] {
			o.add(0, item(user, s))
		}
		a := o.aspects[texts[3]]
		if a == nil || len(a.said) != 3 {
			t.Fatalf("%s: %+v", lang, o.aspects)
		}
		for _, c := range a.quotes[quoted{0, true}].items {
			if c.user == 0 {
				t.Errorf("%s: quoted: %q", lang, c.text)
			}
		}
	}
}

// Groups that blame the same differ by what they say of it: by words of two of
// their users, or, where these are the same, of their first quotation.
func TestComplaintWords(t *testing.T) {
	t.Parallel()
	p := &profiler{c: Config{Lang: "en"}, survey: &reading.Survey{Users: []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}}, opinions: collector(1)}
	var said []blaming
	for u, s := range []string{
		"the sleeves are too long", "sleeve way too long and wide", "long sleeve, awful",
		"the sleeve was tight", "sleeves too tight at the elbow", "a tight sleeve",
		"sleeve fell off", "sleeve came undone", "sleeve tore",
	} {
		said = append(said, blaming{u, s, []string{"sleeve"}, -1})
	}
	v := dense.Rows[float32]{Data: []float32{1, 1, 1, 1, 1, 1, 1, 1, 1}, Len: 9, Dim: 1, Stride: 1}
	got := p.complaintGroups(said, v, []int{0, 0, 0, 1, 1, 1, 2, 2, 2})
	names := map[string]bool{}
	for i := range got {
		names[nameOf(&got[i])] = true
	}
	want := map[string]bool{"sleeve: long": true, "sleeve: tight": true, "sleeve: ": true}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
	got = p.complaintGroups(said, v, []int{2, 2, 2, 0, 0, 0, 1, 2, 1})
	for i := range got {
		if slices.Contains(got[i].Said, "sleeve") {
			t.Errorf("%+v", got[i])
		}
	}
	// No word is of two users of a group: the second gets one of its quotation.
	alone := []blaming{said[6], said[7], said[8], {0, "sleeve frayed", []string{"sleeve"}, -1}, {1, "sleeve stained", []string{"sleeve"}, -1}, {2, "sleeve shrank", []string{"sleeve"}, -1}}
	got = p.complaintGroups(alone, dense.Rows[float32]{Data: v.Data, Len: 6, Dim: 1, Stride: 1}, []int{0, 0, 0, 1, 1, 1})
	if len(got) != 2 || len(got[0].Said) != 0 || len(got[1].Said) != 1 || !strings.Contains(got[1].Quotes[0].Text, got[1].Said[0]) {
		t.Errorf("%+v", got)
	}
}

// A user's mentions make one stance.
func TestStances(t *testing.T) {
	t.Parallel()
	a := spoken{said: []saidOf{{0, undated, 0.5}, {1, undated, -0.5}, {0, undated, -0.9}, {2, undated, 0.5}, {2, undated, -0.5}, {3, undated, 1}, {4, undated, 1}}}
	of := []int{0, 0, 0, 1, -1}
	s := a.stances(2, func(u int) int { return of[u] }, nil)
	if s[0].praise != 0 || s[0].blame != 2 || s[0].sums.n != 3 || s[1].praise != 1 || s[1].blame != 0 {
		t.Errorf("%+v", s)
	}
}

// What many say is kept when there are too many aspects.
func TestPruneAspects(t *testing.T) {
	t.Parallel()
	o := collector(1)
	o.add(0, item(0, "The lid is bad. The cap is bad. The cap is poor."))
	o.add(0, item(1, "The lid is bad."))
	o.prune()
	if len(o.aspects) != 1 || o.aspects["lid"] == nil {
		t.Errorf("%v", o.aspects)
	}
}

// The sample of complaints does not depend on their order.
func TestComplaintsAreSampled(t *testing.T) {
	t.Parallel()
	var all []complaint
	for i := range 10 * mostComplaints {
		all = append(all, complaint{user: i, text: fmt.Sprint("the lid of kettle ", i, " is bad"), aspect: "lid", value: -0.5})
	}
	sample := func() []blaming {
		var c complaints
		for _, x := range all {
			c.add(x)
		}
		return c.sentences()
	}
	first := sample()
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if d := cmp.Diff(first, sample(), cmp.AllowUnexported(blaming{})); d != "" || len(first) != mostComplaints {
		t.Errorf("%d complaints: %s", len(first), d)
	}
}
