package source

import (
	"strings"
	"testing"
)

// Lines that repeat the header, as in exports that were joined, are no rows.
func TestRepeatedHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in    string
		rows, again int
	}{
		{"a.csv", "user,text\na,x\nuser,text\nb,y\n", 2, 1},
		{"a.csv", "user,text\na,x\n\"user\", text \nb,y\nuser,text\n", 2, 2},
		{"a.tsv", "user\ttext\nuser\ttext\nb\ty\n", 1, 1},
		{"a.csv", "user,text\ntext,user\nuser,Text\n", 2, 0},
		{"a.csv", "text\nx\ntext\n", 2, 0}, // people may write so
	} {
		s, err := Open(t.Context(), write(t, c.name, c.in), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, err := range s.Rows(t.Context()) {
			if err != nil {
				t.Fatalf("%q: %v", c.in, err)
			}
			rows++
		}
		if st := s.Stats(); rows != c.rows || st.RepeatedHeaders != c.again {
			t.Errorf("%q: %d rows and %d headers, want %d and %d", c.in, rows, st.RepeatedHeaders, c.rows, c.again)
		}
	}
}

// Of two values of one name in an object neither is chosen in silence.
func TestValuesOfOneName(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"a.jsonl": `{"user":"a","text":"x","text":"y"}`,
		"b.jsonl": `{"user":"a","text":"x","note":1,"note":2}`,
		"c.json":  `[{"user":"a","user":"b","text":"x"}]`,
	} {
		s, err := Open(t.Context(), write(t, name, in+"\n"), Options{})
		if err == nil {
			for _, e := range s.Rows(t.Context()) {
				err = e
			}
		}
		if err == nil || !strings.Contains(err.Error(), "two values of one name") {
			t.Errorf("%s: %v", in, err)
		}
	}
}
