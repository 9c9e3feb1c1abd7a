package beam

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

func TestMain(m *testing.M) {
	flag.Parse()
	sdk.Init()
	os.Exit(m.Run())
}

// run runs a pipeline on Prism.
func run(tb testing.TB, build func(s sdk.Scope)) {
	tb.Helper()
	p, s := sdk.NewPipelineWithRoot()
	build(s)
	if err := try(p); err != nil {
		tb.Fatal(err)
	}
}

// running keeps pipelines one after another: Prism's options are flags.
var running sync.Mutex

func try(p *sdk.Pipeline) error {
	running.Lock()
	defer running.Unlock()
	*jobopts.JobName = ""
	_, err := sdk.Run(context.Background(), "prism", p)
	return err
}

// sink collects the elements of a pipeline in this process, by test.
var sink sync.Map // name -> *collected

type collected struct {
	mu   sync.Mutex
	list []any
}

func init() {
	sdk.RegisterType(reflect.TypeFor[collectFn]())
}

type collectFn struct{ Name string }

func (f *collectFn) ProcessElement(v sdk.X) {
	c, _ := sink.LoadOrStore(f.Name, &collected{})
	x := c.(*collected)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.list = append(x.list, v)
}

// collect makes the pipeline keep the elements of c for got.
func collect(tb testing.TB, s sdk.Scope, what string, c sdk.PCollection) {
	sdk.ParDo0(s, &collectFn{tb.Name() + what}, c)
}

// got returns what collect kept, and forgets it.
func got[T any](tb testing.TB, what string) []T {
	tb.Helper()
	c, ok := sink.LoadAndDelete(tb.Name() + what)
	if !ok {
		tb.Fatalf("there are no %s", what)
	}
	var out []T
	for _, v := range c.(*collected).list {
		out = append(out, v.(T))
	}
	return out
}

// crowds returns n unit vectors [n, dim] around k directions, with users.
func crowds(n, dim, k int, seed uint64) Block {
	rng := rand.New(rand.NewPCG(seed, 0))
	centre := dense.New[float64](k, dim)
	for i := range centre.Data {
		centre.Data[i] = rng.NormFloat64()
	}
	b := Block{Dim: dim}
	for i := range n {
		v := make([]float32, dim)
		norm := 0.0
		for d := range v {
			x := centre.Row(i % k)[d] + 0.7*rng.NormFloat64()
			v[d] = float32(x)
			norm += x * x
		}
		for d := range v {
			v[d] /= float32(math.Sqrt(norm))
		}
		b.Users, b.Batch, b.Texts = append(b.Users, fmt.Sprintf("user%d", i)), append(b.Batch, i%3), append(b.Texts, 1)
		b.First, b.Hash, b.Vectors = append(b.First, i), append(b.Hash, rng.Uint64()), append(b.Vectors, v...)
	}
	return b
}

// blocks divides users among blocks, each in order.
func blocks(all *Block, n int) []Block {
	by := make([]Block, n)
	for i, h := range all.Hash {
		by[blockOf(h, n)].add(all, i)
	}
	for j := range by {
		b := &by[j]
		b.Number = j
		order := make([]int, len(b.Users))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, c int) int { return compareUint(b.Hash[a], b.Hash[c]) })
		sorted := Block{Number: j}
		for _, i := range order {
			sorted.add(b, i)
		}
		by[j] = sorted
	}
	return slices.DeleteFunc(by, func(b Block) bool { return len(b.Users) == 0 })
}

