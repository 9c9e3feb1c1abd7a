package cohort

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
)

// limits of intervals, by the name of the member of the JSON that holds them.
var limits = map[string][2]float64{
	"sentiment": {-1, 1}, "rating": {1, 5}, "resampled": {-1, 1}, "null": {-1, 1}, "impact_interval": {-4, 4},
}

// intervals calls f for all intervals in the JSON v, with the path to each.
func intervals(v any, path []string, f func(path []string, mean, low, high float64)) {
	switch v := v.(type) {
	case map[string]any:
		low, ok := v["low"].(float64)
		high, ok2 := v["high"].(float64)
		if ok && ok2 {
			mean, ok := v["mean"].(float64)
			if !ok {
				mean = (low + high) / 2
			}
			f(path, mean, low, high)
		}
		for k, x := range v {
			intervals(x, append(path[:len(path):len(path)], k), f)
		}
	case []any:
		for i, x := range v {
			intervals(x, append(path[:len(path):len(path)], fmt.Sprint(i)), f)
		}
	}
}

// In results of many kinds of runs every interval holds its mean and stays
// within the scale of what it measures, even of few users who all say the same.
func TestIntervalsAreInRange(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 7))
			texts := blurred(6+int(seed)*9, 1+int(seed)%3)
			for i := range texts {
				stars := []string{"1", "5", "5", "4"}[r.IntN(1+int(seed)%4)]
				texts[i].Meta = map[string]string{"stars": stars, "dept": []string{"a", "b", "c"}[r.IntN(1+int(seed)%3)]}
				texts[i].Time = time.Date(2024, time.Month(1+r.IntN(6)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
				texts[i].Text += strings.Repeat(" great", r.IntN(2)) + strings.Repeat(" awful", r.IntN(2))
			}
			o := Options{Clusterer: cluster.KMeans{K: 3, NInit: 1, Seed: seed}, Rating: "stars", Bootstrap: 3}
			data, err := json.Marshal(segment(t, texts, o))
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(data, &v); err != nil {
				t.Fatal(err)
			}
			n := 0
			intervals(v, nil, func(path []string, mean, low, high float64) {
				n++
				if !(low <= mean && mean <= high) {
					t.Errorf("%v: [%v, %v] does not hold %v", path, low, high, mean)
				}
				name := path[len(path)-1]
				l, ok := limits[name]
				if !ok {
					t.Errorf("%v: no limits of such intervals are known", path)
					return
				}
				if low < l[0] || high > l[1] {
					t.Errorf("%v: [%v, %v], want within %v", path, low, high, l)
				}
			})
			if n < 4 {
				t.Errorf("%d intervals", n)
			}
		})
	}
}
