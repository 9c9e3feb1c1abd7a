package tokenize

// MaxTypeID returns the greatest type id that encoding a text, or a pair, gives.
func (t *Tokenizer) MaxTypeID(pair bool) int32 { return t.template.maxType(pair) }

// AppendTypeIDs appends the type ids of one text to dst, n being the number of
// tokens that AppendIDs gave for it. All are 0 unless the tokenizer's template
// says otherwise, which [Tokenizer.MaxTypeID] tells.
func (t *Tokenizer) AppendTypeIDs(dst []int32, n int) []int32 {
	text := max(n-t.template.special(false), 0)
	for _, p := range t.template.single {
		count := len(p.ids)
		if p.sequence >= 0 {
			count = text
		}
		for range count {
			dst = append(dst, p.typeID)
		}
	}
	return dst
}

// TakesTypeIDs tells whether the model that the tokenizer belongs to is handed
// type ids, as transformers decides it: by the model_input_names of
// tokenizer_config.json, or else by the tokenizer's class.
func (t *Tokenizer) TakesTypeIDs() bool { return !t.withoutTypes }

// MaskToken returns the token that tokenizer_config.json names as mask_token; ok
// is false if it names none.
func (t *Tokenizer) MaskToken() (name string, ok bool) { return t.mask, t.mask != "" }
