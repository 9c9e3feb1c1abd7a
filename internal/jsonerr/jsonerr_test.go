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
	t.Parallel()
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

// TestHideInPlainWords: what is found and what is wanted are named as JSON and
// people name them, not by the program's types.
func TestHideInPlainWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		into any
		want string
	}{
		{`[0,"a"]`, new([]int), "byte 6: a string, want a whole number"},
		{`[0,1.5]`, new([]int), "byte 6: a number with a fraction or exponent, want a whole number"},
		{`[12345678901234567890]`, new([]int), "byte 21: a number of 19 digits or more, want a whole number"},
		{`[-1]`, new([]uint), "byte 3: a number, want a whole number of 0 or more"},
		{`{"a":1}`, new([]int), "byte 1: an object, want an array"},
		{`{"a":true}`, new(map[string]float64), "byte 9: true or false, want a number"},
		{`{"a":[]}`, new(map[string]*string), "byte 6: an array, want a string"},
		{`{"a":0}`, new(map[string]bool), "byte 6: a number, want true or false"},
		{`[1]`, new(struct{ A int }), "byte 1: an array, want an object"},
	} {
		if err := Hide(json.Unmarshal([]byte(c.in), c.into)); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.in, err, c.want)
		}
	}
}
