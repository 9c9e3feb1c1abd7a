package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/hub"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/clean"
)

// modelFlags say which model embeds.
type modelFlags struct {
	model, precision     string
	threads, batchTokens int
	languages            []string // for which a model's directory was made

	withoutTokenizer bool // only token ids are encoded
	pooling          string

	builtIn string // name of the built-in model that was loaded
}

func (f *modelFlags) add(s *pflag.FlagSet, model string) {
	s.StringVar(&f.model, "model", model, "`model` for embedding: minilm (English), bge-zh (Chinese), auto (chosen by the texts), a directory (static:DIR requires a static model), or a name on the Hugging Face hub (ORG/NAME)")
	s.IntVar(&f.threads, "threads", 0, "number of threads (0 means all cores); results do not depend on it")
	s.StringVar(&f.precision, "precision", "float32", "`precision` of the encoder: float32 or int8")
	s.IntVar(&f.batchTokens, "batch-tokens", 0, "number of tokens to encode at once (0 means the default)")
}

// addPooling adds the flag for the pooling of tokens.
func (f *modelFlags) addPooling(s *pflag.FlagSet) {
	s.StringVar(&f.pooling, "pooling", "", "how the vectors of tokens become one, if not as the model's directory says: "+poolingValues)
	inGroup(s, "pooling", "Model")
}

// poolingValues describes the values of --pooling.
const poolingValues = "cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken or pooler, or several joined by +"

func (f *modelFlags) options() (bert.Options, error) {
	o := bert.Options{Threads: f.threads, BatchTokens: f.batchTokens, NoTokenizer: f.withoutTokenizer}
	switch f.precision {
	case "", "float32":
	case "int8":
		o.Precision = bert.Int8
	default:
		return o, usagef("--precision is %s, want float32 or int8", shownValue(f.precision))
	}
	if f.pooling != "" {
		var err error
		if o.Pooling, err = bert.ParsePooling(f.pooling); err != nil {
			return o, usagef("--pooling is %s, want %s", shownValue(f.pooling), poolingValues)
		}
	}
	if f.threads < 0 || f.batchTokens < 0 {
		return o, usagef("--threads and --batch-tokens must not be negative")
	}
	return o, nil
}

// loadFor loads the model that fits the texts of src.
func (f *modelFlags) loadFor(ctx context.Context, src *source.Source) (*bert.Model, error) {
	return f.loadSample(ctx, src, nil)
}

// loadSample is loadFor for some texts in place of those of src, which may be nil.
func (f *modelFlags) loadSample(ctx context.Context, src *source.Source, some []string) (*bert.Model, error) {
	name := f.model
	if name == "auto" {
		if src != nil {
			var err error
			if some, err = sample(ctx, src); err != nil {
				return nil, err
			}
		}
		name = modelFor(some)
	}
	return f.load(ctx, name)
}

// as replaces auto by the built-in model of that name, if it is one, so that
// results of a model are examined with the same model.
func (f *modelFlags) as(name string) {
	if f.model != "auto" {
		return
	}
	switch name {
	case minilm.Name:
		f.model = "minilm"
	case bgezh.Name:
		f.model = "bge-zh"
	}
}

// modelFor returns the built-in model that fits texts: the Chinese one if two
// fifths or more of the Chinese and English texts are Chinese. That model has
// some knowledge of English, whereas the English one has none of Chinese. On
// labelled texts of nine topics, four Chinese and five English, k-means found
// the topics with an adjusted Rand index of 0.48 (English model 0.51) with a
// fifth Chinese, 0.47 (0.46) with a third, 0.52 (0.43) with two fifths and 0.59
// (0.37) with half.
func modelFor(texts []string) string {
	c := clean.New(clean.Options{NoOffsets: true}) // single cells may be in another encoding
	votes := map[text.Language]int{}
	for _, s := range texts {
		votes[text.Detect(c.String(s).Text)]++
	}
	if n := votes[text.Chinese]; n > 0 && 3*n >= 2*votes[text.English] && n >= votes[text.Other] {
		return "bge-zh"
	}
	return "minilm"
}

// load loads a model by a name other than auto.
func (f *modelFlags) load(ctx context.Context, name string) (*bert.Model, error) {
	o, err := f.options()
	if err != nil {
		return nil, err
	}
	f.builtIn = name
	switch name {
	case "minilm":
		o.Name = minilm.Name
		return minilm.Load(o)
	case "bge-zh":
		o.Name = bgezh.Name
		return bgezh.Load(o)
	}
	f.builtIn = ""
	m, err := f.loadNamed(ctx, strings.TrimPrefix(name, staticPrefix), o)
	if err == nil && strings.HasPrefix(name, staticPrefix) && !m.Static() {
		_ = m.Close() // only read
		return nil, fmt.Errorf("model %s has an encoder; static: is for static models, such as cohort distill makes", m.Name())
	}
	return m, err
}

// staticPrefix comes before the directory or name of a model that must be
// static.
const staticPrefix = "static:"

// loadNamed loads a model from a directory or by its name on the hub.
func (f *modelFlags) loadNamed(ctx context.Context, name string, o bert.Options) (*bert.Model, error) {
	info, err := os.Stat(name)
	if errors.Is(err, os.ErrNotExist) {
		return f.loadFromHub(ctx, name, o)
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("model %s is a file, want the directory that holds config.json and model.safetensors", name)
	}
	m, err := bert.Load(name, o)
	if err != nil {
		return nil, fmt.Errorf("model %w", err) // which begins with the directory
	}
	return m, nil
}

// loadFromHub loads a model by its name on the hub, from the cache or, if files
// are missing there, from the network.
func (f *modelFlags) loadFromHub(ctx context.Context, name string, o bert.Options) (*bert.Model, error) {
	// Neither a path nor a misspelt built-in model is a name on the hub.
	if !hubName.MatchString(name) {
		return nil, noModel(name)
	}
	dir, err := hub.Resolve(ctx, name, hub.Options{})
	if err != nil {
		return nil, fmt.Errorf("no directory %s, and no such model on the hub: %w", name, err)
	}
	m, err := bert.Load(dir, o)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return m, nil
}

// noModel returns the error for something that cannot be the name of a model.
func noModel(name string) error {
	return fmt.Errorf("no model %q: it is neither a directory, nor one of %s, nor a name on the hub such as sentence-transformers/all-MiniLM-L6-v2", name, strings.Join(models, ", "))
}

var hubName = regexp.MustCompile(`^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[\w./-]+)?$`)

// addLanguages adds the flag for the languages that a model can read.
func (f *modelFlags) addLanguages(s *pflag.FlagSet) {
	s.StringSliceVar(&f.languages, "model-languages", nil, "`languages` that the model was made for, such as en,de (default: known for built-in models, unknown for a directory)")
}

// reads returns the languages of the loaded model, or nil if unknown.
func (f *modelFlags) reads() []text.Language {
	if len(f.languages) == 0 {
		switch f.builtIn {
		case "minilm":
			return []text.Language{text.English}
		case "bge-zh":
			return []text.Language{text.Chinese}
		}
	}
	var out []text.Language
	for _, l := range f.languages {
		out = append(out, text.Language(l))
	}
	return out
}

// checkLanguages reports wrong codes as usage errors.
func (f *modelFlags) checkLanguages() error {
	for _, l := range f.languages {
		if len(l) < 2 || len(l) > 3 || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz") != "" {
			return usagef("--model-languages: %s is not a language code such as en or zh", shownValue(l))
		}
	}
	return nil
}
