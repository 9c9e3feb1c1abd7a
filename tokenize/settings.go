package tokenize

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// tokenizerConfig holds the relevant part of tokenizer_config.json.
type tokenizerConfig struct {
	MaxLength    float64   `json:"model_max_length"`
	OldMaxLength float64   `json:"max_len"` // the same, before version 3 of transformers
	Lower        *bool     `json:"do_lower_case"`
	StripAccents *bool     `json:"strip_accents"`
	Chinese      *bool     `json:"tokenize_chinese_chars"`
	PrefixSpace  bool      `json:"add_prefix_space"`
	Unknown      tokenName `json:"unk_token"`
	CLS          tokenName `json:"cls_token"`
	SEP          tokenName `json:"sep_token"`
	PAD          tokenName `json:"pad_token"`
	Mask         tokenName `json:"mask_token"`
	Class        string    `json:"tokenizer_class"`
	Backend      string    `json:"backend"`           // written since version 5 of transformers
	InputNames   []string  `json:"model_input_names"` // the inputs that the model takes

	japaneseSettings

	// SplitSpecial says that special tokens in a text are text.
	SplitSpecial   bool                      `json:"split_special_tokens"`
	TruncationSide string                    `json:"truncation_side"`
	BOS            tokenName                 `json:"bos_token"`
	EOS            tokenName                 `json:"eos_token"`
	Additional     tokenNames                `json:"additional_special_tokens"`
	Extra          extraNames                `json:"extra_special_tokens"` // the same, since version 5
	Decoder        map[string]addedInDecoder `json:"added_tokens_decoder"`

	// From the files beside it, which count if there is no Decoder.
	added     map[string]int32 // added_tokens.json
	late      bool             // Additional is not known when these are read
	vocabSize int32            // from config.json, 0 if unknown
}

// addedInDecoder is an added token of added_tokens_decoder, whose key is its id.
type addedInDecoder struct {
	addedToken
	Normalized *bool `json:"normalized"`
	known      bool  // when the tokens of added_tokens.json are read
}

// token returns the added token: what is not special is normalized, unless said
// otherwise.
func (a *addedInDecoder) token() addedToken {
	token := a.addedToken
	token.Normalized = !token.Special
	if a.Normalized != nil {
		token.Normalized = *a.Normalized
	}
	return token
}

// tokenNames are written as a list of strings or objects, or as an object that
// maps names to them.
type tokenNames []tokenName

func (n *tokenNames) UnmarshalJSON(data []byte) error {
	var list []tokenName
	if len(data) > 0 && data[0] == '{' {
		var named map[string]tokenName
		if err := json.Unmarshal(data, &named); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(named)) {
			list = append(list, named[name])
		}
	} else if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*n = list
	return nil
}

// extraNames is written as tokenNames: a list takes the place of
// additional_special_tokens, and an object comes before them.
type extraNames struct {
	tokenNames
	list bool
}

func (n *extraNames) UnmarshalJSON(data []byte) error {
	n.list = len(data) > 2 && data[0] == '['
	return n.tokenNames.UnmarshalJSON(data)
}

// takesTypeIDs reports whether the model takes type ids. If the file does not
// say, the class decides: until version 4 of transformers all but these took
// them, since version 5 only a few do.
func (c *tokenizerConfig) takesTypeIDs() bool {
	if c.InputNames != nil {
		return slices.Contains(c.InputNames, "token_type_ids")
	}
	class := c.class()
	if c.Backend != "" || class == "TokenizersBackend" {
		return slices.Contains([]string{"BertTokenizer", "ElectraTokenizer", "DebertaTokenizer", "DebertaV2Tokenizer", "ErnieTokenizer", "FunnelTokenizer", "MobileBertTokenizer", "RoFormerTokenizer"}, class)
	}
	return !slices.Contains([]string{"DistilBertTokenizer", "RobertaTokenizer", "XLMRobertaTokenizer", "CamembertTokenizer", "MPNetTokenizer", "T5Tokenizer", "Qwen2Tokenizer", "GemmaTokenizer"}, class)
}

