package quality

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/result"
)

// Segments that training turns into others, or that hold less well, are not kept.
func TestDecide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		alike, before, after float64
		kept                 bool
		reason               string
	}{
		{0.8, 0.6, 0.7, true, "Refined: "},
		{0.8, 0.6, 0.51, true, "Refined: "},
		{0.8, 0.6, 0.49, false, "Not refined: they would hold less well"},
		{0.4, 0.6, 0.9, false, "Not refined: training found other segments"},
		{math.NaN(), 0.6, 0.9, false, "Not refined: training found other segments"},
		{0.8, 0.6, math.NaN(), false, "Not refined: they would hold less well"},
	} {
		r := &result.Refinement{Alike: c.alike, Before: c.before, After: c.after, Moved: 3}
		decide(r)
		if r.Refined != c.kept || !strings.HasPrefix(r.Reason, c.reason) {
			t.Errorf("%+v: %+v", c, r)
		}
	}
}

// Training begins anew only where resamples agree clearly more with what it finds.
func TestChoose(t *testing.T) {
	t.Parallel()
	usual := trial{kept: 0.8}
	anew := func(begin float64) group.Training { return group.Training{Begin: begin} }
	for _, c := range []struct {
		name  string
		anew  []trial
		begin float64
	}{
		{"nothing else", nil, 0},
		{"less", []trial{{training: anew(0.3), kept: 0.7}}, 0},
		{"hardly more", []trial{{training: anew(0.3), kept: usual.kept + clearly/2}}, 0},
		{"more", []trial{{training: anew(0.3), kept: 0.9}}, 0.3},
		{"the best", []trial{{training: anew(0.3), kept: 0.85}, {training: anew(0.45), kept: 0.9}}, 0.45},
		{"the first of two", []trial{{training: anew(0.3), kept: 0.9}, {training: anew(0.45), kept: 0.85}}, 0.3},
		{"not a number", []trial{{training: anew(0.3), kept: math.NaN()}}, 0},
	} {
		if got := choose(append([]trial{usual}, c.anew...)); got.training.Begin != c.begin {
			t.Errorf("%s: begins with %g, want %g", c.name, got.training.Begin, c.begin)
		}
	}
}

