package report

import (
	"html/template"

	"github.com/seed-56ee9438/cohort/result"
)

// aspects are the opinions of one list of a segment.
type aspects struct {
	List []result.Opinion
	Kind string // praise or blame
}

// opinionFuncs returns the functions of the templates for opinions and
// suggestions.
func (l say) opinionFuncs() template.FuncMap {
	lang := "en"
	if l == 1 {
		lang = "zh"
	}
	return template.FuncMap{
		"list_of": func(list []result.Opinion, kind string) aspects { return aspects{list, kind} },
		// sure reports whether a segment says something more often than the others do,
		// by more than chance explains.
		"sure":     func(c result.OpinionContrast) bool { return c.Q < result.SurelyDifferent && c.Share > c.Others },
		"sentence": func(s result.Suggestion) string { return s.Sentence(lang) },
		"evidence": l.evidence,
	}
}

// evidence says what supports a suggestion: how many speak so, and how far that
// is from others. What satisfies everyone can satisfy the segment a little less.
func (l say) evidence(s result.Suggestion) (string, error) {
	phrase, z := "evidence_users", s.Z
	switch {
	case s.Use == result.UseRecommendation:
		phrase = "evidence_texts"
	case z < 0:
		phrase, z = "evidence_below", -z
	}
	return l.phrase(phrase, thousands(s.Count), signed(z, 2))
}
