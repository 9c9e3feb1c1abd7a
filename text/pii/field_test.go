package pii

import "testing"

// A column's name explains the bare numbers in it, and never hides any.
func TestMaskField(t *testing.T) {
	t.Parallel()
	m := masker(t, Options{}, Policy{})
	for _, c := range [][3]string{
		{"qq", "8262048", "[qq]"},
		{"QQ号", "8262048", "[qq]"},
		{"qq_number", "8262048", "[qq]"},
		{"wechat_id", "snow_panda77", "[wechat]"},
		{"微信", "snow_panda77", "[wechat]"},
		{"ssn", "457679451", "[ssn]"},
		{"social_security_no", "457679451", "[ssn]"},
		{"passportNumber", "C19741773", "[passport]"},
		{"护照", "E12345678", "[passport]"},
		{"phone_number", "2125550178", "[phone]"},
		{"customerPhone", "2125550178", "[phone]"},
		{"qq", "８２６２０４８", "[qq]"},
		{"order", "13812345678", "[phone]"},
		{"order", "2125550178", "2125550178"},
		{"qq", "", ""},
		{"", "8262048", "8262048"},
		{"phone model", "X200 Pro", "X200 Pro"},
		{"an-extremely-long-column-name-that-ends-in-qq", "8262048", "[qq]"},
		{"价格", "8262048", "8262048"},
	} {
		got, err := m.MaskField(t.Context(), Field{c[0], c[1]})
		if err != nil {
			t.Fatal(err)
		}
		if got := got.Text; got != c[2] {
			t.Errorf("%s: %q became %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
