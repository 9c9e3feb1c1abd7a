package beam

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"time"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

func init() {
	sdk.RegisterType(reflect.TypeFor[poolFn]())
	sdk.RegisterType(reflect.TypeFor[blockFn]())
}

// Block holds users with their vectors: those of whose texts the hashes lie in
// one part of all hashes. The blocks by their numbers, and the users within
// them, are in the order of those hashes, which is that of the rows that
// [cohort.Segment] clusters.
type Block struct {
	Number  int
	Users   []string
	Batch   []int    // number of the Batch of each user
	Hash    []uint64 // of each user's texts
	Texts   []int    // number of each user's texts
	First   []int    // row of each user's first text
	Dim     int
	Vectors []float32 // [len(Users), Dim], each of length 1
	Quiet   []string  // users without a text that is kept, by their names
}

func (b *Block) rows() dense.Rows[float32] {
	return dense.Rows[float32]{Data: b.Vectors, Len: len(b.Users), Dim: b.Dim, Stride: b.Dim}
}

func (b *Block) row(i int) []float32 { return b.Vectors[i*b.Dim : (i+1)*b.Dim : (i+1)*b.Dim] }

func (b *Block) add(o *Block, i int) {
	b.Users, b.Batch, b.Hash = append(b.Users, o.Users[i]), append(b.Batch, o.Batch[i]), append(b.Hash, o.Hash[i])
	b.First = append(b.First, o.First[i])
	b.Texts, b.Dim, b.Vectors = append(b.Texts, o.Texts[i]), o.Dim, append(b.Vectors, o.row(i)...)
}

// DefaultBlocks is the default of PoolOptions.Blocks.
const DefaultBlocks = 64

// PoolOptions say how users' vectors are made from those of their texts.
type PoolOptions struct {
	// HalfLife is the age at which a text counts half; 0: age has no effect.
	HalfLife time.Duration
	// Blocks is the number of blocks of users; 0: DefaultBlocks. Each should hold
	// some thousand users: what KMeans sends in a round grows with their number.
	Blocks int
}

// PoolUsers combines the vectors of users' texts, a PCollection<Batch> of Embed,
// and returns a PCollection<Block>. Users without a text have no vector.
func PoolUsers(s sdk.Scope, o PoolOptions, batches sdk.PCollection) (sdk.PCollection, error) {
	if err := o.check(); err != nil {
		return sdk.PCollection{}, err
	}
	s = s.Scope("cohort.PoolUsers")
	o.Blocks = cmp.Or(o.Blocks, DefaultBlocks)
	return sdk.ParDo(s, &blockFn{}, sdk.GroupByKey(s, sdk.ParDo(s, &poolFn{Options: o}, batches))), nil
}

// poolFn pools the users of a batch.
type poolFn struct{ Options PoolOptions }

// ProcessElement implements a DoFn.
func (f *poolFn) ProcessElement(_ context.Context, b Batch, emit func(int, Block)) error {
	w := pool.Weigher{HalfLife: f.Options.HalfLife}
	sums, hash := make([]pool.Sum, len(b.Users)), make([]uint64, len(b.Users))
	for i, t := range b.Items {
		source := &b.Texts.Texts[t.Text]
		if w.HalfLife > 0 && source.Time.IsZero() {
			return fmt.Errorf("cohort/beam: text %d has no time, which HalfLife needs", b.Rows[t.Text])
		}
		sums[t.User].Add(w, b.Vector(i), cmp.Or(source.Weight, 1), source.Time)
		hash[t.User] += reading.Hash(t.Plain)
	}
	blocks := map[int]*Block{}
	put := func(n int) *Block {
		if blocks[n] == nil {
			blocks[n] = &Block{Number: n}
		}
		return blocks[n]
	}
	for u, user := range b.Users {
		if sums[u].Texts == 0 {
			b := put(batchOf(user.Name, f.Options.Blocks))
			b.Quiet = append(b.Quiet, user.Name)
			continue
		}
		h := hash[u] + user.Repeated
		one := Block{
			Users: []string{user.Name}, Batch: []int{b.Number}, Hash: []uint64{h}, Texts: []int{sums[u].Texts}, First: []int{user.First},
			Dim: b.Dim, Vectors: make([]float32, b.Dim),
		}
		if err := vector.Unit(one.Vectors, sums[u].Vector()); err != nil {
			return fmt.Errorf("cohort/beam: the user of row %d: %w", user.First, err)
		}
		put(blockOf(h, f.Options.Blocks)).add(&one, 0)
	}
	for n, part := range blocks {
		emit(n, *part)
	}
	return nil
}

// blockOf returns the part of all hashes in which h lies, of so many of the same
// size.
func blockOf(h uint64, blocks int) int {
	n, _ := bits.Mul64(h, uint64(blocks))
	return int(n)
}

// blockFn puts the users of a block in order.
type blockFn struct{}

// ProcessElement implements a DoFn.
func (f *blockFn) ProcessElement(number int, parts func(*Block) bool) Block {
	var all, p Block
	for parts(&p) {
		for i := range p.Users {
			all.add(&p, i)
		}
		all.Quiet = append(all.Quiet, p.Quiet...)
		p = Block{}
	}
	order := make([]int, len(all.Users))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(all.Hash[a], all.Hash[b]), slices.Compare(all.row(a), all.row(b)), cmp.Compare(all.First[a], all.First[b]))
	})
	slices.Sort(all.Quiet)
	out := Block{Number: number, Quiet: all.Quiet}
	for _, i := range order {
		out.add(&all, i)
	}
	return out
}
