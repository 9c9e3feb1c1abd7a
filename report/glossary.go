package report

import (
	"strings"

	"github.com/seed-56ee9438/cohort/internal/visible"
)

// recognizers are the kinds of personal data by the names that text/pii
// has for them.
var recognizers = map[string][2]string{
	"email":    {"e-mail addresses", "电子邮箱"},
	"url":      {"URLs with credentials", "含凭据的网址"},
	"ip":       {"IP addresses", "IP 地址"},
	"mac":      {"hardware addresses (MAC)", "硬件地址（MAC）"},
	"phone":    {"telephone numbers", "电话号码"},
	"card":     {"payment cards", "支付卡号"},
	"iban":     {"bank accounts (IBAN)", "银行账号（IBAN）"},
	"ssn":      {"US social security numbers", "美国社会安全号码"},
	"cn_id":    {"Chinese resident identity numbers", "居民身份证号码"},
	"uscc":     {"unified social credit codes", "统一社会信用代码"},
	"passport": {"passport numbers", "护照号码"},
	"qq":       {"QQ numbers", "QQ 号码"},
	"wechat":   {"WeChat IDs", "微信号"},
	"handle":   {"@handles", "@用户名"},
	"address":  {"street addresses", "街道地址"},
	"person":   {"names of persons", "人名"},
}

// recognizer names a kind of personal data; an own recogniser's by its own name.
func (l say) recognizer(kind string) string {
	if r, ok := recognizers[kind]; ok {
		return r[l]
	}
	return visible.Text(kind)
}

// chinese are the words of cohort.Run's descriptions that are not names.
// Longer ones come before those that begin them.
var chinese = []struct{ english, chinese string }{
	{"personal data masked", "已遮蔽个人信息"},
	{"minibatch kmeans", "小批量 K 均值（minibatch kmeans）"},
	{"bisecting kmeans", "二分 K 均值（bisecting kmeans）"},
	{"kmeans", "K 均值（kmeans）"},
	{"hdbscan", "HDBSCAN"},
	{"dbscan", "DBSCAN"},
	{"agglomerative", "层次聚类（agglomerative）"},
	{"pca", "主成分分析（PCA）"},
	{"umap", "UMAP"},
	{"euclidean", "欧氏距离"},
	{"cosine", "余弦距离"},
	{"manhattan", "曼哈顿距离"},
	{"min cluster size ", "最小群体 "},
	{"min samples ", "最少邻点 "},
	{"seed ", "随机种子 "},
	{"linkage ", "连接方式 "},
	{"k ", "k = "},
	{"eps ", "eps = "},
	{"mean", "平均"},
	{"recency", "近期加权"},
	{"mixture", "按文本混合"},
	{"half-life ", "半衰期 "},
	{"linear regression on ", "线性回归，向量来自 "},
	{"linear classification on ", "线性分类，向量来自 "},
	{"fitted on review sentences rated by people", "训练数据：经人工评分的评论语句"},
	{"fitted on ", "训练数据："},
}

// gloss shows a description of cohort.Run in the language of the page: each
// part between commas by itself, and what it does not know as it stands.
func (l say) gloss(description string) string {
	if phrases["lang"][l] == phrases["lang"][0] {
		return visible.Text(description)
	}
	parts := strings.Split(description, ", ")
	for i, p := range parts {
		p = strings.TrimSuffix(p, " vectors")
		parts[i] = visible.Text(p)
		for _, w := range chinese {
			rest, ok := strings.CutPrefix(p, w.english)
			if ok && (rest == "" || strings.HasSuffix(w.english, " ")) {
				parts[i] = w.chinese + visible.Text(rest)
				break
			}
		}
		if n, ok := strings.CutSuffix(parts[i], " components"); ok {
			parts[i] = n + " 个分量"
		}
		if n, ok := strings.CutSuffix(parts[i], " neighbours"); ok {
			parts[i] = n + " 个近邻"
		}
	}
	return strings.Join(parts, "，")
}
