// Package moment parses times however they are written.
package moment

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The messages do not include the cell, since the contents of a wrong column
// may be personal.
var (
	// ErrNone: it is not a time.
	ErrNone      = errors.New("the cell is not a time: want 2006-01-02, 2006-01-02T15:04:05Z, seconds since 1970, or say how it is written with --time-format")
	errAmbiguous = errors.New("the cell is a date whose day and month could be either: say which with --time-format, such as %d/%m/%Y or %m/%d/%Y")
	errYear      = errors.New("the cell is a time whose year is of another calendar, or none: want 1000 to 2199")
	errZone      = errors.New("the cell names a time zone that is several: CST is -06:00 in America and +08:00 in China; times need an offset")
)

// dates and clocks are the forms of the two parts of a time, all of them
// unambiguous.
var (
	dates = []string{
		"2006-1-2", "2006/1/2", "2006.1.2", "2.1.2006", "2006年1月2日", "2006년1월2일", "20060102", "2006. 1. 2.", "2006.1.2.",
		"2 Jan 2006", "2 January 2006", "2-Jan-2006", "2-Jan-06", "02Jan2006", "2. January 2006", "2. Jan 2006", "Jan 2 2006", "January 2 2006", "2006-Jan-02", "2006 Jan 2",
	}
	clocks = []string{"15:04:05", "15:04", "3:04:05 PM", "3:04 PM", "3PM", "3 PM", "15时04分05秒", "15时04分", "15時04分05秒", "15時04分", "150405", "1504", "15.04.05", "15h04"}
)

// zones maps unambiguous names of time zones, of RFC 5322 and others, to
// offsets in seconds. CST, IST and BST each denote several zones and are not
// included.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
	"CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "WEST": 1, "MSK": 3, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3,
}

var (
	weekday   = regexp.MustCompile(`(?i)\b(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b[,.]?|(星期|周|週)[一二三四五六日天]|[(（][月火水木金土日월화수목금토일][)）]|[월화수목금토일]요일`)
	offset    = regexp.MustCompile(`(?:\b(?:GMT|UTC)\s?)?([+-])(\d{2}):?(\d{2})?$|(?:\b(?:GMT|UTC)\s?)([+-])(\d{1,2})$`)
	ordinal   = regexp.MustCompile(`(\d)(?:st|nd|rd|th)\b`)
	comment   = regexp.MustCompile(`\s*\([^()]*\)\s*$`)
	zoneName  = regexp.MustCompile(`\s?([A-Z]{1,5})$`)
	place     = regexp.MustCompile(`(?:\s\[?|\[)([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_]+){1,2})\]?$`)
	fraction  = regexp.MustCompile(`(\d{1,2}:\d{2}:\d{2})[.,](\d{1,9})`)
	dotNet    = regexp.MustCompile(`^/Date\((-?\d+)([+-]\d{4})?\)/$`)
	halves    = regexp.MustCompile(`^(.*?)\s*(上午|下午|中午|凌晨|早上|晚上|오전|오후|午前|午後)\s*(.*)$`)
	slashed   = regexp.MustCompile(`^\d{1,2}[/-]\d{1,2}[/-](\d{4}|\d{2})\b`)
	clockLike = regexp.MustCompile(`(\d{1,2}:\d{2}(:\d{2})?(\s?[APap]\.?[Mm]\.?)?|\d{1,2}\s?[APap][Mm]|\d{1,2}[时時]\d{1,2}分(\d{1,2}秒)?)`)
	compact   = regexp.MustCompile(`^(\d{8})[T ]?(\d{6}|\d{4})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$`)
)

// Parse parses a time in an unambiguous form: dates with the year first or
// the month as a word; ISO 8601 with and without punctuation, with fractions
// and with offsets in all their spellings; names of zones; the formats of
// browsers, e-mail, Java and Twitter; Chinese, Japanese and Korean dates; dates
// with points (day first, as everywhere they are used); seconds, milliseconds,
// microseconds and nanoseconds since 1970; and Excel's days since 1900. Without
// a zone, times are in UTC. An empty string is the zero time. 03/04/2024 is
// refused.
func Parse(v string) (time.Time, error) {
	v = strings.TrimSpace(v)
	if v == "" {
		return time.Time{}, nil
	}
	if len(v) > 100 {
		return time.Time{}, ErrNone
	}
	if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
		return t.UTC(), nil
	}
	if t, ok := number(v); ok {
		return t, nil
	}
	if m := dotNet.FindStringSubmatch(v); m != nil {
		n, err := strconv.ParseInt(m[1], 10, 64)
		return time.UnixMilli(n).UTC(), err
	}
	if slashed.MatchString(v) {
		if t, ok := certain(v); ok {
			return t, nil
		}
		return time.Time{}, errAmbiguous
	}
	return written(v)
}

