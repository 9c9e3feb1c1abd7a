package beam

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
)

func init() {
	sdk.RegisterType(reflect.TypeFor[stepFn]())
	sdk.RegisterType(reflect.TypeFor[totalFn]())
	sdk.RegisterType(reflect.TypeFor[moveFn]())
}

// KMeansOptions configure KMeans. The zero value has the defaults of
// cluster.KMeans, except that k-means|| chooses the first centres.
type KMeansOptions struct {
	K    int    // number of clusters; 0: 8
	Seed uint64 // of the choice of the first centres
	// Start are the first centres, or those of an earlier pipeline, which are
	// moved on; nil: k-means|| chooses them.
	Start *Centers
	// Rounds is the number of rounds of this pipeline; 0: 10. A pipeline has no
	// loops: rounds after the last that changes anything pass the centres on.
	Rounds int
	// Tol ends the rounds when the summed squared movement of all centres in one
	// is at most Tol times the mean variance of the features. 0: 1e-4; negative:
	// when no label changes.
	Tol float64
}

func (o KMeansOptions) withDefaults() (KMeansOptions, error) {
	if o.Start != nil {
		if o.K != 0 && o.K != o.Start.K {
			return o, fmt.Errorf("%w: K is %d, but there are %d centres to start from", ErrOptions, o.K, o.Start.K)
		}
		if err := o.Start.check(); err != nil {
			return o, err
		}
		o.K = o.Start.K
	}
	o.K, o.Rounds, o.Tol = cmp.Or(o.K, 8), cmp.Or(o.Rounds, 10), cmp.Or(o.Tol, 1e-4)
	if err := errors.Join(between("K", o.K, 1, mostClusters), between("Rounds", o.Rounds, 1, mostRounds)); err != nil {
		return o, err
	}
	if o.Tol != o.Tol {
		return o, fmt.Errorf("%w: Tol is not a number", ErrOptions)
	}
	o.Tol = max(o.Tol, 0)
	return o, nil
}

// KMeans finds centres among users, a PCollection<Block>, by Lloyd's algorithm
// as cluster.KMeans does, and returns a PCollection<Centers> of one element. A
// block sums its users' vectors in their order, and blocks' sums are added in
// the order of the blocks, so that the centres are the same to the bit however
// the work is divided.
func KMeans(s sdk.Scope, o KMeansOptions, users sdk.PCollection) (sdk.PCollection, error) {
	o, err := o.withDefaults()
	if err != nil {
		return sdk.PCollection{}, err
	}
	s = s.Scope("cohort.KMeans")
	var c sdk.PCollection
	switch {
	case o.Start == nil:
		c = kmeansParallel(s, o, users)
	case o.Start.Users == 0: // given by a caller, who has not counted anything
		c = counted(s, *o.Start, users)
	default:
		c = sdk.Create(s, *o.Start)
	}
	for range o.Rounds {
		c = round(s, o, users, c)
	}
	return c, nil
}

// round moves the centres once.
func round(s sdk.Scope, o KMeansOptions, users, c sdk.PCollection) sdk.PCollection {
	s = s.Scope("round")
	parts := sdk.ParDo(s, &stepFn{}, users, sdk.SideInput{Input: c})
	totals := sdk.ParDo(s, &totalFn{}, sdk.GroupByKey(s, parts))
	// The centres pass through, so that there is an element even where no part is.
	self := sdk.ParDo(s, keepFn, c)
	return sdk.ParDo(s, &moveFn{Tol: o.Tol}, sdk.GroupByKey(s, sdk.Flatten(s, totals, self)), sdk.SideInput{Input: c})
}

func init() { sdk.RegisterFunction(keepFn) }

// keepFn makes a part of nothing.
func keepFn(Centers) (int, part) { return 0, part{Cluster: -1, Block: -1} }

// part is what a block, or all of them, know of a cluster; Cluster is -1 for
// what they know of all clusters.
type part struct {
	Block, Cluster int
	Mass           float64
	Sum            []float64 // [dim]
	Labels         [32]byte  // digest of the labels
	Far            []far
}

// far is a user who is far from their centre.
type far struct {
	Distance   float64 // squared
	Block, Row int
	Cluster    int
	Vector     []float32
}

// stepFn labels the users of a block and sums them by label.
type stepFn struct{}

// ProcessElement implements a DoFn.
func (f *stepFn) ProcessElement(ctx context.Context, b Block, centers Centers, emit func(int, part)) error {
	c := &centers
	if c.Done {
		return nil
	}
	of, err := c.labels(ctx, &b)
	if err != nil {
		return err
	}
	all := part{Block: b.Number, Cluster: -1, Labels: digest(of)}
	for j, p := range sums(&b, of, c.K) {
		if p.Mass > 0 {
			emit(j, p)
		}
	}
	all.Far = farthest(&b, of, c)
	emit(-1, all)
	return nil
}

