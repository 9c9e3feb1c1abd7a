package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/text"
)

// unreadShare is the share of texts from which a warning is printed: among
// texts that the model can read, about one in a hundred short ones is
// misidentified.
const unreadShare = 0.02

// warnUnread prints a warning to standard error if many texts are in languages
// that the model was not made for, or fewer segments were found than wanted.
func (a *app) warnUnread(seg *cohort.Segmentation) {
	if n := seg.Counts.Wanted; n > 0 {
		fmt.Fprintf(a.err, "cohort: warning: fewer segments than the %d of --k were found among %d users: %d\n", n, seg.Counts.Users, len(seg.Segments))
	}
	c := &seg.Cleaning
	if all := seg.Counts.Texts + c.Illegible; c.Illegible > 0 && float64(c.Illegible) >= unreadShare*float64(all) {
		fmt.Fprintf(a.err, "cohort: warning: %d of %d texts are left out: the model cannot read them (emoji alone, or a script that it does not know)\n", c.Illegible, all)
	}
	if float64(c.Unread) < unreadShare*float64(seg.Counts.Texts) || c.Unread == 0 {
		return
	}
	counts := maps.Clone(c.Languages)
	maps.DeleteFunc(counts, func(l text.Language, _ int) bool { return l == text.Unknown || slices.Contains(c.ModelLanguages, l) })
	langs := slices.SortedFunc(maps.Keys(counts), func(x, y text.Language) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x, y))
	})
	var most []string
	for _, l := range langs[:min(3, len(langs))] {
		most = append(most, fmt.Sprintf("%s %d", l, counts[l]))
	}
	fmt.Fprintf(a.err, "cohort: warning: %d of %d texts are in languages that the model was not made for (most: %s); where it puts them says little\n",
		c.Unread, seg.Counts.Texts, strings.Join(most, ", "))
}

// warnNoSegments prints a warning to standard error if the segments are only
// cuts through one crowd.
func (a *app) warnNoSegments(seg *cohort.Segmentation) {
	if s := &seg.Scores; s.Verdict == cohort.VerdictNoSegments {
		fmt.Fprintf(a.err, "cohort: warning: no segments here: resamples agree with them at %.2f, not clearly more than they would (%.2f on average, up to %.2f) if all users were one crowd\n",
			s.Resampled.Mean, s.Null.Mean, s.Null.High)
	}
}
