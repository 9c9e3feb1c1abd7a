package engine

import (
	"cmp"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Precision is how weights are stored and multiplied.
type Precision uint8

const (
	Float32 Precision = iota // as in the checkpoint
	Int8                     // a scale per output channel, activations quantised row by row
)

// Spec describes an encoder. Without Blocks it is BERT's: embeddings,
// LayerNorm, then layers of attention and feed-forward blocks with LayerNorm
// after each residual sum (Devlin et al. 2018, arXiv:1810.04805), which have a
// faster path.
type Spec struct {
	Vocab     int // rows of the token table
	Positions int // rows of the position table
	Types     int // rows of the token type table, 0 if there is none

	Hidden       int // features of a token between layers
	Embedding    int // features of the tables
	Intermediate int // features inside the feed-forward block
	Output       int // features of the encoder's output, 0: Hidden
	Layers       int
	Heads        int // divides Hidden

	// RelativeBuckets is the number of rows of the relative attention bias, 0 if
	// there is none.
	RelativeBuckets int
	// PadRow, if not negative, is the id of the padding token and the number of
	// its position; other tokens are counted from the next position. If PadRow
	// is negative, every token is counted, from 0.
	PadRow int32
	// Activation is the feed-forward block's activation, a name in package
	// activation.
	Activation string
	// NormEps is what LayerNorms add to the variance.
	NormEps float64

	// Blocks describe the layers one by one, if they differ from BERT's.
	Blocks []Block
	// Trigrams concatenates each token's embedding with those of its neighbours
	// before the projection; positions and types, of Hidden features, are added
	// afterwards (MobileBERT). The neighbour after a text's last token is zero,
	// or the token Pad if the text is padded, as in the reference
	// implementation.
	Trigrams bool
	Pad      int32
	// ProjectFirst: embeddings are projected before their norm, of Hidden
	// features, and not after it.
	ProjectFirst bool
	// EmbeddingScale, if not 0, multiplies the token embeddings.
	EmbeddingScale float64
	// RelativeMax is the distance at which the buckets of relative positions
	// end; 0 means 128.
	RelativeMax int
}

// relativeMax is the distance at which the buckets of relative positions end.
func (s *Spec) relativeMax() int { return cmp.Or(s.RelativeMax, relativeMaxDistance) }

// Width returns the number of features of the encoder's output.
func (s *Spec) Width() int { return cmp.Or(s.Output, s.Hidden) }

// headDim is the number of features of one attention head.
func (s *Spec) headDim() int { return s.Hidden / s.Heads }

// AppendPositions appends the position of each token of one text.
func (s *Spec) AppendPositions(dst []int32, ids []int32) []int32 {
	if s.PadRow < 0 {
		for i := range ids {
			dst = append(dst, int32(i))
		}
		return dst
	}
	next := s.PadRow + 1
	for _, id := range ids {
		if id == s.PadRow {
			dst = append(dst, s.PadRow)
			continue
		}
		dst = append(dst, next)
		next++
	}
	return dst
}

// projectsInputs reports whether the first layer's projections are an
// inputProjection. With int8, a product costs little more than reading the
// rows.
func (s *Spec) projectsInputs(precision Precision) bool {
	return precision == Float32 && s.Blocks == nil && s.Embedding == s.Hidden && s.Layers > 1
}

// layerBytes returns the memory of the packed matrices of one layer.
func (s *Spec) layerBytes(how kernel.Format) int {
	h, wide, total := s.Hidden, s.Intermediate, 0
	for _, shape := range [][2]int{{h, h}, {2 * h, h}, {h, h}, {wide, h}, {h, wide}} {
		total += how.Bytes(shape[0], shape[1])
	}
	return total
}

// strassenLayers returns how many layers, from the first on, use Strassen's
// algorithm for their products: as many as keep the memory within 1.3 times the
// float32 weights plus 16 MB, if it pays off at all.
func (s *Spec) strassenLayers(precision Precision) int {
	plain := s.layerBytes(kernel.FormatFloat32)
	more := s.layerBytes(kernel.FormatStrassen) - plain
	if precision == Int8 || s.Blocks != nil || more <= 0 || !kernel.StrassenPays() {
		return 0
	}
	tables := 4 * s.Embedding * (s.Vocab + s.Positions + s.Types)
	weights := tables + s.Layers*plain
	return min(s.Layers, (weights*3/10+16<<20)/more)
}

// layerFormat returns how layer i of the encoder is packed; strassen is the
// result of strassenLayers.
func (p Precision) layerFormat(i, strassen int) kernel.Format {
	if i < strassen {
		return kernel.FormatStrassen
	}
	return p.format()
}
