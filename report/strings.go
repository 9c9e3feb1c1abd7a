package report

import (
	"fmt"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/visible"
)

// phrases holds the phrases of the page in English and Chinese.
var phrases = map[string][2]string{
	"title":                  {"User segments", "用户分群报告"},
	"lede":                   {"%s of %s, from %s", "共%[2]s、%[3]s，分为%[1]s"},
	"clear":                  {"Clear segments", "分群清晰"},
	"fair":                   {"Fair segments", "分群尚可"},
	"weak":                   {"Weak segments: use with care", "分群较弱，请谨慎使用"},
	"no_segments":            {"No segments here", "这里没有群体"},
	"unmeasured":             {"Segments, not verified", "分群未经检验"},
	"overlapping":            {"Overlapping segments: use with care", "群体之间有重叠，请谨慎使用"},
	"none":                   {"No segments to compare", "没有可比较的群体"},
	"clear_why":              {"Resamples of the users lead to almost the same segments.", "对用户重抽样后得到的群体几乎相同。"},
	"fair_why":               {"Resamples of the users lead to much the same segments, but their borders move.", "对用户重抽样后得到的群体大体相同，但边界会有变动。"},
	"weak_why":               {"The segments are found again only in part when users are resampled, or the model cannot read most of the texts. Use the stable ones, and read the quotations before acting on the others.", "对用户重抽样后，这些群体只能部分重现，或者模型无法读懂大部分文本。请优先使用稳定的群体；对其他群体采取行动前请先阅读原文引述。"},
	"no_segments_why":        {"Resamples agree with these segments no more than they would if all users were one crowd. The segments below are cuts through it: do not act on them. Another number of segments may fit better.", "重抽样与这些群体的一致程度，并不高于所有用户同属一个整体时的水平。下列群体只是对这一整体的切分，请勿据此采取行动。也可尝试其他群体数目。"},
	"unmeasured_why":         {"Whether resamples of the users lead to the same segments was not measured.", "未检验对用户重抽样后能否得到相同的群体。"},
	"overlapping_why":        {"The segments overlap. Read them as tendencies of users, and check margins and quotations before acting on them.", "群体之间相互重叠：请将其视为用户的倾向，采取行动前请查看归属余量并阅读原文引述。"},
	"fewer":                  {" The run was to find %s segments and found fewer.", "原定 %s 个群体，实际找到的较少。"},
	"none_why":               {"Fewer than two segments were found, so there is nothing to compare.", "找到的群体不足两个，无从比较。"},
	"silhouette":             {"Silhouette", "轮廓系数"},
	"silhouette_h":           {"−1 to 1, higher is better", "范围 −1 到 1，越高越好"},
	"ch":                     {"Calinski–Harabasz", "CH 指数"},
	"ch_h":                   {"higher is better", "越高越好"},
	"db":                     {"Davies–Bouldin", "DB 指数"},
	"db_h":                   {"lower is better", "越低越好"},
	"resampled":              {"Agreement across resamples", "重抽样一致性"},
	"resampled_h":            {"adjusted Rand index over %s resamples; 90%% of them lie between %s and %s", "%s 次重抽样的调整兰德指数，其中 90%% 介于 %s 与 %s 之间"},
	"null_h":                 {"up to %s by chance, if all users were one crowd", "若所有用户同属一个整体，偶然可达 %s"},
	"unassigned":             {"Unassigned", "未归入群体"},
	"unassigned_h":           {"users who are in no segment", "不属于任何群体的用户"},
	"segments":               {"Segments", "群体"},
	"sorted_impact":          {"Sorted by impact, then by size.", "先按影响大小、再按人数排序。"},
	"sorted_size":            {"Sorted by size.", "按人数排序。"},
	"map":                    {"Map", "分布图"},
	"map_about":              {"Each dot is a user; users who wrote similar texts are close together. The two axes show %s of the variation, so dots that touch here can still be far apart.", "每个点代表一位用户，文本内容相近的用户彼此靠近。两条轴只体现了 %s 的差异，图上相邻的点实际上仍可能相距较远。"},
	"map_label":              {"Map of users by what they wrote", "按文本内容绘制的用户分布图"},
	"segment_1":              {"%s segment", "%s 个群体"},
	"segment_n":              {"%s segments", "%s 个群体"},
	"user_1":                 {"%s user", "%s 位用户"},
	"user_n":                 {"%s users", "%s 位用户"},
	"text_1":                 {"%s text", "%s 条文本"},
	"text_n":                 {"%s texts", "%s 条文本"},
	"colon":                  {": ", "："},
	"comma":                  {", ", "、"},
	"semicolon":              {"; ", "；"},
	"stop":                   {". ", "。"},
	"open":                   {" (", "（"},
	"close":                  {")", "）"},
	"of_users":               {"%s of users", "占用户的 %s"},
	"words":                  {"Characteristic words", "特征词"},
	"phrases":                {"Phrases", "特征短语"},
	"quotes":                 {"In their own words", "原文引述"},
	"central":                {"Typical", "最具代表性"},
	"borderline":             {"Borderline", "处于边界"},
	"contrasting":            {"What the nearest segment says instead", "相邻群体的不同说法"},
	"user":                   {"user", "用户"},
	"held":                   {"Decisive words", "起决定作用的词"},
	"differs":                {"How it differs", "与其他群体的差异"},
	"more_than":              {"Mentioned more often than elsewhere", "比其他群体更常提到"},
	"times":                  {"×%s", "%s 倍"},
	"nearest":                {"Nearest segment", "最相近的群体"},
	"only_here":              {"more often here", "本群体更常说"},
	"only_there":             {"more often there", "对方更常说"},
	"meta":                   {"Attributes", "用户属性"},
	"mean":                   {"mean %s; all users %s", "均值 %s，总体 %s"},
	"share_lift":             {"%s of texts; overall %s", "占文本 %s，总体 %s"},
	"stable":                 {"stable", "稳定"},
	"care":                   {"use with care", "谨慎使用"},
	"stable_h":               {"Jaccard similarity %s to the same segment in resamples; 0.75 or more counts as stable", "与重抽样中同一群体的 Jaccard 相似度为 %s，达到 0.75 视为稳定"},
	"sentiment":              {"Sentiment", "情感"},
	"sentiment_h":            {"Mean over texts with its 95% interval; −1 is the most negative, 1 the most positive.", "文本均值及其 95% 区间；−1 为最负面，1 为最正面。"},
	"rating_h":               {"Mean of the users' ratings with its 95% interval.", "用户评分的均值及其 95% 区间。"},
	"opinion_trend":          {"Opinion over time", "看法随时间变化"},
	"sentiment_trend":        {"Sentiment over time", "情感随时间变化"},
	"rating_trend":           {"Mean rating over time", "平均评分随时间变化"},
	"opinion_trend_h":        {"Mean of each period in which a segment has at least %s texts.", "群体在各时段的均值，仅显示文本不少于 %s 条的时段。"},
	"rating":                 {"Mean rating", "平均评分"},
	"interval":               {"95%% interval %s to %s, n = %s", "95%% 区间 %s 至 %s，n = %s"},
	"impact":                 {"Impact", "影响"},
	"impact_h":               {"contribution of the segment to the overall mean", "该群体对总体均值的贡献"},
	"suggestions":            {"What to do", "行动建议"},
	"use":                    {"Purpose", "用途"},
	"suggestion":             {"Suggestion", "建议"},
	"evidence":               {"Evidence", "依据"},
	"message":                {"Marketing message", "营销话术"},
	"message_s":              {"Talk to them about: %s", "沟通时围绕：%s"},
	"fix":                    {"Customer service", "客户服务"},
	"fix_s":                  {"Investigate: %s", "重点排查：%s"},
	"recommendation":         {"Recommendation", "推荐"},
	"recommendation_s":       {"Start with: %s", "优先推荐：%s"},
	"evidence_s":             {"%s mentions, %s standard errors above the other segments", "%s 次提及，高出其他群体 %s 个标准误"},
	"trend":                  {"Over time", "随时间变化"},
	"trend_h":                {"Share of the texts of each period", "占各时段文本的比例"},
	"likeness":               {"Similarity of segments", "群体之间的相似度"},
	"likeness_about":         {"Cosine similarity of segment centres. The tree joins the most similar segments first.", "群体中心的余弦相似度；树状图从最相似的群体开始合并。"},
	"sizes":                  {"Sizes", "人数"},
	"lookup":                 {"Look up a user", "查询用户"},
	"lookup_hint":            {"User ID", "用户 ID"},
	"lookup_none":            {"No user has this ID.", "没有该 ID 的用户。"},
	"lookup_many":            {"%s users match. Keep typing.", "有 %s 位用户匹配，请继续输入。"},
	"lookup_part":            {"This page has room for the first %s of %s users; segments.csv has all of them.", "本页仅收录 %[2]s 位用户中的前 %[1]s 位，全部用户见 segments.csv。"},
	"margin":                 {"Margin", "归属余量"},
	"margin_h":               {"1 at the centre, 0 at the border", "1 为中心，0 为边界"},
	"runner_up":              {"Runner-up", "次近群体"},
	"mixture":                {"Texts by segment", "文本的群体构成"},
	"deciding":               {"Deciding texts", "起决定作用的文本"},
	"would_move":             {"without it, would move to %s", "若无此条将转入 %s"},
	"would_stay":             {"without it, margin would fall by %s", "若无此条余量降低 %s"},
	"only_text":              {"the only text", "唯一的文本"},
	"noscript":               {"The look-up needs JavaScript; segments.csv has the same information.", "查询功能需要启用脚本；segments.csv 含有同样的信息。"},
	"none_unassigned":        {"Every user who wrote a text is in a segment.", "所有写过文本的用户均已归入群体。"},
	"some_unassigned":        {"Users in no segment: %s (%s of all). Of these, %s wrote nothing readable.", "未归入群体的用户：%s 位（占全部 %s），其中 %s 位没有可读的文本。"},
	"nearest_of":             {"Nearest segments of the others:", "其余用户最相近的群体："},
	"cleaning":               {"Cleaning", "文本清洗"},
	"reading":                {"Rows read: %s.", "读取的行数：%s。"},
	"reading_format":         {"format", "格式"},
	"reading_files":          {"%s files", "%s 个文件"},
	"reading_encoding":       {"encoding", "编码"},
	"reading_guessed":        {"(guessed from its content)", "（根据内容推断）"},
	"tab":                    {"tab", "制表符"},
	"reading_delimiter":      {"fields delimited by", "字段分隔符"},
	"reading_header":         {"header in line %s", "表头位于第 %s 行"},
	"reading_rejected":       {"rows that could not be read, skipped", "无法读取而跳过的行"},
	"reading_null_texts":     {"empty texts, and values that stand for none", "空文本及表示缺失的值"},
	"reading_missing_users":  {"rows without a user", "缺少用户的行"},
	"reading_missing_times":  {"rows without a date", "缺少日期的行"},
	"reading_unread_ratings": {"ratings that could not be read", "无法读取的评分"},
	"cleaning_about":         {"Number of texts that each step affected, of %s read.", "各步骤处理的文本数，共读取 %s 条。"},
	"cleaning_none":          {"No text was changed.", "没有文本被改动。"},
	"near_duplicates":        {"near-duplicates of earlier texts, left out", "与先前文本近似重复，已剔除"},
	"boilerplate":            {"texts with boilerplate sentences removed", "删除了多条文本共有的套话"},
	"short":                  {"texts that were too short, left out", "文本过短，已剔除"},
	"illegible":              {"texts that the model cannot read (emoji alone, unknown scripts), left out", "模型无法读取（仅有表情或未知文字），已剔除"},
	"languages":              {"Languages, identified by script and model; short texts are often mistaken for English", "语言（按文字与模型判断，短文本常被误判为英语）"},
	"unread":                 {"%s texts (%s) are in languages that the model was not made for (it was made for %s). The segments of these texts mean little: analyse them separately, or choose a model that supports their languages.", "%s 条文本（%s）使用了模型不支持的语言：该模型适用于%s。这些文本所在的群体参考意义不大，请单独分析，或换用支持其语言的模型。"},
	"step_encoding":          {"encoding repairs", "修复编码"},
	"step_html":              {"HTML tags and entities", "HTML 标签与实体"},
	"step_invisible":         {"invisible characters", "不可见字符"},
	"step_form":              {"Unicode normalisation, full-width letters", "Unicode 规范化与全角字符"},
	"step_simplified":        {"traditional to simplified characters", "繁体转简体"},
	"step_site_marks":        {"marks of sites, apps and mail, quoted texts, escapes", "站点、应用和邮件的标记，引用与转义"},
	"step_urls":              {"links", "网址"},
	"step_mentions":          {"mentions", "提及"},
	"step_hashtags":          {"hashtags", "话题标签"},
	"step_emoji":             {"emoji", "表情符号"},
	"step_repeats":           {"repeated characters and punctuation", "重复的字符与标点"},
	"step_space":             {"white space", "空白字符"},
	"privacy":                {"Privacy", "隐私"},
	"masked":                 {"Masked before texts were embedded or written:", "在生成向量与输出之前已遮蔽："},
	"masked_none":            {"No personal data was found to mask.", "未发现需要遮蔽的个人信息。"},
	"masked_off":             {"Texts were not masked.", "文本未做遮蔽处理。"},
	"quoted_min":             {"Only segments with at least %s users are quoted; the smallest of them has %s. No user is quoted twice under the same heading.", "仅引述不少于 %s 位用户的群体，其中最小的群体有 %s 位用户。同一标题下每位用户至多被引述一次。"},
	"quoted_none":            {"Nothing is quoted, because no segment has %s users.", "没有引述：没有群体达到 %s 位用户。"},
	"repro":                  {"How to reproduce this report", "如何复现本报告"},
	"repro_about":            {"The same texts, options and version produce the same report, byte for byte.", "相同的文本、选项与版本会生成逐字节相同的报告。"},
	"version":                {"cohort", "cohort 版本"},
	"model":                  {"Model", "模型"},
	"digest":                 {"Model digest", "模型摘要"},
	"input":                  {"Input digest", "输入摘要"},
	"clusterer":              {"Clustering", "聚类方法"},
	"chosen":                 {"Why this number", "选取理由"},
	"reduce":                 {"Reduction", "降维"},
	"pooling":                {"Pooling", "用户向量"},
	"prepare":                {"Preparation", "预处理"},
	"seed":                   {"Seed", "随机种子"},
	"edits":                  {"Edits", "人工编辑"},
	"agreement":              {"Users whose nearest centre is that of their segment", "最近的群体中心即所属群体的用户"},
	"skip":                   {"Skip to segments", "跳至群体"},
	"empty_texts":            {"%s empty texts left out", "已忽略 %s 条空文本"},
	"without_text":           {"Of %s of %s only the vector was given: they have no words, quotations or sentiment.", "%[2]s中有 %[1]s 条只提供了向量，因此没有词语、引述和情感。"},
	"resamples":              {"Resamples", "重抽样次数"},
	"min_users":              {"Minimum users for quoting", "引述所需的最少用户数"},
	"lang":                   {"Language of the texts", "文本语言"},
	"format":                 {"Format of report.json", "report.json 格式版本"},
}

// say is a language of the page, as an index into a phrase's forms.
type say int

// many returns a count of things: "1 user", "2 users".
func (l say) many(thing string, n int) (string, error) {
	form := "_n"
	if n == 1 {
		form = "_1"
	}
	return l.phrase(thing+form, thousands(n))
}

// list joins words as the language does, with invisible characters made
// visible.
func (l say) list(words []string) string {
	shown := make([]string, len(words))
	for i, w := range words {
		shown[i] = visible.Brief(w)
	}
	return strings.Join(shown, phrases["comma"][l])
}

// phrase returns a phrase with its arguments inserted.
func (l say) phrase(key string, args ...any) (string, error) {
	p, ok := phrases[key]
	if !ok {
		return "", fmt.Errorf("report: no phrase %q", key)
	}
	if len(args) == 0 {
		return p[l], nil
	}
	return fmt.Sprintf(p[l], args...), nil
}
