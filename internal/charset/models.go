package charset

import (
	"math"
	"sync"
	"unicode"
)

// A language holds the frequencies of non-ASCII characters in its texts.
type language struct {
	name string
	// share is their share of the characters of a text.
	share float64
	// common are the most common ones, most frequent first. They make up
	// commonShare of all non-ASCII characters, and the n-th is decay^n times as
	// frequent as the first (decay > 0), or 1/(n+spread) times (decay = 0).
	common      string
	commonShare float64
	decay       float64
	spread      float64
	// others reports whether a character is one of the others of its script;
	// all of these are equally frequent.
	others func(r rune) bool
	count  int // number of others
	// words reports that it is written in letters of two cases, mixed with
	// ASCII letters or between spaces, so that a foreign sign within a word is
	// unusual.
	words bool
}

// signs are punctuation marks that occur in texts of any language.
const signs = "’“”‘–—…«»„€°·•£©®™§¿¡´\u00a0、。，！？：；（）《》「」【】～"

var languages = []*language{
	{name: "zh-Hans", share: .9, common: "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并别真打太新比才便夫再书部水像眼等体却加电主界门利海受听表德少克代员许稜先口由死安写性马光白或住难望教命花结乐色更拉东神记处让母父应直字场平报友关放至张认接告入笑内英军候民岁往何度山觉路带万男边风解叫任金快原吃妈变通师立象数四失满战远格士音轻目条呢质量流服务客买货快递价格便宜包装收味差卖家屏幕电池评满意推荐东西清楚效果衣服颜",
		commonShare: .9, spread: 12, others: hanLevel1, count: 3755},
	{name: "zh-Hant", share: .9, common: "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得于著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運服質貨買賣價宜包裝味差評滿意推薦螢幕電池客快遞速度",
		commonShare: .9, spread: 12, others: unicodeHan, count: 5401},
	{name: "ja", share: .9, common: "のんいたしてなにとがはるれかでらもうっすを、。まりこくさあだけきよえおせつちやどみめそわろばほむじひげねゆずごふぎべンルスーイトリラクアレッシドタプテフマサコロジバメムデグブパイ商品日本人大一年出上中生見分行思言気時手前会子自事使心何感良配送届電話新入的",
		commonShare: .88, spread: 10, others: kanaOrHan, count: 4000},
	{name: "ko", share: .9, common: "이다는에의가고을하지로한은기사나도서를인어자대리시그해정일들게있만수부아과보제라전여으오조었장구상니스면주원했습까요않것없던신성소우동경위안내공분문무물비모미선유생세트실연말개화중방당계국저마음년적용업관회진배송좋았네너무품질재입감매더많같때데려받제값맛친절빠른늦좀잘왔했어요",
		commonShare: .88, spread: 12, others: hangul, count: 2350},
	{name: "ru", share: .95, common: "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", commonShare: .985, decay: .895, words: true},
	{name: "uk", share: .95, common: "оаинівтерскмдлупязьгйчбхцюжїщєшфґ", commonShare: .985, decay: .895, words: true},
	{name: "bg", share: .95, common: "аиоентрсвлкдпмзгяъубчцжйщхшфюь", commonShare: .985, decay: .89, words: true},
	{name: "el", share: .95, common: "αοιετσνηυρπκμςλωάόέίήγδθχφύώβξζψϊΐΰϋ", commonShare: .98, decay: .9, words: true},
	{name: "he", share: .95, common: "יוהלארתבשמנחדקעפםטגכןזסץצךף", commonShare: .98, decay: .9, words: true},
	{name: "ar", share: .95, common: "اليمنوترةبعدسفهكقأحجشصطخىذإضثزغءظئؤآ،؟", commonShare: .98, decay: .9, words: true},
	{name: "fa", share: .95, common: "ایرندهمتوسبکلشگزخآفعقپجحصطچغضذثظژ\u200c،؟", commonShare: .98, decay: .9, words: true},
	{name: "th", share: .95, common: "านรอกเง่มยลวดท้ัสีตบปคิหแจพช็ขใไะืุูโำผศซถณ์ญธษฟภๆฐฉฎฬฏ", commonShare: .99, decay: .94, words: true},
	{name: "de", share: .02, common: "üäößÜÄÖé", commonShare: .93, decay: .65, words: true},
	{name: "fr", share: .035, common: "éèàêçùôîûâœëïÉÀÊÇ", commonShare: .93, decay: .75, words: true},
	{name: "es", share: .028, common: "óíáéñúüÁÉÓ", commonShare: .92, decay: .7, words: true},
	{name: "pt", share: .04, common: "ãçéáêóíõúâàôÉÁ", commonShare: .94, decay: .82, words: true},
	{name: "it", share: .012, common: "èàòùìéÈÀ", commonShare: .92, decay: .7, words: true},
	{name: "sv", share: .045, common: "äåöéÅÄÖøæØÆ", commonShare: .94, decay: .75, words: true},
	{name: "en", share: .01, common: "’“”‘—–é£…€è", commonShare: .9, decay: .75, words: true},
	{name: "nl", share: .003, common: "éëïèöü’", commonShare: .85, decay: .7, words: true},
	{name: "pl", share: .07, common: "łąęóżśćńźŁŚŻÓĆ", commonShare: .96, decay: .78, words: true},
	{name: "cs", share: .13, common: "íáéěřčýžšůúňťďóČŠŽŘÚ", commonShare: .96, decay: .85, words: true},
	{name: "sk", share: .12, common: "áíéčľžýšúťňôďäóŕĺČŠŽ", commonShare: .96, decay: .85, words: true},
	{name: "hu", share: .1, common: "éáöóőüíúűÉÁÖ", commonShare: .96, decay: .75, words: true},
	{name: "ro", share: .06, common: "ăîâşţșțÎŞÂ", commonShare: .96, decay: .8, words: true},
	{name: "hr", share: .03, common: "šžčćđČŠŽĐ", commonShare: .94, decay: .85, words: true},
	{name: "tr", share: .11, common: "ıüşçöğİâÇŞÖÜî", commonShare: .96, decay: .8, words: true},
	{name: "lt", share: .07, common: "ėšųįžąčūęŠŽČ", commonShare: .95, decay: .85, words: true},
	{name: "lv", share: .09, common: "āīēšūņļžģķčŠĀ", commonShare: .95, decay: .8, words: true},
	{name: "et", share: .035, common: "äõüöÕÄÖÜšž", commonShare: .94, decay: .8, words: true},
}

