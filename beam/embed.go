package beam

import (
	"context"
	"fmt"
	"reflect"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/pool"
)

func init() { sdk.RegisterType(reflect.TypeFor[embedFn]()) }

// Embed sets the vectors of the items of batches, a PCollection<Batch>, and
// returns it.
func Embed(s sdk.Scope, o ModelOptions, batches sdk.PCollection) sdk.PCollection {
	return sdk.ParDo(s.Scope("cohort.Embed"), &embedFn{Model: o}, batches)
}

// embedFn embeds the items of a batch.
type embedFn struct {
	Model ModelOptions

	model *bert.Model
}

// Setup implements a DoFn.
func (f *embedFn) Setup() (err error) {
	f.model, err = f.Model.Load()
	return err
}

// ProcessElement implements a DoFn.
func (f *embedFn) ProcessElement(ctx context.Context, b Batch) (Batch, error) {
	texts := make([]string, len(b.Items))
	for i, t := range b.Items {
		texts[i] = t.Plain
	}
	x, err := pool.Embed(ctx, f.model, texts)
	if err != nil {
		return b, fmt.Errorf("cohort/beam: embedding batch %d: %w", b.Number, err)
	}
	b.Vectors, b.Dim = x.Data, x.Dim
	return b, nil
}
