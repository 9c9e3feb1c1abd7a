package bert

// dropoutRates are the settings of dropout in config.json. They matter only to
// the differentiable pass, so they are checked there.
type dropoutRates struct {
	hidden    float64 // of the embeddings, and of what each half of a layer adds
	attention float64 // of attention probabilities
	// attentionOutputKept: what attention adds is not dropped (DistilBERT).
	attentionOutputKept bool
}

// valid reports whether the rates are probabilities of less than 1.
func (r dropoutRates) valid() bool {
	return r.hidden >= 0 && r.hidden < 1 && r.attention >= 0 && r.attention < 1
}

// rawDropout are the names of the rates: BERT's, then DistilBERT's.
type rawDropout struct {
	Hidden          *float64 `json:"hidden_dropout_prob"`
	Attention       *float64 `json:"attention_probs_dropout_prob"`
	DistilHidden    *float64 `json:"dropout"`
	DistilAttention *float64 `json:"attention_dropout"`
}

// rates returns the rates of a model; those of the file take the place of 0.1,
// the default of every architecture in BERT's family.
func (raw *rawDropout) rates(modelType string) dropoutRates {
	hidden, attention := raw.Hidden, raw.Attention
	r := dropoutRates{hidden: 0.1, attention: 0.1}
	if modelType == "distilbert" {
		hidden, attention = raw.DistilHidden, raw.DistilAttention
		r.attentionOutputKept = true
	}
	if hidden != nil {
		r.hidden = *hidden
	}
	if attention != nil {
		r.attention = *attention
	}
	return r
}

// Dropout returns the rates of config.json for hidden states and attention
// probabilities, which [Pass] applies if told to.
func (c *Config) Dropout() (hidden, attention float64) { return c.dropout.hidden, c.dropout.attention }
