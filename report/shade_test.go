package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/result"
)

func TestShade(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		words []result.WordEffect
		want  []span
	}{
		{"a camera, cameras and a camera", []result.WordEffect{{Word: "camera", Effect: 0.3}, {Word: "and", Effect: 0.08}, {Word: "a", Effect: -1}},
			[]span{{"a ", 0}, {"camera", 3}, {", cameras ", 0}, {"and", 1}, {" a ", 0}, {"camera", 3}}},
		{"酒店房间很好", []result.WordEffect{{Word: "房间", Effect: 0.168}, {Word: "很好", Effect: 0.08}}, []span{{"酒店", 0}, {"房间", 3}, {"很好", 2}}},
		{"new york times", []result.WordEffect{{Word: "york", Effect: 1}, {Word: "new york", Effect: 0.5}}, []span{{"new york", 2}, {" times", 0}}},
		{"zero\u200bwidth", []result.WordEffect{{Word: "zero", Effect: 1}, {Word: "", Effect: 1}}, []span{{"zero", 3}, {"⟨U+200B⟩width", 0}}},
		{"nothing", nil, []span{{"nothing", 0}}},
		{"", nil, []span{{"", 0}}},
	} {
		if d := cmp.Diff(c.want, shade(result.Quote{Text: c.text, Words: c.words})); d != "" {
			t.Errorf("%q: %s", c.text, d)
		}
	}
}

func TestShaded(t *testing.T) {
	t.Parallel()
	words := []result.WordEffect{{Word: "camera", Effect: 0.3}, {Word: "takes", Effect: 0.08}}
	for _, c := range []struct {
		text  string
		words []result.WordEffect
		want  any
	}{
		{"the camera", nil, "the camera"},
		{"the camera takes", words, []any{"the ", []any{"camera", 3}, " ", []any{"takes", 1}}},
		{"the cam…", words, []any{"the cam…"}}, // cut
	} {
		if d := cmp.Diff(c.want, shaded(c.text, c.words)); d != "" {
			t.Errorf("%q: %s", c.text, d)
		}
	}
}
