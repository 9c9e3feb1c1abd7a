package cohort

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/reduce"
)

// buyers are users whose texts are of one of three topics, and who are young and
// free or old and paying, whatever they write of. The last three users have no
// text, no features, and neither.
func buyers(each int) []Text {
	random := rand.New(rand.NewPCG(2, 3))
	texts := bag.Texts(each, 2)
	seen := map[string]int{}
	for i := range texts {
		u, ok := seen[texts[i].User]
		if !ok {
			u = len(seen)
			seen[texts[i].User] = u
		}
		age, plan := 20+random.IntN(9), "free"
		if u/3%2 == 1 {
			age, plan = 60+random.IntN(9), "paying"
		}
		texts[i].Meta = map[string]string{"age": strconv.Itoa(age), "plan": plan, "town": strconv.Itoa(u % 4)}
	}
	return append(texts,
		Text{User: "quiet", Text: " ", Meta: map[string]string{"age": "65", "plan": "paying", "town": "2"}},
		Text{User: "unknown", Text: texts[0].Text, Meta: map[string]string{"age": "", "plan": " ", "town": ""}},
		Text{User: "nobody", Text: "", Meta: map[string]string{"age": "", "plan": "", "town": ""}})
}

func old(u int) bool { return u/3%2 == 1 }

// With features, users are told apart by these as well as by their topics; an
// assignment places everybody where the run did, after saving and in any order.
func TestFeatures(t *testing.T) {
	t.Parallel()
	const each = 36
	texts := buyers(each)
	for name, o := range map[string]Options{
		"whole":   {K: 6, Bootstrap: 5},
		"reduced": {K: 6, Bootstrap: -1, Reduce: reduce.PCA{Components: 4}},
		"dbscan":  {Clusterer: cluster.HDBSCAN{MinClusterSize: 5}, Bootstrap: -1},
	} {
		o.Features = &features.Options{Columns: features.Named("age", "plan")}
		made := fit(t, texts, o)
		s := made.Segmentation()
		kinds := map[int]int{}
		for u, user := range s.Users[:3*each] {
			kind := u % 3
			if old(u) {
				kind += 3
			}
			if name == "dbscan" && user.Segment == Unassigned {
				continue
			}
			if k, ok := kinds[user.Segment]; ok && k != kind || user.Segment == Unassigned {
				t.Fatalf("%s: user %s of kind %d is in segment %d of kind %d", name, user.ID, kind, user.Segment, k)
			}
			kinds[user.Segment] = kind
		}
		quiet, unknown, nobody := s.Users[3*each], s.Users[3*each+1], s.Users[3*each+2]
		if kinds[quiet.Segment] < 3 || quiet.Segment == Unassigned && name != "dbscan" {
			t.Errorf("%s: the user without texts is in segment %d", name, quiet.Segment)
		}
		if name != "dbscan" && kinds[unknown.Segment]%3 != 0 || nobody.Segment != Unassigned {
			t.Errorf("%s: who is unknown is in segment %d, nobody in %d", name, unknown.Segment, nobody.Segment)
		}
		if f := s.Features; f == nil || f.WithoutText != 1 || f.Unknown != 1 || f.Features.Dim == 0 || f.Features.Between < 0.5 || f.List[0].Missing != 1 {
			t.Errorf("%s: %+v", name, f)
		}
		for _, p := range s.Segments {
			i := slices.IndexFunc(p.Features, func(x FeatureEffect) bool { return x.Feature == "age" })
			if i < 0 || (p.Features[i].Size > 0) != (kinds[p.ID] >= 3) {
				t.Errorf("%s: segment %d of kind %d: %+v", name, p.ID, kinds[p.ID], p.Features)
			}
		}
		var b bytes.Buffer
		if err := made.Save(&b); err != nil {
			t.Fatal(err)
		}
		m, err := LoadSegmenter(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var twice bytes.Buffer
		if err := m.Save(&twice); err != nil || !bytes.Equal(b.Bytes(), twice.Bytes()) {
			t.Errorf("%s: other bytes when it is saved again: %v", name, err)
		}
		if got := m.Features(); !slices.Equal(got, []string{"age", "plan"}) {
			t.Errorf("%s: features %q", name, got)
		}
		got, err := m.Assign(t.Context(), Slice(texts), Options{Model: &bag.Model{}})
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range got {
			if u := s.Users[i]; a.User != u.ID || name != "dbscan" && a.Segment != u.Segment || a.Segment == u.Segment && a.Distance != u.Distance {
				t.Errorf("%s: assigned %+v, was %d at %v", name, a, u.Segment, u.Distance)
			}
		}
		only, err := m.Assign(t.Context(), Slice(texts[6*each:6*each+1]), Options{Model: &bag.Model{}})
		if err != nil || only[0].Segment != quiet.Segment {
			t.Errorf("%s: the user without texts, alone: %+v, %v", name, only, err)
		}
		why, err := m.Why(t.Context(), texts[6].User, Slice(texts), Options{Model: &bag.Model{}}, WhyOptions{})
		if err != nil || len(why.Features) != 2 || why.Features[0].Effect <= 0 || why.Segment != s.Users[3].Segment {
			t.Errorf("%s: %+v, %v", name, why, err)
		}
		why, err = m.Why(t.Context(), "quiet", Slice(texts), Options{Model: &bag.Model{}}, WhyOptions{})
		if err != nil || why.Segment != quiet.Segment || why.Texts != 0 {
			t.Errorf("%s: %+v, %v", name, why, err)
		}
		if _, err := m.Why(t.Context(), "nobody", Slice(texts), Options{Model: &bag.Model{}}, WhyOptions{}); !errors.Is(err, ErrNoUser) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := m.Why(t.Context(), "who?", Slice(texts), Options{Model: &bag.Model{}}, WhyOptions{}); !errors.Is(err, ErrNoUser) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := m.Assign(t.Context(), Slice(bag.Texts(2, 1)), Options{Model: &bag.Model{}}); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: without the features: %v", name, err)
		}
		for i := range b.Len() {
			if _, err := LoadSegmenter(bytes.NewReader(b.Bytes()[:i])); !errors.Is(err, ErrSegmenter) {
				t.Fatalf("%s: read %d of %d bytes: %v", name, i, b.Len(), err)
			}
		}
	}
}

