// Package result holds the results of a run of cohort: a [Segmentation] with
// its segments, users and scores, the explanation of one user ([Why]), the
// places of new users ([Assignment]), and edits made by hand ([Edit]).
//
// They are plain data, written and read as JSON (WriteJSON, ReadJSON) in a
// format that has a schema (Schema). The package does not depend on those that
// find the results, so programs that only read, draw or compare finished runs
// need not compile them. Package cohort has the same types under the same
// names.
package result
