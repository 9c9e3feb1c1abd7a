package tokenize

// MaxTypeID returns the greatest type id that encoding a text, or a pair,
// produces.
func (t *Tokenizer) MaxTypeID(pair bool) int32 { return t.template.maxType(pair) }

// AppendTypeIDs appends the type ids of one text to dst; n is the number of
// tokens that AppendIDs returned for it. All are 0 unless the tokenizer's
// template says otherwise (see [Tokenizer.MaxTypeID]).
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

// TakesTypeIDs reports whether the tokenizer's model takes type ids. As in
// transformers, this depends on the model_input_names of tokenizer_config.json
// or, without these, on the tokenizer's class.
func (t *Tokenizer) TakesTypeIDs() bool { return !t.withoutTypes }

// MaskToken returns the mask_token of tokenizer_config.json; ok is false if
// there is none.
func (t *Tokenizer) MaskToken() (name string, ok bool) { return t.mask, t.mask != "" }
