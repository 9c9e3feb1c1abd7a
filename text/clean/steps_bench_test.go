package clean

import (
	"strings"
	"testing"
)

// stepOptions turn one step at a time on, as far as options can, on top of the
// steps that always run (encoding, invisible, space).
var stepOptions = func() map[string]Options {
	off := Options{KeepHTML: true, Form: KeepForm, URLs: Keep, Mentions: Keep, Hashtags: Keep, Emoji: Keep, MaxRepeat: -1}
	with := func(set func(*Options)) Options {
		o := off
		set(&o)
		return o
	}
	return map[string]Options{
		"none": off, "html": with(func(o *Options) { o.KeepHTML = false }), "form": with(func(o *Options) { o.Form = Width }),
		"nfkc": with(func(o *Options) { o.Form = NFKC }), "simplified": with(func(o *Options) { o.Simplify = true }),
		"urls": with(func(o *Options) { o.URLs = Drop }), "mentions": with(func(o *Options) { o.Mentions = Replace }),
		"hashtags": with(func(o *Options) { o.Hashtags = Replace }), "emoji": with(func(o *Options) { o.Emoji = Replace }),
		"repeats": with(func(o *Options) { o.MaxRepeat = 3 }), "default": {},
	}
}()

// BenchmarkStep gives the speed of each step, and of the default chain, on one
// text of what every step finds something in.
func BenchmarkStep(b *testing.B) {
	const piece = "<p>I bought this last week &amp; love it</p> 這個電視機很好！！！！ ｉＰｈｏｎｅ cafe\u0301 sooooo good 👍🏽 #BestEver @bob https://example.com/a?b=1 "
	for _, name := range []string{"none", "html", "form", "nfkc", "simplified", "urls", "mentions", "hashtags", "emoji", "repeats", "default"} {
		for _, size := range []struct {
			name string
			n    int
		}{{"4KB", 4 << 10}, {"256KB", 256 << 10}, {"4MB", 4 << 20}} {
			b.Run(name+"/"+size.name, func(b *testing.B) { benchmark(b, stepOptions[name], strings.Repeat(piece, size.n/len(piece)+1)) })
		}
	}
}

// BenchmarkHostile gives the speed of all steps on rows of each hostile piece.
func BenchmarkHostile(b *testing.B) {
	all := Options{Form: NFKC, Simplify: true, Emoji: Replace, Mentions: Replace, URLs: Replace}
	for _, piece := range hostile {
		for _, size := range []struct {
			name string
			n    int
		}{{"4KB", 4 << 10}, {"256KB", 256 << 10}, {"4MB", 4 << 20}} {
			b.Run(strings.Trim(strings.ToValidUTF8(piece, "?"), " /")+"/"+size.name, func(b *testing.B) { benchmark(b, all, strings.Repeat(piece, size.n/len(piece))) })
		}
	}
}