func compareUint(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// whole joins blocks, which are in order.
func whole(list []Block) Block {
	var all Block
	for _, b := range list {
		for i := range b.Users {
			all.add(&b, i)
		}
	}
	return all
}

func matrix(b *Block) dense.Matrix { return dense.Matrix{Rows: b.rows()} }

// TestKMeans compares with cluster.KMeans from the same start, and checks that
// neither the order of the blocks nor the division into pipelines changes a bit.
func TestKMeans(t *testing.T) {
	users := crowds(3000, 24, 6, 1)
	list := blocks(&users, 16)
	all := whole(list)
	start := NewCenters(dense.Matrix{Rows: all.rows().Slice(0, 6)})
	want, err := cluster.KMeans{Centers: start.Matrix()}.Fit(context.Background(), matrix(&all))
	if err != nil {
		t.Fatal(err)
	}
	var first Centers
	for _, c := range []struct {
		name   string
		list   []Block
		rounds []int
	}{{"in order", list, []int{30}}, {"backwards", backwards(list), []int{30}}, {"four pipelines", list, []int{1, 2, 3, 24}}} {
		at := start
		for _, n := range c.rounds {
			run(t, func(s sdk.Scope) {
				found, err := KMeans(s, KMeansOptions{Start: &at, Rounds: n}, sdk.CreateList(s, c.list))
				if err != nil {
					t.Fatal(err)
				}
				collect(t, s, "centers", found)
			})
			at = got[Centers](t, "centers")[0]
		}
		if !at.Done || at.Round != want.NIter {
			t.Errorf("%s: %d rounds (done: %v), want %d", c.name, at.Round, at.Done, want.NIter)
		}
		if first.K == 0 {
			first = at
		} else if !slices.Equal(first.Data, at.Data) {
			t.Errorf("%s: other centres", c.name)
		}
		labels, err := at.labels(context.Background(), &all)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(labels, want.Labels) {
			t.Errorf("%s: other labels than cluster.KMeans", c.name)
		}
		for i, v := range want.Centers.RawMatrix().Data {
			if math.Abs(v-at.Data[i]) > 1e-12 {
				t.Fatalf("%s: centre %d is %v, want %v", c.name, i, at.Data[i], v)
			}
		}
	}
}

func backwards(list []Block) []Block {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}

// TestEmptyClusters checks that a cluster without users gets the user farthest
// from their centre, as in cluster.KMeans.
func TestEmptyClusters(t *testing.T) {
	users := crowds(400, 8, 4, 2)
	list := blocks(&users, 5)
	all := whole(list)
	start := Centers{K: 4, Dim: 8}
	for j := range 4 { // the last two are nobody's nearest
		for d := range 8 {
			v := float64(all.row(j)[d])
			if j >= 2 {
				v = 50 + float64(j)
			}
			start.Data = append(start.Data, v)
		}
	}
	want, err := cluster.KMeans{Centers: start.Matrix()}.Fit(context.Background(), matrix(&all))
	if err != nil {
		t.Fatal(err)
	}
	run(t, func(s sdk.Scope) {
		c, err := KMeans(s, KMeansOptions{Start: &start, Rounds: 40}, sdk.CreateList(s, list))
		if err != nil {
			t.Fatal(err)
		}
		collect(t, s, "centers", c)
	})
	c := got[Centers](t, "centers")[0]
	labels, err := c.labels(context.Background(), &all)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(labels, want.Labels) || c.Round != want.NIter {
		t.Errorf("other labels, or %d rounds instead of %d", c.Round, want.NIter)
	}
}

// TestStart checks k-means||: its inertia is near that of greedy k-means++, and
// the same for any order of the blocks.
func TestStart(t *testing.T) {
	users := crowds(2000, 16, 5, 3)
	list := blocks(&users, 8)
	all := whole(list)
	want, err := cluster.KMeans{K: 5, NInit: 3}.Fit(context.Background(), matrix(&all))
	if err != nil {
		t.Fatal(err)
	}
	var first Centers
	for _, l := range [][]Block{list, backwards(list)} {
		run(t, func(s sdk.Scope) {
			col := sdk.CreateList(s, l)
			c, err := KMeans(s, KMeansOptions{K: 5, Seed: 7}, col)
			if err != nil {
				t.Fatal(err)
			}
			collect(t, s, "centers", c)
			collect(t, s, "scores", Evaluate(s, col, c))
		})
		c, scores := got[Centers](t, "centers")[0], got[Scores](t, "scores")[0]
		if first.K == 0 {
			first = c
		} else if !slices.Equal(first.Data, c.Data) {
			t.Error("the start depends on the order of the blocks")
		}
		if scores.Inertia > 1.02*want.Inertia || c.Users != 2000 {
			t.Errorf("inertia %v of %d users, cluster.KMeans has %v", scores.Inertia, c.Users, want.Inertia)
		}
	}
}

func TestTooFewUsers(t *testing.T) {
	users := crowds(4, 8, 2, 3)
	p, s := sdk.NewPipelineWithRoot()
	if _, err := KMeans(s, KMeansOptions{K: 5}, sdk.CreateList(s, blocks(&users, 2))); err != nil {
		t.Fatal(err)
	}
	if err := try(p); err == nil || !strings.Contains(err.Error(), "too few users: 4 for 5 clusters") {
		t.Errorf("error %v", err)
	}
	for _, o := range []KMeansOptions{{K: -1}, {Rounds: -2}, {Tol: math.NaN()}, {K: 3, Start: &Centers{K: 2, Dim: 1, Data: []float64{1, 2}}}} {
		_, s := sdk.NewPipelineWithRoot()
		if _, err := KMeans(s, o, sdk.Create(s, users)); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

// TestEvaluate compares with package eval and with a slow simplified silhouette.
func TestEvaluate(t *testing.T) {
	users := crowds(900, 12, 4, 5)
	list := blocks(&users, 7)
	all := whole(list)
	c := NewCenters(dense.Matrix{Rows: all.rows().Slice(0, 4)})
	labels, err := c.labels(context.Background(), &all)
	if err != nil {
		t.Fatal(err)
	}
	run(t, func(s sdk.Scope) {
		collect(t, s, "scores", Evaluate(s, sdk.CreateList(s, list), sdk.Create(s, c)))
	})
	scores := got[Scores](t, "scores")[0]
	ch, err := eval.CalinskiHarabasz(matrix(&all), labels)
	if err != nil {
		t.Fatal(err)
	}
	db, err := eval.DaviesBouldin(matrix(&all), labels)
	if err != nil {
		t.Fatal(err)
	}
	silhouette := 0.0
	for i, j := range labels {
		own, best := 0.0, math.Inf(1)
		for l := range 4 {
			d := math.Sqrt(squared(all.row(i), scores.Means[l*12:(l+1)*12]))
			if l == j {
				own = d
			} else {
				best = min(best, d)
			}
		}
		silhouette += (best - own) / max(best, own) / 900
	}
	for _, x := range []struct {
		name      string
		got, want float64
	}{{"Calinski-Harabasz", scores.CalinskiHarabasz, ch}, {"Davies-Bouldin", scores.DaviesBouldin, db}, {"silhouette", scores.Silhouette, silhouette}} {
		if !(math.Abs(x.got-x.want) <= 1e-9*math.Abs(x.want)) {
			t.Errorf("%s is %v, want %v", x.name, x.got, x.want)
		}
	}
	if !scores.Defined || scores.Users != 900 {
		t.Errorf("scores %+v", scores)
	}
}

// TestAssign compares distances and margins with those by definition.
func TestAssign(t *testing.T) {
	users := crowds(200, 6, 3, 9)
	list := blocks(&users, 3)
	c := NewCenters(dense.Matrix{Rows: users.rows().Slice(0, 3)})
	run(t, func(s sdk.Scope) {
		collect(t, s, "placed", Assign(s, sdk.CreateList(s, list), sdk.Create(s, c)))
	})
	n := 0
	for _, p := range got[Placed](t, "placed") {
		b := list[slices.IndexFunc(list, func(b Block) bool { return b.Number == p.Number })]
		for i := range p.Users {
			n++
			var d []float64
			for j := range 3 {
				d = append(d, math.Sqrt(squared(b.row(i), c.row(j))))
			}
			order := []int{0, 1, 2}
			slices.SortFunc(order, func(a, b int) int {
				if d[a] < d[b] {
					return -1
				}
				return 1
			})
			margin := (d[order[1]] - d[order[0]]) / d[order[1]]
			if p.Cluster[i] != order[0] || p.RunnerUp[i] != order[1] || math.Abs(p.Distance[i]-d[order[0]]) > 1e-6 || math.Abs(p.Margin[i]-margin) > 1e-6 {
				t.Fatalf("%s: %d, %d, %v, %v, want %v, %v, %v", p.Users[i], p.Cluster[i], p.RunnerUp[i], p.Distance[i], p.Margin[i], order, d, margin)
			}
		}
	}
	if n != 200 {
		t.Errorf("%d users", n)
	}
}

// TestMiniBatch checks that batches and centres do not depend on the order of the
// blocks, and that learning comes near KMeans.
func TestMiniBatch(t *testing.T) {
	users := crowds(4000, 16, 5, 4)
	list := blocks(&users, 9)
	all := whole(list)
	want, err := cluster.KMeans{K: 5, NInit: 3}.Fit(context.Background(), matrix(&all))
	if err != nil {
		t.Fatal(err)
	}
	var first Centers
	for _, l := range [][]Block{list, backwards(list)} {
		run(t, func(s sdk.Scope) {
			col := sdk.CreateList(s, l)
			c, err := MiniBatchKMeans(s, MiniBatchOptions{K: 5, BatchSize: 200, Batches: 40, Seed: 3}, col)
			if err != nil {
				t.Fatal(err)
			}
			collect(t, s, "centers", c)
			collect(t, s, "scores", Evaluate(s, col, c))
		})
		c, scores := got[Centers](t, "centers")[0], got[Scores](t, "scores")[0]
		if first.K == 0 {
			first = c
		} else if !slices.Equal(first.Data, c.Data) {
			t.Error("the centres depend on the order of the blocks")
		}
		if scores.Inertia > 1.03*want.Inertia || c.Round != 40 {
			t.Errorf("inertia %v after %d batches, KMeans has %v", scores.Inertia, c.Round, want.Inertia)
		}
	}
}
