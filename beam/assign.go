package beam

import (
	"context"
	"math"
	"reflect"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
)

func init() { sdk.RegisterType(reflect.TypeFor[assignFn]()) }

// Placed are the users of a block with their clusters.
type Placed struct {
	Number   int
	Users    []string
	Batch    []int // number of the Batch of each user
	Texts    []int
	Cluster  []int     // index of the nearest centre
	RunnerUp []int     // index of the second nearest one, -1 if there is one centre only
	Distance []float64 // to the nearest centre
	// Margin is how much nearer that is than the second nearest, relative to the
	// distance of the latter.
	Margin []float64
	Quiet  []string // users without a text, who are at no centre
}

// Assign places users, a PCollection<Block>, at the nearest centre of a
// PCollection<Centers> of one element, and returns a PCollection<Placed>.
func Assign(s sdk.Scope, users, centers sdk.PCollection) sdk.PCollection {
	return sdk.ParDo(s.Scope("cohort.Assign"), &assignFn{}, users, sdk.SideInput{Input: centers})
}

// assignFn places the users of a block.
type assignFn struct{}

// ProcessElement implements a DoFn.
func (f *assignFn) ProcessElement(ctx context.Context, b Block, c Centers) (Placed, error) {
	of, err := c.labels(ctx, &b)
	if err != nil {
		return Placed{}, err
	}
	n := len(of)
	p := Placed{
		Number: b.Number, Users: b.Users, Batch: b.Batch, Texts: b.Texts, Cluster: of,
		RunnerUp: make([]int, n), Distance: make([]float64, n), Margin: make([]float64, n), Quiet: b.Quiet,
	}
	for i, j := range of {
		own, other, at := c.nearest(b.row(i), j)
		p.Distance[i], p.RunnerUp[i] = own, at
		if most := max(own, other); at >= 0 && most > 0 {
			p.Margin[i] = (other - own) / most
		}
	}
	return p, nil
}

// nearest returns the distances of v to its centre and to the nearest other one,
// and the index of that, -1 for none.
func (c *Centers) nearest(v []float32, own int) (mine, other float64, at int) {
	at = -1
	for j := range c.K {
		d := math.Sqrt(squared(v, c.row(j)))
		switch {
		case j == own:
			mine = d
		case at < 0 || d < other:
			other, at = d, j
		}
	}
	return mine, other, at
}
