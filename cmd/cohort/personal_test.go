package main

import (
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// personal has one made-up value for each recogniser, with the words it needs
// before it.
var personal = map[pii.Type][2]string{
	pii.Card: {"card ", "4040-2221-7380-3374"}, pii.CNID: {"身份证 ", "330106196206130247"}, pii.Email: {"mail ", "oscar.brook@qq.com"},
	pii.Handle: {"ask ", "@frank_ivanov"}, pii.IBAN: {"IBAN ", "GB76 BARC 6057 8721 0639 96"}, pii.IP: {"from ", "198.106.197.135"},
	pii.MAC: {"MAC ", "53:35:4d:6b:58:c1"}, pii.Passport: {"passport number ", "C19741773"}, pii.Phone: {"call ", "202-555-0190"},
	pii.QQ: {"QQ: ", "8262048"}, pii.SSN: {"SSN ", "457-67-9451"}, pii.URL: {"see ", "http://nora:pa55w0rd1@nas.example.org/index.html"},
	pii.Address: {"ship to ", "12 Larkspur Lane, Dayton, OH 45402"},
	pii.USCC:    {"统一社会信用代码 ", "91440305MAJR70WWTC"}, pii.WeChat: {"WeChat: ", "cloud-cloud7917"},
}

// variants are the ways a value may be written: as it is, in full-width
// characters, in capitals and in small letters.
func variants(v string) []string {
	wide := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '\u3000'
		case r > ' ' && r < 0x7F:
			return r + 0xFEE0
		}
		return r
	}, v)
	return []string{v, wide, strings.ToUpper(v), strings.ToLower(v)}
}

// plain is s in small ASCII letters, full-width characters too, without what
// HTML and JSON escape.
func plain(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case r == '\u3000':
			return ' '
		case r > 0xFF00 && r < 0xFF5F:
			return r - 0xFEE0
		}
		return r
	}, html.UnescapeString(strings.ReplaceAll(s, `\/`, "/"))))
}

// pairsOf leaves out flags without a value, which are segment's own.
func pairsOf(flags []string) []string {
	if len(flags) < 2 {
		return nil
	}
	return flags
}

// Whatever recogniser's data is in texts, metadata, columns named for it and
// users' names, however written and often enough to be a keyword, none of it is
// in any file, nor on standard error.
func TestNoRecognisersDataIsWritten(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("segments thrice")
	}
	types := append(pii.DefaultTypes(), pii.Address)
	for _, typ := range types {
		if _, ok := personal[typ]; !ok {
			t.Errorf("no value for %s", typ)
		}
	}
	// Columns whose cells are bare, their names being the only words there are.
	bare := []pii.Type{pii.QQ, pii.SSN, pii.Passport, pii.WeChat, pii.Phone, pii.Card, pii.CNID}
	var b strings.Builder
	b.WriteString("user,text,note")
	for _, typ := range bare {
		b.WriteString("," + string(typ))
	}
	b.WriteString("\n")
	row := func(user, text, note string, variant int) {
		b.WriteString(user + ",\"" + text + "\",\"" + note + "\"")
		for _, typ := range bare {
			b.WriteString("," + variants(personal[typ][1])[variant])
		}
		b.WriteString("\n")
	}
	for _, typ := range types {
		p := personal[typ]
		for i, v := range variants(p[1]) {
			for _, user := range []string{"a", "b", "c", "d", "e", "f"} {
				row(user, "please "+p[0]+v, p[0]+v, i)
			}
			row("\""+p[0]+v+"\"", "thank you for the parcel", "x", i)
		}
	}
	in := file(t, "in.csv", b.String())
	key := file(t, "key", "0123456789abcdef")
	meta := "note"
	for _, typ := range bare {
		meta += "," + string(typ)
	}
	for _, flags := range [][]string{{"--charts"}, {"--clean", "none"}, {"--user-key-file", key}} {
		dir := filepath.Join(t.TempDir(), "out")
		args := append([]string{"segment", "--in", in, "--out", dir, "--model", "minilm", "--k", "2", "--min-users", "1", "--meta", meta, "--bootstrap", "-1", "--stats", "--addresses"}, flags...)
		r := run(t, "", args...)
		if r.code != 0 {
			t.Fatal(r.err)
		}
		outputs := map[string]string{"standard error": r.err, "standard output": r.out}
		for _, n := range []string{reportHTML, reportJSON, segmentsCSV, segmenterFile} {
			if _, err := os.Stat(filepath.Join(dir, n)); err != nil {
				t.Fatal(err)
			}
		}
		placed := filepath.Join(dir, "placed.csv")
		if r := run(t, "", append([]string{"assign", "--segmenter", filepath.Join(dir, segmenterFile), "--in", in, "--out", placed, "--addresses"}, pairsOf(flags)...)...); r.code != 0 {
			t.Fatal(r.err)
		}
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			outputs[filepath.Base(path)] = string(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range outputs {
			text = plain(text)
			for typ, p := range personal {
				if strings.Contains(text, strings.ToLower(p[1])) {
					t.Errorf("%v: %s holds the %s", flags, name, typ)
				}
			}
		}
		if flags[0] == "--user-key-file" {
			for _, l := range strings.Split(strings.TrimSpace(outputs[segmentsCSV]), "\n")[1:] {
				if !strings.HasPrefix(l, "user-") {
					t.Errorf("a name without the key: %.20q", l)
				}
			}
		}
	}
}