// number parses a number: seconds or fractions of seconds since 1970, days
// since 1900, or a date and a clock without punctuation.
func number(v string) (time.Time, bool) {
	if m := compact.FindStringSubmatch(v); m != nil {
		if t, err := time.Parse("20060102", m[1]); err == nil && t.Year() >= 1900 && t.Year() < 2100 {
			return withClock(m[1], m[2]+m[3], m[4])
		}
	}
	if len(v) == 8 {
		if t, err := time.Parse("20060102", v); err == nil && t.Year() >= 1900 && t.Year() < 2100 {
			return t, true
		}
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(n) || strings.ContainsAny(v, "xXpP_") {
		return time.Time{}, false
	}
	switch {
	case 20000 <= n && n < 80000: // 1954 to 2119
		return ExcelDay(n), true
	case 1e8 <= n && n < 1e11:
		return FromUnix(n, v, 0), true
	case 1e11 <= n && n < 1e14:
		return FromUnix(n, v, 3), true
	case 1e14 <= n && n < 1e17:
		return FromUnix(n, v, 6), true
	case 1e17 <= n && n < 1e19:
		return FromUnix(n, v, 9), true
	}
	return time.Time{}, false
}

// withClock returns the time of a date and a clock, both without punctuation.
func withClock(date, clock, zone string) (time.Time, bool) {
	form := "150405"
	if hands, _, _ := strings.Cut(clock, "."); len(hands) == 4 {
		form = "1504"
	}
	for _, z := range []string{"", "Z07:00", "Z0700"} {
		if t, err := time.Parse("20060102"+form+z, date+clock+zone); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// FromUnix returns the time n·10^-digits seconds since 1970; whole numbers are
// converted exactly.
func FromUnix(n float64, v string, digits int) time.Time {
	scale := int64(math.Pow10(digits))
	if i, err := strconv.ParseInt(v, 10, 64); err == nil {
		return time.Unix(i/scale, i%scale*(1e9/scale)).UTC()
	}
	sec := math.Floor(n / float64(scale)) // of a float64, microseconds are exact
	return time.Unix(int64(sec), int64(math.Round((n/float64(scale)-sec)*1e6))*1e3).UTC()
}

// Zone returns the zone of an unambiguous name. Names of several zones give an
// error.
func Zone(name string) (*time.Location, error) {
	if h, ok := zones[name]; ok {
		return time.FixedZone(name, h*3600), nil
	}
	if slices.Contains(severalZones, name) {
		return nil, errZone
	}
	return nil, ErrNone
}

// severalZones are names that each denote several zones.
var severalZones = []string{"CST", "IST", "BST"}

// Check returns an error for a time that is certainly not one of a text: of the
// Buddhist calendar, say.
func Check(t time.Time) error {
	if y := t.Year(); y < 1000 || y > 2199 {
		return errYear
	}
	return nil
}

// Slashed reports whether v begins with a date whose day and month only a format
// can tell apart in general.
func Slashed(v string) bool { return slashed.MatchString(strings.TrimSpace(v)) }

// Placeholder reports whether programs write t where there is no time: it is in
// the first year, or at the end of the last one that they can express.
func Placeholder(t time.Time) bool { return t.Year() <= 1 || t.Year() >= 9999 }

// Serial reports whether v is a number that Parse takes for a spreadsheet's day.
func Serial(v string) bool {
	v = strings.TrimSpace(v)
	n, err := strconv.ParseFloat(v, 64)
	return err == nil && 20000 <= n && n < 80000 && !strings.ContainsAny(v, "xXpP_")
}

// ExcelDay converts a spreadsheet's serial number, which counts days from
// 1899-12-30 (with 1900 as a leap year, as in Lotus 1-2-3), to a time, to the
// second.
func ExcelDay(n float64) time.Time {
	day := math.Floor(n)
	sec := math.Round((n - day) * 86400)
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(day)).Add(time.Duration(sec) * time.Second)
}

// Days1904 is what serial numbers of workbooks that count days from 1904-01-01,
// as those of old Macs do, lack of the usual ones.
const Days1904 = 1462

// Excel1904Day is ExcelDay for workbooks that count days from 1904-01-01.
func Excel1904Day(n float64) time.Time { return ExcelDay(n + Days1904) }

// certain parses a date with slashes or hyphens that has the year last, if the
// day cannot be a month: 25/12/2024 is accepted, 03/04/2024 is not. A column in
// which only some dates are unambiguous is still refused at the first one that
// is not.
func certain(v string) (time.Time, bool) {
	date, rest, _ := strings.Cut(strings.ReplaceAll(v, "-", "/"), " ")
	var a, b, year int
	if _, err := fmt.Sscanf(date, "%d/%d/%d", &a, &b, &year); err != nil || year < 100 {
		return time.Time{}, false
	}
	switch {
	case a > 12 && b <= 12:
	case b > 12 && a <= 12:
		a, b = b, a
	case a == b:
	default:
		return time.Time{}, false
	}
	t, err := written(strings.TrimSpace(fmt.Sprintf("%04d-%02d-%02d %s", year, b, a, rest)))
	return t, err == nil
}

// written parses a date with or without clock and zone.
func written(v string) (time.Time, error) {
	v = comment.ReplaceAllString(strings.Map(plain, v), "")
	v = ordinal.ReplaceAllString(weekday.ReplaceAllString(english(v), " "), "$1")
	v = strings.Join(strings.Fields(v), " ")
	v, nanos := cutFraction(v)
	loc, v, err := cutZone(v)
	if err != nil {
		return time.Time{}, err
	}
	v, clock, err := cutClock(v)
	if err != nil {
		return time.Time{}, err
	}
	bare := clock == ""
	if bare {
		// 2024-03-05T06 has no minutes; nobody exports such times.
		clock = "00:00:00"
	}
	date := strings.Trim(strings.ReplaceAll(v, ",", " "), " T")
	date = strings.TrimSuffix(strings.Join(strings.Fields(date), " "), " .")
	for _, d := range dates {
		day, err := time.Parse(d, date)
		if err != nil {
			if strings.ContainsAny(d, "年년") {
				if day, err = time.Parse(d, strings.ReplaceAll(date, " ", "")); err != nil {
					continue
				}
			} else {
				continue
			}
		}
		for _, c := range clocks {
			if t, err := time.Parse(c, clock); err == nil {
				return time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), t.Second(), nanos, loc).UTC(), nil
			}
		}
	}
	if t, err := time.Parse("2006-01", date); err == nil && bare {
		return t, nil
	}
	return time.Time{}, ErrNone
}

