package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/report/charts"
)

// draw adds the charts to the files that will be written.
func (f *segmentFlags) draw(seg *cohort.Segmentation, files map[string]func(io.Writer) error) error {
	o := charts.Options{Lang: f.lang}
	if f.chartsFont != "" {
		font, err := os.ReadFile(f.chartsFont)
		if err != nil {
			return err
		}
		o.Font = font
	}
	drawn, err := charts.Draw(seg, o)
	if errors.Is(err, charts.ErrOptions) && f.chartsFont != "" {
		return usagef("--charts-font %s: %v", f.chartsFont, err)
	}
	if err != nil {
		return fmt.Errorf("charts: %w", err)
	}
	for _, c := range drawn {
		files[filepath.Join("charts", c.Name)] = func(w io.Writer) error {
			_, err := w.Write(c.Data)
			return err
		}
	}
	return nil
}
