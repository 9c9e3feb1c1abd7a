package bert

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// Embed returns the vectors of texts, [len(texts), Dim], in their order. Texts
// longer than MaxLength are cut and counted in Embeddings.Truncated; an empty
// text has a vector too. A text's vector does not depend on the texts beside
// it, nor on the number of threads. If the directory names a default prompt it
// is put before each text.
//
// It may be called from many goroutines at once. The only errors are those of
// ctx, whose cause is returned, and ErrNoTokenizer.
func (m *Model) Embed(ctx context.Context, texts []string) (*Embeddings, error) {
	return m.embedTexts(ctx, texts, m.pipeline.defaultPrompt)
}

// EmbedQuery is Embed with the prompt that the model was trained to see before
// queries: "query" of config_sentence_transformers.json, or else its default.
func (m *Model) EmbedQuery(ctx context.Context, texts []string) (*Embeddings, error) {
	return m.embedTexts(ctx, texts, m.prompt("query"))
}

// EmbedDocument is Embed with the prompt for what queries look for: "document",
// "passage" or "corpus", or else the default.
func (m *Model) EmbedDocument(ctx context.Context, texts []string) (*Embeddings, error) {
	return m.embedTexts(ctx, texts, m.prompt("document", "passage", "corpus"))
}

// EmbedPrompt is Embed with the prompt of that name in
// config_sentence_transformers.json; an unknown name is an ErrInput.
func (m *Model) EmbedPrompt(ctx context.Context, name string, texts []string) (*Embeddings, error) {
	prompt, ok := m.pipeline.prompts[name]
	if !ok {
		return nil, fmt.Errorf("%w: model %s has no prompt %q", ErrInput, m.name, name)
	}
	return m.embedTexts(ctx, texts, prompt)
}

// prompt returns the first of the named prompts that the model has, or the default.
func (m *Model) prompt(names ...string) string {
	for _, n := range names {
		if p, ok := m.pipeline.prompts[n]; ok {
			return p
		}
	}
	return m.pipeline.defaultPrompt
}

// window is the number of tokens that are tokenised, sorted and cut into
// batches together: enough batches that sorting pays and that the threads are
// seldom all but one idle at the window's end.
func (m *Model) window() int { return 128 * m.runner.BatchTokens() * m.runner.Threads() }

