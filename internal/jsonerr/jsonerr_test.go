package jsonerr

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"
)

func TestHide(t *testing.T) {
	type strict struct{ A []int }
	for _, in := range []string{`anna@example.com`, `{"anna@example.com":1}`, `{"A":[457679451.5]}`, `{"A":[99999999999999999999]}`, `{"A":"anna"}`, `{"A":[1,`, ``, `{"A":[1] anna`} {
		d := json.NewDecoder(strings.NewReader(in))
		d.DisallowUnknownFields()
		var v strict
		err := Hide(d.Decode(&v))
		if err == nil {
			t.Fatalf("%s is accepted", in)
		}
		for _, s := range []string{"anna", "4576", "9999"} {
			if strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v", in, err)
			}
		}
	}
	var at struct{ T time.Time }
	if err := Hide(json.Unmarshal([]byte(`{"T":"anna"}`), &at)); err == nil || strings.Contains(err.Error(), "anna") {
		t.Error(err)
	}
	if err := Hide(&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if Hide(nil) != nil {
		t.Error("nil is an error")
	}
}
