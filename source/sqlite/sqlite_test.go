//go:build !(js && wasm)

package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/source"
)

// database makes a file with what the statements say.
func database(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a b?.db")
	path = strings.ReplaceAll(path, "?", "")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

const reviews = `CREATE TABLE reviews (user TEXT, text TEXT, rating INTEGER, price REAL, at TIMESTAMP, "odd ""name" BLOB);
	INSERT INTO reviews VALUES ('u1', 'good, 好', 4, 9.5, '2024-03-05 06:07:08', x'00ff'), (NULL, NULL, NULL, NULL, NULL, NULL), ('u3', 'bad', -1, 1e-7, NULL, 'x')`

// read is every record, a field a string.
func read(t *testing.T, name string, o source.Options) (out []string) {
	t.Helper()
	s, err := source.Open(t.Context(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for r, err := range s.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		var fields []string
		for _, f := range r.Fields {
			fields = append(fields, fmt.Sprintf("%s=%s %s", f.Name, f.Value, f.Kind))
		}
		out = append(out, strings.Join(fields, "|"))
	}
	return out
}

func TestRead(t *testing.T) {
	t.Parallel()
	path := database(t, reviews)
	want := []string{
		"user=u1 string|text=good, 好 string|rating=4 number|price=9.5 number|at=2024-03-05T06:07:08Z time|odd \"name=\ufffd string", // without the zero byte
		"user= null|text= null|rating= null|price= null|at= null|odd \"name= null",
		"user=u3 string|text=bad string|rating=-1 number|price=1e-07 number|at= null|odd \"name=x string",
	}
	for _, name := range []string{path, "sqlite:" + path, "sqlite:" + path + "?table=reviews"} {
		if d := cmp.Diff(want, read(t, name, source.Options{})); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	query := "SELECT user, text FROM reviews WHERE rating > 0"
	short := []string{"user=u1 string|text=good, 好 string"}
	if d := cmp.Diff(short, read(t, "sqlite:"+path+"?query="+url.QueryEscape(query), source.Options{})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(short, read(t, path, source.Options{Query: query})); d != "" {
		t.Error(d)
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	s, err := source.Open(t.Context(), database(t, reviews), source.Options{TimeColumn: "at", RatingColumn: "rating"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		var got []string
		for r, err := range s.Rows(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(r.User, " ", r.Text, " ", r.Rating, " ", r.Time.Unix() > 0))
		}
		if d := cmp.Diff([]string{"u1 good, 好 4 true", "no-user-2  0 false", "u3 bad -1 false"}, got); d != "" {
			t.Error(d)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	two := database(t, reviews, "CREATE TABLE other (x)")
	for name, c := range map[string]struct {
		name string
		o    source.Options
		is   error
		says string
	}{
		"two tables":    {two, source.Options{}, source.ErrOption, "other, reviews"},
		"no such file":  {"sqlite:" + filepath.Join(t.TempDir(), "none.db"), source.Options{}, os.ErrNotExist, "none.db"},
		"no such table": {two, source.Options{Table: "none"}, nil, "no such table"},
		"a wrong query": {two, source.Options{Query: "SELEC"}, nil, "syntax"},
		"no database": {func() string {
			p := filepath.Join(t.TempDir(), "x.db")
			os.WriteFile(p, []byte("text"), 0o600)
			return p
		}(), source.Options{}, nil, "not a database"},
		"said twice":     {"sqlite:" + two + "?table=other", source.Options{Table: "reviews"}, source.ErrOption, "both"},
		"another option": {"sqlite:" + two + "?mode=rw", source.Options{}, source.ErrOption, "mode"},
		"a column":       {two, source.Options{Table: "reviews", TextColumn: "none"}, source.ErrNoColumn, `"none"`},
		"a delimiter":    {two, source.Options{Table: "reviews", Delimiter: ";"}, source.ErrOption, "delimiters"},
		"it writes":      {two, source.Options{Query: "DELETE FROM reviews RETURNING user AS text"}, nil, "readonly"},
	} {
		s, err := source.Open(t.Context(), c.name, c.o)
		if err == nil {
			s.Close()
		}
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A second run replaces its users' rows and leaves the others; what is aborted
// leaves no trace.
func TestUpsert(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.db")
	columns := []source.Column{{Name: "user", Type: source.StringType}, {Name: "segment", Type: source.IntType}, {Name: "margin", Type: source.FloatType}, {Name: "v", Type: source.Float32Type, Dim: 2}}
	fill := func(commit bool, rows ...[]any) {
		t.Helper()
		s, err := source.Create(t.Context(), "sqlite:"+path, columns, source.SinkOptions{Table: "segments", Key: "user"})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := s.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		end := s.Abort
		if commit {
			end = s.Commit
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if err := s.Abort(); err != nil {
			t.Error(err)
		}
	}
	fill(true, []any{"a", 1, .5, []float32{1, 0}}, []any{"b", 2, nil, []float32{0, 1}})
	fill(true, []any{"b", 3, .25, []float32{0, 2}}, []any{"c", 1, -.5, []float32{0, 0}})
	fill(false, []any{"a", 9, .5, []float32{1, 0}})
	got := read(t, path, source.Options{Query: "SELECT user AS text, segment, margin, hex(v) v FROM segments ORDER BY user"})
	want := []string{"text=a string|segment=1 number|margin=0.5 number|v=0000803F00000000 string", "text=b string|segment=3 number|margin=0.25 number|v=0000000000000040 string", "text=c string|segment=1 number|margin=-0.5 number|v=0000000000000000 string"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := source.Create(t.Context(), path, columns, source.SinkOptions{Key: "none"}); !errors.Is(err, source.ErrSink) {
		t.Errorf("a key that is no column: %v", err)
	}
}
