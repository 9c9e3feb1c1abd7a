// Package charset tells which encoding the bytes of a text are in.
//
// UTF-8, UTF-16 and UTF-32 show by their marks, their zeros or their form. Of
// the others every one that the bytes could be is tried: the text that it gives
// is measured, in bits, against how often the characters come in the languages
// that are written in it, and the encoding under which the bytes are least
// surprising is taken. Since it is the same bytes that every encoding explains,
// one character of two bytes compares with two of one byte each. The method is
// that of a mixture of unigram models with a cost for a change of script or case
// within a word; the letters' orders are those of the usual frequency tables.
package charset
