package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/seed-56ee9438/cohort/opinion"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

// chineseSets are four domains of a public collection, by its paths. Rules were
// made with a look at the first two files; car and phone are held out.
var chineseSets = []string{"103.camera/camera.train", "106.notebook/notebook.train", "103.camera/camera.test", "106.notebook/notebook.test", "104.car/car.train", "104.car/car.test", "107.phone/phone.train", "107.phone/phone.test"}

// readChinese reads clauses, their characters apart.
func readChinese(path string) (*product, error) {
	return readTerms(path, func(s string) string { return strings.ReplaceAll(s, " ", "") }, strings.ToLower)
}

func chineseTable(w io.Writer, dir string) error {
	fmt.Fprintln(w, "| set | clauses | labels | precision | recall | same words: precision | recall | something said | polarity right |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
	x := opinion.NewExtractor(opinion.Options{Lang: "zh", Chinese: chinese.Default()})
	for _, name := range chineseSets {
		p, err := readChinese(filepath.Join(dir, name+".txt"))
		if err != nil {
			return err
		}
		var h han
		for _, s := range p.sentences {
			h.add(w, x.Append(nil, s.text), s)
		}
		fmt.Fprintf(w, "| %s | %d | %d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |\n", p.name, len(p.sentences), h.labels,
			ratio(h.fitting, h.listed), ratio(h.found, h.labels), ratio(h.same, h.listed), ratio(h.exact, h.labels), ratio(h.said, h.found), ratio(h.right, h.said))
	}
	return nil
}

func ratio(a, b int) float64 { return float64(a) / float64(b) }

// han counts, over clauses, the labels and those found, and the mentions of which
// something is said and those that are labelled.
type han struct {
	labels, found, exact, said, right int
	listed, fitting, same             int
}

func (h *han) add(w io.Writer, ms []opinion.Mention, s sentence) {
	for _, m := range ms {
		if m.Value == 0 {
			continue
		}
		h.listed++
		same, fits := false, false
		for _, l := range s.labels {
			same = same || m.Aspect == l.aspect
			fits = fits || partly(m.Aspect, l.aspect)
		}
		if same {
			h.same++
		}
		if fits {
			h.fitting++
		} else {
			note(w, "not labelled: %s: %s", m.Aspect, s.text)
		}
	}
	for _, l := range s.labels {
		h.judge(w, ms, l, s.text)
	}
}

func (h *han) judge(w io.Writer, ms []opinion.Mention, l label, said string) {
	h.labels++
	var first *opinion.Mention
	exact := false
	for i := range ms {
		exact = exact || ms[i].Aspect == l.aspect
		if first == nil && partly(ms[i].Aspect, l.aspect) {
			first = &ms[i]
		}
	}
	if exact {
		h.exact++
	}
	if first == nil {
		note(w, "not found: %s: %s", l.aspect, said)
		return
	}
	h.found++
	switch v := first.Value * float64(l.value); {
	case v == 0:
		note(w, "nothing said: %s: %s", l.aspect, said)
		return
	case v > 0:
		h.right++
	default:
		note(w, "wrong: %+d %s by %q: %s", l.value, l.aspect, said[first.Word[0]:first.Word[1]], said)
	}
	h.said++
}

// partly reports whether one is a part of the other.
func partly(a, b string) bool { return strings.Contains(a, b) || strings.Contains(b, a) }
