package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
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

// Shares and memberships go into sinks as into segments.csv, and a table never
// keeps those of an earlier run beside the segments of a later one.
func TestMembershipSinks(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	in.WriteString("user,text\n")
	said := []string{"the battery lasts long", "the delivery was slow", "nice blue colour"}
	for i := range 60 {
		fmt.Fprintf(&in, "u%d,%s number %d\n", i%12, said[i%3], i)
	}
	path, dir := file(t, "a.csv", in.String()), t.TempDir()
	segment := func(k, to string, args ...string) map[string]map[string]string {
		t.Helper()
		out := filepath.Join(dir, "out")
		got := run(t, "", append([]string{"segment", "--in", path, "--k", k, "--bootstrap", "-1", "--near-duplicates", "keep", "--out", out, "--segments-out", to}, args...)...)
		if got.code != 0 {
			t.Fatal(got.err)
		}
		f, err := os.Open(filepath.Join(out, segmentsCSV))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]map[string]string{}
		for _, r := range rows[1:] {
			want[r[0]] = map[string]string{}
			for i, name := range rows[0] {
				want[r[0]][name] = r[i]
			}
		}
		return want
	}
	// check compares with segments.csv; the columns gone are NULL.
	check := func(name string, o source.Options, want map[string]map[string]string, gone ...string) {
		t.Helper()
		rows := table(t, name, o)
		if len(rows) != len(want) {
			t.Errorf("%s: %d users, want %d", name, len(rows), len(want))
		}
		for _, r := range rows {
			for column, w := range want[r.Field("user")] {
				got := r.Field(column)
				a, err := strconv.ParseFloat(w, 64)
				b, err2 := strconv.ParseFloat(got, 64)
				if got != w && (err != nil || err2 != nil || math.Abs(a-b) > 1e-5*math.Abs(a)) {
					t.Errorf("%s: user %s: %s is %q, want %q", name, r.Field("user"), column, got, w)
				}
			}
			for _, column := range gone {
				if got := r.Field(column); got != "" {
					t.Errorf("%s: user %s keeps %s %q of an earlier run", name, r.Field("user"), column, got)
				}
			}
		}
	}
	text := source.Options{TextColumn: "segment_name"}
	for _, name := range []string{"s.parquet", "s.arrow", "s.jsonl"} {
		to := filepath.Join(dir, name)
		want := segment("3", to, "--memberships")
		if want["u0"]["membership_3"] == "" || want["u0"]["mixture_3"] == "" {
			t.Fatalf("segments.csv has no memberships: %v", want["u0"])
		}
		check(to, text, want)
	}
	db := filepath.Join(dir, "s.db")
	all := source.Options{Query: `SELECT *, segment_name AS text FROM cohort`}
	check(db, all, segment("2", "sqlite:"+db))
	check(db, all, segment("3", "sqlite:"+db, "--memberships"))
	check(db, all, segment("2", "sqlite:"+db), "membership_1", "membership_2", "membership_3", "mixture_3")
	more := file(t, "b.csv", "user,text\nu1,the battery lasts long\n")
	if got := run(t, "", "assign", "--segmenter", filepath.Join(dir, "out", segmenterFile), "--in", more, "--out", "sqlite:"+db); got.code != 0 {
		t.Fatal(got.err)
	}
	for _, r := range table(t, db, all) {
		if placed, x := r.Field("user") == "u1", r.Field("x"); (x == "") != placed || (r.Field("mixture_1") == "") != placed {
			t.Errorf("user %s: x %q, mixture_1 %q", r.Field("user"), x, r.Field("mixture_1"))
		}
	}
}
