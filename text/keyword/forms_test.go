package keyword

import (
	"testing"

	"github.com/seed-56ee9438/cohort/text"
)

// formOf counts every word of texts as one term.
func formOf(texts ...string) string {
	var f forms
	for _, s := range texts {
		loud := shouted(s)
		for _, t := range text.Tokens(s) {
			if len(t.Text) > 2 && (t.Kind == text.Word || t.Kind == text.Han && len(s) < 8) {
				f.add(phrase(s, []text.Token{t}, loud))
			}
		}
	}
	return f.commonest()
}

func TestCommonest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want  string
		texts []string
	}{
		{"", nil},
		{"battery", []string{"Battery. Battery! “Battery", "battery"}},
		{"battery", []string{"Battery"}}, // it begins a sentence: its capital says nothing
		{"iPod", []string{"iPod's iPod", "ipod"}},
		{"iPod", []string{"iPod"}},
		{"ipod", []string{"iPod ipod"}},
		{"DVD", []string{"a DVD, it", "dvd, my DVD"}},
		{"Nokia", []string{"Nokia", "nokia, Nokia, Nokia"}},
		{"camera", []string{"CAMERA CAMERA CAMERA", "camera"}}, // shouted
		{"camera", []string{"CAMERA"}},
		{"batteries", []string{"Batteries", "Batteries", "battery"}}, // which form does not depend on capitals
		{"isn't", []string{"Isn’t", "isn't"}},
		{"手机", []string{"手机"}},
		{"BIOS", []string{"装了BIOS"}},
		{"T恤", []string{"T恤"}}, // it begins a sentence: its capital is its own
		{"C++", []string{"is it? C++ it is"}},
		{"U.S.", []string{"in U.S."}},
		{"90s", []string{"90's"}},
	} {
		if got := formOf(c.texts...); got != c.want {
			t.Errorf("%q: commonest is %q, want %q", c.texts, got, c.want)
		}
	}
}

func TestPhrase(t *testing.T) {
	t.Parallel()
	const s = "My Nokia Phone’s wi-fi 苹果手机"
	tokens := text.Tokens(s)
	lower, written, sure := phrase(s, tokens[1:3], false)
	if lower != "nokia phone" || written != "Nokia Phone" || !sure {
		t.Errorf("got %q, %q, %v", lower, written, sure)
	}
	if _, _, sure := phrase(s, tokens[:2], false); sure {
		t.Error("the capital of the first word is sure")
	}
	if _, _, sure := phrase(s, tokens[1:3], true); sure {
		t.Error("capitals of a shouted text are sure")
	}
}
