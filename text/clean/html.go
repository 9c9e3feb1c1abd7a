package clean

import (
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// markupOut removes markup, including markup that is escaped twice: exports of
// sites contain &amp;#39; and &lt;br&gt;, which decoding once would leave
// visible.
func markupOut(e *editor) {
	stripHTML(e)
	changed := e.changed
	for n := 0; e.changed && n < escapedAgain; n++ {
		e.finish()
		if !strings.ContainsRune(e.s, '&') && !strings.ContainsRune(e.s, '<') {
			break
		}
		stripHTML(e)
	}
	e.changed = changed || e.changed
}

// escapedAgain is the maximum number of further levels of escaping.
const escapedAgain = 3

// stripHTML removes tags, comments, and the contents of script and style, and
// decodes entities. A tag that ends a line on a page becomes a line break. What
// only looks like a tag (a <b, <3, <wow>) stays: the name must be that of an
// HTML element.
func stripHTML(e *editor) {
	at := strings.IndexByte(e.s, '<')
	if at < 0 {
		entities(e, 0, len(e.s))
		return
	}
	entities(e, 0, at)
	z := html.NewTokenizer(strings.NewReader(e.s[at:]))
	hidden := atom.Atom(0)
	for {
		kind := z.Next()
		raw := len(z.Raw())
		start, end := at, at+raw
		at = end
		switch kind {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) || hidden == 0 {
				entities(e, start, end)
			}
			if at < len(e.s) {
				entities(e, at, len(e.s))
			}
			return
		case html.TextToken:
			if hidden != 0 {
				e.put(start, end, "")
			} else {
				entities(e, start, end)
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			if !element(a, name) {
				continue // it is copied later
			}
			if a == atom.Script || a == atom.Style || a == atom.Noscript || a == atom.Template {
				hidden = 0
				if kind == html.StartTagToken {
					hidden = a
				}
			}
			if breaks(a) {
				e.put(start, end, "\n")
			} else {
				e.put(start, end, "")
			}
		case html.CommentToken:
			if raw := e.s[start:end]; strings.HasPrefix(raw, "<!--") && strings.HasSuffix(raw, "-->") || strings.HasPrefix(raw, "<![CDATA[") || strings.HasPrefix(raw, "<?xml") {
				e.put(start, end, "")
			}
		case html.DoctypeToken:
			e.put(start, end, "")
		}
	}
}

// element reports whether a tag's name is an HTML element, or of the kind that
// word processors write.
func element(a atom.Atom, name []byte) bool {
	switch a {
	case atom.A, atom.Abbr, atom.Address, atom.Article, atom.Aside, atom.Audio, atom.B, atom.Base, atom.Big, atom.Blockquote, atom.Body, atom.Br,
		atom.Button, atom.Canvas, atom.Caption, atom.Center, atom.Cite, atom.Code, atom.Col, atom.Colgroup, atom.Dd, atom.Del, atom.Details,
		atom.Dfn, atom.Div, atom.Dl, atom.Dt, atom.Em, atom.Embed, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Font, atom.Footer,
		atom.Form, atom.Frame, atom.Frameset, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Head, atom.Header, atom.Hr, atom.Html,
		atom.I, atom.Iframe, atom.Img, atom.Input, atom.Ins, atom.Kbd, atom.Label, atom.Legend, atom.Li, atom.Link, atom.Main, atom.Mark,
		atom.Marquee, atom.Meta, atom.Nav, atom.Nobr, atom.Noscript, atom.Object, atom.Ol, atom.Optgroup, atom.Option, atom.P, atom.Param,
		atom.Picture, atom.Pre, atom.Q, atom.S, atom.Samp, atom.Script, atom.Section, atom.Select, atom.Small, atom.Source, atom.Span,
		atom.Strike, atom.Strong, atom.Style, atom.Sub, atom.Summary, atom.Sup, atom.Svg, atom.Table, atom.Tbody, atom.Td, atom.Template,
		atom.Textarea, atom.Tfoot, atom.Th, atom.Thead, atom.Time, atom.Title, atom.Tr, atom.Tt, atom.U, atom.Ul, atom.Var, atom.Video:
		return true
	}
	i := strings.IndexByte(string(name), ':')
	return i == 1 // <o:p>, <w:r>
}

// breaks reports whether an element begins and ends lines.
func breaks(a atom.Atom) bool {
	switch a {
	case atom.Br, atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Hr, atom.Blockquote, atom.Section, atom.Article, atom.Pre, atom.Dt, atom.Dd, atom.Td, atom.Th, atom.Title, atom.Header, atom.Footer, atom.Option:
		return true
	}
	return false
}

// entities decodes character references that end in a semicolon. Names have at
// most 32 characters.
func entities(e *editor, start, end int) {
	s := e.s
	for i := start; i < end; i++ {
		next := strings.IndexByte(s[i:end], '&')
		if next < 0 {
			return
		}
		i += next
		// another & before the semicolon begins a reference of its own
		semi := 1 + strings.IndexAny(s[i+1:min(end, i+34)], ";&")
		if semi < 2 || s[i+semi] != ';' {
			continue
		}
		ref := s[i : i+semi+1]
		if c := html.UnescapeString(ref); c != ref && !strings.HasSuffix(c, ";") {
			if c == "\u00a0" {
				c = " "
			}
			e.put(i, i+semi+1, c)
			i += semi
		}
	}
}
