package attribution_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/attribution"
	"github.com/seed-56ee9438/cohort/text"
)

// powers is the line of a score that is the sum of one function of each token's
// step, so that integrated gradients are known.
func powers(score []func(a float64) (value, slope float64), calls *int) attribution.Function {
	return func(_ context.Context, at []float64) (scores []float64, tokens [][]float64, spans [][2]int, err error) {
		for _, a := range at {
			*calls++
			sum, each := 0.0, []float64{}
			for _, f := range score {
				v, slope := f(a)
				sum, each = sum+v, append(each, slope)
			}
			scores, tokens = append(scores, sum), append(tokens, each)
		}
		for i := range score {
			spans = append(spans, [2]int{i, i + 1})
		}
		return scores, tokens, spans, nil
	}
}

func TestIntegrated(t *testing.T) {
	t.Parallel()
	cubic := func(a float64) (float64, float64) { return a * a * a, 3 * a * a }
	still := func(float64) (float64, float64) { return 7, 0 }
	steep := func(a float64) (float64, float64) {
		return math.Tanh(20 * (a - 0.4)), 20 / math.Pow(math.Cosh(20*(a-0.4)), 2)
	}
	ends := math.Tanh(12) - math.Tanh(-8)
	kink := func(a float64) (float64, float64) {
		if a < 0.3 {
			return 0, 0
		}
		return a - 0.3, 1
	}
	for _, c := range []struct {
		name     string
		score    []func(float64) (float64, float64)
		options  attribution.Options
		want     []float64
		within   float64
		points   int
		complete bool
	}{
		{"a polynomial at once", []func(float64) (float64, float64){cubic, still}, attribution.Options{}, []float64{1, 0}, 1e-12, 3, true},
		{"a steep slope", []func(float64) (float64, float64){steep, still}, attribution.Options{}, []float64{ends, 0}, 0.01 * ends, 33, true},
		{"a closer tolerance", []func(float64) (float64, float64){steep, cubic}, attribution.Options{Tolerance: 1e-9}, []float64{ends, 1}, 1e-8, 129, true},
		{"a kink", []func(float64) (float64, float64){kink}, attribution.Options{}, []float64{0.7}, 0.007, 17, true},
		{"too few points", []func(float64) (float64, float64){steep}, attribution.Options{MaxPoints: 8}, []float64{ends}, 10, 5, false},
		{"no difference", []func(float64) (float64, float64){still}, attribution.Options{}, []float64{0}, 0, 3, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			a, err := attribution.Integrated(t.Context(), powers(c.score, &calls), c.options)
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for i, v := range a.Values {
				sum += v
				if math.Abs(v-c.want[i]) > c.within {
					t.Errorf("token %d has %g, want %g", i, v, c.want[i])
				}
			}
			if a.Complete != c.complete || a.Points > c.points || calls != a.Points {
				t.Errorf("complete %v with %d points and %d calls, want %v with at most %d", a.Complete, a.Points, calls, c.complete, c.points)
			}
			if gap := a.Score - a.Baseline - sum; math.Abs(gap-a.Gap) > 1e-12 {
				t.Errorf("the gap is %g, said to be %g", gap, a.Gap)
			}
			g, err := attribution.GradientInput(t.Context(), powers(c.score, new(int)))
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range c.score {
				if _, slope := f(1); g.Values[i] != slope || g.Points != 1 {
					t.Errorf("gradient times input of token %d is %g, want %g", i, g.Values[i], slope)
				}
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	fine := powers([]func(float64) (float64, float64){func(a float64) (float64, float64) { return a, 1 }}, new(int))
	for _, o := range []attribution.Options{{Tolerance: -1}, {Tolerance: math.NaN()}, {Tolerance: math.Inf(1)}, {MaxPoints: 2}, {MaxPoints: -1}} {
		if _, err := attribution.Integrated(t.Context(), fine, o); !errors.Is(err, attribution.ErrOptions) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	own := errors.New("own")
	for name, f := range map[string]attribution.Function{
		"own":       func(context.Context, []float64) ([]float64, [][]float64, [][2]int, error) { return nil, nil, nil, own },
		"no scores": func(context.Context, []float64) ([]float64, [][]float64, [][2]int, error) { return nil, nil, nil, nil },
		"no spans": func(_ context.Context, at []float64) ([]float64, [][]float64, [][2]int, error) {
			return at, slices.Repeat([][]float64{{1}}, len(at)), nil, nil
		},
		"not a number": func(_ context.Context, at []float64) ([]float64, [][]float64, [][2]int, error) {
			return at, slices.Repeat([][]float64{{math.NaN()}}, len(at)), [][2]int{{0, 1}}, nil
		},
	} {
		want := attribution.ErrScore
		if name == "own" {
			want = own
		}
		if _, err := attribution.Integrated(t.Context(), f, attribution.Options{}); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := attribution.GradientInput(t.Context(), f); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		spans      [][2]int
		values     []float64
		want       []attribution.Word
	}{
		{"pieces of a word, and punctuation", "It overheats!", [][2]int{{}, {0, 2}, {3, 7}, {7, 12}, {12, 13}, {}}, []float64{0, 1, 2, 4, 8, 0},
			[]attribution.Word{{"It", 0, 2, 1}, {"overheats", 3, 12, 6}, {"!", 12, 13, 8}}},
		{"a token of two words", "ab cd", [][2]int{{0, 5}}, []float64{4},
			[]attribution.Word{{"ab", 0, 2, 2}, {"cd", 3, 5, 2}}},
		{"a token with the space before", "ab cd", [][2]int{{0, 2}, {2, 5}}, []float64{1, 2},
			[]attribution.Word{{"ab", 0, 2, 1}, {"cd", 3, 5, 2}}},
		{"Chinese characters", "电池好", [][2]int{{0, 3}, {3, 6}, {6, 9}}, []float64{1, 2, 4},
			[]attribution.Word{{"电", 0, 3, 1}, {"池", 3, 6, 2}, {"好", 6, 9, 4}}},
		{"bytes of one character", "—", [][2]int{{0, 3}, {0, 3}}, []float64{1, 2},
			[]attribution.Word{{"—", 0, 3, 3}}},
		{"a part that was cut off", "ab cd", [][2]int{{0, 2}}, []float64{1},
			[]attribution.Word{{"ab", 0, 2, 1}, {"cd", 3, 5, 0}}},
		{"spans beyond the text", "ab", [][2]int{{-1, 9}}, []float64{1}, []attribution.Word{{"ab", 0, 2, 1}}},
		{"nothing", "", nil, nil, nil},
	} {
		a := attribution.Attribution{Spans: c.spans, Values: c.values}
		if got := a.Words(c.text, text.Splitter{}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// FuzzWords checks that words are disjoint and their values add up to those of
// the tokens, whatever the spans.
func FuzzWords(f *testing.F) {
	f.Add("don't stop 电池 now 🙂", uint8(3))
	f.Fuzz(func(t *testing.T, s string, step uint8) {
		a := attribution.Attribution{}
		for at := 0; at < len(s); at += int(step)%7 + 1 {
			a.Spans, a.Values = append(a.Spans, [2]int{at, min(len(s), at+int(step)%7+1)}), append(a.Values, float64(at%5)-1)
		}
		var sum, want float64
		for _, v := range a.Values {
			want += v
		}
		for _, w := range a.Words(s, text.Splitter{}) {
			if sum += w.Value; w.Text != s[w.Start:w.End] {
				t.Fatalf("%+v of %q", w, s)
			}
		}
		if math.Abs(sum-want) > 1e-9 {
			t.Fatalf("the words of %q have %g, the tokens %g", s, sum, want)
		}
	})
}

func ExampleIntegrated() {
	// A score that is the product of what two words add: 2a·3a on the line.
	score := func(_ context.Context, at []float64) (scores []float64, tokens [][]float64, spans [][2]int, err error) {
		for _, a := range at {
			scores, tokens = append(scores, 6*a*a), append(tokens, []float64{6 * a, 6 * a})
		}
		return scores, tokens, [][2]int{{0, 3}, {4, 11}}, nil
	}
	a, err := attribution.Integrated(context.Background(), score, attribution.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range a.Words("hot battery", text.Splitter{}) {
		fmt.Printf("%s %d-%d %.1f\n", w.Text, w.Start, w.End, w.Value)
	}
	fmt.Printf("complete %v, gap %.1f\n", a.Complete, a.Gap)
	// Output:
	// hot 0-3 3.0
	// battery 4-11 3.0
	// complete true, gap 0.0
}
