package source

import (
	"strings"
	"testing"
)

// A wrong column may be a personal one: what a cell holds stays out of errors.
func TestErrorsLeaveCellsOut(t *testing.T) {
	t.Parallel()
	const secret = "anna@example.com"
	for _, opt := range []Options{{WeightColumn: "w"}, {TimeColumn: "w"}} {
		_, err := Open(t.Context(), write(t, "private.csv", "text,w\nhello,"+secret+"\n"), opt)
		if err == nil {
			t.Fatalf("%+v: opened", opt)
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%+v: %v", opt, err)
		}
	}
}
