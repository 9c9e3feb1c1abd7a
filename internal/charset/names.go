package charset

import (
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// candidate is an encoding, and the languages that are written in it.
type candidate struct {
	name      string
	encoding  encoding.Encoding
	languages []string
	prior     float64 // bits: how rare the encoding is
}

var (
	western  = []string{"de", "fr", "es", "pt", "it", "sv", "en", "nl"}
	central  = []string{"pl", "cs", "sk", "hu", "ro", "hr"}
	cyrillic = []string{"ru", "uk", "bg"}
)

// candidates are those detected by their text; of two that read the same, the
// likelier comes first.
var candidates = []candidate{
	{"windows-1252", charmap.Windows1252, western, 0},
	{"gb18030", simplifiedchinese.GB18030, []string{"zh-Hans", "zh-Hant"}, 0},
	{"big5", traditionalchinese.Big5, []string{"zh-Hant"}, 2},
	{"shift_jis", japanese.ShiftJIS, []string{"ja"}, 2},
	{"euc-jp", japanese.EUCJP, []string{"ja"}, 4},
	{"euc-kr", korean.EUCKR, []string{"ko"}, 2},
	{"windows-1251", charmap.Windows1251, cyrillic, 2},
	{"windows-1250", charmap.Windows1250, central, 3},
	{"windows-1254", charmap.Windows1254, []string{"tr"}, 3},
	{"windows-1253", charmap.Windows1253, []string{"el"}, 3},
	{"windows-1255", charmap.Windows1255, []string{"he"}, 3},
	{"windows-1256", charmap.Windows1256, []string{"ar", "fa"}, 3},
	{"windows-1257", charmap.Windows1257, []string{"lt", "lv", "et"}, 6},
	{"windows-874", charmap.Windows874, []string{"th"}, 3},
	{"koi8-r", charmap.KOI8R, []string{"ru", "bg"}, 5},
	{"koi8-u", charmap.KOI8U, []string{"uk"}, 6},
	{"iso-8859-5", charmap.ISO8859_5, cyrillic, 6},
	{"ibm866", charmap.CodePage866, cyrillic, 6},
	{"iso-8859-2", charmap.ISO8859_2, central, 6},
	{"macintosh", charmap.Macintosh, western, 25},
	{"x-mac-cyrillic", charmap.MacintoshCyrillic, cyrillic, 8},
}

// latin are the candidates for Latin letters. The others are more of a surprise
// where few bytes tell: whatever the bytes, one of them has a letter there.
var latin = func() []candidate {
	var out []candidate
	for _, c := range candidates {
		if slices.Contains([]string{"windows-1252", "windows-1250", "windows-1254", "windows-1257", "iso-8859-2", "macintosh"}, c.name) {
			if c.name != "windows-1252" {
				c.prior += fewBytes
			}
			out = append(out, c)
		}
	}
	return out
}()

// fewBytes is the cost of an encoding other than Windows-1252 where few bytes tell.
const fewBytes = 8

// mixed is UTF-8 that contains single bytes of Windows-1252, as in files
// combined from several: it gives the best reading of each of their texts.
var mixed = candidate{"utf-8", nil, append([]string{"zh-Hans", "ja", "ru"}, western...), 12}

// Get returns the encoding called name, a name of the Encoding Standard or
// IANA, or a code page's number (1252, cp932); nil if there is none, and for
// UTF-8.
func Get(name string) encoding.Encoding {
	_, e, _ := Find(name)
	return e
}

// Find returns the encoding called name, and its usual name; ok is false if
// there is none. For UTF-8 the encoding is nil.
func Find(name string) (usual string, e encoding.Encoding, ok bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	name = strings.ReplaceAll(name, "_", "-")
	switch name {
	case "utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii":
		return "utf-8", nil, true
	case "utf-16", "utf16", "utf-16le", "utf16le", "utf-16-le":
		return "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
	case "utf-16be", "utf16be", "utf-16-be":
		return "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), true
	case "utf-32", "utf32", "utf-32le", "utf-32-le":
		return "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), true
	case "utf-32be", "utf-32-be":
		return "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), true
	case "gb2312", "gbk", "cp936", "936", "gb-18030", "hz-gb-2312":
		if name == "hz-gb-2312" {
			return name, simplifiedchinese.HZGB2312, true
		}
		return "gb18030", simplifiedchinese.GB18030, true
	case "cp950", "950", "big5-hkscs":
		return "big5", traditionalchinese.Big5, true
	case "cp949", "949", "uhc", "ks-c-5601-1987":
		return "euc-kr", korean.EUCKR, true
	case "cp932", "932", "shift-jis", "sjis", "ms932", "windows-31j":
		return "shift_jis", japanese.ShiftJIS, true
	case "latin1", "latin-1", "iso-8859-1", "ansi":
		return "windows-1252", charmap.Windows1252, true
	case "cp874", "874", "tis-620":
		return "windows-874", charmap.Windows874, true
	case "macroman", "mac-roman", "mac", "x-mac-roman":
		return "macintosh", charmap.Macintosh, true
	}
	for _, p := range []string{"cp", ""} {
		if page, ok := strings.CutPrefix(name, p); ok && len(page) == 4 && strings.HasPrefix(page, "125") {
			name = "windows-" + page
		}
	}
	e, err := htmlindex.Get(name)
	if err == nil && name != "replacement" && name != "x-user-defined" {
		usual, _ := htmlindex.Name(e)
		return usual, e, e != encoding.Replacement
	}
	if p, isPage := strings.CutPrefix(name, "cp"); isPage {
		name = "ibm" + p
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil {
		return name, e, true
	}
	return "", nil, false
}
