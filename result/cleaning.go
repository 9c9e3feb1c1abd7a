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
}
