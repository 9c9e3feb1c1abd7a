package pii

import (
	"strings"
	"testing"
)

// Every way in which people write what the recognisers look for; [ ] marks what
// is found, and what is without is not.
func TestSpellings(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{})
	for typ, lines := range map[Type]string{
		Email: `
			write to [o'brien@example.com] or '[nora@example.com]'?
			[müller@bücher.de]
			邮箱[zhang@qq.com]谢谢
			[bob%40example.com] 100%40 off
			mail [user&#64;example.com], [user&#x40;example&#46;com], [a&commat;example.com]
			[bob@<b>example.com]</b>, [bob<i>@</i>example.com], [bob&amp;#64;example.com]
			bob<b>@</b> and <b>a</b>.
			https://example.com/unsubscribe?email=[bob%40example.com]`,
		URL: `
			[redis://:password@10.0.0.4:6379/0]
			[postgres://app:secret@db.internal:5432/x]
			https://example.com/@2020/x`,
		IP: `
			ssh bob@[203.0.113.5]
			IP[203.0.113.5]在线
			IPv6:[2001:db8:1:2:3:4:5:6]
			https://example.com/log?ip=[203.0.113.5]
			x203.0.113.5 a@1.2`,
		MAC: `
			mac:[00:1A:2B:3C:4D:5E], room 4
			MAC：[00-1A-2B-3C-4D-5E]，好
			1:00:1A:2B:3C:4D:5E`,
		Phone: `
			[0086-138-1234-5678] [0044 20 7946 0123]
			call [212 · 736 · 5001], [212 • 736 • 5001], [212 – 736 — 5001], [212·736·5001]
			5 · 10 · 20, from 1990 — 2024, pages 12 • 14 • 5001
			whatsapp: [00447911123456]
			code 00447911123456
			[+86(138)12345678], [+1(202)555-0143], [+44(0)20 7946 0123]
			[138.1234.5678]
			电话[010-62345678-8012]
			T: [02079460123] M:[07911123456]
			Tel[13812345678] tel[2025550143] WhatsApp[+8613812345678]
			[13812345678]vx同号
			13812345678A
			座机[82345678]，电话：[8234 5678]
			call [555-0143], or the 555-0143 model
			https://example.com/call?phone=[13812345678]&n=13812345679
			https://example.com/call?phone=[%2B8613812345678]
			https://wa.me/[447911123456]
			打电话10086
			[138<span class="n">1234</span>5678], <b>[138</b>12345678]
			call<b>[2025550143]</b>now
			<td>138</td><td>12345678</td>
			%E7%94%B5%E8%AF%9D[13812345678]
			tel2025550143mm
			my mobile is [44 7700 900 417], at home [01632/960 318]
			mobile: [(0)7700 900417]
			whatsapp [+49 (0) 30 / 23125 118]
			call me: [2-0-2-5-5-5-0-1-4-3]; tel [+4 4 2 0 7 9 4 6 0 1 2 3]
			电话[1.3.8.1.2.3.4.5.6.7.8]，手机[138 12 345 678]
			telephone [555-0188]
			scores 2-0-2-5-5-5-0-1-4-3 and 1 3 8 1 2 3 4 5 6 7 8
			138 12 345 678
			phone 1 2 3 4 5 6 7 8 9 and 2 0 2 5 5 5 0 1 4 3 units`,
		Card: `
			[4111.1111.1111.1111]
			card [4111 1111 11111111]
			part 4111 1111 11111111
			卡号[4111111111111111]cvv123
			card:[4111111111111111]exp0927
			[6222 0212 3456 7890 128]
			card [4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1]
			grid 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
			card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2
			1748503543012 1718000000123456 20240611093004`,
		IBAN: `
			[De89 3704 0044 0532 0130 00]
			DE89 3704 0044 0532 0130 01`,
		SSN: `
			ssn=[219.09.9999]
			219.09.9999`,
		CNID: `
			[110105 19491231 002X], [110105-19491231-002x]
			110105 19491231 0021
			ID[11010519491231002X]
			[110105 1949 1231 002X], [110-105-1949-1231-002x]
			[1 1 0 1 0 5 1 9 8 4 0 3 1 7 4 0 2 1]
			110105 1949 1231 0021`,
		Passport: `
			passport [C01X00T47], passport [12AB34567]
			a passport photo costs less with C01X00T47`,
		QQ: `
			加我q [12345678]
			q群[123456789]
			QQ/微信：[12345678]
			QQ or WeChat: [12345678]
			faq 12345678
			QQ [1234 567 89], 扣扣：[123-456-7890]
			1234 567 89
			QQ 1234 567 89 10`,
		WeChat: `
			微信号[snowpanda]
			微信 android版
			[wxid_abc123def45678]
			my wechat's [snow77panda]
			+V [snow77panda]`,
		Handle: `
			tiktok.com/[@bob_smith] https://mastodon.social/[@bob_smith]
			npmjs.com/package/@types/node`,
	} {
		for line := range strings.Lines(strings.TrimSpace(lines)) {
			line = strings.TrimSpace(line)
			want := strings.Split(line, "[")[1:]
			for i := range want {
				want[i], _, _ = strings.Cut(want[i], "]")
			}
			text := strings.NewReplacer("[", "", "]", "").Replace(line)
			var got []string
			for _, s := range find(t, d, text) {
				if s.Type != typ {
					t.Errorf("%q: %v, want %s", text, s, typ)
				}
				got = append(got, text[s.Start:s.End])
			}
			if strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
	}
}
