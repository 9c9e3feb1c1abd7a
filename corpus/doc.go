// Package corpus holds the input of a run of cohort: texts and their authors
// ([Text]), the preparation of texts for reading and display ([Preparer], which
// [PrivacyPreparer] implements), and the treatment of repeated texts
// ([Repeats]). Package cohort has the same types under the same names, and its
// Options take them; Segmentation is the result of a run (package result).
//
//	texts := corpus.Slice([]corpus.Text{{User: "ann", Text: "The battery died."}})
//	prepare := corpus.PrivacyPreparer{Cleaner: clean.New(clean.Options{})}
//	seg, err := cohort.Segment(ctx, texts, cohort.Options{Model: m, Prepare: prepare})
package corpus
