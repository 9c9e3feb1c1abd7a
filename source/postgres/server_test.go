//go:build unix

package postgres

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
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
	server.once.Do(func() { server.begin(installed) })
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

// installed returns the directory of the newest PostgreSQL's programs.
func installed() (string, error) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if p, err := exec.LookPath("initdb"); err == nil {
		dirs = append(dirs, p)
	}
	if len(dirs) == 0 {
		return "", errors.New("no initdb is installed")
	}
	slices.Sort(dirs)
	return filepath.Dir(dirs[len(dirs)-1]), nil
}

func (s *instance) begin(programs func() (string, error)) {
	var bin string
	if bin, s.err = programs(); s.err == nil {
		s.name, s.stop, s.err = start(bin)
	}
}

// start starts a server in a temporary directory. It refuses to run as root, so
// that root runs it as postgres.
func start(bin string) (name string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return "", nil, err
	}
	var as *syscall.SysProcAttr
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return "", nil, err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return "", nil, err
		}
		as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	run := func(program string, args ...string) error {
		c := exec.Command(filepath.Join(bin, program), args...)
		c.Dir, c.SysProcAttr = dir, as
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", program, err, out)
		}
		return nil
	}
	data := filepath.Join(dir, "data")
	if err := run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"); err != nil {
		os.RemoveAll(dir)
		return "", nil, err
	}
	options := fmt.Sprintf("-c listen_addresses= -c unix_socket_directories=%s -c fsync=off", dir)
	if err := run("pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", options, "start"); err != nil {
		os.RemoveAll(dir)
		return "", nil, err
	}
	stop = func() {
		_ = run("pg_ctl", "-D", data, "-m", "immediate", "stop")
		os.RemoveAll(dir)
	}
	return "postgres://postgres@/postgres?host=" + url.QueryEscape(dir), stop, nil
}
