package bert

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// AnswerOptions configure [Model.Answer]. The zero value matches transformers'
// question-answering pipeline.
type AnswerOptions struct {
	TopK      int // the number of answers; 0 means 1
	MaxTokens int // the longest answer in tokens; 0 means 15
	// PartTokens is the length of the parts in which a long context is read,
	// question and special tokens included; 0 means 384. It is at most what the
	// model reads.
	PartTokens int
	// Stride is the number of tokens by which these parts overlap; 0 means 128,
	// or half of PartTokens if that is less. If the question leaves no room for
	// it, it is half of the room.
	Stride int
	// NoAnswer adds the answer that the context contains none, with an empty
	// Text, to the candidates. It is for models trained on such questions
	// (SQuAD 2.0).
	NoAnswer bool
}

// Answer is a span of the context that answers the question.
type Answer struct {
	Text       string // context[Start:End]
	Start, End int    // bytes in the context; whole words
	// Score is the probability of the start times that of the end. As in
	// transformers, the scores of the best spans are added up if their texts are
	// equal but for case, such as those within one word or in several parts of
	// the context, so that it may be above 1.
	Score float64
}

// questionSpans are the best spans of one part of the context, and the score of
// that part having no answer.
type questionSpans struct {
	best []Answer
	none float64
}

// Answer returns the most likely answers to a question within a context, best
// first. It needs a model for extractive question answering. A context longer
// than the model's limit is read in overlapping parts. Fewer than TopK answers,
// or none, are returned if the context has no more. A model without such a head
// gives ErrNoHead; a question that leaves no room for the context gives
// ErrInput.
func (m *Model) Answer(ctx context.Context, question, text string, o AnswerOptions) ([]Answer, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.heads.question == nil {
		return nil, m.noHead(TaskAnswer)
	}
	if m.tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	if o.TopK < 0 || o.MaxTokens < 0 || o.Stride < 0 || o.PartTokens < 0 {
		return nil, fmt.Errorf("%w: negative AnswerOptions %+v", ErrInput, o)
	}
	topK, maxTokens := max(o.TopK, 1), cmp.Or(o.MaxTokens, 15)
	length := min(cmp.Or(o.PartTokens, 384), m.maxLength)
	maxTokens = min(maxTokens, length)
	q, err := m.tokenizer.EncodeWith(question, tokenize.EncodeOptions{NoSpecialTokens: true})
	if err != nil {
		return nil, fmt.Errorf("bert: question: %w", err)
	}
	room := length - len(q.IDs) - m.tokenizer.SpecialTokens(true)
	if room < 1 {
		return nil, fmt.Errorf("%w: the question has %d tokens, which leaves no room for the context within %d", ErrInput, len(q.IDs), length)
	}
	stride := cmp.Or(o.Stride, min(128, length/2))
	if stride >= room {
		stride = room / 2
	}
	e, err := m.tokenizer.EncodePair(question, text, tokenize.EncodeOptions{
		MaxLength: length, Strategy: tokenize.OnlySecond, Overflow: true, Stride: stride,
	})
	if err != nil {
		return nil, fmt.Errorf("bert: %w", err)
	}
	parts := append([]tokenize.Encoding{*e}, e.Overflow...)
	j := m.runner.Job()
	defer m.runner.Release(j)
	j.Sequences.Reset()
	for i := range parts {
		m.addEncoding(&j.Sequences, &parts[i])
	}
	logits, err := m.tokenLogits(ctx, j, m.heads.question) // [tokens, 2]
	if err != nil {
		return nil, err
	}
	found := make([]questionSpans, len(parts))
	for i := range parts {
		from, to := j.Sequences.Span(i)
		found[i] = spans(&parts[i], text, logits[2*from:2*to], maxTokens, spansFor(topK))
	}
	return joinSpans(found, topK, o.NoAnswer), nil
}

// spansFor returns the number of spans of each part that are considered for k
// answers. As in transformers it is larger, since some become the same answer.
func spansFor(k int) int { return 2*min(k, math.MaxInt32) + 10 }

// joinSpans joins the spans of all parts of a context to at most k answers.
func joinSpans(parts []questionSpans, k int, noAnswer bool) []Answer {
	var out []Answer
	place := make(map[string]int) // in out, by the text in lower case
	none := math.Inf(1)           // the minimum over all parts: an answer in one of them is enough
	for _, p := range parts {
		none = min(none, p.none)
		for _, a := range p.best {
			key := strings.ToLower(a.Text)
			if i, ok := place[key]; ok {
				out[i].Score += a.Score
				continue
			}
			place[key] = len(out)
			out = append(out, a)
		}
	}
	if noAnswer {
		out = append(out, Answer{Score: none})
	}
	slices.SortStableFunc(out, func(a, b Answer) int { return cmp.Compare(b.Score, a.Score) })
	return out[:min(k, len(out))]
}

// spans returns the n best spans of one part, as whole words; logits is
// [tokens, 2]. As in transformers, starts and ends are softmaxed over the context's tokens and the
// first one, [CLS], which stands for having no answer.
func spans(e *tokenize.Encoding, text string, logits []float32, maxTokens, n int) questionSpans {
	inContext := func(i int) bool { return e.SequenceIDs[i] == 1 && e.Offsets[i][0] < e.Offsets[i][1] }
	counts := func(i int) bool { return inContext(i) || i == 0 && e.SpecialTokensMask[0] != 0 }
	start, end := make([]float64, len(e.IDs)), make([]float64, len(e.IDs))
	for o, p := range [][]float64{start, end} {
		peak, sum := math.Inf(-1), 0.0
		for i := range p {
			if counts(i) {
				peak = max(peak, float64(logits[2*i+o]))
			}
		}
		for i := range p {
			if counts(i) {
				p[i] = math.Exp(float64(logits[2*i+o]) - peak)
				sum += p[i]
			}
		}
		for i := range p {
			if sum > 0 {
				p[i] /= sum
			}
		}
	}
	none := 0.0
	if len(start) > 0 && !inContext(0) {
		none = start[0] * end[0]
	}
	maxTokens = min(maxTokens, len(e.IDs))
	type span struct {
		from, to int
		score    float64
	}
	var best []span
	for i := range e.IDs {
		for k := i; k < min(i+maxTokens, len(e.IDs)) && inContext(i) && inContext(k); k++ {
			best = append(best, span{i, k, start[i] * end[k]})
		}
	}
	slices.SortStableFunc(best, func(a, b span) int { return cmp.Compare(b.score, a.score) })
	out := questionSpans{none: none}
	for _, s := range best[:min(n, len(best))] {
		from, to := s.from, s.to
		for from > 0 && inContext(from-1) && e.WordIDs[from-1] == e.WordIDs[from] {
			from--
		}
		for to+1 < len(e.IDs) && inContext(to+1) && e.WordIDs[to+1] == e.WordIDs[to] {
			to++
		}
		a := Answer{Start: e.Offsets[from][0], End: e.Offsets[to][1], Score: s.score}
		a.Text = text[a.Start:a.End]
		out.best = append(out.best, a)
	}
	return out
}
