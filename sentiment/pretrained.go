package sentiment

import _ "embed"

//go:embed heads/en.json
var english []byte

// English returns the head for the vectors of bert/minilm (all-MiniLM-L6-v2).
func English() (*Head, error) { return Read(english) }
