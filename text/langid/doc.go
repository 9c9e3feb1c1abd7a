// Package langid detects the language of a text by its script and, for scripts
// that many languages share, by a model of letter trigrams
// (github.com/abadojack/whatlanggo, after Cavnar and Trenkle 1994).
//
// Use it if texts may be in languages other than English and Chinese, to
// exclude or to separate those that a model cannot read. For these two
// languages alone, text.Detect is enough.
//
//	d, err := langid.New(langid.Options{})
//	guess := d.Detect("La batterie est vide après deux heures.") // guess.Language is "fr"
//
// Accuracy: of 58 review sentences in 26 languages, written for this project
// and known when its thresholds were set, 56 are detected correctly. Of 3,000
// English snippets, some of only a word or two, 12 are taken for another
// language (TestAccuracy, TestEnglish). Phrases from software in 25 languages
// were not used to set the thresholds, but had been seen once before the rule
// was added by which one or two words in ASCII letters get the fallback (English
// unless Options say otherwise). Of
// those with ten words or more 0.97 are detected correctly, with five to nine
// words 0.85, and with two to four words 0.52; most of the remaining ones are
// taken for English (TestTranslations). On the same phrases of two to four
// words lingua 2.1.1 reaches 0.93, its low accuracy mode 0.86, and CLD2 0.68:
// for the languages of single titles or queries use one of those. Here, a few
// words in ASCII letters are assigned to another language only if the model is
// nearly certain, so that English is rarely misdetected: of 203 English phrases
// of two to four words one is, compared with seven without that rule (they were
// seen when it was made).
//
// The package adds about 0.5 MB to a program. The model reads about 0.5 MB/s.
// Most English is detected without it, by its stop words, and so are all
// scripts of a single language.
package langid
