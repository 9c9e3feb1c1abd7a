package sheet

import (
	"encoding/csv"
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]string{
		"": "", "a": "a", "=1+1": "'=1+1", "+49 170 1234567": "'+49 170 1234567", "-": "'-", "@anna": "'@anna", "\t=1": "'\t=1", "＝1": "'＝1", "a=1": "a=1", " =1": " =1",
		"-1": "-1", "-0.25": "-0.25", "+3e-05": "+3e-05", "-1e": "'-1e", "-1-2": "'-1-2", "-.5": "-.5", "--1": "'--1", "-1+cmd|' /C calc'!A0": "'-1+cmd|' /C calc'!A0",
		"'": "'", "'tis": "'tis", "'=1": "''=1", "''-1": "'''-1", "'-1": "''-1",
	} {
		got := Escape(v)
		if got != want || Unescape(got) != v {
			t.Errorf("%q: %q, want %q; back %q", v, got, want, Unescape(got))
		}
	}
	if got := Unescape("'=SUM(A1)"); got != "=SUM(A1)" {
		t.Errorf("what others wrote: %q", got)
	}
}

// FuzzEscape: any value comes back, by way of a file, and none is run.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"=1", "''=", "-1", "'+", "\n-", "-1e5", "＠"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, v string) {
		cell := Escape(v)
		if Unescape(cell) != v {
			t.Fatalf("%q became %q", v, Unescape(cell))
		}
		if cell != "" && strings.ContainsRune(formula, first(cell)) && !number(cell) {
			t.Fatalf("%q is run", cell)
		}
		if strings.Contains(v, "\r") {
			return // encoding/csv makes it a line feed
		}
		var b strings.Builder
		w := NewWriter(&b)
		if err := w.Write([]string{"x", v}); err != nil || w.Flush() != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(strings.NewReader(b.String())).Read()
		if err != nil || Unescape(got[1]) != v {
			t.Fatalf("%q: %q, %v", v, got, err)
		}
	})
}
