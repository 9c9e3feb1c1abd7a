package cohort

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

const footer = "This review was posted on shop dot com."

// repetitive are bag.Texts, each with a footer, said twice by its user and once
// by another one.
func repetitive() []Text {
	var out []Text
	for i, t := range bag.Texts(8, 2) {
		t.Text = fmt.Sprintf("%s number %d. %s", t.Text, i*i*7919, footer)
		again := t
		again.Text = strings.ToUpper(t.Text) + "!!"
		other := t
		other.User += "'s friend"
		out = append(out, t, again, other)
	}
	return append(out, Text{User: "mute"})
}

func TestRepeats(t *testing.T) {
	t.Parallel()
	texts := repetitive()
	third := (len(texts) - 1) / 3
	boilerplate := repeats.BoilerplateOptions{MinTexts: 12}
	for _, c := range []struct {
		r                                         *Repeats
		texts, empty, near, stripped, short, mute int
	}{
		{nil, 3 * third, 1, 0, 0, 0, 1},
		{&Repeats{Of: RepeatsKept, KeepBoilerplate: true}, 3 * third, 1, 0, 0, 0, 1},
		{&Repeats{Of: RepeatsKept, Boilerplate: boilerplate}, 3 * third, 1, 0, 3 * third, 0, 1},
		{&Repeats{Boilerplate: boilerplate}, 2 * third, 1, third, 3 * third, 0, 1},
		{&Repeats{Of: RepeatsOfAll, Boilerplate: boilerplate}, third, 1, 2 * third, 3 * third, 0, 1 + third/2},
	} {
		s := segment(t, texts, Options{K: 3, Bootstrap: -1, Repeats: c.r})
		got := [...]int{s.Counts.Texts, s.Counts.EmptyTexts, s.Cleaning.NearDuplicates, s.Cleaning.Boilerplate, s.Cleaning.Short, s.Counts.NoText}
		if want := [...]int{c.texts, c.empty, c.near, c.stripped, c.short, c.mute}; got != want {
			t.Errorf("%+v: texts, empty, near, stripped, short, users without: %v, want %v", c.r, got, want)
		}
		n := 0
		for _, k := range s.Cleaning.Languages {
			n += k
		}
		if n != c.texts || 10*s.Cleaning.Languages[text.English] < 9*n {
			t.Errorf("%+v: %d texts by language, %v, want %d, nine of ten English", c.r, n, s.Cleaning.Languages, c.texts)
		}
		quoted := false
		for _, p := range s.Segments {
			for _, q := range p.Quotes {
				quoted = quoted || strings.Contains(strings.ToLower(q.Text), "shop dot com")
			}
		}
		if want := c.stripped == 0; quoted != want {
			t.Errorf("%+v: boilerplate is quoted: %v", c.r, quoted)
		}
	}
}

// TestRepeatsAreTreatedAlikeLater: who was segmented without boilerplate and
// repeats is placed without them, by a segmenter read from its file too.
func TestRepeatsAreTreatedAlikeLater(t *testing.T) {
	t.Parallel()
	texts := repetitive()
	made := fit(t, texts, Options{K: 3, Bootstrap: -1, Repeats: &Repeats{Boilerplate: repeats.BoilerplateOptions{MinTexts: 12}}})
	s := made.Segmentation()
	var b bytes.Buffer
	if err := made.Save(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "shop dot com") {
		t.Error("the file holds the boilerplate itself")
	}
	m, err := LoadSegmenter(&b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Assign(context.Background(), Slice(texts), Options{Model: &bag.Model{}})
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range got {
		if u := s.Users[i]; a.User != u.ID || a.Segment != u.Segment || a.Texts != u.Texts || a.Distance != u.Distance {
			t.Errorf("assigned %+v, was %+v", a, u)
		}
	}
}

func TestRepeatsOptions(t *testing.T) {
	t.Parallel()
	for _, r := range []*Repeats{{Of: 3}, {Threshold: 1.1}, {Threshold: -1}, {MinLetters: -1}} {
		if _, err := Segment(context.Background(), Slice(nil), Options{Model: &bag.Model{}, Repeats: r}); !errors.Is(err, ErrOptions) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for _, r := range []RepeatsOf{RepeatsOfUser, RepeatsOfAll, RepeatsKept} {
		if got, err := ParseRepeatsOf(r.String()); got != r || err != nil {
			t.Errorf("%v: %v, %v", r, got, err)
		}
	}
	if _, err := ParseRepeatsOf("nobody"); !errors.Is(err, ErrOptions) {
		t.Error(err)
	}
}

// TestCleaningIsCounted: each step counts the texts that it changed, and the
// second reading counts nothing again.
func TestCleaningIsCounted(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(4, 2)
	texts[0].Text += " <b>fine</b> https://example.com"
	texts[1].Text += "  spaced &amp; out"
	texts[2].Text += " soooooo it\x92s good"
	s := segment(t, texts, Options{K: 3, Bootstrap: -1, Prepare: PrivacyPreparer{Cleaner: clean.New(clean.Options{}), CleanedBy: "cleaned"}})
	for step, want := range map[clean.Step]int{clean.HTML: 2, clean.URLs: 1, clean.Repeats: 1, clean.Encoding: 1, clean.Emoji: 0} {
		if got := s.Cleaning.Steps[step.String()]; got != want {
			t.Errorf("%v: %d texts, want %d", step, got, want)
		}
	}
	if s.Cleaning.Changed != 3 {
		t.Errorf("%d texts changed, want 3", s.Cleaning.Changed)
	}
}

// TestWholeTextsAreNoBoilerplate: a text that many users say, and nothing else,
// is kept.
func TestWholeTextsAreNoBoilerplate(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(4, 2)
	n := len(texts)
	for i := range 12 {
		texts = append(texts, Text{User: fmt.Sprint("same ", i), Text: footer})
	}
	s := segment(t, texts, Options{K: 3, Bootstrap: -1, Repeats: &Repeats{}})
	if s.Counts.Texts != n+12 || s.Counts.NoText != 0 || s.Cleaning.Boilerplate != 0 {
		t.Errorf("%+v, %+v", s.Counts, s.Cleaning)
	}
}

// TestStampsAlone: what is nothing but the stamp that a site puts before texts
// says nothing, though it is all of a text; what many say under one is kept
// without it.
func TestStampsAlone(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(4, 2)
	n := len(texts)
	for i := range 12 {
		texts = append(texts, Text{User: fmt.Sprint("same ", i), Text: fmt.Sprintf("Answered %d May 2009: %s", i+10, footer)})
	}
	texts = append(texts, Text{User: "silent", Text: "Answered 30 May 2009: "})
	s := segment(t, texts, Options{K: 3, Bootstrap: -1, Repeats: &Repeats{}})
	if s.Counts.Texts != n+12 || s.Counts.EmptyTexts != 1 || s.Counts.NoText != 1 || s.Cleaning.Boilerplate != 13 {
		t.Errorf("%+v, %+v", s.Counts, s.Cleaning)
	}
	for _, p := range s.Segments {
		for _, w := range p.Words {
			if w.Text == "answered" {
				t.Errorf("segment %d: %d times a word of the stamp", p.ID, w.Count)
			}
		}
	}
}
