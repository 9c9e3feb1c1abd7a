package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"
)

const good = `# title: Time & space
# x: points
# y: seconds
# axes: log
# fit: yes
# made with: a command
series,x,y
square,100,1
square,10,0.01
# a comment between the rows
"line, straight",10,2
"line, straight",1000,200
square,1000,100
`

func TestParse(t *testing.T) {
	t.Parallel()
	c, err := parse(good)
	if err != nil {
		t.Fatal(err)
	}
	if c.title != "Time & space" || c.x != "points" || c.y != "seconds" || !c.logX || !c.logY || !c.fit {
		t.Errorf("settings %+v", c)
	}
	if len(c.series) != 2 || c.series[0].name != "square" || c.series[1].name != "line, straight" {
		t.Fatalf("series %+v", c.series)
	}
	want := plotter.XYs{{X: 10, Y: 0.01}, {X: 100, Y: 1}, {X: 1000, Y: 100}}
	for i, p := range c.series[0].points {
		if p != want[i] {
			t.Errorf("point %d: %v, want %v", i, p, want[i])
		}
	}
	if a, b := c.label(c.series[0]), c.label(c.series[1]); a != "square ~ x^2.00" || b != "line, straight ~ x^1.00" {
		t.Errorf("labels %q and %q", a, b)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][3]string{
		"no title":      {"# title: Time & space", "#", "title"},
		"axes":          {"axes: log", "axes: cubic", "cubic"},
		"fit":           {"fit: yes", "fit: maybe", "maybe"},
		"header":        {"series,x,y", "name,x,y", "header"},
		"no number":     {"100,1\n", "100,fast\n", "fast"},
		"infinite":      {"100,1\n", "Inf,1\n", "Inf"},
		"log of 0":      {"100,1\n", "100,0\n", "logarithm"},
		"fields":        {"100,1\n", "100,1,2\n", "wrong number of fields"},
		"one x to fit":  {"\"line, straight\",1000,200", "one,5,5", "two or more x"},
		"legend":        {"# made with: a command", "# legend: middle", "middle"},
		"nothing below": {good[strings.Index(good, "square"):], "", "rows"},
	} {
		text := strings.Replace(good, c[0], c[1], 1)
		if text == good {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := parse(text); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c[2])
		}
	}
}

// TestExponent fits points that scatter around a line whose least-squares
// slope is known by hand.
func TestExponent(t *testing.T) {
	t.Parallel()
	// log x is 0, 1, 2 and log y 0, 3, 3: slope (-1·0 + 0·3 + 1·3) / 2 = 1.5.
	p := plotter.XYs{{X: 1, Y: 1}, {X: math.E, Y: math.Exp(3)}, {X: math.Exp(2), Y: math.Exp(3)}}
	if got := exponent(p); math.Abs(got-1.5) > 1e-12 {
		t.Errorf("got %v, want 1.5", got)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	data, img := t.TempDir(), filepath.Join(t.TempDir(), "img")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(data, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(data, img, nil, io.Discard); err == nil {
		t.Error("no error for an empty directory")
	}
	write("growth.csv", good)
	write("linear.csv", "# title: T\n# x: a\n# y: b\n# legend: bottom-right\nseries,x,y\ns,0,0\ns,1,-2\n")
	var out bytes.Buffer
	if err := run(data, img, nil, &out); err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(img, "growth.svg") + "\n" + filepath.Join(img, "linear.svg") + "\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
	first, err := os.ReadFile(filepath.Join(img, "growth.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Time &amp; space", "points", "seconds", "square ~ x^2.00", "line, straight ~ x^1.00", ">100<", "sans-serif"} {
		if !bytes.Contains(first, []byte(want)) {
			t.Errorf("no %q in the picture", want)
		}
	}
	for d := xml.NewDecoder(bytes.NewReader(first)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := run(data, img, []string{"growth"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(filepath.Join(img, "growth.svg")); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the same file gives another picture, or %v", err)
	}
	write("bad.csv", "series,x,y\n")
	if err := run(data, img, []string{"bad"}, io.Discard); err == nil || !strings.Contains(err.Error(), "bad.csv") {
		t.Errorf("got %v, want an error that names the file", err)
	}
	if err := run(data, img, []string{"missing"}, io.Discard); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0.02: "0.02", 1: "1", 5000: "5000", 1e4: "10k", 2e5: "200k", 1e6: "1M", 5e9: "5G"} {
		if got := short(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}
