package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// small writes four domains of two intents with 40 utterances each.
func small(t *testing.T) *clinc {
	t.Helper()
	dir := t.TempDir()
	parts, domains := map[string][][2]string{"oos_train": {{"neither", "oos"}}}, map[string][]string{}
	for d := range 4 {
		for i := range 2 {
			intent := fmt.Sprintf("d%d_i%d", d, i)
			domains[fmt.Sprintf("d%d", d)] = append(domains[fmt.Sprintf("d%d", d)], intent)
			for n := range 40 {
				part := []string{"train", "val", "test"}[n%3]
				parts[part] = append(parts[part], [2]string{fmt.Sprintf("%s text %d", intent, n), intent})
			}
		}
	}
	intents, of := filepath.Join(dir, "i.json.gz"), filepath.Join(dir, "d.json")
	f, err := os.Create(intents)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	if err := json.NewEncoder(z).Encode(parts); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(domains)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(of, b, 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := readCLINC(intents, of)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestUsers(t *testing.T) {
	t.Parallel()
	lines := small(t).users(400, 20, 3)
	if len(lines) != 8000 {
		t.Fatalf("%d lines", len(lines))
	}
	primary, users := 0, map[string]string{}
	for _, l := range lines {
		if strings.HasPrefix(l.Intent, l.Domain+"_") {
			primary++
		}
		if !strings.HasPrefix(l.Text, l.Intent) {
			t.Fatalf("%+v", l)
		}
		if d := users[l.User]; d != "" && d != l.Domain {
			t.Fatalf("%s has two primary domains", l.User)
		}
		users[l.User] = l.Domain
	}
	// 8,000 draws at 0.6: a standard error of 0.0055.
	if got := float64(primary) / 8000; math.Abs(got-primaryShare) > 0.02 || len(users) != 400 {
		t.Errorf("%d users, %.3f of the texts of the primary domain", len(users), got)
	}
	if again := small(t).users(400, 20, 3); !slices.Equal(lines, again) {
		t.Error("the same seed makes other users")
	}
	if other := small(t).users(400, 20, 4); slices.Equal(lines, other) {
		t.Error("another seed makes the same users")
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	truth, segments := filepath.Join(dir, "t.csv"), filepath.Join(dir, "s.csv")
	for path, text := range map[string]string{
		truth:    "who,kind\na,x\na,y\nb,x\nc,y\nd,y\ne,\nf,x\n",
		segments: "user,segment,segment_name,texts\na,1,one,1\nb,1,one,1\nc,2,two,1\nd,1,one,1\ne,2,two,1\nf,-1,,0\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	a, err := compare(segments, truth, "who", "kind")
	if err != nil {
		t.Fatal(err)
	}
	// a, b: x; c, d: y. Segments {a, b, d}, {c}. Of 6 pairs, one is together in
	// both; 2 in the labels, 3 in the segments: (1 - 1) / (2.5 - 1) = 0.
	if a.users != 4 || a.left != 2 || math.Abs(a.ari) > 1e-12 || a.counts[[2]string{"1 one", "x"}] != 2 || a.counts[[2]string{"1 one", "y"}] != 1 {
		t.Errorf("%+v", a)
	}
	var b strings.Builder
	if err := a.write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"4 users (2 without", "| 1 one | 3 | 2 | 1 |", "| 2 two | 1 | 0 | 1 |"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in %s", want, b.String())
		}
	}
}
