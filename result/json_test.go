package result

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fill sets everything in v to values that differ from zero and one another.
func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(int64(*n)*86400, 0).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, k, n)
		fill(t, e, n)
		v.SetMapIndex(k, e)
	case reflect.String:
		v.SetString(fmt.Sprintf("<%d> & \u2028", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Interface: // a parameter's value
		v.Set(reflect.ValueOf(*n))
	case reflect.Uint64:
		v.SetUint(1<<63 + uint64(*n))
	case reflect.Float64:
		v.SetFloat(1 / float64(*n))
	default:
		t.Fatalf("a %s cannot be filled in", v.Type())
	}
}

// full is a Segmentation without a zero in it.
func full(t *testing.T) *Segmentation {
	t.Helper()
	s, n := &Segmentation{}, 0
	fill(t, reflect.ValueOf(s).Elem(), &n)
	s.Version = FormatVersion
	return s
}

func TestJSONComesBack(t *testing.T) {
	t.Parallel()
	s := full(t)
	var b bytes.Buffer
	if err := WriteJSON(&b, s); err != nil {
		t.Fatal(err)
	}
	again, err := ReadJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s, again); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{"", "{", "[]", `{"version":99}`} {
		if _, err := ReadJSON(strings.NewReader(bad)); err == nil {
			t.Errorf("read %q", bad)
		}
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	s := &Segmentation{Segments: []Profile{{ID: 4, Name: "a"}, {ID: 2, Name: "b"}}}
	if p := s.Profile(2); p != &s.Segments[1] {
		t.Errorf("got %+v", p)
	}
	if p := s.Profile(3); p != nil {
		t.Errorf("a segment that is not there: %+v", p)
	}
}
