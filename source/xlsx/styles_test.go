package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/seed-56ee9438/cohort/source"
)

// TestStyles: styles of cells, rows and columns are those that the library finds
// in a sheet that it holds in memory; a workbook is read without holding one.
func TestStyles(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	var style [4]int
	var err error
	for i := range style {
		id, err1 := f.NewStyle(&excelize.Style{NumFmt: 14 + i})
		style[i], err = id, errors.Join(err, err1)
	}
	from1904 := true
	err = errors.Join(err, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}),
		f.SetColStyle("Sheet1", "B:C", style[0]), f.SetRowStyle("Sheet1", 3, 3, style[1]), f.SetCellStyle("Sheet1", "B3", "D4", style[2]), f.SetCellStyle("Sheet1", "A6", "A6", style[3]))
	for _, row := range []string{"A1", "A2", "A3", "A4", "A6", "A9"} {
		err = errors.Join(err, f.SetSheetRow("Sheet1", row, &[]any{"text", "text2", "text3", "text4", "text5"}))
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := errors.Join(err, f.SaveAs(path)); err != nil {
		t.Fatal(err)
	}
	opened, err := open(t.Context(), path, source.DriverOptions{Want: []string{"text"}})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	for _, err := range opened.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	tab := opened.(*table)
	tab.file.Sheet.Range(func(name, _ any) bool {
		t.Errorf("held in memory: %v", name)
		return true
	})
	in, err := tab.parts.open(tab.part)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s := newStyles(newTags(in))
	seen := map[int]bool{}
	for _, row := range []int{1, 3, 4, 5, 6, 9, 10} {
		if err := s.read(row); err != nil {
			t.Fatal(err)
		}
		if (row == 5 || row == 10) != (len(s.cells) == 0) {
			t.Errorf("row %d has %d cells", row, len(s.cells))
		}
		for col, got := range s.cells {
			cell, _ := excelize.CoordinatesToCellName(col, row)
			if want, err := tab.file.GetCellStyle("Sheet1", cell); got != want || err != nil {
				t.Errorf("%s: %d, want %d, %v", cell, got, want, err)
			}
			seen[got] = true
		}
	}
	if len(seen) != 5 {
		t.Errorf("styles %v", seen)
	}
}

// TestStyleOrder: a cell's own style comes first, then its row's, then its
// column's; rows and cells need not say their numbers.
func TestStyleOrder(t *testing.T) {
	t.Parallel()
	s := newStyles(newTags(strings.NewReader(`<worksheet><cols><col min="2" max="3" style="7"/></cols><sheetData>
		<row><c/><c s="1"/><c/></row><row s="5" customFormat="1"><c r="E2"/><c/></row><row r="4"/><row r="6" s="4"><c r="B6" s="2"/><c r="C6"/></row><row><c r="B7"/></row></sheetData><row r="9"><c/></row></worksheet>`)))
	for _, c := range []struct {
		row  int
		want map[int]int
	}{{1, map[int]int{1: 0, 2: 1, 3: 7}}, {5, map[int]int{}}, {6, map[int]int{2: 2, 3: 4}}, {7, map[int]int{2: 7}}, {9, map[int]int{}}} {
		if err := s.read(c.row); err != nil || !maps.Equal(s.cells, c.want) {
			t.Errorf("row %d: %v, %v, want %v", c.row, s.cells, err, c.want)
		}
	}
	if err := newStyles(newTags(strings.NewReader(`<row r="1"><c r="1A"/>`))).read(1); err == nil {
		t.Error("a cell without a column is read")
	}
}

// FuzzTags: tags are those that encoding/xml finds.
func FuzzTags(f *testing.F) {
	for _, s := range []string{`<a b="c">d</a>`, `<x:row r='1'/>`, `<a><![CDATA[<b><c>]]]></a>`, `<!-- <a> --><a/><![CDATA[<b>]]><?p <c>?>`, `<a b=">" c='"'/>`, "<a\n b\t=\r\"1\" c='2' />"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		d := xml.NewDecoder(strings.NewReader(in))
		s := newTags(strings.NewReader(in))
		for {
			token, err := d.RawToken()
			if err != nil {
				if errors.Is(err, io.EOF) && !errors.Is(s.next(), io.EOF) {
					t.Errorf("a tag too many: %q", s.tag)
				}
				return // what is not XML may be read in another way
			}
			switch e := token.(type) {
			case xml.Directive:
				return // no part has one
			case xml.StartElement:
				if err := s.next(); err != nil || !s.begins(e.Name.Local) || s.ends(e.Name.Local) {
					t.Fatalf("%q, %v, want <%s", s.tag, err, e.Name.Local)
				}
				for i, a := range e.Attr {
					same := func(b xml.Attr) bool { return b.Name == a.Name }
					if a.Name.Space == "" && slices.IndexFunc(e.Attr, same) == i && !strings.ContainsAny(in, "&\r") && s.attr(a.Name.Local) != a.Value {
						t.Errorf("%q: %q is %q, want %q", s.tag, a.Name.Local, s.attr(a.Name.Local), a.Value)
					}
				}
				if bytes.HasSuffix(s.tag, []byte("/")) {
					d.RawToken() // its end
				}
			case xml.EndElement:
				if err := s.next(); err != nil || !s.ends(e.Name.Local) || s.begins(e.Name.Local) {
					t.Fatalf("%q, %v, want </%s", s.tag, err, e.Name.Local)
				}
			}
		}
	})
}

func BenchmarkTags(b *testing.B) {
	in := strings.Repeat(`<row r="12" spans="1:4"><c r="A12" s="3" t="s"><v>120</v></c><c r="B12" t="s"><v>1312</v></c><c r="C12"><v>4.5</v></c></row>`, 20_000)
	b.SetBytes(int64(len(in)))
	b.Run("here", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := readMerges(newTags(strings.NewReader(in)), 3); err != nil {
				b.Fatal(err)
			}
		}
		b.SetBytes(int64(len(in)))
	})
	b.Run("encoding/xml", func(b *testing.B) {
		for b.Loop() {
			for d := xml.NewDecoder(strings.NewReader(in)); ; {
				if _, err := d.RawToken(); err != nil {
					break
				}
			}
		}
		b.SetBytes(int64(len(in)))
	})
}
