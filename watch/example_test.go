package watch_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/watch"
)

// counter stands for a model: it counts two words.
type counter [2]string

func (c counter) EmbedSeq(_ context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		for t := range texts {
			if !yield([]float32{float32(1 + 9*strings.Count(t, c[0])), float32(1 + 9*strings.Count(t, c[1]))}, nil) {
				return
			}
		}
	}
}

func (counter) Dim() int         { return 2 }
func (c counter) Name() string   { return "counter" }
func (c counter) Digest() string { return strings.Repeat("00", 32) }

// New rows of a file are placed in the segments of an earlier run.
func Example() {
	ctx, model := context.Background(), counter{"camera", "battery"}
	segmenter, err := cohort.Fit(ctx, cohort.Slice([]cohort.Text{
		{User: "ann", Text: "a sharp camera"}, {User: "bob", Text: "the battery died"},
		{User: "cem", Text: "the camera has a flash"}, {User: "dai", Text: "a camera"},
	}), cohort.Options{Model: model, K: 2, Bootstrap: -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "new.csv")
	if err := os.WriteFile(path, []byte("user,text\neve,charge the battery\nfin,my camera\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	feed, err := watch.NewTail(path, source.Options{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer feed.Close()
	var lines bytes.Buffer
	w, err := watch.New(ctx, watch.Options{Segmenter: segmenter, Model: model, Feed: feed, Out: &lines, Once: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	if err := w.Run(ctx); err != nil {
		fmt.Println(err)
		return
	}
	for s := bufio.NewScanner(&lines); s.Scan(); {
		var a watch.Assigned
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(a.Type, a.Row, a.User, a.Segment)
	}
	// Output:
	// assignment 1 eve 2
	// assignment 2 fin 1
}
