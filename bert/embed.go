package bert

import (
	"context"
	"fmt"
	"sync"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Embed returns the vectors of texts, [len(texts), Dim], in their order. Texts
// longer than MaxLength are truncated and counted in Embeddings.Truncated. An
// empty text also has a vector, which is zero if the tokenizer adds no special
// tokens. A text's vector depends neither on the other texts nor on the number
// of threads. If the directory names a default prompt, it is put before each
// text.
//
// Embed may be called from several goroutines at once. It fails only with the
// cause of ctx's cancellation, ErrNoTokenizer or ErrClosed.
func (m *Model) Embed(ctx context.Context, texts []string) (*Embeddings, error) {
	return m.EmbedWith(ctx, texts, EmbedOptions{})
}

// EmbedQuery is Embed with the prompt that the model was trained to see before
// queries: "query" of config_sentence_transformers.json, or its default prompt
// if there is none.
func (m *Model) EmbedQuery(ctx context.Context, texts []string) (*Embeddings, error) {
	return m.EmbedWith(ctx, texts, m.promptFor("query"))
}

// EmbedDocument is Embed with the prompt for the texts that queries search:
// "document", "passage" or "corpus", or the default prompt if there is none.
func (m *Model) EmbedDocument(ctx context.Context, texts []string) (*Embeddings, error) {
	return m.EmbedWith(ctx, texts, m.promptFor("document", "passage", "corpus"))
}

// EmbedPrompt is Embed with the prompt of that name in
// config_sentence_transformers.json. An unknown name gives an ErrInput.
func (m *Model) EmbedPrompt(ctx context.Context, name string, texts []string) (*Embeddings, error) {
	if name == "" {
		return nil, fmt.Errorf("%w: no name of a prompt", ErrInput)
	}
	return m.EmbedWith(ctx, texts, EmbedOptions{PromptName: name})
}

// promptFor returns the options for the first of the named prompts that the
// model has, or for its default.
func (m *Model) promptFor(names ...string) EmbedOptions {
	if m == nil || m.pipeline == nil {
		return EmbedOptions{}
	}
	for _, n := range names {
		if _, ok := m.pipeline.prompts[n]; ok {
			return EmbedOptions{PromptName: n}
		}
	}
	return EmbedOptions{}
}

// window is the number of tokens that are tokenised, sorted and cut into
// batches together: enough batches for sorting to pay off and for threads to be
// seldom idle at the window's end.
func (m *Model) window() int { return 128 * m.runner.BatchTokens() * m.runner.Threads() }

// eachWindow adds n texts to j's sequences, a window at a time, and calls encode
// for the texts from (inclusive) to to (exclusive) of each. It returns the number
// of tokens and of truncated texts.
func (m *Model) eachWindow(c *call, j *engine.Job, n int, add func(i int) error, encode func(from, to int) error) (tokens, truncated int, err error) {
	for to := 0; to < n; {
		c.begin(&j.Sequences)
		from := to
		for to < n && len(j.Sequences.IDs) < m.window() {
			if err := add(to); err != nil {
				return 0, 0, err
			}
			to++
		}
		tokens += len(j.Sequences.IDs)
		truncated += j.Sequences.Truncated
		if err := encode(from, to); err != nil {
			return 0, 0, err
		}
	}
	return tokens, truncated, nil
}

// EmbedWith is Embed with settings for this call. Invalid options give an
// ErrInput; with o.Overlength set to Refuse, a text that is too long gives a
// *LengthError.
func (m *Model) EmbedWith(ctx context.Context, texts []string, o EmbedOptions) (*Embeddings, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	c, err := m.newCall(o)
	if err != nil {
		return nil, err
	}
	out := &Embeddings{data: make([]float32, len(texts)*m.dim), rows: len(texts), dim: m.dim}
	if len(texts) == 0 {
		return m.shorten(c, out), parallel.Cause(ctx)
	}
	if m.pipeline.static != nil {
		cut, err := m.embedStatic(ctx, c, texts, out)
		if err != nil {
			return nil, err
		}
		return m.finish(ctx, c, o, texts, cut, out)
	}
	progress := c.report(len(texts))
	done := 0
	encode := func(j *engine.Job) error {
		base := done
		done += j.Sequences.Texts()
		out.Tokens += len(j.Sequences.IDs)
		out.Truncated += j.Sequences.Truncated
		return m.embedJob(ctx, j, out.data[base*m.dim:], progress)
	}
	pull := 0
	var cut []int // the texts that were too long
	fill := func(j *engine.Job) (more bool, err error) {
		c.begin(&j.Sequences)
		for pull < len(texts) && len(j.Sequences.IDs) < m.window() {
			long, err := c.add(&j.Sequences, pull, texts[pull])
			if err != nil {
				return false, err
			}
			if long {
				cut = append(cut, pull)
			}
			pull++
		}
		return pull < len(texts), nil
	}
	if m.runner.Threads() == 1 || len(texts) == 1 {
		j := m.runner.Job()
		defer m.runner.Release(j)
		for more := true; more && err == nil; {
			if more, err = fill(j); err == nil {
				err = encode(j)
			}
		}
	} else {
		err = m.overlap(ctx, fill, encode)
	}
	if err != nil {
		return nil, err
	}
	return m.finish(ctx, c, o, texts, cut, out)
}

// finish shortens the vectors to the call's dimension and gives the texts that
// were too long, cut, the mean of their chunks if the call says so.
func (m *Model) finish(ctx context.Context, c *call, o EmbedOptions, texts []string, cut []int, out *Embeddings) (*Embeddings, error) {
	out = m.shorten(c, out)
	if c.overlength != MeanOfChunks {
		return out, nil
	}
	err := m.chunked(ctx, o, cut, func(i int) string { return texts[i] }, func(i int, v []float32, tokens int) {
		copy(out.Row(i), v)
		out.Tokens += tokens
	})
	return out, err
}

// overlap calls fill on its own goroutine and encode on this one, each on one
// job while the other works on the other job, until fill returns false or
// something fails. It rethrows a panic of either after both have ended.
func (m *Model) overlap(ctx context.Context, fill func(*engine.Job) (more bool, err error), encode func(*engine.Job) error) error {
	free, full := make(chan *engine.Job, 2), make(chan *engine.Job)
	for range 2 {
		free <- m.runner.Job()
	}
	stop := make(chan struct{})
	var failed error // set by fill; read after full is closed
	var trap parallel.Trap
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(full)
		trap.Run(func() {
			for more := true; more; {
				var j *engine.Job
				select {
				case j = <-free:
				case <-stop:
					return
				}
				if more, failed = fill(j); failed != nil {
					free <- j
					return
				}
				select {
				case full <- j:
				case <-stop:
					free <- j
					return
				}
			}
		})
	})
	defer wg.Wait()
	defer close(stop)
	for j := range full {
		err := encode(j)
		if err == nil {
			err = parallel.Cause(ctx)
		}
		free <- j
		if err != nil {
			return err
		}
	}
	trap.Rethrow()
	if failed != nil {
		return failed
	}
	for range cap(free) {
		m.runner.Release(<-free)
	}
	return nil
}

// promptTokens returns how many leading tokens pooling leaves out: the
// prompt's, without a final special token, if the model says so.
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

// tokenise appends one text, truncated to the model's length.
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
	if m.pipeline.static != nil {
		return m.embedStaticJob(ctx, j, dst, progress)
	}
	j.Layers = m.pipeline.layers
	return m.runner.Run(ctx, m.encoder, j, m.pipeline.firstOnly(j.Sequences.Skip), func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		m.pool(a, b, hidden, j.Sequences.Skip, dst)
		if progress != nil {
			progress(b.Texts())
		}
		return nil
	})
}

// report returns a function that reports a number of texts as done, one call at
// a time; nil if there is no progress function.
func (c *call) report(total int) func(texts int) { return reporter(c.progress, total) }

func reporter(progress func(done, total int), total int) func(texts int) {
	if progress == nil {
		return nil
	}
	var mu sync.Mutex
	done := 0
	return func(texts int) {
		mu.Lock()
		defer mu.Unlock()
		done += texts
		progress(done, total)
	}
}
