// Command plots draws the pictures of docs from the measurements beside them:
// each docs/data/NAME.csv becomes docs/img/NAME.svg, lines with points.
//
//	go run ./internal/plots              # from the root: all of them
//	go run ./internal/plots kmeans-size  # just docs/data/kmeans-size.csv
//
// A file begins with settings, one "# key: value" a line, then holds a header
// and one measurement a row:
//
//	# title: KMeans, d = 384, k = 50, 10 iterations, two threads
//	# x: points
//	# y: seconds
//	# axes: log
//	# fit: yes
//	series,x,y
//	KMeans,10000,0.02
//	KMeans,100000,0.21
//	MiniBatchKMeans,10000,0.01
//
// The settings:
//
//   - title, x, y: what stands above the picture and along its axes; required.
//   - axes: "linear" (the default), "log" (both), "log-x" or "log-y".
//   - fit: "yes" adds to each name in the legend the exponent b of y ~ x^b, by
//     least squares of log y on log x over all the series' points; "no" is the
//     default. Wants positive values and two or more x in each series.
//   - legend: "left" (the default) or "right" top corner, or either with
//     "bottom" before it: "bottom-right".
//   - note: printed under the picture's title, such as the machine; optional.
//
// Other lines that begin with # are comments: the command that made the file
// belongs there. Series are drawn in the order of their first row, their points
// by ascending x. The same file gives the same bytes.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

//go:generate go run . -data ../../docs/data -img ../../docs/img

func main() {
	data := flag.String("data", filepath.Join("docs", "data"), "directory of the CSV files")
	img := flag.String("img", filepath.Join("docs", "img"), "directory of the pictures")
	flag.Parse()
	if err := run(*data, *img, flag.Args(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "plots:", err)
		os.Exit(1)
	}
}

// run draws the named files of data, or all, into img, and prints the path of
// each picture to out.
func run(data, img string, names []string, out io.Writer) error {
	if len(names) == 0 {
		all, err := filepath.Glob(filepath.Join(data, "*.csv"))
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("no .csv file in %s", data)
		}
		for _, path := range all {
			names = append(names, strings.TrimSuffix(filepath.Base(path), ".csv"))
		}
	}
	if err := os.MkdirAll(img, 0o777); err != nil {
		return err
	}
	for _, name := range names {
		path := filepath.Join(data, name+".csv")
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		c, err := parse(string(raw))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		svg, err := c.svg()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		picture := filepath.Join(img, name+".svg")
		if err := os.WriteFile(picture, svg, 0o666); err != nil {
			return err
		}
		fmt.Fprintln(out, picture)
	}
	return nil
}
