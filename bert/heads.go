package bert

// heads are the parts of a model beyond the encoder.
type heads struct {
	pooler *linear // [hidden, hidden], tanh; or nil
}

// loadHeads loads what the configuration's class names, and the pooler if it is
// asked for.
func (l *treeLoader) loadHeads(pooler bool, precision Precision) heads {
	var h heads
	if pooler {
		h.pooler = l.loadPooler()
	}
	return h
}

// loadPooler loads the dense layer with tanh that BERT puts over the first token.
func (l *treeLoader) loadPooler() *linear {
	if l.err != nil {
		return nil
	}
	if l.arch.names.pooler == "" {
		l.err = &ConfigError{File: configFile, Field: "model_type", Got: l.config.ModelType, Want: "an architecture with a pooler", kind: ErrNoHead}
		return nil
	}
	p := l.linear(l.arch.names.pooler, l.config.HiddenSize, l.config.HiddenSize)
	if l.err != nil {
		return nil
	}
	// A head is small and comes last: it stays in float32.
	return p.pack(Float32).activated("tanh")
}

func (h *heads) bytes() int {
	if h.pooler != nil {
		return h.pooler.bytes()
	}
	return 0
}

// applyPooler writes the pooler's output of every text to the last hidden
// features of a.pooled [texts, width].
func (m *Model) applyPooler(a *arena, b *batch, hidden []float32, first bool) {
	size, width, texts := m.config.HiddenSize, m.pipeline.width, b.texts()
	x := hidden // [texts, hidden]
	if !first {
		a.next = grow(a.next, texts*size)
		x = a.next
		for t := range texts {
			gatherFirst(x[t*size:(t+1)*size], b, t, hidden)
		}
	}
	m.heads.pooler.apply(&a.scratch, a.pooled[width-size:], width, x, size, texts)
}

// gatherFirst copies the hidden state of text t's first token to dst [hidden].
func gatherFirst(dst []float32, b *batch, t int, hidden []float32) {
	from, to := b.span(t)
	if from == to {
		clear(dst)
		return
	}
	copy(dst, hidden[from*len(dst):])
}
