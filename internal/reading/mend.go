package reading

import (
	"context"
	"iter"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/repair"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// Mend says how misspelt words are put right before models read them.
type Mend struct {
	Mode       corpus.Repair // RepairAuto or RepairOn
	Vocabulary []string      // of the model
	// Dictionary are Chinese words and how often they occur; nil: none.
	Dictionary iter.Seq2[string, int]
	// Known are the words of an earlier run, by which those of these texts are put
	// right; nil: by what is frequent in these texts.
	Known *repair.Corpus
	// Again puts them right as the earlier run did, whatever these texts are like.
	Again bool
}

// What decides whether texts are noisy, beside result.NoisyShare.
const (
	leastVocabulary = 5000 // words by which errors are told from rare words
	leastWords      = 300  // fewer tell nothing
	leastCharacters = 2000 // the same, of Chinese
	// mostCounted is the number of texts that are counted to decide whether new
	// texts are noisy.
	mostCounted = 5000
	// fewWordsRate is the rate of errors that is assumed if there are too few words
	// to estimate it.
	fewWordsRate = 0.05
	// usersOfWord is the number of users of a word that is written down.
	usersOfWord = 5
)

// counts reports whether words have to be counted before the first reading.
func (m *Mend) counts() bool {
	return m != nil && !m.Again && (m.Mode == corpus.RepairOn || len(m.Vocabulary) > 0)
}

// ahead reads the texts before the first reading, for what must be known then:
// the sentences that many share, if found is not nil, and the words, if words is
// not nil.
func (r *Reader) ahead(ctx context.Context, found *repeats.Counter, words *repair.Counter) error {
	n := 0
	r.c.Progress.Report("read", 0, 0)
	defer r.c.Progress.Report("embed", 0, 0)
	for t, err := range loop(ctx, r.texts, r.c.Prepare) {
		if err != nil {
			return err
		}
		if found != nil {
			found.Add(t.Text)
		}
		if words != nil {
			words.AddOf(t.source.User, t.Text)
		}
		if n++; n%progress.Every == 0 {
			r.c.Progress.Report("read", n, 0)
			if err := parallel.Cause(ctx); err != nil {
				return err
			}
		}
		if found == nil && r.c.Mend.Known != nil && n == mostCounted {
			break
		}
	}
	return nil
}

// decide makes the Repairer, and says in the Survey whether it is used.
func (r *Reader) decide(words *repair.Counter) error {
	m := r.c.Mend
	if m == nil || words == nil && !m.Again {
		return nil
	}
	o := repair.Options{Vocabulary: m.Vocabulary, Dictionary: m.Dictionary, MinUsers: usersOfWord}
	out := &result.Repair{Mode: m.Mode.String(), By: result.RepairOfTexts, On: true}
	r.survey.Cleaning.Repair = out
	var err error
	if m.Again {
		out.By = result.RepairOfSegmenter
		r.repairer, err = repair.New(*m.Known, o)
	} else {
		r.repairer, err = m.own(words, o, out)
	}
	if err != nil {
		return err
	}
	out.ErrorRate = r.repairer.ErrorRate()
	r.mends = out.On
	return nil
}

// own returns a Repairer for the words counted, or by those of an earlier run for
// them, and says in out how noisy they are and whether it is to be used.
func (m *Mend) own(words *repair.Counter, o repair.Options, out *result.Repair) (*repair.Repairer, error) {
	r, err := m.repairer(words, o)
	if err != nil {
		return nil, err
	}
	out.Counted, out.Characters = words.Total(), words.TotalCharacters()
	if len(m.Vocabulary) >= leastVocabulary || m.Mode == corpus.RepairOn {
		out.Noise = r.Share(words)
	}
	out.CharacterNoise = r.CharacterShare(words)
	if m.Mode == corpus.RepairOn {
		return r, nil
	}
	keep := repair.Options{
		KeepWords:      out.Noise < result.NoisyShare || words.Total() < leastWords,
		KeepCharacters: out.CharacterNoise < result.NoisyCharacters || words.TotalCharacters() < leastCharacters,
	}
	out.On = !keep.KeepWords || !keep.KeepCharacters
	return r.Adjusted(keep)
}

// repairer returns a Repairer of all errors by the words counted, or by those of an
// earlier run at the rates of the former.
func (m *Mend) repairer(words *repair.Counter, o repair.Options) (*repair.Repairer, error) {
	if m.Known == nil {
		return words.Repairer(o)
	}
	r, err := repair.New(*m.Known, o)
	if err != nil {
		return nil, err
	}
	rates := repair.Options{ErrorRate: fewWordsRate, SpaceRate: fewWordsRate, CharacterRate: fewWordsRate}
	if words.Total() >= leastWords {
		rates.ErrorRate, rates.SpaceRate = r.Estimate(words), r.EstimateSpaces(words)
	}
	if words.TotalCharacters() >= leastWords {
		rates.CharacterRate, rates.LookShare = r.EstimateCharacters(words), r.EstimateLooks(words)
	}
	return r.Adjusted(rates)
}

// Known returns what is known of the words of the texts, and whether misspelt ones
// are put right by it; nil if words were not counted.
func (r *Reader) Known() (c *repair.Corpus, mends bool) {
	if r.repairer == nil {
		return nil, false
	}
	known := r.repairer.Corpus()
	return &known, r.mends
}

// Mend returns a text as models read it, with its misspelt words put right if they
// are in this run.
func (r *Reader) Mend(s string) string {
	if !r.mends {
		return s
	}
	return r.repairer.Repair(s).Text
}
