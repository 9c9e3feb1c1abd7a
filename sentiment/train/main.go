// Train fits the heads in package sentiment and prints how well they do on texts
// that they were not fitted on, kind by kind, and on kinds of text of which they
// have seen nothing.
//
//	python3 sentiment/train/testdata/sets.py SOURCES SETS
//	go run ./sentiment/train -lang en -sets SETS
//	go run ./sentiment/train -lang zh -sets SETS [-blend SETS/zh_shopping.csv]
//
// The first command reads the sources (testdata/README.md says what they are,
// where they come from and under which licences) and writes one file for each
// kind of text. The others write the heads to sentiment/heads and the tables of
// sentiment/heads/README.md to standard output. -blend fits the blend of the
// Chinese head too; without it the one that is there is kept.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/sentiment"
)

func main() {
	lang := flag.String("lang", "en", "en or zh")
	sets := flag.String("sets", "", "folder of the files that testdata/sets.py wrote")
	vectors := flag.String("vectors", "", "folder in which vectors are kept for the next run; none: they are not kept")
	quick := flag.Bool("quick", false, "leave no kind out: keep what that told the head that is there")
	labelled := flag.String("blend", "", "set to fit the blend of the Chinese head on; none: it is kept")
	out := flag.String("out", "sentiment/heads", "folder to write to")
	flag.Parse()
	t := trainer{lang: *lang, sets: *sets, vectors: *vectors, out: *out}
	if err := t.run(context.Background(), *labelled, *quick); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// trainer fits the head of one language.
type trainer struct {
	lang, sets, vectors, out string

	model *bert.Model
	name  string           // of the model
	blend *sentiment.Blend // of the Chinese head
}

func (t *trainer) run(ctx context.Context, labelled string, quick bool) error {
	var err error
	switch t.lang {
	case "en":
		t.name = minilm.Name
		t.model, err = minilm.Load(bert.Options{})
	case "zh":
		t.name = bgezh.Name
		if t.model, err = bgezh.Load(bert.Options{}); err == nil {
			t.blend, err = t.chineseBlend(ctx, labelled)
		}
	default:
		err = fmt.Errorf("unknown language %q", t.lang)
	}
	if err != nil {
		return err
	}
	kinds, err := t.read(ctx)
	if err != nil {
		return err
	}
	negations, err := t.negations(ctx)
	if err != nil {
		return err
	}
	m, err := t.fit(ctx, kinds, negations, "")
	if err != nil {
		return err
	}
	was, err := t.stored()
	if err != nil {
		return err
	}
	left := &leftOut{}
	if quick {
		m.Classes.Spread, m.Familiar.Slope = was.Classes.Spread, was.Familiar.Slope
	} else {
		if left, err = t.leaveOut(ctx, kinds, negations); err != nil {
			return err
		}
		m.Classes.Spread, m.Familiar.Slope = left.spread(), left.slope()
	}
	if err := t.report(ctx, m, was, kinds, left); err != nil {
		return err
	}
	return t.write(m)
}
