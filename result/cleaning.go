package result

import "github.com/seed-56ee9438/cohort/text"

// Cleaning says how many texts each step of preparing them touched. Personal
// data is in Privacy.
type Cleaning struct {
	Changed int `json:"changed"` // by any step of cleaning
	// Steps counts the texts that a step of cleaning changed, by the name of the
	// step (see clean.Step); nil where the Preparer does not tell.
	Steps          map[string]int `json:"steps"`
	Boilerplate    int            `json:"boilerplate"`     // that shared sentences were taken out of
	NearDuplicates int            `json:"near_duplicates"` // left out: they repeat earlier ones
	Short          int            `json:"short"`           // left out: fewer letters than Repeats.MinLetters, by themselves or without boilerplate
	// Languages counts the texts taken in by their language: told by script and,
	// for scripts that many languages share, by package text/langid's model.
	Languages      map[text.Language]int `json:"languages"`
	ModelLanguages []text.Language       `json:"model_languages,omitempty"` // those that the model was made for
	// Unread is how many of the texts taken in are in languages that are not among
	// ModelLanguages; 0 where those are not known. Texts without letters are in none.
	Unread int `json:"unread_texts"`
	// Illegible is how many texts were left out because the model cannot read them:
	// emoji alone, or characters that it hardly knows. To it they are all alike.
	Illegible int `json:"illegible_texts,omitempty"`
}
