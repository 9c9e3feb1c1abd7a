package result

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort/internal/jsonerr"
)

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of what WriteJSON writes.
func Schema() string { return schema }

// WriteJSON writes everything that s holds as one JSON object: see Schema.
func WriteJSON(w io.Writer, s *Segmentation) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(s)
}

// ReadJSON reads what WriteJSON wrote. It refuses a version it does not know.
func ReadJSON(r io.Reader) (*Segmentation, error) {
	var s Segmentation
	if err := json.NewDecoder(r).Decode(&s); err != nil {
		return nil, fmt.Errorf("result: not a report: %w", jsonerr.Hide(err))
	}
	if s.Version != FormatVersion {
		return nil, fmt.Errorf("result: version %d, want %d", s.Version, FormatVersion)
	}
	return &s, nil
}
