package source

// Guess is what was guessed of some of several files.
type Guess struct {
	Value string `json:"value"`
	File  string `json:"file"`            // the first of them
	Files int    `json:"files,omitempty"` // their number, if there are several
}

// guessed adds what was guessed of a file to the guesses of earlier files.
func guessed(list []Guess, value, file string) []Guess {
	for i := range list {
		if g := &list[i]; g.Value == value {
			g.Files = max(g.Files, 1) + 1
			return list
		}
	}
	return append(list, Guess{Value: value, File: file})
}
