// Package progress reports the progress of a run.
package progress

// Func is called with the progress of a stage, from one goroutine. total is 0
// while it is unknown. Report ignores a nil Func.
type Func func(stage string, done, total int)

// Report calls f, unless it is nil.
func (f Func) Report(stage string, done, total int) {
	if f != nil {
		f(stage, done, total)
	}
}

// Every is the number of texts read between two reports.
const Every = 256
