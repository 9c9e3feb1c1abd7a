package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled returns the schema that the command prints.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(cohort(t, "segment", "--schema")))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json") // validates the schema itself by its metaschema
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t *testing.T, file string) any {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestReportsAreValid(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	out := t.TempDir()
	all, err := os.ReadFile(filepath.Join("..", "..", "testdata", "reviews.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(all), "\n")
	in := filepath.Join(out, "in.csv")
	if err := os.WriteFile(in, []byte(strings.Join(lines[:900], "")), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"english":  {"--rating", "human_sentiment"},
		"noise":    {"--algorithm", "hdbscan", "--bootstrap", "-1"},
		"mixture":  {"--pooling", "mixture", "--sentiment", "none"},
		"one":      {"--k", "1"},
		"features": {"--features", "human_sentiment", "--bootstrap", "2"},
		"unquoted": {"--min-users", "1000"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(out, name)
			cohort(t, append([]string{"segment", "--in", in, "--user-column", "review_id", "--out", dir}, args...)...)
			if err := s.Validate(read(t, filepath.Join(dir, "report.json"))); err != nil {
				t.Error(err)
			}
		})
	}
	for _, lang := range []string{"en", "zh"} {
		if err := s.Validate(read(t, filepath.Join(hostileRun(t, lang), "report.json"))); err != nil {
			t.Errorf("hostile texts, %s: %v", lang, err)
		}
	}
}

// TestChangedReportsAreNot changes a valid report in one place at a time.
func TestChangedReportsAreNot(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	valid, err := os.ReadFile(filepath.Join(hostileRun(t, "en"), "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	type object = map[string]any
	segment := func(r object) object { return r["segments"].([]any)[0].(object) }
	for where, change := range map[string]func(r object){
		"":                            func(r object) { r["note"] = "" },
		"/version":                    func(r object) { r["version"] = 2 },
		"/scores":                     func(r object) { delete(r["scores"].(object), "verdict") },
		"/scores/verdict":             func(r object) { r["scores"].(object)["verdict"] = "good" },
		"/scores/null/high":           func(r object) { r["scores"].(object)["null"].(object)["high"] = "1" },
		"/scores/separation":          func(r object) { delete(r["scores"].(object)["separation"].(object), "null") },
		"/scores/silhouette":          func(r object) { r["scores"].(object)["silhouette"] = "0.3" },
		"/counts/users":               func(r object) { r["counts"].(object)["users"] = -1 },
		"/segments/0":                 func(r object) { segment(r)["size"] = segment(r)["users"]; delete(segment(r), "users") },
		"/segments/0/share":           func(r object) { segment(r)["share"] = 1.5 },
		"/segments/0/words/0/count":   func(r object) { segment(r)["words"].([]any)[0].(object)["count"] = 2.5 },
		"/segments/0/quotes/0/kind":   func(r object) { segment(r)["quotes"].([]any)[0].(object)["kind"] = "typical" },
		"/segments/0/trend/0/start":   func(r object) { segment(r)["trend"].([]any)[0].(object)["start"] = "January" },
		"/users/0/segment":            func(r object) { r["users"].([]any)[0].(object)["segment"] = "1" },
		"/users/0/mixture/0":          func(r object) { r["users"].([]any)[0].(object)["mixture"].([]any)[0] = 2 },
		"/privacy/masked/email":       func(r object) { r["privacy"].(object)["masked"].(object)["email"] = "many" },
		"/run/edits/0/op":             func(r object) { r["run"].(object)["edits"].([]any)[0].(object)["op"] = "drop" },
		"/similarity/0/0":             func(r object) { r["similarity"].([]any)[0].([]any)[0] = 3 },
		"/segments/0/nearest":         func(r object) { segment(r)["nearest"] = nil },
		"/segments/0/opinions/tried":  func(r object) { segment(r)["opinions"].(object)["tried"] = -1 },
		"/segments/0/suggestions/0/z": func(r object) { segment(r)["suggestions"].([]any)[0].(object)["z"] = nil },
	} {
		var r object
		if err := json.Unmarshal(valid, &r); err != nil {
			t.Fatal(err)
		}
		change(r)
		changed, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(changed))
		if err != nil {
			t.Fatal(err)
		}
		var bad *jsonschema.ValidationError
		if err := s.Validate(doc); !errors.As(err, &bad) {
			t.Errorf("%s: a changed report is valid", where)
			continue
		}
		var places []string
		var walk func(e *jsonschema.ValidationError)
		walk = func(e *jsonschema.ValidationError) {
			if len(e.Causes) == 0 {
				places = append(places, "/"+strings.Join(e.InstanceLocation, "/"))
			}
			for _, c := range e.Causes {
				walk(c)
			}
		}
		walk(bad)
		for _, p := range places {
			if strings.TrimSuffix(p, "/") != where {
				t.Errorf("%s was changed, and %s complained of", where, p)
			}
		}
	}
}
