package profile

import "testing"

// Questions are told from assertions, with their marks and without, and those that
// take what they say for granted from those that ask whether it is so.
func TestQuestionOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s    string
		want question
	}{
		{"屏幕好吗？”", wonders},
		{"Is it good?!)", wonders},
		{"It is good.", asserts},
		{"Is there any good oracle podcasts", wonders},
		{"is this phone any good", wonders},
		{"\"Does the battery last\"", wonders},
		{"can the screen be fixed", wonders},
		{"Do you like it", wonders},
		{"anyone know a good case", wonders},
		{"Any suggestions for a better charger", wonders},
		{"How is the battery", wonders},
		{"How to fix a bad battery", wonders},
		{"what do you love about it", wonders},
		{"Why is the battery so bad", presumes},
		{"why does it break all the time?", presumes},
		{"How come the sound is so poor", presumes},
		{"How can you sell such a poor phone?", presumes},
		{"为什么电池这么差？", presumes},
		{"电池怎么这么差？", presumes},
		{"屏幕好吗", wonders},
		{"请问拍照清晰", wonders},
		{"有没有好用的充电器。", wonders},
		{"音质是不是很好", wonders},

		{"should i buy the better one", wonders},

		{"was i ever surprised!", asserts},
		{"should you need a good one, get this", asserts},
		{"had i got the smaller one, it would be perfect", asserts},
		{"Is a great phone", asserts},
		{"Was there last week, the food was great", asserts},
		{"Was the best phone I ever had", asserts},
		{"Had it for two years, great battery", asserts},
		{"Did this twice, works well", asserts},
		{"Do not buy it, the battery is bad", asserts},
		{"Do yourself a favor and get the good one", asserts},
		{"Have a great time with it", asserts},
		{"Has a great camera", asserts},
		{"Can not recommend it, bad sound", asserts},
		{"Will never buy this bad phone again", asserts},
		{"What a great phone", asserts},
		{"What I love is the screen", asserts},
		{"What is great about it is the screen", asserts},
		{"How great the screen is", asserts},
		{"When the battery is low, the sound is bad", asserts},
		{"Anyone who likes music will love it", asserts},
		{"Any good camera has this", asserts},
		{"Who needs a better phone", asserts},
		{"不管有没有信号，音质都很好", asserts},
		{"电池很好", asserts},
		{"没什么不好", asserts},
		{"看看会不会好", asserts},
		{"无论是不是好用都买", asserts},
		{"会不会很好用", wonders},
		{"凭什么这么差？", presumes},
		{"", asserts},
		{"...", asserts},
	} {
		if got := questionOf(c.s); got != c.want {
			t.Errorf("%q: %d, want %d", c.s, got, c.want)
		}
	}
}
