package pii

import (
	"net/netip"
	"strings"
)

// url looks at a URL whose scheme, or www, is the run s[start:end]. It reports
// the URL if it contains credentials, otherwise the address if its host is one,
// and prevents its path and query from being read as numbers.
func (z *scanner) url(start, end int) int {
	s := z.s
	if s[end] == '.' {
		if strings.EqualFold(s[start:end], "www") {
			z.urlEnd = max(z.urlEnd, urlEnd(s, end))
		}
		return end
	}
	if !strings.HasPrefix(s[end:], "://") || start < z.urlEnd {
		return end
	}
	stop := urlEnd(s, end+3)
	z.urlEnd = stop
	rest := s[end+3 : stop]
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	if i := strings.LastIndexByte(authority, '@'); i > 0 && strings.IndexByte(authority[:i], ':') >= 0 && strings.IndexByte(authority[:i], ':') < i-1 {
		return z.add(kURL, start, stop, 0.98, "user and password in a URL")
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 && secretParam(rest[i+1:]) {
		return z.add(kURL, start, stop, 0.9, "secret in a URL's query")
	}
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	at := end + 3 + len(authority) - len(host)
	if strings.HasPrefix(host, "[") {
		if i := strings.IndexByte(host, ']'); i > 0 {
			if a, err := netip.ParseAddr(host[1:i]); err == nil && a.Is6() && a.Zone() == "" {
				return z.add(kIP, at+1, at+i, 0.95, "IPv6 address as a URL's host")
			}
		}
		return end + 3
	}
	if i := strings.IndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() && personalIP(a) {
		return z.add(kIP, at, at+len(host), 0.95, "IPv4 address as a URL's host")
	}
	return end + 3
}

// urlEnd returns the end of the URL that contains i: before white space,
// quotes, angle brackets and anything non-ASCII, without closing punctuation.
func urlEnd(s string, i int) int {
	j := i
	for j < len(s) && s[j] > ' ' && s[j] < 0x7F && strings.IndexByte("\"'`<>\\^{}|", s[j]) < 0 {
		j++
	}
	for j > i && strings.IndexByte(".,;:!?)]*", s[j-1]) >= 0 {
		j--
	}
	return j
}

// namedParam reports whether the value that begins at i, within a URL, belongs
// to a parameter named as a person's number (phone=, qq=), or is a number to
// chat with (wa.me/).
func (z *scanner) namedParam(i int) bool {
	s := z.s
	if i > 0 && s[i-1] == '+' {
		i--
	}
	if strings.HasSuffix(s[:i], chatHost) {
		return true
	}
	if i == 0 || s[i-1] != '=' {
		return false
	}
	start := i - 1
	for start > 0 && i-start < 20 && (alnum(s[start-1]) || s[start-1] == '_') {
		start--
	}
	return lex().personParams.Has(strings.ToLower(s[start : i-1]))
}

// secretParam reports whether a query has a parameter that gives access.
func secretParam(query string) bool {
	for len(query) > 0 {
		var pair string
		if i := strings.IndexAny(query, "&;#"); i >= 0 {
			pair, query = query[:i], query[i+1:]
		} else {
			pair, query = query, ""
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok || len(value) < 4 || len(name) > 24 {
			continue
		}
		if lex().secrets.Has(strings.ToLower(name)) {
			return true
		}
	}
	return false
}
