package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	pii.USCC: {"统一社会信用代码 ", "91440305MAJR70WWTC"}, pii.WeChat: {"WeChat: ", "cloud-cloud7917"},
}

// Whatever recogniser's data is in texts, metadata and users' names, often
// enough to be a keyword, none of it is in any file, nor on standard error.
func TestNoRecognisersDataIsWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("segments thrice")
	}
	for _, typ := range pii.DefaultTypes() {
		if _, ok := personal[typ]; !ok {
			t.Errorf("no value for %s", typ)
		}
	}
	var b strings.Builder
	b.WriteString("user,text,note\n")
	row := func(user, text, note string) { b.WriteString(user + ",\"" + text + "\",\"" + note + "\"\n") }
	for _, typ := range pii.DefaultTypes() {
		p := personal[typ]
		for _, user := range []string{"a", "b", "c", "d", "e", "f"} {
			row(user, "please "+p[0]+p[1], p[0]+p[1])
		}
		row("\""+p[0]+p[1]+"\"", "thank you for the parcel", "x")
	}
	in := file(t, "in.csv", b.String())
	key := file(t, "key", "0123456789abcdef")
	for _, flags := range [][]string{nil, {"--clean", "none"}, {"--user-key-file", key}} {
		dir := filepath.Join(t.TempDir(), "out")
		args := append([]string{"segment", "--in", in, "--out", dir, "--model", "minilm", "--k", "2", "--min-users", "1", "--meta", "note", "--bootstrap", "-1", "--stats"}, flags...)
		r := run(t, "", args...)
		if r.code != 0 {
			t.Fatal(r.err)
		}
		outputs := map[string]string{"standard error": r.err, "standard output": r.out}
		bad := run(t, "", "segment", "--in", in, "--out", dir, "--text-column", "nosuch")
		outputs["the error"] = bad.err
		for _, n := range []string{reportHTML, reportJSON, segmentsCSV, segmenterFile} {
			data, err := os.ReadFile(filepath.Join(dir, n))
			if err != nil {
				t.Fatal(err)
			}
			outputs[n] = string(data)
		}
		for name, text := range outputs {
			for typ, p := range personal {
				if strings.Contains(strings.ToLower(text), strings.ToLower(p[1])) {
					t.Errorf("%v: %s holds the %s", flags, name, typ)
				}
			}
		}
		if len(flags) > 0 && flags[0] == "--user-key-file" {
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
	r := run(t, "", "segment", "--in", file(t, "in.csv", "anna@example.com,she said that the parcel came very late\nb,c\n"), "--out", "x")
	if r.code != 1 || strings.Contains(r.err, "anna") || strings.Contains(r.err, "parcel") {
		t.Errorf("%+v", r)
	}
}

func TestSentimentModel(t *testing.T) {
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