// plain maps blanks of all kinds to a space, a minus to a hyphen, and full-width
// digits and signs to those of ASCII.
func plain(r rune) rune {
	switch {
	case r == '\u00a0', r == '\u202f', r == '\u3000', r == '\u2009':
		return ' '
	case r == '−':
		return '-'
	case 0xff01 <= r && r <= 0xff5e:
		return r - 0xff01 + '!'
	}
	return r
}

// cutFraction removes the fraction of a second from v.
func cutFraction(v string) (string, int) {
	m := fraction.FindStringSubmatchIndex(v)
	if m == nil {
		return v, 0
	}
	digits := (v[m[4]:m[5]] + "000000000")[:9]
	n, _ := strconv.Atoi(digits)
	return v[:m[3]] + v[m[1]:], n
}

// cutZone removes the zone from v. Java and Unix write the year after it.
func cutZone(v string) (*time.Location, string, error) {
	year := ""
	if i := strings.LastIndexByte(v, ' '); i > 0 && len(v)-i == 5 && strings.Trim(v[i+1:], "0123456789") == "" && clockLike.MatchString(v[:i]) {
		v, year = v[:i], v[i:]
	}
	put := func(rest string) string { return strings.TrimSpace(moveYear(strings.TrimSpace(rest), year)) }
	if m := place.FindStringSubmatch(v); m != nil {
		if loc, err := time.LoadLocation(m[1]); err == nil {
			rest := strings.TrimSuffix(v, m[0])
			if o, r, ok := cutOffset(rest); ok { // Java writes both
				return o, put(r), nil
			}
			return loc, put(rest), nil
		}
	}
	// Go writes both the offset and the name of the zone.
	if m := zoneName.FindStringSubmatch(v); m != nil && m[1] != "AM" && m[1] != "PM" {
		rest := strings.TrimSuffix(v, m[0])
		if o, r, ok := cutOffset(rest); ok {
			return o, put(r), nil
		}
		if h, ok := zones[m[1]]; ok {
			return time.FixedZone(m[1], h*3600), put(rest), nil
		}
		if slices.Contains(severalZones, m[1]) {
			return nil, v, errZone
		}
	}
	if o, r, ok := cutOffset(v); ok {
		return o, put(r), nil
	}
	return time.UTC, put(v), nil
}

