package drift

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
)

// crossing counts the users shared by each pair of segments.
type crossing struct {
	before, after *result.Segmentation
	ib, ia        map[int]int // ID -> index
	users         [][]int     // [before][after] number of users in both
	shared        int
	labels        [2][]int // of the shared users, before and after
	joined, left  int
}

func cross(before, after *result.Segmentation) *crossing {
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
		c.left++ // counts those who stayed, for now
		i, ok1 := c.ib[old]
		j, ok2 := c.ia[u.Segment]
		if ok1 && ok2 {
			c.users[i][j]++
			c.shared++
			c.labels[0], c.labels[1] = append(c.labels[0], i), append(c.labels[1], j)
		}
	}
	c.left = len(was) - c.left
	return c
}

// jaccard returns the similarity by shared users.
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

// similarity returns the similarity of the segments of the two runs,
// [before][after], and the least similarity at which two of them match.
func (c *crossing) similarity(by By, o *Options) (like [][]float64, least float64, err error) {
	switch by {
	case ByUsers:
		if c.shared == 0 {
			return nil, 0, fmt.Errorf("%w: no user is in segments of both", ErrNotComparable)
		}
		return c.jaccard(), 0.3, nil
	case ByCentres:
		like, err = c.centres(o)
		return like, 0.5, err
	}
	return nil, 0, fmt.Errorf("%w: By is %q, want %s or %s", ErrOptions, by, ByUsers, ByCentres)
}

// centres returns the cosine similarity of the centres, each less the mean
// centre of its run: without that, what all texts share would make any two
// centres similar.
func (c *crossing) centres(o *Options) ([][]float64, error) {
	if o.Before == nil || o.After == nil {
		return nil, fmt.Errorf("%w: %d users are in segments of both, and without both segmenters there are no centres to go by", ErrNotComparable, c.shared)
	}
	if o.Before.Digest != o.After.Digest {
		return nil, fmt.Errorf("%w: %w: %s before, %s after", ErrNotComparable, ErrModel, o.Before.Model, o.After.Model)
	}
	dim := -1
	for _, x := range slices.Concat(o.Before.Segments, o.After.Segments) {
		if dim < 0 {
			dim = len(x.Vector)
		}
		if len(x.Vector) != dim {
			return nil, fmt.Errorf("%w: centres of %d and of %d features", ErrNotComparable, dim, len(x.Vector))
		}
	}
	b, err := directions(o.Before, c.before)
	if err != nil {
		return nil, err
	}
	a, err := directions(o.After, c.after)
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(b))
	for i := range b {
		out[i] = make([]float64, len(a))
		for j := range a {
			out[i][j] = vector.Cosine(b[i], a[j])
		}
	}
	return out, nil
}

// directions returns the centres of s's segments less their mean, weighted by
// users.
func directions(c *result.Centres, s *result.Segmentation) ([][]float32, error) {
	out := make([][]float32, len(s.Segments))
	var mean []float64
	var total float64
	for i, p := range s.Segments {
		at := slices.IndexFunc(c.Segments, func(x result.Centre) bool { return x.ID == p.ID })
		if at < 0 || len(c.Segments) != len(s.Segments) {
			return nil, fmt.Errorf("%w: the segmenter has %d segments and is not of the run with %d", ErrNotComparable, len(c.Segments), len(s.Segments))
		}
		out[i] = slices.Clone(c.Segments[at].Vector)
		if mean == nil {
			mean = make([]float64, len(out[i]))
		}
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

// numbered reports whether users are named by the numbers of rows, which stand
// for different users in another file.
func numbered(s *result.Segmentation) bool {
	for i, u := range s.Users {
		if u.ID != strconv.Itoa(i+1) {
			return false
		}
	}
	return true
}

// segment describes segment i of the earlier run, which became j; -1 stands for
// none.
func (c *crossing) segment(i, j int, like [][]float64) Segment {
	var s Segment
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
		s.Status = Born
		for i := range like {
			s.Similarity = max(s.Similarity, like[i][j])
			s.flow(&c.before.Segments[i], c.users[i][j])
		}
	case j < 0:
		s.Status = Gone
		for j, x := range like[i] {
			s.Similarity = max(s.Similarity, x)
			s.flow(&c.after.Segments[j], c.users[i][j])
		}
	default:
		s.Similarity = like[i][j]
		s.Status = Steady
		if s.Z >= 2 {
			s.Status = Grown
		} else if s.Z <= -2 {
			s.Status = Shrunk
		}
		for i := range like {
			s.flow(&c.before.Segments[i], c.users[i][j])
		}
	}
	slices.SortStableFunc(s.Flows, func(a, b Flow) int { return cmp.Compare(b.Users, a.Users) })
	return s
}

func (s *Segment) flow(p *result.Profile, users int) {
	if users > 0 {
		s.Flows = append(s.Flows, Flow{p.ID, p.Name, users})
	}
}

// segmented returns the number of users who are in segments.
func segmented(s *result.Segmentation) float64 {
	n := 0
	for _, p := range s.Segments {
		n += p.Users
	}
	return float64(n)
}
