package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/jsonerr"
)

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of what WriteJSON writes.
func Schema() string { return schema }

// WriteJSON writes everything that s holds as one JSON object: see Schema.
func WriteJSON(w io.Writer, s *cohort.Segmentation) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(s)
}

// ReadJSON reads what WriteJSON wrote. It refuses a version it does not know.
func ReadJSON(r io.Reader) (*cohort.Segmentation, error) {
	var s cohort.Segmentation
	if err := json.NewDecoder(r).Decode(&s); err != nil {
		return nil, fmt.Errorf("report: not a report: %w", jsonerr.Hide(err))
	}
	if s.Version != cohort.FormatVersion {
		return nil, fmt.Errorf("report: version %d, want %d", s.Version, cohort.FormatVersion)
	}
	return &s, nil
}
