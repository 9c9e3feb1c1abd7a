package keyword

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Two themes of one segment, each of words that always occur together: coherence
// selects the words of the better one before those of the other.
func TestCoherence(t *testing.T) {
	t.Parallel()
	c := NewCounter(2, Options{Together: 100, MaxWords: 1})
	for i := range 40 {
		c.Add(0, i, []string{"apple berry cherry", "hammer wrench anvil"}[i%2])
		c.Add(1, 100+i, fmt.Sprintf("sea%c harbour%c", 'a'+i%9, 'a'+i%7))
	}
	c.Add(0, 999, "hammer") // so that the second theme scores a little more
	words := func(coherence float64) (out []string) {
		for _, k := range c.Keywords(0, Query{Top: 3, MaxWords: 1, Diversity: -1, Coherence: coherence}) {
			out = append(out, k.Text)
		}
		slices.Sort(out)
		return out
	}
	if got, want := words(0.9), []string{"anvil", "hammer", "wrench"}; !slices.Equal(got, want) {
		t.Errorf("with coherence %q, want %q", got, want)
	}
	if got, want := words(0), []string{"anvil", "apple", "hammer"}; !slices.Equal(got, want) {
		t.Errorf("without coherence %q, want %q", got, want)
	}
}

// The result does not depend on the order of the texts, though only some texts
// are looked at, and repeated ones count as often as they occur.
func TestCoherenceOfAnyOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var texts []string
	for range 500 {
		s := ""
		theme := r.IntN(3)
		for range 1 + r.IntN(5) {
			s += fmt.Sprintf(" word%c%c", 'a'+theme, 'a'+r.IntN(12))
		}
		texts = append(texts, s)
	}
	texts = append(texts, texts[:200]...)
	var want [][]Keyword
	for round := range 4 {
		c := NewCounter(2, Options{Together: 40})
		for _, i := range r.Perm(len(texts)) {
			c.Add(len(texts[i])%2, i, texts[i])
		}
		var got [][]Keyword
		for s := range 2 {
			if n := len(c.bags[s].kept); n >= 80 {
				t.Fatalf("%d texts are kept, want fewer than 80", n)
			}
			got = append(got, c.Keywords(s, Query{Top: 10, MaxWords: 1, Diversity: -1, Coherence: 0.5}))
		}
		if round == 0 {
			want = got
			continue
		}
		for s := range got {
			if !slices.Equal(got[s], want[s]) {
				t.Errorf("segment %d in another order: %v, want %v", s, got[s], want[s])
			}
		}
	}
}

// Normalised pointwise mutual information by its definition, from all texts.
func TestTogether(t *testing.T) {
	t.Parallel()
	texts := []string{"kiwi lemon", "kiwi lemon", "kiwi lemon mango", "kiwi", "mango", "lemon mango"}
	other := []string{"kiwi stone", "stone", "stone"}
	c := NewCounter(2, Options{Together: 100, MaxWords: 1})
	for i, s := range texts {
		c.Add(0, i, s)
	}
	for i, s := range other {
		c.Add(1, i, s)
	}
	pool := []Candidate{{Key: "kiwi"}, {Key: "lemon"}, {Key: "mango"}}
	got := c.together(0, pool)
	all := float64(len(texts) + len(other))
	count := []float64{5, 4, 3}
	both := map[[2]int]float64{{0, 1}: 3, {0, 2}: 1, {1, 2}: 2}
	for pair, n := range both {
		p := n / all
		want := math.Log(p/(count[pair[0]]/all*count[pair[1]]/all)) / -math.Log(p)
		if v := got(pair[0], pair[1]); math.Abs(v-want) > 1e-3 || got(pair[1], pair[0]) != v {
			t.Errorf("%v: %v and %v, want %v", pair, v, got(pair[1], pair[0]), want)
		}
	}
}

// A segment's words are written as it writes them, not as all segments do.
func TestFormsOfSegments(t *testing.T) {
	t.Parallel()
	c := newCounter(2, Options{})
	for i := range 4 {
		c.Add(0, i, "it opens a window of the App")
	}
	for i := range 9 {
		c.Add(1, i, "it opens windows of the app with a slow shell")
	}
	for i, want := range []map[string]bool{{"window": true, "App": true}, {"windows": true, "app": true}} {
		for _, k := range c.Keywords(i, Query{MaxWords: 1}) {
			if k.Text != "open" && k.Text != "opens" && k.Text != "slow" && k.Text != "shell" && !want[k.Text] {
				t.Errorf("segment %d: %q, want %v", i, k.Text, want)
			}
			delete(want, k.Text)
		}
		if len(want) > 0 {
			t.Errorf("segment %d lacks %v", i, want)
		}
	}
}

