package main

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/seed-56ee9438/cohort/sentiment"
)

// measures of a scorer on the texts of a kind.
type measures struct {
	auc     float64    // of negative against positive texts
	pearson float64    // of values with people's mean judgement
	recall  [3]float64 // by class; NaN for a class without texts
	macro   float64    // mean of those
	cover   float64    // share of judgements within the 90 % interval
	novel   float64    // share of texts above sentiment.NovelAbove
}

// measure compares values and classes with what people said.
func measure(s *sample, values []float64, classes []int) (m measures) {
	var want []float64
	var positive, negative []float64
	var n, hit [3]float64
	for i, v := range values {
		want = append(want, s.judged(i))
		c := s.class(i)
		n[c]++
		if classes[i] == c {
			hit[c]++
		}
		switch c {
		case 0:
			negative = append(negative, v)
		case 2:
			positive = append(positive, v)
		}
	}
	m.auc, m.pearson = auc(negative, positive), stat.Correlation(values, want, nil)
	classCount := 0.0
	for k := range n {
		m.recall[k] = hit[k] / n[k]
		if n[k] > 0 {
			m.macro += m.recall[k]
			classCount++
		}
	}
	m.macro /= classCount
	return m
}

// auc returns the share of pairs that are in the right order; equals count half.
func auc(negative, positive []float64) float64 {
	slices.Sort(negative)
	sum := 0.0
	for _, v := range positive {
		low, _ := slices.BinarySearch(negative, v)
		high := low
		for high < len(negative) && negative[high] == v {
			high++
		}
		sum += float64(low) + float64(high-low)/2
	}
	return sum / float64(len(negative)) / float64(len(positive))
}

// ofFeelings measures feelings.
func ofFeelings(s *sample, feelings []sentiment.Feeling) measures {
	values, classes := make([]float64, len(feelings)), make([]int, len(feelings))
	covered, novel := 0.0, 0.0
	for i, f := range feelings {
		values[i], classes[i] = f.Value, classOf(f)
		if low, high := f.Interval(1.645); low <= s.judged(i) && s.judged(i) <= high {
			covered++
		}
		if f.Novelty > sentiment.NovelAbove {
			novel++
		}
	}
	m := measure(s, values, classes)
	m.cover, m.novel = covered/float64(len(feelings)), novel/float64(len(feelings))
	return m
}

func classOf(f sentiment.Feeling) int {
	switch f.Class() {
	case sentiment.Negative:
		return 0
	case sentiment.Positive:
		return 2
	case sentiment.Neutral:
		return 1
	}
	switch { // no classes: as the older heads were read
	case f.Value > 0.1:
		return 2
	case f.Value < -0.1:
		return 0
	}
	return 1
}

// ofVADER measures VADER, whose authors call a compound score within 0.05 of 0
// neutral.
func ofVADER(s *sample) measures {
	classes := make([]int, len(s.vader))
	for i, v := range s.vader {
		switch {
		case v >= 0.05:
			classes[i] = 2
		case v > -0.05:
			classes[i] = 1
		}
	}
	return measure(s, s.vader, classes)
}

// report prints the tables of the README. was is the head that is there.
func (t *trainer) report(ctx context.Context, m, was *sentiment.Mixed, kinds []kind, left *leftOut) error {
	fmt.Println("| kind | texts | by | AUC | Pearson | macro-recall | neutral recall | 90 % intervals cover | novel |\n|---|---|---|---|---|---|---|---|---|")
	for _, k := range kinds {
		held := k.rows(k.heldOut)
		if held.vader != nil {
			row(k.name, len(held.texts), "VADER", ofVADER(&held.sample), false)
		}
		before, err := was.Feelings(ctx, held.texts, held.x)
		if err != nil {
			return err
		}
		row(k.name, len(held.texts), "the head that was there", ofFeelings(&held.sample, before), true)
		if f := left.feelings[k.name]; f != nil {
			row(k.name, len(held.texts), "without this kind", ofFeelings(&held.sample, f), true)
		}
		f, err := m.Feelings(ctx, held.texts, held.x)
		if err != nil {
			return err
		}
		by := "this head"
		if k.weight == 0 {
			by = "this head, which has seen none of the kind"
		}
		row(k.name, len(held.texts), by, ofFeelings(&held.sample, f), true)
	}
	return t.reportNegations(ctx, m)
}

func row(name string, n int, by string, m measures, intervals bool) {
	fmt.Printf("| %s | %d | %s | %.3f | %.3f | %.3f | %.3f |", name, n, by, m.auc, m.pearson, m.macro, m.recall[1])
	if intervals {
		fmt.Printf(" %.3f | %.3f |\n", m.cover, m.novel)
		return
	}
	fmt.Println(" | |")
}