// Resamples are drawn until it is settled whether one training is clearly better.
func TestSettled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		gains []float64
		want  bool
	}{
		{"the only one", make([]float64, 6), true},
		{"better each time", []float64{0.05, 0.06, 0.05, 0.04, 0.05, 0.06}, true},
		{"worse each time", []float64{-0.02, -0.01, 0, -0.01, -0.02, -0.01}, true},
		{"better by chance", []float64{0.2, -0.1, 0.1, -0.05, 0.15, -0.1}, false},
		{"hardly better", []float64{0.01, 0.03, 0.02, 0.01, 0.03, 0.02}, false},
	} {
		if got := settled(c.gains); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Segments are drawn towards one size unless resamples agree clearly less then.
func TestSettleSizes(t *testing.T) {
	t.Parallel()
	u := cloud(rand.New(rand.NewPCG(4, 4)), 240, 12, 4, 0.9)
	c := group.Config{Clusterer: cluster.KMeans{K: 4, Seed: 1}}
	g, err := group.Find(t.Context(), u, c)
	if err != nil {
		t.Fatal(err)
	}
	c.Training.Sizes = refine.SizesEven
	even, err := try(t.Context(), u, g, c)
	if err != nil {
		t.Fatal(err)
	}
	if !even.even() || even.groups.Kept() == nil {
		t.Fatalf("%+v", even)
	}
	for _, v := range []struct {
		agreement, kept float64
		even            bool
	}{{0.8, 0.75, true}, {0.74, 0.75, true}, {0.7, 0.75, false}} {
		even.agreement, even.kept = v.agreement, v.kept
		got, err := settleSizes(t.Context(), u, g, c, even)
		if err != nil {
			t.Fatal(err)
		}
		want := v.agreement
		if !v.even {
			want = v.kept
		}
		if got.even() != v.even || (got.groups.Kept() != nil) != v.even || got.agreement != want {
			t.Errorf("%+v: even %v, agreement %g", v, got.even(), got.agreement)
		}
		if !v.even && !slices.Equal(got.groups.Start(), even.groups.Kept()) {
			t.Errorf("%+v: other segments than before they were drawn towards one size", v)
		}
	}
}

// Where one size for all leads to other segments, sizes are kept.
func TestTryKeepsSizes(t *testing.T) {
	t.Parallel()
	all := cloud(rand.New(rand.NewPCG(4, 4)), 1600, 12, 4, 0.9)
	var rows []int
	for i := range all.Vectors.Len {
		if i%4 == 0 || i%40 < 4 { // a tenth of all but the first
			rows = append(rows, i)
		}
	}
	u := &pool.Users{Vectors: pool.Take(all.Vectors, rows), Row: make([]int, len(rows))}
	for i := range u.Row {
		u.Row[i] = i
	}
	c := group.Config{Clusterer: cluster.KMeans{K: 4, NInit: 10, Seed: 1}}
	g, err := group.Find(t.Context(), u, c)
	if err != nil {
		t.Fatal(err)
	}
	c.Training.Sizes = refine.SizesEven
	uneven, err := g.Refined(t.Context(), u, c)
	if err != nil {
		t.Fatal(err)
	}
	if alike, err := eval.ARI(g.Start(), uneven.Start()); err != nil || alike >= leastAlike {
		t.Fatalf("one size leads to segments like those before: %g, %v", alike, err)
	}
	got, err := try(t.Context(), u, g, c)
	if err != nil {
		t.Fatal(err)
	}
	if got.even() || got.groups.Kept() != nil || got.alike < leastAlike {
		t.Errorf("even %v, likeness %g", got.even(), got.alike)
	}
}

// A resample has a vote on segments of one size, and on those before.
func TestVoteOnSizes(t *testing.T) {
	t.Parallel()
	u := cloud(rand.New(rand.NewPCG(4, 4)), 400, 12, 4, 1.2)
	c := group.Config{Clusterer: cluster.KMeans{K: 4, Seed: 1}}
	g, err := group.Find(t.Context(), u, c)
	if err != nil {
		t.Fatal(err)
	}
	var votes [2]trial
	for i, sizes := range []refine.Sizes{refine.SizesKept, refine.SizesEven} {
		c.Training.Sizes = sizes
		got, err := try(t.Context(), u, g, c)
		if err != nil {
			t.Fatal(err)
		}
		trials := []trial{got}
		if _, err := judge(t.Context(), u, g, trials, c, 1, nil); err != nil {
			t.Fatal(err)
		}
		votes[i] = trials[0]
	}
	kept, even := votes[0], votes[1]
	if kept.kept != kept.agreement || even.kept != kept.agreement || even.agreement == even.kept {
		t.Errorf("kept sizes: %g, %g; one size: %g, before %g", kept.agreement, kept.kept, even.agreement, even.kept)
	}
}

// alternating is a caller's clusterer, which is not for several goroutines.
type alternating struct {
	cluster.KMeans
	calls, at *atomic.Int32
}

func (a alternating) Cluster(ctx context.Context, x mat.Matrix) (cluster.Partition, error) {
	if a.at.Add(1) > 1 {
		return nil, errors.New("two calls at once")
	}
	defer a.at.Add(-1)
	a.calls.Add(1)
	return a.KMeans.Cluster(ctx, x)
}

// wordy returns users in k groups that words tell as well as vectors do, and enough of
// them to train anew.
func wordy(k int) (*pool.Users, []refine.Bag) {
	u := cloud(rand.New(rand.NewPCG(4, 4)), refine.PerSegment*k, 12, k, 0.5)
	bags := make([]refine.Bag, u.Vectors.Len)
	for i := range bags { // cloud deals users to groups in turn
		bags[i] = refine.Bag{{Word: int32(i % k), Count: 1}, {Word: int32(k + i/k%7), Count: 1}}
	}
	return u, bags
}

// A caller's clusterer is called by one goroutine at a time, and judged as ours is.
func TestRefineByCallersClusterer(t *testing.T) {
	t.Parallel()
	u, bags := wordy(3)
	own := cluster.KMeans{K: 3, NInit: 3, Seed: 1}
	var calls, at atomic.Int32
	var how []*result.Refinement
	for _, by := range []cluster.Clusterer{own, alternating{own, &calls, &at}} {
		c := group.Config{Clusterer: by, Words: bags, Every: bags, Threads: 4}
		g, err := group.Find(t.Context(), u, c)
		if err != nil {
			t.Fatal(err)
		}
		_, _, r, err := Refine(t.Context(), u, g, c, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		how = append(how, r)
	}
	if diff := cmp.Diff(how[0], how[1]); diff != "" || !how[0].Refined {
		t.Errorf("by the caller's clusterer (+), by ours (-):\n%s", diff)
	}
	if n := calls.Load(); n < 1+leastRounds {
		t.Errorf("the caller's clusterer was called %d times", n)
	}
}

// wordyGroups returns wordy users in three groups, and what found these.
func wordyGroups(t *testing.T) (*pool.Users, group.Config, *group.Groups) {
	t.Helper()
	u, bags := wordy(3)
	c := group.Config{Clusterer: cluster.KMeans{K: 3, Seed: 1}, Words: bags, Every: bags}
	g, err := group.Find(t.Context(), u, c)
	if err != nil {
		t.Fatal(err)
	}
	return u, c, g
}

// A panic of the caller's progress ends training, also where two run side by side,
// and can be recovered.
func TestTrainPanics(t *testing.T) {
	t.Parallel()
	u, c, g := wordyGroups(t)
	if trials, err := train(t.Context(), u, g, c); err != nil || len(trials) != 2 {
		t.Fatalf("%d trials, %v", len(trials), err)
	}
	c.Progress = func(string, int, int) { panic("no progress") }
	defer func() {
		if got := recover(); got != "no progress" {
			t.Errorf("recovered %v", got)
		}
	}()
	_, err := train(t.Context(), u, g, c)
	t.Errorf("no panic, but %v", err)
}

// Progress is that of one training, and goes forward.
func TestTrainProgress(t *testing.T) {
	t.Parallel()
	u, c, g := wordyGroups(t)
	var steps []int
	c.Progress = func(_ string, done, _ int) { steps = append(steps, done) }
	if _, err := train(t.Context(), u, g, c); err != nil {
		t.Fatal(err)
	}
	if len(steps) < 2 || !slices.IsSorted(steps) {
		t.Errorf("steps %v", steps)
	}
}

// Training ends when its context does.
func TestTrainStops(t *testing.T) {
	t.Parallel()
	u, c, g := wordyGroups(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	c.Progress = func(_ string, done, _ int) {
		if done > 1 {
			cancel(why)
		}
	}
	if _, err := train(ctx, u, g, c); !errors.Is(err, why) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// exhausted is a caller's clusterer that fails after its first call.
type exhausted struct {
	cluster.KMeans
	calls *atomic.Int32
}

var errExhausted = errors.New("exhausted")

func (e exhausted) Cluster(ctx context.Context, x mat.Matrix) (cluster.Partition, error) {
	if e.calls.Add(1) > 1 {
		return nil, errExhausted
	}
	return e.KMeans.Cluster(ctx, x)
}

// An error in clustering a resample is that of Refine.
func TestRefineFails(t *testing.T) {
	t.Parallel()
	u, c, _ := wordyGroups(t)
	c.Clusterer = exhausted{cluster.KMeans{K: 3, Seed: 1}, new(atomic.Int32)}
	g, err := group.Find(t.Context(), u, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := Refine(t.Context(), u, g, c, 1, nil); !errors.Is(err, errExhausted) {
		t.Errorf("%v, want %v", err, errExhausted)
	}
}