// The first row of a file without a header stays out of the message.
func TestNoHeaderIsNotQuoted(t *testing.T) {
	t.Parallel()
	r := run(t, "", "segment", "--in", file(t, "in.csv", "anna@example.com,she said that the parcel came very late\nb,c\n"), "--out", "x")
	if r.code != 1 || strings.Contains(r.err, "anna") || strings.Contains(r.err, "parcel") {
		t.Errorf("%+v", r)
	}
}

// The same of a row of plain words, of which nothing tells that they are names.
func TestNoHeaderOfWordsIsNotQuoted(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"segment", "--out", "x"}, {"mask", "--out", "-", "--columns", "text"}, {"segment", "--text-column", "words", "--out", "x"}} {
		r := run(t, "", append(args, "--in", file(t, "in.csv", "anna berg,paris,works great\nbea,rome,fine\n"))...)
		if r.code != 1 || strings.Contains(r.err, "anna") || strings.Contains(r.err, "paris") || !strings.Contains(r.err, "3 columns, whose names look like data") {
			t.Errorf("%v: %+v", args, r)
		}
	}
	r := run(t, "", "segment", "--out", "x", "--in", file(t, "in.csv", "customer,Review Text,stadt\nanna,works,rome\n"))
	if r.code != 1 || !strings.Contains(r.err, `it has "customer", "Review Text", "stadt"`) {
		t.Errorf("a header: %+v", r)
	}
}

// Users are placed only with texts masked as they were in the first run.
func TestAssignMasksAsTheFirstRun(t *testing.T) {
	t.Parallel()
	names := testdir.Module(t, "bert", "testdata", "models", "bert-token-classification")
	in := file(t, "few.csv", fewReviews)
	for _, flags := range [][]string{{"--addresses"}, {"--names-model", names, "--names-labels", "LABEL_0"}, {"--regions", "DE"}, {"--allow", "help@example.com"}} {
		dir := filepath.Join(t.TempDir(), "out")
		seg := filepath.Join(dir, segmenterFile)
		if r := run(t, "", append([]string{"segment", "--in", in, "--k", "2", "--bootstrap", "-1", "--sentiment", "none", "--out", dir}, flags...)...); r.code != 0 {
			t.Fatalf("%v: %+v", flags, r)
		}
		r := run(t, "", "assign", "--segmenter", seg, "--in", in, "--out", "-")
		if r.code != 1 || r.out != "" || !strings.Contains(r.err, flags[0]) || !strings.Contains(r.err, "prepared otherwise") || strings.Contains(r.err, "help@") {
			t.Errorf("%v left out: %+v", flags, r)
		}
		if r := run(t, "", append([]string{"assign", "--segmenter", seg, "--in", in, "--out", "-"}, flags...)...); r.code != 0 {
			t.Errorf("%v: %+v", flags, r)
		}
	}
}

func TestSentimentModel(t *testing.T) {
	t.Parallel()
	dir := testdir.Module(t, "bert", "testdata", "models", "bert-sequence-classification")
	in := file(t, "few.csv", fewReviews)
	out := filepath.Join(t.TempDir(), "out")
	r := run(t, "", "segment", "--in", in, "--k", "2", "--out", out, "--bootstrap", "-1", "--model", "minilm", "--sentiment-model", dir)
	if r.code != 0 {
		t.Fatal(r.err)
	}
	data, err := os.ReadFile(filepath.Join(out, reportJSON))
	if err != nil || !strings.Contains(string(data), `"sentiment": "classifier `) || !strings.Contains(string(data), `"impact_interval"`) {
		t.Errorf("%v: no classifier in the report", err)
	}
	if r := run(t, "", "segment", "--in", in, "--out", out, "--sentiment-model", testdir.Module(t, "bert", "testdata", "models", "bert")); r.code != 1 {
		t.Errorf("a model without a head: %+v", r)
	}
}

// TestValidInPlace: the model of names reads valid text in which every place is
// the one of the text given.
func TestValidInPlace(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "anna 很好": "anna 很好", "a\xff\xfe\xfdb": "a???b", "\xe5\xbe anna": "?? anna", "\ufffd a": "\ufffd a", "a\xed\xa0\x80": "a???",
	} {
		if got := validInPlace(in); got != want || len(got) != len(in) || !utf8.ValidString(got) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
