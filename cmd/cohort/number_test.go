package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort"
)

func TestWarnNumber(t *testing.T) {
	t.Parallel()
	for chosen, flag := range map[string]string{
		"k = 3 has the best score (0.1) of 2 numbers from 2 to 3; it is the largest number tried, and more may fit better.":                                                                 "--k-max",
		"k = 4 has the best score (0.1) of 2 numbers from 4 to 5; it is the smallest number tried, and fewer may fit better.":                                                               "--k-min",
		"k = 3 has the best score (0.1) of 3 numbers from 2 to 4.":                                                                                                                          "",
		"k = 3 has the best score (0.1) of 24 numbers from 2 to 150; but several numbers from 3 to 24 fit about as well (80 % of the best score or more): 3, 5, 10 and 20; k = 4 has 0.09.": "(3, 5, 10 and 20); --k",
	} {
		var b bytes.Buffer
		(&app{err: &b}).warnNumber(&cohort.Segmentation{Run: cohort.Run{Chosen: chosen}})
		if got := b.String(); flag == "" && got != "" || !strings.Contains(got, flag) {
			t.Errorf("%s: %q, want %s", chosen, got, flag)
		}
	}
}
