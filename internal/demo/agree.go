package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/sheet"
	"github.com/seed-56ee9438/cohort/source"
)

// agreement is how segments of users go with a label that they were not found by.
type agreement struct {
	users, left                       int // compared; without segment or label
	ari, v, homogeneity, completeness float64
	segments, labels                  []string
	counts                            map[[2]string]int
	perSegment, perLabel              map[string]int
}

// compare reads the segments of users and their labels: a user's label is that
// of the first of their rows.
func compare(segments, truth, user, label string) (*agreement, error) {
	labels := map[string]string{}
	src, err := source.Open(context.Background(), truth, source.Options{UserColumn: user, TextColumn: label})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	for r, err := range src.Rows(context.Background()) {
		if err != nil {
			return nil, err
		}
		if _, ok := labels[r.User]; !ok {
			labels[r.User] = r.Text
		}
	}
	f, err := os.Open(segments)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", segments, err)
	}
	if len(rows) < 2 || len(rows[0]) < 3 || rows[0][0] != "user" || rows[0][1] != "segment" {
		return nil, fmt.Errorf("%s: not a table of users and segments", segments)
	}
	a := &agreement{counts: map[[2]string]int{}, perSegment: map[string]int{}, perLabel: map[string]int{}}
	var left, right []string
	for _, row := range rows[1:] {
		l := labels[sheet.Unescape(row[0])]
		if l == "" || row[1] == "-1" {
			a.left++
			continue
		}
		s := row[1] + " " + row[2]
		left, right = append(left, l), append(right, s)
		a.counts[[2]string{s, l}]++
		a.perSegment[s]++
		a.perLabel[l]++
	}
	a.users = len(left)
	bySize := func(m map[string]int) []string {
		return slices.SortedFunc(maps.Keys(m), func(x, y string) int { return cmp.Or(cmp.Compare(m[y], m[x]), strings.Compare(x, y)) })
	}
	a.segments, a.labels = bySize(a.perSegment), bySize(a.perLabel)
	t, p := number(left, a.labels), number(right, a.segments)
	for _, m := range []struct {
		to *float64
		f  func(truth, labels []int) (float64, error)
	}{
		{&a.ari, eval.ARI}, {&a.homogeneity, eval.Homogeneity}, {&a.completeness, eval.Completeness},
		{&a.v, func(t, p []int) (float64, error) { return eval.VMeasure(t, p, 1) }},
	} {
		if *m.to, err = m.f(t, p); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func number(values, order []string) []int {
	at := map[string]int{}
	for i, v := range order {
		at[v] = i
	}
	out := make([]int, len(values))
	for i, v := range values {
		out[i] = at[v]
	}
	return out
}

// write writes the scores and the table of counts as Markdown.
func (a *agreement) write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d users (%d without segment or label left out): ARI %.3f, V-measure %.3f (homogeneity %.3f, completeness %.3f)\n\n", a.users, a.left, a.ari, a.v, a.homogeneity, a.completeness)
	fmt.Fprintf(&b, "| segment | users | %s |\n|---|---%s|\n", strings.Join(a.labels, " | "), strings.Repeat("|---", len(a.labels)))
	for _, s := range a.segments {
		fmt.Fprintf(&b, "| %s | %d", s, a.perSegment[s])
		for _, l := range a.labels {
			fmt.Fprintf(&b, " | %d", a.counts[[2]string{s, l}])
		}
		b.WriteString(" |\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
