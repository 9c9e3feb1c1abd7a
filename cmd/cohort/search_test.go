package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/npy"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in, queries := filepath.Join(dir, "x.npy"), filepath.Join(dir, "q.npy")
	if err := npy.WriteMatrix(in, mat.NewDense(4, 2, []float64{1, 0, 3, 4, 0, 1, -1, 0})); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteMatrix(queries, mat.NewDense(2, 2, []float64{2, 0, 0, 5})); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ flags, want string }{
		{"", `{"indices":[0,1],"scores":[1,0.6]} {"indices":[2,1],"scores":[1,0.8]}`},
		{"--metric dot", `{"indices":[1,0],"scores":[6,2]} {"indices":[1,2],"scores":[20,5]}`},
		{"--metric euclidean", `{"indices":[0,2],"scores":[1,2.23606797749979]} {"indices":[1,2],"scores":[3.1622776601683795,4]}`},
		{"--kind int8", `{"indices":[0,1],"scores":[1,0.6]} {"indices":[2,1],"scores":[1,0.8]}`},
		{"--kind binary --rescore 0", `{"indices":[0,1],"scores":[1,0]} {"indices":[2,1],"scores":[1,0]}`},
	} {
		r := run(t, "", append([]string{"search", "--in", in, "--queries", queries, "--k", "2"}, strings.Fields(c.flags)...)...)
		got := strings.Fields(r.out)
		want := strings.Fields(c.want)
		if len(got) != len(want) {
			t.Fatalf("%s: status %d, %s", c.flags, r.code, r.err)
		}
		for i := range got {
			var g, w hitsLine
			if err := json.Unmarshal([]byte(got[i]), &g); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(want[i]), &w); err != nil {
				t.Fatal(err)
			}
			for h := range w.Indices {
				if d := g.Scores[h] - w.Scores[h]; g.Indices[h] != w.Indices[h] || d > 1e-6 || d < -1e-6 {
					t.Errorf("%s: %s, want %s", c.flags, got[i], want[i])
				}
			}
		}
	}
	for _, args := range [][]string{
		{"--in", in}, {"--queries", queries}, {"--in", in, "--queries", queries, "--k", "0"}, {"--in", in, "--queries", queries, "--metric", "manhattan"},
		{"--in", in, "--queries", queries, "--kind", "float64"}, {"--in", in, "--queries", queries, "--rescore", "-1"},
	} {
		args = append([]string{"search"}, args...)
		if r := run(t, "", args...); r.code != 2 || r.out != "" || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%q: status %d, %q", args, r.code, r.err)
		}
	}
}
