package cohort

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/seed-56ee9438/cohort/eval"
)

// ErrNotComparable: two runs have too little in common to match their segments.
var ErrNotComparable = errors.New("cohort: runs cannot be compared")

// DriftBy is what segments of two runs are matched by.
type DriftBy string

const (
	DriftByUsers   DriftBy = "users"   // Jaccard similarity of the users in both runs
	DriftByCentres DriftBy = "centres" // cosine of the centres, each less the mean of its run's
)

// DriftOptions say how two runs are compared.
type DriftOptions struct {
	// By is what to match by; "": users where enough are in both runs and have
	// names of their own (not the numbers of rows), else centres.
	By DriftBy
	// Before and After are the runs' segmenters, needed for centres. They must be
	// of one model.
	Before, After *Segmenter
	// MinMatch is the least similarity of two segments that are one; 0: 0.3 for
	// users (Greene, Doyle and Cunningham, Tracking the evolution of communities
	// in dynamic social networks, 2010), 0.5 for centres.
	MinMatch float64
	// MinShared is the fewest users in both runs to match by users; 0: 20, or a
	// tenth of the smaller run if that is more.
	MinShared int
}

// DriftStatus is what became of a segment.
type DriftStatus string

// The statuses. A segment has grown or shrunk where its share of the segmented
// users changed by two standard errors or more.
const (
	DriftSteady DriftStatus = "steady"
	DriftGrown  DriftStatus = "grown"
	DriftShrunk DriftStatus = "shrunk"
	DriftBorn   DriftStatus = "born"
	DriftGone   DriftStatus = "gone"
)

// Drift is what changed from one run to the next.
type Drift struct {
	By       DriftBy        `json:"by"`
	Segments []DriftSegment `json:"segments"` // those of the later run in its order, then the gone ones
	Shared   int            `json:"shared"`   // users that both runs hold in segments
	Moved    int            `json:"moved"`    // of these: now in another segment than the one that theirs became
	// MovedShare is Moved/Shared, 0 where nobody is shared.
	MovedShare float64 `json:"moved_share"`
	// ARI is the adjusted Rand index of the two partitions of the shared users;
	// nil where fewer than two are.
	ARI    *float64 `json:"ari,omitempty"`
	Joined int      `json:"joined"` // users of the later run alone
	Left   int      `json:"left"`   // users of the earlier run alone
}

// DriftSegment is one segment before and after.
type DriftSegment struct {
	Status      DriftStatus `json:"status"`
	Before      int         `json:"before,omitempty"` // ID in the earlier run, 0 for a born one
	After       int         `json:"after,omitempty"`  // ID in the later run, 0 for a gone one
	NameBefore  string      `json:"name_before,omitempty"`
	NameAfter   string      `json:"name_after,omitempty"`
	Similarity  float64     `json:"similarity"` // of the two; of the most similar one for born and gone
	UsersBefore int         `json:"users_before"`
	UsersAfter  int         `json:"users_after"`
	ShareBefore float64     `json:"share_before"` // of the run's segmented users
	ShareAfter  float64     `json:"share_after"`
	Z           float64     `json:"z"` // of the change of share, in standard errors
	// Flows are where its shared users came from (those that are in it now) or,
	// for a gone segment, went to; the largest first.
	Flows []Flow `json:"flows,omitempty"`
}

// Flow is a number of users between a segment and one of the other run.
type Flow struct {
	Segment int    `json:"segment"` // ID in the other run
	Name    string `json:"name"`
	Users   int    `json:"users"`
}

// crossing counts the users of each two segments.
type crossing struct {
	before, after *Segmentation
	ib, ia        map[int]int // ID -> index
	users         [][]int     // [before][after] users in both
	shared        int
	lb, la        []int // labels of the shared users
	joined, left  int
}

