package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar is a progress bar on a terminal, and does nothing elsewhere.
type bar struct {
	a     *app
	stage string
	bar   *progressbar.ProgressBar
}

func (a *app) bar() *bar { return &bar{a: a} }

// show shows the progress of a stage; total 0 means unknown.
func (b *bar) show(stage string, done, total int) {
	if !b.a.terminal {
		return
	}
	if total <= 0 {
		total = -1
	}
	if b.bar == nil || b.stage != stage {
		b.done()
		b.stage = stage
		b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.a.err), progressbar.OptionSetDescription(stage),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(total > 0))
	}
	if total > 0 {
		b.bar.ChangeMax(total)
	}
	_ = b.bar.Set(done)
}

// done removes the bar.
func (b *bar) done() {
	if b.bar != nil {
		_ = b.bar.Clear()
		b.bar = nil
	}
}
