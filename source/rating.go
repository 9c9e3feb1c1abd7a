package source

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// The message does not include the cell.
var errNoRating = errors.New("the cell is not a rating")

var (
	ofScale = regexp.MustCompile(`^([0-9.,]+) ?(?:/|out of|of|von|sur|de|su|из|中|満点中) ?([0-9]+)(?: ?(?:stars?|points?|sterne?n?|étoiles?|estrellas?|stelle|分|点|星))?$`)
	ofUnit  = regexp.MustCompile(`^([0-9.,]+) ?-?(stars?|points?|pts?|sternen?|sterne?|étoiles?|etoiles?|estrellas?|estrelas?|stell[ae]|gwiazdk\S*|звезд\S*|звёзд\S*|балл\S*|颗星|顆星|星级|星級|星|分|点|점|つ星)$`)
	percent = regexp.MustCompile(`^([0-9.,]+) ?[%٪]$`)
	unitOf  = regexp.MustCompile(`^(?:rated |rating:? ?|评分:?|评价:?)([0-9.,]+.*)$`)
	grouped = regexp.MustCompile(`^\d{1,3}(,\d{3})+(\.\d+)?$`)
)

// fractions writes vulgar fractions, after a number or alone, as decimals.
var fractions = strings.NewReplacer("½", ".5", "¼", ".25", "¾", ".75")

// words maps number words, as written before "stars", to numbers.
var words = map[string]float64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5,
}

// ParseRating parses a rating: a number, with a decimal point or comma; 3/5, "3
// out of 5", "3½ stars", ★★★☆☆, 60 %, 3星; digits may be of any script. scale is
// the highest rating if the value implies it (5 for 3/5 and ★★★☆☆, 100 for a
// percentage), otherwise 0.
func ParseRating(v string) (rating, scale float64, err error) {
	v = strings.ToLower(strings.TrimSpace(strings.Map(plainDigit, v)))
	v = strings.Join(strings.Fields(v), " ")
	if len(v) > 60 || v == "" {
		return 0, 0, errNoRating
	}
	if r, s, ok := stars(v); ok {
		return r, s, nil
	}
	v = fractions.Replace(v)
	if m := unitOf.FindStringSubmatch(v); m != nil {
		v = m[1]
	}
	if m := ofScale.FindStringSubmatch(v); m != nil {
		r, err := decimal(m[1])
		s, err2 := decimal(m[2])
		if err != nil || err2 != nil || s <= 0 || r > s {
			return 0, 0, errNoRating
		}
		return r, s, nil
	}
	if m := percent.FindStringSubmatch(v); m != nil {
		r, err := decimal(m[1])
		return r, 100, err
	}
	if m := ofUnit.FindStringSubmatch(v); m != nil {
		r, err := decimal(m[1])
		return r, 0, err
	}
	for w, n := range words {
		if rest, ok := strings.CutPrefix(v, w); ok {
			switch strings.Trim(rest, " -") {
			case "star", "stars", "星", "星级", "颗星", "顆星", "分":
				return n, 0, nil
			}
		}
	}
	r, err := decimal(v)
	return r, 0, err
}

// stars counts full and half stars. Empty ones imply the scale.
func stars(v string) (rating, scale float64, ok bool) {
	full, empty, half := 0.0, 0.0, 0.0
	for _, r := range v {
		switch r {
		case '★', '⭐', '✭', '✮', '✯', '🌟', '*':
			full++
		case '☆', '✩', '⚝':
			empty++
		case '½', '⯨', '⯪':
			half += .5
		case '\ufe0f', '\ufe0e', ' ':
		default:
			return 0, 0, false
		}
	}
	if full+empty == 0 || full+empty > 10 {
		return 0, 0, false
	}
	if empty > 0 {
		scale = full + empty + math.Ceil(half)
	}
	return full + half, scale, true
}

// decimal parses a number with a decimal point or comma. 1,000 is ambiguous and
// therefore refused.
func decimal(v string) (float64, error) {
	sign := 1.0
	switch {
	case strings.HasPrefix(v, "-"), strings.HasPrefix(v, "−"):
		sign, v = -1, strings.TrimPrefix(strings.TrimPrefix(v, "-"), "−")
	case strings.HasPrefix(v, "+"):
		v = v[1:]
	}
	if v == "" || strings.Trim(v, "0123456789.,") != "" || grouped.MatchString(v) {
		return 0, errNoRating
	}
	r, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
	if err != nil || math.IsInf(r, 0) {
		return 0, errNoRating
	}
	return sign * r, nil
}

// plainDigit returns the ASCII form of digits of any script and of full-width
// signs.
func plainDigit(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case unicode.IsDigit(r):
		zero := r
		for unicode.IsDigit(zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + (r - zero)
	case 0xff01 <= r && r <= 0xff5e:
		return r - 0xff01 + '!'
	case r == '\u00a0' || r == '\u3000' || r == '\u202f':
		return ' '
	case r == '٫':
		return '.'
	}
	return r
}