func cross(before, after *Segmentation) *crossing {
	c := &crossing{before: before, after: after, ib: map[int]int{}, ia: map[int]int{}}
	for i, p := range before.Segments {
		c.ib[p.ID] = i
		c.users = append(c.users, make([]int, len(after.Segments)))
	}
	for i, p := range after.Segments {
		c.ia[p.ID] = i
	}
	was := make(map[string]int, len(before.Users))
	for _, u := range before.Users {
		was[u.ID] = u.Segment
	}
	for _, u := range after.Users {
		old, ok := was[u.ID]
		if !ok {
			c.joined++
			continue
		}
		c.left++ // those who stayed, for now
		i, ok1 := c.ib[old]
		j, ok2 := c.ia[u.Segment]
		if ok1 && ok2 {
			c.users[i][j]++
			c.shared++
			c.lb, c.la = append(c.lb, i), append(c.la, j)
		}
	}
	c.left = len(was) - c.left
	return c
}

// jaccard is the similarity by shared users.
func (c *crossing) jaccard() [][]float64 {
	rows, cols := make([]int, len(c.users)), make([]int, len(c.after.Segments))
	for i, r := range c.users {
		for j, n := range r {
			rows[i] += n
			cols[j] += n
		}
	}
	out := make([][]float64, len(c.users))
	for i, r := range c.users {
		out[i] = make([]float64, len(r))
		for j, n := range r {
			if all := rows[i] + cols[j] - n; all > 0 {
				out[i][j] = float64(n) / float64(all)
			}
		}
	}
	return out
}

// centres is the similarity of directions from the mean centre of each run:
// without that, what all texts share would make any two centres alike.
func (c *crossing) centres(o *DriftOptions) ([][]float64, error) {
	if o.Before == nil || o.After == nil {
		return nil, fmt.Errorf("%w: %d users are in segments of both, and without both segmenters there are no centres to go by", ErrNotComparable, c.shared)
	}
	if o.Before.info.Digest != o.After.info.Digest {
		return nil, fmt.Errorf("%w: %w: %s before, %s after", ErrNotComparable, ErrModel, o.Before.info.Model, o.After.info.Model)
	}
	b, err := o.Before.directions(c.before)
	if err != nil {
		return nil, err
	}
	a, err := o.After.directions(c.after)
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(b))
	for i := range b {
		out[i] = make([]float64, len(a))
		for j := range a {
			out[i][j] = cosine(b[i], a[j])
		}
	}
	return out, nil
}

// directions returns the centres of s's segments less their mean, weighted by
// users.
func (m *Segmenter) directions(s *Segmentation) ([][]float32, error) {
	out := make([][]float32, len(s.Segments))
	mean, total := make([]float64, m.info.Dim), 0.0
	for i, p := range s.Segments {
		at := slices.IndexFunc(m.centres, func(g group) bool { return g.id == p.ID })
		if at < 0 || len(m.centres) != len(s.Segments) {
			return nil, fmt.Errorf("%w: the segmenter has %d segments and is not of the run with %d", ErrNotComparable, len(m.centres), len(s.Segments))
		}
		out[i] = slices.Clone(m.centres[at].centre)
		for j, x := range out[i] {
			mean[j] += float64(p.Users) * float64(x)
		}
		total += float64(p.Users)
	}
	for i := range out {
		for j := range out[i] {
			out[i][j] -= float32(mean[j] / max(total, 1))
		}
	}
	return out, nil
}

// numbered tells whether users are named by the numbers of rows, which mean
// somebody else in another file.
func numbered(s *Segmentation) bool {
	for i, u := range s.Users {
		if u.ID != strconv.Itoa(i+1) {
			return false
		}
	}
	return true
}

