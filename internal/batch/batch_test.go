package batch

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
)

// counting gives the numbers below n, and then err, if it is one.
func counting(n int, err error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if err != nil && yield(-1, err) {
			panic("ranged on after an error")
		}
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for _, c := range []struct {
		n    int
		err  error
		want string
	}{
		{0, nil, ""}, {2, nil, "[0 1] "}, {3, nil, "[0 1 2] "}, {7, nil, "[0 1 2] [3 4 5] [6] "},
		{0, boom, "boom "}, {3, boom, "[0 1 2] boom "}, {4, boom, "[0 1 2] [3] boom "},
	} {
		var got string
		for b, err := range Of(counting(c.n, c.err), 3) {
			if err != nil {
				got += err.Error() + " "
				continue
			}
			got += fmt.Sprint(b) + " "
		}
		if got != c.want {
			t.Errorf("%d, %v: %q, want %q", c.n, c.err, got, c.want)
		}
	}
	var all []int
	for b := range Of(counting(9, boom), 2) { // whoever breaks off gets no more
		if all = append(all, slices.Clone(b)...); len(all) == 4 {
			break
		}
	}
	if !slices.Equal(all, []int{0, 1, 2, 3}) {
		t.Errorf("got %v", all)
	}
}
