package sentiment

import (
	"errors"
	"slices"
	"testing"
)

func TestLabelValues(t *testing.T) {
	for _, c := range []struct {
		labels []string
		want   []float64
	}{
		{[]string{"NEGATIVE", "POSITIVE"}, []float64{-1, 1}},
		{[]string{"positive", "neutral", "negative"}, []float64{1, 0, -1}},
		{[]string{"Very Negative", "Negative", "Neutral", "Positive", "Very Positive"}, []float64{-1, -0.5, 0, 0.5, 1}},
		{[]string{"1 star", "2 stars", "3 stars", "4 stars", "5 stars"}, []float64{-1, -0.5, 0, 0.5, 1}},
		{[]string{"负面", "中性", "正面"}, []float64{-1, 0, 1}},
		{[]string{"LABEL_0", "LABEL_1"}, nil}, {[]string{"joy", "anger"}, nil}, {[]string{"positive"}, nil}, {nil, nil},
	} {
		got, err := LabelValues(c.labels)
		if !slices.Equal(got, c.want) || (err != nil) != (c.want == nil) || err != nil && !errors.Is(err, ErrLabels) {
			t.Errorf("%q: %v, %v", c.labels, got, err)
		}
	}
}
