package langid

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/text"
)

// TestTranslations measures phrases by how many words they have; they were seen
// once, before the rule for one or two words (see the package comment). See
// testdata/translations.py.
func TestTranslations(t *testing.T) {
	t.Parallel()
	path := os.Getenv("COHORT_TRANSLATIONS")
	if path == "" {
		t.Skip("COHORT_TRANSLATIONS names no file made by testdata/translations.py")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][2]string
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	d := detector(t)
	bounds := []int{2, 5, 10, 1 << 30}
	var n, right, english [4]int
	for _, r := range rows {
		at, words := 0, len(strings.Fields(r[1]))
		for words >= bounds[at] {
			at++
		}
		n[at]++
		switch d.Detect(r[1]).Language {
		case text.Language(r[0]):
			right[at]++
		case text.English:
			english[at]++
		}
	}
	for i, what := range []string{"1 word", "2 to 4 words", "5 to 9 words", "10 words or more"} {
		all := float64(max(n[i], 1))
		t.Logf("%s: %d phrases, %.3f right, %.3f taken for English", what, n[i], float64(right[i])/all, float64(english[i])/all)
	}
	if float64(right[3]) < 0.95*float64(n[3]) {
		t.Errorf("of %d phrases of 10 words or more %d are told right, floor 0.95", n[3], right[3])
	}
}
