package bert

import (
	"context"
	"errors"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited: those of a
// model and those of every call.
func TestHostileNumbers(t *testing.T) {
	texts := someTexts(20, 40)
	testdir.HostileNumbers(t, Options{Threads: 1}, func(ctx context.Context, o Options) error {
		m, err := Load(tiny, o)
		if err != nil {
			return err
		}
		defer m.Close()
		_, err = m.Embed(ctx, texts)
		return err
	}, ErrInput)
	m := loadTiny(t, Options{})
	testdir.HostileNumbers(t, EmbedOptions{}, func(ctx context.Context, o EmbedOptions) error {
		_, err := m.EmbedWith(ctx, texts, o)
		if _, other := m.TokenizeWith(texts, o); err == nil {
			err = other
		}
		return err
	}, ErrInput)
	for _, late := range []bool{false, true} {
		testdir.HostileNumbers(t, LongOptions{Late: late}, func(ctx context.Context, o LongOptions) error {
			_, err := m.EmbedLong(ctx, texts, o)
			return err
		}, ErrInput)
	}
	answers := loadHead(t, "bert-question-answering", Options{})
	testdir.HostileNumbers(t, AnswerOptions{}, func(ctx context.Context, o AnswerOptions) error {
		_, err := answers.Answer(ctx, "who?", texts[7], o)
		return err
	}, ErrInput)
	tags := loadHead(t, "bert-token-classification", Options{})
	testdir.HostileNumbers(t, TagOptions{}, func(ctx context.Context, o TagOptions) error {
		_, err := tags.Tag(ctx, texts, o)
		return err
	}, ErrInput)
	testdir.HostileNumbers(t, AdapterOptions{}, func(_ context.Context, o AdapterOptions) error {
		tree, err := m.Encoder()
		if err != nil {
			return err
		}
		_, err = tree.Trainable().AddAdapters(o)
		return err
	}, ErrInput)
	masks := loadHead(t, "bert-masked-lm", Options{})
	testdir.HostileNumbers(t, struct{ TopK int }{}, func(ctx context.Context, o struct{ TopK int }) error {
		_, err := masks.FillMask(ctx, "the [MASK] is good", o.TopK)
		return err
	}, ErrInput)
	testdir.HostileNumbers(t, Input{IDs: []int32{2, 3}}, func(ctx context.Context, o Input) error {
		_, err := m.EmbedIDs(ctx, []Input{o})
		if _, other := m.EncodeIDs(ctx, []Input{o}); (err == nil) != (other == nil) {
			t.Errorf("%+v: %v, %v", o, err, other)
		}
		_, logits := masks.Logits(ctx, []Input{o})
		return errors.Join(err, logits)
	}, ErrInput)
}

// FuzzOptions: whatever a model's and a call's options say, an ErrInput or
// vectors of the right number and length.
func FuzzOptions(f *testing.F) {
	f.Add(1, 64, uint8(0), 0, uint8(0), 0, "", "", false, 0, 0, uint8(0), false, 0, false)
	f.Add(2, 1<<40, uint8(1), 8, uint8(5), 6, "query", "x", true, -1, 1<<62, uint8(2), true, 3, true)
	texts := []string{"the screen is broken [SEP]", "", "good good good good good good good good good good"}
	f.Fuzz(func(t *testing.T, threads, batch int, precision uint8, dim int, pooling uint8, length int, name, prompt string, none bool, callDim, callLength int, over uint8, asText bool, overlap int, late bool) {
		m, err := Load(tiny, Options{Threads: threads, BatchTokens: batch, Precision: Precision(precision), Dim: dim, Pooling: Pooling(pooling), MaxLength: length})
		if err != nil {
			if !errors.Is(err, ErrInput) {
				t.Fatal(err)
			}
			return
		}
		defer m.Close()
		o := EmbedOptions{PromptName: name, Prompt: prompt, NoPrompt: none, Dim: callDim, MaxLength: callLength, Overlength: Overlength(over), SpecialTokensAsText: asText}
		e, err := m.EmbedWith(t.Context(), texts, o)
		switch {
		case err != nil && !errors.Is(err, ErrInput):
			t.Fatal(err)
		case err == nil && (e.Len() != len(texts) || e.Dim() > m.Dim() || callDim == 0 && e.Dim() != m.Dim()):
			t.Fatalf("vectors [%d, %d]", e.Len(), e.Dim())
		}
		long, err := m.EmbedLong(t.Context(), texts, LongOptions{EmbedOptions: o, Overlap: overlap, Late: late})
		if err != nil && !errors.Is(err, ErrInput) || err == nil && len(long) != len(texts) {
			t.Fatalf("%d long texts: %v", len(long), err)
		}
	})
}
