// Package pii finds personal data in English and Chinese texts and masks,
// drops, hashes or replaces it with keyed pseudonyms. Recognisers validate
// (check digits, issued ranges, numbering plans, the words before a number)
// rather than match patterns alone, in one pass over the text, in time linear in
// its length. Full-width letters and digits, typographic spaces and hyphens are
// read as their ASCII likes and invisible characters are passed over, so that
// １３８ and 138 are one; spans are places in the text as it was given.
//
// Street addresses are looked for on request (Options.Types), persons' names
// where a model finds them (Options.Names). The test set of labelled spans is
// described in testdata/README.md.
package pii
