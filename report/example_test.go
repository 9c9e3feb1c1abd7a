package report_test

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/report"
)

func ExampleWriteCSV() {
	// What cohort.Segment returns; here only as much as the table needs.
	seg := &cohort.Segmentation{
		Segments: []cohort.Profile{{ID: 1, Name: "camera"}, {ID: 2, Name: "battery"}},
		Users: []cohort.User{
			{ID: "ann", Segment: 1, Texts: 2, Distance: 0.41, Margin: 0.3, RunnerUp: 2, Mixture: []float64{1, 0}},
			{ID: "bob", Segment: 2, Texts: 4, Distance: 0.52, Margin: 0.1, RunnerUp: 1, Mixture: []float64{0.25, 0.75}},
		},
	}
	if err := report.WriteCSV(os.Stdout, seg); err != nil {
		log.Fatal(err)
	}
	// Output:
	// user,segment,segment_name,texts,distance,margin,runner_up,x,y,deciding_text,mixture_1,mixture_2
	// ann,1,camera,2,0.41,0.3,2,0,0,,1,0
	// bob,2,battery,4,0.52,0.1,1,0,0,,0.25,0.75
}

func ExampleWriteHTML() {
	// What cohort.Segment returns; here only as much as a page needs.
	seg := &cohort.Segmentation{
		Segments: []cohort.Profile{{ID: 1, Name: "camera", Users: 1, Texts: 2}, {ID: 2, Name: "battery", Users: 1, Texts: 4}},
		Users:    []cohort.User{{ID: "ann", Segment: 1, Texts: 2, RunnerUp: 2}, {ID: "bob", Segment: 2, Texts: 4, RunnerUp: 1}},
		Counts:   cohort.Counts{Texts: 6, Users: 2},
		Scores:   cohort.Scores{Verdict: cohort.VerdictClear},
	}
	var page bytes.Buffer // a file in a program: the page needs no other
	if err := report.WriteHTML(&page, seg); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Contains(page.String(), "<b>2 users</b> · 2 segments · 6 texts"))
	// Output: true
}
