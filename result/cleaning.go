package result

import "github.com/seed-56ee9438/cohort/text"

// Cleaning counts the texts that each step of preparation changed or left out.
// For personal data see Privacy.
type Cleaning struct {
	Changed int `json:"changed"` // changed by any cleaning step
	// Steps counts the texts that each cleaning step changed, by the step's name
	// (see clean.Step); nil if the Preparer does not report steps.
	Steps          map[string]int `json:"steps"`
	Boilerplate    int            `json:"boilerplate"`     // texts that shared sentences were removed from
	NearDuplicates int            `json:"near_duplicates"` // left out: near-duplicates of earlier texts
	Short          int            `json:"short"`           // left out: fewer letters than Repeats.MinLetters, before or after boilerplate was removed
	// Languages counts the kept texts by language. It is detected by script and,
	// for scripts that many languages share, by package text/langid's model.
	Languages      map[text.Language]int `json:"languages"`
	ModelLanguages []text.Language       `json:"model_languages,omitempty"` // the languages that the model was made for
	// Unread is the number of kept texts in languages not among ModelLanguages; 0
	// if those are unknown. Texts without letters have no language.
	Unread int `json:"unread_texts"`
	// Illegible is the number of texts left out because the model cannot read
	// them: they consist of emoji alone, or of characters that it hardly knows.
	// The model cannot tell such texts apart.
	Illegible int `json:"illegible_texts,omitempty"`
	// Repair says what was put right before the model read the texts; nil if that
	// was off, or nothing to tell misspelt words by was known.
	Repair *Repair `json:"repair,omitempty"`
}

// Repair says whether misspelt words were put right before the model read them,
// and how many. Texts are shown as they were written.
type Repair struct {
	Mode string   `json:"mode"` // as asked for: auto or on
	On   bool     `json:"on"`   // words were put right
	By   RepairBy `json:"by"`   // what decided whether they are
	// Noise is the share of the words counted that look misspelt, and Counted how
	// many were counted, of the languages that can be put right; 0 if an earlier run
	// decided. CharacterNoise and Characters are the same of Chinese characters.
	Noise          float64 `json:"noise"`
	Counted        int     `json:"words_counted"`
	CharacterNoise float64 `json:"character_noise"`
	Characters     int     `json:"characters_counted"`
	ErrorRate      float64 `json:"error_rate"` // estimated share of the characters that are wrong
	Texts          int     `json:"texts"`      // in which something was put right
	Words          int     `json:"words"`      // misspelt words that were put right
	Spaces         int     `json:"spaces"`     // words run together that were taken apart
	Replaced       int     `json:"characters"` // Chinese characters that were put right
}

// NoisyShare is the share of words that look misspelt from which they are put
// right by themselves, if there are enough of them to judge. In clean texts up to
// 3 % look so, and 12 % or more if 5 % of the letters are wrong:
// docs/robustness.md.
const NoisyShare = 0.05

// NoisyCharacters is the share of Chinese characters that look wrong from which
// they are put right by themselves, as NoisyShare is of words. In clean texts up to 0.2 %
// look wrong, and 0.5 to 2 % if 10 % were replaced by others that sound alike.
const NoisyCharacters = 0.007

// RepairBy says what decided whether words are put right.
type RepairBy string

// What decides.
const (
	RepairOfTexts     RepairBy = "texts"     // how noisy these texts are, or Mode
	RepairOfSegmenter RepairBy = "segmenter" // it is done as in the run that found the segments
)
