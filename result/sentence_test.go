package result_test

import (
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang string
		s    result.Suggestion
		want string
	}{
		{"en", result.Suggestion{Use: result.UseFix, Aspect: "zip", Count: 3, Of: 4, Q: 1, Evidence: []string{"The zip broke."}}, "3 of 4 users who speak of the zip are unhappy with it: “The zip broke.”"},
		{"en", result.Suggestion{Use: result.UseMessage, Aspect: "jeans", Count: 3, Of: 4, Q: 0.01, Share: 0.5, Others: 0.02, Impact: 0.1}, "3 of 4 users who speak of the jeans are happy with them (50% of this segment, 2.0% of the other users); their ratings raise the segment's mean by 0.10"},
		{"en", result.Suggestion{Use: result.UseMessage, Aspect: "lens", Count: 3, Of: 4, Q: 1}, "3 of 4 users who speak of the lens are happy with it"},
		{"en", result.Suggestion{Use: result.UseMessage, Aspect: "accessories", Count: 3, Of: 4, Q: 1}, "3 of 4 users who speak of the accessories are happy with them"},
		{"en", result.Suggestion{Use: result.UseMessage, Aspect: "屏幕s", Count: 3, Of: 4, Q: 1}, "3 of 4 users who speak of the 屏幕s are happy with it"},
		{"zh", result.Suggestion{Use: result.UseFix, Aspect: "jeans", Count: 3, Of: 4, Q: 1, Impact: -0.1}, "谈到“jeans”的 4 位用户中，3 位不满意；他们的评分使本群体均值降低 0.10"},
	} {
		if got := c.s.Sentence(c.lang); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
