package train

import (
	"math/rand/v2"
	"strings"
	"sync"
	"unicode"

	"github.com/seed-56ee9438/cohort/internal/noise"
	"github.com/seed-56ee9438/cohort/text/repair"
)

// Noise writes texts with errors, as people and machines do. A text gets one of the
// kinds that it has characters for and whose rate is not 0, each as likely as the
// others, in a share of these characters that is drawn uniformly from 0 to the
// rate. The zero value stands for 0.2 of each, and 0.5 of spaces.
type Noise struct {
	Typing     float64 `json:"typing,omitempty"`      // letters a to z left out, typed twice, swapped, or replaced by a neighbour on the keyboard
	Spaces     float64 `json:"spaces,omitempty"`      // spaces left out
	LookAlikes float64 `json:"look_alikes,omitempty"` // Latin letters and Chinese characters replaced by what looks alike, as from OCR
	Homophones float64 `json:"homophones,omitempty"`  // Chinese characters replaced by others of their syllable
}

var (
	sounds = sync.OnceValue(func() noise.Groups { return noise.NewGroups(repair.Homophones()) })
	shapes = sync.OnceValue(func() noise.Groups { return noise.NewGroups(repair.LookAlikes()) })
)

// Apply returns the text with errors, drawn from r. It fails with ErrOptions if a
// rate is outside of [0, 1].
func (n Noise) Apply(text string, r *rand.Rand) (string, error) {
	n, err := n.complete()
	if err != nil {
		return "", err
	}
	return n.apply(text, r), nil
}

// complete checks the rates and sets defaults.
func (n Noise) complete() (Noise, error) {
	for _, rate := range []float64{n.Typing, n.Spaces, n.LookAlikes, n.Homophones} {
		if !(rate >= 0 && rate <= 1) {
			return n, optionError("the noise is %+v, want rates of 0 to 1", n)
		}
	}
	if n == (Noise{}) {
		n = Noise{Typing: 0.2, Spaces: 0.5, LookAlikes: 0.2, Homophones: 0.2}
	}
	return n, nil
}

func (n Noise) apply(text string, r *rand.Rand) string {
	var latin, han, space bool
	for _, c := range text {
		latin = latin || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		han = han || unicode.Is(unicode.Han, c)
		space = space || c == ' '
	}
	var kinds []func(rate float64) noise.Noise
	var rates []float64
	add := func(rate float64, has bool, kind func(rate float64) noise.Noise) {
		if rate > 0 && has {
			kinds, rates = append(kinds, kind), append(rates, rate)
		}
	}
	add(n.Typing, latin, noise.Typing)
	add(n.Spaces, space, noise.NoSpaces)
	add(n.LookAlikes, latin || han, func(rate float64) noise.Noise {
		letters, characters := noise.OCR(rate), noise.Alike(shapes(), rate)
		return func(s string, r *rand.Rand) string { return characters(letters(s, r), r) }
	})
	add(n.Homophones, han, func(rate float64) noise.Noise { return noise.Alike(sounds(), rate) })
	if len(kinds) == 0 {
		return text
	}
	k := r.IntN(len(kinds))
	if got := kinds[k](rates[k]*r.Float64())(text, r); strings.TrimSpace(got) != "" {
		return got
	}
	return text // which had a letter or two, all left out
}
