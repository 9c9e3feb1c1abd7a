package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/internal/moment"
)

// ParseTime parses a time in an unambiguous form: dates with the year first or
// the month as a word; ISO 8601 with and without punctuation, with fractions
// and with offsets in all their spellings; names of zones; the formats of
// browsers, e-mail, Java and Twitter; Chinese, Japanese and Korean dates; dates
// with points (day first, as everywhere they are used); seconds, milliseconds,
// microseconds and nanoseconds since 1970; and Excel's days since 1900. Without
// a zone, times are in UTC. An empty string is the zero time. 03/04/2024 is
// refused.
func ParseTime(v string) (time.Time, error) { return moment.Parse(v) }

// strftime maps the conversions of strftime to Go's layouts.
var strftime = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM", 'b': "Jan", 'B': "January", 'h': "Jan",
	'a': "Mon", 'A': "Monday", 'z': "-0700", 'Z': "MST", 'j': "002", 'F': "2006-01-02", 'T': "15:04:05", 'D': "01/02/06", 'R': "15:04", 'f': "000000", '%': "%",
}

// numbered are the time formats that are numbers.
var numbered = []string{"unix", "unixms", "excel", "excel1904"}

// layout returns a time format as a Go layout; a format with a percent sign is
// strftime's.
func layout(f string) (string, error) {
	if number := strings.ToLower(f); slices.Contains(numbered, number) {
		return number, nil
	}
	if !strings.Contains(f, "%") {
		a, b := time.Date(1999, 11, 28, 23, 58, 59, 0, time.UTC), time.Date(2003, 4, 7, 1, 2, 3, 0, time.UTC)
		if a.Format(f) == b.Format(f) {
			return "", fmt.Errorf("%w: the format of times has no part of one: write it as strftime does (%%d/%%m/%%Y %%H:%%M) or as Go does (02/01/2006 15:04)", ErrOption)
		}
		return f, nil
	}
	var b strings.Builder
	for i := 0; i < len(f); i++ {
		if f[i] != '%' || i+1 == len(f) {
			b.WriteByte(f[i])
			continue
		}
		i++
		if f[i] == '-' && i+1 < len(f) { // without leading zeros
			i++
			short := map[byte]string{'d': "2", 'm': "1", 'H': "15", 'I': "3", 'M': "4", 'S': "5"}
			if s, ok := short[f[i]]; ok {
				b.WriteString(s)
				continue
			}
		}
		s, ok := strftime[f[i]]
		if !ok {
			return "", fmt.Errorf("%w: the format of times has %%%c, which is none of %%Y %%y %%m %%d %%H %%I %%M %%S %%f %%p %%b %%B %%a %%A %%z %%Z %%j %%F %%T", ErrOption, f[i])
		}
		b.WriteString(s)
	}
	return strings.ReplaceAll(b.String(), ":05000000", ":05.000000"), nil
}

// parseAs parses a time in a given format.
func parseAs(f, v string) (time.Time, error) {
	l, err := layout(f)
	if err != nil {
		return time.Time{}, err
	}
	v = strings.TrimSpace(v)
	switch l {
	case "unix", "unixms", "excel", "excel1904":
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || !(n > -1e15 && n < 1e15) {
			return time.Time{}, moment.ErrNone
		}
		switch l {
		case "excel1904":
			return moment.Excel1904Day(n), nil
		case "unix":
			return moment.FromUnix(n, v, 0), nil
		case "unixms":
			return moment.FromUnix(n, v, 3), nil
		}
		return moment.ExcelDay(n), nil
	}
	t, err := time.ParseInLocation(l, v, time.UTC)
	if err != nil {
		return time.Time{}, moment.ErrNone
	}
	// Go takes the name of a zone that it does not know for one of UTC.
	if name, offset := t.Zone(); offset == 0 && name != "UTC" && name != "" && strings.Contains(l, "MST") && !strings.Contains(l, "-07") {
		zone, err := moment.Zone(name)
		if err != nil {
			return time.Time{}, err
		}
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
	}
	return t.UTC(), nil
}