// table holds a language's characters and the cost of each in bits.
type table struct {
	*language
	bits map[rune]float64
	rest float64 // of one of the others, or of a sign
	sign float64
	odd  float64 // of anything else
	// plain is the additional cost of an ASCII letter over its cost in any
	// language.
	plain float64
}

var tables = sync.OnceValue(func() map[string]*table {
	out := map[string]*table{}
	for _, l := range languages {
		t := &table{language: l, bits: map[rune]float64{}}
		var weights []float64
		var runes []rune
		total := 0.0
		for _, r := range l.common {
			if _, ok := t.bits[r]; ok {
				continue
			}
			t.bits[r] = 0
			w := 1 / (float64(len(runes)) + l.spread)
			if l.decay > 0 {
				w = math.Pow(l.decay, float64(len(runes)))
			}
			runes, weights, total = append(runes, r), append(weights, w), total+w
		}
		for i, r := range runes {
			t.bits[r] = -math.Log2(l.share * l.commonShare * weights[i] / total)
		}
		left := l.share * (1 - l.commonShare)
		t.rest, t.sign, t.odd = 30, -math.Log2(left/2/40)+1, 20
		if l.count > 0 {
			t.rest = -math.Log2(left / 2 / float64(l.count))
		}
		t.sign = min(t.sign, 13)
		if l.share < .5 {
			t.plain = -math.Log2(1 - l.share)
		}
		out[l.name] = t
	}
	return out
})

func unicodeHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func hangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }

func kanaOrHan(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー'
}
