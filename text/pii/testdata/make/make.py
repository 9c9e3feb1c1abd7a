#!/usr/bin/env python3
"""Fill the placeholders of the templates beside it with made-up values.

    python3 make.py        writes ../dev.txt, ../heldout.txt, ../letters_dev.txt, ../letters_heldout.txt,
                          ../reviews_heldout.txt, ../tickets_*.txt and ../separators_*.txt

Every value is generated here from a fixed seed; none belongs to anybody.
Check digits are computed from the standards, not by the code under test.
US and UK telephone numbers come from the blocks kept for fiction.
"""
import datetime, pathlib, random, re

here = pathlib.Path(__file__).parent
R = random.Random()


def digits(n):
    return "".join(R.choice("0123456789") for _ in range(n))


def pick(*xs):
    return R.choice(xs)


def luhn(prefix, n):
    s = prefix + digits(n - 1 - len(prefix))
    t = 0
    for i, c in enumerate(reversed(s)):
        d = int(c)
        if i % 2 == 0:
            d = d * 2 - 9 if d > 4 else d * 2
        t += d
    return s + str(-t % 10)


def fours(s, sep):
    return sep.join(s[i:i + 4] for i in range(0, len(s), 4))


def iban(cc, bban):
    n = "".join(str(int(c, 36)) for c in bban + cc + "00")
    return cc + "%02d" % (98 - int(n) % 97) + bban


BBAN = {"de": ("DE", lambda: digits(18)), "gb": ("GB", lambda: pick("WEST", "NWBK", "BARC") + digits(14)),
        "fr": ("FR", lambda: digits(23)), "nl": ("NL", lambda: pick("ABNA", "INGB") + digits(10)),
        "es": ("ES", lambda: digits(20)), "it": ("IT", lambda: "X" + digits(22))}
FIRST = "anna ben carla dmitri eve frank grace hiro ines jack liwei meng nora oscar priya".split()
LAST = "archer brook chen dorsey ellis fontaine gupta hale ivanov jones wang zhou".split()
DOMAIN = "example.com mail.example.org example.net example.co.uk qq.com 163.com gmail.com outlook.com sina.com.cn".split()
AREA = "202 212 305 312 404 415 512 617 702 818".split()
REGION = "110105 310104 440305 330106 510107 320102 420111 610113 350203 210211".split()
NICK = "snow panda rabbit lucky blue cloud sunny tiger nana coco".split()


def date():
    return (datetime.date(1955, 1, 1) + datetime.timedelta(days=R.randrange(18000))).strftime("%Y%m%d")


def cnid(x=None):
    while True:
        s = R.choice(REGION) + date() + digits(3)
        w = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        c = "10X98765432"[sum(int(a) * b for a, b in zip(s, w)) % 11]
        if x is None or (c == "X") == x:
            return s + c


def uscc():
    abc = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    s = "91" + R.choice(REGION) + "MA" + "".join(R.choice(abc) for _ in range(7))
    return s + abc[(31 - sum(abc.index(c) * pow(3, i, 31) for i, c in enumerate(s)) % 31) % 31]


def us():
    return R.choice(AREA), "555", "01" + digits(2)


def us_fmt(f):
    a, b, c = us()
    return f.format(a, b, c)


def mobile():
    return R.choice("130 131 135 136 137 138 139 150 151 157 158 159 177 180 181 186 188 189 199".split()) + digits(8)


def ssn():
    return "%03d" % pick(123, 219, 457, 321, 518, 612), "%02d" % R.randrange(1, 99), "%04d" % R.randrange(1, 9999)


def mac(sep):
    return sep.join("%02x" % R.randrange(256) for _ in range(6))


def wx():
    return pick(*NICK) + pick("_", "", "-") + pick(*NICK) + digits(R.randrange(2, 5))


def ip4pub():
    return "%d.%d.%d.%d" % (pick(203, 198, 185, 91, 47, 8), R.randrange(1, 255), R.randrange(256), R.randrange(1, 255))


