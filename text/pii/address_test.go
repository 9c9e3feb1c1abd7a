package pii

import (
	"slices"
	"strings"
	"testing"
)

func addressesIn(t *testing.T, d *Detector, text string) (out []string) {
	t.Helper()
	for _, s := range find(t, d, text) {
		if s.Type == Address {
			out = append(out, text[s.Start:s.End])
		}
	}
	return out
}

// In these texts the whole address stands between « and ».
func TestAddresses(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{Types: allTypes()})
	for _, marked := range []string{
		"Ship it to «1234 W. 5th St., Apt. 3B, Los Angeles, California 90013-1234» please",
		"«12 main st, springfield il 62704» is where i live",
		"my address is «99 old post road», it's the blue door",
		"Address: «10 Downing Street, London SW1A 2AA»",
		"«3 The Paddocks, Ely, Cambs CB6 1AB»",
		"We stayed at «350 5th Ave, Floor 21, New York, NY»",
		"«221B Baker Street»",
		"visit us at «1 Infinite Loop, Cupertino, CA 95014»!",
		"Toronto: «45 King St W, Toronto, ON M5H 1J8»",
		"«PO Box 77, Truro TR1 1AA» and «P.O. Box 9»",
		"«Unit 5, 44 Queen's Road, Bristol BS8 1QU».",
		"he was born at «17 Cherry Tree Lane», and moved to «4 Privet Drive», Little Whinging",
		"«浙江省 杭州市 余杭区 文一西路969号»",
		"我住«北京市海淀区中关村大街27号中关村大厦1010»",
		"收件地址：«山东省济南市历下区泉城路180号齐鲁国际大厦C座8层804»",
		"«广东省深圳市南山区粤海街道科苑路15号科兴科学园B栋3单元12楼»",
		"«香港九龙弥敦道700号»",
		"老家«湖南省长沙县星沙镇东升村6组18号»",
		"寄到«合肥市蜀山区长江西路669号»3号会议室",
		"收件人张三«浙江省杭州市滨江区江南大道588号»",
		"外卖放«阳光花园12栋1单元302室»门口",
		"住«朝阳路甲12号»，«文三路４７８号»",
		"The 100 Years Court of Arbitration and 5 Star Drive Inn",
		"I walked 2 Blocks to Elm Street and saw 3 Kings Road movies",
		"I bought 2 Green Tea Place mats in 2019 and 3 Easy Steps",
		"In 2020 Wall Street crashed. In 2008 Main Street suffered.",
		"a 10 Minute Walk, a 2 Terabyte Drive, a 2 Way Street",
		"村里3号开会，我排第5号，G2号高速，坐2路转46路",
		"这条路3号车祸，那条街2号店，地铁人民路站3号口，步行街3号口",
		"我住3栋，你住几号楼？5号下午2点见，频道5号，线路3号",
	} {
		var want []string
		for rest := marked; ; {
			_, after, ok := strings.Cut(rest, "«")
			if !ok {
				break
			}
			a, after, _ := strings.Cut(after, "»")
			want, rest = append(want, a), after
		}
		text := strings.NewReplacer("«", "", "»", "").Replace(marked)
		if got := addressesIn(t, d, text); !slices.Equal(got, want) {
			t.Errorf("%s: got %q", marked, got)
		}
	}
}

// Addresses are looked for on request only.
func TestAddressesOnRequest(t *testing.T) {
	t.Parallel()
	const text = "Address: 10 Downing Street, London SW1A 2AA"
	if got := find(t, detector(t, Options{}), text); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if got := mask(t, masker(t, Options{Types: []Type{Address}}, Policy{}), text).Text; got != "Address: [address]" {
		t.Errorf("%q", got)
	}
}
