package charts_test

import (
	"fmt"
	"log"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/report/charts"
)

func ExampleDraw() {
	// What cohort.Segment returns; here only as much as two charts need.
	seg := &cohort.Segmentation{
		Segments: []cohort.Profile{{ID: 1, Name: "camera", Users: 1, Share: 0.5}, {ID: 2, Name: "battery", Users: 1, Share: 0.5}},
		Users:    []cohort.User{{ID: "ann", Segment: 1, Texts: 2, X: 1}, {ID: "bob", Segment: 2, Texts: 4, Y: 1}},
	}
	files, err := charts.Draw(seg, charts.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		fmt.Println(f.Name)
	}
	// Output:
	// map.svg
	// sizes.svg
	// map.png
	// sizes.png
}
