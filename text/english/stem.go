package english

import "github.com/kljensen/snowball/english"

// Stem returns the Snowball (Porter 2) stem of an English word in lower case.
// This is the word without its endings, and often not a word itself (batteries
// -> batteri, generously -> generous). It joins more forms than Lemma,
// including some with different meanings (organ, organization). Stop words are
// stemmed like any other. It uses github.com/kljensen/snowball, and can be used
// in place of Lemma wherever a func(string) string is expected.
func Stem(word string) string { return english.Stem(word, true) }
