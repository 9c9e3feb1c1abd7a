package sentiment_test

import (
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort/sentiment"
)

// The spans are the words that make the value, where they stand.
func TestSpans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		append func([]sentiment.Span, string) []sentiment.Span
		read   func(string) sentiment.Lexical
		want   []sentiment.Span // without Value, whose sign Negated of the test says
		signs  []float64
	}{
		{"A great lens, but not a good case.", sentiment.AppendEnglishSpans, sentiment.EnglishWords, []sentiment.Span{{Start: 2, End: 7}, {Start: 24, End: 28, Negated: true, Clause: 2}}, []float64{1, -1}},
		{"nothing to complain about", sentiment.AppendEnglishSpans, sentiment.EnglishWords, []sentiment.Span{{Start: 0, End: 19}}, []float64{1}},
		{"屏幕很好，不难用", sentiment.AppendChineseSpans, sentiment.ChineseWords, []sentiment.Span{{Start: 9, End: 12}, {Start: 18, End: 24, Negated: true, Clause: 1}}, []float64{1, 1}},
		{"the lens", sentiment.AppendEnglishSpans, sentiment.EnglishWords, nil, nil},
	} {
		got := c.append(nil, c.text)
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v", c.text, got)
			continue
		}
		sum := 0.0
		for i, s := range got {
			sum += s.Value
			if s.Value*c.signs[i] <= 0 {
				t.Errorf("%s: the sign of %+v", c.text, s)
			}
			if s.Value = 0; s != c.want[i] {
				t.Errorf("%s: %+v, want %+v", c.text, s, c.want[i])
			}
		}
		if v := c.read(c.text).Value; math.Abs(v-sum/math.Sqrt(sum*sum+1)) > 1e-12 {
			t.Errorf("%s: spans sum to %v, the value is %v", c.text, sum, v)
		}
	}
}