// Who is where does not depend on the order of the texts, although many users
// say the same.
func TestFeaturesInAnyOrder(t *testing.T) {
	t.Parallel()
	texts := buyers(16)
	o := Options{K: 4, Bootstrap: -1, Features: &features.Options{Columns: features.Named("age", "plan", "town")}}
	where := func(texts []Text) map[string]int {
		out := map[string]int{}
		for _, u := range segment(t, texts, o).Users {
			out[u.ID] = u.Segment
		}
		return out
	}
	want := where(texts)
	random := rand.New(rand.NewPCG(4, 4))
	for range 3 {
		texts = slices.Clone(texts)
		random.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		if got := where(texts); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v, in another order %v", want, got)
		}
	}
}

// The weight decides what segments are about.
func TestFeatureWeight(t *testing.T) {
	t.Parallel()
	between := func(weight float64, rule features.Balance) (text, other float64) {
		f := segment(t, buyers(16), Options{K: 2, Bootstrap: -1, Features: &features.Options{Columns: features.Named("age", "plan"), Weight: weight, Balance: rule}}).Features
		return f.Text.Between, f.Features.Between
	}
	if text, other := between(50, features.ByAxis); other < 0.9 || text > 0.1 {
		t.Errorf("weight 50: %v of texts, %v of features", text, other)
	}
	if text, other := between(0.02, features.ByAxis); other > 0.1 || text < 0.2 {
		t.Errorf("weight 0.02: %v of texts, %v of features", text, other)
	}
	var f *Features
	for rule, want := range map[features.Balance]float64{features.ByVariance: 0.5} {
		f = segment(t, buyers(16), Options{K: 2, Bootstrap: -1, Features: &features.Options{Columns: features.Named("age", "plan"), Balance: rule}}).Features
		if d := f.Features.Share - want; d > 1e-6 || d < -1e-6 {
			t.Errorf("%v: the features have a share of %v, want %v", rule, f.Features.Share, want)
		}
	}
}

func TestFeatureErrors(t *testing.T) {
	t.Parallel()
	texts := buyers(4)
	for name, c := range map[string]struct {
		o    Options
		is   error
		says string
	}{
		"no such field": {Options{Features: &features.Options{Columns: features.Named("plann")}}, ErrOptions, `did you mean "plan"?`},
		"no columns":    {Options{Features: &features.Options{}}, ErrOptions, "no columns"},
		"mixture":       {Options{Features: &features.Options{Columns: features.Named("age")}, Pooling: PoolMixture}, ErrOptions, "PoolMixture"},
		"no numbers":    {Options{Features: &features.Options{Columns: []features.Column{{Name: "plan", Kind: features.Number}}}}, ErrColumn, "none of its"},
	} {
		c.o.Model = &bag.Model{}
		_, err := Fit(t.Context(), Slice(texts), c.o)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %v with %s", name, err, c.is, c.says)
		}
	}
	if _, err := Fit(t.Context(), Slice(texts[24:25]), Options{Model: &bag.Model{}, Features: &features.Options{Columns: features.Named("age")}}); !errors.Is(err, ErrNoTexts) {
		t.Errorf("no texts: %v", err)
	}
}
