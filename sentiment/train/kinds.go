package main

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text/hans"
	"github.com/seed-56ee9438/cohort/text/marks"
)

// kind is a kind of text: a set with judgements by people.
type kind struct {
	name   string
	weight float64 // of the set in the fit; 0: nothing is fitted on it
	polar  float64 // share of the weight that says nothing of neutral texts, of which the set has none
	// traditional: the texts are written in traditional characters
	traditional bool
	sample
	x *mat.Dense
}

// kindsOf are the kinds of each language, with their weights.
var kindsOf = map[string][]kind{
	"en": {
		{name: "products", weight: 3}, {name: "tweets", weight: 1}, {name: "editorials", weight: 1}, {name: "films", weight: 1}, {name: "reddit", weight: 1},
		{name: "developers", weight: 1}, {name: "subtitles", weight: 1}, {name: "reviews3", weight: 1},
		{name: "airline"}, {name: "tweeteval"}, {name: "crowd_products"}, {name: "crowd_self_driving_cars"},
	},
	"zh": {
		{name: "zh_shopping", weight: 4, polar: 0.93}, {name: "zh_posts", weight: 1}, {name: "zh_phones", weight: 1}, {name: "zh_dialogues", weight: 1},
		{name: "zh_subtitles", weight: 1, polar: 0.93}, {name: "zh_restaurants", weight: 0.5},
		{name: "zh_microblog"}, {name: "zh_epidemic"}, {name: "zh_forums"}, {name: "zh_talks"}, {name: "zh_friends"}, {name: "zh_news"},
		{name: "zh_laptop_sentences", traditional: true}, {name: "zh_restaurant_sentences", traditional: true}, {name: "zh_finance_sentences", traditional: true},
		{name: "zh_amazon"}, {name: "zh_weibo"}, {name: "zh_delivery"}, {name: "zh_hotels"}, {name: "zh_drinks"},
	},
}

// sample holds texts and what people said of them.
type sample struct {
	ids, texts []string
	shares     [][3]float64 // of people who called it negative, neutral, positive
	vader      []float64    // the compound score of VADER; nil for Chinese
}

// judged returns the mean judgement of a text, in [-1, 1].
func (s *sample) judged(i int) float64 { return s.shares[i][2] - s.shares[i][0] }

// class returns the class that most people chose; the neutral one of equals.
func (s *sample) class(i int) int {
	p := s.shares[i]
	switch {
	case p[1] >= p[0] && p[1] >= p[2]:
		return 1
	case p[2] > p[0]:
		return 2
	}
	return 0
}

// heldOut reports whether nothing is fitted on text i.
func (k *kind) heldOut(i int) bool {
	if k.name == "zh_shopping" { // the blend is fitted on nine in ten, the classes on half of the rest
		return !mixes(k.texts[i])
	}
	return k.weight == 0 || sentiment.HeldOut(k.ids[i], sentiment.HeldOutEnglish)
}

// rows returns the texts for which use is true.
func (k *kind) rows(use func(i int) bool) kind {
	out := kind{name: k.name, weight: k.weight, polar: k.polar}
	var data []float64
	_, d := k.x.Dims()
	for i := range k.texts {
		if !use(i) {
			continue
		}
		out.ids, out.texts, out.shares = append(out.ids, k.ids[i]), append(out.texts, k.texts[i]), append(out.shares, k.shares[i])
		if k.vader != nil {
			out.vader = append(out.vader, k.vader[i])
		}
		data = append(data, k.x.RawRowView(i)...)
	}
	if len(data) > 0 {
		out.x = mat.NewDense(len(out.texts), d, data)
	}
	return out
}

// read reads the sets and their vectors.
func (t *trainer) read(ctx context.Context) ([]kind, error) {
	var out []kind
	for _, k := range kindsOf[t.lang] {
		var err error
		if k.sample, err = readSample(filepath.Join(t.sets, k.name+".csv")); err != nil {
			return nil, err
		}
		if k.name == "zh_shopping" {
			k.sample = k.filter(func(i int) bool { return sentiment.HeldOut(k.texts[i], sentiment.HeldOutChinese) })
		}
		if k.traditional {
			for i, s := range k.texts {
				k.texts[i] = hans.Simplify(s)
			}
		}
		if k.x, err = t.embed(ctx, k.name, k.texts); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

func (s *sample) filter(use func(i int) bool) (out sample) {
	for i := range s.texts {
		if use(i) {
			out.ids, out.texts, out.shares = append(out.ids, s.ids[i]), append(out.texts, s.texts[i]), append(out.shares, s.shares[i])
			if s.vader != nil {
				out.vader = append(out.vader, s.vader[i])
			}
		}
	}
	return out
}

// readSample reads a file with the columns id, text, negative, neutral, positive
// and vader.
func readSample(path string) (s sample, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 {
		return s, fmt.Errorf("%s: %d rows: %w", path, len(rows), err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for line, row := range rows[1:] {
		var shares [3]float64
		sum := 0.0
		for k, name := range []string{"negative", "neutral", "positive"} {
			if shares[k], err = strconv.ParseFloat(row[at[name]], 64); err != nil {
				return s, fmt.Errorf("%s: row %d: %w", path, line+2, err)
			}
			sum += shares[k]
		}
		for k := range shares {
			shares[k] /= sum
		}
		s.ids, s.texts, s.shares = append(s.ids, row[at["id"]]), append(s.texts, row[at["text"]]), append(s.shares, shares)
		if v := row[at["vader"]]; v != "" {
			score, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return s, fmt.Errorf("%s: row %d: %w", path, line+2, err)
			}
			s.vader = append(s.vader, score)
		}
	}
	return s, nil
}

// embed returns the vectors of texts without their marks, as segmentation makes
// them, from the folder of vectors if they are there.
func (t *trainer) embed(ctx context.Context, name string, texts []string) (*mat.Dense, error) {
	h := sha256.New()
	for _, s := range texts {
		fmt.Fprintln(h, s)
	}
	path := filepath.Join(t.vectors, name+"-"+hex.EncodeToString(h.Sum(nil)[:8])+".npy")
	if t.vectors != "" {
		if x, err := npy.ReadMatrix(path); err == nil {
			return mat.DenseCopyOf(x), nil
		}
	}
	plain := make([]string, len(texts))
	for i, s := range texts {
		plain[i] = marks.Remove(s)
	}
	x, err := t.model.Embed(ctx, plain)
	if err != nil {
		return nil, err
	}
	if t.vectors != "" {
		if err := npy.WriteMatrix(path, x); err != nil {
			return nil, err
		}
	}
	return mat.DenseCopyOf(x), nil
}
