package result

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/jsonerr"
)

// ErrOptions: a file of edits cannot be read as such. It is cohort.ErrOptions.
var ErrOptions = fault.ErrOptions

// Edit changes the segments that the clusterer found. Edits are replayed in
// their order on every run with the same texts, options and seed, and name
// segments by the IDs they have when their turn comes: merging keeps the first
// ID and drops the others, splitting keeps the ID for the largest part and
// gives the others the next free ones.
type Edit struct {
	Op       string `json:"op"`                 // "merge", "split" or "rename"
	Segments []int  `json:"segments,omitempty"` // merge: two IDs or more
	Segment  int    `json:"segment,omitempty"`  // split, rename: the ID
	Into     int    `json:"into,omitempty"`     // split: how many parts; 0: 2
	Name     string `json:"name,omitempty"`     // rename, merge: the new name
}

type editFile struct {
	Version int    `json:"version"`
	Edits   []Edit `json:"edits"`
}

// ReadEdits reads {"version": 1, "edits": [...]}. Unknown fields are refused,
// since a misspelt one would silently do nothing.
func ReadEdits(r io.Reader) ([]Edit, error) {
	var f editFile
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("%w: edits: %w (known fields: version, edits; op, segments, segment, into, name)", ErrOptions, jsonerr.Hide(err))
	}
	if f.Version != 1 {
		return nil, fmt.Errorf("%w: edits: version %d, want 1", ErrOptions, f.Version)
	}
	return f.Edits, nil
}

// WriteEdits writes what ReadEdits reads.
func WriteEdits(w io.Writer, edits []Edit) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(editFile{1, edits})
}
