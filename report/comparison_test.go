package report

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// twoRuns returns two runs of the same users, of whom every fifth moved to a
// segment that is new, and what drift makes of them.
func twoRuns(t *testing.T, word string) (before, after *cohort.Segmentation, d *drift.Comparison) {
	t.Helper()
	before, after = everything(word), everything(word)
	for _, s := range []*cohort.Segmentation{before, after} {
		s.Users, s.Scores.Verdict = nil, result.VerdictFair
		for i := range 100 {
			s.Users = append(s.Users, result.User{ID: fmt.Sprint(word, i), Segment: 1 + i%2, Texts: 1})
		}
		s.Segments[0].Users, s.Segments[1].Users = 50, 50
	}
	p := after.Segments[0]
	p.ID, p.Users, p.Words = 3, 20, []result.Word{{Text: word + word, Score: 1, Count: 2}}
	after.Segments = append(after.Segments, p)
	for i := 0; i < 100; i += 5 {
		after.Users[i].Segment = 3
	}
	after.Segments[0].Users, after.Segments[1].Users = 40, 40
	after.Segments[1].Words = p.Words
	d, err := drift.Compare(before, after, drift.Options{By: drift.ByUsers})
	if err != nil {
		t.Fatal(err)
	}
	return before, after, d
}

func comparisonPage(t *testing.T, p Page, d *drift.Comparison, before, after *cohort.Segmentation) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.WriteComparison(&b, d, before, after); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestComparison(t *testing.T) {
	t.Parallel()
	before, after, d := twoRuns(t, hostile[0])
	got := comparisonPage(t, Page{}, d, before, after)
	for _, want := range []string{"1 new", "2 steady", "20 of the 100 users in both runs moved to another segment (20%).", "Segments are matched by the users they share.", "New among its words", "No longer among its words", html.EscapeString(visible.Brief(hostile[0]))} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(got, "<script>window") || strings.Contains(got, " style=") || regexp.MustCompile(`%!|<no value>|NaN`).MatchString(got) {
		t.Error("a text acts, or a phrase lacks its values")
	}
	if again := comparisonPage(t, Page{}, d, before, after); again != got {
		t.Error("the same comparison gives two pages")
	}
	for _, bad := range []func() error{
		func() error { return WriteComparisonHTML(&bytes.Buffer{}, nil, before, after) },
		func() error { return WriteComparisonHTML(&bytes.Buffer{}, d, nil, after) },
		func() error { return WriteComparisonHTML(&bytes.Buffer{}, d, before, nil) },
	} {
		if err := bad(); !errors.Is(err, result.ErrNone) {
			t.Errorf("without an argument: %v", err)
		}
	}
}

func TestChineseComparisonIsChinese(t *testing.T) {
	t.Parallel()
	before, after, d := twoRuns(t, "数据")
	for i, s := range []drift.Status{drift.Born, drift.Gone, drift.Grown} { // all of them, with what they say
		d.Segments[i].Status = s
	}
	for _, by := range []drift.By{drift.ByUsers, drift.ByCentres} {
		d.By = by
		for _, text := range said(comparisonPage(t, Page{Lang: "zh"}, d, before, after)) {
			for _, w := range regexp.MustCompile(`[A-Za-z][A-Za-z.]*`).FindAllString(text, -1) {
				if !slices.Contains(names, w) && w != "s" { // of %s
					t.Errorf("%q in %q", w, strings.TrimSpace(text))
				}
			}
		}
	}
}

// TestFlows: the ribbons of a segment are as high as its users are many, and
// neither bars nor names of a column overlap.
func TestFlows(t *testing.T) {
	t.Parallel()
	before, after, d := twoRuns(t, "word")
	got := comparisonPage(t, Page{}, d, before, after)
	drawing := regexp.MustCompile(`(?s)<svg class="flows".*?</svg>`).FindString(got)
	sum := 0.0
	ribbons := regexp.MustCompile(`class="ribbon c\d" d="M\d+ ([\d.]+)C[^V]*V([\d.]+)C[^>]*><title>(\d+) → (\d+): (\d+)`).FindAllStringSubmatch(drawing, -1)
	users := 0
	for _, r := range ribbons {
		n, _ := strconv.Atoi(r[5])
		users += n
	}
	if len(ribbons) != 4 || users != 100 {
		t.Errorf("%d ribbons of %d users, want 4 of 100", len(ribbons), users)
	}
	columns := map[string][][2]float64{}
	for _, r := range regexp.MustCompile(`<rect class="c\d" x="(\d+)" y="([\d.]+)" width="12" height="([\d.]+)"`).FindAllStringSubmatch(drawing, -1) {
		y, _ := strconv.ParseFloat(r[2], 64)
		h, _ := strconv.ParseFloat(r[3], 64)
		sum += h
		for _, o := range columns[r[1]] {
			if y < o[0]+max(o[1], flowRow) && o[0] < y+max(h, flowRow) {
				t.Errorf("bars at %v and %v", o[0], y)
			}
		}
		columns[r[1]] = append(columns[r[1]], [2]float64{y, h})
	}
	if len(columns) != 2 || math.Abs(sum-2*flowHeight) > 1 {
		t.Errorf("columns %v, heights %v", columns, sum)
	}
}
