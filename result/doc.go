// Package result holds what a run of cohort finds: a [Segmentation] with its
// segments, users and scores, the explanation of one user ([Why]), where new
// users were placed ([Assignment]), and the edits that people made ([Edit]).
//
// They are plain data, written and read as JSON (WriteJSON, ReadJSON) in a
// format that has a schema (Schema). The package knows nothing of how any of it
// is found, so that programs which read, draw or compare finished runs compile
// none of that. Package cohort has the same types under the same names.
package result
