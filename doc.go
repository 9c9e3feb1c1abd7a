// Package cohort groups users by what they write, and explains the groups.
//
// It takes texts with their users, and returns segments of users, the reasons
// for them, and scores that say how far they can be trusted:
//
//	m, err := minilm.Load(bert.Options{})
//	seg, err := cohort.Segment(ctx, cohort.Slice(texts), cohort.Options{Model: m})
//	err = report.WriteHTML(w, seg)
//
// # How a text is processed
//
// A text is cleaned and its personal data masked (Options.Prepare), embedded
// (Options.Model) and added to its user's vector (Options.Pooling). The users'
// vectors, each of length 1, are reduced if requested (Options.Reduce) and
// clustered (Options.Clusterer). Then the texts are read a second time to count
// words and select quotations for the segments that were found. Only vectors
// are kept between the two readings, in a temporary file if they exceed
// Options.Memory, so the texts need not fit in memory.
//
// Vectors that have been made already take the place of the model: see
// [FromVectors] and Options.Vectors.
//
// # Numbers
//
// Users are placed by the Euclidean distance to the centres of the segments; a
// centre is the mean of its users' vectors. A user's margin is (distance to the
// runner-up - distance to their own centre) / the larger of the two. It is 1 at
// the centre of their segment, 0 on the border, and negative if the clusterer
// put them in a segment other than the one with the nearest centre. Segments
// are numbered from 1 by size; -1 ([Unassigned]) marks users who are in no
// segment.
//
// The same texts, options and seed give the same bytes in every output, for any
// number of threads.
//
// # Packages
//
// The types of the input are defined in package corpus and those of the results
// in package result; this package has them under the same names. Package report
// draws a result, and package drift compares two. Packages bert, tokenize,
// text, reduce, cluster and eval are the parts of a run, and can be used on
// their own.
package cohort
