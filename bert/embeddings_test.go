package bert

import (
	"errors"
	"slices"
	"testing"
)

func TestEmbeddingsSliceAppendRows(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	texts := someTexts(9, 20)
	whole := mustEmbed(t, m, texts)

	var joined Embeddings
	for _, part := range [][2]int{{0, 0}, {0, 4}, {4, 5}, {5, 9}} {
		if err := joined.Append(mustEmbed(t, m, texts[part[0]:part[1]])); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(joined.data, whole.data) || joined.Len() != 9 || joined.Dim() != whole.Dim() || joined.Tokens != whole.Tokens || joined.Truncated != whole.Truncated {
		t.Errorf("parts joined: %d vectors of %d features, %d tokens", joined.Len(), joined.Dim(), joined.Tokens)
	}

	n := 0
	for i, v := range whole.Rows() {
		if i != n || &v[0] != &whole.Row(i)[0] {
			t.Errorf("row %d is not row %d in place", i, n)
		}
		if n++; n == 5 {
			break
		}
	}
	if n != 5 {
		t.Errorf("%d rows", n)
	}

	// A slice shares its vectors; what is appended to it leaves the rest alone.
	s := whole.Slice(2, 4)
	if s.Len() != 2 || &s.Row(1)[0] != &whole.Row(3)[0] {
		t.Errorf("a slice of %d vectors", s.Len())
	}
	next := slices.Clone(whole.Row(4))
	if err := s.AppendRow(make([]float32, whole.Dim())); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(whole.Row(4), next) || s.Len() != 3 || whole.Len() != 9 {
		t.Error("appending to a slice changes the vectors after it")
	}
	if e := whole.Slice(9, 9); e.Len() != 0 || e.Dim() != whole.Dim() {
		t.Errorf("an empty slice [%d, %d]", e.Len(), e.Dim())
	}

	// Onto itself, and in vain.
	if err := s.Append(s, s); err != nil || s.Len() != 9 || !slices.Equal(s.Row(3), s.Row(0)) {
		t.Errorf("appended to itself: %d, %v", s.Len(), err)
	}
	before := *s
	if err := s.Append(whole, &Embeddings{data: []float32{1}, rows: 1, dim: 1}); !errors.Is(err, ErrInput) || s.Len() != before.Len() {
		t.Errorf("another Dim: %v, %d vectors", err, s.Len())
	}
	for _, r := range [][2]int{{-1, 2}, {3, 2}, {0, 10}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Slice(%d, %d) did not panic", r[0], r[1])
				}
			}()
			whole.Slice(r[0], r[1])
		}()
	}
}
