package sentiment

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"unicode"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/text"
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
	Mix *Head `json:"mix,omitempty"`
	// Classes, if not nil, take the place of Head and Mix. Their features of words
	// are the value of the words; the same multiplied as above; its absolute value;
	// 1 if no word has a valence; the square of the share; the log of the number of
	// words; and with a Blend its log-odds, and these multiplied as above. With a
	// Blend the value of the words counts less the more than 24 words a text has,
	// and not at all from 48.
	Classes *Classes `json:"classes,omitempty"`
	// Familiar, if not nil, sets Novelty and widens standard errors.
	Familiar *Familiar `json:"familiar,omitempty"`
}

// mixedFeatures is the number of features that Mix takes.
const mixedFeatures = 4

// ReadMixed returns a Mixed saved by json.Marshal. Errors wrap ErrFormat.
func ReadMixed(data []byte) (*Mixed, error) {
	var raw struct {
		Lang             string
		Head, Blend, Mix json.RawMessage
		Classes          *Classes
		Familiar         *Familiar
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	m := &Mixed{Lang: raw.Lang, Classes: raw.Classes, Familiar: raw.Familiar}
	var err error
	switch {
	case raw.Head != nil && raw.Blend != nil:
		return nil, fmt.Errorf("%w: want a head or a blend", ErrFormat)
	case raw.Head != nil:
		m.Head, err = Read(raw.Head)
	case raw.Blend != nil:
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

// Rounded returns a copy with weights rounded to 16 bits, as Blend.Rounded does.
func (m *Mixed) Rounded() *Mixed {
	out := *m
	if m.Blend != nil {
		out.Blend = m.Blend.Rounded()
	}
	if m.Classes != nil {
		c := *m.Classes
		c.Weights = c.Weights.rounded()
		out.Classes = &c
	}
	if m.Familiar != nil {
		f := *m.Familiar
		f.Centres = f.Centres.rounded()
		out.Familiar = &f
	}
	return &out
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
	if m.Classes != nil {
		return m.Classes.Dim()
	}
	if m.Blend != nil {
		return m.Blend.Dim()
	}
	return m.Head.Dim()
}

// Encoder returns the name of the model whose vectors it takes.
func (m *Mixed) Encoder() string {
	if m.Classes != nil {
		return m.Classes.Model
	}
	if m.Blend != nil {
		return m.Blend.Model
	}
	return m.Head.Model
}

// Describe returns a description for a report.
func (m *Mixed) Describe() string {
	if m.Classes != nil {
		return fmt.Sprintf("three classes by %s vectors, words, negations and emoji, fitted on %s", m.Classes.Model, m.Classes.Data)
	}
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
	out, err := m.feelings(ctx, texts, x)
	if err != nil {
		return nil, err
	}
	if err := m.widen(x, out); err != nil {
		return nil, err
	}
	for i, s := range texts {
		out[i] = withEmoji(s, out[i])
	}
	return out, nil
}

// feelings scores vectors and words.
func (m *Mixed) feelings(ctx context.Context, texts []string, x mat.Matrix) ([]Feeling, error) {
	if m.Classes != nil {
		return m.classified(ctx, texts, x)
	}
	base, err := m.base(ctx, texts, x)
	if err != nil {
		return nil, err
	}
	return m.Mix.Score(ctx, m.features(texts, base))
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
