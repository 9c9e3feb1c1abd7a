package xlsx

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/seed-56ee9438/cohort/internal/moment"
	"github.com/seed-56ee9438/cohort/source"
)

// mergedBook makes a workbook of cells and merged ranges.
func mergedBook(t *testing.T, from1904 bool, cells map[string]any, ranges ...string) string {
	t.Helper()
	f := excelize.NewFile()
	date, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	err = errors.Join(err, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}))
	for at, v := range cells {
		if err = errors.Join(err, f.SetCellValue("Sheet1", at, v)); strings.HasPrefix(at, "D") {
			err = errors.Join(err, f.SetCellStyle("Sheet1", at, at, date))
		}
	}
	for _, r := range ranges {
		from, to, _ := strings.Cut(r, ":")
		err = errors.Join(err, f.MergeCell("Sheet1", from, to))
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := errors.Join(err, f.SaveAs(path)); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMerged: a cell merged over several rows speaks for all of them, in the
// header, too; what is below all merged cells is no row, and a title is no column.
func TestMerged(t *testing.T) {
	t.Parallel()
	for _, from1904 := range []bool{false, true} {
		day := 45356.25 // 2024-03-05, six o'clock
		if from1904 {
			day -= moment.Days1904
		}
		path := mergedBook(t, from1904, map[string]any{
			"A1": "Reviews of March", "A2": "User", "B2": "Review", "D2": "When", "B3": "Text", "C3": "Rating",
			"A4": "bob", "B4": "tea", "C4": 1, "D4": day, "B5": "milk", "C5": 2, "B6": "rum", "C6": 3,
			"A7": "eve", "B7": "gin", "C7": 4,
			"A8": "dan", "C8": 1, "C9": 2, // over users and texts
			"A10": "ann", "B10": "one for both", "C10": 1, "C11": 2,
			"A12": "kim", "B12": "in two rows", "C12": 5,
			"A14": "lee", "B14": "a", "C14": "#DIV/0!", "A15": "max", "B15": "b", "B16": "nobody's",
		}, "A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A6", "D4:D5", "A8:B9", "A10:A11", "B10:B11", "A12:A13", "B12:B13", "C12:C13", "C14:C15")
		s, err := source.Open(t.Context(), path, source.Options{TextColumn: "text", UserColumn: "user", RatingColumn: "rating", TimeColumn: "when"})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		want := []string{
			"4 bob|tea|1|2024-03-05T06", "5 bob|milk|2|2024-03-05T06", "6 bob|rum|3|", "7 eve|gin|4|", "8 dan||1|", "9 dan||2|",
			"10 ann|one for both|1|", "11 ann|one for both|2|", "12 kim|in two rows|5|", "14 lee|a||", "15 max|b||", "16 no-user-12|nobody's||",
		}
		for range 2 { // passes
			var got []string
			for r, err := range s.Rows(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				rating, at := "", ""
				if r.Rated {
					rating = fmt.Sprint(r.Rating)
				}
				if !r.Time.IsZero() {
					at = r.Time.Format(time.RFC3339)[:13]
				}
				got = append(got, fmt.Sprintf("%d %s|%s|%s|%s", r.Line, r.User, r.Text, rating, at))
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("from 1904: %v: %s", from1904, d)
			}
			if st := s.Stats(); st.MergedCells != 7 || st.MissingUsers != 1 || st.NullTexts != 2 || st.UnreadRatings != 0 {
				t.Errorf("from 1904: %v: %+v", from1904, st)
			}
		}
	}
}

// TestMergedBesideTheTable: what is merged beside the columns, or from a row that
// is refused, changes no other row.
func TestMergedBesideTheTable(t *testing.T) {
	t.Parallel()
	path := mergedBook(t, false, map[string]any{
		"A1": "user", "B1": "text", "A2": "bob", "B2": "a", "C2": "a remark", "B3": "b", "A4": "eve", "B4": "c",
	}, "A2:A3", "C2:C4")
	s, err := source.Open(t.Context(), path, source.Options{OnError: source.Skip})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var got []string
	for r, err := range s.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.User+" "+r.Text)
	}
	if d := cmp.Diff([]string{"bob b", "eve c"}, got); d != "" || s.Stats().Rejected != 1 {
		t.Errorf("%s, %+v", d, s.Stats())
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	merges, last, err := readMerges(newTags(strings.NewReader(`<?xml version="1.0"?><!-- <mergeCell ref="no"/> --><x:worksheet><x:sheetData><x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t><![CDATA[<mergeCell ref="no"/>]]></x:t></x:is></x:c></x:row></x:sheetData>
		<x:mergeCells count='4'><x:mergeCell ref="B3:B5"/><x:mergeCell note="a>b" ref = '$A$2:A4' /><x:mergeCell ref="C9"/><x:mergeCell ref="A6:C6"/><x:mergeCell ref="D3:E4"></x:mergeCell></x:mergeCells><x:anchor><xdr:row>9</xdr:row></x:anchor></x:worksheet>`)), 3)
	if d := cmp.Diff([]merge{{1, 2, 4}, {2, 3, 5}, {4, 3, 4}}, merges, cmp.AllowUnexported(merge{})); d != "" || last != 2 || err != nil {
		t.Fatal(d, last, err)
	}
	for name, c := range map[string]struct {
		above, columns int
		in, want       string // rows from the second on; ~ is a row without cells, which no one fills
	}{
		"all":                   {0, 9, "a,x;,y,,d;,,c;,,,e;,,,f", "a,x;a,y,,d;a,y,c,d;,y,,e;,,,f"},
		"own values":            {0, 9, "a;,y;b;c,z", "a;a,y;b,y;c,z"},
		"no first value":        {0, 9, "~;~;,x;,y,z", "~;~;,x;,y,z"},
		"below the header":      {2, 9, "a;,y;,,c;,,c", "a;,y;,y,c;,y,c"},
		"few columns":           {0, 1, "a;,y,,d;,,c;,,c", "a;a,y,,d;a,,c;,,c"},
		"rows that do not show": {0, 9, "a;,y;~;,,c;,,c", "a;a,y;~;,y,c;,,c"},
	} {
		f := newFiller(merges, c.above, c.columns)
		var got []string
		changed, filled := 0, 0
		for i, row := range strings.Split(c.in, ";") {
			if row == "~" {
				got = append(got, row)
				continue
			}
			cells, n := f.fill(i+2, strings.Split(row, ","))
			got, filled = append(got, strings.Join(cells, ",")), filled+n
			for k, v := range cells {
				if had := strings.Split(row, ","); v != "" && (k >= len(had) || had[k] == "") {
					changed++
				}
			}
		}
		if s := strings.Join(got, ";"); s != c.want || filled != changed {
			t.Errorf("%s: %s and %d, want %s and %d", name, s, filled, c.want, changed)
		}
	}
}

// Ranges that cannot be read are errors: whose the rows are would be a guess.
func TestBadMerges(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`<mergeCell ref="A1:#REF!"/>`:    "merged cells",
		`<mergeCell/>`:                   "merged cells",
		`<mergeCell ref="A1:A9999999"/>`: "merged cells",
		`<mergeCell ref="A1:A2"`:         "damaged",
		`<!-- `:                          "damaged",
		`<`:                              "damaged",
		`<c v="` + strings.Repeat(">", mostTag) + `"/>`: "damaged",
		strings.Repeat(`<mergeCell ref="A1:A2"/>`, 4):   "more than",
	} {
		if got, _, err := readMerges(newTags(strings.NewReader(in)), 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, %v, want %s", in, got, err, want)
		}
	}
}
