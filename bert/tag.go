package bert

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// Aggregation is how labels of tokens become entities.
type Aggregation uint8

// The values of Aggregation, as transformers' aggregation_strategy names them.
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
	// Ignore lists the labels and, with an Aggregation, the kinds of entities that
	// are not reported; nil means the label "O".
	Ignore []string
}

// Entity is a labelled span of a text.
type Entity struct {
	Label      string  // without the tokens' prefix such as B-, unless not aggregated
	Score      float64 // mean probability of the tokens' (or words') labels
	Start, End int     // bytes in the text
	Text       string  // text[Start:End]
	// Tokens are the entity's tokens, as in the vocabulary, with the text itself
	// in place of unknown ones.
	Tokens []string
	// Index is the first token's position among those of the text, counting
	// from 0 and with the special tokens around it.
	Index int
}

// tagged is a token, or a word in the aggregations that vote by word.
type tagged struct {
	start, end int
	word       int
	index      int
	tokens     []string
	scores     []float64 // [labels]
	label      int
}

// Tag returns the entities of each text in order of position. It needs a model
// for token classification. Texts longer than the model's limit are read in
// parts that overlap by a quarter, and each token is taken from the part with
// the most context around it. A model without such a head gives ErrNoHead.
func (m *Model) Tag(ctx context.Context, texts []string, o TagOptions) ([][]Entity, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.heads.token == nil {
		return nil, m.noHead(TaskTag)
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
	labels := m.heads.token.out.Out
	out := make([][]Entity, len(texts))
	for i, text := range texts {
		tokens := collectTagged(m.tokenizer, text, parts[first[i]:first[i+1]], logits[j.Sequences.Offsets[first[i]]*labels:], labels)
		out[i] = m.config.entities(text, tokens, &o)
	}
	return out, nil
}

// collectTagged joins the tokens of a text's parts, whose logits [tokens,
// labels] follow each other. A token in several parts is taken from the one in
// which it is farthest from the ends.
func collectTagged(tokenizer *tokenize.Tokenizer, text string, parts []tokenize.Encoding, logits []float32, labels int) []tagged {
	unknown, hasUnknown := tokenizer.UnknownID()
	leading := 0 // special tokens before the text
	if len(parts) > 0 {
		for leading < parts[0].Len() && parts[0].SpecialTokensMask[leading] != 0 {
			leading++
		}
	}
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
					t.tokens, t.index = out[k].tokens, out[k].index
					out[k], depth[k] = t, d
				}
				k++
				continue
			}
			name := text[t.start:t.end]
			if id := e.IDs[i]; !hasUnknown || id != unknown {
				name, _ = tokenizer.Token(id)
			}
			t.tokens, t.index = []string{name}, leading+len(out)
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
		return slices.Contains(o.Ignore, label)
	}
	units := tokens
	if o.Aggregation >= AggregateFirst {
		units = words(tokens, o.Aggregation)
	}
	tags := splitTags(c.Labels)
	var out []Entity
	count := 0    // units in the last entity
	open := false // the last entity may grow
	for _, u := range units {
		label, score, t := c.Labels[u.label], u.scores[u.label], tags[u.label]
		aggregated := o.Aggregation != AggregateNone
		// B-O begins an entity of the kind O, unlike O, which is none.
		if ignored(label) || aggregated && o.Ignore != nil && ignored(t.kind) {
			open = false
			continue
		}
		if open && !t.begins && out[len(out)-1].Label == t.kind {
			e := &out[len(out)-1]
			e.Score = (e.Score*float64(count) + score) / float64(count+1)
			e.End = u.end
			e.Text = text[e.Start:e.End]
			e.Tokens = append(e.Tokens, u.tokens...)
			count++
			open = !t.ends
			continue
		}
		e := Entity{Label: label, Score: score, Start: u.start, End: u.end, Text: text[u.start:u.end], Tokens: slices.Clone(u.tokens), Index: u.index}
		if aggregated {
			e.Label = t.kind
		}
		out = append(out, e)
		count, open = 1, aggregated && !t.ends
	}
	return out
}

// tag is a label in two parts: where in an entity its tokens stand, and of
// what kind the entity is.
type tag struct {
	begins, ends bool
	kind         string
}

// splitTags splits labels of the schemes IOB and BIOES (or BILOU, which has
// other letters for the same). A letter counts as one of BIOES if the labels
// have the same kind with B- or I-, so that "E-mail" is a kind. A label without
// prefix continues one of the same kind, as in transformers.
func splitTags(labels []string) []tag {
	tags := make([]tag, len(labels))
	for i, label := range labels {
		prefix, kind, ok := strings.Cut(label, "-")
		tags[i] = tag{kind: label}
		switch {
		case !ok:
		case prefix == "B":
			tags[i] = tag{begins: true, kind: kind}
		case prefix == "I":
			tags[i] = tag{kind: kind}
		case !slices.Contains(labels, "B-"+kind) && !slices.Contains(labels, "I-"+kind):
		case prefix == "E" || prefix == "L": // end, last
			tags[i] = tag{ends: true, kind: kind}
		case prefix == "S" || prefix == "U": // single, unit
			tags[i] = tag{begins: true, ends: true, kind: kind}
		}
	}
	return tags
}

// words joins the tokens of each word and lets them vote for its label.
func words(tokens []tagged, how Aggregation) []tagged {
	var out []tagged
	for i := 0; i < len(tokens); {
		n := i + 1
		for n < len(tokens) && tokens[n].word == tokens[i].word {
			n++
		}
		w := tagged{start: tokens[i].start, end: tokens[n-1].end, word: tokens[i].word, index: tokens[i].index, scores: tokens[i].scores, label: tokens[i].label}
		for _, t := range tokens[i:n] {
			w.tokens = append(w.tokens, t.tokens...)
		}
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
