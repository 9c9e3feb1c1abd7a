package bert

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// Aggregation is how labels of tokens become entities.
type Aggregation uint8

const (
	// AggregateSimple joins neighbouring tokens of one kind: "B-PER I-PER"
	// becomes one PER. A word may be split if its tokens disagree.
	AggregateSimple Aggregation = iota
	// AggregateNone returns each labelled token as it is.
	AggregateNone
	// AggregateFirst gives a word the label of its first token, then joins words.
	AggregateFirst
	// AggregateAverage gives a word the best label of its tokens' mean scores.
	AggregateAverage
	// AggregateMax gives a word the label of its most confident token.
	AggregateMax
)

// TagOptions say how tokens are tagged.
type TagOptions struct {
	Aggregation Aggregation
	// Ignore lists the labels that are not reported; nil means "O".
	Ignore []string
}

// Entity is a labelled span of a text.
type Entity struct {
	Label      string  // without the tokens' B- or I- prefix, unless not aggregated
	Score      float64 // mean probability of the tokens' (or words') labels
	Start, End int     // bytes in the text
	Text       string  // text[Start:End]
}

// tagged is a token, or a word in the aggregations that vote by word.
type tagged struct {
	start, end int
	word       int
	scores     []float64 // [labels]
	label      int
}

// Tag returns the entities of each text in order of position. It needs a model
// for token classification. Texts longer than the model's limit are read in
// parts that overlap by a quarter, and each token is taken from the part with
// the most context around it. A model without such a head gives ErrNoHead.
func (m *Model) Tag(ctx context.Context, texts []string, o TagOptions) ([][]Entity, error) {
	if m.heads.token == nil {
		return nil, m.noHead("token classification")
	}
	if m.tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	if o.Aggregation > AggregateMax {
		return nil, fmt.Errorf("%w: aggregation %d is none of the known ones", ErrInput, o.Aggregation)
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	j.Sequences.Reset()
	var parts []tokenize.Encoding
	first := make([]int, len(texts)+1) // first[i] is the first part of text i
	for i, text := range texts {
		e, err := m.tokenizer.EncodeWith(text, tokenize.EncodeOptions{MaxLength: m.maxLength, Overflow: true, Stride: m.maxLength / 4})
		if err != nil {
			return nil, fmt.Errorf("bert: text %d: %w", i, err)
		}
		overflow := e.Overflow
		parts = append(parts, *e)
		parts = append(parts, overflow...)
		first[i+1] = len(parts)
	}
	for i := range parts {
		m.addEncoding(&j.Sequences, &parts[i])
	}
	logits, err := m.tokenLogits(ctx, j, m.heads.token)
	if err != nil {
		return nil, err
	}
	out := make([][]Entity, len(texts))
	for i, text := range texts {
		tokens := m.collectTagged(parts[first[i]:first[i+1]], logits[j.Sequences.Offsets[first[i]]*m.heads.token.out.Out:])
		out[i] = m.config.entities(text, tokens, &o)
	}
	return out, nil
}

// collectTagged joins the tokens of a text's parts, whose logits [tokens,
// labels] follow each other. A token in several parts is taken from the one in
// which it is farthest from the ends.
func (m *Model) collectTagged(parts []tokenize.Encoding, logits []float32) []tagged {
	labels := m.heads.token.out.Out
	var out []tagged
	var depth []int
	last := -1 // end of the tokens so far, as an index of out by position
	for p := range parts {
		e := &parts[p]
		k := 0
		for i := range e.IDs {
			row := logits[i*labels : (i+1)*labels]
			if e.SpecialTokensMask[i] != 0 || e.Offsets[i][0] == e.Offsets[i][1] {
				continue
			}
			t := tagged{start: e.Offsets[i][0], end: e.Offsets[i][1], word: e.WordIDs[i], scores: softmax64(row)}
			t.label = argmax(t.scores)
			d := min(i, len(e.IDs)-1-i)
			// Find it among the tokens of earlier parts.
			for k < len(out) && k <= last && (out[k].start < t.start || out[k].start == t.start && out[k].end < t.end) {
				k++
			}
			if k <= last && k < len(out) && out[k].start == t.start && out[k].end == t.end {
				if d > depth[k] {
					out[k], depth[k] = t, d
				}
				k++
				continue
			}
			out, depth = append(out, t), append(depth, d)
		}
		last = len(out) - 1
		logits = logits[len(e.IDs)*labels:]
	}
	return out
}

// entities turns tagged tokens into entities.
func (c *Config) entities(text string, tokens []tagged, o *TagOptions) []Entity {
	ignored := func(label string) bool {
		if o.Ignore == nil {
			return label == "O"
		}
		for _, l := range o.Ignore {
			if l == label {
				return true
			}
		}
		return false
	}
	units := tokens
	if o.Aggregation >= AggregateFirst {
		units = words(tokens, o.Aggregation)
	}
	var out []Entity
	count := 0    // units in the last entity
	open := false // the last entity may grow
	for _, u := range units {
		label := c.Labels[u.label]
		score := u.scores[u.label]
		if ignored(label) {
			open = false
			continue
		}
		begins, kind := splitTag(label)
		if o.Aggregation == AggregateNone {
			out = append(out, Entity{Label: label, Score: score, Start: u.start, End: u.end, Text: text[u.start:u.end]})
			continue
		}
		if open && !begins && out[len(out)-1].Label == kind {
			e := &out[len(out)-1]
			e.Score = (e.Score*float64(count) + score) / float64(count+1)
			e.End = u.end
			e.Text = text[e.Start:e.End]
			count++
			continue
		}
		out = append(out, Entity{Label: kind, Score: score, Start: u.start, End: u.end, Text: text[u.start:u.end]})
		count, open = 1, true
	}
	return out
}

// splitTag splits a tag of the BIO scheme. A label without B- or I- continues
// one of the same kind, as in the reference.
func splitTag(label string) (begins bool, kind string) {
	if kind, ok := strings.CutPrefix(label, "B-"); ok {
		return true, kind
	}
	if kind, ok := strings.CutPrefix(label, "I-"); ok {
		return false, kind
	}
	return false, label
}

// words joins the tokens of each word and lets them vote for its label.
func words(tokens []tagged, how Aggregation) []tagged {
	var out []tagged
	for i := 0; i < len(tokens); {
		n := i + 1
		for n < len(tokens) && tokens[n].word == tokens[i].word {
			n++
		}
		w := tagged{start: tokens[i].start, end: tokens[n-1].end, word: tokens[i].word, scores: tokens[i].scores, label: tokens[i].label}
		switch how {
		case AggregateAverage:
			mean := make([]float64, len(w.scores))
			for _, t := range tokens[i:n] {
				for l, s := range t.scores {
					mean[l] += s / float64(n-i)
				}
			}
			w.scores, w.label = mean, argmax(mean)
		case AggregateMax:
			for _, t := range tokens[i:n] {
				if t.scores[t.label] > w.scores[w.label] {
					w.scores, w.label = t.scores, t.label
				}
			}
		}
		out = append(out, w)
		i = n
	}
	return out
}
