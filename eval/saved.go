package eval

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/gobform"
)

// GobEncode implements gob.GobEncoder: a score of 0 stays apart from none.
func (i Internal) GobEncode() ([]byte, error) { return gobform.Encode(i) }

// GobDecode implements gob.GobDecoder.
func (i *Internal) GobDecode(data []byte) error { return gobform.Decode(data, i) }

// plainReport is a Report without its methods.
type plainReport Report

// reportJSON is the JSON form of a Report.
type reportJSON struct {
	*plainReport
	Undefined *undefined `json:"undefined,omitempty"`
}

// undefined is the JSON form of a LabelCountError.
type undefined struct {
	Score    string `json:"score"`
	Clusters int    `json:"clusters"`
	Points   int    `json:"points"`
}

// MarshalJSON writes the scores that are defined and, if there are others, the
// LabelCountError as the object "undefined". Undefined errors of another type are
// an estimator.ErrNoJSON.
func (r Report) MarshalJSON() ([]byte, error) {
	out := reportJSON{plainReport: (*plainReport)(&r)}
	if r.Undefined != nil {
		var count *LabelCountError
		if !errors.As(r.Undefined, &count) || count.Error() != r.Undefined.Error() {
			return nil, fmt.Errorf("eval: a report with a %T: %w", r.Undefined, estimator.ErrNoJSON)
		}
		out.Undefined = (*undefined)(count)
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads the output of MarshalJSON. An error leaves r unchanged.
func (r *Report) UnmarshalJSON(data []byte) error {
	in := reportJSON{plainReport: new(plainReport)}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*r = Report(*in.plainReport)
	if in.Undefined != nil {
		r.Undefined = (*LabelCountError)(in.Undefined)
	}
	return nil
}

// GobEncode implements gob.GobEncoder, by MarshalJSON.
func (r Report) GobEncode() ([]byte, error) { return r.MarshalJSON() }

// GobDecode implements gob.GobDecoder.
func (r *Report) GobDecode(data []byte) error { return r.UnmarshalJSON(data) }
