package beam

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/profile"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// sharded writes the reviews of the repository, of which every third is by the
// same few users, as so many files, and returns them in their order.
func sharded(tb testing.TB, n, texts int) (shards []Shard, all []corpus.Text) {
	tb.Helper()
	f, err := os.Open("../testdata/reviews.csv")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	at := slices.Index(rows[0], "text")
	rows = rows[1:]
	rng := rand.New(rand.NewPCG(1, 0))
	for i := range texts {
		user := fmt.Sprintf("user %d", i)
		if i%3 == 0 {
			user = fmt.Sprintf("user of several %d", i%(texts/14))
		}
		said := rows[i%len(rows)][at]
		if i >= len(rows) { // some words of it, in another order
			words := strings.Fields(said)
			rng.Shuffle(len(words), func(a, b int) { words[a], words[b] = words[b], words[a] })
			said = strings.Join(words[:min(len(words), 8)], " ")
		}
		all = append(all, corpus.Text{User: user, Text: said})
	}
	all = append(all, corpus.Text{User: "silent"}, all[3]) // nothing, and a repetition
	dir := tb.TempDir()
	for s := range n {
		from, to := s*len(all)/n, (s+1)*len(all)/n
		name := filepath.Join(dir, fmt.Sprintf("part%d.csv", s))
		out, err := os.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		w := csv.NewWriter(out)
		_ = w.Write([]string{"user", "text"}) // Flush tells
		for _, t := range all[from:to] {
			_ = w.Write([]string{t.User, t.Text})
		}
		w.Flush()
		if err := w.Error(); err != nil {
			tb.Fatal(err)
		}
		if err := out.Close(); err != nil {
			tb.Fatal(err)
		}
		shards = append(shards, Shard{Number: s, Path: name, Before: from})
	}
	return shards, all
}

