package columns

import (
	"errors"
	"strings"
	"testing"
)

// The message of two columns that match tells what they are called.
func TestTwice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names, want, says string
	}{
		{"Text,TEXT,user", "text", `columns 1 and 2, "Text" and "TEXT", are both "text"`},
		{"user,text,text", "text", `columns 2 and 3 are both called "text"`},
		{"review text,review_text", "Review-Text", `"review text" and "review_text"`},
		{"13812345678,x@y.z,X@Y.Z", "X@y.z", `columns 2 and 3 are both called`},
	} {
		_, err := Find(strings.Split(c.names, ","), c.want, "the texts")
		if !errors.Is(err, ErrTwice) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", c.names, err, c.says)
		}
	}
	for want, at := range map[string]int{"Text": 0, "TEXT": 1, "#2": 1} {
		if i, err := Find([]string{"Text", "TEXT"}, want, ""); i != at || err != nil {
			t.Errorf("%s: %d, %v", want, i, err)
		}
	}
}
