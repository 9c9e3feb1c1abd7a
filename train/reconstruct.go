package train

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/unsaved"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// Reconstruct wants the vector of a text that has lost random words to say the whole
// text: a decoder writes it, token by token, from the vector alone. It is TSDAE (Wang,
// Reimers and Gurevych 2021, arXiv:2104.06979), for users without labels. The
// decoder begins as the encoder's first layers, is trained along with it and then
// left behind. Unlike that paper's it has parameters of its own, fewer layers, no
// dropout, and writes none but the tokens of the examples, which costs less. The loss
// is the mean cross-entropy of a token.
type Reconstruct struct {
	unsaved.State

	Delete float64 // probability of a word to be deleted; 0: 0.6
	Layers int     // of the decoder; 0: 1

	model   *bert.Model
	encoder *bert.Encoder
	threads int
	row     map[int]int32 // of a token's id in the decoder's table
	decoder *decoder
	all     []parameter
}

func (l *Reconstruct) settings() string { return fmt.Sprintf("reconstruct %g %d", l.Delete, l.Layers) }

func (*Reconstruct) needsDropout() bool { return false }

func (l *Reconstruct) parameters() []parameter { return l.all }

// reads takes what the decoder begins with.
func (l *Reconstruct) reads(m *bert.Model, e *bert.Encoder, threads int) {
	l.model, l.encoder, l.threads = m, e, threads
}

const mostLayers = 100 // of a decoder

func (l *Reconstruct) prepare(examples []string, dim int, seed uint64) (err error) {
	if l.Delete, err = deletion(l.Delete); err != nil {
		return err
	}
	if l.Layers == 0 {
		l.Layers = 1
	}
	if l.Layers < 0 || l.Layers > mostLayers {
		return optionError("the decoder has %d layers, want 1 to %d", l.Layers, mostLayers)
	}
	if l.model.Tokenizer() == nil {
		return bert.ErrNoTokenizer
	}
	l.row = map[int]int32{}
	var ids []int
	most := 0
	for _, e := range examples {
		t, err := l.ids(e)
		if err != nil {
			return err
		}
		most = max(most, len(t)-1)
		for _, id := range t {
			if _, ok := l.row[id]; !ok {
				l.row[id] = -1
				ids = append(ids, id)
			}
		}
	}
	if most < 1 {
		return exampleError("no text has two tokens, of which one could be written after the other")
	}
	slices.Sort(ids)
	for i, id := range ids {
		l.row[id] = int32(i)
	}
	l.decoder, l.all = newDecoder(l.encoder, ids, l.Layers, most, dim, seed)
	return nil
}

// ids returns the tokens of a text, special ones included.
func (l *Reconstruct) ids(text string) ([]int, error) {
	enc, err := l.model.Tokenizer().EncodeWith(text, tokenize.EncodeOptions{MaxLength: l.model.MaxLength()})
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	out := make([]int, len(enc.IDs))
	for i, id := range enc.IDs {
		out[i] = int(id)
	}
	return out, nil
}

func (l *Reconstruct) texts(dst []string, e string, r *rand.Rand) []string {
	return append(dst, lose(e, l.Delete, r))
}

// decodedAtOnce is the number of texts whose decoding is in memory at once.
const decodedAtOnce = 32

func (l *Reconstruct) value(b *batch[string]) float64 {
	var all [][]int32
	n := 0
	for _, e := range b.examples {
		ids, err := l.ids(e)
		if err != nil { // cannot be: prepare has done the same
			panic(err)
		}
		rows := make([]int32, len(ids))
		for i, id := range ids {
			rows[i] = l.row[id]
		}
		all = append(all, rows)
		n += max(0, len(rows)-1)
	}
	sum := 0.0
	for from := 0; from < len(all); from += decodedAtOnce {
		to := min(len(all), from+decodedAtOnce)
		if !slices.ContainsFunc(all[from:to], func(t []int32) bool { return len(t) > 1 }) {
			continue
		}
		loss, gradient, err := l.decoder.loss(b.vectors[from*b.dim:to*b.dim], all[from:to], 1/float64(max(n, 1)), l.threads)
		if err != nil { // ag has nothing that can fail here
			panic(err)
		}
		sum += loss
		copy(b.gradient[from*b.dim:to*b.dim], gradient)
	}
	return sum
}
