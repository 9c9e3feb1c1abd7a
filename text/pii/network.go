package pii

import (
	"net/netip"
	"strings"
)

// personalIP excludes addresses that identify nobody: loopback, unspecified,
// broadcast and netmasks.
func personalIP(a netip.Addr) bool {
	b := a.As4()
	return b[0] != 0 && b[0] != 127 && b[0] != 255
}

// hexGroups looks at the short hexadecimal run s[start:end] and the groups
// joined to it by : - or . for a hardware address (EUI-48 as aa:bb:…, aa-bb-…
// or aabb.ccdd.eeff) or an IPv6 address (RFC 4291).
func (z *scanner) hexGroups(start, end int) int {
	s := z.s
	sep, n := s[end], end-start
	if sep != ':' && sep != '-' && sep != '.' || start > 0 && (alnum(s[start-1]) || s[start-1] == '_') || z.hexBefore(start) {
		return end
	}
	switch {
	case n == 2 && sep != '.':
		if stop := hexRuns(s, start, sep, 2, 6); stop > 0 && z.freeLeft(start) && z.freeRight(stop) && !z.joined(stop, sep) {
			return z.add(kMAC, start, stop, 0.95, "six hexadecimal pairs")
		}
	case n == 4 && sep == '.':
		if stop := hexRuns(s, start, sep, 4, 3); stop > 0 && z.freeLeft(start) && z.freeRight(stop) && !decimal(s[start:stop]) {
			return z.add(kMAC, start, stop, 0.9, "three hexadecimal quadruples")
		}
	}
	if sep == ':' {
		return z.ip6(start, end)
	}
	return end
}

// hexBefore reports whether a colon joins a group of hexadecimal digits to what
// begins at i. After any other word (mac:, IPv6:) the colon introduces it.
func (z *scanner) hexBefore(i int) bool {
	s := z.s
	if i == 0 || s[i-1] != ':' {
		return false
	}
	start := i - 1
	for start > 0 && i-start < 6 && hexByte(s[start-1]) {
		start--
	}
	return start == i-1 && start > 0 && s[start-1] == ':' || start < i-1 && (start == 0 || !alnum(s[start-1]))
}

// joined reports whether another group follows at i.
func (z *scanner) joined(i int, sep byte) bool {
	return i+1 < len(z.s) && z.s[i] == sep && hexByte(z.s[i+1])
}

// hexRuns returns the end of count groups of n hexadecimal digits joined by
// sep, or 0.
func hexRuns(s string, i int, sep byte, n, count int) int {
	if len(s)-i < count*n+count-1 {
		return 0
	}
	for g := range count {
		if g > 0 {
			if s[i] != sep {
				return 0
			}
			i++
		}
		for range n {
			if !hexByte(s[i]) {
				return 0
			}
			i++
		}
	}
	return i
}

func decimal(s string) bool {
	for i := range len(s) {
		if letter(s[i]) {
			return false
		}
	}
	return true
}

// ip6 reports the IPv6 address that starts at start, or returns end.
func (z *scanner) ip6(start, end int) int {
	s := z.s
	stop, colons := start, 0
	for stop < len(s) && stop-start < 46 && (hexByte(s[stop]) || s[stop] == ':' || s[stop] == '.' && colons > 0) {
		if s[stop] == ':' {
			colons++
		}
		stop++
	}
	for stop > start && (s[stop-1] == '.' || s[stop-1] == ':' && !strings.HasSuffix(s[start:stop], "::")) {
		stop--
	}
	if colons < 2 || stop < len(s) && (alnum(s[stop]) || s[stop] == '_') || stop-start < 6 {
		return end
	}
	a, err := netip.ParseAddr(s[start:stop])
	if err != nil || !a.Is6() || a.IsLoopback() || a.IsUnspecified() {
		return end
	}
	// a::b and dead::beef may be a scope or a joke: require a digit and three
	// groups.
	if strings.Count(s[start:stop], ":") < 3 && !strings.ContainsAny(s[start:stop], "0123456789") || strings.Count(s[start:stop], ":") < 2 {
		return end
	}
	return z.add(kIP, start, stop, 0.95, "IPv6 address")
}

// colons looks at the : at i, since an IPv6 address may begin with two.
func (z *scanner) colons(i int) int {
	s := z.s
	if i < z.urlEnd || !strings.HasPrefix(s[i:], "::") || i+2 >= len(s) || !hexByte(s[i+2]) || i > 0 && (alnum(s[i-1]) || s[i-1] == ':' || s[i-1] == '_') {
		return i + 1
	}
	return z.ip6(i, i+1)
}

// versionBytes is the maximum distance in bytes of a word that makes four
// numbers a version.
const versionBytes = 24

// ip4 reports the IPv4 address at the first four groups, or returns 0.
func (z *scanner) ip4(g []digits) int {
	if len(g) < 4 {
		return 0
	}
	for i := range 4 {
		n := g[i].end - g[i].start
		if n > 3 || n > 1 && z.s[g[i].start] == '0' || i < 3 && (g[i].sep != '.' || g[i+1].start != g[i].end+1) || z.value(g[i]) > 255 {
			return 0
		}
	}
	start, end := g[0].start, g[3].end
	// A comma next to it separates addresses or cells, since no amount has three
	// dots; an @ before it separates a user from a host.
	if !z.freeLeft(start) && z.s[start-1] != ',' && z.s[start-1] != '@' || !z.freeRight(end) && z.s[end] != ',' {
		return 0
	}
	c := z.nearby(start)
	// 192.168 is not a version, and a word for one applies only to numbers close
	// to it.
	if (c.near(inVersion) && c[inVersion] <= versionBytes || z.versionAfter(end)) && (z.value(g[0]) != 192 || z.value(g[1]) != 168) {
		return 0
	}
	if a := netip.AddrFrom4([4]byte{byte(z.value(g[0])), byte(z.value(g[1])), byte(z.value(g[2])), byte(z.value(g[3]))}); !personalIP(a) {
		return 0
	}
	return z.add(kIP, start, end, 0.85, "four numbers up to 255")
}

// versionAfter reports whether the word after i says that a version ends there:
// 3.0.1.7 beta, 2.1.0.4固件.
func (z *scanner) versionAfter(i int) bool {
	s := z.s[i:]
	if len(s) >= 6 {
		if t, ok := lex().hanTopics[s[:6]]; ok {
			return t == inVersion
		}
	}
	if len(s) < 2 || s[0] != ' ' && s[0] != '-' {
		return false
	}
	end := 1
	for end < len(s) && end < 14 && letter(s[end]) {
		end++
	}
	w := lower(s[1:end])
	t, ok := lex().latinTopics[w]
	return ok && t == inVersion || lex().releases.Has(w)
}
