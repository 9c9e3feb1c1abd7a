package jsonscan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// scan is what stands in text: "line value", or "line ! error"; and all of the
// text again.
func scan(t testing.TB, text string) (got []string, again string) {
	t.Helper()
	f, err := textfile.Open(strings.NewReader(text), textfile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := New(f)
	var all strings.Builder
	defer func() { again = all.String() }()
	for {
		err := s.Next()
		all.Write(s.Between)
		all.Write(s.Value)
		var fault *Fault
		switch {
		case errors.Is(err, io.EOF):
			return got, ""
		case errors.As(err, &fault):
			got = append(got, fmt.Sprintf("%d ! %v", fault.Line, err))
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, fmt.Sprintf("%d %s", s.Line, s.Value))
		}
		if len(got) > len(text)+2 {
			t.Fatalf("%q: no end: %q", text, got)
		}
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100<<10)
	for text, want := range map[string][]string{
		"":                                     nil,
		"[]":                                   nil,
		"\n[\n]\n":                             nil,
		`[{"a":1},{"a":"]}\""}]`:               {`1 {"a":1}`, `1 {"a":"]}\""}`},
		"[\n  {\n\"a\": [1,\n2]},\n\n {}\n]\n": {"2 {\n\"a\": [1,\n2]}", "6 {}"},
		"{\"a\":1}\n{\"b\":\n2}{}":             {`1 {"a":1}`, "2 {\"b\":\n2}", "3 {}"},
		"[1,\"a\",null]":                       {"1 1", `1 "a"`, "1 null"},
		"[{},\n{\"a\":},\n{}]":                 {"1 {}", "2 ! not JSON at byte 6", "3 {}"},
		"[{},\n{\"a\":":                        {"1 {}", "2 ! not JSON, it ends too early"},
		"[{}\n":                                {"1 {}", "2 ! not JSON, it ends too early"},
		"[{}] x":                               {"1 {}", "1 ! not JSON: something follows the array"},
		"}":                                    {"1 ! not JSON"},
		"[,,{}]":                               {"1 ! not JSON", "1 {}"},
		`["` + long + `",{}]`:                  {`1 "` + long + `"`, "1 {}"},
	} {
		got, again := scan(t, text)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%.40q: %s", text, d)
		}
		if again != text && !strings.HasSuffix(text, "x") {
			t.Errorf("%.40q became %.60q", text, again)
		}
	}
}

// A long array on one line is read piece by piece.
func TestScanLong(t *testing.T) {
	t.Parallel()
	n := 200000
	text := "[" + strings.Repeat(`{"text":"something of some length"},`, n) + "{}]"
	got, again := scan(t, text)
	if len(got) != n+1 || again != text {
		t.Errorf("%d values, want %d", len(got), n+1)
	}
}

// FuzzScan: what is JSON gives its values, and all bytes come back.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`[1,{"a":[]}]`, "{}\n{}", `["\\"]`, "[[]]", "nul", `{"a":"`, "\x1e{}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if f, err := textfile.Open(strings.NewReader(s), textfile.Options{}); err != nil {
			return
		} else if name, _ := f.Encoding(); name != "utf-8" || len(f.Mark) > 0 || f.CarriageReturns() {
			return
		}
		got, _ := scan(t, s)
		var all []json.RawMessage
		if json.Unmarshal([]byte(s), &all) == nil && len(got) != len(all) {
			t.Fatalf("%q: %q, want %d values", s, got, len(all))
		}
	})
}
