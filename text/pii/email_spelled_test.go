package pii

import (
	"strings"
	"testing"
)

// Addresses whose signs are words or in brackets, between ‹ and ›; the rest is
// not found.
func TestSpelledEmail(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{})
	for line := range strings.Lines(`
		write to ‹anna [at] example [dot] com›, please
		‹anna(at)example.com› or ‹Bob_7 {at} example {dot} co {dot} uk›.
		‹o'brien <at> example <dot> com›; (‹anna (at) example dot com›)
		‹ödön_7 [at] example [dot] hu›, ‹_x [at] example [dot] com›
		‹anna(a)example.com› but (a) example.com and (a) the first
		联系我：‹zhang（at）example（dot）com›，谢谢
		my e-mail is ‹anna at example dot com› now
		mail ‹anna at example.com› today
		‹john AT gmail DOT com›, ‹a.b at example punkt de›
		‹anna@example [dot] com› and ‹anna [@] example.com›
		email: ‹anna @ example . com›, email ‹anna @ example.com›
		‹anna77 @ example dot com›
		‹anna-at-example-dot-com›, ‹Jean-Luc-AT-mail-DOT-example-DOT-fr›. (‹b.c-at-my-firm-punkt-de›)
		‹anna ät example punkt de› or ‹anna [ät] example.de›, ‹ANNA ÄT EXAMPLE PUNKT DE›, ‹anna-ät-example-punkt-de›
		‹anna arroba example punto com›, ‹anna arobase example point fr›, ‹anna (arroba) example.es›
		look-at-amazon-dot-com, at-home-dot-com, eye-at-seven, day-at-the-beach-dot-, stay-at-home-mum.com
		one-at-a-time-dot-dot, art-at-work-dot-nosuchend, post/what-to-look-at-before-dot-com-bubbles
		fünf Arroba Reis, das Porträt punkt de
		we shop at amazon dot com and look at example.com
		meet me at home dot com, email me at example dot com
		contact us at example.com
		dinner @ seven . thirty
		arrived at (at last) dot com and anna [at] home
		anna [at] report [dot] png
		at at at dot dot dot com (at) (at) (dot)
	`) {
		line = strings.TrimSpace(line)
		var text strings.Builder
		var want []string
		for i, part := range strings.FieldsFunc(line, func(r rune) bool { return r == '‹' || r == '›' }) {
			if (i%2 == 1) != strings.HasPrefix(line, "‹") {
				want = append(want, part)
			}
			text.WriteString(part)
		}
		var got []string
		for _, s := range find(t, d, text.String()) {
			if s.Type != Email {
				t.Errorf("%s in %q", s.Type, line)
			}
			got = append(got, text.String()[s.Start:s.End])
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// However an address is written, it is the same one.
func TestSpelledEmailIsOneAddress(t *testing.T) {
	t.Parallel()
	m := masker(t, Options{}, Policy{Action: Hash, Key: testKey})
	want := mask(t, m, "Anna@example.com").Text
	if got, want := mask(t, m, "jean-luc-at-my-firm-dot-co-dot-uk").Text, mask(t, m, "jean-luc@my-firm.co.uk").Text; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, s := range []string{"anna [at] example [dot] com", "anna(a)example.com", "anna <AT> Example <DOT> com", "anna＠example（dot）com", "anna-at-example-dot-com", "Anna-AT-Example-DOT-com", "anna ät example punkt com", "anna arroba example punto com"} {
		if got := mask(t, m, s).Text; got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}
