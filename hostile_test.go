package cohort_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// hostileTexts are some texts of a dozen users, a few of them repeated.
func hostileTexts() []cohort.Text {
	about := []string{"tea and cake", "the screen of this phone", "a room with a view of the sea"}
	var texts []cohort.Text
	for i := range 48 {
		texts = append(texts, cohort.Text{
			User: fmt.Sprint("u", i%12), Text: fmt.Sprintf("%s, day %d: we had %s", about[i%3], i/7, about[i%3]), Weight: 1,
			Time: time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC), Meta: map[string]string{"stars": fmt.Sprint(1 + i%5)},
		})
	}
	return texts
}

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	texts := hostileTexts()
	base := cohort.Options{Model: counter{"tea", "screen", "sea", "day"}, K: 3, MinUsers: 1, Rating: "stars", Bootstrap: 2, Pooling: cohort.PoolRecency, Repeats: &cohort.Repeats{}}
	typed := []error{cohort.ErrOptions, cohort.ErrTooFewUsers, cohort.ErrNoTexts, cluster.ErrOption, cluster.ErrTooFewPoints}
	testdir.HostileNumbers(t, base, func(ctx context.Context, o cohort.Options) error {
		_, err := cohort.Segment(ctx, corpus.Slice(texts), o)
		return err
	}, typed...)
	for _, e := range []cohort.Edit{{Op: "merge", Segments: []int{1, 2}}, {Op: "split", Segment: 1, Into: 2}, {Op: "rename", Segment: 1, Name: "tea"}} {
		testdir.HostileNumbers(t, e, func(ctx context.Context, e cohort.Edit) error {
			o := base
			o.Edits = []cohort.Edit{e}
			_, err := cohort.Segment(ctx, corpus.Slice(texts), o)
			return err
		}, typed...)
	}
	testdir.HostileNumbers(t, *base.Repeats, func(ctx context.Context, r cohort.Repeats) error {
		o := base
		o.Repeats = &r
		_, err := cohort.Segment(ctx, corpus.Slice(texts), o)
		return err
	}, typed...)
	fit, err := cohort.Fit(t.Context(), corpus.Slice(texts), base)
	if err != nil {
		t.Fatal(err)
	}
	testdir.HostileNumbers(t, cohort.WhyOptions{}, func(ctx context.Context, w cohort.WhyOptions) error {
		_, err := fit.Why(ctx, "u1", corpus.Slice(texts), base, w)
		return err
	}, typed...)
	testdir.HostileNumbers(t, cohort.Text{}, func(ctx context.Context, x cohort.Text) error {
		bad := append(hostileTexts(), cohort.Text{User: "u1", Text: "tea", Weight: x.Weight, Time: texts[0].Time})
		_, err := cohort.Segment(ctx, corpus.Slice(bad), base)
		return err
	}, cohort.ErrWeight, cohort.ErrNotFinite)
}

// FuzzOptions: whatever the options say, a typed error or a segmentation of all
// users.
func FuzzOptions(f *testing.F) {
	f.Add(uint8(0), int64(0), 3, uint64(1), 0, 0, 0, 0, int64(0), "", "stars", uint8(0), 0.0, 0, uint8(0), true)
	f.Add(uint8(3), int64(1)<<62, 1<<40, uint64(9), 1<<50, -1, 1<<30, 1<<62, int64(1)<<62, "zh", "none", uint8(1), math.NaN(), 1<<30, uint8(1), false)
	f.Add(uint8(2), int64(-1), -1, uint64(0), -1, 1<<30, -1, -1, int64(-1), "xx", "", uint8(9), 2.0, -1, uint8(9), true)
	texts := hostileTexts()
	f.Fuzz(func(t *testing.T, pooling uint8, halfLife int64, k int, seed uint64, threads, bootstrap, minUsers, quotes int, memory int64, lang, rating string, of uint8, threshold float64, minLetters int, reduced uint8, boilerplate bool) {
		o := cohort.Options{
			Model: counter{"tea", "screen", "sea", "day"}, Pooling: cohort.Pooling(pooling), HalfLife: time.Duration(halfLife), K: k, Seed: seed,
			Threads: threads, Bootstrap: min(bootstrap, 3), // each takes its time
			MinUsers: minUsers, Quotes: quotes, Memory: memory, Lang: lang, Rating: rating,
			Repeats: &cohort.Repeats{Of: cohort.RepeatsOf(of), Threshold: threshold, MinLetters: minLetters, KeepBoilerplate: boilerplate, Boilerplate: repeats.BoilerplateOptions{MinTexts: minLetters, MinShare: threshold, MinLetters: quotes}},
		}
		if reduced%2 == 1 {
			o.Reduce = reduce.PCA{Components: int(reduced) - 3}
		}
		seg, err := cohort.Segment(t.Context(), corpus.Slice(texts), o)
		for _, typed := range []error{cohort.ErrOptions, cohort.ErrTooFewUsers, cohort.ErrIdentical, cohort.ErrNoTexts, cluster.ErrOption, cluster.ErrTooFewPoints, reduce.ErrOption, reduce.ErrComponents} {
			if errors.Is(err, typed) {
				return
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		c := seg.Cleaning
		if len(seg.Users) > 12 || seg.Counts.Texts+seg.Counts.EmptyTexts+c.NearDuplicates != len(texts) {
			t.Fatalf("%d users, %d texts, %d empty, %+v", len(seg.Users), seg.Counts.Texts, seg.Counts.EmptyTexts, c)
		}
	})
}
