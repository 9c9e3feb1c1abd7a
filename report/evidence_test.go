package report

import (
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

// TestEvidence: a segment that is less satisfied than the others with something
// it praises is below them, not a negative distance above.
func TestEvidence(t *testing.T) {
	for _, test := range []struct {
		use    result.SuggestionUse
		z      float64
		en, zh string
	}{
		{result.UseMessage, 5.921, "1,200 users, 5.92 standard errors above the other segments", "1,200 位用户，高出其他群体 5.92 个标准误"},
		{result.UseMessage, -1.617, "1,200 users, 1.62 standard errors below the other segments", "1,200 位用户，低于其他群体 1.62 个标准误"},
		{result.UseFix, -0.004, "1,200 users, 0.00 standard errors below the other segments", "1,200 位用户，低于其他群体 0.00 个标准误"},
		{result.UseRecommendation, 2, "1,200 texts, 2.00 standard errors above all texts", "1,200 条文本，高出总体 2.00 个标准误"},
	} {
		s := result.Suggestion{Use: test.use, Count: 1200, Z: test.z}
		for l, want := range []string{test.en, test.zh} {
			got, err := say(l).evidence(s)
			if err != nil || got != want {
				t.Errorf("use %v, z %v: %q, %v; want %q", test.use, test.z, got, err, want)
			}
		}
	}
}
