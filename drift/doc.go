// Package drift compares two runs of cohort: which segments are new, gone, or
// have grown or shrunk, and how many users moved.
//
// It compares finished runs, and needs neither their texts nor the model:
//
//	before, err := result.ReadJSON(january)
//	after, err := result.ReadJSON(february)
//	d, err := drift.Compare(before, after, drift.Options{})
package drift
