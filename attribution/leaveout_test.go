package attribution_test

import (
	"cmp"
	"context"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/attribution"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/text"
)

// TestAgreesWithLeavingOut compares attributions to a segment's margin with what
// leaving out each word does to it, and logs the figures of docs/attribution.md:
// COHORT_ATTRIBUTION is the number of texts to take, and COHORT_METHODS says which
// methods to compare, by their names between commas; all are, if it is not set. Times
// are those of the processors, of all threads.
func TestAgreesWithLeavingOut(t *testing.T) {
	m, err := bert.Load(testdir.Shared(t, "models", "all-MiniLM-L6-v2"), bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	n := 4
	if s := os.Getenv("COHORT_ATTRIBUTION"); s != "" {
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, file, column string
		least, most        int
	}{
		{"short", "amazon_review_snippets.csv.gz", "text", 5, 30},
		{"long", "womens_clothing_reviews.csv.gz", "Review Text", 31, 120},
	} {
		t.Run(c.name, func(t *testing.T) {
			if n == 4 && c.name == "long" {
				t.Skip("leaves out hundreds of words; set COHORT_ATTRIBUTION")
			}
			var texts []string
			for _, s := range testdir.Column(t, testdir.Shared(t, "data", c.file), c.column, 5000) {
				if w := len(text.Splitter{}.Words(s)); w >= c.least && w <= c.most && len(texts) < max(n, 200) {
					texts = append(texts, s)
				}
			}
			compareWithLeavingOut(t, m, texts, n)
		})
	}
}

// method is a way to attribute.
type method struct {
	name            string
	run             func(ctx context.Context, f attribution.Function) (*attribution.Attribution, error)
	all, content    float64       // sums of rank correlations with leaving out: over all words, and without stop words
	found           float64       // sum of the shares of the five strongest words, without stop words, that are among its first ten
	time            time.Duration // of the processors
	points, settled int
}

func compareWithLeavingOut(t *testing.T, m *bert.Model, texts []string, n int) {
	ctx := t.Context()
	vectors, err := m.Embed(ctx, texts)
	if err != nil {
		t.Fatal(err)
	}
	x := dense.New[float32](len(texts), m.Dim())
	for i := range texts {
		copy(x.Row(i), vectors.Row(i))
	}
	fit, err := cluster.KMeans{K: 8, Seed: 1}.Fit(ctx, dense.Matrix{Rows: x})
	if err != nil {
		t.Fatal(err)
	}
	centres := make(group.Centres, 8)
	for i := range centres {
		for j := range m.Dim() {
			centres[i].Anchor = append(centres[i].Anchor, float32(fit.Centers.At(i, j)))
		}
	}
	methods := []*method{
		{name: "gradient x input", run: attribution.GradientInput},
		{name: "3 points", run: func(ctx context.Context, f attribution.Function) (*attribution.Attribution, error) {
			return attribution.Integrated(ctx, f, attribution.Options{MaxPoints: 3})
		}},
		{name: "weights"},
		{name: "complete", run: func(ctx context.Context, f attribution.Function) (*attribution.Attribution, error) {
			return attribution.Integrated(ctx, f, attribution.Options{})
		}},
	}
	if s := os.Getenv("COHORT_METHODS"); s != "" {
		names := strings.Split(s, ",")
		methods = slices.DeleteFunc(methods, func(me *method) bool { return !slices.Contains(names, me.name) })
		if len(methods) != len(names) {
			t.Fatalf("COHORT_METHODS is %q; %d of them are known", s, len(methods))
		}
	}
	var leaving time.Duration
	words := 0
	for i, s := range texts[:n] {
		at, _ := centres.Nearest(vectors.Row(i))
		margin, other := centres.Margin(vectors.Row(i), at)
		two := group.Centres{centres[at], centres[other]}
		score := func(v, g []float32) float64 {
			value, by := two.MarginGradient(v, 0)
			for j, x := range by {
				g[j] = float32(x)
			}
			return value
		}
		f := func(ctx context.Context, points []float64) ([]float64, [][]float64, [][2]int, error) {
			return m.PathGradients(ctx, s, points, score)
		}
		var pieces [][]attribution.Word // by method; the same words each
		for _, me := range methods {
			start := processor()
			var a *attribution.Attribution
			if me.run == nil {
				a = &attribution.Attribution{Points: 1}
				a.Score, a.Values, a.Spans, err = m.WeightGradients(ctx, s, score)
			} else {
				a, err = me.run(ctx, f)
			}
			if err != nil {
				t.Fatal(err)
			}
			me.time += processor() - start
			me.points += a.Points
			if a.Complete {
				me.settled++
			}
			if math.Abs(a.Score-margin) > 1e-4 {
				t.Errorf("%s: the score is %g, want the margin %g", me.name, a.Score, margin)
			}
			pieces = append(pieces, slices.DeleteFunc(a.Words(s, text.Splitter{}), func(w attribution.Word) bool {
				return len(text.Splitter{}.Words(w.Text)) == 0
			}))
		}
		words += len(pieces[0])
		start := processor()
		var variants []string
		for _, w := range pieces[0] {
			variants = append(variants, s[:w.Start]+" "+s[w.End:])
		}
		without, err := m.Embed(ctx, variants)
		if err != nil {
			t.Fatal(err)
		}
		var effects []float64
		for j := range variants {
			rest, _ := two.Margin(without.Row(j), 0)
			effects = append(effects, margin-rest)
		}
		leaving += processor() - start
		stop := text.StopWords(text.English)
		for k, me := range methods {
			var all, some, left []float64
			for j, w := range pieces[k] {
				all = append(all, w.Value)
				if !stop.Has(strings.ToLower(w.Text)) {
					some, left = append(some, w.Value), append(left, effects[j])
				}
			}
			me.all += spearman(all, effects) / float64(n)
			me.content += spearman(some, left) / float64(n)
			me.found += among(some, left) / float64(n)
		}
	}
	each := time.Duration(n)
	t.Logf("%d texts of %.1f words; leaving out takes %v of processor time a text", n, float64(words)/float64(n), leaving/each)
	for _, me := range methods {
		t.Logf("%-16s %5.1f points and %v of processor time a text, complete %d; rank correlation %.2f, without stop words %.2f; of the five strongest %.0f %% among its first ten",
			me.name, float64(me.points)/float64(n), me.time/each, me.settled, me.all, me.content, 100*me.found)
	}
	if last := methods[len(methods)-1]; last.all < 0.2 || last.name == "complete" && last.settled < n*9/10 {
		t.Errorf("rank correlation %.2f, want 0.2 or more; %d of %d complete", last.all, last.settled, n)
	}
}

// among returns the share of the five greatest of b whose places are among the ten
// greatest of a.
func among(a, b []float64) float64 {
	first := func(x []float64, n int) []int {
		order := make([]int, len(x))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(x[j], x[i]) })
		return order[:min(n, len(order))]
	}
	best := first(b, 5)
	ten, n := first(a, 10), 0.0
	for _, i := range best {
		if slices.Contains(ten, i) {
			n++
		}
	}
	return n / float64(max(len(best), 1))
}

// spearman returns the rank correlation of a and b, 0 if there is none.
func spearman(a, b []float64) float64 {
	x, y := ranks(a), ranks(b)
	var xx, yy, xy float64
	for i := range x {
		u, v := x[i]-float64(len(x)-1)/2, y[i]-float64(len(x)-1)/2
		xx, yy, xy = xx+u*u, yy+v*v, xy+u*v
	}
	if xx*yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// ranks returns the ranks of x from 0; equal values share the mean of theirs.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	out := make([]float64, len(x))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && x[order[to]] == x[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			out[i] = float64(from+to-1) / 2
		}
		from = to
	}
	return out
}
