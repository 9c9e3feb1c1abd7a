// Package conformance checks the outputs of report with the programs that read
// them: the page in a real Chromium, the JSON with a schema validator. It is a
// module of its own, so that importers of cohort do not depend on either.
//
//	go test .                              # skips the page without a Chromium
//	COHORT_REQUIRE_BROWSER=1 go test .     # fails without a Chromium
//	COHORT_SCREENSHOTS=DIR go test .       # also keeps screenshots
//
// COHORT_BROWSER names a browser to use in place of the Chromium or Chrome
// found on the PATH.
package conformance
