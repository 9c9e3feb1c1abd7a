package report

import (
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

// What was guessed of the input and not taken in stands in the box on cleaning.
func TestReadingIsShown(t *testing.T) {
	t.Parallel()
	s := everything("word")
	s.Scores.Verdict = result.VerdictFair
	s.Reading = &result.Reading{Format: "csv", Compression: "gzip", Encoding: "shift_jis", EncodingGuessed: true, Delimiter: "\t", Rows: 1234, Rejected: 17, MissingUsers: 23}
	for lang, want := range map[string][]string{
		"en": {"Rows read: 1,234.", "csv, gzip", "shift_jis (guessed from its content)", "fields delimited by: tab<", "skipped: 17", "without a user: 23"},
		"zh": {"读取的行数：1,234。", "shift_jis （根据内容推断）", "制表符<", "17", "23"},
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
