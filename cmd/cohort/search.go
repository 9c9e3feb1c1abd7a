package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/search"
)

type searchFlags struct {
	in, queries, out string
	k                int
	metric, kind     string
	rescore, threads int
	stats            bool
}

func (a *app) search() *cobra.Command {
	var f searchFlags
	c := verb("search", "Find the vectors most similar to others", func(ctx context.Context) error { return a.runSearch(ctx, &f) })
	c.Long = "Find, for each vector of --queries, the --k most similar ones of --in, exactly. Prints a line of\nJSON for each query: the rows, from 0, best first, and their scores. With --kind int8 or binary the\nvectors are compared as bytes or bits, and the best of them scored again by the full vectors."
	c.Example = "  cohort search --in reviews.npy --queries questions.npy --k 10"
	s := c.Flags()
	s.StringVar(&f.in, "in", "", "NumPy `file` [vectors, features]")
	s.StringVar(&f.queries, "queries", "", "NumPy `file` [queries, features]")
	s.IntVar(&f.k, "k", 10, "how many to find for each query")
	s.StringVar(&f.metric, "metric", "cosine", "cosine, dot or euclidean (the score is then the distance)")
	s.StringVar(&f.kind, "kind", "float32", "what is compared: float32, int8 or binary")
	s.IntVar(&f.rescore, "rescore", 4, "how many times --k of int8 or binary vectors to score again by the full ones; 0: none")
	s.StringVar(&f.out, "out", "-", "write to this `file`; - is standard output")
	s.IntVar(&f.threads, "threads", 0, "threads (0: all cores); results do not depend on it")
	s.BoolVar(&f.stats, "stats", false, "print one JSON line of counts and times on standard error at the end")
	groupFlags(c)
	return c
}

// hitsLine is one line of the output.
type hitsLine struct {
	Indices []int     `json:"indices"`
	Scores  []float64 `json:"scores"`
}

func (f *searchFlags) options() (o search.Options, err error) {
	if err := need([2]string{"in", f.in}, [2]string{"queries", f.queries}, [2]string{"out", f.out}); err != nil {
		return o, err
	}
	if f.k < 1 || f.rescore < 0 {
		return o, usagef("--k must be 1 or more and --rescore not negative")
	}
	o.Threads = f.threads
	if o.Metric, err = search.ParseMetric(f.metric); err != nil {
		return o, usagef("--metric is %s, want cosine, dot or euclidean", shownValue(f.metric))
	}
	if o.Kind, err = search.ParseKind(f.kind); err != nil {
		return o, usagef("--kind is %s, want float32, int8 or binary", shownValue(f.kind))
	}
	return o, nil
}

func (a *app) runSearch(ctx context.Context, f *searchFlags) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	watch := newStopwatch()
	x, err := npy.ReadMatrix(f.in)
	if err != nil {
		return err
	}
	q, err := npy.ReadMatrix(f.queries)
	if err != nil {
		return err
	}
	watch.stage("index")
	ix, err := search.New(ctx, x, o)
	if err != nil {
		return fmt.Errorf("%s: %w", f.in, err)
	}
	watch.stage("search")
	want := search.Query{K: f.k}
	if o.Kind != search.Float32 && f.rescore > 0 {
		want.Vectors, want.Rescore = x, f.rescore
	}
	hits, err := ix.Search(ctx, q, want)
	if err != nil {
		return fmt.Errorf("%s: %w", f.queries, err)
	}
	watch.stage("write")
	err = a.write(f.out, func(w io.Writer) error {
		for _, found := range hits {
			line := hitsLine{make([]int, len(found)), make([]float64, len(found))}
			for i, h := range found {
				line.Indices[i], line.Scores[i] = h.Index, h.Score
			}
			if err := jsonLine(w, line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !f.stats {
		return err
	}
	took := watch.seconds()
	return a.stats(map[string]any{
		"vectors": ix.Len(), "features": ix.Dim(), "queries": len(hits), "load_s": took["load"], "index_s": took["index"], "seconds": took["search"], "write_s": took["write"],
	})
}
