package result

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/jsonerr"
)

// ErrOptions: the edits cannot be parsed. It is cohort.ErrOptions.
var ErrOptions = fault.ErrOptions

// Edit changes the segments that the clusterer found. Edits are replayed in
// order on every run with the same texts, options and seed. They refer to
// segments by the IDs at that point: a merge keeps the first ID and drops the
// others; a split keeps the ID for the largest part and gives the others the
// next free IDs.
type Edit struct {
	Op       string `json:"op"`                 // "merge", "split" or "rename"
	Segments []int  `json:"segments,omitempty"` // merge: two IDs or more
	Segment  int    `json:"segment,omitempty"`  // split, rename: the ID
	Into     int    `json:"into,omitempty"`     // split: number of parts; 0: 2
	Name     string `json:"name,omitempty"`     // rename, merge: the new name
}

type editFile struct {
	Version int    `json:"version"`
	Edits   []Edit `json:"edits"`
}

// ReadEdits reads {"version": 1, "edits": [...]}. Unknown fields are an error,
// because a misspelt one would otherwise be ignored.
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

// WriteEdits writes edits in the format that ReadEdits reads.
func WriteEdits(w io.Writer, edits []Edit) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(editFile{1, edits})
}
