// Package estimator describes the estimators of packages cluster and reduce:
// their names and every option that affects their results. A [Description]
// reads as a line of text for people and as JSON for programs. cluster.Parse
// and reduce.Parse make the estimator from it again, so that a run can be
// repeated from its report alone.
package estimator
