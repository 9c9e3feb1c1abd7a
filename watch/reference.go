package watch

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
)

// tally is what a window adds to the reference, one entry a user, or their sum.
type tally struct {
	Users    int               `json:"users"`
	Segments map[int]int       `json:"segments"` // users by segment, cohort.Unassigned included
	Feelings map[int][]float64 `json:"feelings,omitempty"`
	Farthest []float64         `json:"farthest"` // of each user's texts from the nearest centre
	Who      map[string]int    `json:"who"`      // segment by digest of the user's name
	// Of a sum:
	Windows map[string]int `json:"windows,omitempty"` // in which a user was
	Count   int            `json:"count,omitempty"`   // of windows
}

// digestOf hides a user's name.
func digestOf(user string) string {
	h := sha256.Sum256([]byte(user))
	return hex.EncodeToString(h[:8])
}

func newTally() *tally {
	return &tally{Segments: map[int]int{}, Feelings: map[int][]float64{}, Who: map[string]int{}, Windows: map[string]int{}}
}

// add adds a window, or a sum of windows.
func (t *tally) add(w *tally) {
	t.Count += max(1, w.Count)
	t.Users += w.Users
	for id, n := range w.Segments {
		t.Segments[id] += n
	}
	for id, x := range w.Feelings {
		t.Feelings[id] = append(t.Feelings[id], x...)
	}
	t.Farthest = append(t.Farthest, w.Farthest...)
	for who, id := range w.Who {
		t.Who[who] = id
		t.Windows[who] += max(1, w.Windows[who])
	}
}

// shrink is the effective number of users of the reference relative to their
// number (Kish, Survey Sampling, 1965): users who were in several windows count
// as fewer.
func (t *tally) shrink() float64 {
	sum, squares := 0.0, 0.0
	for _, n := range t.Windows {
		sum += float64(n)
		squares += float64(n) * float64(n)
	}
	if squares == 0 {
		return 1
	}
	return sum / squares
}

// distantShare is the share of the reference's users beyond the limit.
const distantShare = 0.02

// limit returns the distance beyond which a text is unassignable, and its rank
// from the largest; the rank is 0 if there is no reference.
func (t *tally) limit() (distance float64, rank int) {
	if len(t.Farthest) == 0 {
		return 0, 0
	}
	x := slices.Sorted(slices.Values(t.Farthest))
	rank = max(1, int(math.Round(distantShare*float64(len(x)))))
	return x[len(x)-rank], rank
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
