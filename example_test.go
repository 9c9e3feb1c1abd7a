package cohort_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"log"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
)

var reviews = []cohort.Text{
	{User: "ann", Text: "The camera takes sharp pictures, even at night."},
	{User: "ann", Text: "I love the lens and the zoom of this camera."},
	{User: "bob", Text: "The battery is empty after two hours."},
	{User: "bob", Text: "The battery has to be charged all the time."},
	{User: "cem", Text: "Great photos, the camera flash is bright."},
	{User: "dai", Text: "The charger broke and the battery died."},
}

// Any Embedder will do. Programs take one of package bert, such as the embedded
// model of bert/minilm; to run without one, this example counts two words.
func ExampleSegment() {
	seg, err := cohort.Segment(context.Background(), cohort.Slice(reviews), cohort.Options{Model: counter{"camera", "battery"}, K: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range seg.Users {
		fmt.Printf("%s is in segment %d\n", u.ID, u.Segment)
	}
	// Output:
	// ann is in segment 1
	// bob is in segment 2
	// cem is in segment 1
	// dai is in segment 2
}

// A Segmenter keeps the segments of a run: saved and loaded again, it tells where
// new users belong.
func ExampleSegmenter() {
	ctx := context.Background()
	model := counter{"camera", "battery"}
	found, err := cohort.Fit(ctx, cohort.Slice(reviews), cohort.Options{Model: model, K: 2})
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer // os.Create in a program
	if err := found.Save(&file); err != nil {
		log.Fatal(err)
	}

	segmenter, err := cohort.LoadSegmenter(&file)
	if err != nil {
		log.Fatal(err)
	}
	placed, err := segmenter.Assign(ctx, cohort.Slice([]cohort.Text{
		{User: "eva", Text: "My battery is dead."},
		{User: "fay", Text: "A camera for every day."},
	}), cohort.Options{Model: model})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range placed {
		fmt.Printf("%s belongs to segment %d\n", u.User, u.Segment)
	}
	// Output:
	// eva belongs to segment 2
	// fay belongs to segment 1
}

// Vectors from elsewhere (a database, another model) are segmented as they are.
// Their texts are optional: without them the segments have no words.
func ExampleFromVectors() {
	users := []string{"ann", "ann", "bob", "cem", "dai"}
	vectors := mat.NewDense(5, 2, []float64{
		0.9, 0.1,
		0.8, 0.3,
		0.1, 0.7,
		1.0, 0.2,
		0.0, 0.5,
	})
	seg, err := cohort.FromVectors(context.Background(), users, vectors, nil, cohort.Options{K: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range seg.Users {
		fmt.Printf("%s is in segment %d\n", u.ID, u.Segment)
	}
	fmt.Println(seg.Counts.WithoutText, "of", seg.Counts.Texts, "vectors have no text")
	// Output:
	// ann is in segment 1
	// bob is in segment 2
	// cem is in segment 1
	// dai is in segment 2
	// 5 of 5 vectors have no text
}

// counter is an Embedder whose features are how often words occur.
type counter []string

func (c counter) EmbedSeq(_ context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		for t := range texts {
			v := make([]float32, len(c))
			for i, word := range c {
				v[i] = float32(strings.Count(t, word))
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

func (c counter) Dim() int       { return len(c) }
func (c counter) Name() string   { return "counter" }
func (c counter) Digest() string { return strings.Join(c, " ") }