// moveYear moves the year from behind the zone to behind the day.
func moveYear(v, year string) string {
	if year == "" {
		return v
	}
	if i := clockLike.FindStringIndex(v); i != nil {
		return v[:i[0]] + year[1:] + " " + v[i[0]:]
	}
	return v + year
}

// cutOffset removes an offset from UTC from the end of v.
func cutOffset(v string) (*time.Location, string, bool) {
	m := offset.FindStringSubmatchIndex(v)
	if m == nil {
		return nil, v, false
	}
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return v[m[2*i]:m[2*i+1]]
	}
	sign, hours, minutes := group(1)+group(4), group(2)+group(5), group(3)
	h, _ := strconv.Atoi(hours)
	mi, _ := strconv.Atoi("0" + minutes)
	before := strings.TrimSpace(v[:m[0]])
	if clock := clockLike.FindAllStringIndex(before, -1); h > 14 || mi > 59 || clock == nil || clock[len(clock)-1][1] != len(before) {
		return nil, v, false // 12:00 2024-07-01 ends in no offset
	}
	sec := h*3600 + mi*60
	if sign == "-" {
		sec = -sec
	}
	return time.FixedZone("", sec), before, true
}

// cutClock splits v into date and clock.
func cutClock(v string) (date, clock string, err error) {
	half := ""
	if m := halves.FindStringSubmatch(v); m != nil {
		half = m[2]
		v = m[1] + " " + m[3]
	}
	i := clockLike.FindStringIndex(v)
	if i == nil {
		if half != "" {
			err = ErrNone
		}
		return v, "", err
	}
	clock = strings.ToUpper(strings.ReplaceAll(v[i[0]:i[1]], ".", ""))
	date = strings.TrimSpace(strings.TrimSpace(v[:i[0]]) + " " + strings.TrimSpace(v[i[1]:]))
	if n := len(clock); strings.HasSuffix(clock, "M") && clock[n-3] != ' ' && strings.Contains(clock, ":") {
		clock = clock[:n-2] + " " + clock[n-2:]
	}
	if half != "" {
		clock, err = ofHalf(half, clock)
	}
	return date, clock, err
}

// ofHalf converts a clock time of a part of the day, such as 下午, to one of 24
// hours. Hours that do not belong to the part are refused, as are those of the
// night that may be of the next day.
func ofHalf(half, clock string) (string, error) {
	for _, c := range clocks {
		t, err := time.Parse(c, clock)
		if err != nil || strings.Contains(c, "PM") {
			continue
		}
		h, add := t.Hour(), 0
		ok := true
		switch half {
		case "上午", "오전", "午前", "凌晨":
			if ok = h <= 12; h == 12 {
				add = -12
			}
		case "早上":
			ok = h < 12
		case "下午", "오후", "午後":
			if h < 12 {
				add = 12
			}
		case "晚上":
			if ok = h >= 5 && h != 12; h < 12 {
				add = 12
			}
		case "中午":
			if ok = 11 <= h && h <= 14 || 1 <= h && h <= 2; h <= 2 {
				add = 12
			}
		}
		if !ok {
			return "", ErrNone
		}
		return t.Add(time.Duration(add) * time.Hour).Format("15:04:05"), nil
	}
	return "", ErrNone
}
