package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Texts are the corpora's, and then edited ones, the same for the same seed.
func TestTexts(t *testing.T) {
	dir := t.TempDir()
	corpus := filepath.Join(dir, "c.csv")
	if err := os.WriteFile(corpus, []byte("id,text\n1,the battery lasts very long\n2,too short\n3,\"slow, and late, delivery\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	texts := func(n, users int, seed uint64) [][]string {
		t.Helper()
		var b bytes.Buffer
		if err := writeTexts(&b, []string{corpus + ":text"}, n, users, seed); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	rows := texts(200, 50, 1)
	if len(rows) != 200 || rows[0][1] != "the battery lasts very long" || rows[1][1] != "slow, and late, delivery" || rows[51][0] != rows[1][0] || rows[49][0] == rows[1][0] {
		t.Fatalf("%d rows: %q", len(rows), rows[:4])
	}
	again, other := texts(200, 50, 1), texts(200, 50, 2)
	same, seen := 0, map[string]bool{}
	for i, r := range rows {
		if r[1] != again[i][1] {
			t.Errorf("text %d: %q, then %q", i, r[1], again[i][1])
		}
		if r[1] == other[i][1] {
			same++
		}
		seen[r[1]] = true
		if n := len(strings.Fields(r[1])); n < 2 || n > maxWords+3 {
			t.Errorf("text %d has %d words", i, n)
		}
	}
	if same > 60 || len(seen) < 100 {
		t.Errorf("%d texts are those of another seed; %d are different", same, len(seen))
	}
	for _, c := range [][]string{nil, {corpus}, {corpus + ":none"}, {dir + "/no.csv:text"}} {
		if err := writeTexts(&bytes.Buffer{}, c, 5, 0, 1); err == nil {
			t.Errorf("corpora %q are accepted", c)
		}
	}
}

// A command is measured while it runs, and killed when its journal is long enough.
func TestWatch(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux tells of processes in /proc")
	}
	dir := t.TempDir()
	journal := filepath.Join(dir, "journal")
	w := watch{journal: journal, csv: filepath.Join(dir, "run.csv"), dim: 2, every: 20 * time.Millisecond, kill: 10}
	// It writes nine texts, then three more, and would then wait for long.
	script := `head -c 72 /dev/zero >"$0"; sleep 0.2; head -c 96 /dev/zero >"$0"; exec sleep 600`
	if err := w.run([]string{"sh", "-c", script, journal}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(w.csv)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if last := rows[len(rows)-1]; len(rows) < 2 || last[2] != "12" || last[3] == "0.0" || last[4] == "0.0" {
		t.Errorf("%q", rows)
	}
	w.kill = 0
	if err := w.run([]string{"false"}); err == nil {
		t.Error("the command's error is lost")
	}
	if err := run([]string{"watch", "false"}); err == nil {
		t.Error("no journal is accepted")
	}
}
