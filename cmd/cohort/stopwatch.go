package main

import "time"

// stopwatch measures the duration of a run's stages.
type stopwatch struct {
	begin, since time.Time
	now          string
	took         map[string]time.Duration
}

func newStopwatch() *stopwatch {
	t := time.Now()
	return &stopwatch{begin: t, since: t, now: "load", took: map[string]time.Duration{}}
}

// stage ends the current stage and begins another.
func (w *stopwatch) stage(name string) {
	if name != w.now {
		t := time.Now()
		w.took[w.now] += t.Sub(w.since)
		w.now, w.since = name, t
	}
}

func (w *stopwatch) seconds() map[string]float64 {
	w.stage("")
	out := map[string]float64{}
	for n, d := range w.took {
		out[n] = d.Seconds()
	}
	return out
}
