// Package watch follows texts as they are written: it places each new one in the
// segments of a saved run, measures drift window by window, and raises alerts.
//
// A [Feed] gives new rows in order: those of a growing file ([Tail]), or of a
// table of a database by a key column ([Table]). A [Watcher] places each row by
// its text alone and writes a line of JSON for it. A window ends after a number
// of rows, or after a span of time. Then its users are placed by all that they
// wrote in it, as [cohort.Segmenter.Assign] does, and compared with the users of
// the reference: the first windows, in which nothing is tested.
//
//	feed, err := watch.NewTail("new.csv", source.Options{}, nil)
//	w, err := watch.New(ctx, watch.Options{Segmenter: s, Model: m, Feed: feed, Out: os.Stdout})
//	defer w.Close()
//	err = w.Run(ctx) // until ctx is done
//
// # Alerts
//
// An alert says that a segment has grown, shrunk or soured (what its users write
// is more negative), that more users than before are left unassigned, or that
// texts pile up that are farther from all centres than nearly all of the
// reference. The last two come with a candidate for a new segment: the words and
// quotations of those texts. Alerts never show personal data: what they quote has
// been masked, by the Preparer or here, and users are counted, not named.
//
// Each window is one test of the hypothesis that its users come from where those
// of the reference came from. Shares are compared by Fisher's exact test, the
// number of distant users by the beta-binomial distribution of how many exceed an
// order statistic of the reference, and sentiment by the rank-sum test (Mann and
// Whitney, 1947), all one-sided, with one value a user. Holm's correction (1979)
// bounds the chance that a window without change has any alert by a level:
// [Options.FalseAlarms] is the chance of any false alarm in [Options.Horizon]
// windows, and a single window's is 1 - (1 - FalseAlarms)^(1/Horizon). The tests
// are exact or conservative, so that the measured rate is at most that; see
// TestFalseAlarms. A user who appears in several windows of the reference does
// not count as several: its size is Kish's effective one, which is exact where a
// user says the same each time, and too cautious otherwise.
//
// What is stationary has the same mixture of users from window to window: choose
// windows that span the day, or the week, if users come at certain hours.
//
// An alert is raised once when a change appears, and again only after a window
// without it; until then the window's line lists it under ongoing.
//
// # Interruptions
//
// With [Options.State] the position is kept in a journal: a watch that was killed
// continues where it was, and with [Options.Path] its output is that of one that
// was not. Alerts are posted at least once, each with the same id every time. The
// journal holds neither texts nor names. A second process with the same journal
// is refused.
package watch