// tokenName is written as a string or as an object with a content, which also
// says how the token is found in texts.
type tokenName struct {
	Content string
	object  *addedInDecoder // nil: a string
}

func (n *tokenName) UnmarshalJSON(data []byte) error {
	*n = tokenName{}
	if len(data) > 0 && data[0] == '{' {
		n.object = new(addedInDecoder)
		err := json.Unmarshal(data, n.object)
		n.Content = n.object.Content
		return err
	}
	var s *string
	err := json.Unmarshal(data, &s)
	n.Content = orElse(s, "")
	return err
}

// special returns n as in special_tokens_map.json, where it is special whatever
// an object says.
func (n tokenName) special() tokenName {
	if n.object != nil {
		object := *n.object
		object.Special, object.known = true, true
		n.object = &object
	}
	return n
}

// token returns the added token for n.
func (n tokenName) token() addedToken {
	if n.object == nil {
		return addedToken{Content: n.Content, Special: true}
	}
	return n.object.token()
}

// readConfig reads tokenizer_config.json and the files that older versions of
// transformers wrote beside it.
func readConfig(fsys fs.FS) (*tokenizerConfig, error) {
	c := new(tokenizerConfig)
	if err := readSettings(fsys, "tokenizer_config.json", c); err != nil {
		return nil, err
	}
	if c.MaxLength == 0 {
		c.MaxLength = c.OldMaxLength
	}
	switch c.TruncationSide {
	case "", "left", "right":
	default:
		return nil, &FormatError{File: "tokenizer_config.json", Path: "truncation_side", Got: fmt.Sprintf("%.40q", c.TruncationSide), Want: "left or right"}
	}
	var model struct {
		Class     string `json:"tokenizer_class"`
		ModelType string `json:"model_type"`
		VocabSize int32  `json:"vocab_size"`
	}
	if err := readSettings(fsys, "config.json", &model); err != nil {
		return nil, err
	}
	c.vocabSize = model.VocabSize
	if c.Class == "" {
		c.Class = cmp.Or(model.Class, modelClasses[model.ModelType])
	}
	if c.Decoder != nil {
		return c, nil
	}
	// special_tokens_map.json takes precedence.
	var special tokenizerConfig
	if err := readSettings(fsys, "special_tokens_map.json", &special); err != nil {
		return nil, err
	}
	for _, names := range []struct{ to, from *tokenName }{
		{&c.BOS, &special.BOS}, {&c.EOS, &special.EOS}, {&c.Unknown, &special.Unknown}, {&c.SEP, &special.SEP},
		{&c.PAD, &special.PAD}, {&c.CLS, &special.CLS}, {&c.Mask, &special.Mask},
	} {
		if names.from.Content != "" {
			*names.to = names.from.special()
		}
	}
	if len(c.Additional) == 0 {
		c.Additional, c.late = special.Additional, true
	}
	return c, readSettings(fsys, "added_tokens.json", &c.added)
}

