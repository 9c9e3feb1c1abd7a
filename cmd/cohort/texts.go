package main

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strconv"

	"github.com/seed-56ee9438/cohort/internal/sheet"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// textsFile collects the results for each text in a temporary file, since
// segments get their names only at the end of the run.
type textsFile struct {
	rows []int // of the source, by the index of the text among those passed on
	tmp  *os.File
	csv  *csv.Writer
}

func newTextsFile() (*textsFile, error) {
	f, err := os.CreateTemp("", "cohort-texts-*")
	if err != nil {
		return nil, err
	}
	return &textsFile{tmp: f, csv: csv.NewWriter(f)}, nil
}

// reading forgets the recorded source rows; it is called when a pass begins.
func (t *textsFile) reading() {
	if t != nil {
		t.rows = t.rows[:0]
	}
}

func (t *textsFile) given(row int) {
	if t != nil {
		t.rows = append(t.rows, row)
	}
}

// add implements cohort.Options.EachText.
func (t *textsFile) add(x result.Text) error {
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	var feeling, low, high, novelty string
	if x.Sentiment != nil {
		feeling = num(*x.Sentiment)
		if x.SentimentError > 0 {
			f := sentiment.Feeling{Value: *x.Sentiment, StdErr: x.SentimentError}
			l, h := f.Interval(1.96)
			low, high = num(l), num(h)
		}
		if x.Novelty > 0 {
			novelty = num(x.Novelty)
		}
	}
	return t.csv.Write([]string{
		strconv.Itoa(t.rows[x.Row-1]), x.User, strconv.Itoa(x.Segment), "", strconv.Itoa(x.UserSegment), num(x.Margin), num(x.Distance), strconv.Itoa(x.RunnerUp), string(x.Language),
		feeling, low, high, x.Feeling, novelty, x.Text,
	})
}

// textsHead are the columns of texts.csv. The sentiment has a 95 % interval, its
// feeling is negative, neutral or positive, and its novelty says how unlike the
// texts that the head was fitted on the text is.
var textsHead = []string{
	"row", "user", "segment", "segment_name", "user_segment", "margin", "distance", "runner_up", "language",
	"sentiment", "sentiment_low", "sentiment_high", "feeling", "novelty", "text",
}

// write writes texts.csv: the collected rows, with the names of their segments.
func (t *textsFile) write(w io.Writer, seg *result.Segmentation) error {
	t.csv.Flush()
	if err := t.csv.Error(); err != nil {
		return err
	}
	if _, err := t.tmp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	names := map[string]string{}
	for _, p := range seg.Segments {
		names[strconv.Itoa(p.ID)] = p.Name
	}
	out := sheet.NewWriter(w)
	if err := out.Write(textsHead); err != nil {
		return err
	}
	in := csv.NewReader(t.tmp)
	in.ReuseRecord = true
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil {
			return err
		}
		row[3] = names[row[2]]
		if err := out.Write(row); err != nil {
			return err
		}
	}
}

func (t *textsFile) close() {
	if t != nil {
		t.tmp.Close()
		os.Remove(t.tmp.Name())
	}
}
