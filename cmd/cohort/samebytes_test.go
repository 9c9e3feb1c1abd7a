package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// manyReviews is a table of users of three kinds, with dates and ratings.
func manyReviews(users, each int) string {
	topics := [][]string{
		{"camera", "lens", "photo", "zoom", "flash", "picture"},
		{"battery", "charge", "power", "plug", "cable", "adapter"},
		{"delivery", "parcel", "courier", "late", "shipping", "box"},
	}
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("user,text,date,stars,shop\n")
	for u := range users {
		for range each {
			w := topics[u%3]
			fmt.Fprintf(&b, "u%03d,\"the %s and the %s, %s\",2024-%02d-03,%d,%s\n", u, w[r.IntN(6)], w[r.IntN(6)], w[r.IntN(6)], 1+r.IntN(12), 1+r.IntN(5), []string{"oslo", "paris"}[r.IntN(2)])
		}
	}
	return b.String()
}

// The same texts, flags and seed must give the same bytes in every file,
// whatever the number of threads.
func TestSameBytesInEveryFile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("segments eight times")
	}
	in := file(t, "in.csv", manyReviews(24, 2))
	for _, flags := range []string{
		"--algorithm auto --seed 3 --bootstrap 3",
		"--algorithm hdbscan --min-samples 3 --reduce umap --reduce-dim 2 --seed 3 --bootstrap 2",
		"--algorithm bisecting --k 3 --reduce pca --reduce-dim 8 --pooling mixture --seed 3",
	} {
		var first map[string][]byte
		for _, threads := range []string{"1", "2"} {
			dir := filepath.Join(t.TempDir(), "out")
			args := append([]string{"segment", "--in", in, "--out", dir, "--model", "minilm", "--threads", threads, "--time-column", "date", "--rating", "stars", "--meta", "shop"}, strings.Fields(flags)...)
			if r := run(t, "", args...); r.code != 0 {
				t.Fatal(r.err)
			}
			got := map[string][]byte{}
			for _, n := range []string{reportHTML, reportJSON, segmentsCSV, segmenterFile} {
				b, err := os.ReadFile(filepath.Join(dir, n))
				if err != nil || len(b) == 0 {
					t.Fatalf("%s: %v, %d bytes", n, err, len(b))
				}
				got[n] = b
			}
			if first == nil {
				first = got
				continue
			}
			for n := range got {
				if !bytes.Equal(first[n], got[n]) {
					t.Errorf("%s: %s differs between 1 and %s threads", flags, n, threads)
				}
			}
		}
	}
}