// Where few words are surely more frequent, the next ones are candidates as well,
// but none that others use more.
func TestFill(t *testing.T) {
	t.Parallel()
	c := newCounter(2, Options{})
	for i := range 60 {
		s := "drum"
		if i%3 == 0 {
			s += " trumpet flute"
		}
		if i < 3 {
			s += " violin"
		}
		c.Add(0, i, s)
		other := "garden trumpet"
		if i%3 == 0 {
			other += " flute"
		}
		if i < 2 {
			other += " violin"
		}
		c.Add(1, 100+i, other)
	}
	has := func(fill bool) map[string]bool {
		out := map[string]bool{}
		for _, k := range c.Keywords(0, Query{MaxWords: 1, MinZ: 1.645, Fill: fill}) {
			out[k.Text] = true
		}
		return out
	}
	if got := has(false); !got["drum"] || got["violin"] || got["trumpet"] {
		t.Errorf("without Fill: %v", got)
	}
	if got := has(true); !got["drum"] || !got["violin"] || got["trumpet"] || got["garden"] {
		t.Errorf("with Fill: %v", got)
	}
}

// With FillAll, words that others use more come last, and only where there are no
// others.
func TestFillAll(t *testing.T) {
	t.Parallel()
	c := newCounter(2, Options{Together: 64})
	for i := range 40 {
		c.Add(0, i, "drum trumpet garden")
		c.Add(1, 100+i, "garden violin")
		c.Add(1, 200+i, "violin garden trumpets")
	}
	find := func(q Query) (words []string) {
		q.MaxWords, q.MinZ, q.Fill, q.MinUsers, q.Diversity, q.Coherence = 1, 1.645, true, 2, -1, 0.5
		for _, k := range c.Keywords(0, q) {
			words = append(words, k.Text)
		}
		return words
	}
	for _, w := range []struct {
		q    Query
		want []string
	}{
		{Query{}, []string{"drum", "trumpet"}},
		{Query{FillAll: true}, []string{"drum", "trumpet", "garden"}},
		{Query{FillAll: true, Top: 2}, []string{"drum", "trumpet"}},
		{Query{FillAll: true, Top: 1}, []string{"drum"}},
	} {
		if got := find(w.q); !slices.Equal(got, w.want) {
			t.Errorf("%+v: %q, want %q", w.q, got, w.want)
		}
	}
}

// Of words that all segments draw from the same distribution, none is a discovery
// at 0.05 in nearly all draws, though many exceed 1.645 standard errors.
func TestDiscoveriesOfChance(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	const rounds = 60
	chance, falsely := 0, 0
	for range rounds {
		c := NewCounter(2, Options{})
		for i := range 400 {
			s := ""
			for range 6 {
				s += fmt.Sprintf(" w%c%c", 'a'+r.IntN(14), 'a'+r.IntN(14))
			}
			c.Add(i%2, i, s)
		}
		found := false
		for _, o := range c.LogOdds(0, func(j int) bool { return j == 1 }, Query{Top: 50, MaxWords: 1, MinZ: 1.645}) {
			chance++
			found = found || o.FDR <= 0.05
		}
		if found {
			falsely++
		}
	}
	if chance < rounds || falsely > rounds/10 {
		t.Errorf("%d words above 1.645, discoveries in %d of %d rounds", chance, falsely, rounds)
	}
}

func TestDiscoveryRates(t *testing.T) {
	t.Parallel()
	// Benjamini and Hochberg (1995), section 3.2: at 0.05 the first four of fifteen.
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	order := rand.New(rand.NewPCG(5, 5)).Perm(len(p))
	mixed := make([]float64, len(p))
	for i, at := range order {
		mixed[i] = p[at]
	}
	for i, rate := range DiscoveryRates(mixed) {
		if (rate <= 0.05) != (order[i] < 4) {
			t.Errorf("p-value %v has rate %v", mixed[i], rate)
		}
	}
	if got := DiscoveryRates([]float64{math.NaN(), 0.01, 0.01, -1, 2}); !slices.Equal(got, []float64{1, 0.05 / 3, 0.05 / 3, 0, 1}) {
		t.Errorf("ties and impossible values: %v", got)
	}
	if got := DiscoveryRates(nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}
