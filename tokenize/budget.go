package tokenize

import "fmt"

// Limits well above the files of tokenizers in use. A file beyond them is
// refused before anything is built from it, so that one made to exhaust memory
// costs little more than its own bytes.
const (
	maxMembers     = maxLines // per list or object: the largest vocabulary has 501,153 tokens
	maxValues      = 1 << 21  // in the whole file: pieces with scores are lists of two
	maxObjects     = 1 << 16  // components and added tokens, of which there are thousands at most
	maxDepth       = 64
	maxStringBytes = 2 << 20  // per string: a charsmap takes some 400 kB
	maxTextBytes   = 16 << 20 // all strings together
	maxTokenBytes  = 6 << 20  // all tokens of a vocabulary together: each byte can be a node of the search
)

// checkBudget counts the contents of a JSON file. It does not validate the
// JSON, which is left to the decoder.
func checkBudget(data []byte) error {
	var members [maxDepth]int
	var depth, values, objects, text int
	refuse := func(at int, what string, limit int) error {
		return &FormatError{Path: fmt.Sprintf("byte %d", at), Got: "more " + what + " than any tokenizer has", Want: fmt.Sprintf("at most %d", limit)}
	}
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			if data[i] == '{' {
				if objects++; objects > maxObjects {
					return refuse(i, "objects", maxObjects)
				}
			}
			if depth == maxDepth {
				return refuse(i, "nested values", maxDepth)
			}
			members[depth] = 1
			depth++
		case '}', ']':
			if depth > 0 {
				depth--
			}
		case ',':
			if values++; values > maxValues {
				return refuse(i, "values", maxValues)
			}
			if depth > 0 {
				if members[depth-1]++; members[depth-1] > maxMembers {
					return refuse(i, "members of one list or object", maxMembers)
				}
			}
		case '"':
			start := i + 1
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			n := min(i, len(data)) - start
			if n > maxStringBytes {
				return refuse(start, "bytes in one string", maxStringBytes)
			}
			if text += n; text > maxTextBytes {
				return refuse(start, "bytes in strings", maxTextBytes)
			}
		}
	}
	return nil
}

// checkTokenBytes limits what the search over a vocabulary takes: n bytes in
// that many tokens.
func checkTokenBytes(n, tokens int) error {
	if n > maxTokenBytes {
		return &FormatError{Path: "vocabulary", Got: fmt.Sprintf("%d bytes in %d tokens", n, tokens), Want: fmt.Sprintf("at most %d", maxTokenBytes)}
	}
	return nil
}
