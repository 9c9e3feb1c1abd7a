package pii

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
)

// wordList is a list of Chinese words, found by their first or last character:
// its low 12 bits give the index into lists plus one. The first matching word
// counts.
type wordList struct {
	first, last [1 << 12]uint8
	lists       [][]string
}

func newWordList(words []string) *wordList {
	l := &wordList{}
	put := func(at *uint8, w string) {
		if *at == 0 {
			l.lists = append(l.lists, nil)
			*at = uint8(len(l.lists))
		}
		l.lists[*at-1] = append(l.lists[*at-1], w)
	}
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		put(&l.first[r&0xFFF], w)
		r, _ = utf8.DecodeLastRuneInString(w)
		put(&l.last[r&0xFFF], w)
	}
	return l
}

// ends returns the word that s ends with, or "".
func (l *wordList) ends(s string) string {
	r, _ := utf8.DecodeLastRuneInString(s)
	if at := l.last[r&0xFFF]; at > 0 {
		for _, w := range l.lists[at-1] {
			if strings.HasSuffix(s, w) {
				return w
			}
		}
	}
	return ""
}

// begins returns the word that s begins with, or "".
func (l *wordList) begins(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	if at := l.first[r&0xFFF]; at > 0 {
		for _, w := range l.lists[at-1] {
			if strings.HasPrefix(s, w) {
				return w
			}
		}
	}
	return ""
}

const (
	maxAddressLeft = 32 // characters before the number
	maxBuilding    = 12 // length of a building's name in characters
)

// chineseAddress looks for an address around the digits s[start:end], the first
// number in it, beginning at low or later, and reports it.
func (z *scanner) chineseAddress(start, end, low int) (from, to int) {
	s := z.s
	if start-low < 6 || end-start > 5 {
		return 0, 0
	}
	number := z.numberEnd(end)
	word := lex().unitWords.begins(s[number:])
	if word == "" {
		return 0, 0
	}
	name := start // end of the name before the number
	if s[name-1]|0x20 >= 'a' && s[name-1]|0x20 <= 'z' && s[name-2] >= utf8.RuneSelf {
		name-- // A12栋
	} else if s[name-1] == ' ' {
		name--
	}
	if s[name-1] < utf8.RuneSelf {
		return 0, 0
	}
	if p := lex().stems.begins(s[max(low, name-3):]); p != "" && name-low >= 6 {
		name -= 3
	}
	before := s[max(low, name-18):name]
	to = number + len(word)
	score, reason := 0.75, "street and number"
	switch {
	case word == "号" || word == "號" || word == "弄" || word == "院" || word == "号楼":
		street := lex().streetEnds.ends(before)
		if street == "" || lex().notStreets.ends(before) != "" || len(before) == len(street) {
			if street = lex().villageEnds.ends(before); street == "" {
				return z.estate(low, name, start, before)
			}
			from = z.addressBegin(low, name)
			if !district(s[from:name]) {
				return z.estate(low, name, start, before)
			}
		}
		if word != "号楼" && lex().notHouses.begins(s[to:]) != "" && !strings.HasPrefix(s[to:], "门口") {
			return 0, 0
		}
	case word == "组" && lex().hamlets.ends(before) != "":
	default:
		return z.estate(low, name, start, before)
	}
	if from == 0 {
		from = z.addressBegin(low, name)
	}
	if from >= name-3 {
		return 0, 0
	}
	whole := z.withinBuilding(to)
	if district(s[from:name]) {
		score, reason = 0.9, "district, street and number"
	} else if whole > to {
		score, reason = 0.9, "street, number and unit"
	} else if word == "组" {
		return 0, 0
	}
	z.addAddress(from, whole, score, reason)
	return from, whole
}

// estate looks for an estate's name that ends at name, with a building's number
// at start and a unit or room after it.
func (z *scanner) estate(low, name, start int, before string) (from, to int) {
	if lex().estateEnds.ends(before) == "" && lex().estateEnds.ends(wholeEstate(before)) == "" {
		return 0, 0
	}
	if start > name && letter(z.s[start-1]) {
		start--
	}
	first := z.unit(start, false)
	if first == 0 {
		return 0, 0
	}
	if from = z.addressBegin(low, name); from >= name-3 {
		return 0, 0
	}
	whole := z.withinBuilding(first)
	if whole == first && !district(z.s[from:name]) {
		return 0, 0
	}
	z.addAddress(from, whole, 0.85, "estate, building and unit")
	return from, whole
}

// wholeEstate removes the part of an estate at the end of s: 南区, 二期.
func wholeEstate(s string) string {
	for range 2 {
		r, size := utf8.DecodeLastRuneInString(s)
		if r != '区' && r != '區' && r != '期' {
			break
		}
		which, n := utf8.DecodeLastRuneInString(s[:len(s)-size])
		if !strings.ContainsRune("东東西南北中一二三四五六七八九十甲乙丙", which) {
			break
		}
		s = s[:len(s)-size-n]
	}
	return s
}

// numberEnd returns the end of a number such as 12, 12-3, 12之3 or 16A whose
// first digits end at i.
func (z *scanner) numberEnd(i int) int {
	s := z.s
	for range 2 {
		j := i
		if j < len(s) && s[j] == '-' {
			j++
		} else if strings.HasPrefix(s[j:], "之") {
			j += len("之")
		}
		k := j
		for k < len(s) && digit(s[k]) && k-j < 5 {
			k++
		}
		if j == i || k == j {
			break
		}
		i = k
	}
	if i+1 < len(s) && letter(s[i]) && !alnum(s[i+1]) {
		i++
	}
	return i
}