func (m *Model) embedTexts(ctx context.Context, texts []string, prompt string) (*Embeddings, error) {
	if m.tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	out := &Embeddings{data: make([]float32, len(texts)*m.dim), rows: len(texts), dim: m.dim}
	progress := m.progress(len(texts))
	if len(texts) == 0 {
		return out, context.Cause(ctx)
	}
	done := 0
	encode := func(j *engine.Job) error {
		base := done
		done += j.Sequences.Texts()
		out.Tokens += len(j.Sequences.IDs)
		out.Truncated += j.Sequences.Truncated
		return m.embedJob(ctx, j, out.data[base*m.dim:], progress)
	}
	pull := 0
	fill := func(j *engine.Job) bool {
		m.beginWindow(j, prompt)
		for pull < len(texts) && len(j.Sequences.IDs) < m.window() {
			m.tokenise(&j.Sequences, prompt, texts[pull])
			pull++
		}
		return pull < len(texts)
	}
	if m.runner.Threads() == 1 || len(texts) == 1 {
		j := m.runner.Job()
		defer m.runner.Release(j)
		for more := true; more; {
			more = fill(j)
			if err := encode(j); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	if err := m.overlap(ctx, fill, encode); err != nil {
		return nil, err
	}
	return out, nil
}

// overlap calls fill on a goroutine of its own and encode on this one, on one
// job while fill is busy with the other, until fill returns false or something
// fails.
func (m *Model) overlap(ctx context.Context, fill func(*engine.Job) (more bool), encode func(*engine.Job) error) error {
	free, full := make(chan *engine.Job, 2), make(chan *engine.Job)
	for range 2 {
		free <- m.runner.Job()
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(full)
		for more := true; more; {
			var j *engine.Job
			select {
			case j = <-free:
			case <-stop:
				return
			}
			more = fill(j)
			select {
			case full <- j:
			case <-stop:
				free <- j
				return
			}
		}
	})
	var err error
	for j := range full {
		if err = encode(j); err == nil {
			err = context.Cause(ctx)
		}
		free <- j
		if err != nil {
			break
		}
	}
	close(stop)
	wg.Wait()
	close(free)
	for j := range free {
		m.runner.Release(j)
	}
	return err
}

// beginWindow empties j for texts with the given prompt.
func (m *Model) beginWindow(j *engine.Job, prompt string) {
	j.Sequences.Reset()
	j.Sequences.Skip = m.promptTokens(prompt)
}

// promptTokens returns how many leading tokens pooling leaves out: those of the
// prompt, without a special token at their end, if the model says so.
func (m *Model) promptTokens(prompt string) int {
	if !m.pipeline.skipPrompt || prompt == "" {
		return 0
	}
	ids, _ := m.tokenizer.AppendIDs(nil, prompt, m.maxLength)
	n := len(ids)
	if n > 0 && m.tokenizer.IsSpecial(ids[n-1]) {
		n--
	}
	return n
}

// tokenise appends one text, cut to the model's length.
func (m *Model) tokenise(s *engine.Sequences, prompt, text string) {
	if prompt != "" {
		text = prompt + text
	}
	var cut bool
	s.IDs, cut = m.tokenizer.AppendIDs(s.IDs, text, m.maxLength)
	if cut {
		s.Truncated++
	}
	if m.typed {
		s.Types = m.tokenizer.AppendTypeIDs(s.Types, len(s.IDs)-s.Offsets[len(s.Offsets)-1])
	}
	s.End()
}

// embedJob writes the vectors of the job's texts to dst [texts, dim].
func (m *Model) embedJob(ctx context.Context, j *engine.Job, dst []float32, progress func(texts int)) error {
	return m.runner.Run(ctx, m.encoder, j, m.pipeline.firstOnly(j.Sequences.Skip), func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		m.pool(a, b, hidden, j.Sequences.Skip, dst)
		if progress != nil {
			progress(b.Texts())
		}
		return nil
	})
}

// progress returns a function that reports texts as done, one call at a time.
func (m *Model) progress(total int) func(texts int) {
	if m.options.Progress == nil {
		return nil
	}
	var mu sync.Mutex
	done := 0
	return func(texts int) {
		mu.Lock()
		defer mu.Unlock()
		done += texts
		m.options.Progress(done, total)
	}
}

// EmbedSeq yields the vector of each text of a sequence, in order, holding no
// more than two windows of some ten thousand tokens in memory: for streams that
// do not fit. The next window is tokenised while one is encoded; for that, texts
// is run on a goroutine of its own, which has ended when EmbedSeq has. The
// vectors may be kept. An error, which can only be that of ctx or ErrNoTokenizer,
// is yielded last, with a nil vector.
func (m *Model) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		if m.tokenizer == nil {
			yield(nil, ErrNoTokenizer)
			return
		}
		prompt := m.pipeline.defaultPrompt
		next, stop := iter.Pull(texts)
		defer stop()
		progress := m.progress(-1)
		stopped := false
		err := m.overlap(ctx, func(j *engine.Job) bool {
			m.beginWindow(j, prompt)
			for len(j.Sequences.IDs) < m.window() && ctx.Err() == nil {
				text, ok := next()
				if !ok {
					return false
				}
				m.tokenise(&j.Sequences, prompt, text)
			}
			return ctx.Err() == nil
		}, func(j *engine.Job) error {
			n := j.Sequences.Texts()
			data := make([]float32, n*m.dim)
			if err := m.embedJob(ctx, j, data, progress); err != nil {
				return err
			}
			for i := range n {
				if !yield(data[i*m.dim:(i+1)*m.dim:(i+1)*m.dim], nil) {
					stopped = true
					return errStopped
				}
			}
			return nil
		})
		if err == nil {
			err = context.Cause(ctx)
		}
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}
