//go:build unix

package postgres

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// instance is a PostgreSQL that these tests started.
type instance struct {
	once sync.Once
	name string // of its database
	stop func()
	err  error
}

// server is the newest one installed; extended is the one of the programs in
// $COHORT_PGVECTOR_BIN, a directory, which has the extension.
var server, extended instance

func TestMain(m *testing.M) {
	code := m.Run()
	for _, s := range []*instance{&server, &extended} {
		if s.stop != nil {
			s.stop()
		}
	}
	os.Exit(code)
}

// database is the name of a database of a server, which is started for the tests
// on a socket of its own and skipped where no PostgreSQL is installed.
func database(t *testing.T) string {
	t.Helper()
	server.once.Do(func() { server.begin(testdir.InstalledPostgres) })
	if server.err != nil {
		if os.Getenv("COHORT_REQUIRE_POSTGRES") != "" {
			t.Fatal(server.err)
		}
		t.Skip("no PostgreSQL here: ", server.err)
	}
	return server.name
}

// vectorDatabase is a new database that has pgvector; the test is skipped where
// that cannot be had.
func vectorDatabase(t *testing.T) string {
	t.Helper()
	bin := os.Getenv("COHORT_PGVECTOR_BIN")
	var name string
	if bin == "" {
		name = database(t)
	} else {
		extended.once.Do(func() { extended.begin(func() (string, error) { return bin, nil }) })
		if extended.err != nil {
			t.Fatal(extended.err)
		}
		name = extended.name
	}
	own := fmt.Sprintf("vectors%d", databases.Add(1))
	exec1(t, name, "CREATE DATABASE "+own)
	name = strings.Replace(name, "/postgres?", "/"+own+"?", 1)
	db, err := connect(t.Context(), name, false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE EXTENSION vector"); err != nil {
		if bin != "" {
			t.Fatal(err)
		}
		t.Skip("no pgvector here: ", err)
	}
	return name
}

// databases counts those of vectorDatabase.
var databases atomic.Int32

func (s *instance) begin(programs func() (string, error)) {
	var bin string
	if bin, s.err = programs(); s.err == nil {
		s.name, s.stop, s.err = testdir.StartPostgres(bin)
	}
}