// sums returns the sums of a block's users by label, [k].
func sums(b *Block, of []int, k int) []part {
	out := make([]part, k)
	for j := range out {
		out[j] = part{Block: b.Number, Cluster: j}
	}
	for i, j := range of {
		p := &out[j]
		if p.Sum == nil {
			p.Sum = make([]float64, b.Dim)
		}
		p.Mass++
		for d, v := range b.row(i) {
			p.Sum[d] += float64(v)
		}
	}
	return out
}

// farthest returns as many users as there are clusters without one in this
// block, those farthest from their centres: clusters that are empty in all
// blocks are among them, and get one user each.
func farthest(b *Block, of []int, c *Centers) []far {
	empty := make([]bool, c.K)
	n := c.K
	for _, j := range of {
		if !empty[j] {
			empty[j] = true
			n--
		}
	}
	if n == 0 {
		return nil
	}
	list := make([]far, len(of))
	for i, j := range of {
		list[i] = far{Distance: squared(b.row(i), c.row(j)), Block: b.Number, Row: i, Cluster: j}
	}
	slices.SortFunc(list, compareFar)
	list = slices.Clone(list[:min(n, len(list))])
	for i := range list {
		list[i].Vector = b.row(list[i].Row)
	}
	return list
}

// compareFar puts the farthest first.
func compareFar(a, b far) int {
	return cmp.Or(cmp.Compare(b.Distance, a.Distance), cmp.Compare(a.Block, b.Block), cmp.Compare(a.Row, b.Row))
}

// digest returns a digest of labels.
func digest(of []int) [32]byte {
	h := sha256.New()
	var n [8]byte
	for _, j := range of {
		binary.LittleEndian.PutUint64(n[:], uint64(j))
		h.Write(n[:])
	}
	return [32]byte(h.Sum(nil))
}

// totalFn adds what blocks know of a cluster, in the order of the blocks.
type totalFn struct{}

// ProcessElement implements a DoFn.
func (f *totalFn) ProcessElement(cluster int, parts func(*part) bool) (int, part) {
	return 0, total(cluster, parts)
}

func total(cluster int, parts func(*part) bool) part {
	list := inOrder(parts)
	out := part{Cluster: cluster, Block: len(list)}
	labels := sha256.New()
	for _, p := range list {
		out.Mass += p.Mass
		if out.Sum == nil {
			out.Sum = make([]float64, len(p.Sum))
		}
		for d, v := range p.Sum {
			out.Sum[d] += v
		}
		labels.Write(p.Labels[:])
		out.Far = append(out.Far, p.Far...)
	}
	if cluster >= 0 {
		return out
	}
	out.Labels = [32]byte(labels.Sum(nil))
	slices.SortFunc(out.Far, compareFar)
	return out
}

// inOrder returns parts in the order of their blocks.
func inOrder(parts func(*part) bool) []part {
	var list []part
	var p part
	for parts(&p) {
		list = append(list, p)
		p = part{}
	}
	slices.SortFunc(list, func(a, b part) int { return cmp.Compare(a.Block, b.Block) })
	return list
}

// moveFn moves the centres to the means of their users.
type moveFn struct{ Tol float64 }

// ProcessElement implements a DoFn.
func (f *moveFn) ProcessElement(_ int, totals func(*part) bool, c Centers) Centers {
	if c.Done || c.enough() != nil {
		return c
	}
	by := make([]part, c.K)
	var all part
	var p part
	for totals(&p) {
		switch {
		case p.Cluster >= 0:
			by[p.Cluster] = p
		case p.Block >= 0:
			all = p
		}
		p = part{}
	}
	refill(by, all.Far, c.Dim)
	out := c
	out.Data = slices.Clone(c.Data)
	out.Moved = 0
	for j := range by {
		if by[j].Mass <= 0 { // nobody: it stays
			continue
		}
		row := out.row(j)
		for d, v := range by[j].Sum {
			to := v / by[j].Mass
			out.Moved += (to - row[d]) * (to - row[d])
			row[d] = to
		}
	}
	out.Round++
	out.Done = out.Round > 1 && all.Labels == c.Labels || out.Moved <= f.Tol*c.Variance
	out.Labels = all.Labels
	return out
}

// refill gives each cluster without users one of those farthest from their
// centres, who leaves their cluster.
func refill(by []part, list []far, dim int) {
	for j := range by {
		if by[j].Mass > 0 {
			continue
		}
		if len(list) == 0 || list[0].Distance == 0 {
			return
		}
		p := list[0]
		list = list[1:]
		from := &by[p.Cluster]
		from.Mass--
		by[j].Mass, by[j].Sum = 1, make([]float64, dim)
		for d, v := range p.Vector {
			from.Sum[d] -= float64(v)
			by[j].Sum[d] = float64(v)
		}
	}
}
