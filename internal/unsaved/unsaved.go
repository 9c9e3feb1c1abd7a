// Package unsaved keeps encoders from losing what they cannot see.
package unsaved

import (
	"errors"
	"fmt"
)

// ErrNoJSON reports a value that JSON would lose something of.
var ErrNoJSON = errors.New("no lossless JSON form")

// State is embedded in types whose fields are all unexported and that have no
// saved form. encoding/json would write them as {} and read them as the zero
// value without an error, and encoding/gob would leave them out of a struct.
type State struct{}

var errState = fmt.Errorf("its state is in memory only: %w", ErrNoJSON)

// MarshalJSON returns an ErrNoJSON.
func (State) MarshalJSON() ([]byte, error) { return nil, errState }

// UnmarshalJSON returns an ErrNoJSON.
func (*State) UnmarshalJSON([]byte) error { return errState }

// GobEncode returns an ErrNoJSON.
func (State) GobEncode() ([]byte, error) { return nil, errState }

// GobDecode returns an ErrNoJSON.
func (*State) GobDecode([]byte) error { return errState }
