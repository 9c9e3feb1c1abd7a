package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// parts are the files that a workbook is a ZIP archive of. They are read beside
// the library where it would hold a whole sheet in memory.
type parts struct{ zip *zip.ReadCloser }

func openParts(name string) (*parts, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, err
	}
	return &parts{z}, nil
}

func (p *parts) Close() error { return p.zip.Close() }

// open opens the part called name; of several the library takes the last.
func (p *parts) open(name string) (io.ReadCloser, error) {
	for i := len(p.zip.File) - 1; i >= 0; i-- {
		if f := p.zip.File[i]; strings.ReplaceAll(f.Name, `\`, "/") == name {
			return f.Open()
		}
	}
	return nil, fmt.Errorf("damaged: it has no part %q", name)
}

// relation says which part belongs to another, and as what.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// related returns the part that a part in directory dir names, among the
// relations in the part called list, by one of them that is wanted.
func (p *parts) related(list, dir string, wanted func(relation) bool) (target string, err error) {
	in, err := p.open(list)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	var all struct {
		Relations []relation `xml:"Relationship"`
	}
	if err := xml.NewDecoder(in).Decode(&all); err != nil {
		return "", fmt.Errorf("%s: %w", list, err)
	}
	for _, r := range all.Relations {
		if !wanted(r) {
			continue
		}
		target = strings.ReplaceAll(r.Target, `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		return strings.TrimPrefix(path.Clean(target), "/"), nil
	}
	return "", fmt.Errorf("damaged: %s does not name what is needed", list)
}

// sheet returns the name of a sheet's part.
func (p *parts) sheet(f *excelize.File, name string) (string, error) {
	id := ""
	for _, s := range f.WorkBook.Sheets.Sheet {
		if s.Name == name {
			id = s.ID
		}
	}
	book, err := p.related("_rels/.rels", "", func(r relation) bool { return strings.HasSuffix(r.Type, "/officeDocument") })
	if err != nil {
		return "", err
	}
	dir, base := path.Split(book)
	return p.related(dir+"_rels/"+base+".rels", dir, func(r relation) bool { return r.ID == id })
}
