package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// explain writes the reason, with the candidates that come next.
func (c *Choice) explain() {
	best := c.Candidates[c.Best]
	var b strings.Builder
	tried, low, high := len(c.Candidates), c.Candidates[0].K, c.Candidates[len(c.Candidates)-1].K
	if top := c.top(); top == c.Best {
		fmt.Fprintf(&b, "k = %d has the best score (%.3g) of %d numbers from %d to %d", best.K, best.Score, tried, low, high)
	} else {
		fmt.Fprintf(&b, "k = %d, with %.3g, is in the middle of %d numbers within 5 %% of the best score (%.3g), of %d from %d to %d", best.K, best.Score, len(c.good()), c.Candidates[top].Score, tried, low, high)
	}
	b.WriteString(c.rivals())
	order := slices.Delete(slices.Clone(c.Candidates), c.Best, c.Best+1)
	slices.SortStableFunc(order, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
	for _, o := range order[:min(2, len(order))] {
		fmt.Fprintf(&b, "; k = %d has %.3g", o.K, o.Score)
	}
	if c.Worded {
		fmt.Fprintf(&b, "; words alone tell the segments at %.2f", best.Words)
	}
	fmt.Fprintf(&b, "; silhouette %.2f, after smoothing %.2f; KMeans without smoothing agrees at %.2f; neighbours share a segment more often than others by %.2f", best.Silhouette, best.Smoothed, best.Agreement, best.Neighbors)
	switch {
	case best.Score == 0:
		b.WriteString("; but no number has a score above 0: there may be no clusters of this kind")
	case c.Best == len(c.Candidates)-1 && c.Best > 0:
		b.WriteString("; it is the largest number tried, and more may fit better")
	case c.Best == 0 && best.K > 2:
		b.WriteString("; it is the smallest number tried, and fewer may fit better")
	}
	b.WriteString(".")
	c.Reason = b.String()
}