def ip6():
    return pick("2001:db8::%x:%x" % (R.randrange(1, 65536), R.randrange(1, 65536)), "fe80::%x:%x:%x:%x" % tuple(R.randrange(4096, 65536) for _ in range(4)),
                "2001:db8:%x:%x:%x:%x:%x:%x" % tuple(R.randrange(1, 65536) for _ in range(6)))


VALUES = {
    "email": lambda: pick(*FIRST) + pick(".", "", "_") + pick(*LAST) + pick("", "", digits(2)) + "@" + pick(*DOMAIN),
    "email_plus": lambda: pick(*FIRST) + "+" + pick("shop", "spam") + "@" + pick(*DOMAIN),
    "email_sub": lambda: pick(*FIRST) + "@" + pick("eu.", "shop.") + "example.com",
    "email_dot": lambda: pick(*FIRST)[0] + "." + pick(*LAST) + "@" + pick(*DOMAIN),
    "email_under": lambda: pick(*LAST) + "_" + digits(3) + "@" + pick(*DOMAIN),
    "phone_us": lambda: us_fmt("{}-{}-{}"), "phone_us_paren": lambda: us_fmt("({}) {}-{}"),
    "phone_us_dot": lambda: us_fmt("{}.{}.{}"), "phone_us_plus": lambda: us_fmt("+1 {} {} {}"),
    "phone_us_bare": lambda: us_fmt("{}{}{}"), "phone_us_plus_bare": lambda: us_fmt("+1{}{}{}"),
    "phone_uk_plus": lambda: "+44 20 7946 0" + digits(3), "phone_uk": lambda: "020 7946 0" + digits(3),
    "phone_uk_mob": lambda: "07911 123" + digits(3), "phone_de_plus": lambda: "+49 30 23125 " + digits(3),
    "phone_fr_plus": lambda: "+33 1 99 00 " + digits(2) + " " + digits(2), "phone_hk_plus": lambda: "+852 2" + pick("180", "801", "521") + " " + digits(4),
    "phone_jp_plus": lambda: "+81 3-5" + digits(3) + "-" + digits(4), "phone_au_plus": lambda: "+61 491 570 15" + pick("6", "7", "8", "9"),
    "phone_es_plus": lambda: "+34 912 345 " + digits(3), "phone_it_plus": lambda: "+39 06 6982 " + digits(4),
    "phone_in_plus": lambda: "+91 98765 " + digits(5), "phone_sg_plus": lambda: "+65 6123 " + digits(4), "phone_tw_plus": lambda: "+886 2 2345 " + digits(4),
    "phone_us_plus_paren": lambda: us_fmt("+1 ({}) {}-{}"), "phone_us_plus_dash": lambda: us_fmt("+1-{}-{}-{}"),
    "phone_cn_plus": lambda: "+86" + mobile(), "phone_cn_plus_dash": lambda: "+86-" + mobile(), "phone_cn_plus_sp": lambda: "+86 " + VALUES["cnm_sp"](),
    "cnm": mobile, "cnm_sp": lambda: re.sub(r"(...)(....)(....)", r"\1 \2 \3", mobile()),
    "cnm_dash": lambda: re.sub(r"(...)(....)(....)", r"\1-\2-\3", mobile()),
    "cn_land": lambda: pick("010-6", "021-5", "020-8", "0755-8", "0571-8", "028-8") + digits(7), "cn_land_paren": lambda: "(0755)8" + digits(7),
    "card_visa": lambda: luhn("4", 16), "card_visa_sp": lambda: fours(luhn("4", 16), " "), "card_visa_dash": lambda: fours(luhn("4", 16), "-"),
    "card_mc": lambda: luhn(pick("51", "53", "55", "2221"), 16), "card_mc_sp": lambda: fours(luhn("54", 16), " "), "card_mc_dash": lambda: fours(luhn("52", 16), "-"),
    "card_amex": lambda: luhn("37", 15), "card_amex_sp": lambda: re.sub(r"(.{4})(.{6})(.{5})", r"\1 \2 \3", luhn("34", 15)),
    "card_disc": lambda: luhn("6011", 16), "card_disc_sp": lambda: fours(luhn("6011", 16), " "), "card_jcb": lambda: luhn("3530", 16),
    "card_diners": lambda: luhn("36", 14), "card_diners_sp": lambda: re.sub(r"(.{4})(.{6})(.{4})", r"\1 \2 \3", luhn("36", 14)),
    "card_up": lambda: luhn("6225", 16), "card_up_sp": lambda: fours(luhn("6222", 16), " "), "card_up19": lambda: luhn("6217", 19),
    "ssn": lambda: "-".join(ssn()), "ssn_sp": lambda: " ".join(ssn()), "ssn_bare": lambda: "".join(ssn()),
    "ip4": lambda: pick("192.168.%d.%d" % (R.randrange(4), R.randrange(1, 255)), "10.0.%d.%d" % (R.randrange(9), R.randrange(1, 255))), "ip4_pub": ip4pub, "ip6": ip6,
    "mac": lambda: mac(":"), "mac_dash": lambda: mac("-").upper(), "mac_up": lambda: mac(":").upper(),
    "mac_dot": lambda: re.sub(r"(....)(....)(....)", r"\1.\2.\3", "".join("%02x" % R.randrange(256) for _ in range(6))),
    "url_cred": lambda: pick("http", "https", "ftp", "rtsp") + "://" + pick("admin", "root", *FIRST) + ":" + pick("s3cret", "pa55w0rd", "hunter2") + digits(1) + "@" + pick("cam.example.com", "192.168.1.9:8080", "nas.example.org") + pick("", "/live", "/index.html"),
    "url_cred_git": lambda: "https://" + pick(*FIRST) + ":tok_" + digits(8) + "@git.example.com/fw.git",
    "url_token": lambda: "https://example.com/reset?" + pick("token=", "access_token=", "password=") + pick("a8f", "Zk3", "q0v") + digits(12),
    "handle": lambda: "@" + pick(*FIRST) + "_" + pick(*LAST), "handle_zh": lambda: "@" + pick("小熊饼干", "爱吃鱼的猫", "阿杰数码", "苏州老王", "晴天Sunny"),
    "pass_us": lambda: pick("A", "C") + digits(8), "pass_us9": lambda: pick("4", "5") + digits(8), "pass_gb": lambda: pick("5", "1") + digits(8),
    "pass_cn": lambda: pick("E", "G") + digits(8), "pass_cn_e": lambda: "E" + pick("A", "B", "H") + digits(7),
    "wx": wx, "wx_label": lambda: "微信号:" + wx(), "qq": lambda: pick("1", "2", "3", "7", "8") + digits(R.randrange(6, 10)),
    "uscc": uscc, "cnid": lambda: cnid(False), "cnid_x": lambda: cnid(True), "cnid15": lambda: pick(*REGION) + date()[2:] + digits(3),
}
for k, (cc, f) in BBAN.items():
    VALUES["iban_" + k] = lambda cc=cc, f=f: iban(cc, f())
    VALUES["iban_" + k + "_sp"] = lambda cc=cc, f=f: fours(iban(cc, f()), " ")
