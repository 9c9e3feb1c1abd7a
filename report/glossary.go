package report

import (
	"regexp"

	"github.com/seed-56ee9438/cohort/internal/visible"
)

// recognizers are the names of the kinds of personal data, by their names in
// package text/pii.
var recognizers = map[string][2]string{
	"email":    {"email addresses", "电子邮箱"},
	"url":      {"URLs with credentials", "含凭据的网址"},
	"ip":       {"IP addresses", "IP 地址"},
	"mac":      {"MAC addresses", "MAC 地址"},
	"phone":    {"telephone numbers", "电话号码"},
	"card":     {"payment card numbers", "支付卡号"},
	"iban":     {"bank account numbers (IBAN)", "银行账号（IBAN）"},
	"ssn":      {"US Social Security numbers", "美国社会安全号码"},
	"cn_id":    {"Chinese resident identity numbers", "居民身份证号码"},
	"uscc":     {"unified social credit codes", "统一社会信用代码"},
	"passport": {"passport numbers", "护照号码"},
	"qq":       {"QQ numbers", "QQ 号码"},
	"wechat":   {"WeChat IDs", "微信号"},
	"handle":   {"@handles", "@用户名"},
	"address":  {"street addresses", "街道地址"},
	"person":   {"people's names", "人名"},
}

// recognizer returns the name of a kind of personal data; a custom recogniser
// keeps its own name.
func (l say) recognizer(kind string) string {
	if r, ok := recognizers[kind]; ok {
		return r[l]
	}
	return visible.Text(kind)
}

