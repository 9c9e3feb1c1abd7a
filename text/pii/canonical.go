package pii

import (
	"net/netip"
	"strings"
)

// canonical returns a normal form of value that does not depend on its
// spelling, so that the same person gets the same token: full-width characters
// as ASCII, telephone numbers with their country code, numbers without
// separators, addresses in lower case.
func (d *Detector) canonical(t Type, value string) string {
	if needsFold(value) {
		value = fold(value).text
	}
	switch t {
	case Phone:
		return d.canonicalPhone(value)
	case Card, SSN, QQ:
		return only(value, digit)
	case IBAN, CNID, USCC, Passport:
		return strings.ToUpper(only(value, alnum))
	case MAC:
		return strings.ToLower(only(value, hexByte))
	case IP:
		if a, err := netip.ParseAddr(value); err == nil {
			return a.Unmap().String()
		}
	case URL:
		return value
	case Email:
		value = unspelled(value)
	}
	return strings.ToLower(strings.Join(strings.Fields(value), " "))
}

// only returns the bytes of s for which keep is true.
func only(s string, keep func(byte) bool) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		if keep(s[i]) {
			b = append(b, s[i])
		}
	}
	return string(b)
}

// canonicalPhone returns country code and national number.
func (d *Detector) canonicalPhone(value string) string {
	if rest, ok := strings.CutPrefix(value, "00"); ok {
		value = "+" + rest
	}
	num := only(value, digit)
	if strings.HasPrefix(value, "+") {
		if i := strings.Index(value, "(0)"); i > 0 {
			return only(value[:i]+value[i+3:], digit)
		}
		return num
	}
	b := d.phones
	if b == nil {
		return num
	}
	if b.china != nil {
		if n := strings.TrimPrefix(num, "86"); len(n) == 11 && n[0] == '1' {
			return "86" + n
		}
	}
	for _, r := range b.regions {
		if r.national([]byte(num)) {
			if n := strings.TrimPrefix(num, r.prefix); r.match([]byte(n)) {
				num = n
			}
			return r.calling + num
		}
	}
	return num
}
