// Package conformance checks what report writes with the programs that are to
// read it: the page in a real Chromium, the JSON by a validator of its schema.
// It is a module of its own, so that importers of cohort carry neither.
//
//	go test .                              # where there is a Chromium
//	COHORT_REQUIRE_BROWSER=1 go test .     # fail where there is none
//	COHORT_SCREENSHOTS=DIR go test .       # and keep pictures to look at
//
// COHORT_BROWSER names another browser than the Chromium or Chrome of the PATH.
package conformance
