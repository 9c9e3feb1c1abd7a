package repair

import (
	_ "embed" // groups of characters
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// syllables holds the first character of each syllable among those of the first
// level of GB/T 2312, the 3,755 most frequent ones, which that standard lists in
// the order of their syllables. Where those begin was found with pypinyin 0.55
// (MIT).
const syllables = "" +
	"啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻捕擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹春戳疵聪凑粗蹿摧村磋搭呆耽当刀德" +
	"蹬堤颠碉跌丁丢东兜督端堆墩掇蛾恩而发藩坊菲芬丰佛否夫噶该干冈篙哥给根耕工钩辜刮乖棺光瑰辊锅哈骸酣夯壕呵嘿痕哼轰喉呼花槐欢" +
	"荒灰荤豁击嘉歼僵蕉揭巾荆炯揪鞠捐撅均喀开刊康考坷肯坑空抠枯夸块宽匡亏坤括垃莱蓝琅捞勒雷棱厘俩联粮撩列琳玲溜龙楼芦驴峦抡萝" +
	"妈埋瞒芒猫么玫门萌眯棉苗蔑民明谬摸谋拇拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠牛脓奴暖挪哦欧啪拍攀乓抛呸喷砰坯篇飘撇拼乒坡扑期掐" +
	"牵枪橇切钦青琼秋趋圈缺裙然瓤饶惹壬扔日戎揉茹软蕊闰若撒腮三桑搔瑟森僧莎筛珊墒梢奢砷声师收蔬刷摔栓霜谁吮说斯松搜苏酸虽孙蓑" +
	"塌胎坍汤掏特藤梯天挑贴厅通偷凸湍推吞拖挖歪豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄休墟轩靴勋压焉殃邀椰一茵英哟拥幽迂鸳曰耘匝栽咱" +
	"赃遭责贼怎增扎摘瞻樟招遮珍蒸芝中舟珠抓拽专桩椎谆捉兹鬃邹租钻嘴尊昨"

// readings holds characters that are read otherwise than where the standard lists
// them, each after the first character of a syllable that it is read as too, found
// with pypinyin as well.
var readings = strings.Fields(`玻剥卜 坯辟 坡泊 餐掺 樟长 师匙似 扑脯 哈蛤 壕貉 骸还 刊槛 撅嚼 鞠桔 击藉 哥咯 瑰傀炔 捞潦 嘉茄 砷什 疵伺 莎厦 靴削
	初畜 墟吁 邀钥 层曾 压轧 匝咋 蔫辗 珍帧 招爪 吹椎 昨琢 遮着 栽仔 扎柞 勒了肋 兜都 德地 星行 充重 挑调`)

// shapes are groups of characters that look alike, a line each; see data/NOTICE.md.
//
//go:embed data/lookalikes.txt
var shapes string

// lookAlikes are more groups of characters that look alike.
var lookAlikes = strings.Fields(`己已 末未 土士 日曰 人入八 干千于 大太犬 天夭 鸟乌 兔免 侯候 拔拨 折拆 戍戌戊 田由甲申 力刀 贝见 午牛 今令 白自
	目且 王玉主 木本 休体 住往 何向 要耍 辛幸 晴睛 清请情 渴喝 跑跪 挂桂 狠狼 娘狠 很根跟 换唤 快块 决快 坏环怀 进近 话活 法洁 品晶 质贷 货贷
	买卖 实买 便使 更便 待侍 特持 部陪 都部 好妤 她地他 们门 问间 同网 用甩 电申 衣农 书韦 看着 差着 价份 送迭 退迟 还坏 式试 贵责 员贡 厚原
	愿原 服报 包句 商商 店底 味昧 香看 烧饶 净争 冷泠 热执 房户 间问 床庆 洗选 浴洛 屏屎 幕墓 键健 盘盆 音意 响晌 池地 充允 机杌 拍柏`)

// firstLevel returns the characters of the first level of GB/T 2312 in order.
func firstLevel() []rune {
	var raw []byte
	for row := byte(0xb0); row <= 0xd7; row++ {
		for cell := byte(0xa1); cell <= 0xfe && (row < 0xd7 || cell <= 0xf9); cell++ {
			raw = append(raw, row, cell)
		}
	}
	text, err := simplifiedchinese.GBK.NewDecoder().Bytes(raw)
	if err != nil {
		panic(err) // the bytes are constants
	}
	return []rune(string(text))
}

// mistakable is a character that sounds or looks like another.
type mistakable struct {
	r             rune
	sounds, looks bool
}

// alikes returns, for each character, those that sound or look alike.
var alikes = sync.OnceValue(func() map[rune][]mistakable {
	out := map[rune][]mistakable{}
	add := func(group []rune, looks bool) {
		for _, r := range group {
			for _, x := range group {
				if x == r {
					continue
				}
				i := slices.IndexFunc(out[r], func(a mistakable) bool { return a.r == x })
				if i < 0 {
					i = len(out[r])
					out[r] = append(out[r], mistakable{r: x})
				}
				if looks {
					out[r][i].looks = true
				} else {
					out[r][i].sounds = true
				}
			}
		}
	}
	for _, g := range Homophones() {
		add([]rune(g), false)
	}
	for _, g := range LookAlikes() {
		add([]rune(g), true)
	}
	return out
})

// surnames are the most frequent family names that are characters of other words
// as well: what follows one may be a name.
const surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
