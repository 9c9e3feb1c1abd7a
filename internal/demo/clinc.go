package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
)

// Shares of a user's mixture: the primary domain, a second one, and all the
// others together.
const (
	primaryShare = 0.6
	secondShare  = 0.25
)

// clinc are the utterances of each domain.
type clinc struct {
	domains []string // sorted
	texts   map[string][]utterance
}

type utterance struct{ text, intent string }

// line is a text of a user; Domain is the user's primary domain.
type line struct {
	User   string `json:"user"`
	Text   string `json:"text"`
	Intent string `json:"intent"`
	Domain string `json:"domain"`
}

// readCLINC reads the utterances of all parts, out-of-scope ones left out.
func readCLINC(intents, domains string) (*clinc, error) {
	f, err := os.Open(intents)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", intents, err)
	}
	var parts map[string][][2]string // part -> [text, intent]
	if err := json.NewDecoder(z).Decode(&parts); err != nil {
		return nil, fmt.Errorf("%s: %w", intents, err)
	}
	raw, err := os.ReadFile(domains)
	if err != nil {
		return nil, err
	}
	var intentsOf map[string][]string
	if err := json.Unmarshal(raw, &intentsOf); err != nil {
		return nil, fmt.Errorf("%s: %w", domains, err)
	}
	c := &clinc{domains: slices.Sorted(maps.Keys(intentsOf)), texts: map[string][]utterance{}}
	domain := map[string]string{}
	for d, list := range intentsOf {
		for _, i := range list {
			domain[i] = d
		}
	}
	for _, part := range []string{"train", "val", "test"} {
		for _, u := range parts[part] {
			d, ok := domain[u[1]]
			if !ok {
				return nil, fmt.Errorf("%s: intent %q has no domain", part, u[1])
			}
			c.texts[d] = append(c.texts[d], utterance{u[0], u[1]})
		}
	}
	for _, d := range c.domains {
		if len(c.texts[d]) == 0 {
			return nil, fmt.Errorf("domain %s has no utterance", d)
		}
	}
	return c, nil
}

// users makes n users with k texts each. Primary domains go round; the second
// is drawn among the others. Each domain's utterances are shuffled and dealt
// out in turn, so that none is used twice before all were.
func (c *clinc) users(n, k int, seed uint64) []line {
	r := rand.New(rand.NewPCG(seed, 150))
	next := map[string]int{}
	for _, d := range c.domains {
		t := c.texts[d]
		r.Shuffle(len(t), func(i, j int) { t[i], t[j] = t[j], t[i] })
	}
	var out []line
	for u := range n {
		first := u % len(c.domains)
		second := (first + 1 + r.IntN(len(c.domains)-1)) % len(c.domains)
		for range k {
			d := first
			switch x := r.Float64(); {
			case x < primaryShare:
			case x < primaryShare+secondShare:
				d = second
			default:
				for d == first || d == second {
					d = r.IntN(len(c.domains))
				}
			}
			name := c.domains[d]
			t := c.texts[name][next[name]%len(c.texts[name])]
			next[name]++
			out = append(out, line{fmt.Sprintf("user%04d", u+1), t.text, t.intent, c.domains[first]})
		}
	}
	return out
}

func writeLines(path string, lines []line) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := bufio.NewWriter(f)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, l := range lines {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	return w.Flush()
}
