package result

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/estimator"
)

// node is as much of a JSON Schema as ours uses to describe Go types.
type node struct {
	Ref        string           `json:"$ref"`
	Type       any              `json:"type"`
	Properties map[string]*node `json:"properties"`
	Required   []string         `json:"required"`
	Items      *node            `json:"items"`
	More       any              `json:"additionalProperties"`
	Defs       map[string]*node `json:"$defs"`
}

// TestSchemaIsOfTheTypes holds the schema to the fields of the Go types: none
// missing, none too many, required unless they may be left out. That real
// reports are valid is tested in the conformance module.
func TestSchemaIsOfTheTypes(t *testing.T) {
	t.Parallel()
	var root node
	if err := json.Unmarshal([]byte(Schema()), &root); err != nil {
		t.Fatal(err)
	}
	seen := 0
	var walk func(path string, n *node, typ reflect.Type)
	walk = func(path string, n *node, typ reflect.Type) {
		if n == nil {
			t.Errorf("%s: not in the schema", path)
			return
		}
		if name, ok := strings.CutPrefix(n.Ref, "#/$defs/"); ok {
			if n = root.Defs[name]; n == nil {
				t.Fatalf("%s: no definition %s", path, name)
			}
		}
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		switch {
		case typ == reflect.TypeFor[time.Time]():
		case typ == reflect.TypeFor[estimator.Description](): // writes itself
			if n.Properties["name"] == nil || n.Properties["params"] == nil {
				t.Errorf("%s: no description of an estimator", path)
			}
		case typ.Kind() == reflect.Slice:
			walk(path+"[]", n.Items, typ.Elem())
		case typ.Kind() == reflect.Struct:
			if n.More != false {
				t.Errorf("%s: other fields are let through", path)
			}
			have := map[string]bool{}
			for i := range typ.NumField() {
				f := typ.Field(i)
				if !f.IsExported() {
					continue
				}
				seen++
				name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
				have[name] = true
				walk(path+"."+name, n.Properties[name], f.Type)
				if must := !strings.Contains(opts, "omitempty"); must != slices.Contains(n.Required, name) {
					t.Errorf("%s.%s: required is %v, want %v", path, name, !must, must)
				}
			}
			for name := range n.Properties {
				if !have[name] {
					t.Errorf("%s.%s: no such field", path, name)
				}
			}
		}
	}
	walk("report", &root, reflect.TypeFor[Segmentation]())
	if seen < 80 {
		t.Errorf("only %d fields were compared", seen)
	}
}
