package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/beam"
	"github.com/seed-56ee9438/cohort/internal/sheet"
)

// eachPlaced calls f for the users of each block.
func (j *job) eachPlaced(ctx context.Context, f func(p *beam.Placed) error) error {
	files, err := beam.Files(ctx, j.work, beam.PlacedFile)
	if err != nil {
		return err
	}
	for _, name := range files {
		p, err := beam.OpenPlaced(ctx, name)
		if err == nil {
			err = f(&p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// segmentOf returns the segment of each cluster, which the users of a
// segmentation tell; cohort.Unassigned if none of them is in it.
func (j *job) segmentOf(ctx context.Context, seg *cohort.Segmentation) ([]int, error) {
	of := map[string]int{}
	for _, u := range seg.Users {
		of[u.ID] = u.Segment
	}
	ids := make([]int, j.k)
	for c := range ids {
		ids[c] = cohort.Unassigned
	}
	err := j.eachPlaced(ctx, func(p *beam.Placed) error {
		for i, u := range p.Users {
			id, ok := of[u]
			if !ok || id == cohort.Unassigned {
				continue
			}
			switch c := p.Cluster[i]; ids[c] {
			case cohort.Unassigned, id:
				ids[c] = id
			default:
				return fmt.Errorf("users of cluster %d are in segments %d and %d of the report", c, ids[c], id)
			}
		}
		return nil
	})
	return ids, err
}

// surveyAll adds the surveys of all batches, and counts the users without text.
func (j *job) surveyAll(ctx context.Context) (beam.Survey, int, error) {
	var all beam.Survey
	files, err := beam.Files(ctx, j.work, beam.BatchFile)
	if err != nil {
		return all, 0, err
	}
	for _, name := range files {
		b, err := beam.OpenBatch(ctx, name)
		if err != nil {
			return all, 0, err
		}
		all.Add(&b.Survey)
	}
	quiet := 0
	err = j.eachPlaced(ctx, func(p *beam.Placed) error { quiet += len(p.Quiet); return nil })
	return all, quiet, err
}

// writeSegments writes a row a user, with the columns of report.WriteCSV that
// pipelines know.
func (j *job) writeSegments(ctx context.Context, w io.Writer, seg *cohort.Segmentation, ids []int) error {
	out := sheet.NewWriter(w)
	if err := out.Write([]string{"user", "segment", "segment_name", "texts", "distance", "margin", "runner_up"}); err != nil {
		return err
	}
	id := func(c int) int {
		if c < 0 {
			return cohort.Unassigned
		}
		return ids[c]
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
	err := j.eachPlaced(ctx, func(p *beam.Placed) error {
		for i, u := range p.Users {
			s, name := id(p.Cluster[i]), ""
			if profile := seg.Profile(s); profile != nil {
				name = profile.Name
			}
			row := []string{u, strconv.Itoa(s), name, strconv.Itoa(p.Texts[i]), number(p.Distance[i]), number(p.Margin[i]), strconv.Itoa(id(p.RunnerUp[i]))}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		for _, u := range p.Quiet {
			if err := out.Write([]string{u, "-1", "", "0", "0", "0", "-1"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return out.Flush()
}
