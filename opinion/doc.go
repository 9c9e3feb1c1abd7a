// Package opinion finds what users talk about in English and Chinese texts, the
// aspects (noun phrases such as battery life and 屏幕), and what they say of
// them: aspect-based sentiment by rules, without a model.
//
//	x := opinion.NewExtractor(opinion.Options{})
//	for _, m := range x.Append(nil, "The battery lasts long, but the screen is dim.") {
//		fmt.Println(m.Aspect, m.Value)
//	}
//
// An aspect is a run of nouns with the adjectives that belong to its name
// (optical zoom). It is counted by its key, the singular in lower case. Its
// value is that of the opinion words of its clause, with negations, each
// divided by its distance in words (Ding, Liu and Yu 2008, "A holistic
// lexicon-based approach to opinion mining"); package sentiment has the words.
//
// A Tally counts aspects over texts on one subject and selects those that people
// would list as its features. A segmentation counts users instead: what each
// segment praises and blames is in result.Profile.Opinions.
//
// docs/quality.md has precision, recall and accuracy on labelled reviews.
package opinion
