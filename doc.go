// Package cohort groups users by what they write, and says why.
//
// Texts with their users go in; segments of users, the reasons for them and
// the scores that tell whether to believe them come out:
//
//	m, err := minilm.Load(bert.Options{})
//	seg, err := cohort.Segment(ctx, cohort.Slice(texts), cohort.Options{Model: m})
//	err = report.WriteHTML(w, seg)
//
// # The road of a text
//
// A text is cleaned and its personal data masked (Options.Prepare), embedded
// (Options.Model) and added to its user's vector (Options.Pooling). The users'
// vectors, each of length 1, are reduced where asked (Options.Reduce) and
// clustered (Options.Clusterer). Then the texts are read a second time to count
// words and pick quotations for the segments that were found. Between the two
// readings only vectors are kept, above Options.Memory in a temporary file:
// texts may be more than memory holds.
//
// # Numbers
//
// Users are placed by Euclidean distance to the centres of the segments, a
// centre being the mean of its users' vectors. A user's margin is
// (runner-up distance - own distance) / the larger of the two: 1 at the
// centre of their segment, 0 on the border, below 0 where the clusterer put them
// elsewhere than with the nearest centre. Segments are numbered from 1 by
// size; -1 ([Unassigned]) is a user that no segment holds.
//
// The same texts, options and seed give the same bytes in every output, for
// any number of threads.
//
// # Packages
//
// What Segment returns is package result's, what it is given package corpus's;
// both are here under the same names. Package report draws a result, package drift
// compares two. Packages bert, tokenize, text, reduce, cluster and eval are what a
// run works with, and useful alone.
package cohort
