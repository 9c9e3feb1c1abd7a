package reading

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/fault"
)

// error of the source or a wrong weight comes.
func TestLoopKeepsTheOrder(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, n := range []int{0, 1, batchTexts - 1, batchTexts, batchTexts + 1, 3 * batchTexts} {
		for _, fault := range []error{nil, broken, ErrWeight} {
			source := func(yield func(corpus.Text, error) bool) {
				for i := range n {
					if !yield(corpus.Text{User: "u", Text: fmt.Sprint(" ", i)}, nil) {
						return
					}
				}
				if errors.Is(fault, ErrWeight) && yield(corpus.Text{Weight: -1}, nil) {
					yield(corpus.Text{Weight: 1}, nil)
				}
				if errors.Is(fault, broken) {
					yield(corpus.Text{}, broken)
				}
			}
			at := 0
			var got error
			for p, err := range loop(t.Context(), source, nil) {
				if got = err; err != nil {
					break
				}
				if p.Text != fmt.Sprint(at) || p.source.Weight != 1 {
					t.Fatalf("text %d of %d: %+v", at, n, p)
				}
				at++
			}
			if at != n || !errors.Is(got, fault) {
				t.Errorf("%d of %d texts, then %v, want %v", at, n, got, fault)
			}
		}
	}
}

// short is a Preparer that loses texts.
type short struct{}

func (short) Describe() string { return "" }

func (short) Prepare(_ context.Context, texts []string) ([]corpus.Prepared, error) {
	return make([]corpus.Prepared, len(texts)-1), nil
}

func TestLoopRefusesAPreparerThatLosesTexts(t *testing.T) {
	t.Parallel()
	for _, err := range loop(t.Context(), corpus.Slice(make([]corpus.Text, 3)), short{}) {
		if !errors.Is(err, fault.ErrOptions) {
			t.Errorf("got %v", err)
		}
	}
}
