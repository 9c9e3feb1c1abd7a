package columns

import (
	"strings"
	"testing"
)

func TestLooksLikeHeader(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"text,user": true, "a,b": true, "customer,Review Text,stadt": true, "reviewText,overall": true, "q1,q2": true, "用户,内容": true,
		"order_no,was": true, "Clothing ID,Age": true, "商品编号,评价内容": true,
		"anna berg,works great": false, "anna,paris,fine": false, "张伟,质量很好": false, "李雷,物流慢": false, "anna@example.com,text": false,
		"b7,she said that the text came very late and more than that": false, "text,13812345678": false, "": false, "anna,works 5 days 12 hours": false,
	} {
		if got := LooksLikeHeader(strings.Split(line, ",")); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
