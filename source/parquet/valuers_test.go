package parquet

import (
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/seed-56ee9438/cohort/source"
)

// Damaged schemas call values by logical types that they cannot have. The bytes of
// a value that has none are not looked for, which the race detector does not
// survive.
func TestValuersOfOtherTypes(t *testing.T) {
	t.Parallel()
	values := map[string]parquet.Value{"true": parquet.ValueOf(true), "7": parquet.ValueOf(int32(7)), "2.5": parquet.ValueOf(2.5), "text": parquet.ValueOf("text")}
	for name, valuer := range map[string]func(parquet.Value) (string, source.Kind){"uuid": uuid, "half": half} {
		for want, v := range values {
			if got, _ := valuer(v); got != want {
				t.Errorf("%s of %v: %q, want %q", name, v, got, want)
			}
		}
	}
	for want, v := range map[string]parquet.Value{"true": values["true"], "2.5": values["2.5"], "0.07": values["7"], "-0.01": parquet.ValueOf([]byte{0xff})} {
		if got, _ := decimals(2)(v); got != want {
			t.Errorf("decimal of %v: %q, want %q", v, got, want)
		}
	}
}
