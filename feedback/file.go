package feedback

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort/internal/jsonerr"
	"github.com/seed-56ee9438/cohort/result"
)

// Feedback is what people said about users and segments. As JSON it is
//
//	{"version": 1,
//	 "must_link": [["ann", "bob"]],
//	 "cannot_link": [["ann", "eve"]],
//	 "assign": [{"user": "ann", "segment": "billing"}],
//	 "seeds": [{"text": "why was I charged twice", "segment": "billing"}],
//	 "edits": [{"op": "merge", "segments": [2, 4]}]}
//
// in which every list may be missing, so that the edits of a report are a
// feedback file, too.
type Feedback struct {
	MustLink   []Pair        `json:"must_link,omitempty"`   // users who belong together
	CannotLink []Pair        `json:"cannot_link,omitempty"` // users who do not
	Assign     []Assigned    `json:"assign,omitempty"`      // users of a segment
	Seeds      []Seed        `json:"seeds,omitempty"`       // texts of a segment
	Edits      []result.Edit `json:"edits,omitempty"`       // see AddEdits
}

// Pair names two users.
type Pair [2]string

// UnmarshalJSON reads a list of two names; encoding/json would fill up or cut
// others.
func (p *Pair) UnmarshalJSON(data []byte) error {
	var names []string
	if err := json.Unmarshal(data, &names); err != nil {
		return err
	}
	if len(names) != 2 {
		return fmt.Errorf("a link of %d users, want two", len(names))
	}
	*p = Pair(names)
	return nil
}

// Assigned says that a user belongs to a segment, by a name of one's own.
type Assigned struct {
	User    string `json:"user"`
	Segment string `json:"segment"`
}

// Seed is a text that is typical of a segment.
type Seed struct {
	Text    string `json:"text"`
	Segment string `json:"segment"`
}

// Read reads a feedback file. Unknown fields are an error, because a misspelt one
// would otherwise be ignored, and so are empty names and texts. Errors wrap
// ErrFile, or are r's.
func Read(r io.Reader) (*Feedback, error) {
	var f struct {
		Version int `json:"version"`
		Feedback
	}
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("%w: %w (known fields: version, must_link, cannot_link, assign: user, segment; seeds: text, segment; edits: op, segments, segment, into, name)", ErrFile, jsonerr.Hide(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: more after the first JSON value, want one object", ErrFile)
	}
	if f.Version != 1 {
		return nil, fmt.Errorf("%w: version %d, want 1", ErrFile, f.Version)
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return &f.Feedback, nil
}

// check requires that everything has a name.
func (f *Feedback) check() error {
	for _, l := range []struct {
		name  string
		pairs []Pair
	}{{"must_link", f.MustLink}, {"cannot_link", f.CannotLink}} {
		for i, p := range l.pairs {
			if p[0] == "" || p[1] == "" {
				return fmt.Errorf("%s %d: a user without a name", l.name, i+1)
			}
			if p[0] == p[1] {
				return fmt.Errorf("%s %d: twice the same user", l.name, i+1)
			}
		}
	}
	for i, a := range f.Assign {
		if a.User == "" || a.Segment == "" {
			return fmt.Errorf("assign %d: want a user and a segment", i+1)
		}
	}
	for i, s := range f.Seeds {
		if s.Text == "" || s.Segment == "" {
			return fmt.Errorf("seeds %d: want a text and a segment", i+1)
		}
	}
	return nil
}

// AddEdits turns Edits into Assign, given the segments that the edits are about:
// of[i] is the number of the segment that users[i] is in. The users of segments that were merged or named
// belong together, under the new name; edits of users whom Assign already has do
// not change that. Splits tell of no pair of users; their number is returned.
// Edits is nil afterwards. An edit of a segment that does not exist is an
// ErrOptions.
func (f *Feedback) AddEdits(users []string, of []int) (splits int, err error) {
	if len(users) != len(of) {
		return 0, optionsError("%d users and %d segments, want as many", len(users), len(of))
	}
	if len(f.Edits) == 0 {
		return 0, nil
	}
	into := make(map[int]int) // segment -> the one it was merged into
	for _, s := range of {
		if s != result.Unassigned {
			into[s] = s
		}
	}
	name := make(map[int]string) // of segments that people looked at
	have := func(id, edit int) error {
		if now, ok := into[id]; !ok || now != id {
			return optionsError("edit %d: there is no segment %d", edit+1, id)
		}
		return nil
	}
	for n, e := range f.Edits {
		ids := e.Segments
		if e.Op != "merge" {
			ids = []int{e.Segment}
		} else if len(ids) < 2 {
			return 0, optionsError("edit %d: %d segments, want two or more", n+1, len(ids))
		}
		for _, id := range ids {
			if err := have(id, n); err != nil {
				return 0, err
			}
		}
		id := ids[0]
		switch e.Op {
		case "split":
			splits++
			delete(name, id)
			continue
		case "merge":
			for from, to := range into {
				for _, other := range ids[1:] {
					if to == other {
						into[from] = id
					}
				}
			}
		case "rename":
		default:
			return 0, optionsError("edit %d: unknown op, want merge, split or rename", n+1)
		}
		if name[id] = e.Name; e.Name == "" {
			name[id] = fmt.Sprintf("segment %d", id)
		}
	}
	said := make(map[string]bool)
	for _, a := range f.Assign {
		said[a.User] = true
	}
	for i, s := range of {
		if s == result.Unassigned || said[users[i]] {
			continue
		}
		if segment, ok := name[into[s]]; ok {
			f.Assign = append(f.Assign, Assigned{users[i], segment})
		}
	}
	f.Edits = nil
	return splits, nil
}
