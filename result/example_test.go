package result_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
)

// A result is read without the packages that found it.
func ExampleReadJSON() {
	var file bytes.Buffer // os.Open in a program
	err := result.WriteJSON(&file, &result.Segmentation{
		Version:  result.FormatVersion,
		Segments: []result.Profile{{ID: 1, Name: "battery", Users: 2}},
		Users:    []result.User{{ID: "ann", Segment: 1}, {ID: "bob", Segment: 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := result.ReadJSON(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, u := range s.Users {
		fmt.Println(u.ID, "is in", s.Profile(u.Segment).Name)
	}
	// Output:
	// ann is in battery
	// bob is in battery
}

func ExampleReadEdits() {
	edits, err := result.ReadEdits(strings.NewReader(`{"version": 1, "edits": [{"op": "rename", "segment": 2, "name": "price"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range edits {
		fmt.Println(e.Op, e.Segment, e.Name)
	}
	// Output: rename 2 price
}
