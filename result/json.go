package result

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort/internal/jsonerr"
)

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of the output of WriteJSON.
func Schema() string { return schema }

// ErrNone reports a nil Segmentation.
var ErrNone = errors.New("no segmentation")

// WriteJSON writes all of s as one JSON object; Schema describes it.
func WriteJSON(w io.Writer, s *Segmentation) error {
	if s == nil {
		return fmt.Errorf("result: %w", ErrNone)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(s)
}

// ReadJSON reads the output of WriteJSON. An unknown version is an error.
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
