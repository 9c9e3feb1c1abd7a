package report

import (
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/result"
)

// A card says how much of its segment the name speaks for, where it is a part,
// and what is said in each group of complaints.
func TestNamesArePartOfTheCard(t *testing.T) {
	t.Parallel()
	s := *full(t)
	s.Segments = append([]cohort.Profile(nil), s.Segments...)
	p := &s.Segments[0]
	p.Name, p.NameShare, p.NameOthers = "bash · Mac and others", 0.29, 0.21
	p.Opinions = &result.Opinions{Complaints: []result.Complaint{
		{Users: 4, Sentences: 4, Aspects: []string{"sleeve"}, Said: []string{"long", "wide"}},
		{Users: 3, Sentences: 3, Aspects: []string{"cuff"}},
	}}
	for lang, want := range map[string][]string{
		"en": {"A mixture: 29% of its users use a word of the name, and 21% write of other things.", "<bdi>sleeve</bdi> – <bdi>long</bdi>, <bdi>wide</bdi></p>", "<bdi>cuff</bdi></p>"},
		"zh": {"混合群体：29% 的用户", "<bdi>sleeve</bdi> – <bdi>long</bdi>、<bdi>wide</bdi></p>"},
	} {
		html := page(t, &s, Page{Lang: lang})
		for _, w := range want {
			if strings.Count(html, w) != 1 {
				t.Errorf("%s: %q is %d times on the page", lang, w, strings.Count(html, w))
			}
		}
	}
}
