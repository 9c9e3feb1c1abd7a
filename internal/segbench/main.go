// Command segbench measures segmentations against labels. It reads pairs of
// files from the directory that COHORT_BENCH_DATA names: NAME.tsv, a label, a
// tab and a text per line, and NAME.npy, the texts' vectors in the same order.
// docs/quality.md says where such sets come from.
//
//	COHORT_BENCH_DATA=DIR go run ./internal/segbench verdicts agnews tweets
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/npy"
)

// Settings of the tables auto, candidates, choose, defaults, learned, refined, uncertain
// and unknown.
var (
	sample    = flag.Int("sample", 2000, "texts of each set, at random")
	seeds     = flag.Int("seeds", 1, "number of seeds")
	firstSeed = flag.Int("seed", 0, "first seed")
	alone     = flag.Bool("alone", false, "auto without the pipelines that are told the number of classes")
	times     = flag.Float64("times", 1, "segments for each class, of the table refined")
	few       = flag.Int("classes", 0, "classes of each set, at random by the seed (0 means all)")
)

func main() {
	flag.Parse()
	if err := run(context.Background(), os.Stdout, os.Getenv("COHORT_BENCH_DATA"), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "segbench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, dir string, args []string) error {
	tables := map[string]func(context.Context, io.Writer, []*set) error{"verdicts": verdicts, "nulls": nulls, "rest": rests, "numbers": numbers, "candidates": candidates, "starts": starts, "choose": chosen, "auto": pipelines, "refined": refined, "words": words, "names": names, "defaults": defaults, "learned": learned, "unknown": unknown, "uncertain": uncertain}
	if dir == "" || len(args) < 2 || tables[args[0]] == nil {
		return fmt.Errorf("want COHORT_BENCH_DATA to be a directory, a table (verdicts, nulls, rest, numbers, auto, refined, candidates, choose, starts, words, names, defaults, learned, unknown or uncertain) and names of sets")
	}
	var sets []*set
	for _, name := range args[1:] {
		s, err := read(dir, name)
		if err != nil {
			return err
		}
		sets = append(sets, s)
	}
	return tables[args[0]](ctx, w, sets)
}

// set is a set of texts, each of which is a user.
type set struct {
	name    string
	users   *pool.Users
	truth   []int
	texts   []string
	classes int
}

func read(dir, name string) (*set, error) {
	m, err := npy.ReadMatrix(filepath.Join(dir, name+".npy"))
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, name+".tsv"))
	if err != nil {
		return nil, err
	}
	s := &set{name: name, users: usersOf(dense.Narrow(m))}
	ids := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		label, said, _ := strings.Cut(lines.Text(), "\t")
		if _, ok := ids[label]; !ok {
			ids[label] = len(ids)
		}
		s.truth, s.texts = append(s.truth, ids[label]), append(s.texts, said)
	}
	s.classes = len(ids)
	if n := s.users.Vectors.Len; n != len(s.truth) {
		return nil, fmt.Errorf("%s: %d vectors for %d lines", name, n, len(s.truth))
	}
	return s, lines.Err()
}

// usersOf returns a user for each row of x, scaled to length 1.
func usersOf(x dense.Rows[float32]) *pool.Users {
	u := &pool.Users{Vectors: dense.New[float32](x.Len, x.Dim), Row: make([]int, x.Len)}
	for i := range x.Len {
		u.Row[i] = i
		if vector.Unit(u.Vectors.Row(i), x.Row(i)) != nil {
			u.Vectors.Row(i)[0] = 1
		}
	}
	return u
}

// part returns the users in these rows as a set.
func (s *set) part(name string, rows []int) *set {
	return &set{name: name, users: usersOf(pool.Take(s.users.Vectors, rows))}
}

// classRows returns the rows of each class of at least least users.
func (s *set) classRows(least int) [][]int {
	by := make([][]int, s.classes)
	for r, c := range s.truth {
		by[c] = append(by[c], r)
	}
	return slices.DeleteFunc(by, func(rows []int) bool { return len(rows) < least })
}
