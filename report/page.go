package report

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

//go:embed page
var pageFiles embed.FS

// Page configures the page. The zero value uses the language of the texts.
type Page struct {
	Lang  string // language of the page: "en" or "zh"; "": that of the texts
	Title string // "": "User segments"
}

// WriteHTML writes s as a page in the language of its texts.
func WriteHTML(w io.Writer, s *result.Segmentation) error { return Page{}.Write(w, s) }

// frame is what pages have in common.
type frame struct {
	Lang   string
	Title  string
	Kind   string // key of the title if there is none
	CSS    template.CSS
	JS     template.JS
	Policy string
	Lookup *lookup
}

// view is the template's data.
type view struct {
	frame
	S          *result.Segmentation
	First      first
	Cards      []card
	Map        template.HTML
	DotStep    int // of every how many users one has a dot
	Likeness   template.HTML
	Sizes      template.HTML
	Feelings   template.HTML
	Trends     template.HTML
	Opinions   template.HTML
	Feels      bool     // opinions are sentiment, not ratings
	Unlisted   []string // fields of metadata of which no values are listed
	Near       []nearCount
	Unassigned float64 // share of all users
	Joined     string  // key of the sentence on users who joined segments; "": nobody did
	Masked     []kindCount
	Read       int         // texts
	Cleaned    []kindCount // by phrase
	Languages  []kindCount // by code
	// UnreadShare is the share of texts in languages that the model was not made
	// for.
	UnreadShare float64
	TooFewWords bool // to judge whether words are misspelt
	ByImpact    bool
	Shaded      int // users in whose texts words are shaded

	OpinionsFrom int
}

// card is a segment with its colour in the drawings.
type card struct {
	*result.Profile
	Color   int // 0..11
	Central []result.Quote
	Other   []quoteGroup
	Spark   template.HTML
}

type quoteGroup struct {
	Kind   result.QuoteKind
	Quotes []result.Quote
}

type nearCount struct {
	P     card
	Count int
}

type kindCount struct {
	Kind  string
	Count int
}

// colors is the number of segment colours in the style. They are reused if
// there are more segments; numbers always stand beside them.
const colors = 12

// Write writes s to w.
func (p Page) Write(w io.Writer, s *result.Segmentation) error {
	if s == nil {
		return fmt.Errorf("report: %w", result.ErrNone)
	}
	v, lang, err := p.view(s)
	if err != nil {
		return err
	}
	t, err := lang.templates()
	if err != nil {
		return err
	}
	t.Funcs(template.FuncMap{"seg": v.segment})
	// The size of the rest is found by writing it without users.
	v.Lookup = newLookup(s, lang)
	var rest counter
	if err := t.ExecuteTemplate(&rest, "page.tmpl", v); err != nil {
		return err
	}
	if err := v.Lookup.addUsers(s, pageBytes-int(rest)); err != nil {
		return err
	}
	return t.ExecuteTemplate(w, "page.tmpl", v)
}

// counter counts the bytes written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// scripts are the parts of the page's script, in their order.
var scripts = []string{"base", "save", "map", "lookup", "users", "filter", "picture", "print"}

// comparisonScripts are those of the page of two runs.
var comparisonScripts = []string{"base", "save", "picture"}

// script returns the parts as one function, whose names are its own.
func script(parts []string) ([]byte, error) {
	b := []byte("\"use strict\";\n(() => {\n")
	for _, name := range parts {
		part, err := pageFiles.ReadFile("page/js/" + name + ".js")
		if err != nil {
			return nil, err
		}
		b = append(b, part...)
	}
	return append(b, "})();"...), nil
}

// frame returns what pages have in common, for texts in a language.
func (p Page) frame(textLang string, parts []string) (frame, say, error) {
	f := frame{Lang: cmp.Or(p.Lang, textLang, "en"), Title: visible.Brief(p.Title), Kind: "title"}
	if f.Lang != "en" && f.Lang != "zh" {
		return f, 0, fmt.Errorf("report: no page in language %q, want en or zh", f.Lang)
	}
	css, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return f, 0, err
	}
	js, err := script(parts)
	if err != nil {
		return f, 0, err
	}
	f.CSS, f.JS = template.CSS(css), template.JS(js)
	f.Policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", digest(css), digest(js))
	return f, say(b2i(f.Lang == "zh")), nil
}