// readSettings decodes a JSON file into v, if the file exists.
func readSettings(fsys fs.FS, name string, v any) error {
	data, err := readFile(fsys, name, maxFileSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := checkPointer(name, data); err != nil {
		return err
	}
	if err := checkBudget(data); err != nil {
		return inFile(name, err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return &FormatError{File: name, Err: err}
	}
	return nil
}

// apply changes tokenizer.json as transformers does with these settings.
func (c *tokenizerConfig) apply(f *file) error {
	if slices.Contains(otherClasses, c.class()) {
		return &UnsupportedError{Component: "tokenizer_class", Type: c.Class, Reason: "it splits words by rules that are in no tokenizer.json"}
	}
	if err := c.applyCase(f); err != nil {
		return err
	}
	// Of tokenizer.json's truncation only the side counts, as in transformers.
	if c.TruncationSide == "" && !isNull(f.Truncation) {
		var p struct {
			Direction string `json:"direction"`
		}
		if err := decode(f.Truncation, "truncation", &p); err != nil {
			return inFile("tokenizer.json", err)
		}
		switch p.Direction {
		case "", "Left", "Right":
			c.TruncationSide = strings.ToLower(p.Direction)
		default:
			return &FormatError{File: "tokenizer.json", Path: "truncation.direction", Got: fmt.Sprintf("%.40q", p.Direction), Want: "Left or Right"}
		}
	}
	f.AddedTokens, f.named = c.settle(f.AddedTokens, true)
	f.limit = c.vocabSize
	return nil
}

// settle returns the given added tokens, found in texts as the settings say, and
// those of the settings that are not among them. Where the given ones are those
// of a tokenizer.json, only added_tokens_decoder says otherwise how they are found
// and, beside it in classes that take no more than the vocabulary from
// tokenizer.json, objects that name special tokens.
func (c *tokenizerConfig) settle(given []addedToken, inFile bool) (settled, more []addedToken) {
	at := map[string]int{}
	for i, a := range given {
		at[a.Content] = i
	}
	objects := !inFile || c.Decoder != nil && c.class() != "" && c.class() != "PreTrainedTokenizer" && c.class() != "TokenizersBackend"
	settled = slices.Clone(given)
	have := map[string]bool{}
	for _, a := range c.addedTokens() {
		if a.Content == "" || have[a.Content] {
			continue
		}
		have[a.Content] = true
		switch i, ok := at[a.Content]; {
		case !ok:
			more = append(more, a.addedToken)
		case a.from == fromDecoder, a.from == fromObject && objects:
			a.ID = given[i].ID
			settled[i] = a.addedToken
		}
	}
	return settled, more
}

// class returns the tokenizer's class without the suffix of fast ones.
func (c *tokenizerConfig) class() string { return strings.TrimSuffix(c.Class, "Fast") }

// Classes by the files they read. If no class is named, and the model's type has
// none, the files decide.
var (
	// bertClasses have a BertNormalizer configured by do_lower_case and similar
	// settings.
	bertClasses = append([]string{
		"MPNetTokenizer", "FunnelTokenizer", "SqueezeBertTokenizer", "LxmertTokenizer", "LayoutLMTokenizer",
		"DPRQuestionEncoderTokenizer", "DPRContextEncoderTokenizer", "DPRReaderTokenizer",
	}, plainClasses...)
	// plainClasses are those of them with BERT's special tokens.
	plainClasses = []string{"BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "ConvBertTokenizer", "RetriBertTokenizer"}
	// modelClasses are the classes by model_type where no class is named.
	modelClasses = map[string]string{
		"bert": "BertTokenizer", "ernie": "BertTokenizer", "distilbert": "DistilBertTokenizer", "electra": "ElectraTokenizer",
		"mobilebert": "MobileBertTokenizer", "convbert": "ConvBertTokenizer", "mpnet": "MPNetTokenizer", "funnel": "FunnelTokenizer",
	}
	// vocabClasses read vocab.txt like BERT.
	vocabClasses  = append([]string{"", "ErnieTokenizer", japaneseClass}, plainClasses...)
	mergesClasses = []string{"", "RobertaTokenizer", "LongformerTokenizer", "BartTokenizer", herbertClass}
	// otherClasses split words in ways that tokenizer.json does not describe.
	otherClasses = []string{"JapaneseTokenizer", "BertweetTokenizer", "PhobertTokenizer"}
)

// checkClass refuses classes that read a file differently from the given ones.
func (c *tokenizerConfig) checkClass(file string, classes []string) error {
	if slices.Contains(classes, c.class()) {
		return nil
	}
	return &UnsupportedError{Component: "tokenizer_class", Type: c.Class, Reason: "of " + file + " alone nothing is read but " + strings.Join(classes[1:], ", ") + "; save the tokenizer as tokenizer.json with save_pretrained of a fast tokenizer"}
}

// applyCase configures the normalizer by do_lower_case, strip_accents and
// tokenize_chinese_chars, as the classes that have these settings do; missing
// ones have their defaults.
func (c *tokenizerConfig) applyCase(f *file) error {
	kind, err := kindOf(f.Normalizer, "normalizer")
	if err != nil || kind != "BertNormalizer" {
		return err
	}
	byClass := slices.Contains(bertClasses, c.class())
	if !byClass && (c.class() != "" || c.Lower == nil && c.StripAccents == nil && c.Chinese == nil) {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := decode(f.Normalizer, "normalizer", &fields); err != nil {
		return err
	}
	for _, s := range []struct {
		name      string
		value     *bool
		otherwise string
	}{
		{"lowercase", c.Lower, "true"}, {"strip_accents", c.StripAccents, "null"}, {"handle_chinese_chars", c.Chinese, "true"},
	} {
		switch {
		case s.value != nil:
			fields[s.name] = json.RawMessage(strconv.FormatBool(*s.value))
		case byClass:
			fields[s.name] = json.RawMessage(s.otherwise)
		}
	}
	f.Normalizer, err = json.Marshal(fields)
	return err
}

// origin is where the settings have a token from.
type origin uint8

const (
	fromString  origin = iota // its name alone
	fromObject                // an object
	fromDecoder               // added_tokens_decoder
	fromFile                  // added_tokens.json
)

// settingsToken is an added token of the settings.
type settingsToken struct {
	addedToken
	from origin
}

// addedTokens returns the tokens of the settings, in the order in which
// transformers adds those that a tokenizer.json lacks: numbered ones, then
// special ones. A token counts where it first occurs.
func (c *tokenizerConfig) addedTokens() []settingsToken {
	var out []settingsToken
	for id, a := range c.Decoder {
		n, err := strconv.Atoi(id)
		if err != nil || n < 0 || n > math.MaxInt32 {
			continue // not a token's id
		}
		token := settingsToken{a.token(), fromDecoder}
		token.ID = int32(n)
		out = append(out, token)
	}
	// Special whatever an object says are those that have a name.
	named := []tokenName{c.BOS, c.EOS, c.Unknown, c.SEP, c.PAD, c.CLS, c.Mask}
	rest := slices.Clone(c.Extra.tokenNames)
	if !c.Extra.list {
		named, rest = append(named, rest...), c.Additional
	}
	known := slices.Concat(named, rest)
	if c.late && !c.Extra.list {
		known = named
	}
	for content, id := range c.added {
		special := slices.ContainsFunc(known, func(n tokenName) bool {
			return n.Content == content && (n.object == nil || n.object.known)
		})
		if id >= 0 {
			out = append(out, settingsToken{addedToken{ID: id, Content: content, Special: special, Normalized: !special}, fromFile})
		}
	}
	slices.SortFunc(out, func(a, b settingsToken) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Content, b.Content))
	})
	for _, n := range slices.Concat(named, rest) {
		token := settingsToken{n.token(), fromString}
		if n.object != nil {
			token.from = fromObject
		}
		out = append(out, token)
	}
	for i := range out {
		out[i].Special = out[i].Special || slices.ContainsFunc(named, func(n tokenName) bool { return n.Content == out[i].Content })
	}
	return out
}

func (c *tokenizerConfig) options() Options {
	o := Options{
		Cased: !orElse(c.Lower, true), JoinChinese: !orElse(c.Chinese, true),
		Unknown: c.Unknown.Content, CLS: c.CLS.Content, SEP: c.SEP.Content, PAD: c.PAD.Content, Mask: c.Mask.Content,
	}
	if c.StripAccents != nil {
		o.StripAccents = No
		if *c.StripAccents {
			o.StripAccents = Yes
		}
	}
	return o
}
