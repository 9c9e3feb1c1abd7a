package watch

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/text"
)

// Options configures a Watcher. Segmenter, Model and Feed are required.
type Options struct {
	Segmenter *cohort.Segmenter
	Model     cohort.Embedder // that of the Segmenter
	Prepare   cohort.Preparer // that of the Segmenter
	Sentiment cohort.Sentiment
	Feed      Feed

	// Window is the number of rows of a window; 0: 500, or no limit with Every.
	Window int
	// Every is the time that a window spans; 0: windows end by Window alone. It is
	// that of the rows (their Time) if they have one, and otherwise that of the
	// clock. A window of rows' times ends with the first row after it, or when the
	// clock is one window past it and there is nothing to read.
	Every time.Duration
	// WarmUp is the number of windows that make up the reference; 0: 20.
	WarmUp int

	// FalseAlarms is the chance of a false alarm, at most, in any of Horizon
	// windows of users who do not change; 0: 0.05 and 100.
	FalseAlarms float64
	Horizon     int
	// MinUsers is the least number of users of a candidate that is quoted; 0:
	// cohort.DefaultMinUsers.
	MinUsers int

	// Follow moves the centres towards the users of each window after it was
	// compared, by the rule of mini-batch k-means. IDs and names stay. Memory is
	// the number of users that a centre counts as before: 0 means all that it has
	// seen.
	Follow bool
	Memory int
	// Segments is called with the Segmenter after its centres moved; nil: it is
	// not.
	Segments func(*cohort.Segmenter) error

	// Path is the file that lines are appended to. If it is "", they are written
	// to Out.
	Path string
	Out  io.Writer
	// Alerts is the file that alerts are appended to, instead of the other lines.
	Alerts string
	// State is the journal's file; "": a watch begins anew each time.
	State string

	// Post sends the alerts; nil: they are only written.
	Post *Webhook

	// Poll is the time between looks for new rows; 0: a second.
	Poll time.Duration
	// Once stops the watch when there are no more rows, without a further look.
	Once bool

	// Splitter splits texts into the words of candidates.
	Splitter text.Splitter
	// Note is called with what a person should know and is no error, such as a
	// file that was truncated; nil: nobody is told.
	Note func(string)
}

const (
	defaultWindow  = 500
	defaultWarmUp  = 20
	defaultAlarms  = 0.05
	defaultHorizon = 100
	mostWindow     = 1 << 20
	batchRows      = 256 // rows that are placed together
)

func (o Options) withDefaults() (Options, error) {
	bad := func(format string, args ...any) (Options, error) {
		return o, fmt.Errorf("%w: %s", ErrOptions, fmt.Sprintf(format, args...))
	}
	switch {
	case o.Segmenter == nil || o.Segmenter.Len() == 0:
		return bad("there are no segments to watch")
	case o.Model == nil:
		return bad("there is no Model")
	case o.Feed == nil:
		return bad("there is no Feed")
	case o.Path == "" && o.Out == nil:
		return bad("there is neither a Path nor an Out for the lines")
	case o.Window < 0 || o.Window > mostWindow:
		return bad("Window is %d rows, want at most %d", o.Window, mostWindow)
	case o.Every < 0 || o.Poll < 0:
		return bad("a time is negative")
	case o.WarmUp < 0 || o.WarmUp > 100_000 || o.Horizon < 0 || o.MinUsers < 0 || o.Memory < 0:
		return bad("WarmUp, Horizon, MinUsers or Memory is negative or too large")
	case !(o.FalseAlarms >= 0 && o.FalseAlarms < 1):
		return bad("FalseAlarms is %v, want at least 0 and less than 1", o.FalseAlarms)
	case o.Memory > 0 && !o.Follow:
		return bad("Memory has no effect without Follow")
	}
	if o.Window == 0 {
		o.Window = mostWindow
		if o.Every == 0 {
			o.Window = defaultWindow
		}
	}
	or(&o.WarmUp, defaultWarmUp)
	or(&o.FalseAlarms, defaultAlarms)
	or(&o.Horizon, defaultHorizon)
	or(&o.MinUsers, cohort.DefaultMinUsers)
	or(&o.Poll, time.Second)
	if o.Note == nil {
		o.Note = func(string) {}
	}
	return o, o.Post.check()
}

func or[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// level is the chance of a false alarm in a single window.
func (o *Options) level() float64 {
	return -math.Expm1(math.Log1p(-o.FalseAlarms) / float64(o.Horizon))
}
