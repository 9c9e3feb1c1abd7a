// Package estimator describes estimators of packages cluster and reduce: their
// name and every option that changes what they find. A [Description] reads as a
// line of text for people and as JSON for programs; cluster.Parse and
// reduce.Parse make the estimator of it again, so that a run can be repeated
// from its report alone.
package estimator
