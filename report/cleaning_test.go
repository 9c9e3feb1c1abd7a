package report

import (
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

// What was put right for the model stands in the box on cleaning, and beside
// quotations.
func TestRepairIsShown(t *testing.T) {
	t.Parallel()
	s := everything("word")
	s.Scores.Verdict = result.VerdictFair
	quoted := &s.Segments[0].Quotes[0]
	for _, c := range []struct {
		repair *result.Repair
		read   string
		en, zh string
	}{
		{nil, "", "", ""},
		{&result.Repair{Mode: "auto", Noise: 0.012, Counted: 900}, "", "left as they are: of the words counted, 1.2% look misspelt, and", "统计的词语中约 1.2% 疑似有误"},
		{&result.Repair{Mode: "auto", Noise: 0.3, Counted: 90}, "", "too few words", "词语太少"},
		{&result.Repair{Mode: "auto", On: true, Noise: 0.2, Words: 1234, Spaces: 77, Replaced: 3, Texts: 55}, "the battery is dead", "1,234 words, 77 that were run together, and 3 Chinese characters, in 55 texts. Of the words counted, 20% look misspelt,", "1,234 个错词、77 处缺失空格、3 个错别字，涉及 55 条文本"},
	} {
		s.Cleaning.Repair, quoted.Read = c.repair, c.read
		for lang, want := range map[string]string{"en": c.en, "zh": c.zh} {
			var b strings.Builder
			if err := (Page{Lang: lang}).Write(&b, s); err != nil {
				t.Fatal(err)
			}
			_, box, _ := strings.Cut(b.String(), `id="cleaning"`)
			box, _, _ = strings.Cut(box, `id="privacy"`)
			if !strings.Contains(box, want) || strings.Contains(box, `class="repair"`) != (c.repair != nil) {
				t.Errorf("%s: no %q in %s", lang, want, box)
			}
			if strings.Contains(b.String(), `class="read"`) != (c.read != "") || !strings.Contains(b.String(), c.read) {
				t.Errorf("%s: the quotation as it was read: %v", lang, c.read != "")
			}
		}
	}
}

// What was guessed of the input and not taken in stands in the box on cleaning.
func TestReadingIsShown(t *testing.T) {
	t.Parallel()
	s := everything("word")
	s.Scores.Verdict = result.VerdictFair
	s.Reading = &result.Reading{Format: "csv", Compression: "gzip", Encoding: "shift_jis", EncodingGuessed: true, Delimiter: "\t", Rows: 1234, Rejected: 17, MissingUsers: 23, AlikeUsers: 29, ZeroWeights: 31}
	for lang, want := range map[string][]string{
		"en": {"Rows read: 1,234.", "csv, gzip", "shift_jis (guessed from its content)", "fields delimited by: tab<", "skipped: 17", "without a user: 23", "taken for different users: 29", "rows of weight 0, left out: 31"},
		"zh": {"读取的行数：1,234。", "shift_jis （根据内容推断）", "制表符<", "17", "23", "29", "31"},
	} {
		var b strings.Builder
		if err := (Page{Lang: lang}).Write(&b, s); err != nil {
			t.Fatal(err)
		}
		_, box, _ := strings.Cut(b.String(), `id="cleaning"`)
		box, _, _ = strings.Cut(box, `id="privacy"`)
		for _, w := range want {
			if !strings.Contains(box, w) {
				t.Errorf("%s: no %q in %s", lang, w, box)
			}
		}
		if strings.Contains(box, "without a date") {
			t.Errorf("%s: a count of none is shown", lang)
		}
	}
}
