package cohort

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/reduce"
)

// The pipeline that chooses itself finds the topics, says what it chose and why,
// and its segmenter, saved and read, places the same users in the same segments.
func TestAutoPipeline(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(40, 3)
	m, err := Fit(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Clusterer: AutoPipeline{KMax: 8}, Bootstrap: 2})
	if err != nil {
		t.Fatal(err)
	}
	s := m.Segmentation()
	if len(s.Segments) != len(bag.Topics) || !strings.HasPrefix(s.Run.Reduce, "smoothing") || !strings.Contains(s.Run.Chosen, "best score") || !strings.HasPrefix(s.Run.Clusterer, "kmeans") {
		t.Errorf("%d segments by %s after %s: %s", len(s.Segments), s.Run.Clusterer, s.Run.Reduce, s.Run.Chosen)
	}
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	again, err := LoadSegmenter(&b)
	if err != nil {
		t.Fatal(err)
	}
	placed, err := again.Assign(t.Context(), Slice(texts), Options{Model: &bag.Model{}})
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]int{}
	for _, u := range s.Users {
		of[u.ID] = u.Segment
	}
	for _, a := range placed {
		if a.Segment != of[a.User] {
			t.Errorf("user %s: segment %d, found in %d", a.User, a.Segment, of[a.User])
		}
	}
	if len(placed) != len(s.Users) {
		t.Errorf("%d users placed, want %d", len(placed), len(s.Users))
	}
}

// Segments are trained on the texts, and words are looked at for their number,
// unless texts are clustered, or users say no to training.
func TestAutoPipelineRefines(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(40, 3)
	for name, c := range map[string]struct {
		o       Options
		refined bool
		says    string
	}{
		"by itself":     {Options{Clusterer: AutoPipeline{KMax: 8}}, true, "words alone tell"},
		"one number":    {Options{Clusterer: AutoPipeline{KMin: 3, KMax: 3}}, true, "asked for"},
		"not trained":   {Options{Clusterer: AutoPipeline{KMax: 8, Unrefined: true}}, false, "words alone tell"},
		"asked for":     {Options{Clusterer: AutoPipeline{KMax: 8, Unrefined: true}, Refine: true}, true, "words alone tell"},
		"of texts":      {Options{Clusterer: AutoPipeline{KMax: 8}, Pooling: PoolMixture}, false, "silhouette"},
		"another":       {Options{K: 3}, false, ""},
		"rest by words": {Options{Clusterer: AutoPipeline{KMax: 8}, Pooling: PoolMixture, Rest: RestByWords}, false, "silhouette"},
	} {
		c.o.Model, c.o.Bootstrap = &bag.Model{}, -1
		s, err := Segment(t.Context(), Slice(texts), c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if (s.Run.Refine != nil) != c.refined || c.refined && s.Run.Refine.Reason == "" || !strings.Contains(s.Run.Chosen, c.says) {
			t.Errorf("%s: refined %+v, chosen: %s", name, s.Run.Refine, s.Run.Chosen)
		}
	}
}

func TestAutoPipelineRefuses(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(3, 3)
	for name, o := range map[string]Options{
		"a reduction":        {Reduce: reduce.PCA{Components: 2}, Clusterer: AutoPipeline{}},
		"features":           {Features: &features.Options{Columns: []features.Column{{Name: "x"}}}, Clusterer: AutoPipeline{}},
		"most below least":   {Clusterer: AutoPipeline{KMin: 5, KMax: 4}},
		"one segment":        {Clusterer: AutoPipeline{KMin: 1, KMax: 1}},
		"a negative minimum": {Clusterer: AutoPipeline{KMin: -2}},
	} {
		o.Model = &bag.Model{}
		if _, err := Segment(t.Context(), Slice(texts), o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// With few users the number is chosen among all there can be.
	s, err := Segment(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Clusterer: AutoPipeline{}, Bootstrap: -1})
	if err != nil || len(s.Segments) != len(bag.Topics) || s.Run.Chosen == "" {
		t.Errorf("%v: %+v", err, s)
	}
}
