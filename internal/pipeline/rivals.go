package pipeline

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Rivals returns numbers of clusters that fit about as well as the chosen one, if
// they lie so far apart that the number is uncertain, else nil. They ascend, and
// the chosen number is one of them; low and high are the least and the largest of
// all that fit as well.
func (c *Choice) Rivals() (ks []int, low, high int) {
	at := c.within(nearly)
	if len(at) == 0 {
		return nil, 0, 0
	}
	low, high = c.Candidates[at[0]].K, c.Candidates[at[len(at)-1]].K
	if float64(high) < wide*float64(low) {
		return nil, 0, 0
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(c.Candidates[b].Score, c.Candidates[a].Score) })
	for _, i := range slices.Insert(at, 0, c.Best) {
		k := float64(c.Candidates[i].K)
		if len(ks) < mostRivals && !slices.ContainsFunc(ks, func(o int) bool { return k < apart*float64(o) && float64(o) < apart*k }) {
			ks = append(ks, c.Candidates[i].K)
		}
	}
	slices.Sort(ks)
	return ks, low, high
}

// rivals says which other numbers fit about as well, "" if the number is clear.
func (c *Choice) rivals() string {
	ks, low, high := c.Rivals()
	if ks == nil {
		return ""
	}
	said := make([]string, len(ks))
	for i, k := range ks {
		said[i] = fmt.Sprint(k)
	}
	last := len(said) - 1
	return fmt.Sprintf("; but several numbers from %d to %d fit about as well (%.0f %% of the best score or more): %s and %s", low, high, 100*nearly, strings.Join(said[:last], ", "), said[last])
}

// rivalsSaid matches what rivals writes.
var rivalsSaid = regexp.MustCompile(`fit about as well \([^)]*\): ([\d, ]*\d and \d+)`)

// SaidRivals returns the rivals that a reason names, as "3, 5 and 20"; "" if it
// names none. Reasons are all that results and their files keep of a choice.
func SaidRivals(reason string) string {
	if m := rivalsSaid.FindStringSubmatch(reason); m != nil {
		return m[1]
	}
	return ""
}
