//go:build unix

package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/source"
)

func exec1(t *testing.T, name string, statements ...string) {
	t.Helper()
	db, err := connect(t.Context(), name, false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

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
	name := database(t)
	exec1(t, name, `CREATE SCHEMA shop`, `CREATE TABLE shop."My Reviews" ("user" text, text text, rating int, price float8, exact numeric(10,2), member bool, day date, at timestamptz, info jsonb, tags text[])`,
		`INSERT INTO shop."My Reviews" VALUES ('u1', 'good, 好', 4, 9.5, -12.34, true, '2024-03-05', '2024-03-05 06:07:08.5+01', '{"city": "Ulm"}', '{x,y}'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
	want := []string{
		`user=u1 string|text=good, 好 string|rating=4 number|price=9.5 number|exact=-12.34 number|member=true bool|day=2024-03-05T00:00:00Z time|at=2024-03-05T05:07:08.5Z time|info={"city": "Ulm"} group|tags={x,y} string`,
		"user= null|text= null|rating= null|price= null|exact= null|member= null|day= null|at= null|info= null|tags= null",
	}
	if d := cmp.Diff(want, read(t, name, source.Options{Table: "shop.My Reviews"})); d != "" {
		t.Error(d)
	}
	query := `SELECT "user", text, info FROM shop."My Reviews" WHERE rating > 0`
	if d := cmp.Diff([]string{`user=u1 string|text=good, 好 string|info={"city": "Ulm"} group`}, read(t, name, source.Options{Query: query})); d != "" {
		t.Error(d)
	}
	s, err := source.Open(t.Context(), name, source.Options{Query: query, UserColumn: "info.city"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for r, err := range s.Rows(t.Context()) {
		if err != nil || r.User != "Ulm" {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	name := database(t)
	exec1(t, name, "CREATE TABLE refused (text text)", "INSERT INTO refused VALUES ('a')")
	for what, c := range map[string]struct {
		name string
		o    source.Options
		is   error
		says string
	}{
		"neither":       {name, source.Options{}, source.ErrOption, "--query"},
		"both":          {name, source.Options{Table: "a", Query: "b"}, source.ErrOption, "exclude"},
		"no such table": {name, source.Options{Table: "none"}, nil, `"none" does not exist`},
		"it writes":     {name, source.Options{Query: "DELETE FROM refused RETURNING text"}, nil, "read-only"},
		"no database":   {strings.Replace(name, "/postgres?", "/none?", 1), source.Options{Table: "a"}, nil, "does not exist"},
		"a password":    {"postgres://u:secret@[/db", source.Options{Table: "a"}, source.ErrOption, "postgres://user@host"},
	} {
		_, err := source.Open(t.Context(), c.name, c.o)
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", what, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := source.Open(ctx, name, source.Options{Query: "SELECT 'x' AS text FROM generate_series(1, 100000)"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n := 0
	for _, err := range s.Rows(ctx) {
		if n++; n == 10 {
			cancel()
		}
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
			break
		}
	}
	if n >= 100000 {
		t.Error("all rows came")
	}
}

// A second run replaces its users' rows and leaves the others; a run that fails or
// is aborted leaves no trace; vectors are pgvector's where that is, else arrays.
func TestUpsert(t *testing.T) {
	t.Parallel()
	for what, name := range map[string]func(*testing.T) string{"arrays": database, "pgvector": vectorDatabase} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			upsert(t, name(t), what == "pgvector")
		})
	}
}

func upsert(t *testing.T, name string, extension bool) {
	columns := []source.Column{{Name: "user", Type: source.StringType}, {Name: "segment", Type: source.IntType}, {Name: "margin", Type: source.FloatType},
		{Name: "v", Type: source.Float32Type, Dim: 2}, {Name: "h", Type: source.Float16Type, Dim: 1}, {Name: "q", Type: source.Int8Type, Dim: 2}}
	o := source.SinkOptions{Table: "segments", Key: "user"}
	fill := func(end func(source.Sink) error, rows ...[]any) {
		t.Helper()
		s, err := source.Create(t.Context(), name, columns, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := s.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := end(s); err != nil {
			t.Fatal(err)
		}
	}
	v, h, q := []float32{1, -.5}, []float32{.25}, []int8{-128, 127}
	fill(source.Sink.Commit, []any{"a\x00", 1, .5, v, h, q}, []any{"b", 2, nil, v, h, q})
	fill(source.Sink.Commit, []any{"b", 3, .25, v, h, q}, []any{"c", 1, -.5, v, h, q})
	fill(source.Sink.Abort, []any{"c", 9, .5, v, h, q})
	got := read(t, name, source.Options{Query: `SELECT "user" AS text, segment, margin, v::text, h::text, q::text FROM segments ORDER BY "user"`})
	db, err := connect(t.Context(), name, true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	types, err := vectorTypes(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if types.full != extension {
		t.Errorf("the type vector found: %t", types.full)
	}
	full, half := "{1,-0.5}", "{0.25}"
	if extension {
		full, half = "[1,-0.5]", "[0.25]"
	}
	tail := fmt.Sprintf("|v=%s string|h=%s string|q={-128,127} string", full, half)
	want := []string{"text=a\ufffd string|segment=1 number|margin=0.5 number" + tail, "text=b string|segment=3 number|margin=0.25 number" + tail, "text=c string|segment=1 number|margin=-0.5 number" + tail}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestPgvector runs where the extension can be had: distances are asked of what was
// written.
func TestPgvector(t *testing.T) {
	t.Parallel()
	name := vectorDatabase(t)
	inside, err := connect(t.Context(), name, false)
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	s, err := source.Create(t.Context(), name, []source.Column{{Name: "text", Type: source.StringType}, {Name: "embedding", Type: source.Float32Type, Dim: 3}}, source.SinkOptions{Table: "embeddings"})
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"near", "far"} {
		if err := s.Write([]any{text, []float32{1, float32(i) * 5, 0}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	var text string
	var distance float64
	err = inside.QueryRow("SELECT text, embedding <-> '[1,1,0]' AS d FROM embeddings ORDER BY d LIMIT 1").Scan(&text, &distance)
	if err != nil || text != "near" || distance != 1 {
		t.Errorf("%s at %v, %v", text, distance, err)
	}
}
