package columns

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// columnWords are words that occur in names of text columns and of the columns
// beside them, in lower case; Chinese ones are parts of names.
var (
	columnWords = set(strings.Fields(`text texts review reviews comment comments message messages body content description feedback answer answers question post
		posts tweet note notes reply title subject summary user users username author customer customers client member reviewer account id
		ids uid name names email mail phone tel mobile address city country state region date dates time timestamp created updated day month
		year rating ratings score scores star stars label labels category categories class type department product products item items sku
		brand price amount quantity count age gender sex source channel language lang country url link weight weights order status index row
		number key value group segment topic sentiment helpful votes height size qq wechat ssn passport card
		kunde kunden kommentar kommentare bewertung bewertungen rezension rezensionen nutzer benutzer datum sprache stadt produkt nachricht sterne
		avis commentaire commentaires utilisateur utilisateurs note ville produit texte usuario usuarios comentario comentarios cliente
		fecha ciudad mensaje texto resena reseña recensione recensioni utente data commento gebruiker klant recensie beoordeling
		отзыв отзывы пользователь текст комментарий дата оценка город клиент kullanıcı yorum metin użytkownik opinia opinie komentarz tekst`))
	columnPieces = strings.Fields("本文 ユーザー レビュー コメント 投稿 日付 評価 사용자 내용 리뷰 댓글 작성자 날짜 평점 用戶 內容 評論 評價 文本 内容 评论 评价 留言 反馈 描述 标题 正文 用户 作者 客户 会员 昵称 姓名 编号 日期 时间 评分 星级 类别 分类 类型 品类 标签 商品 产品 城市 地区 手机 电话 邮箱 地址 性别 年龄 来源 价格 数量 权重 序号")
)

func set(words []string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// LooksLikeHeader distinguishes the names of columns from a first row of data,
// which may be personal: no cell is longer, or has other characters, than a
// name, and at least one is typical of programs (review_id, reviewText, q1, x)
// or contains a word common in column names.
func LooksLikeHeader(cells []string) bool {
	for _, c := range cells {
		if !mayBeName(c) {
			return false
		}
	}
	return slices.ContainsFunc(cells, isName)
}

// mayBeName reports whether a cell might be a column's name.
func mayBeName(s string) bool {
	digits, words := 0, len(strings.Fields(s))
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return len(s) <= 40 && words <= 4 && digits <= 2 && !strings.ContainsAny(s, "@/:，。！？!?")
}

// isName reports whether a cell is almost certainly a column's name.
func isName(s string) bool {
	words := strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '_' || r == '-' || r == '.' || r == '(' || r == ')'
	})
	switch {
	case len(words) == 0 || len(words) > 3:
		return false
	case utf8.RuneCountInString(s) == 1 && s[0] < utf8.RuneSelf, strings.Contains(strings.Trim(s, "_"), "_"):
		return true
	case len(words) == 1 && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' && len(s) <= 3:
		return true // q1
	}
	for _, w := range words {
		if columnWords[strings.ToLower(w)] || columnWords[strings.ToLower(lastHump(w))] {
			return true
		}
		for _, p := range columnPieces {
			if utf8.RuneCountInString(w) <= 6 && strings.Contains(w, p) {
				return true
			}
		}
	}
	return false
}

// lastHump returns the last word of a name such as reviewText.
func lastHump(s string) string {
	for i := len(s) - 1; i > 0; i-- {
		if 'A' <= s[i] && s[i] <= 'Z' && 'a' <= s[i-1] && s[i-1] <= 'z' {
			return s[i:]
		}
	}
	return s
}
