package main

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"github.com/seed-56ee9438/cohort/sentiment"
)

//go:embed testdata/negations_*.txt
var negationFiles embed.FS

// negated reads a list of sentences whose sentiment depends on a negation: a
// sign, a space and the sentence.
func negated(lang, half string) (sample, error) {
	data, err := negationFiles.ReadFile("testdata/negations_" + lang + half + ".txt")
	if err != nil {
		return sample{}, err
	}
	var s sample
	for line := range strings.Lines(string(data)) {
		if sign, text, ok := strings.Cut(strings.TrimSpace(line), " "); ok && (sign == "+" || sign == "-") {
			s.addNegation(text, sign == "+")
		}
	}
	return s, nil
}

func (s *sample) addNegation(text string, positive bool) {
	shares := [3]float64{1, 0, 0}
	if positive {
		shares = [3]float64{0, 0, 1}
	}
	s.ids, s.texts, s.shares = append(s.ids, text), append(s.texts, text), append(s.shares, shares)
}

// negations returns what the weight of negations is fitted to beside the kinds:
// the list of sentences, and words in frames that invert or strengthen them.
func (t *trainer) negations(ctx context.Context) (sentiment.Judged, error) {
	s, err := negated(t.lang, "")
	if err != nil {
		return sentiment.Judged{}, err
	}
	f := framesOf[t.lang]
	at := 0 // frames are English alone: the Chinese blend gains nothing by them
	for i, words := range [][]string{f.bad, f.good} {
		for _, w := range words {
			for _, frame := range f.inverting {
				s.addNegation(fmt.Sprintf(frame, f.of[at%len(f.of)], w), i == 0)
				at++
			}
			for _, frame := range f.strengthening {
				s.addNegation(fmt.Sprintf(frame, f.of[at%len(f.of)], w), i == 1)
				at++
			}
		}
	}
	x, err := t.embed(ctx, "negations_"+t.lang, s.texts)
	return sentiment.Judged{Texts: s.texts, X: x, Shares: s.shares}, err
}

// frames hold a subject and a word.
type frames struct {
	inverting, strengthening []string
	of, good, bad            []string
}

// framesOf are written for this project, like the lists.
var framesOf = map[string]frames{
	"en": {
		inverting: []string{
			"The %s is not %s.", "The %s isn't %s at all.", "I wouldn't call the %s %s.", "Nothing about the %s is %s.", "The %s was never %s.", "The %s is anything but %s.",
			"The %s is far from %s.", "I don't find the %s %s.", "The %s hasn't been %s for a moment.",
		},
		strengthening: []string{"The %s could not be more %s.", "I have never seen a %s so %s.", "Nothing is as %[2]s as this %[1]s.", "You won't find a %s more %s than this.", "The %s can't get any more %s."},
		of:            []string{"service", "phone", "film", "room", "update", "meeting", "flight", "app", "book", "answer", "food"},
		good:          []string{"good", "comfortable", "reliable", "helpful", "clear", "pleasant", "interesting", "impressive", "friendly", "useful", "exciting"},
		bad:           []string{"bad", "boring", "noisy", "slow", "confusing", "annoying", "disappointing", "ugly", "rude", "unreliable", "stressful"},
	},
}

// reportNegations prints how often the sign is right of the negations that
// nothing is fitted on.
func (t *trainer) reportNegations(ctx context.Context, m *sentiment.Mixed) error {
	for _, half := range []string{"_heldout", "_second"} {
		held, err := negated(t.lang, half)
		if err != nil {
			return err
		}
		x, err := t.model.Embed(ctx, held.texts)
		if err != nil {
			return err
		}
		f, err := m.Feelings(ctx, held.texts, x)
		if err != nil {
			return err
		}
		fmt.Printf("%d negations%s: the sign is right for %.4f\n", len(f), half, signs(&held, f))
	}
	return nil
}

// signs returns the share of feelings that have the sign of the judgement.
func signs(s *sample, feelings []sentiment.Feeling) float64 {
	right := 0
	for i, f := range feelings {
		if f.Value > 0 == (s.judged(i) > 0) && !f.Unknown {
			right++
		}
	}
	return float64(right) / float64(len(feelings))
}
