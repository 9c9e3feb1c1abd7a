package repeats

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// DefaultThreshold is the similarity from which texts are near-duplicates.
const DefaultThreshold = 0.8

// A Finder finds texts that are almost the same as an earlier one. It takes one
// text after another and keeps the shingle hashes of each new one: about 8
// bytes per letter and 1 KB, which Limit bounds. It is not safe for concurrent
// use.
//
// Candidates come from locality-sensitive hashing of MinHash signatures (Broder
// 1997; Indyk and Motwani 1998): a text's shingles are hashed by bands x rows
// functions, and texts that agree in all minima of one band are compared. Two
// texts of similarity s are compared with probability 1 - (1 - s^rows)^bands;
// bands and rows are chosen so that this is at least 0.99 at the threshold. The
// similarity of compared texts is computed exactly, so nothing below the
// threshold is reported.
type Finder struct {
	unsavedState

	threshold   float64
	bands, rows int
	a, b        []uint64 // of the hash functions, [bands*rows]
	now, before generation
	most        int // maximum bytes of a generation; 0: no limit
	n           int
	sh          shingles
	least       []uint64 // [bands*rows]
	keys        []uint64 // [bands]
}

// generation is a stretch of the texts that were new.
type generation struct {
	buckets []map[uint64][]int32 // for each band: key -> indexes into kept
	kept    []keptText
	bytes   int
}

type keptText struct {
	index  int    // among all texts added
	group  uint64 // it is compared only with texts of the same group
	hashes []uint64
	asked  int // number of the text that it was last compared with
}

// Maximum number of hash functions of a signature, and of earlier texts in a
// bucket that a text is compared with. If a bucket holds more, its texts share
// a piece that is too common to be informative, and comparing them all would
// take quadratic time.
const (
	maxFunctions = 128
	maxBucket    = 16
)

// NewFinder returns a Finder of texts whose similarity (see Likeness) is at
// least threshold, which is above 0 and up to 1; 0 means DefaultThreshold, and
// other values are clamped. Seed selects the hash functions.
func NewFinder(threshold float64, seed uint64) *Finder {
	if threshold == 0 || math.IsNaN(threshold) {
		threshold = DefaultThreshold
	}
	f := &Finder{threshold: min(max(threshold, 0.1), 1)}
	f.bands, f.rows = shape(f.threshold)
	n := f.bands * f.rows
	r := rand.New(rand.NewPCG(seed, 0x6d696e68617368))
	f.a, f.b, f.least = make([]uint64, n), make([]uint64, n), make([]uint64, n)
	for i := range n {
		f.a[i], f.b[i] = r.Uint64()|1, r.Uint64()
	}
	f.keys = make([]uint64, f.bands)
	f.now = newGeneration(f.bands)
	return f
}

func newGeneration(bands int) generation {
	g := generation{buckets: make([]map[uint64][]int32, bands)}
	for i := range g.buckets {
		g.buckets[i] = map[uint64][]int32{}
	}
	return g
}

// Limit limits the memory for texts kept to a number of bytes. Above it, the
// older half is forgotten, and repeats of those texts count as new. 0 means no
// limit. Call it before Add.
func (f *Finder) Limit(bytes int) { f.most = max(bytes, 0) / 2 }

// shape returns the largest number of rows per band with which texts at the
// threshold are compared with probability 0.99.
func shape(threshold float64) (bands, rows int) {
	bands, rows = maxFunctions, 1
	for r := 2; r <= 16; r++ {
		b := maxFunctions / r
		if 1-math.Pow(1-math.Pow(threshold, float64(r)), float64(b)) >= 0.99 {
			bands, rows = b, r
		}
	}
	return bands, rows
}

// Add takes the next text. If it repeats earlier texts, Add returns the index
// of the most similar one, counted from 0 in the order of adding, and the
// similarity; if it is new, -1 and 0. Later texts are not compared with
// repeats, so all repeats are similar to the first text of their kind. A text
// without letters is always new.
func (f *Finder) Add(s string) (of int, likeness float64) { return f.AddTo(0, s) }

