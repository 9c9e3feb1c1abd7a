// Hnsw times github.com/coder/hnsw on the points that ../search.py saved, one
// line of JSON a setting. A module of its own, so that nothing else depends on
// what it measures.
//
//	go run . -data DIR -m 16
package main

import (
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/coder/hnsw"
)

// k is the number of rows that are searched for.
const k = 10

func main() {
	data := flag.String("data", "", "directory that search.py --save wrote")
	m := flag.Int("m", 16, "neighbours of a node")
	ef := flag.Int("ef", 100, "candidates while the graph is built")
	n := flag.Int("n", 0, "use the first n rows alone, and find the truth among them (0: all)")
	flag.Parse()
	if err := run(*data, *m, *ef, *n); err != nil {
		fmt.Fprintln(os.Stderr, "hnsw:", err)
		os.Exit(1)
	}
}

func run(data string, m, ef, n int) error {
	x, err := rows(filepath.Join(data, "points.npy"))
	if err != nil {
		return err
	}
	q, err := rows(filepath.Join(data, "queries.npy"))
	if err != nil {
		return err
	}
	if n > 0 {
		x = x[:n]
	}
	truth := make([]map[int]bool, len(q))
	for i := range q {
		truth[i] = exact(x, q[i])
	}
	g := hnsw.NewGraph[int]()
	g.M, g.Ml, g.EfSearch, g.Distance, g.Rng = m, 1/math.Log(float64(m)), ef, hnsw.CosineDistance, rand.New(rand.NewSource(1))
	start, used := time.Now(), processor()
	for i := range x {
		g.Add(hnsw.MakeNode(i, x[i]))
	}
	built, builtUsed := time.Since(start), processor()-used
	for _, ef := range []int{20, 100, 400} {
		g.EfSearch = ef
		start, used := time.Now(), processor()
		hit := 0
		for i := range q {
			for _, node := range g.Search(q[i], k) {
				if truth[i][node.Key] {
					hit++
				}
			}
		}
		took, spent := time.Since(start), processor()-used
		err := json.NewEncoder(os.Stdout).Encode(map[string]any{
			"index": "coder/hnsw", "n": len(x), "m": m, "ef": ef, "built_s": built.Seconds(), "built_processor_s": builtUsed.Seconds(),
			"elapsed": 1000 * took.Seconds() / float64(len(q)), "processor": 1000 * spent.Seconds() / float64(len(q)), "recall": float64(hit) / float64(k*len(q)),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// exact returns the k rows of x most similar to q, by comparing all.
func exact(x [][]float32, q []float32) map[int]bool {
	scores := make([]float64, len(x))
	for i, row := range x {
		for j, v := range row {
			scores[i] += float64(v) * float64(q[j])
		}
	}
	best := map[int]bool{}
	for range k {
		top := -1
		for i, s := range scores {
			if !best[i] && (top < 0 || s > scores[top]) {
				top = i
			}
		}
		best[top] = true
	}
	return best
}

// rows reads a NumPy file of float32 rows.
func rows(path string) ([][]float32, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(data) < 10 || string(data[:6]) != "\x93NUMPY" || data[6] != 1 {
		return nil, fmt.Errorf("%s: no NumPy file of version 1", path)
	}
	end := 10 + int(binary.LittleEndian.Uint16(data[8:]))
	var n, d int
	header := string(data[10:end])
	if _, err := fmt.Sscanf(header[strings.Index(header, "(")+1:], "%d, %d", &n, &d); err != nil || !strings.Contains(header, "'<f4'") || len(data) != end+4*n*d {
		return nil, fmt.Errorf("%s: not float32 rows: %s", path, header)
	}
	out := make([][]float32, n)
	for i := range out {
		out[i] = make([]float32, d)
		for j := range out[i] {
			out[i][j] = math.Float32frombits(binary.LittleEndian.Uint32(data[end+4*(i*d+j):]))
		}
	}
	return out, nil
}

// processor returns the processor time that the program has taken.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