// unit returns the end of the building, unit, floor or room at i, or 0. bare
// reports whether a room's number may occur without a word after it.
func (z *scanner) unit(i int, bare bool) int {
	s := z.s
	j := i
	for j < len(s) && letter(s[j]) && j-i < 2 {
		j++
	}
	letters := j > i
	k := j
	for k < len(s) && digit(s[k]) && k-j < 6 {
		k++
	}
	digits := k > j
	if !letters && !digits || k-j > 5 {
		return 0
	}
	if digits {
		k = z.numberEnd(k)
	}
	w := lex().unitWords.begins(s[k:])
	switch {
	case w == "" && digits && bare && (k == len(s) || !alnum(s[k]) && s[k] != '.' && s[k] != '%' && !z.quantity(k)) && k-j >= 2:
		return k
	case w == "" || !digits && !oneOfWords(w, "座", "栋", "区", "楼", "幢", "单元"):
		if letters && !digits && (strings.HasPrefix(s[k:], "塔") || strings.HasPrefix(s[k:], "馆")) {
			return k + 3
		}
		return 0
	}
	to := k + len(w)
	if (w == "号" || w == "號" || w == "区" || w == "期") && to < len(s) && s[to] >= utf8.RuneSelf && z.building(to) == 0 {
		if r, _ := utf8.DecodeRuneInString(s[to:]); text.IsHan(r) {
			return 0 // 3号会议室
		}
	}
	return to
}

func oneOfWords(w string, words ...string) bool {
	for _, x := range words {
		if w == x {
			return true
		}
	}
	return false
}

// withinBuilding returns the end of the buildings, units and rooms that follow
// i.
func (z *scanner) withinBuilding(i int) int {
	s := z.s
	for range 6 {
		j := i
		if j+1 < len(s) && s[j] == ' ' && (alnum(s[j+1]) || s[j+1] >= utf8.RuneSelf) {
			j++
		}
		if j >= len(s) {
			return i
		}
		if alnum(s[j]) {
			t := z.unit(j, lex().roomed.ends(s[max(0, i-9):i]) != "")
			if t == 0 {
				return i
			}
			i = t
			continue
		}
		t := z.building(j)
		if t == 0 {
			return i
		}
		i = t
	}
	return i
}

// building returns the end of the building's name at i, or 0: Chinese
// characters with the ending of such a name, before a unit, punctuation or the
// end.
func (z *scanner) building(i int) int {
	s := z.s
	j := i
	for n := 0; j < len(s); n++ {
		r, size := utf8.DecodeRuneInString(s[j:])
		if !text.IsHan(r) {
			break
		}
		if n == maxBuilding {
			return 0
		}
		j += size
	}
	if j == i || lex().buildingEnds.ends(s[i:j]) == "" {
		return 0
	}
	if j < len(s) && alnum(s[j]) && z.unit(j, true) == 0 {
		return 0
	}
	return j
}

// addressBegin returns the start of the address whose street or estate ends at
// end: at the province's name, or else after the last word that cannot be part
// of an address, within the Chinese characters before end.
func (z *scanner) addressBegin(low, end int) int {
	s := z.s
	begin, province := end, -1
	for n := 0; begin > low && n < maxAddressLeft; n++ {
		r, size := utf8.DecodeLastRuneInString(s[low:begin])
		if r == ' ' && begin < end && begin-low > 3 {
			// between the parts of an address: 浙江省 杭州市
			if lex().districts.ends(s[max(low, begin-4):begin-1]) == "" {
				break
			}
			begin -= size
			continue
		}
		if !text.IsHan(r) || !addressRune(s, r, low, begin-size, begin) {
			break
		}
		begin -= size
		if lex().provinces.first[r&0xFFF] > 0 {
			if w := lex().provinces.begins(s[begin:end]); w != "" && !streetOf(s[begin+len(w):end]) {
				province = begin
			}
		}
	}
	if province >= 0 {
		return province
	}
	return begin
}

// addressRune reports whether the character r, s[i:next], may be part of an
// address. Some characters that usually end the text before an address also
// occur in place names.
func addressRune(s string, r rune, low, i, next int) bool {
	after, _ := utf8.DecodeRuneInString(s[next:])
	prev, _ := utf8.DecodeLastRuneInString(s[low:i])
	switch r {
	case '从':
		return after == '化' || after == '江'
	case '于':
		return after == '都' || after == '洪' || after == '田'
	case '来':
		return after == '宾' || after == '安' || after == '凤'
	case '回':
		return after == '民'
	case '放', '开':
		return prev == '解' || prev == '开' || after == '发' || after == '封' || after == '平' || after == '原' || after == '福' || after == '化' || after == '远' || after == '元'
	case '将':
		return after == '乐' || after == '军'
	}
	return !lex().beforeAddress[r] && !lex().introduces[[2]rune{prev, r}]
}

// streetOf reports whether the text after a province's name makes it a street's
// name: 江西路, 香港中路.
func streetOf(s string) bool {
	if w := lex().sides.begins(s); w != "" {
		s = s[len(w):]
	}
	return lex().roads.begins(s) != ""
}

// district reports whether a name contains the ending of a province's, city's,
// district's or town's name.
func district(s string) bool {
	for i, r := range s {
		if i >= 3 && lex().districts.first[r&0xFFF] > 0 && lex().districts.begins(s[i:]) != "" {
			return true
		}
	}
	return lex().provinces.begins(s) != ""
}
