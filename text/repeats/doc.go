// Package repeats finds repetition among texts: near-duplicates, by MinHash and
// locality-sensitive hashing, and boilerplate, sentences that many texts share
// (signatures, order templates, "Sent from my phone"). A Filter handles both,
// and leaves out empty and too short texts.
//
// Texts should be cleaned first (package clean). Everything here processes one
// text at a time, in time linear in its length, and gives the same result for
// the same texts in the same order.
//
//	c := repeats.NewCounter(repeats.BoilerplateOptions{})
//	for _, t := range texts { // the first reading
//		c.Add(t)
//	}
//	f := repeats.NewFilter(repeats.FilterOptions{}, c.Stripper())
//	for i, t := range texts { // the second
//		got := f.Filter(user[i], t) // got.Text, and got.Fate: why it is left out
//	}
package repeats
