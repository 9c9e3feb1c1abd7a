package tokenize

// herbertClass is transformers' class of HerBERT, a Polish BERT: BERT's words,
// case kept, split by byte-pair encoding, which marks their ends by </w>.
const herbertClass = "HerbertTokenizer"

func newHerbert(vocab map[string]int32, rules []mergeRule, unknown string, tmpl *template, added []addedToken) (*Tokenizer, error) {
	const end = "</w>"
	id, ok := vocab[unknown]
	if !ok {
		id = -1
	}
	model, err := newBPE(&bpe{vocab: vocab, unknown: id, suffix: end}, rules)
	if err != nil {
		return nil, err
	}
	p := pipeline{normalizer: bertNormalizer{clean: true, chinese: true}, preTokenizer: bertSplitter{}, model: model}
	return newTokenizer(vocab, added, p, tmpl, bpeDecoder(end))
}
