package moment

import (
	"regexp"
	"slices"
	"strings"
)

// monthNames are names of the months in languages other than English, in lower
// case, as they are written in dates. No name is of two months: listopada, of
// Poland's November and Croatia's October, is left out.
var monthNames = func() map[string]string {
	english := strings.Fields("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
	m := map[string]string{}
	for _, names := range []string{
		"januar februar märz april mai juni juli august september oktober november dezember",            // German
		"jänner feber märz april mai juni juli august september oktober november dezember",              // Austrian
		"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",          // French
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",      // Spanish
		"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", // Italian
		"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",      // Portuguese
		"januari februari maart april mei juni juli augustus september oktober november december",       // Dutch
		"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",             // Russian
		"stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października - grudnia",    // Polish
		"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",                    // Turkish
	} {
		for i, name := range strings.Fields(names) {
			if name != "-" {
				m[name] = english[i]
			}
		}
	}
	return m
}()

// fillers are words between day, month, year and clock: 1 de julio de 2024.
var fillers = []string{"at", "de", "um", "à", "a", "las", "alle", "om", "в", "г"}

// english writes the months of other languages as in English. Beside one of
// these, and beside "at", it leaves out the words that only join.
func english(v string) string {
	words := letters.FindAllString(v, -1)
	foreign := slices.ContainsFunc(words, func(w string) bool { return monthNames[strings.ToLower(w)] != "" })
	if !foreign && !slices.Contains(words, "at") {
		return v
	}
	return letters.ReplaceAllStringFunc(v, func(w string) string {
		switch month := monthNames[strings.ToLower(w)]; {
		case month != "":
			return month
		case w == "at" || foreign && slices.Contains(fillers, w):
			return " "
		}
		return w
	})
}

var letters = regexp.MustCompile(`[\p{L}\p{M}]+`)
