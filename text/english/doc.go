// Package english finds the base forms of English words: dictionary forms (mice
// -> mouse, running -> run, better -> good) and stems (running, runs -> run;
// generous, generously -> generous).
//
// They are for keywords and explanations, where the forms of a word are counted
// as one:
//
//	keyword.Options{Lemma: english.Lemma}
//
// A BERT model should read the cleaned sentence as it was written. It was
// trained on whole sentences, so lemmas, stems and missing stop words only
// remove information.
package english
