package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/seed-56ee9438/cohort/internal/moment"
	"github.com/seed-56ee9438/cohort/source"
)

// workbook makes a file of sheets of rows.
func workbook(t *testing.T, sheets map[string][][]any) string {
	t.Helper()
	f := excelize.NewFile()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if sheets["Sheet1"] == nil {
		if err := f.DeleteSheet("Sheet1"); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

var reviews = [][]any{
	{"Reviews of March"},
	{},
	{"User", "Text", "Rating", "When"},
	{"u1", "good, \"very\" 好", 4, time.Date(2024, 3, 5, 6, 0, 0, 0, time.UTC)},
	{"u2", "#N/A", "3,5", "2024-03-06"},
	{},
	{nil, "line_x000D_\nfeed", 2.5},
}

func TestRows(t *testing.T) {
	t.Parallel()
	s, err := source.Open(t.Context(), workbook(t, map[string][][]any{"Sheet1": reviews}), source.Options{TimeColumn: "when", RatingColumn: "rating"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		var got []string
		for r, err := range s.Rows(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(r.Line, " ", r.User, " ", r.Text, " ", r.Rating, " ", r.Time.Format(time.RFC3339)))
		}
		want := []string{"4 u1 good, \"very\" 好 4 2024-03-05T06:00:00Z", "5 u2  3.5 2024-03-06T00:00:00Z", "7 no-user-3 line\nfeed 2.5 0001-01-01T00:00:00Z"}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	if st := s.Stats(); st.NullTexts != 1 || st.MissingUsers != 1 || st.Rows != 3 || st.Format != Format {
		t.Errorf("%+v", st)
	}
}

func TestSheets(t *testing.T) {
	t.Parallel()
	path := workbook(t, map[string][][]any{"notes": {{"x"}}, "data": {{"text"}, {"a"}, {"b", "too much"}, {"c"}}})
	var rejected []int
	s, err := source.Open(t.Context(), path, source.Options{Table: "data", OnError: source.Skip, Reject: func(r source.Reject) error { rejected = append(rejected, r.Line); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var got []string
	for r, err := range s.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Text)
	}
	if strings.Join(got, "") != "ac" || len(rejected) != 1 || rejected[0] != 3 {
		t.Errorf("%q, rejected %v", got, rejected)
	}
	for name, c := range map[string]struct {
		o  source.Options
		is error
	}{"no such sheet": {source.Options{Table: "none"}, source.ErrOption}, "a query": {source.Options{Query: "SELECT"}, source.ErrOption}, "a column": {source.Options{Table: "data", TextColumn: "none"}, source.ErrNoColumn}} {
		if _, err := source.Open(t.Context(), path, c.o); !errors.Is(err, c.is) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSheetsAsShown: hidden sheets are not read unasked, errors are no values,
// and days are counted from where the workbook says, once, whether or not the
// format of the times says so too.
func TestSheetsAsShown(t *testing.T) {
	t.Parallel()
	for _, from1904 := range []bool{false, true} {
		f := excelize.NewFile()
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}); err != nil {
			t.Fatal(err)
		}
		day := 45356.25 // 2024-03-05, six o'clock
		if from1904 {
			day -= moment.Days1904
		}
		custom := `"day" dd\.mm\.yyyy`
		builtin, err1 := f.NewStyle(&excelize.Style{NumFmt: 22})
		own, err2 := f.NewStyle(&excelize.Style{CustomNumFmt: &custom})
		_, err3 := f.NewSheet("shown")
		err := errors.Join(err1, err2, err3)
		for i, row := range [][]any{{"user", "text", "rating", "when"}, {"u", "tea", 45000, day}, {"v", "#REF!", "#DIV/0!", day}} {
			err = errors.Join(err, f.SetSheetRow("shown", fmt.Sprint("A", i+1), &row))
		}
		hidden := []any{"user", "text"}
		err = errors.Join(err, f.SetCellStyle("shown", "D2", "D2", builtin), f.SetCellStyle("shown", "D3", "D3", own), f.SetSheetRow("Sheet1", "A1", &hidden))
		f.SetActiveSheet(1)
		path := filepath.Join(t.TempDir(), "a.xlsx")
		if err := errors.Join(err, f.SetSheetVisible("Sheet1", false), f.SaveAs(path)); err != nil {
			t.Fatal(err)
		}
		said := map[bool]string{false: "excel", true: "excel1904"}[from1904] // of the workbook's own numbers
		for _, formats := range [][]string{nil, {said}, {"%d.%m.%Y", strings.ToUpper(said)}} {
			s, err := source.Open(t.Context(), path, source.Options{TimeColumn: "when", RatingColumn: "rating", TimeFormats: formats})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for range 2 { // passes
				var got []string
				for r, err := range s.Rows(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, fmt.Sprint(r.User, " ", r.Text, " ", r.Rating, " ", r.Time.Format(time.RFC3339)))
				}
				if d := cmp.Diff([]string{"u tea 45000 2024-03-05T06:00:00Z", "v  0 2024-03-05T06:00:00Z"}, got); d != "" {
					t.Errorf("from 1904: %v, formats %q: %s", from1904, formats, d)
				}
			}
		}
	}
}

// TestRowsEndEarly: a sheet whose XML is at fault is an error, not the rows before
// the fault.
func TestRowsEndEarly(t *testing.T) {
	t.Parallel()
	whole := workbook(t, map[string][][]any{"Sheet1": {{"user", "text"}, {"u", 1}, {}, {"v", 2}, {"w", 3}}})
	for name, c := range map[string]struct {
		old, new string
		rows     int // -1: an error
	}{
		"as it is":       {"", "", 3},
		"a bad entity":   {"<v>2</v>", "<v>&b;</v>", -1},
		"a tag not open": {`<row r="5"`, `</c><row r="5"`, -1},
		"cut off":        {"</row></sheetData></worksheet>", "", -1},
		"no row numbers": {`<row r="5"`, `<row`, 3},
	} {
		path := rewritten(t, whole, "xl/worksheets/sheet1.xml", c.old, c.new)
		s, err := source.Open(t.Context(), path, source.Options{})
		rows := 0
		if err == nil {
			for _, e := range s.Rows(t.Context()) {
				if rows++; e != nil {
					err = e
				}
			}
			s.Close()
		}
		if (err != nil) != (c.rows < 0) || err == nil && rows != c.rows || err != nil && !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %d rows, %v, want %d", name, rows, err, c.rows)
		}
	}
}

// rewritten returns a copy of a workbook with something else in one of its parts.
func rewritten(t *testing.T, path, part, old, now string) string {
	t.Helper()
	in, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		data, err := fs.ReadFile(in, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			if !bytes.Contains(data, []byte(old)) {
				t.Fatalf("no %q in %s", old, data)
			}
			data = bytes.Replace(data, []byte(old), []byte(now), 1)
		}
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	to := filepath.Join(t.TempDir(), "b.xlsx")
	if err := errors.Join(z.Close(), os.WriteFile(to, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return to
}

// Damaged workbooks are errors, never panics.
func TestDamaged(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(workbook(t, map[string][][]any{"Sheet1": reviews}))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bad.xlsx")
	bad := 0
	for i := 0; i < len(whole); i += 97 {
		for _, data := range [][]byte{whole[:i], append(append(bytes.Clone(whole[:i]), whole[i]^0xff), whole[i+1:]...)} {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := source.Open(context.Background(), path, source.Options{})
			if err != nil {
				bad++
				continue
			}
			for _, err := range s.Records(context.Background()) {
				if err != nil {
					bad++
				}
			}
			s.Close()
		}
	}
	if bad < 50 {
		t.Errorf("only %d damages were told", bad)
	}
}
