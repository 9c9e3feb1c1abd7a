package feedback

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/result"
)

func read(t *testing.T, s string) *Feedback {
	t.Helper()
	f, err := Read(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func constraints(t *testing.T, f *Feedback, users []string) *Constraints {
	t.Helper()
	c, err := f.Constraints(users)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const everything = `{"version": 1, "must_link": [["a", "b"], ["b", "c"], ["a", "gone"]], "cannot_link": [["c", "d"]],
 "assign": [{"user": "e", "segment": "billing"}, {"user": "gone", "segment": "lost"}],
 "seeds": [{"text": "charged twice", "segment": "billing"}]}`

func TestRead(t *testing.T) {
	t.Parallel()
	c := constraints(t, read(t, everything), []string{"a", "b", "c", "d", "e"})
	if c.Rows != 6 || c.Users != 5 || c.Unknown != 2 || !slices.Equal(c.Label, []int{-1, -1, -1, -1, 0, 0}) || !slices.Equal(c.Segments, []string{"billing"}) {
		t.Errorf("%+v", c)
	}
	unit, group := c.groups()
	if !slices.Equal(unit, []int{0, 0, 0, 3, 4, 5}) || !slices.Equal(group, []int{0, 0, 0, 3, 4, 4}) {
		t.Errorf("units %v, groups %v", unit, group)
	}
	if g := c.Groups(); !slices.Equal(g, []int{0, 0, 0, -1, 4, 4}) {
		t.Errorf("Groups: %v", g)
	}
	for name, s := range map[string]string{
		"nothing": "", "no version": `{}`, "another version": `{"version": 2}`, "a misspelt field": `{"version": 1, "mustlink": []}`,
		"three users": `{"version": 1, "must_link": [["secret", "b", "c"]]}`, "one user": `{"version": 1, "must_link": [["secret"]]}`,
		"an empty name": `{"version": 1, "cannot_link": [["secret", ""]]}`, "the same twice": `{"version": 1, "must_link": [["secret", "secret"]]}`,
		"no segment": `{"version": 1, "assign": [{"user": "secret"}]}`, "no text": `{"version": 1, "seeds": [{"segment": "secret"}]}`,
		"another type": `{"version": 1, "assign": "secret"}`, "more": `{"version": 1} {"secret": 2}`,
	} {
		if _, err := Read(strings.NewReader(s)); !errors.Is(err, ErrFile) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, s := range map[string]string{
		"two segments":                    `{"version": 1, "assign": [{"user": "a", "segment": "x"}, {"user": "a", "segment": "y"}]}`,
		"joined and parted":               `{"version": 1, "must_link": [["a", "b"], ["b", "c"]], "cannot_link": [["c", "a"]]}`,
		"parted within a segment":         `{"version": 1, "assign": [{"user": "a", "segment": "x"}, {"user": "b", "segment": "x"}], "cannot_link": [["b", "a"]]}`,
		"users of two segments joined":    `{"version": 1, "assign": [{"user": "a", "segment": "x"}, {"user": "c", "segment": "y"}], "must_link": [["b", "a"], ["c", "b"]]}`,
		"parted, of a segment by a link":  `{"version": 1, "assign": [{"user": "a", "segment": "x"}, {"user": "b", "segment": "x"}], "must_link": [["b", "c"]], "cannot_link": [["a", "c"]]}`,
		"joined later, to other segments": `{"version": 1, "assign": [{"user": "b", "segment": "x"}, {"user": "d", "segment": "y"}], "must_link": [["a", "b"], ["c", "d"], ["c", "a"]]}`,
	} {
		if _, err := read(t, s).Constraints([]string{"a", "b", "c", "d"}); !errors.Is(err, ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddEdits(t *testing.T) {
	t.Parallel()
	f := read(t, `{"version": 1, "assign": [{"user": "e", "segment": "mine"}], "edits": [
	 {"op": "merge", "segments": [1, 3]}, {"op": "rename", "segment": 2, "name": "fees"}, {"op": "split", "segment": 4},
	 {"op": "merge", "segments": [2, 1], "name": "money"}]}`)
	splits, err := f.AddEdits([]string{"a", "b", "c", "d", "e", "f"}, []int{1, 2, 3, 4, 1, result.Unassigned})
	want := []Assigned{{"e", "mine"}, {"a", "money"}, {"b", "money"}, {"c", "money"}}
	if err != nil || splits != 1 || !slices.Equal(f.Assign, want) || f.Edits != nil {
		t.Errorf("%d splits, %v, %v", splits, f.Assign, err)
	}
	for name, edits := range map[string]string{
		"no such segment": `{"op": "rename", "segment": 9, "name": "x"}`, "merged already": `{"op": "merge", "segments": [1, 2]}, {"op": "rename", "segment": 2, "name": "x"}`,
		"unknown": `{"op": "drop", "segment": 1}`, "merge of one": `{"op": "merge", "segments": [1]}`,
	} {
		f := read(t, `{"version": 1, "edits": [`+edits+`]}`)
		if _, err := f.AddEdits([]string{"a", "b"}, []int{1, 2}); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := read(t, `{"version": 1, "edits": [{"op": "split", "segment": 1}]}`).Constraints(nil); !errors.Is(err, ErrOptions) {
		t.Errorf("edits that were not added: %v", err)
	}
}

// crowd is users of k kinds, which differ along a few weak directions, while all
// users differ more along others.
func crowd(n, k int, seed uint64) (x *mat.Dense, kind []int, users []string) {
	const d = 12
	r := rand.New(rand.NewPCG(seed, 1))
	x = mat.NewDense(n, d, nil)
	for i := range n {
		kind = append(kind, i%k)
		users = append(users, fmt.Sprint("u", i))
		for j := range d {
			v := r.NormFloat64() * 0.1
			if j >= 6 {
				v = r.NormFloat64()
			}
			if j == i%k {
				v++
			}
			x.Set(i, j, v)
		}
	}
	one, err := Map(x, identity(d))
	if err != nil {
		panic(err)
	}
	return mat.DenseCopyOf(one), kind, users
}

func identity(d int) mat.Matrix {
	ones := make([]float64, d)
	for i := range ones {
		ones[i] = 1
	}
	return mat.NewDiagDense(d, ones)
}

// The metric that a part of the users teaches satisfies more of the constraints
// of others, and one that chance teaches is not above none.
func TestFitRaisesHeldOut(t *testing.T) {
	t.Parallel()
	x, kind, users := crowd(240, 4, 1)
	var f Feedback
	for i := range 100 {
		f.Assign = append(f.Assign, Assigned{users[i], fmt.Sprint("kind ", kind[i])})
	}
	run := func(f *Feedback, m Metric) (plain, constrained, mapped Judged) {
		h, err := Split(constraints(t, f, users), Options{K: 4, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		w, err := Fit(t.Context(), x, h.Learn, m)
		if err != nil {
			t.Fatal(err)
		}
		if d, _ := mat.LogDet(w); m.Power == 0.5 && (math.Abs(d) > 1e-9 || !mat.EqualApprox(w, w.T(), 1e-12)) {
			t.Errorf("log determinant %g, symmetric: %v", d, mat.EqualApprox(w, w.T(), 1e-12))
		}
		y, err := Map(x, w)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			to   *Judged
			of   func(context.Context, mat.Matrix) (Judged, error)
			rows mat.Matrix
		}{{&plain, h.Plain, x}, {&constrained, h.Constrained, x}, {&mapped, h.Constrained, y}} {
			if *c.to, err = c.of(t.Context(), c.rows); err != nil {
				t.Fatal(err)
			}
		}
		return plain, constrained, mapped
	}
	r := rand.New(rand.NewPCG(5, 5))
	chance := Feedback{Assign: slices.Clone(f.Assign)}
	for i := range chance.Assign {
		chance.Assign[i].Segment = fmt.Sprint("kind ", r.IntN(4))
	}
	for _, m := range []Metric{{}, {Power: 0.5}} {
		plain, constrained, mapped := run(&f, m)
		t.Logf("%+v: plain %.3f, constrained %.3f, mapped %.3f of %d", m, plain.Share(), constrained.Share(), mapped.Share(), mapped.Pairs())
		if !mapped.Above(constrained) || mapped.Share() < 0.95 || plain.Share() > 0.9 || mapped.Above(mapped) {
			t.Errorf("%+v: plain %+v, constrained %+v, mapped %+v", m, plain, constrained, mapped)
		}
		if _, c, a := run(&chance, m); a.Share() > 0.6 || c.Share() > 0.6 {
			t.Errorf("%+v: labels by chance: %+v, %+v", m, c, a)
		}
	}
}

// The filter is B(B+W)⁻¹: computed directly, where nothing is at its floor.
func TestFilter(t *testing.T) {
	t.Parallel()
	const groups, each, d = 60, 5, 4
	r := rand.New(rand.NewPCG(2, 2))
	x := mat.NewDense(groups*each, d, nil)
	var f Feedback
	var users []string
	for i := range groups {
		var centre [d]float64
		for j := range centre {
			centre[j] = r.NormFloat64() * float64(j+1)
		}
		for k := range each {
			u := fmt.Sprint(i, " ", k)
			if users = append(users, u); i < groups/2 { // of the others nothing is known
				f.Assign = append(f.Assign, Assigned{u, fmt.Sprint(i)})
			}
			for j := range d {
				x.Set(i*each+k, j, centre[j]+r.NormFloat64()/float64(j+1))
			}
		}
	}
	c := constraints(t, &f, users)
	w, err := Fit(t.Context(), x, c, Metric{Shrinkage: 0.2})
	if err != nil {
		t.Fatal(err)
	}
	within, all := mat.NewSymDense(d, nil), mat.NewSymDense(d, nil)
	for i := range groups * each {
		row := x.RawRowView(i)
		all.SymRankOne(all, 1/float64(groups*each), mat.NewVecDense(d, row))
		if i >= groups/2*each {
			continue
		}
		away := make([]float64, d)
		for j := range d {
			away[j] = row[j]
			for k := range each {
				away[j] -= x.At(i/each*each+k, j) / each
			}
		}
		within.SymRankOne(within, 1/float64(groups/2*each), mat.NewVecDense(d, away))
	}
	trace := mat.Trace(within) / d
	var between, inverse, want mat.Dense
	for i := range d {
		for j := i; j < d; j++ {
			within.SetSym(i, j, 0.8*within.At(i, j))
		}
		within.SetSym(i, i, within.At(i, i)+0.2*trace)
	}
	between.Sub(all, within)
	if err := inverse.Inverse(all); err != nil {
		t.Fatal(err)
	}
	want.Mul(&between, &inverse)
	if !mat.EqualApprox(w, &want, 1e-5) { // rows are float32
		t.Errorf("%.6f\nwant\n%.6f", mat.Formatted(w), mat.Formatted(&want))
	}
}

// satisfiedSlowly counts every pair.
func satisfiedSlowly(c *Constraints, held []bool, labels []int) (s Satisfied) {
	_, group := c.groups()
	named := func(r int) bool {
		for i, l := range c.Label {
			if l >= 0 && held[i] && group[i] == group[r] {
				return true
			}
		}
		return false
	}
	for a := range c.Rows {
		for b := range a {
			linked := slices.ContainsFunc(c.Cannot, func(p [2]int) bool { return p == [2]int{a, b} || p == [2]int{b, a} }) && (held[a] || held[b])
			both := held[a] && held[b]
			switch {
			case both && group[a] == group[b]:
				s.Together++
				if labels[a] == labels[b] {
					s.Met++
				}
			case linked, both && named(a) && named(b):
				s.Apart++
				if labels[a] != labels[b] {
					s.Parted++
				}
			}
		}
	}
	return s
}

// Groups that do not differ within, and a covariance that nothing is added to, leave
// nothing to divide by.
func TestFitOfPoints(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	for _, scale := range []float64{1e-30, 1, 1e30} {
		x := mat.NewDense(12, 3, nil)
		var f Feedback
		var users []string
		for i := range 12 {
			users = append(users, fmt.Sprint(i))
			if f.Assign = append(f.Assign, Assigned{users[i], fmt.Sprint(i / 2)}); i%2 == 0 {
				x.SetRow(i, []float64{scale * r.NormFloat64(), scale * r.NormFloat64(), scale * r.NormFloat64()})
			} else {
				x.SetRow(i, x.RawRowView(i-1))
			}
		}
		c := constraints(t, &f, users)
		for _, m := range []Metric{{}, {Shrinkage: 5e-324}, {Power: 0.5, Shrinkage: 5e-324}, {Power: 2}} {
			w, err := Fit(t.Context(), x, c, m)
			if err != nil {
				t.Fatalf("scale %g, %+v: %v", scale, m, err)
			}
			if one := mat.NewDiagDense(3, []float64{1, 1, 1}); !mat.EqualApprox(w, one, 1e-6) {
				t.Errorf("scale %g, %+v: map\n%v\nwant the identity", scale, m, mat.Formatted(w))
			}
		}
		x.Set(1, 0, x.At(1, 0)+scale) // one direction of one group
		for _, m := range []Metric{{Shrinkage: 5e-324}, {Power: 2, Shrinkage: 5e-324}} {
			w, err := Fit(t.Context(), x, c, m)
			if err != nil {
				t.Fatalf("scale %g, %+v: %v", scale, m, err)
			}
			if n := mat.Norm(w, 2); math.IsNaN(n) || math.IsInf(n, 0) {
				t.Errorf("scale %g, %+v: a map of norm %g", scale, m, n)
			}
		}
	}
}

func TestSatisfied(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		c, _, _ := drawn(t, seed)
		r := rand.New(rand.NewPCG(seed, 3))
		held, labels := c.draw(0.5, r), make([]int, c.Rows)
		for i := range labels {
			labels[i] = r.IntN(3)
		}
		if got, want := c.judgeOf(held).of(labels), satisfiedSlowly(c, held, labels); got != want {
			t.Fatalf("%+v, pair by pair %+v", got, want)
		}
		learn := c.without(held)
		for r, h := range held {
			if h && (learn.Label[r] >= 0 || slices.ContainsFunc(append(slices.Clone(learn.Must), learn.Cannot...), func(p [2]int) bool { return p[0] == r || p[1] == r })) {
				t.Fatalf("row %d is held out and learned from", r)
			}
		}
	}
}

// drawn is constraints by chance that do not contradict one another.
func drawn(t *testing.T, seed uint64) (*Constraints, *mat.Dense, []int) {
	t.Helper()
	x, kind, users := crowd(40, 4, seed)
	r := rand.New(rand.NewPCG(seed, 2))
	f := Feedback{Seeds: []Seed{{"some text", "kind 0"}, {"another", "kind 1"}}}
	pairs := make(map[[2]int]bool)
	for range 12 {
		a, b := r.IntN(40), r.IntN(40)
		if a == b || pairs[[2]int{min(a, b), max(a, b)}] {
			continue
		}
		pairs[[2]int{min(a, b), max(a, b)}] = true
		if kind[a] == kind[b] {
			f.MustLink = append(f.MustLink, Pair{users[a], users[b]})
		} else {
			f.CannotLink = append(f.CannotLink, Pair{users[a], users[b]})
		}
		if c := r.IntN(40); !slices.ContainsFunc(f.Assign, func(x Assigned) bool { return x.User == users[c] }) {
			f.Assign = append(f.Assign, Assigned{users[c], fmt.Sprint("kind ", kind[c])})
		}
	}
	c := constraints(t, &f, users)
	all := mat.NewDense(42, 12, nil)
	all.Slice(0, 40, 0, 12).(*mat.Dense).Copy(x)
	all.Slice(40, 42, 0, 12).(*mat.Dense).Copy(x.Slice(0, 2, 0, 12))
	return c, all, append(kind, 0, 1)
}

// Clusters keep to the constraints, whatever these are, and the named segments
// come first.
func TestCluster(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		c, x, _ := drawn(t, seed)
		got, err := Cluster(t.Context(), x, c, ClusterOptions{K: 5, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range c.Must {
			if got.Labels[p[0]] != got.Labels[p[1]] {
				t.Fatalf("seed %d: must-link %v is broken", seed, p)
			}
		}
		broken := 0
		for _, p := range c.Cannot {
			if got.Labels[p[0]] == got.Labels[p[1]] {
				broken++
			}
		}
		if broken != got.Broken || broken > 0 {
			t.Fatalf("seed %d: %d cannot-links are broken, said %d", seed, broken, got.Broken)
		}
		for r, l := range c.Label {
			if l >= 0 && got.Labels[r] != l {
				t.Fatalf("seed %d: row %d of segment %d is in %d", seed, r, l, got.Labels[r])
			}
		}
	}
	// Three who all part, and two clusters: one link has to break.
	f := Feedback{CannotLink: []Pair{{"a", "b"}, {"b", "c"}, {"a", "c"}}}
	c := constraints(t, &f, []string{"a", "b", "c"})
	if got, err := Cluster(t.Context(), mat.NewDense(3, 1, []float64{1, 2, 3}), c, ClusterOptions{K: 2}); err != nil || got.Broken != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	c, x, _ := drawn(t, 1)
	nan := mat.DenseCopyOf(x)
	nan.Set(3, 3, math.NaN())
	short := mat.DenseCopyOf(x)
	for j, v := range short.RawRowView(3) {
		short.Set(3, j, 1e-60*v)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	few := constraints(t, &Feedback{MustLink: []Pair{{"a", "b"}}}, []string{"a", "b", "c"})
	for name, c := range map[string]struct {
		want error
		run  func() error
	}{
		"too few clusters":  {ErrOptions, func() error { _, err := Cluster(t.Context(), x, c, ClusterOptions{K: 1}); return err }},
		"too many clusters": {ErrOptions, func() error { _, err := Cluster(t.Context(), x, c, ClusterOptions{K: 43}); return err }},
		"starts":            {ErrOptions, func() error { _, err := Cluster(t.Context(), x, c, ClusterOptions{K: 5, Starts: -1}); return err }},
		"no constraints":    {ErrOptions, func() error { _, err := Cluster(t.Context(), x, nil, ClusterOptions{K: 5}); return err }},
		"no vectors":        {ErrOptions, func() error { _, err := Fit(t.Context(), nil, c, Metric{}); return err }},
		"rows":              {ErrOptions, func() error { _, err := Fit(t.Context(), x.Slice(0, 9, 0, 12), c, Metric{}); return err }},
		"not finite":        {ErrOptions, func() error { _, err := Fit(t.Context(), nan, c, Metric{}); return err }},
		"too short":         {ErrOptions, func() error { _, err := Fit(t.Context(), short, c, Metric{}); return err }},
		"power":             {ErrOptions, func() error { _, err := Fit(t.Context(), x, c, Metric{Power: math.NaN()}); return err }},
		"shrinkage":         {ErrOptions, func() error { _, err := Fit(t.Context(), x, c, Metric{Shrinkage: 2}); return err }},
		"canceled":          {context.Canceled, func() error { _, err := Fit(canceled, x, c, Metric{}); return err }},
		"nil context":       {nil, func() error { var none context.Context; _, err := Fit(none, x, c, Metric{}); return err }},
		"canceled clusters": {context.Canceled, func() error { _, err := Cluster(canceled, x, c, ClusterOptions{K: 5}); return err }},
		"no pairs": {ErrTooLittle, func() error {
			_, err := Fit(t.Context(), mat.NewDense(1, 2, nil), constraints(t, &Feedback{}, []string{"a"}), Metric{})
			return err
		}},
		"map":              {ErrOptions, func() error { _, err := Map(x, identity(3)); return err }},
		"one pair":         {ErrTooLittle, func() error { _, err := Split(few, Options{K: 2}); return err }},
		"nothing to split": {ErrOptions, func() error { _, err := Split(nil, Options{K: 2}); return err }},
		"all held out":     {ErrOptions, func() error { _, err := Split(c, Options{K: 5, HeldOut: 1}); return err }},
		"one segment":      {ErrOptions, func() error { _, err := Split(few, Options{K: 1}); return err }},
		"more than users":  {ErrOptions, func() error { _, err := Split(few, Options{K: 4}); return err }},
		"edits of fewer":   {ErrOptions, func() error { _, err := (&Feedback{}).AddEdits([]string{"a"}, nil); return err }},
	} {
		if err := c.run(); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestMapOfShort: however short a vector is, its map has length 1, unless it is 0.
func TestMapOfShort(t *testing.T) {
	t.Parallel()
	got, err := Map(mat.NewDense(3, 3, []float64{3e-20, 0, -4e-20, 3e200, 0, -4e200, 0, 0, 0}), identity(3))
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{0.6, 0, -0.8, 0.6, 0, -0.8, 0, 0, 0}
	for i, w := range want {
		if v := got.At(i/3, i%3); math.Abs(v-w) > 1e-6 {
			t.Errorf("row %d, column %d is %v, want %v", i/3, i%3, v, w)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(everything)
	f.Add(`{"version": 1, "edits": [{"op": "merge", "segments": [1, 2]}, {"op": "rename", "segment": 1, "name": "x"}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		said, err := Read(strings.NewReader(s))
		if err != nil {
			if !errors.Is(err, ErrFile) {
				t.Errorf("%v", err)
			}
			return
		}
		users := []string{"a", "b", "c", "d", "e"}
		if _, err := said.AddEdits(users, []int{1, 2, 1, 2, result.Unassigned}); err != nil {
			return
		}
		c, err := said.Constraints(users)
		if err != nil {
			return
		}
		x := mat.NewDense(c.Rows, 2, nil)
		for i := range c.Rows {
			x.Set(i, 0, float64(i))
		}
		if k := max(2, len(c.Segments)); k <= c.Rows && c.Rows < 50 {
			if _, err := Cluster(t.Context(), x, c, ClusterOptions{K: k, Starts: 1}); err != nil {
				t.Errorf("constraints that do not contradict: %v", err)
			}
		}
	})
}
