package drift

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/matching"
	"github.com/seed-56ee9438/cohort/result"
)

// Errors of Compare.
var (
	// ErrNotComparable: two runs have too little in common to match their segments.
	ErrNotComparable = errors.New("cohort: runs cannot be compared")
	// ErrModel: the centres come from different models. It is cohort.ErrModel,
	// and is wrapped together with ErrNotComparable.
	ErrModel = fault.ErrModel
	// ErrOptions: an option has an invalid value. It is cohort.ErrOptions.
	ErrOptions = fault.ErrOptions
)

// By says what the segments of two runs are matched by.
type By string

const (
	ByUsers   By = "users"   // Jaccard similarity of the users in both runs
	ByCentres By = "centres" // cosine of the centres, each less its run's mean centre
)

// Options configures Compare.
type Options struct {
	// By is what segments are matched by. "" means users if enough of them are in
	// both runs and have names of their own (not the numbers of rows), and
	// centres otherwise.
	By By
	// Before and After are the centres of the runs' segments, which are needed to
	// match by centres: see Segmenter.Centres of package cohort. They must come
	// from the same model.
	Before, After *result.Centres
	// MinMatch is the least similarity of two segments that match; 0: 0.3 for
	// users (Greene, Doyle and Cunningham, Tracking the evolution of communities
	// in dynamic social networks, 2010), 0.5 for centres.
	MinMatch float64
	// MinShared is the minimum number of users in both runs for a match by users;
	// 0: 20, or a tenth of the smaller run if that is more.
	MinShared int
}

// Status is what became of a segment.
type Status string

// The statuses. A segment has grown or shrunk if its share of the segmented
// users changed by two standard errors or more.
const (
	Steady Status = "steady"
	Grown  Status = "grown"
	Shrunk Status = "shrunk"
	Born   Status = "born"
	Gone   Status = "gone"
)

// Comparison describes what changed from one run to the next.
type Comparison struct {
	By       By        `json:"by"`
	Segments []Segment `json:"segments"` // those of the later run in its order, then those that are gone
	Shared   int       `json:"shared"`   // users who are in segments of both runs
	Moved    int       `json:"moved"`    // those of them who are now in a segment that does not match their old one
	// MovedShare is Moved/Shared, 0 if no user is shared.
	MovedShare float64 `json:"moved_share"`
	// ARI is the adjusted Rand index of the two partitions of the shared users;
	// nil for fewer than two of them.
	ARI    *float64 `json:"ari,omitempty"`
	Joined int      `json:"joined"` // users of the later run only
	Left   int      `json:"left"`   // users of the earlier run only
}

// Segment is one segment before and after.
type Segment struct {
	Status      Status  `json:"status"`
	Before      int     `json:"before,omitempty"` // ID in the earlier run, 0 for Born
	After       int     `json:"after,omitempty"`  // ID in the later run, 0 for Gone
	NameBefore  string  `json:"name_before,omitempty"`
	NameAfter   string  `json:"name_after,omitempty"`
	Similarity  float64 `json:"similarity"` // of the two; for a new or a gone segment, to the most similar one
	UsersBefore int     `json:"users_before"`
	UsersAfter  int     `json:"users_after"`
	ShareBefore float64 `json:"share_before"` // of the run's segmented users
	ShareAfter  float64 `json:"share_after"`
	Z           float64 `json:"z"` // change of share in standard errors
	// Flows says where its shared users came from (those now in it) or, for a
	// gone segment, where they went; the largest flow first.
	Flows []Flow `json:"flows,omitempty"`
}

// Flow is the number of users shared with one segment of the other run.
type Flow struct {
	Segment int    `json:"segment"` // ID in the other run
	Name    string `json:"name"`
	Users   int    `json:"users"`
}

// Compare matches the segments of two runs so that the sum of their
// similarities is largest, and returns which segments are new, gone, or have
// grown or shrunk, and how many users moved. It returns ErrNotComparable if the
// runs share too few users and no centres of the same model are given.
func Compare(before, after *result.Segmentation, o Options) (*Comparison, error) {
	if before == nil || after == nil {
		return nil, fmt.Errorf("%w: %w", ErrNotComparable, result.ErrNone)
	}
	c := cross(before, after)
	if o.MinShared == 0 {
		o.MinShared = max(20, min(len(before.Users), len(after.Users))/10)
	}
	d := &Comparison{By: o.By, Segments: []Segment{}, Shared: c.shared, Joined: c.joined, Left: c.left}
	if d.By == "" {
		d.By = ByCentres
		if c.shared >= o.MinShared && (!numbered(before) || !numbered(after)) {
			d.By = ByUsers
		}
	}
	like, least, err := c.similarity(d.By, &o)
	if err != nil {
		return nil, err
	}
	if o.MinMatch != 0 {
		least = o.MinMatch
	}
	was, became := match(like, least, len(after.Segments))
	for j, i := range was {
		d.Segments = append(d.Segments, c.segment(i, j, like))
	}
	for i, j := range became {
		if j < 0 {
			d.Segments = append(d.Segments, c.segment(i, -1, like))
		}
	}
	for i, row := range c.users {
		for j, n := range row {
			if became[i] != j {
				d.Moved += n
			}
		}
	}
	if d.Shared > 0 {
		d.MovedShare = float64(d.Moved) / float64(d.Shared)
	}
	if d.Shared > 1 {
		ari, err := eval.ARI(c.labels[0], c.labels[1])
		if err != nil {
			return nil, err
		}
		d.ARI = &ari
	}
	return d, nil
}

// match pairs segments of the earlier run with those of the later one, of which
// there are m, if their similarity is at least least. It returns the partner of
// each segment on either side, -1 for none. like is [n][m].
func match(like [][]float64, least float64, m int) (was, became []int) {
	// Pairs that are too dissimilar must not affect the matching of the rest.
	enough := make([][]float64, len(like))
	for i, row := range like {
		enough[i] = make([]float64, len(row))
		for j, x := range row {
			if x >= least {
				enough[i][j] = x
			}
		}
	}
	became = matching.Heaviest(enough)
	was = make([]int, m)
	for j := range was {
		was[j] = -1
	}
	for i, j := range became {
		if j >= 0 && like[i][j] >= least {
			was[j] = i
		} else {
			became[i] = -1
		}
	}
	return was, became
}
