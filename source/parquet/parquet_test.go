package parquet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

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

// TestRead reads a file that pyarrow wrote: see testdata/make.py.
func TestRead(t *testing.T) {
	t.Parallel()
	got := records(t, "testdata/kinds.parquet")
	const s, n, b, null, group, at = source.String, source.Number, source.Bool, source.Null, source.Group, source.Time
	want := [][]field{
		{{"user", "u1", s}, {"text", "good, \"very\" 好", s}, {"rating", "4", n}, {"price", "9.5", n}, {"exact", "-12.34", n}, {"member", "true", b}, {"day", "2024-03-05", at},
			{"at", "2024-03-05T06:07:08.123456Z", at}, {"old", "2024-03-05T06:07:08Z", at}, {"big", "18446744073709551615", n}, {"half", "0.33325195", n}, {"kind", "a", s},
			{"tags", `["x","y"]`, group}, {"place.city", "Ulm", s}, {"place.zip", "89073", n}},
		{{"user", "u2", s}, {"text", "", null}, {"rating", "", null}, {"price", "", null}, {"exact", "", null}, {"member", "", null}, {"day", "", null}, {"at", "", null}, {"old", "", null}, {"big", "", null}, {"half", "", null},
			{"kind", "", null}, {"tags", `[]`, group}, {"place.city", "", null}, {"place.zip", "", null}},
		{{"user", "u3", s}, {"text", "line\nfeed", s}, {"rating", "-1", n}, {"price", "1e-07", n}, {"exact", "0.05", n}, {"member", "false", b}, {"day", "1969-12-31", at}, {"at", "1969-12-31T23:59:59.5Z", at},
			{"old", "1969-12-31T23:59:59Z", at}, {"big", "0", n}, {"half", "-65504", n}, {"kind", "b", s}, {"tags", "", null}, {"place.city", "Köln", s}, {"place.zip", "", null}},
	}
	if len(got) != len(want) {
		t.Fatalf("%d records", len(got))
	}
	for i, r := range got {
		if d := cmp.Diff(want[i], fields(r)); d != "" || r.Line != i+1 {
			t.Errorf("record %d: %s", i, d)
		}
	}
}

