package sentiment

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"unicode"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/emoji"
)

// Mixed weighs what a head or a blend reads in a text's vector against what the
// text's words say (EnglishWords, ChineseWords), which know a negation where the
// vector hardly does; emoji count too. It is immutable and may be shared by
// goroutines.
type Mixed struct {
	Lang  string `json:"lang"` // whose words are read: en or zh
	Head  *Head  `json:"head,omitempty"`
	Blend *Blend `json:"blend,omitempty"` // or this
	// Mix weighs four numbers: what the head says, or the blend in log-odds, what the
	// words say, and each of them once more times the square of the share that
	// negations have in the latter, less for long texts.
	Mix *Head `json:"mix"`
}

// mixedFeatures is the length of what Mix reads.
const mixedFeatures = 4

// ReadMixed returns what json.Marshal saved. Errors wrap ErrFormat.
func ReadMixed(data []byte) (*Mixed, error) {
	var raw struct {
		Lang             string
		Head, Blend, Mix json.RawMessage
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	m := &Mixed{Lang: raw.Lang}
	var err error
	switch {
	case (raw.Head == nil) == (raw.Blend == nil):
		return nil, fmt.Errorf("%w: want a head or a blend", ErrFormat)
	case raw.Head != nil:
		m.Head, err = Read(raw.Head)
	default:
		m.Blend, err = ReadBlend(raw.Blend)
	}
	if err != nil {
		return nil, err
	}
	if raw.Mix == nil {
		return nil, fmt.Errorf("%w: no mix", ErrFormat)
	}
	if m.Mix, err = Read(raw.Mix); err != nil {
		return nil, err
	}
	if len(m.Mix.Weights) != mixedFeatures || m.words() == nil {
		return nil, fmt.Errorf("%w: a mix of %d weights for %q, want %d for en or zh", ErrFormat, len(m.Mix.Weights), m.Lang, mixedFeatures)
	}
	return m, nil
}

// words reads the words of a text in the language; nil for one it does not know.
func (m *Mixed) words() func(string) Lexical {
	switch m.Lang {
	case string(text.English):
		return EnglishWords
	case string(text.Chinese):
		return ChineseWords
	}
	return nil
}

// base reads the vectors.
func (m *Mixed) base(ctx context.Context, texts []string, x mat.Matrix) ([]Feeling, error) {
	if m.Blend != nil {
		return m.Blend.Feelings(ctx, texts, x)
	}
	return m.Head.Feelings(ctx, texts, x)
}

// Dim is the length of the vectors that it reads.
func (m *Mixed) Dim() int {
	if m.Blend != nil {
		return m.Blend.Dim()
	}
	return m.Head.Dim()
}

// Encoder is the name of the model whose vectors it reads.
func (m *Mixed) Encoder() string {
	if m.Blend != nil {
		return m.Blend.Model
	}
	return m.Head.Model
}

// Describe names it for a report.
func (m *Mixed) Describe() string {
	if m.Blend != nil {
		return m.Blend.Describe() + "; words, negations and emoji"
	}
	return m.Head.Describe() + "; words, negations and emoji"
}

// features are what Mix reads of each text, [len(texts), mixedFeatures].
func (m *Mixed) features(texts []string, base []Feeling) *mat.Dense {
	words := m.words()
	f := mat.NewDense(len(texts), mixedFeatures, nil)
	for i, s := range texts {
		l := words(s)
		v, said := base[i].Value, l.Value
		// In a long text the few words that the lexicon has decide less; a blend reads
		// all of its words, and needs none of these.
		share := min(1, shortText/float64(max(l.Words, 1)))
		if m.Blend != nil {
			v = logOdds(v)
			share = min(1, max(0, 2-float64(l.Words)/shortText))
			said *= share
		}
		turned := l.Negated * l.Negated * share
		f.SetRow(i, []float64{v, said, turned * v, turned * said})
	}
	return f
}

// shortText is up to how many words a text's negations count in full.
const shortText = 12

// logOdds are those of a positive text, by the value 2p - 1.
func logOdds(value float64) float64 {
	const most = 0.995
	v := min(max(value, -most), most)
	return math.Log((1 + v) / (1 - v))
}

// Feelings returns the feeling of each text from its words, its emoji and its row
// of x [len(texts), Dim]. Of a text without a word or an emoji that is known
// nothing is told (Feeling.Unknown). Errors wrap ErrDim.
func (m *Mixed) Feelings(ctx context.Context, texts []string, x mat.Matrix) ([]Feeling, error) {
	if n, d := x.Dims(); n != len(texts) {
		return nil, fmt.Errorf("%w: got vectors [%d, %d] for %d texts", ErrDim, n, d, len(texts))
	}
	if len(texts) == 0 {
		return nil, nil
	}
	base, err := m.base(ctx, texts, x)
	if err != nil {
		return nil, err
	}
	out, err := m.Mix.Score(ctx, m.features(texts, base))
	if err != nil {
		return nil, err
	}
	for i, s := range texts {
		out[i] = withEmoji(s, out[i])
	}
	return out, nil
}

// emojiError is the standard error of one emoji's valence as an estimate of how
// its text feels.
const emojiError = 0.45

// withEmoji weighs what a text's emoji say against the feeling of its words, by
// their standard errors. Those of a kind count once.
func withEmoji(s string, words Feeling) Feeling {
	said := false
	sum, n := 0.0, 0
	seen := map[string]bool{}
	at := 0
	for {
		start, end, ok := emoji.Next(s, at)
		if !ok {
			break
		}
		said = said || strings.ContainsFunc(s[at:start], isWord)
		if v, known := emoji.Valence(s[start:end]); known && !seen[s[start:end]] {
			seen[s[start:end]] = true
			sum += v
			n++
		}
		at = end
	}
	said = said || strings.ContainsFunc(s[at:], isWord)
	switch {
	case n == 0 && !said:
		return Feeling{Unknown: true}
	case n == 0:
		return words
	case !said:
		return Feeling{Value: sum / float64(n), StdErr: emojiError / math.Sqrt(float64(n))}
	}
	if words.StdErr == 0 {
		words.StdErr = emojiError
	}
	own, theirs := 1/(words.StdErr*words.StdErr), 1/(emojiError*emojiError)
	all := own + float64(n)*theirs
	return Feeling{Value: (words.Value*own + sum*theirs) / all, StdErr: 1 / math.Sqrt(all)}
}

// isWord tells whether a character is part of a word or a number.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// FitMixed fits the weights of a mix to texts with vectors x [len(texts), dim] and
// the values y in [-1, 1] that people gave them: a regression for a head, a
// logistic regression (of y > 0) for a blend. Head and Blend must be fitted, and
// better on other texts, or the mix trusts them too much. Errors wrap ErrTraining
// and ErrDim.
func FitMixed(ctx context.Context, m *Mixed, texts []string, x mat.Matrix, y []float64) error {
	if m.words() == nil || len(y) != len(texts) {
		return trainingError("language %q, %d texts and %d values", m.Lang, len(texts), len(y))
	}
	base, err := m.base(ctx, texts, x)
	if err != nil {
		return err
	}
	f := m.features(texts, base)
	if m.Blend == nil {
		m.Mix, err = FitRidge(ctx, []Rated{{X: f, Y: y}}, RidgeOptions{Penalties: []float64{0.1, 1}})
		return err
	}
	positive := make([]bool, len(y))
	for i, v := range y {
		positive[i] = v > 0
	}
	m.Mix, err = FitLogistic(ctx, f, positive, LogisticOptions{Penalties: []float64{0.01, 0.1}})
	return err
}
