package text

import (
	"slices"
	"testing"
)

// TestFormsOfWriting goes through what people write beside plain words:
// contractions, hyphens, possessives, numbers with units, emoticons, emoji,
// hashtags and mentions. Symbols are marked ~, links @, other marks left out.
func TestFormsOfWriting(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		// contractions and apostrophes as they are typed
		"I can't, won’t, don‘t, didn´t, isn`t and couldnʼt": {"i", "can't", "won't", "don't", "didn't", "isn't", "and", "couldn't"},
		"y'all rock'n'roll o'clock I'd've":                  {"y'all", "rock'n'roll", "o'clock", "i'd've"},
		"'tis the dogs' bowl, `code` and ‘quoted words’":    {"tis", "the", "dogs", "bowl", "~`", "code", "~`", "and", "quoted", "words"},
		// possessives
		"the boss's CAMERA’S lens; James' phone, kids‘s": {"the", "boss", "camera", "lens", "james", "phone", "kids"},
		// hyphens, and dashes, which are none
		"T\u2011shirt e‐mail well-made 3-in-1 good–but bad—very so--so well-": {"t-shirt", "e-mail", "well-made", "3-in-1", "good", "but", "bad", "very", "so", "so", "well"},
		// numbers and units
		"3.5mm 120lbs 5ft 10:30am 1st 802.11ac":      {"3.5mm", "120lbs", "5ft", "10:30am", "1st", "802.11ac"},
		"USB2.0 v1.2.3. mp3 wifi6.":                  {"usb2.0", "v1.2.3", "mp3", "wifi6"},
		"great2 .5 end.5 x.5":                        {"great2", "5", "end", "5", "x", "5"},
		"$1,299.99, 50% of 4.5/5":                    {"~$", "1,299.99", "50", "of", "4.5/5"},
		"90's, the 1980’s and '70s; 5's? 7'som 6' s": {"90s", "the", "1980s", "and", "70s", "5s", "7", "som", "6", "s"},
		// initials and abbreviations with stops inside
		"in the U.S. market; the U.S, U.K. e.g. 5 p.m.":      {"in", "the", "u.s.", "market", "the", "u.s", "u.k.", "e.g.", "5", "p.m."},
		"J.R.R. Tolkien, J. Crew, J.Crew, vitamin C.I like":  {"j.r.r.", "tolkien", "j", "crew", "j", "crew", "vitamin", "c", "i", "like"},
		"plan B. a.Then x.y.zed U.S.手机 U.Sé":                 {"plan", "b", "a", "then", "x", "y", "zed", "u.s.", "手机", "u", "sé"},
		"C++ and C#, A+ (a++) a+b c++x C+++ Google+ c##":     {"c++", "and", "c#", "a+", "a++", "a", "~+", "b", "c", "~++", "x", "c", "~+++", "google", "~+", "c"},
		"w/o A/C b/c; he/she a/b/c 1/2 w/ x/yz state-of-art": {"w/o", "a/c", "b/c", "he", "she", "a", "b", "c", "1/2", "w", "x", "yz", "state-of-art"},
		// Latin letters and Chinese
		"买T恤，V领的U盘！iPhone6手机 B&B酒店 3G网 A好": {"买", "t恤", "v领", "的", "u盘", "iphone6", "手机", "b&b", "酒店", "3g", "网", "a", "好"},
		// emoticons
		"nice :) great:-( wow :D <3 :P, ;-)))": {"nice", "~:)", "great", "~:-(", "wow", "~:D", "~<3", "~:P", "~;-)))"},
		"size:Dress ratio 2:3 x=3 a<3b ://x":   {"size", "dress", "ratio", "2:3", "x", "~=", "3", "a", "~<", "3b", "x"},
		// emoji: one each, or a run of the same one
		"👍🏽👍🏽 👨\u200d👩\u200d👧 ❤\ufe0f🇫🇷🇫🇷 😀😀😀": {"~👍🏽👍🏽", "~👨\u200d👩\u200d👧", "~❤\ufe0f", "~🇫🇷🇫🇷", "~😀😀😀"},
		"好😀very": {"好", "~😀", "very"},
		// hashtags and mentions
		"#winning @john_doe thx, cc @amy.": {"winning", "@@john_doe", "thx", "cc", "@@amy"},
		"me@x.co at @home? #5 c# @客服 在吗":   {"@me@x.co", "at", "@@home", "5", "c#", "客服", "在吗"},
	} {
		var got []string
		for _, k := range Tokens(in) {
			switch k.Kind {
			case Punct:
			case Symbol:
				got = append(got, "~"+k.Text)
			case Link:
				got = append(got, "@"+k.Text)
			default:
				got = append(got, k.Text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", in, got, want)
		}
	}
}