// AddTo is Add for texts in groups, for example one per writer: a text repeats
// only texts of its own group.
func (f *Finder) AddTo(group uint64, s string) (of int, likeness float64) {
	index := f.n
	f.n++
	hashes := f.sh.of(s)
	if len(hashes) == 0 {
		return -1, 0
	}
	f.sign(group, hashes)
	of, likeness = f.find(&f.now, group, hashes)
	if o, l := f.find(&f.before, group, hashes); o >= 0 && l >= likeness { // it is the earlier one
		of, likeness = o, l
	}
	if of >= 0 {
		return of, likeness
	}
	f.keep(keptText{index: index, group: group, hashes: slices.Clone(hashes)})
	return -1, 0
}

// find returns the most similar text of g, the first one in case of ties.
func (f *Finder) find(g *generation, group uint64, hashes []uint64) (of int, likeness float64) {
	best := -1
	if len(g.kept) == 0 {
		return -1, 0
	}
	for band, key := range f.keys {
		for _, k := range g.buckets[band][key] {
			if g.kept[k].asked == f.n { // already compared, in another band
				continue
			}
			g.kept[k].asked = f.n
			other := g.kept[k].hashes
			if lo, hi := min(len(other), len(hashes)), max(len(other), len(hashes)); g.kept[k].group != group || float64(lo) < f.threshold*float64(hi) {
				continue
			}
			j := jaccard(other, hashes)
			if j >= f.threshold && (j > likeness || j == likeness && int(k) < best) {
				best, likeness = int(k), j
			}
		}
		if likeness == 1 {
			break
		}
	}
	if best < 0 {
		return -1, 0
	}
	return g.kept[best].index, likeness
}

// Memory of a text kept: its hashes, and an entry in a bucket for each band.
const (
	hashBytes  = 8
	entryBytes = 56
)

func (f *Finder) keep(t keptText) {
	size := hashBytes*len(t.hashes) + entryBytes*f.bands
	if f.most > 0 && len(f.now.kept) > 0 && f.now.bytes+size > f.most {
		f.before, f.now = f.now, newGeneration(f.bands)
	}
	g := &f.now
	g.bytes += size
	id := int32(len(g.kept))
	g.kept = append(g.kept, t)
	for band, key := range f.keys {
		if bucket := g.buckets[band][key]; len(bucket) < maxBucket {
			g.buckets[band][key] = append(bucket, id)
		}
	}
}

// sign sets f.keys to the hash of each band of the signature of a text,
// combined with its group.
func (f *Finder) sign(group uint64, hashes []uint64) {
	i := 0
	for ; i+4 <= len(f.least); i += 4 { // four at once, so that they do not depend on each other
		a, b := (*[4]uint64)(f.a[i:]), (*[4]uint64)(f.b[i:])
		a0, a1, a2, a3, b0, b1, b2, b3 := a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]
		v0, v1, v2, v3 := uint64(math.MaxUint64), uint64(math.MaxUint64), uint64(math.MaxUint64), uint64(math.MaxUint64)
		for _, h := range hashes {
			// the high bits of a product are the well-mixed ones
			v0, v1, v2, v3 = min(v0, (h*a0+b0)>>16), min(v1, (h*a1+b1)>>16), min(v2, (h*a2+b2)>>16), min(v3, (h*a3+b3)>>16)
		}
		f.least[i], f.least[i+1], f.least[i+2], f.least[i+3] = v0, v1, v2, v3
	}
	for ; i < len(f.least); i++ {
		a, b, least := f.a[i], f.b[i], uint64(math.MaxUint64)
		for _, h := range hashes {
			least = min(least, (h*a+b)>>16)
		}
		f.least[i] = least
	}
	for band := range f.keys {
		key := group
		for _, v := range f.least[band*f.rows : (band+1)*f.rows] {
			key = splitmix.Mix(key ^ v)
		}
		f.keys[band] = key
	}
}
