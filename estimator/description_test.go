package estimator

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"testing"
)

func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	d := Description{"kmeans", []Param{
		{"n_clusters", 5}, {"init", "k-means++"}, {"tol", 1e-4}, {"eps", 2.0}, {"far", 1e30}, {"seed", uint64(math.MaxUint64)}, {"yes", true}, {"negative", -3},
		{"centers", DataOf(1, 2, func(_, j int) float64 { return float64(j) })},
	}}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"name":"kmeans","params":{"n_clusters":5,"init":"k-means++","tol":0.0001,"eps":2.0,"far":1e+30,"seed":18446744073709551615,"yes":true,"negative":-3,` +
		`"centers":{"rows":1,"cols":2,"sha256":"fc62429c3e69001d65972cdeb94fb9aa18a7d9c16bc449e1e474e7e41bb95a7d"}}}`
	var got Description
	if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, d) {
		t.Errorf("got %v, %v", got, err)
	}
	if string(data) != want {
		t.Errorf("got %s", data)
	}
	if s := d.String(); s != "kmeans, k 5, init k-means++, tol 0.0001, eps 2, far 1e+30, seed 18446744073709551615, yes yes, negative -3, centers [1, 2] "+d.Lookup("centers").(Data).SHA256[:12] {
		t.Errorf("got %s", s)
	}
}

func TestInfinityRoundTrip(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(Description{"x", []Param{{"tol", math.Inf(1)}}})
	if err != nil {
		t.Fatal(err)
	}
	var d Description
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	p := d.Read()
	if v := p.Float64("tol"); v != math.Inf(1) || p.Err() != nil {
		t.Errorf("%v, %v", v, p.Err())
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		`[]`, `{"name":5}`, `{"name":"x","more":1}`, `{"name":"x","params":[]}`, `{"name":"x","params":{"a":1,"a":2}}`,
		`{"name":"x","params":{"a":null}}`, `{"name":"x","params":{"a":[1]}}`, `{"name":"x","params":{"a":{"rows":1}}}`,
		`{"name":"x","params":{"a":1e999}}`,
	} {
		d := Description{Name: "before"}
		if err := json.Unmarshal([]byte(s), &d); !errors.Is(err, ErrDescription) || d.Name != "before" {
			t.Errorf("%s: %v, %v", s, d, err)
		}
	}
	if _, err := json.Marshal(Description{"x", []Param{{"a", []int{1}}}}); !errors.Is(err, ErrParam) {
		t.Errorf("a slice was written: %v", err)
	}
}

// FuzzUnmarshal: what is read can be written, and read the same again.
func FuzzUnmarshal(f *testing.F) {
	f.Add(`{"name":"kmeans","params":{"n_clusters":5,"tol":1e-4,"seed":18446744073709551615,"c":{"rows":1,"cols":2,"sha256":"ab"}}}`)
	f.Add(`{"name":"x","params":{"tol":"+Inf"}}`)
	f.Fuzz(func(t *testing.T, s string) {
		var d, again Description
		if json.Unmarshal([]byte(s), &d) != nil {
			return
		}
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &again); err != nil || d.String() != again.String() {
			t.Fatalf("%s: %v, then %v: %v", data, d, again, err)
		}
	})
}
