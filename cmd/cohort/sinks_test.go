package main

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/source"
)

// table is every record of a source.
func table(t *testing.T, name string, o source.Options) (out []source.Record) {
	t.Helper()
	src, err := source.Open(t.Context(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for r, err := range src.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// Vectors are the same in every kind of file.
func TestEmbedSinks(t *testing.T) {
	t.Parallel()
	in := file(t, "a.txt", "the battery lasts long\ndelivery was slow\nit works\n")
	dir := t.TempDir()
	want := filepath.Join(dir, "x.npy")
	if got := run(t, "", "embed", "--in", in, "--out", want); got.code != 0 {
		t.Fatal(got.err)
	}
	x, err := npy.ReadMatrix(want)
	if err != nil {
		t.Fatal(err)
	}
	for name, dtypes := range map[string][]string{"x.parquet": {"float32", "float16"}, "x.arrow": {"float32", "float16"}, "x.jsonl": {"float32"}} {
		for _, dtype := range dtypes {
			out := filepath.Join(dir, dtype+name)
			if got := run(t, "", "embed", "--in", in, "--out", out, "--dtype", dtype); got.code != 0 {
				t.Errorf("%s: %s", out, got.err)
				continue
			}
			rows := table(t, out, source.Options{TextColumn: "row"})
			if len(rows) != 3 {
				t.Fatalf("%s: %d rows", out, len(rows))
			}
			for i, r := range rows {
				var v []float64
				if err := json.Unmarshal([]byte(r.Field("embedding")), &v); err != nil || len(v) != 384 || r.Field("row") != fmt.Sprint(i+1) {
					t.Fatalf("%s: row %d: %v, %d values", out, i, err, len(v))
				}
				for j := range v {
					if math.Abs(float64(float32(v[j]))-x.At(i, j)) > map[string]float64{"float32": 0, "float16": 1e-3}[dtype] {
						t.Fatalf("%s: [%d, %d] is %v, want %v", out, i, j, v[j], x.At(i, j))
					}
				}
			}
		}
	}
	if got := run(t, "", "embed", "--in", in, "--out", filepath.Join(dir, "q.arrow"), "--dtype", "int8"); got.code != 0 {
		t.Error(got.err)
	}
	if got := run(t, "", "embed", "--in", in, "--out", filepath.Join(dir, "b.arrow"), "--dtype", "binary"); got.code != 2 {
		t.Errorf("binary: %d %s", got.code, got.err)
	}
	// a database, twice: the rows of the second run replace those of the first
	for range 2 {
		if got := run(t, "", "embed", "--in", in, "--out", "sqlite:"+filepath.Join(dir, "x.db"), "--out-table", "vectors"); got.code != 0 {
			t.Fatal(got.err)
		}
	}
	rows := table(t, filepath.Join(dir, "x.db"), source.Options{Query: "SELECT row AS text, length(embedding) AS n FROM vectors ORDER BY row"})
	if len(rows) != 3 || rows[2].Field("text") != "3" || rows[2].Field("n") != fmt.Sprint(4*384) {
		t.Errorf("%+v", rows)
	}
}

// Segments go into a table by user, and users placed later join them.
func TestSegmentSinks(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	in.WriteString("user,text\n")
	for i := range 40 {
		fmt.Fprintf(&in, "u%d,%s number %d\n", i%10, []string{"the battery lasts long", "the delivery was slow"}[i%2], i)
	}
	path, dir := file(t, "a.csv", in.String()), t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "s.db")
	got := run(t, "", "segment", "--in", path, "--k", "2", "--bootstrap", "-1", "--near-duplicates", "keep", "--out", filepath.Join(dir, "out"), "--segments-out", db, "--out-table", "segments")
	if got.code != 0 {
		t.Fatal(got.err)
	}
	more := file(t, "b.csv", "user,text\nu1,the battery lasts long\nnew,the delivery was slow\n")
	assign := []string{"assign", "--segmenter", filepath.Join(dir, "out", segmenterFile), "--in", more, "--out"}
	if got := run(t, "", append(assign, db, "--out-table", "segments")...); got.code != 0 {
		t.Fatal(got.err)
	}
	rows := table(t, filepath.Join(dir, "s.db"), source.Options{Query: `SELECT "user", texts, segment, segment_name AS text FROM segments ORDER BY 1`})
	if len(rows) != 11 || rows[0].Field("user") != "new" || rows[0].Field("texts") != "1" || rows[2].Field("user") != "u1" || rows[2].Field("texts") != "1" || rows[1].Field("texts") != "4" {
		t.Errorf("%+v", rows)
	}
	out := filepath.Join(dir, "placed.parquet")
	if got := run(t, "", append(assign, out)...); got.code != 0 {
		t.Fatal(got.err)
	}
	if rows := table(t, out, source.Options{TextColumn: "segment_name"}); len(rows) != 2 || rows[1].Field("user") != "new" {
		t.Errorf("%+v", rows)
	}
	if got := run(t, "", append(assign, out, "--out-table", "x")...); got.code != 2 {
		t.Errorf("a table of a file: %d %s", got.code, got.err)
	}
}
