// Package progress tells how far a run has come.
package progress

// Func is told how far a stage is, from one goroutine. total is 0 while it is not
// known. A nil Func is told nothing.
type Func func(stage string, done, total int)

// Report tells f, unless it is nil.
func (f Func) Report(stage string, done, total int) {
	if f != nil {
		f(stage, done, total)
	}
}

// Every is how many texts are read between two reports.
const Every = 256
