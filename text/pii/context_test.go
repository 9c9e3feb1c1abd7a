package pii

import "testing"

// What stands beside a number decides whether it is one that tells of a person:
// words before and after it, marks between, commas of cells and of amounts.
func TestContext(t *testing.T) {
	t.Parallel()
	m := masker(t, Options{}, Policy{})
	for _, c := range [][2]string{
		// A sentence's end or a line's between the words and the number.
		{"hey, new number!! 5125550145 save it", "hey, new number!! [phone] save it"},
		{"换手机了！02085550145", "换手机了！[phone]"},
		{"Phone:\n5125550145\n", "Phone:\n[phone]\n"},
		{"SSN\r\n457679451", "SSN\r\n[ssn]"},
		{"It works! 5125550145", "It works! 5125550145"},
		{"My phone broke in the rain, and so did the spare one! 5125550145 sold", "My phone broke in the rain, and so did the spare one! 5125550145 sold"},
		{"About my order! (202) 555-0143", "About my order! [phone]"},
		// Whose number it is.
		{"my number is 5125550145", "my number is [phone]"},
		{"her new number 5125550145", "her new number [phone]"},
		{"my order number is 5125550145", "my order number is 5125550145"},
		{"part number 5125550145", "part number 5125550145"},
		{"the number 5125550145 is even", "the number 5125550145 is even"},
		// Commas between cells, and within amounts.
		{"微信tigerblue40,QQ2129108212,在线", "微信[wechat],QQ[qq],在线"},
		{"微信tigerblue40，QQ2129108212，在线", "微信[wechat]，QQ[qq]，在线"},
		{"1042,13812345678,128.00", "1042,[phone],128.00"},
		{"7,13812345678,13912345678,20", "7,[phone],[phone],20"},
		{"203.0.113.7,198.51.100.2,5", "[ip],[ip],5"},
		{"7,219-02-9187,1980", "7,[ssn],1980"},
		{"7,138 1234 5678,2", "7,[phone],2"},
		{"phone 1,212,555,0143 sold", "phone 1,212,555,0143 sold"},
		{"call 12,345,678,901 times", "call 12,345,678,901 times"},
		// Versions, by the word after.
		{"the 3.0.1.7 beta bricks it", "the 3.0.1.7 beta bricks it"},
		{"装了2.1.0.4固件", "装了2.1.0.4固件"},
		{"8.1.0.7-rc and 8.1.0.8 firmware", "8.1.0.7-rc and 8.1.0.8 firmware"},
		{"from 203.0.113.7 at noon", "from [ip] at noon"},
		{"at 192.168.1.7 firmware is old", "at [ip] firmware is old"},
	} {
		if got := mask(t, m, c[0]).Text; got != c[1] {
			t.Errorf("%q became %q, want %q", c[0], got, c[1])
		}
	}
}
