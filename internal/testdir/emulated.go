package testdir

import "os"

// Emulated tells that the tests run on an emulated processor, or in another
// machine's virtual one, some hundred times slower: they then take less of the
// same. Nothing shows that by itself; who runs them so sets COHORT_EMULATED, as
// .ci/run does.
func Emulated() bool { return os.Getenv("COHORT_EMULATED") != "" }