// CompareRuns matches the segments of two runs, so that their sum of
// similarities is largest, and tells which were born, are gone, have grown or
// shrunk, and how many users moved. It is an ErrNotComparable where the runs
// share too few users and there are no segmenters of one model to go by.
func CompareRuns(before, after *Segmentation, o DriftOptions) (*Drift, error) {
	c := cross(before, after)
	if o.MinShared == 0 {
		o.MinShared = max(20, min(len(before.Users), len(after.Users))/10)
	}
	d := &Drift{By: o.By, Segments: []DriftSegment{}, Shared: c.shared, Joined: c.joined, Left: c.left}
	if d.By == "" {
		d.By = DriftByCentres
		if c.shared >= o.MinShared && !(numbered(before) && numbered(after)) {
			d.By = DriftByUsers
		}
	}
	var like [][]float64
	var err error
	least := 0.3
	switch d.By {
	case DriftByUsers:
		if c.shared == 0 {
			return nil, fmt.Errorf("%w: no user is in segments of both", ErrNotComparable)
		}
		like = c.jaccard()
	case DriftByCentres:
		least = 0.5
		if like, err = c.centres(&o); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%w: By is %q, want %s or %s", ErrOptions, d.By, DriftByUsers, DriftByCentres)
	}
	if o.MinMatch != 0 {
		least = o.MinMatch
	}
	// What is too little alike must not sway the matching of the rest.
	enough := make([][]float64, len(like))
	for i, row := range like {
		enough[i] = make([]float64, len(row))
		for j, x := range row {
			if x >= least {
				enough[i][j] = x
			}
		}
	}
	became := bestMatching(enough)
	was := make([]int, len(after.Segments))
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
	for j := range after.Segments {
		d.Segments = append(d.Segments, c.segment(was[j], j, like))
	}
	for i := range before.Segments {
		if became[i] < 0 {
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
		ari, err := eval.ARI(c.lb, c.la)
		if err != nil {
			return nil, err
		}
		d.ARI = &ari
	}
	return d, nil
}

// segment describes segment i of the earlier run that became j; -1 for none.
func (c *crossing) segment(i, j int, like [][]float64) DriftSegment {
	var s DriftSegment
	if i >= 0 {
		p := &c.before.Segments[i]
		s.Before, s.NameBefore, s.UsersBefore = p.ID, p.Name, p.Users
	}
	if j >= 0 {
		p := &c.after.Segments[j]
		s.After, s.NameAfter, s.UsersAfter = p.ID, p.Name, p.Users
	}
	n1, n2 := segmented(c.before), segmented(c.after)
	s.ShareBefore, s.ShareAfter = float64(s.UsersBefore)/max(n1, 1), float64(s.UsersAfter)/max(n2, 1)
	p := float64(s.UsersBefore+s.UsersAfter) / max(n1+n2, 1)
	if se := math.Sqrt(p * (1 - p) * (1/max(n1, 1) + 1/max(n2, 1))); se > 0 {
		s.Z = (s.ShareAfter - s.ShareBefore) / se
	}
	switch {
	case i < 0:
		s.Status = DriftBorn
		for i := range like {
			s.Similarity = max(s.Similarity, like[i][j])
			s.flow(&c.before.Segments[i], c.users[i][j])
		}
	case j < 0:
		s.Status = DriftGone
		for j, x := range like[i] {
			s.Similarity = max(s.Similarity, x)
			s.flow(&c.after.Segments[j], c.users[i][j])
		}
	default:
		s.Similarity = like[i][j]
		s.Status = DriftSteady
		if s.Z >= 2 {
			s.Status = DriftGrown
		} else if s.Z <= -2 {
			s.Status = DriftShrunk
		}
		for i := range like {
			s.flow(&c.before.Segments[i], c.users[i][j])
		}
	}
	slices.SortStableFunc(s.Flows, func(a, b Flow) int { return cmp.Compare(b.Users, a.Users) })
	return s
}

func (s *DriftSegment) flow(p *Profile, users int) {
	if users > 0 {
		s.Flows = append(s.Flows, Flow{p.ID, p.Name, users})
	}
}

// segmented counts the users that segments hold.
func segmented(s *Segmentation) float64 {
	n := 0
	for _, p := range s.Segments {
		n += p.Users
	}
	return float64(n)
}