// chinese rewrites the descriptions in result.Run, in this order; $1 is the
// first submatch of the pattern.
var chinese = [][2]string{
	// Run.Cohort of a program built from a working copy.
	{`^\(devel\)$`, "开发版"},
	// Run.Prepare.
	{`\bpersonal data masked\b`, "已遮蔽个人信息"}, {`\bcleaned\b`, "已清洗"}, {`\bsimplified\b`, "繁体转简体"},
	{`\b(urls|mentions|hashtags|emoji) keep\b`, "$1 保留"}, {`\b(urls|mentions|hashtags|emoji) drop\b`, "$1 删除"}, {`\b(urls|mentions|hashtags|emoji) replace\b`, "$1 替换"},
	{`\burls `, "网址"}, {`\bmentions `, "提及"}, {`\bhashtags `, "话题标签"}, {`\bemoji `, "表情"},
	// Run.Clusterer and Run.Reduce.
	{`\bminibatch kmeans\b`, "小批量 K 均值"}, {`\bbisecting kmeans\b`, "二分 K 均值"}, {`\bkmeans\b`, "K 均值"},
	{`\bhdbscan\b`, "HDBSCAN"}, {`\bdbscan\b`, "DBSCAN"}, {`\bagglomerative\b`, "层次聚类"},
	{`\beuclidean\b`, "欧氏距离"}, {`\bcosine\b`, "余弦距离"}, {`\bmanhattan\b`, "曼哈顿距离"},
	{`\bmin cluster size (\d+)`, "最小群体 $1"}, {`\bmin cluster size auto\b`, "最小群体自动"}, {`\bmin samples (\d+)`, "最少邻点 $1"}, {`\bseed (\d+)`, "随机种子 $1"},
	{`\blinkage ward\b`, "Ward 连接"}, {`\blinkage average\b`, "平均连接"}, {`\blinkage complete\b`, "全连接"}, {`\blinkage single\b`, "单连接"},
	{`\bselection eom\b`, "按超额质量选取"}, {`\bselection leaf\b`, "按叶节点选取"},
	{`\bk (\d+)`, "k = $1"}, {`\beps (\d)`, "eps = $1"},
	{`\bstarts (\d+)`, "初始化 $1 次"}, {`\binit pca\b`, "以主成分初始化"}, {`\binit random\b`, "随机初始化"}, {`\binit spectral\b`, "谱初始化"}, {`\binit size (\d+)`, "初始样本 $1"}, {`\binit k-means\+\+`, "以 K 均值++ 初始化"}, {`\binit k-means\|\|`, "以 K 均值|| 初始化"},
	{`\bmax iter (\d+)`, "最多迭代 $1 次"}, {`\btol (\S+)`, "容差 $1"}, {`\bmetric `, ""}, {`\bbatch size (\d+)`, "批大小 $1"},
	{`\bmax no improvement -1`, "无改进时不停止"}, {`\bmax no improvement (\d+)`, "无改进 $1 批后停止"}, {`\breassignment ratio `, "重分配比例 "},
	{`\bbisecting strategy biggest_inertia\b`, "先分惯量最大者"}, {`\bbisecting strategy largest_cluster\b`, "先分最大群体"},
	{`\bcluster selection epsilon `, "合并距离 "}, {`\ballow single cluster no\b`, "不允许单一群体"}, {`\ballow single cluster yes\b`, "允许单一群体"},
	{`\bmax cluster size 0\b`, "群体大小不设上限"}, {`\bmax cluster size (\d+)`, "最大群体 $1"}, {`\bdistance threshold `, "合并阈值 "}, {`\bchebyshev\b`, "切比雪夫距离"},
	{`\bwhiten no\b`, "不白化"}, {`\bwhiten yes\b`, "白化"}, {`\bsvd solver auto\b`, "自动选择求解器"}, {`\bsvd solver exact\b`, "精确求解"}, {`\bsvd solver randomized\b`, "随机求解"},
	{`\boversamples (\d+)`, "过采样 $1"}, {`\bpower iterations (\d+)`, "幂迭代 $1 次"}, {`\bdensity `, "密度 "}, {`\bcomponents auto\b`, "分量数自动"}, {`\bcomponents (\d+)`, "$1 个分量"}, {`\bneighbors (\d+)`, "$1 个近邻"},
	{`\bmin dist `, "最小距离 "}, {`\bspread `, "展布 "}, {`\bepochs auto\b`, "轮数自动"}, {`\bepochs (\d+)`, "$1 轮"}, {`\blearning rate `, "学习率 "}, {`\bnegative sample rate (\d+)`, "负样本 $1"},
	{`\bapproximate from (-?\d+)`, "自 $1 点起用近似近邻"}, {`\bsample weight `, "样本权重 "}, {`\bcenters `, "给定中心 "},
	{`\bpca\b`, "主成分分析"}, {`\bumap\b`, "UMAP"}, {`\brandom projection\b`, "随机投影"}, {`^smoothing\b`, "邻域平滑"}, {`\bsteps (\d+)`, "$1 步"}, {`(\d+) components\b`, "$1 个分量"}, {`(\d+) neighbours\b`, "$1 个近邻"},
	// Run.Pooling.
	{`^mean$`, "平均"}, {`^recency\b`, "近期加权"}, {`^mixture$`, "按文本混合"}, {`\bhalf-life `, "半衰期 "},
	// Run.Sentiment.
	{`^three classes by (.+) vectors, words, negations and emoji\b`, "基于 $1 向量、词语、否定与表情的三分类"},
	{`\breviews of products, films and restaurants\b`, "商品、电影与餐厅评论"}, {`\bmicroblog posts\b`, "微博"}, {`\bremarks on phones\b`, "手机讨论"}, {`\bdialogues of series\b`, "剧集对话"}, {`\bproduct reviews\b`, "商品评论"}, {`\bfilm reviews\b`, "影评"}, {`\brestaurant reviews\b`, "餐厅评论"},
	{`\btweets\b`, "推文"}, {`\beditorials\b`, "社论"}, {`\bReddit comments\b`, "论坛评论"}, {`\bposts of developers\b`, "开发者帖子"}, {`\bsubtitles\b`, "字幕"}, {`\bdialogues\b`, "对话"},
	{`(^|[^d] )shopping reviews\b`, "${1}购物评论"},
	{`^linear regression on (.+) vectors\b`, "基于 $1 向量的线性回归"}, {`^linear logistic on (.+) vectors\b`, "基于 $1 向量的逻辑回归"},
	{`^network on (.+) vectors and character n-grams\b`, "基于 $1 向量与字符 n 元组的神经网络"},
	{`\bfitted on review sentences rated by people and stars of clothing reviews\b`, "训练数据：经人工评分的评论语句与服装评论的星级"},
	{`\bfitted on review sentences rated by people\b`, "训练数据：经人工评分的评论语句"}, {`\bfitted on (\d+) labelled shopping reviews\b`, "训练数据：$1 条有标注的购物评论"},
	{`\bfitted on `, "训练数据："}, {`; words, negations and emoji\b`, "；词语、否定与表情"},
	// Run.Chosen.
	{`^(.+?) has the best mean rank \((\S+) of (\d+) candidates\) over (\d+) criteria`, "在 $3 个候选中，$1 的平均名次最佳（$2，依据 $4 项指标）"},
	{`^(.+?) finds (\d+) clusters and (\d+)% noise, and no other number of clusters lasts over a longer range of radii \((\S+) to (\S+)\)`, "$1 得到 $2 个群体，噪声 $3%；没有其他群体数在更宽的半径范围内（$4 至 $5）保持不变"},
	{`^k = (\d+) was asked for`, "按要求取 k = $1"}, {`^k = (\d+) has the best score \((\S+)\) of (\d+) numbers from (\d+) to (\d+)`, "在 $4 至 $5 间的 $3 个数目中，k = $1 得分最高（$2）"},
	{`^k = (\d+), with (\S+), is in the middle of (\d+) numbers within 5 % of the best score \((\S+)\), of (\d+) from (\d+) to (\d+)`, "在 $6 至 $7 间的 $5 个数目中，有 $3 个的得分与最高分（$4）相差不超过 5 %，取居中的 k = $1（$2）"},
	{`; but several numbers from (\d+) to (\d+) fit about as well \((\S+ %) of the best score or more\): ([\d, ]*\d) and (\d+)`, "；但从 $1 到 $2 有多个数目同样合适（得分不低于最高分的 $3）：$4 和 $5"},
	{`; k = (\d+) has (\S+?);`, "；k = $1 得 $2；"}, {`([；;]) ?k = (\d+) has (\S+?);`, "；k = $2 得 $3；"},
	{`\bsilhouette (\S+), after smoothing (\S+);`, "轮廓系数 $1，平滑后 $2；"}, {`\bwords alone tell the segments at ([\d.-]+);`, "仅凭词语识别群体的程度为 $1；"}, {`KMeans without smoothing agrees at ([\d.-]+);`, "不经平滑的 K 均值与之一致度 $1；"},
	{`neighbours share a segment more often than others by ([\d.-]*\d)`, "近邻同属一个群体的比例比一般用户高 $1"},
	{`; it is the smallest number tried, and fewer may fit better`, "；这是所试的最小数目，更少的群体也许更合适"}, {`; but no number has a score above 0: there may be no clusters of this kind`, "；但没有得分大于 0 的数目：可能并不存在此类群体"},
	{`; it is first by ([^;]+?)(;|\.$)`, "；居首的指标：$1$2"}, {`; ((?:k|eps) = [\d.]+) is first by ([^;]+?)(;|\.$)`, "；$1 居首的指标：$2$3"},
	{`; ((?:k|eps) = [\d.]+) is first by ([^;]+?)(;|\.$)`, "；$1 居首的指标：$2$3"}, // every second one, since matches do not overlap
	{`; it is the largest number tried, and more may fit better`, "；这是所试的最大数目，更多群体也许更合适"},
	{`; but resamples agree little with it \(stability ([^)]+)\): there may be no clusters of this kind`, "；但重抽样的结果与之很少一致（稳定性 $1）：可能并不存在此类群体"},
	{`; but its gap statistic \(([^)]+)\) is hardly better than that of a single cluster \(([^)]+)\): there may be no clusters of this kind`, "；但其间隔统计量（$1）与单一群体的（$2）相差无几：可能并不存在此类群体"},
	{`\bsilhouette\b`, "轮廓系数"}, {`\bCalinski-Harabasz\b`, "CH 指数"}, {`\bDavies-Bouldin\b`, "DB 指数"}, {`\bstability\b`, "稳定性"},
	{`\bgap statistic\b`, "间隔统计量"}, {`\bknee of the inertia\b`, "惯量拐点"}, {`\bknee of the k-distances\b`, "k 距离拐点"},
	// Run.Refine.
	{`^Refined: `, "已精化："}, {`^Not refined: training found other segments`, "未精化：训练得到的是另外的群体"}, {`^Not refined: they would hold less well`, "未精化：精化后的群体更不稳定"},
	{`\bresamples agree with the segments at ([\d.-]*\d), before at ([\d.-]*\d); (\d+) users moved \(adjusted Rand index ([\d.-]*\d)\)`, "重抽样与群体的一致度为 $1（此前 $2）；$3 位用户变更群体，调整兰德指数 $4"},
	{`; training began anew, with vectors and words together`, "；训练以向量与词语合并划分的群体为起点"}, {`; the segments were of nearly one size and were drawn towards it`, "；各群体规模相近，训练使其趋于相等"},
	{`^Not refined: (\d+) users are too few to judge it by resamples of (\d+) segments; it takes (\d+)\.`, "未精化：$1 位用户太少，无法用重抽样评判 $2 个群体，至少需要 $3 位。"},
	{`^Not refined: the clusterer left users out`, "未精化：聚类算法有未归入群体的用户"}, {`^Not refined: there is only one segment`, "未精化：只有一个群体"},
	{`^Not refined: texts or features were clustered`, "未精化：聚类的是文本或特征"}, {`^Not refined: there are too few users`, "未精化：用户太少"}, {`^Not refined: a user's vector is zero`, "未精化：有用户的向量为零"},
	{`^Not refined: there are more segments \((\d+)\) than features \((\d+)\)`, "未精化：群体数（$1）多于特征数（$2）"}, {`^Not refined: training left (\d+) of (\d+) segments`, "未精化：训练后 $2 个群体只剩 $1 个"},
	// Punctuation.
	{`, `, "，"}, {`; `, "；"}, {`\.$`, "。"}, {` ?\(([^()]*)\)`, "（$1）"},
}

// gloss translates a description in result.Run into the language of the page.
// Parts that it does not know stay as they are.
func (l say) gloss(description string) string {
	s := visible.Text(description)
	if l == 0 {
		return s
	}
	for _, r := range chinese {
		s = regexp.MustCompile(r[0]).ReplaceAllString(s, r[1])
	}
	return s
}
