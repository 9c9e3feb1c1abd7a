package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/bert"
)

type answerFlags struct {
	headFlags
	question   string
	impossible bool
	topK       int
	maxTokens  int
	partTokens int
	stride     int
}

func (a *app) answer() *cobra.Command {
	var f answerFlags
	c := verb("answer", "Print the answer that each text gives to a question as a line of JSON", func(ctx context.Context) error { return a.runAnswer(ctx, &f) })
	c.Long = "Print the span of each text that answers a question as a line of JSON with the keys of\ntransformers' pipeline question-answering: {\"score\",\"start\",\"end\",\"answer\"}, or with --top-k above\n1 a list of these, best first. The positions \"start\" and \"end\" count bytes of the text in UTF-8.\nTexts of any length are read whole, in parts that overlap. A text without words has the empty\nanswer with score 0."
	c.Example = "  cohort answer --model DIR --question \"What broke?\" --in reviews.csv --text-column review --handle-impossible-answer"
	s := c.Flags()
	f.add(s)
	s.StringVar(&f.question, "question", "", "what the texts are to answer")
	s.BoolVar(&f.impossible, "handle-impossible-answer", false, "let the empty answer compete, which says that the text has none (for models trained on such questions)")
	s.IntVar(&f.topK, "top-k", 1, "print this many answers; more than 1 as a list")
	s.IntVar(&f.maxTokens, "max-answer-len", 15, "the longest answer in tokens")
	s.IntVar(&f.partTokens, "max-seq-len", 384, "length in tokens of the parts in which a long text is read, question included; at most what the model reads")
	s.IntVar(&f.stride, "doc-stride", 0, "tokens by which these parts overlap (0 means 128, or half their length)")
	groupFlags(c)
	return c
}

// answerLine is an answer; keys as in transformers.
type answerLine struct {
	Score  float64 `json:"score"`
	Start  int     `json:"start"` // bytes, as End
	End    int     `json:"end"`
	Answer string  `json:"answer"`
}

func (a *app) runAnswer(ctx context.Context, f *answerFlags) error {
	if err := need([2]string{"question", f.question}); err != nil {
		return err
	}
	if f.topK < 1 || f.maxTokens < 1 || f.partTokens < 1 || f.stride < 0 {
		return usagef("--top-k, --max-answer-len and --max-seq-len must be at least 1, --doc-stride not negative")
	}
	o := bert.AnswerOptions{TopK: f.topK, MaxTokens: f.maxTokens, PartTokens: f.partTokens, Stride: f.stride, NoAnswer: f.impossible}
	unanswered := map[string]int{"unanswered": 0}
	return a.runHead(ctx, &f.headFlags, &headVerb{
		name: "answer", task: bert.TaskAnswer, counts: unanswered,
		lines: func(ctx context.Context, m *bert.Model, block []numbered) ([]any, error) {
			lines := make([]any, len(block))
			for i, n := range block {
				got, err := m.Answer(ctx, f.question, n.text, o)
				if err != nil {
					return nil, n.at(err)
				}
				answers := make([]answerLine, len(got))
				for k, g := range got {
					answers[k] = answerLine{g.Score, g.Start, g.End, g.Text}
				}
				if len(got) == 0 || got[0].Text == "" {
					unanswered["unanswered"]++
				}
				switch {
				case f.topK > 1:
					lines[i] = answers
				case len(answers) == 0:
					lines[i] = answerLine{}
				default:
					lines[i] = answers[0]
				}
			}
			return lines, nil
		},
	})
}
