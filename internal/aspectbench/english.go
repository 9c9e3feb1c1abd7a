package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/opinion"
)

// The five products of Hu and Liu (2004). Rules were made with a look at the
// texts of the first three, and the selection of aspects was fitted on none.
var fiveProducts = []string{"Canon G3", "Nokia 6610", "Creative Labs Nomad Jukebox Zen Xtra 40GB", "Nikon coolpix 4300", "Apex AD2600 Progressive-scan DVD player"}

// figures holds the figures of a product.
type figures struct {
	listed, labelled           int
	exactP, exactR, fitP, fitR float64
	mentions, said, right      int
}

// huLiu writes a row for each product, and their means.
func huLiu(w io.Writer, dir string, names []string) error {
	if len(names) == 0 {
		names = fiveProducts
	}
	return englishTable(w, names, func(name string) (*product, error) { return readHuLiu(dir, name) })
}

// englishTable writes the rows of products that read returns.
func englishTable(w io.Writer, names []string, read func(name string) (*product, error)) error {
	fmt.Fprintln(w, "| product | aspects listed | labelled | precision | recall | same words: precision | recall | labelled mentions found | something said | polarity right |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|")
	var sum figures
	var accuracy float64
	for _, name := range names {
		p, err := read(name)
		if err != nil {
			return err
		}
		e := p.measure(w)
		right := float64(e.right) / float64(e.said)
		row(w, p.name, e, right)
		n := float64(len(names))
		sum.exactP, sum.exactR, sum.fitP, sum.fitR = sum.exactP+e.exactP/n, sum.exactR+e.exactR/n, sum.fitP+e.fitP/n, sum.fitR+e.fitR/n
		sum.listed, sum.labelled, sum.mentions, sum.said = sum.listed+e.listed, sum.labelled+e.labelled, sum.mentions+e.mentions, sum.said+e.said
		accuracy += right / n
	}
	row(w, "*mean; sum of counts*", sum, accuracy)
	return nil
}

func row(w io.Writer, name string, e figures, right float64) {
	fmt.Fprintf(w, "| %s | %d | %d | %.3f | %.3f | %.3f | %.3f | %d | %d | %.3f |\n", name, e.listed, e.labelled, e.fitP, e.fitR, e.exactP, e.exactR, e.mentions, e.said, right)
}

// measure extracts the aspects of a product and compares them with its labels.
func (p *product) measure(w io.Writer) (e figures) {
	tally, named, explicit := p.count(func(ms []opinion.Mention, l label, said string) { e.judge(w, ms, l, said) })
	list := map[string]bool{}
	for _, c := range tally.Aspects() {
		list[normal(c.Aspect)] = true
	}
	e.listed, e.labelled = len(list), len(explicit)
	e.exactP, e.fitP = share(list, named)
	e.exactR, e.fitR = share(explicit, list)
	return e
}

// count extracts the aspects of a product, and returns as well those that are
// labelled anywhere and those that are where a sentence names them. It calls judge
// for each of the latter.
func (p *product) count(judge func(ms []opinion.Mention, l label, said string)) (tally *opinion.Tally, named, explicit map[string]bool) {
	x := opinion.NewExtractor(opinion.Options{Lang: "en"})
	tally, named, explicit = &opinion.Tally{}, map[string]bool{}, map[string]bool{}
	for _, s := range p.sentences {
		if s.title {
			continue
		}
		ms := x.Append(nil, s.text)
		tally.Add(ms, 1)
		for _, l := range s.labels {
			named[l.aspect] = true
			if !l.implicit && l.value != 0 {
				explicit[l.aspect] = true
				judge(ms, l, s.text)
			}
		}
	}
	return tally, named, explicit
}

// judge compares the polarity of the first mention of a labelled aspect: one of
// the same words, or with the same last words.
func (e *figures) judge(w io.Writer, ms []opinion.Mention, l label, said string) {
	i := slices.IndexFunc(ms, func(m opinion.Mention) bool {
		a := normal(m.Aspect)
		return a == l.aspect || strings.HasSuffix(a, " "+l.aspect) || strings.HasSuffix(l.aspect, " "+a)
	})
	if i < 0 {
		note(w, "not found: %s: %s", l.aspect, said)
		return
	}
	e.mentions++
	switch v := ms[i].Value * float64(l.value); {
	case v == 0:
		note(w, "nothing said: %s: %s", l.aspect, said)
		return
	case v > 0:
		e.right++
	default:
		note(w, "wrong: %+d %s by %q: %s", l.value, l.aspect, said[ms[i].Word[0]:ms[i].Word[1]], said)
	}
	e.said++
}

// share returns the share of the aspects in a that are in b with the same words,
// and the share of those whose words are a part of one of b's, or the other way
// round.
func share(a, b map[string]bool) (same, fits float64) {
	for x := range a {
		if b[x] {
			same++
		}
		for y := range b {
			if strings.Contains(" "+x+" ", " "+y+" ") || strings.Contains(" "+y+" ", " "+x+" ") {
				fits++
				break
			}
		}
	}
	n := float64(len(a))
	return same / n, fits / n
}

// note writes what is wrong, with -v.
func note(w io.Writer, format string, args ...any) {
	if *verbose {
		fmt.Fprintf(w, format+"\n", args...)
	}
}
