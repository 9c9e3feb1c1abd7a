package english

import "github.com/kljensen/snowball/english"

// Stem returns the Snowball (Porter 2) stem of an English word in lower case:
// what is left when its endings are cut off, often no word itself (batteries ->
// batteri, generously -> generous). It joins more forms than Lemma, also such
// as do not mean the same (organ, organization). Stop words are stemmed like
// any other. It is github.com/kljensen/snowball's, and can take Lemma's place
// wherever a func(string) string is asked for.
func Stem(word string) string { return english.Stem(word, true) }
