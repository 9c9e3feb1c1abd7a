// Search times the index of package search on the points that search.py saved,
// one line of JSON an index: cohort's side of the tables of search in
// docs/performance.md.
//
//	go run ./bench/peers/search -data DIR -threads 2
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/bench/peers/internal/usage"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/search"
)

// k is the number of rows that are searched for.
const k = 10

func main() {
	data := flag.String("data", "", "directory that search.py --save wrote")
	threads := flag.Int("threads", 2, "threads (0 means all cores)")
	passes := flag.Int("passes", 3, "passes over the queries, of which the fastest counts")
	flag.Parse()
	if err := run(*data, *threads, *passes); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

func run(data string, threads, passes int) error {
	var read [3]mat.Matrix
	for i, name := range []string{"points.npy", "queries.npy", "truth.npy"} {
		var err error
		if read[i], err = npy.ReadMatrix(filepath.Join(data, name)); err != nil {
			return err
		}
	}
	x, q, truth := read[0], read[1], read[2]
	for _, c := range []struct {
		name string
		kind search.Kind
		want search.Query
	}{
		{"float32", search.Float32, search.Query{K: k}},
		{"int8", search.Int8, search.Query{K: k}},
		{"int8, rescored", search.Int8, search.Query{K: k, Rescore: 4, Vectors: x}},
	} {
		start, used := time.Now(), usage.Processor()
		ix, err := search.New(context.Background(), x, search.Options{Kind: c.kind, Threads: threads})
		if err != nil {
			return err
		}
		built, builtUsed := time.Since(start), usage.Processor()-used
		elapsed, used, recall, err := ask(ix, q, truth, c.want, passes)
		if err != nil {
			return err
		}
		m, _ := q.Dims()
		err = json.NewEncoder(os.Stdout).Encode(map[string]any{
			"index": "search " + c.name, "n": ix.Len(), "threads": threads, "built_s": round(built.Seconds()), "built_processor_s": round(builtUsed.Seconds()),
			"elapsed": round(1000 * elapsed.Seconds() / float64(m)), "processor": round(1000 * used.Seconds() / float64(m)), "recall": recall,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ask searches for one query a call. It returns the time and the processor time
// of the fastest pass, and the share of truth that was found.
func ask(ix *search.Index, q, truth mat.Matrix, want search.Query, passes int) (elapsed, used time.Duration, recall float64, err error) {
	m, d := q.Dims()
	elapsed = math.MaxInt64
	found := make([][]search.Hit, m)
	for range passes {
		start, before := time.Now(), usage.Processor()
		for i := range m {
			one := mat.NewDense(1, d, mat.Row(nil, i, q))
			hits, err := ix.Search(context.Background(), one, want)
			if err != nil {
				return 0, 0, 0, err
			}
			found[i] = hits[0]
		}
		if took := time.Since(start); took < elapsed {
			elapsed, used = took, usage.Processor()-before
		}
	}
	for i, hits := range found {
		for _, h := range hits {
			for j := range k {
				if int(truth.At(i, j)) == h.Index {
					recall += 1 / float64(k*m)
				}
			}
		}
	}
	return elapsed, used, round(recall), nil
}

func round(x float64) float64 { return math.Round(x*1000) / 1000 }
