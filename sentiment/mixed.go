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

// Mixed combines what a head or a blend reads in a text's vector with the
// text's words (EnglishWords, ChineseWords), which represent negation where the
// vector hardly does, and with its emoji. It is immutable and safe for
// concurrent use.
type Mixed struct {
	Lang  string `json:"lang"` // language of the words: en or zh
	Head  *Head  `json:"head,omitempty"`
	Blend *Blend `json:"blend,omitempty"` // used if Head is nil
	// Mix takes four numbers: the value of the head, or the log-odds of the
	// blend; the value of the words; and each of them again, multiplied by the
	// square of the share of negated evidence in the words, which is reduced for
	// long texts.
	Mix *Head `json:"mix"`
}

// mixedFeatures is the number of features that Mix takes.
const mixedFeatures = 4

// ReadMixed returns a Mixed saved by json.Marshal. Errors wrap ErrFormat.
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
	if raw.Mix != nil {
		if m.Mix, err = Read(raw.Mix); err != nil {
			return nil, err
		}
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, nil
}

// words returns the function that reads words in Lang; nil for an unknown
// language.
func (m *Mixed) words() func(string) Lexical {
	switch m.Lang {
	case string(text.English):
		return EnglishWords
	case string(text.Chinese):
		return ChineseWords
	}
	return nil
}

// base scores the vectors alone.
func (m *Mixed) base(ctx context.Context, texts []string, x mat.Matrix) ([]Feeling, error) {
	if m.Blend == nil && m.Head == nil {
		return nil, fmt.Errorf("%w: neither a Blend nor a Head", ErrDim)
	}
	if m.Blend != nil {
		return m.Blend.Feelings(ctx, texts, x)
	}
	return m.Head.Feelings(ctx, texts, x)
}

// Dim returns the length of the vectors that it takes.
func (m *Mixed) Dim() int {
	if m.Blend != nil {
		return m.Blend.Dim()
	}
	return m.Head.Dim()
}

// Encoder returns the name of the model whose vectors it takes.
func (m *Mixed) Encoder() string {
	if m.Blend != nil {
		return m.Blend.Model
	}
	return m.Head.Model
}

// Describe returns a description for a report.
func (m *Mixed) Describe() string {
	if m.Blend != nil {
		return m.Blend.Describe() + "; words, negations and emoji"
	}
	return m.Head.Describe() + "; words, negations and emoji"
}

// features returns the input of Mix for each text, [len(texts), mixedFeatures].
func (m *Mixed) features(texts []string, base []Feeling) *mat.Dense {
	words := m.words()
	f := mat.NewDense(len(texts), mixedFeatures, nil)
	for i, s := range texts {
		l := words(s)
		v, said := base[i].Value, l.Value
		// In a long text the few words found in the lexicon are less decisive. A
		// blend reads all words and does not need them.
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

// shortText is the number of words up to which a text's negations count in
// full.
const shortText = 12

// logOdds returns the log-odds of a positive text for the value 2p - 1.
func logOdds(value float64) float64 {
	const most = 0.995
	v := min(max(value, -most), most)
	return math.Log((1 + v) / (1 - v))
}

// Feelings returns the sentiment of each text from its words, its emoji and its
// row of x [len(texts), Dim]. A text without a known word or emoji has
// Feeling.Unknown set. Errors wrap ErrDim.
func (m *Mixed) Feelings(ctx context.Context, texts []string, x mat.Matrix) ([]Feeling, error) {
	if err := given(ctx, x); err != nil {
		return nil, err
	}
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

// emojiError is the standard error of one emoji's valence as an estimate of its
// text's sentiment.
const emojiError = 0.45

// withEmoji combines the valences of a text's emoji with the sentiment of its
// words, weighted by their standard errors. Repeated emoji count once.
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

// isWord reports whether a character is part of a word or a number.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// FitMixed fits the weights of a mix to texts with vectors x [len(texts), dim]
// and values y in [-1, 1] given by people: a regression for a head, a logistic
// regression (of y > 0) for a blend. Head or Blend must already be fitted,
// preferably on other texts, because otherwise the mix relies on them too much.
// Errors wrap ErrTraining and ErrDim.
func FitMixed(ctx context.Context, m *Mixed, texts []string, x mat.Matrix, y []float64) error {
	if err := given(ctx, x); err != nil {
		return err
	}
	if m == nil {
		return trainingError("nothing to fit")
	}
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
