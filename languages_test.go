package cohort

import (
	"fmt"
	"maps"
	"testing"

	"github.com/seed-56ee9438/cohort/text"
)

// TestLanguages counts texts by language, and those the model was not made for,
// which are segmented all the same.
func TestLanguages(t *testing.T) {
	t.Parallel()
	var texts []Text
	for i, s := range []string{
		"The battery died after two weeks and the seller never answered me.",
		"Leider kam das Paket beschädigt an, aber der Kundendienst war sehr freundlich.",
		"La batería dura muy poco y el vendedor no responde a mis mensajes.",
		"物流很快，客服态度也不错，下次还会买。",
		"とても使いやすいです。また買います。",
		"😀😀😀",
	} {
		for j := range 3 {
			texts = append(texts, Text{User: fmt.Sprint(i, j), Text: fmt.Sprint(s, " ", j)})
		}
	}
	want := map[text.Language]int{"en": 3, "de": 3, "es": 3, "zh": 3, "ja": 3, "": 3}
	for _, c := range []struct {
		reads  []text.Language
		unread int
	}{{nil, 0}, {[]text.Language{"en"}, 12}, {[]text.Language{"en", "de", "zh"}, 6}} {
		s := segment(t, texts, Options{K: 2, Bootstrap: -1, ModelLanguages: c.reads})
		if !maps.Equal(s.Cleaning.Languages, want) || s.Cleaning.Unread != c.unread || s.Counts.Texts != len(texts) {
			t.Errorf("%v: languages %v, %d unread of %d texts, want %v and %d", c.reads, s.Cleaning.Languages, s.Cleaning.Unread, s.Counts.Texts, want, c.unread)
		}
	}
}
