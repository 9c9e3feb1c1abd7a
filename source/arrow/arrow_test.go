package arrow

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/source"
)

// field is a source.Field.
type field struct {
	Name, Value string
	Kind        source.Kind
}

func fields(r source.Record) (out []field) {
	for _, f := range r.Fields {
		out = append(out, field(f))
	}
	return out
}

// records are all of a source.
func records(t *testing.T, path string) (out []source.Record) {
	t.Helper()
	s, err := source.Open(t.Context(), path, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for r, err := range s.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// TestRead reads a file and a stream that pyarrow wrote: see testdata/make.py.
func TestRead(t *testing.T) {
	t.Parallel()
	const s, n, b, null, group, at = source.String, source.Number, source.Bool, source.Null, source.Group, source.Time
	want := [][]field{
		{{"user", "u1", s}, {"text", "good, \"very\" 好", s}, {"rating", "4", n}, {"price", "9.5", n}, {"member", "true", b}, {"day", "2024-03-05", at},
			{"at", "2024-03-05T06:07:08.123456Z", at}, {"big", "18446744073709551615", n}, {"half", "0.33325195", n}, {"kind", "a", s},
			{"tags", `["x","y"]`, group}, {"place", `{"city":"Ulm","zip":89073}`, group}},
		{{"user", "u2", s}, {"text", "", null}, {"rating", "", null}, {"price", "", null}, {"member", "", null}, {"day", "", null}, {"at", "", null}, {"big", "", null}, {"half", "", null},
			{"kind", "", null}, {"tags", `[]`, group}, {"place", "", null}},
		{{"user", "u3", s}, {"text", "line\nfeed", s}, {"rating", "-1", n}, {"price", "1e-07", n}, {"member", "false", b}, {"day", "1969-12-31", at}, {"at", "1969-12-31T23:59:59.5Z", at},
			{"big", "0", n}, {"half", "-65504", n}, {"kind", "b", s}, {"tags", "", null}, {"place", `{"city":"Köln","zip":null}`, group}},
	}
	for _, path := range []string{"testdata/kinds.arrow", "testdata/kinds.arrows"} {
		got := records(t, path)
		if len(got) != len(want) {
			t.Fatalf("%s: %d records", path, len(got))
		}
		for i, r := range got {
			if d := cmp.Diff(want[i], fields(r)); d != "" || r.Line != i+1 {
				t.Errorf("%s: record %d: %s", path, i, d)
			}
		}
	}
}

// A column may lie within a structure.
func TestNested(t *testing.T) {
	t.Parallel()
	src, err := source.Open(t.Context(), "testdata/kinds.arrow", source.Options{UserColumn: "place.city"})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var got []string
	for r, err := range src.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.User)
	}
	if d := cmp.Diff([]string{"Ulm", "no-user-2", "Köln"}, got); d != "" {
		t.Error(d)
	}
	if _, err := source.Open(t.Context(), "testdata/kinds.arrow", source.Options{UserColumn: "city.name"}); !errors.Is(err, source.ErrNoColumn) {
		t.Errorf("%v", err)
	}
}

// What is written is read back; nothing is seen before Commit, or after Abort.
func TestWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.arrow")
	columns := []source.Column{{Name: "user", Type: source.StringType}, {Name: "b", Type: source.IntType}, {Name: "a", Type: source.FloatType},
		{Name: "v", Type: source.Float32Type, Dim: 2}, {Name: "h", Type: source.Float16Type, Dim: 1}, {Name: "q", Type: source.Int8Type, Dim: 3}}
	s, err := source.Create(t.Context(), path, columns, source.SinkOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{
		{"u1", 7, 0.25, []float32{1, -0.5}, []float32{0.5}, []int8{1, -128, 127}},
		{nil, nil, nil, []float32{0, 3e-9}, []float32{-2}, []int8{0, 0, 0}},
	} {
		if err := s.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Write([]any{"u", 1, 1.0, []float32{1}, []float32{1}, []int8{1, 2, 3}}); err == nil {
		t.Error("a short vector is taken")
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there before Commit: %v", err)
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	const str, n, null, group = source.String, source.Number, source.Null, source.Group
	src, err := source.Open(t.Context(), path, source.Options{TextColumn: "user"})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]field
	for r, err := range src.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fields(r))
	}
	src.Close()
	want := [][]field{
		{{"user", "u1", str}, {"b", "7", n}, {"a", "0.25", n}, {"v", "[1,-0.5]", group}, {"h", "[0.5]", group}, {"q", "[1,-128,127]", group}},
		{{"user", "", null}, {"b", "", null}, {"a", "", null}, {"v", "[0,3e-09]", group}, {"h", "[-2]", group}, {"q", "[0,0,0]", group}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	other, err := source.Create(t.Context(), path, columns[:1], source.SinkOptions{})
	if err != nil {
		t.Fatal(err)
	}
	other.Write([]any{"lost"})
	if err := other.Abort(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// Damaged files are errors, never panics.
func TestDamaged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := 0
	for _, name := range []string{"testdata/kinds.arrow", "testdata/kinds.arrows"} {
		bad += damages(t, dir, name)
	}
	if bad < 60 {
		t.Errorf("only %d damages were told", bad)
	}
}

// damages is how many damaged copies of a file were told to be.
func damages(t *testing.T, dir, name string) (bad int) {
	t.Helper()
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole); i += 11 {
		for _, data := range [][]byte{whole[:i], append(append(bytes.Clone(whole[:i]), whole[i]^0xff), whole[i+1:]...)} {
			path := filepath.Join(dir, "bad.arrow")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := source.Open(context.Background(), path, source.Options{})
			if err != nil {
				bad++
				continue
			}
			for _, err := range s.Records(context.Background()) {
				if err != nil {
					bad++
				}
			}
			s.Close()
		}
	}
	return bad
}