// templates returns the templates of the pages in a language.
func (l say) templates() (*template.Template, error) {
	return template.New("").Funcs(l.opinionFuncs()).Funcs(template.FuncMap{
		"t": l.phrase, "many": l.many, "list": l.list, "recognizer": l.recognizer, "language": l.language, "reads": l.reads, "gloss": l.gloss, "delimiter": l.delimiter,
		"num": thousands, "pct": percent, "f2": func(x float64) string { return signed(x, 2) }, "f3": func(x float64) string { return signed(x, 3) },
		"width": func(n, of int) string { return fmt.Sprintf("%.1f", 100*float64(n)/float64(max(of, 1))) }, "add": func(a, b int) int { return a + b },
		"share": func(n, of int) string { return percent(float64(n) / float64(of)) }, "feature": featureValue,
		"show": visible.Text, "brief": visible.Brief, "wordsize": wordSize, "shade": shade,
		"seg": func(int) card { return card{} }, // the view's own
	}).ParseFS(pageFiles, "page/*.tmpl")
}

// segment returns the card of a segment.
func (v *view) segment(id int) card {
	for _, c := range v.Cards {
		if c.ID == id {
			return c
		}
	}
	return card{}
}

func (p Page) view(s *result.Segmentation) (*view, say, error) {
	f, lang, err := p.frame(s.Lang, scripts)
	if err != nil {
		return nil, 0, err
	}
	v := &view{frame: f, S: s}
	for i := range s.Segments {
		c := card{Profile: &s.Segments[i], Color: i % colors}
		for _, q := range c.Quotes {
			if q.Kind == result.QuoteCentral {
				c.Central = append(c.Central, q)
				continue
			}
			if n := len(c.Other); n == 0 || c.Other[n-1].Kind != q.Kind {
				c.Other = append(c.Other, quoteGroup{Kind: q.Kind})
			}
			g := &c.Other[len(c.Other)-1]
			g.Quotes = append(g.Quotes, q)
		}
		c.Spark = spark(c, lang)
		v.Cards = append(v.Cards, c)
		v.ByImpact = v.ByImpact || c.Impact != nil
	}
	v.DotStep = dotStep(s)
	v.Map = drawMap(s, v.Cards, lang)
	v.Likeness = drawLikeness(s, v.Cards, lang)
	v.Sizes = drawSizes(v.Cards)
	v.Feelings = drawFeelings(v.Cards)
	v.Feels = feels(v.Cards)
	v.Trends = drawTrends(v.Cards, lang)
	v.Opinions = drawOpinions(v.Cards, lang)
	v.OpinionsFrom = opinionsFrom
	near := map[int]int{}
	for _, u := range s.Users {
		if u.Segment == result.Unassigned && u.Texts > 0 {
			near[u.RunnerUp]++
		}
	}
	for _, c := range v.Cards {
		if near[c.ID] > 0 {
			v.Near = append(v.Near, nearCount{c, near[c.ID]})
		}
	}
	if s.Counts.Users > 0 {
		if _, ok := phrases["joined_"+s.Run.Rest]; ok && s.Counts.Joined > 0 {
			v.Joined = "joined_" + s.Run.Rest
		}
		v.Unassigned = float64(s.Counts.Unassigned) / float64(s.Counts.Users)
	}
	v.Masked = counted(s.Privacy.Masked, "")
	v.cleaning(s)
	if v.ByImpact {
		slices.SortStableFunc(v.Cards, func(a, b card) int {
			return cmp.Or(cmp.Compare(math.Abs(impact(b)), math.Abs(impact(a))), cmp.Compare(b.Users, a.Users))
		})
	}
	for _, f := range s.Fields {
		if len(f.Values) == 0 {
			v.Unlisted = append(v.Unlisted, f.Name)
		}
	}
	v.Shaded = withShades(s)
	v.First = newFirst(s, v.Cards)
	return v, lang, nil
}

func impact(c card) float64 {
	if c.Impact == nil {
		return 0
	}
	return *c.Impact
}

// featureValue shows a number, or a date in days since 1970.
func featureValue(kind string, x float64) string {
	if kind == "date" {
		return time.Unix(int64(math.Floor(x*86400)), 0).UTC().Format(time.DateOnly)
	}
	return signed(x, 2)
}

// digest returns the hash of an inline style or script for a
// Content-Security-Policy.
func digest(b []byte) string {
	h := sha256.Sum256(b)
	return "sha256-" + base64.StdEncoding.EncodeToString(h[:])
}

// thousands formats 12345 as 12,345.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// signed formats x with d digits after the point and a real minus sign.
func signed(x float64, d int) string {
	s := strconv.FormatFloat(x, 'f', d, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

func percent(x float64) string {
	d := 0
	if x != 0 && x < 0.1 || x > 0.99 && x < 1 {
		d = 1
	}
	return strconv.FormatFloat(100*x, 'f', d, 64) + "%"
}

// wordSize returns the style class of a word, 1 to 4, by its score relative to
// the best of those that tell the segment apart, which come first.
func wordSize(words []result.Word, i int) int {
	if words[0].Score <= 0 {
		return 1
	}
	return 1 + int(math.Round(3*min(1, words[i].Score/words[0].Score)))
}