def us10():
    return "".join(us())


# Values in the separators that people use: each # of the shape is a digit or letter of the value.
SHAPES = {
    "us_plain": (us10, "###-###-####"), "us_slash": (us10, "###/###-####"), "us_slash_dots": (us10, "###/###.####"),
    "us_slash_sp": (us10, "### / ###-####"), "us_paren_dash_dot": (us10, "(###)-###.####"), "us_paren_tight": (us10, "(###)###-####"),
    "us_wide_dash": (us10, "### - ### - ####"), "us_wide_dots": (us10, "### . ### . ####"), "us_en_dash": (us10, "###–###–####"),
    "us_two_spaces": (us10, "###  ###  ####"), "us_under": (us10, "###_###_####"), "us_mid_dots": (us10, "###·###·####"),
    "us_dot_dash": (us10, "###.###-####"), "us_sp_dash": (us10, "### ###-####"),
    "us_nop_sp": (us10, "1 ### ### ####"), "us_nop_dash": (us10, "1-###-###-####"), "us_nop_dots": (us10, "1.###.###.####"),
    "us_nop_paren": (us10, "1 (###) ###-####"), "us_nop_bare": (us10, "1##########"),
    "us_plus_mixed": (us10, "+1 (###)-###.####"), "us_plus_dots": (us10, "+1.###.###.####"), "us_plus_slash": (us10, "+1/###/###-####"),
    "uk_nop_sp": (lambda: "2079460" + digits(3), "44 ## #### ####"), "uk_zero_paren": (lambda: "2079460" + digits(3), "+44(0)## #### ####"),
    "uk_00": (lambda: "2079460" + digits(3), "00 44 ## #### ####"), "uk_slash": (lambda: "2079460" + digits(3), "0##/####-####"),
    "uk_mob_nop": (lambda: "7911123" + digits(3), "44##########"), "uk_mob_sp": (lambda: "7911123" + digits(3), "0#### ### ###"),
    "uk_mob_dash": (lambda: "7911123" + digits(3), "0####-######"),
    "de_nop_sp": (lambda: "3023125" + digits(3), "49 ## ##### ###"), "de_00_slash": (lambda: "3023125" + digits(3), "0049/##/#####-###"),
    "de_plus_slash": (lambda: "3023125" + digits(3), "+49/##/########"), "de_plus_paren": (lambda: "3023125" + digits(3), "+49 (##) #####-###"),
    "fr_nop_sp": (lambda: "19900" + digits(4), "33 # ## ## ## ##"), "fr_plus_dots": (lambda: "19900" + digits(4), "+33.#.##.##.##.##"),
    "au_nop_sp": (lambda: "49157015" + R.choice("6789"), "61 ### ### ###"), "hk_nop": (lambda: "2180" + digits(4), "852 #### ####"),
    "in_nop_sp": (lambda: "98765" + digits(5), "91 ##### #####"), "jp_plus_mixed": (lambda: "35" + digits(7), "+81-(0)#-#### ####"),
    "mo_nop": (lambda: "66" + digits(6), "853 #### ####"), "tw_nop_sp": (lambda: "223456" + digits(3), "886 # #### ####"),
    "cnm_wide": (mobile, "### - #### - ####"), "cnm_dots": (mobile, "###.####.####"), "cnm_slash": (mobile, "###/####/####"),
    "cnm_wide_dash": (mobile, "### -#### -####"), "cnm_em_dash": (mobile, "###—####—####"), "cnm_mid_dots": (mobile, "###·####·####"),
    "cnm_odd": (mobile, "#### ### ####"), "cnm_odd2": (mobile, "### ### #####"), "cnm_dash8": (mobile, "###-########"), "cnm_under": (mobile, "###_####_####"),
    "cnm_nbsp": (mobile, "###\u00a0####\u00a0####"), "cnm_plus_mixed": (mobile, "+86-### #### ####"),
    "cn_nop_sp": (mobile, "86 ### #### ####"), "cn_nop_dash": (mobile, "86-###-####-####"), "cn_nop_bare": (mobile, "86###########"),
    "cn_paren_code": (mobile, "(86)###########"), "cn_00": (mobile, "0086 ### #### ####"),
    "cn_land_slash": (lambda: "0108" + digits(7), "###/########"), "cn_land_wide": (lambda: "07558" + digits(7), "#### - ########"),
    "cn_land_paren_sp": (lambda: "0215" + digits(7), "(###) #### ####"), "cn_land_nop": (lambda: "215" + digits(7), "86 ## ########"),
    "cn_land_em": (lambda: "0106" + digits(7), "###—########"), "cn_land_sp": (lambda: "0208" + digits(7), "### #### ####"),
    "cn_land_dots": (lambda: "05718" + digits(7), "####.########"),
    "card_visa_dotted": (lambda: luhn("4", 16), "####.####.####.####"), "card_mc_mixed": (lambda: luhn("53", 16), "#### ####-#### ####"),
    "card_visa_wide": (lambda: luhn("4", 16), "####   ####   ####   ####"), "card_mc_wide_dash": (lambda: luhn("51", 16), "#### - #### - #### - ####"),
    "card_amex_dash": (lambda: luhn("37", 15), "####-######-#####"), "card_disc_dots": (lambda: luhn("6011", 16), "####.####.####.####"),
    "card_visa_slash": (lambda: luhn("4", 16), "####/####/####/####"), "card_mc_two_spaces": (lambda: luhn("55", 16), "####  ####  ####  ####"),
    "card_visa_en_dash": (lambda: luhn("4", 16), "####–####–####–####"), "card_visa_halves": (lambda: luhn("4", 16), "######## ########"),
    "card_mc_under": (lambda: luhn("52", 16), "####_####_####_####"), "card_diners_dash": (lambda: luhn("36", 14), "####-######-####"),
    "card_visa_mixed": (lambda: luhn("4", 16), "####-#### ####-####"),
    "card_up_dots": (lambda: luhn("6222", 16), "####.####.####.####"), "card_up_mixed": (lambda: luhn("6225", 16), "#### ####-########"),
    "card_up19_sp": (lambda: luhn("6217", 19), "#### #### #### #### ###"), "card_up_wide": (lambda: luhn("6228", 16), "####  ####  ####  ####"),
    "ssn_wide": (lambda: "".join(ssn()), "### - ## - ####"), "ssn_dots": (lambda: "".join(ssn()), "###.##.####"), "ssn_en_dash": (lambda: "".join(ssn()), "###–##–####"),
    "cnid_sp": (lambda: cnid(False), "###### ######## ####"), "cnid_dash": (lambda: cnid(True), "######-########-####"),
    "iban_de_dash": (lambda: iban("DE", digits(18)), "####-####-####-####-####-##"), "iban_gb_dots": (lambda: iban("GB", "NWBK" + digits(14)), "####.####.####.####.####.##"),
    "iban_fr_wide": (lambda: iban("FR", digits(23)), "####  ####  ####  ####  ####  ####  ###"), "iban_nl_split": (lambda: iban("NL", "ABNA" + digits(10)), "## ## #### ## ## ## ## ##"),
    "iban_es_mixed": (lambda: iban("ES", digits(20)), "####-#### #### ## ##########"), "iban_it_lower_dash": (lambda: iban("IT", "x" + digits(22)).lower(), "####-#-#####-#####-############"),
    "iban_de_two_spaces": (lambda: iban("DE", digits(18)), "####  ####  ####  ####  ####  ##"), "iban_nl_dash": (lambda: iban("NL", "INGB" + digits(10)), "####-####-####-####-##"),
}


