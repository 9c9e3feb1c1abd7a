package profile

import "testing"

// Questions are told from assertions, with their marks and without, and those that
// take what they say for granted from those that ask whether it is so.
func TestAsks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s             string
		asks, wonders bool
	}{
		{"屏幕好吗？”", true, true},
		{"Is it good?!)", true, true},
		{"It is good.", false, false},
		{"Is there any good oracle podcasts", true, true},
		{"is this phone any good", true, true},
		{"\"Does the battery last\"", true, true},
		{"can the screen be fixed", true, true},
		{"Do you like it", true, true},
		{"anyone know a good case", true, true},
		{"Any suggestions for a better charger", true, true},
		{"How is the battery", true, true},
		{"How to fix a bad battery", true, true},
		{"what do you love about it", true, true},
		{"Why is the battery so bad", true, false},
		{"why does it break all the time?", true, false},
		{"How come the sound is so poor", true, false},
		{"How can you sell such a poor phone?", true, false},
		{"为什么电池这么差？", true, false},
		{"电池怎么这么差？", true, false},
		{"屏幕好吗", true, true},
		{"请问拍照清晰", true, true},
		{"有没有好用的充电器。", true, true},
		{"音质是不是很好", true, true},

		{"should i buy the better one", true, true},

		{"was i ever surprised!", false, false},
		{"should you need a good one, get this", false, false},
		{"had i got the smaller one, it would be perfect", false, false},
		{"Is a great phone", false, false},
		{"Was there last week, the food was great", false, false},
		{"Was the best phone I ever had", false, false},
		{"Had it for two years, great battery", false, false},
		{"Did this twice, works well", false, false},
		{"Do not buy it, the battery is bad", false, false},
		{"Do yourself a favor and get the good one", false, false},
		{"Have a great time with it", false, false},
		{"Has a great camera", false, false},
		{"Can not recommend it, bad sound", false, false},
		{"Will never buy this bad phone again", false, false},
		{"What a great phone", false, false},
		{"What I love is the screen", false, false},
		{"What is great about it is the screen", false, false},
		{"How great the screen is", false, false},
		{"When the battery is low, the sound is bad", false, false},
		{"Anyone who likes music will love it", false, false},
		{"Any good camera has this", false, false},
		{"Who needs a better phone", false, false},
		{"不管有没有信号，音质都很好", false, false},
		{"电池很好", false, false},
		{"没什么不好", false, false},
		{"", false, false},
		{"...", false, false},
	} {
		if got := asks(c.s); got != c.asks {
			t.Errorf("%q asks: %v", c.s, got)
		}
		if got := wonders(c.s); got != c.wonders {
			t.Errorf("%q wonders: %v", c.s, got)
		}
	}
}
