package repair

import (
	"slices"
	"strings"
	"testing"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	sounds, shapes := Homophones(), LookAlikes()
	n := 0
	for _, g := range sounds {
		n += len([]rune(g))
	}
	if len(sounds) < 390 || n < 3755 {
		t.Errorf("%d syllables of %d characters", len(sounds), n)
	}
	in := func(groups []string, chars string) bool {
		return slices.ContainsFunc(groups, func(g string) bool {
			for _, c := range chars {
				if !strings.ContainsRune(g, c) {
					return false
				}
			}
			return true
		})
	}
	for _, c := range []struct {
		groups []string
		chars  string
		want   bool
	}{{sounds, "再在", true}, {sounds, "师诗", true}, {sounds, "长张", true}, {sounds, "长常", true}, {sounds, "己已", false}, {shapes, "己已", true}, {shapes, "在再", false}} {
		if in(c.groups, c.chars) != c.want {
			t.Errorf("%s are together: %v", c.chars, !c.want)
		}
	}
	sounds[0] = ""
	if Homophones()[0] == "" {
		t.Error("callers share the groups")
	}
}
