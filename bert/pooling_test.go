package bert

import (
	"errors"
	"testing"
)

func TestParsePooling(t *testing.T) {
	t.Parallel()
	for p := PoolCLS; p < PoolPooler<<1; p++ {
		if got, err := ParsePooling(p.String()); err != nil || got != p {
			t.Errorf("%s: %v, %v", p, got, err)
		}
	}
	for _, s := range []string{"", "Mean", "mean,max", "mean+", "cls_token"} {
		if _, err := ParsePooling(s); !errors.Is(err, ErrInput) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
