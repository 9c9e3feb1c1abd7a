package train

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Twice tells a text from the others in the batch by a second pass with other
// dropout: unsupervised SimCSE (Gao, Yao and Chen 2021, arXiv:2104.08821).
type Twice struct {
	Scale float64 // 0: 20

	plain
}

func (l *Twice) settings() string { return fmt.Sprintf("twice %g", l.Scale) }

func (*Twice) needsDropout() bool { return true }

func (l *Twice) prepare(examples []string, _ int, _ uint64) (err error) {
	if len(examples) < 2 {
		return exampleError("a single text has nothing to be told from")
	}
	l.Scale, err = scaleOr(l.Scale, 20)
	return err
}

func (l *Twice) texts(dst []string, e string, _ *rand.Rand) []string { return append(dst, e, e) }

func (l *Twice) value(b *batch[string]) float64 { return tell(b, l.Scale, false) }

// Denoise tells the whole of a text from the others in the batch by a part of it
// that has lost random words. The noise is TSDAE's (Wang, Reimers and Gurevych 2021,
// arXiv:2104.06979); where that trains a decoder to write the text, as Reconstruct
// does, the vectors are compared, which costs less.
type Denoise struct {
	Delete float64 // probability of a word to be deleted; 0: 0.6
	Scale  float64 // 0: 20

	plain
}

func (l *Denoise) settings() string { return fmt.Sprintf("denoise %g %g", l.Delete, l.Scale) }

func (l *Denoise) prepare(examples []string, _ int, _ uint64) (err error) {
	if len(examples) < 2 {
		return exampleError("a single text has nothing to be told from")
	}
	if l.Delete, err = deletion(l.Delete); err != nil {
		return err
	}
	l.Scale, err = scaleOr(l.Scale, 20)
	return err
}

func (l *Denoise) texts(dst []string, e string, r *rand.Rand) []string {
	return append(dst, lose(e, l.Delete, r), e)
}

// deletion returns the probability of a word to be deleted, or its default.
func deletion(p float64) (float64, error) {
	if p == 0 {
		return 0.6, nil
	}
	if !(p > 0 && p < 1) {
		return 0, optionError("the probability to delete a word is %g, want more than 0 and less than 1", p)
	}
	return p, nil
}

// lose deletes words of a text with probability p; one is kept at least. In texts
// without spaces it deletes characters.
func lose(e string, p float64, r *rand.Rand) string {
	words, space := strings.Fields(e), " "
	if len(words) < 2 {
		words, space = strings.Split(e, ""), ""
	}
	if len(words) == 0 {
		return e
	}
	keep := r.IntN(len(words))
	var kept []string
	for i, w := range words {
		if r.Float64() >= p || i == keep {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, space)
}

func (l *Denoise) value(b *batch[string]) float64 { return tell(b, l.Scale, false) }