// TestLists reads lists.parquet, which has row groups without rows as well.
func TestLists(t *testing.T) {
	t.Parallel()
	const s, null, group = source.String, source.Null, source.Group
	want := [][]field{
		{{"text", "a", s}, {"full", "[1,2]", group}, {"map.key_value.key", `["k","l"]`, group}, {"map.key_value.value", `["v",null]`, group}, {"odd", "[null,1]", group}, {"in.x", `["p"]`, group}, {"sure", "[1]", group}},
		{{"text", "b", s}, {"full", "[]", group}, {"map.key_value.key", "[]", group}, {"map.key_value.value", "[]", group}, {"odd", "[]", group}, {"in.x", "[]", group}, {"sure", "[]", group}},
		{{"text", "c", s}, {"full", "", null}, {"map.key_value.key", "", null}, {"map.key_value.value", "", null}, {"odd", "", null}, {"in.x", "", null}, {"sure", "[]", group}},
		{{"text", "d", s}, {"full", "[3]", group}, {"map.key_value.key", `["m"]`, group}, {"map.key_value.value", `["w"]`, group}, {"odd", "[null,null]", group}, {"in.x", "", null}, {"sure", "[2,3]", group}},
	}
	var got [][]field
	for _, r := range records(t, "testdata/lists.parquet") {
		got = append(got, fields(r))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestNested reads nested.parquet: lists within lists, at any depth and with
// structures and maps between them, stay apart, and what is empty is not what is
// missing.
func TestNested(t *testing.T) {
	t.Parallel()
	names := []string{"text", "lists", "deep", "said.by", "said.tags", "map.key_value.key", "map.key_value.value", "maps.key_value.key", "maps.key_value.value"}
	want := [][]string{
		{"a", "[[1,2],[3]]", `[[["x"],[]],[["y","z"]]]`, `["u","v"]`, `[["p","q"],[]]`, `["k","l"]`, "[[1.5,null],[]]", `[["k"],[]]`, `[["v"],[]]`},
		{"b", "[[],null,[null]]", "[[]]", "[null,null]", "[null,null]", `["m"]`, "[null]", "[null]", "[null]"},
		{"c", "[]", "[null,[null,[null]]]", "[]", "[]", "[]", "[]", "[]", "[]"},
		{"d", "", "", "", "", "", "", "", ""},
		{"e", "[[4]]", "[]", `["w"]`, "[[null]]", `["n"]`, "[[2]]", `[["l","m"]]`, `[[null,"w"]]`},
	}
	got := records(t, "testdata/nested.parquet")
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i, r := range got {
		for k, f := range r.Fields {
			kind := map[bool]source.Kind{false: source.Group, true: source.Null}[want[i][k] == ""]
			if k == 0 {
				kind = source.String
			}
			if w := (source.Field{Name: names[k], Value: want[i][k], Kind: kind}); f != w {
				t.Errorf("row %d: %+v, want %+v", i+1, f, w)
			}
		}
	}
	if f, ok := got[0].Lookup("deep.1.0.1"); !ok || f.Value != "z" {
		t.Errorf("an element: %+v", f)
	}
}

// TestLevels: values of which it is not known to which list they belong are
// refused.
func TestLevels(t *testing.T) {
	t.Parallel()
	l := leaf{value: plain, lists: []listLevel{{0, 1}, {1, 2}}}
	at := func(repeated, defined int) parquet.Value {
		return parquet.ValueOf(int32(7)).Level(repeated, defined, 0)
	}
	for name, c := range map[string]struct {
		values []parquet.Value
		want   string // "": refused
	}{
		"whole":              {[]parquet.Value{at(0, 2), at(2, 2), at(1, 2)}, "[[7,7],[7]]"},
		"begins in a list":   {[]parquet.Value{at(1, 2)}, ""},
		"two beginnings":     {[]parquet.Value{at(0, 2), at(0, 2)}, ""},
		"continues no list":  {[]parquet.Value{at(0, 0), at(2, 2)}, ""},
		"deeper than it is":  {[]parquet.Value{at(0, 2), at(3, 2)}, ""},
		"a list of no lists": {[]parquet.Value{at(0, 0)}, "[]"},
	} {
		var f source.Field
		err := l.fill(&f, c.values)
		if f.Value != c.want || (c.want == "") != errors.Is(err, errLevels) {
			t.Errorf("%s: %q, %v, want %q", name, f.Value, err, c.want)
		}
	}
}

// TestDecimalPlaces: numbers of absurdly many are refused, not computed.
func TestDecimalPlaces(t *testing.T) {
	t.Parallel()
	for _, scale := range []int{2_000_000_000, -3} {
		path := filepath.Join(t.TempDir(), "a.parquet")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		schema := parquet.NewSchema("", parquet.Group{"text": parquet.String(), "price": parquet.Decimal(scale, 9, parquet.Int32Type)})
		w := parquet.NewWriter(f, schema)
		_, err = w.WriteRows([]parquet.Row{{parquet.ValueOf(int32(1)).Level(0, 0, 0), parquet.ValueOf("tea").Level(0, 0, 1)}})
		if err := errors.Join(err, w.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Open(t.Context(), path, source.Options{}); err == nil || !strings.Contains(err.Error(), `column "price"`) {
			t.Errorf("%d places: %v", scale, err)
		}
	}
}

// Texts, users, times and ratings come as from any other source.
func TestRows(t *testing.T) {
	t.Parallel()
	src, err := source.Open(t.Context(), "testdata/kinds.parquet", source.Options{TimeColumn: "at", RatingColumn: "rating", UserColumn: "place.city"})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var got []string
	for r, err := range src.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s|%s|%v|%d|%v", r.User, r.Text, r.Rating, r.Time.Year(), r.Rated))
	}
	want := []string{`Ulm|good, "very" 好|4|2024|true`, "no-user-2||0|1|false", "Köln|line\nfeed|-1|1969|true"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if st := src.Stats(); st.NullTexts != 1 || st.MissingUsers != 1 || st.Format != Format || st.Rows != 3 {
		t.Errorf("%+v", st)
	}
}

// What is written is read back; nothing is seen before Commit, or after Abort.
func TestWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.parquet")
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
	whole, err := os.ReadFile("testdata/kinds.parquet")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bad := 0
	for i := 0; i < len(whole); i += 7 {
		for _, data := range [][]byte{whole[:i], append(append(bytes.Clone(whole[:i]), whole[i]^0xff), whole[i+1:]...)} {
			path := filepath.Join(dir, "bad.parquet")
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
	if bad < 50 {
		t.Errorf("only %d damages were told", bad)
	}
}