// processorTime returns the processor time of this process in seconds.
func processorTime(t *testing.T) float64 {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// TestLikeOneMachine checks that every step over shards gives what it gives on
// one machine: the users in the same rows with the same vectors, the same
// labels from the same start, and the same words. COHORT_BEAM_TEXTS says how many texts there are.
func TestLikeOneMachine(t *testing.T) {
	n, o := 240, PrepareOptions{Batches: 5, Model: ModelOptions{Name: "minilm", Int8: true}}
	if v := os.Getenv("COHORT_BEAM_TEXTS"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
		o.Batches = 64
		// One machine forgets what users said first, and so finds fewer repetitions.
		o.KeepNearDuplicates = true
	}
	shards, all := sharded(t, 3, n)
	ctx := context.Background()
	before := loads.Load()
	build := func(s sdk.Scope, start Centers) {
		prepared, err := Prepare(s, o, Read(s, ReadOptions{UserColumn: "user"}, sdk.Reshuffle(s, sdk.CreateList(s, shards))))
		if err != nil {
			t.Fatal(err)
		}
		batches := Embed(s, o.Model, prepared)
		users, err := PoolUsers(s, PoolOptions{Blocks: 4}, batches)
		if err != nil {
			t.Fatal(err)
		}
		collect(t, s, "batches", batches)
		collect(t, s, "users", users)
		if start.K == 0 {
			return
		}
		found, err := KMeans(s, KMeansOptions{Start: &start, Rounds: 60}, users)
		if err != nil {
			t.Fatal(err)
		}
		placed := Assign(s, users, found)
		collect(t, s, "placed", placed)
		terms, err := Terms(s, TermsOptions{Clusters: start.K, Lang: "en"}, batches, placed)
		if err != nil {
			t.Fatal(err)
		}
		collect(t, s, "terms", terms)
	}

	// One machine.
	m, err := o.Model.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.Preparer()
	if err != nil {
		t.Fatal(err)
	}
	r, err := reading.Open(ctx, corpus.Slice(all), reading.Config{Prepare: p, Repeats: o.Repeats(), Legible: m.Legible})
	if err != nil {
		t.Fatal(err)
	}
	spent := processorTime(t)
	users, err := pool.Gather(ctx, r, pool.Config{Model: m, Memory: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	defer users.Close()
	start := NewCenters(dense.Matrix{Rows: users.Vectors.Slice(0, 4)})
	want, err := cluster.KMeans{Centers: start.Matrix()}.Fit(ctx, dense.Matrix{Rows: users.Vectors})
	if err != nil {
		t.Fatal(err)
	}

	t.Logf("one machine: %d texts, %d users, %d rounds, %.1f s of processor time", len(all), users.Vectors.Len, want.NIter, processorTime(t)-spent)
	spent = processorTime(t)
	run(t, func(s sdk.Scope) { build(s, start) })
	t.Logf("pipeline: %.1f s of processor time", processorTime(t)-spent)
	if n := loads.Load() - before; n > 1 {
		t.Errorf("the model was loaded %d times", n)
	}
	list := got[Block](t, "users")
	slices.SortFunc(list, func(a, b Block) int { return a.Number - b.Number })
	found := whole(list)
	if found.Dim == 0 || len(found.Users) != users.Vectors.Len {
		t.Fatalf("%d users, want %d", len(found.Users), users.Vectors.Len)
	}
	labels := map[string]int{}
	for _, p := range got[Placed](t, "placed") {
		for i, u := range p.Users {
			labels[u] = p.Cluster[i]
		}
	}
	names := r.Survey().Users
	for u, row := range users.Row {
		if row < 0 {
			if names[u] != "silent" || !slices.ContainsFunc(list, func(b Block) bool { return slices.Contains(b.Quiet, "silent") }) {
				t.Errorf("user %q has no row, or is not known to be quiet", names[u])
			}
			continue
		}
		if found.Users[row] != names[u] {
			t.Fatalf("row %d is %q, want %q", row, found.Users[row], names[u])
		}
		for d, v := range users.Vectors.Row(row) {
			if x := found.row(row)[d]; x-v > 1e-5 || v-x > 1e-5 {
				t.Fatalf("%q: feature %d is %v, want %v", names[u], d, x, v)
			}
		}
		if labels[names[u]] != want.Labels[row] {
			t.Errorf("%q is in %d, want %d", names[u], labels[names[u]], want.Labels[row])
		}
	}
	var survey Survey
	for _, b := range got[Batch](t, "batches") {
		survey.Add(&b.Survey)
	}
	s := r.Survey()
	if survey.Kept != s.Texts || survey.Empty != s.Empty || survey.NearDuplicates != s.Cleaning.NearDuplicates || (survey.NearDuplicates > 0) == o.KeepNearDuplicates || survey.Read != len(all) {
		t.Errorf("survey %+v, want %d kept, %d empty, %d near-duplicates", survey, s.Texts, s.Empty, s.Cleaning.NearDuplicates)
	}
	sameWords(t, all, r, users, want.Labels, got[Count](t, "terms"))
}

// sameWords compares the words of segments with those of one counter.
func sameWords(t *testing.T, all []corpus.Text, r *reading.Reader, users *pool.Users, labels []int, terms []Count) {
	t.Helper()
	one := profile.NewCounter(4, "en", text.Splitter{Chinese: chinese.Lazy{}}, nil)
	byUser := map[int][]reading.Item{}
	for x, err := range r.Again(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		byUser[x.User] = append(byUser[x.User], x)
	}
	for u := range r.Survey().Users {
		for _, x := range byUser[u] {
			one.Add(labels[users.Row[u]], u, x.Clean)
		}
	}
	merged := (&TermsOptions{Clusters: 4, Lang: "en"}).NewCounter()
	if err := AddCounts(merged, terms); err != nil {
		t.Fatal(err)
	}
	found := 0
	for i := range 4 {
		want, got := one.LogOdds(i, func(j int) bool { return j != i }, keyword.Query{MinTexts: 2}), merged.LogOdds(i, func(j int) bool { return j != i }, keyword.Query{MinTexts: 2})
		if !slices.Equal(got, want) {
			t.Errorf("segment %d: words %v, want %v", i, got, want)
		}
		found += len(want)
	}
	if len(all) == 0 || found == 0 {
		t.Errorf("%d texts, %d words", len(all), found)
	}
}