def shaped(of, shape):
    v = iter(of())
    out = "".join(next(v) if c == "#" else c for c in shape)
    assert next(v, None) is None, shape
    return out


for k, (of, shape) in SHAPES.items():
    VALUES[k] = lambda of=of, shape=shape: shaped(of, shape)
KIND = {**dict.fromkeys("us uk de fr au hk in jp mo tw".split(), "phone"), "phone": "phone", "cnm": "phone", "cn": "phone", "ip4": "ip", "ip6": "ip", "wx": "wechat", "pass": "passport", "cnid": "cn_id", "cnid15": "cn_id"}


def full_width(s):
    return "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) for c in s)


def fill(m):
    """{key} is a value, {fw:key} one in full-width characters, {lc:key} one in lower case."""
    how, _, key = m.group(1).rpartition(":")
    kind = key.split("_")[0]
    v = VALUES[key]()
    v = {"": str, "fw": full_width, "lc": str.lower}[how](v)
    if key == "wx_label":
        return "微信号:[[wechat|" + v[4:] + "]]"
    return "[[" + KIND.get(kind, kind) + "|" + v + "]]"


for name, seed in (("dev", 1), ("heldout", 2), ("letters_dev", 3), ("letters_heldout", 4), ("reviews_heldout", 5), ("tickets_dev", 6), ("tickets_heldout", 7), ("separators_dev", 8), ("separators_heldout", 9)):
    R.seed(seed)
    lines = (here / (name + ".tmpl")).read_text().splitlines()
    text = "\n".join(l if l.startswith("#") else re.sub(r"\{((?:fw:|lc:)?\w+)\}", fill, l) for l in lines) + "\n"
    (here.parent / (name + ".txt")).write_text(text)
    print(name, len(lines), "lines", len(re.findall(r"\[\[", text)), "spans")
