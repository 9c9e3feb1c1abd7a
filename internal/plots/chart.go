package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/plotter"
)

// chart is what a file says: settings and series.
type chart struct {
	title, x, y, note string
	logX, logY        bool
	fit               bool
	right, bottom     bool // where the legend stands
	series            []series
}

type series struct {
	name   string
	points plotter.XYs // ascending x
}

// parse reads a file in the format of the package comment.
func parse(text string) (*chart, error) {
	c := new(chart)
	lines := strings.SplitAfter(text, "\n")
	head := 0
	for ; head < len(lines) && strings.HasPrefix(lines[head], "#"); head++ {
		if err := c.set(strings.TrimSpace(lines[head][1:])); err != nil {
			return nil, fmt.Errorf("line %d: %w", head+1, err)
		}
	}
	for name, v := range map[string]string{"title": c.title, "x": c.x, "y": c.y} {
		if v == "" {
			return nil, fmt.Errorf("no line \"# %s: ...\" at the top", name)
		}
	}
	r := csv.NewReader(strings.NewReader(strings.Join(lines[head:], "")))
	r.Comment, r.FieldsPerRecord = '#', 3
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 || !slices.Equal(rows[0], []string{"series", "x", "y"}) {
		return nil, fmt.Errorf("want the header series,x,y and rows below it")
	}
	for i, row := range rows[1:] {
		if err := c.add(row[0], row[1], row[2]); err != nil {
			return nil, fmt.Errorf("measurement %d: %w", i+1, err)
		}
	}
	for _, s := range c.series {
		slices.SortStableFunc(s.points, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
		if c.fit && s.points[0].X == s.points[len(s.points)-1].X {
			return nil, fmt.Errorf("series %q: want two or more x to fit an exponent", s.name)
		}
	}
	return c, nil
}

// set takes one line of settings; a line that is none is a comment.
func (c *chart) set(line string) error {
	key, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	bad := func(want string) error { return fmt.Errorf("%s: got %q, want %s", key, value, want) }
	switch key {
	case "title":
		c.title = value
	case "x":
		c.x = value
	case "y":
		c.y = value
	case "note":
		c.note = value
	case "axes":
		switch value {
		case "linear":
		case "log":
			c.logX, c.logY = true, true
		case "log-x":
			c.logX = true
		case "log-y":
			c.logY = true
		default:
			return bad("linear, log, log-x or log-y")
		}
	case "fit":
		switch value {
		case "yes":
			c.fit = true
		case "no":
		default:
			return bad("yes or no")
		}
	case "legend":
		side, bottom := strings.CutPrefix(value, "bottom-")
		if side != "left" && side != "right" {
			return bad("left, right, bottom-left or bottom-right")
		}
		c.right, c.bottom = side == "right", bottom
	}
	return nil
}

// add appends one measurement to its series.
func (c *chart) add(name, x, y string) error {
	var p plotter.XY
	for _, v := range []struct {
		name, text string
		positive   bool
		value      *float64
	}{{"x", x, c.logX || c.fit, &p.X}, {"y", y, c.logY || c.fit, &p.Y}} {
		f, err := strconv.ParseFloat(v.text, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("%s: got %q, want a number", v.name, v.text)
		}
		if v.positive && f <= 0 {
			return fmt.Errorf("%s: got %q, want it above 0 for a logarithm", v.name, v.text)
		}
		*v.value = f
	}
	i := slices.IndexFunc(c.series, func(s series) bool { return s.name == name })
	if i < 0 {
		i = len(c.series)
		c.series = append(c.series, series{name: name})
	}
	c.series[i].points = append(c.series[i].points, p)
	return nil
}

// label returns what the legend says of a series.
func (c *chart) label(s series) string {
	if !c.fit {
		return s.name
	}
	return fmt.Sprintf("%s ~ x^%.2f", s.name, exponent(s.points))
}
