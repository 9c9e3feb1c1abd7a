package cohort

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

func TestAssignKeepsWhoWasThere(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	texts := bag.Texts(8, 3)
	for _, pooling := range []Pooling{PoolMean, PoolMixture} {
		made := fit(t, texts, Options{K: 3, Pooling: pooling, Bootstrap: -1})
		s := made.Segmentation()
		var b bytes.Buffer
		if err := made.Save(&b); err != nil {
			t.Fatal(err)
		}
		m, err := LoadSegmenter(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Assign(ctx, Slice(texts), Options{Model: &bag.Model{}})
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range got {
			if u := s.Users[i]; a.User != u.ID || a.Segment != u.Segment || a.Margin != u.Margin || a.Distance != u.Distance {
				t.Errorf("%v: assigned %+v, was %+v", pooling, a, u)
			}
		}
		one, err := m.Assign(ctx, Slice([]Text{{User: "new", Text: "camera lens photo"}, {User: "mute"}}), Options{Model: &bag.Model{}})
		if err != nil || one[0].Segment != s.Users[0].Segment || one[1].Segment != Unassigned {
			t.Errorf("new user: %+v, %v", one, err)
		}
		if _, err := m.Assign(ctx, Slice(texts), Options{Model: &bag.Model{Version: "2"}}); !errors.Is(err, ErrModel) {
			t.Errorf("another model: %v", err)
		}
		for i := range b.Len() {
			if _, err := LoadSegmenter(bytes.NewReader(b.Bytes()[:i])); !errors.Is(err, ErrSegmenter) {
				t.Fatalf("read %d of %d bytes: %v", i, b.Len(), err)
			}
		}
	}
}

// TestSegmenterKeepsWords checks that the caller's words come back from a file.
func TestSegmenterKeepsWords(t *testing.T) {
	t.Parallel()
	own, err := chinese.New(chinese.Options{Words: []string{"小米手环", "天猫精灵"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{Splitter: text.Splitter{Chinese: own}}, {Splitter: text.Splitter{Chinese: chinese.Lazy{}}}, {}} {
		o.Model, o.K, o.Bootstrap = &bag.Model{}, 3, -1
		made, err := Fit(t.Context(), Slice(bag.Texts(6, 2)), o)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := made.Save(&b); err != nil {
			t.Fatal(err)
		}
		m, err := LoadSegmenter(&b)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		if o.Splitter.Chinese == own {
			want = own.OwnWords()
		}
		if got := m.ChineseWords(); !slices.Equal(got, want) {
			t.Errorf("words %q, want %q", got, want)
		}
	}
}

// TestFormat2 reads segmenters that version 0.1.0 saved, and places the users whom
// it placed where it did.
func TestFormat2(t *testing.T) {
	t.Parallel()
	later := append(bag.Texts(3, 2),
		Text{User: "mixed", Text: "camera lens battery"}, Text{User: "mixed", Text: "battery plug parcel"},
		Text{User: "other", Text: "hotel room breakfast"}, Text{User: "mute", Text: " "})
	files, err := filepath.Glob("testdata/segmenters/*.cohort")
	if err != nil || len(files) != 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		expected, err := os.ReadFile(strings.TrimSuffix(file, ".cohort") + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var want []Assignment
		if err := json.Unmarshal(expected, &want); err != nil {
			t.Fatal(err)
		}
		m, err := LoadSegmenter(bytes.NewReader(whole))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		got, err := m.Assign(t.Context(), Slice(later), Options{Model: &bag.Model{Features: 8}})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-6)); d != "" {
			t.Errorf("%s: %s", file, d)
		}
		var again bytes.Buffer
		if err := m.Save(&again); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if !bytes.Equal(withoutDigest(t, again.Bytes()), whole) { // the first files had no digest
			t.Errorf("%s: other bytes when it is saved again", file)
		}
	}
}

// Vectors are those that users were placed by, in the order of Assign.
func TestSegmenterVectors(t *testing.T) {
	t.Parallel()
	texts := append(bag.Texts(8, 3), Text{User: "mute"})
	m := fit(t, texts, Options{K: 3, Bootstrap: -1})
	users, x, err := m.Vectors(t.Context(), Slice(texts), Options{Model: &bag.Model{Version: "2"}})
	if err != nil {
		t.Fatal(err)
	}
	placed, err := m.Assign(t.Context(), Slice(texts), Options{Model: &bag.Model{}})
	if err != nil {
		t.Fatal(err)
	}
	if n, d := x.Dims(); n != len(users) || n != len(placed)-1 || d != (&bag.Model{}).Dim() {
		t.Fatalf("vectors [%d, %d] of %d users, %d were assigned", n, d, len(users), len(placed))
	}
	for i, u := range users {
		if placed[i].User != u {
			t.Fatalf("user %d is %s, assigned %s", i, u, placed[i].User)
		}
		best, near := 0, -2.0
		for _, c := range m.Centres().Segments {
			cos := 0.0
			for j, v := range c.Vector {
				cos += float64(v) * x.At(i, j)
			}
			if cos > near {
				best, near = c.ID, cos
			}
		}
		if best != placed[i].Segment {
			t.Errorf("user %d is nearest to segment %d, assigned to %d", i, best, placed[i].Segment)
		}
	}
	if _, _, err := m.Vectors(t.Context(), Slice(texts), Options{}); !errors.Is(err, ErrNoModel) {
		t.Errorf("no model: %v", err)
	}
}
