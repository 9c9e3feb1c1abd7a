//go:build unix

package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/watch"
)

// postgresServer is a server with nothing in it; the test is skipped where there
// is no PostgreSQL.
func postgresServer(t *testing.T) (name string, db *sql.DB) {
	t.Helper()
	bin, err := testdir.InstalledPostgres()
	if err != nil {
		if os.Getenv("COHORT_REQUIRE_POSTGRES") != "" {
			t.Fatal(err)
		}
		t.Skip("no PostgreSQL here: ", err)
	}
	name, stop, err := testdir.StartPostgres(bin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	if db, err = sql.Open("pgx", name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return name, db
}

func nextKeys(t *testing.T, f watch.Feed) (users string) {
	t.Helper()
	for {
		rows, err := f.Next(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			return users
		}
		for _, r := range rows {
			users += r.User + " "
		}
	}
}

// Rows that are committed after others with larger keys are not lost, and the
// command follows a table over interruptions.
func TestWatchPostgres(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a server")
	}
	name, db := postgresServer(t)
	exec := func(x interface {
		Exec(query string, args ...any) (sql.Result, error)
	}, query string, args ...any) {
		t.Helper()
		if _, err := x.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(db, "CREATE TABLE said (id bigserial PRIMARY KEY, who text, text text)")
	add := "INSERT INTO said (who, text) VALUES ($1, 'the battery died')"
	f, err := watch.NewTable(t.Context(), name, "id", source.Options{Table: "said", UserColumn: "who"}, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	expect := func(want string) {
		t.Helper()
		if got := nextKeys(t, f); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	expect("")
	exec(db, add, "a")
	expect("a ")
	slow, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	exec(slow, add, "b")
	exec(db, add, "c")
	expect("")
	if err := slow.Commit(); err != nil {
		t.Fatal(err)
	}
	expect("b c ")
	gone, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	exec(gone, add, "nobody")
	if err := gone.Rollback(); err != nil {
		t.Fatal(err)
	}
	exec(db, add, "d")
	expect("") // the number is missing for good, which only time tells
	at, err := watch.NewTable(t.Context(), name, "id", source.Options{Table: "said", UserColumn: "who"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer at.Close()
	if got := nextKeys(t, at); got != "a b c d " {
		t.Errorf("at once: %q", got)
	}
	// By a time, and by a text in the database's own order.
	exec(db, "CREATE VIEW later AS SELECT '2026-01-01'::timestamptz + id * interval '1 minute' AS at, 'k' || id AS name, who, text FROM said")
	for _, key := range []string{"at", "name"} {
		f, err := watch.NewTable(t.Context(), name, key, source.Options{Query: "SELECT * FROM later;", UserColumn: "who"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.Next(t.Context(), 2)
		if err != nil || len(rows) != 2 {
			t.Fatal(rows, err)
		}
		if err := f.Seek(t.Context(), rows[1].After); err != nil {
			t.Fatal(err)
		}
		if got := nextKeys(t, f); got != "c d " {
			t.Errorf("by %s: %q", key, got)
		}
		f.Close()
	}
	seg := savedSegmenter(t, file(t, "in.csv", fewReviews))
	out := filepath.Join(t.TempDir(), "lines")
	for i, want := range []int{4, 7} {
		if i == 1 {
			for u := range 3 {
				exec(db, add, fmt.Sprint("e", u))
			}
		}
		if r := run(t, "", "watch", "--segmenter", seg, "--in", name, "--table", "said", "--key", "id", "--user-column", "who", "--out", out, "--once"); r.code != 0 {
			t.Fatal(r.err)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if rows, _, _ := watched(t, string(b)); len(rows) != want {
			t.Errorf("%d rows, want %d", len(rows), want)
		}
	}
}
