package noisebench

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/noise"
)

// TestPairs writes, for cohort train, pairs of a clean and a noisy text to the file
// in COHORT_NOISE_PAIRS: of NAME.pairs in COHORT_NOISE_SETS for each NAME in
// COHORT_NOISE_ONLY. Three noises in five are typing errors in 5 to 20 % of the letters
// (in Chinese, characters of the same syllable), the others missing spaces and
// look-alikes.
func TestPairs(t *testing.T) {
	dir, out := os.Getenv("COHORT_NOISE_SETS"), os.Getenv("COHORT_NOISE_PAIRS")
	if dir == "" || out == "" {
		t.Skip("COHORT_NOISE_SETS and COHORT_NOISE_PAIRS are not set")
	}
	f, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	pairs := [][]string{{"clean", "noisy"}}
	rng := rand.New(rand.NewPCG(3, 4))
	for name := range strings.SplitSeq(os.Getenv("COHORT_NOISE_ONLY"), ",") {
		data, err := os.ReadFile(filepath.Join(dir, name+".pairs"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSpace(line)
			pairs = append(pairs, []string{line, training(t, dir, name, rng)(line, rng)})
		}
	}
	rest := pairs[1:]
	rng.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	if err := w.WriteAll(slices.Concat(pairs[:1], rest)); err != nil {
		t.Fatal(err)
	}
}

// training draws a noise for a pair.
func training(t *testing.T, dir, name string, rng *rand.Rand) noise.Noise {
	rate := .05 + .15*rng.Float64()
	kind := rng.IntN(5)
	switch {
	case strings.HasPrefix(name, "chinese") && kind == 4:
		return noise.Alike(groups(t, dir, "lookalikes"), rate)
	case strings.HasPrefix(name, "chinese"):
		return noise.Alike(groups(t, dir, "homophones"), rate)
	case kind == 4:
		return noise.OCR(rate)
	case kind == 3:
		return noise.NoSpaces(.3)
	}
	return noise.Typing(rate)
}
