package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/opinion"
)

// said counts mentions of which something is said, those that people labelled in
// their sentence, and those of these with the label's polarity.
type said struct{ n, labelled, right int }

func (c *said) add(value float64, l *label) {
	c.n++
	if l != nil {
		c.labelled++
		if value*float64(l.value) > 0 {
			c.right++
		}
	}
}

var (
	values = []float64{0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7}
	shares = []float64{0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3}
)

// clear is the least absolute value that a segmentation counts.
const clear = 0.1

// counted are the mentions of an aspect of a product that say something clearly.
type counted struct {
	n, direct int
	labelled  bool
}

// mentionTables writes what the values of mentions are worth, over all products
// in a directory: how many are labelled, and right, by value; and how many
// aspects are labelled, by their share of direct mentions.
func mentionTables(w io.Writer, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no files *.txt in %s", dir)
	}
	var by [2][]said
	by[0], by[1] = make([]said, len(values)), make([]said, len(values))
	var aspects []counted
	for _, f := range files {
		p, err := readHuLiu(dir, strings.TrimSuffix(filepath.Base(f), ".txt"))
		if err != nil {
			return err
		}
		aspects = append(aspects, p.mentions(&by)...)
	}
	fmt.Fprintln(w, "| | value from | mentions | labelled | polarity right |\n|---|---|---|---|---|")
	for kind, name := range []string{"indirect", "direct"} {
		for i, c := range by[kind] {
			fmt.Fprintf(w, "| %s | %.2f | %d | %.3f | %.3f |\n", name, values[i], c.n, ratio(c.labelled, c.n), ratio(c.right, c.labelled))
		}
	}
	fmt.Fprintln(w, "\n| direct from | aspects of five mentions or more | labelled |\n|---|---|---|")
	for _, least := range shares {
		n, labelled := 0, 0
		for _, a := range aspects {
			if a.n >= 5 && ratio(a.direct, a.n) >= least {
				n++
				if a.labelled {
					labelled++
				}
			}
		}
		fmt.Fprintf(w, "| %.2f | %d | %.3f |\n", least, n, ratio(labelled, n))
	}
	return nil
}

// mentions counts the mentions of a product, and returns its aspects.
func (p *product) mentions(by *[2][]said) []counted {
	x := opinion.NewExtractor(opinion.Options{Lang: "en"})
	all := map[string]*counted{}
	for _, s := range p.sentences {
		if s.title {
			continue
		}
		for _, m := range x.Append(nil, s.text) {
			l := s.labelOf(normal(m.Aspect))
			a := all[m.Aspect]
			if a == nil {
				a = &counted{}
				all[m.Aspect] = a
			}
			a.labelled = a.labelled || l != nil
			if m.Value == 0 {
				continue
			}
			kind, size := 0, math.Abs(m.Value)
			if m.Direct {
				kind = 1
			}
			i, _ := slices.BinarySearch(values, math.Nextafter(size, 2))
			by[kind][i-1].add(m.Value, l)
			if size >= clear {
				a.n, a.direct = a.n+1, a.direct+kind
			}
		}
	}
	out := make([]counted, 0, len(all))
	for _, a := range all {
		out = append(out, *a)
	}
	return out
}

// labelOf returns the label of the same words as an aspect, or with the same last
// words or first ones; nil if there is none.
func (s *sentence) labelOf(aspect string) *label {
	i := slices.IndexFunc(s.labels, func(l label) bool {
		return aspect == l.aspect || strings.HasSuffix(aspect, " "+l.aspect) || strings.HasSuffix(l.aspect, " "+aspect) || strings.HasPrefix(l.aspect, aspect+" ")
	})
	if i < 0 {
		return nil
	}
	return &s.labels[i]
}
