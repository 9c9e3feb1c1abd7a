// Project times PCA or UMAP on the points of a NumPy file, and writes the projection
// for project.py to judge: cohort's side of the tables of reductions in
// docs/performance.md.
//
//	go run ./bench/peers/project -method umap -in points.npy -out plane.npy -threads 2
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/atomicfile"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/reduce"
)

func main() {
	method := flag.String("method", "umap", "umap, pca or pca-randomized")
	in := flag.String("in", "", "NumPy file of the points [n, d]")
	out := flag.String("out", "", "NumPy file to write the projection to; none is written without it")
	dim := flag.Int("components", 2, "dimensions of the projection")
	neighbors := flag.Int("neighbors", 15, "neighbours in UMAP's graph")
	seed := flag.Uint64("seed", 0, "seed of the random numbers")
	threads := flag.Int("threads", 0, "threads (0 means all cores)")
	flag.Parse()
	if err := run(*method, *in, *out, *dim, *neighbors, *seed, *threads); err != nil {
		fmt.Fprintln(os.Stderr, "project:", err)
		os.Exit(1)
	}
}

func run(method, in, out string, dim, neighbors int, seed uint64, threads int) error {
	var r reduce.Reducer
	switch method {
	case "umap":
		r = reduce.UMAP{Components: dim, Neighbors: neighbors, Seed: seed, Threads: threads}
	case "pca":
		r = reduce.PCA{Components: dim, Solver: reduce.Exact, Seed: seed, Threads: threads}
	case "pca-randomized":
		r = reduce.PCA{Components: dim, Solver: reduce.Randomized, Seed: seed, Threads: threads}
	default:
		return errors.New("-method must be umap, pca or pca-randomized")
	}
	x, err := npy.ReadMatrix(in)
	if err != nil {
		return err
	}
	start := time.Now()
	p, err := r.Reduce(context.Background(), x)
	if err != nil {
		return err
	}
	seconds := time.Since(start).Seconds()
	var y mat.Matrix
	if u, ok := p.(*reduce.UMAPResult); ok {
		y = u.Embedding // the layout itself, not where it puts new points
	} else if y, err = p.Transform(context.Background(), x); err != nil {
		return err
	}
	n, d := x.Dims()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"method": method, "n": n, "d": d, "components": dim, "seconds": seconds}); err != nil || out == "" {
		return err
	}
	return atomicfile.Write(out, func(w io.Writer) error { return write(w, y) })
}

func write(w io.Writer, y mat.Matrix) error {
	n, d := y.Dims()
	if err := npy.WriteHeader(w, n, d); err != nil {
		return err
	}
	row := make([]float32, d)
	for i := range n {
		for j := range row {
			row[j] = float32(y.At(i, j))
		}
		if err := npy.WriteRows(w, row); err != nil {
			return err
		}
	}
	return nil
}
