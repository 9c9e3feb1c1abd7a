package noisebench

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/text/repair"
)

// TestWords prints which words repair changes, without an encoder: of the clean
// texts of each English set the words that are changed, of the noisy ones the share
// of the words spoilt that are put right and of the others that are spoilt, and of
// names the share that is changed, for names that are put into the texts. It wants
// COHORT_NOISE_SETS and COHORT_NOISE_MODEL; names are lines of names.txt there.
func TestWords(t *testing.T) {
	dir, model := os.Getenv("COHORT_NOISE_SETS"), os.Getenv("COHORT_NOISE_MODEL")
	if dir == "" || model == "" {
		t.Skip("COHORT_NOISE_SETS and COHORT_NOISE_MODEL are not set")
	}
	m, err := bert.Load(model, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := m.Words()
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, w := range vocabulary {
		known[w] = true
	}
	var names []string
	data, _ := os.ReadFile(filepath.Join(dir, "names.txt"))
	for l := range strings.Lines(string(data)) {
		if n := strings.TrimSpace(l); !known[strings.ToLower(n)] {
			names = append(names, n)
		}
	}
	for _, s := range []string{"clinc", "clothing", "sentiment", "titles"} {
		if only := os.Getenv("COHORT_NOISE_ONLY"); only != "" && !strings.Contains(","+only+",", ","+s+",") {
			continue
		}
		_, texts, _ := read(t, dir, set{file: s, own: 1})
		more, _ := os.ReadFile(filepath.Join(dir, s+".more"))
		all := slices.Clone(texts)
		for l := range strings.Lines(string(more)) {
			all = append(all, strings.TrimSpace(l))
		}
		for _, k := range []string{"clean", "upper case", "typing 5 %", "typing 10 %", "typing 20 %", "spaces 30 %", "spaces 60 %", "spaces all"} {
			if kinds := os.Getenv("COHORT_NOISE_KINDS"); kinds == "" || strings.Contains(","+kinds+",", ","+k+",") {
				t.Log(words(t, s, k, all, len(texts), vocabulary, names))
			}
		}
	}
}

// words measures how words of the first n texts are put right.
func words(t *testing.T, name, kind string, texts []string, n int, vocabulary, names []string) string {
	rng := rand.New(rand.NewPCG(1, 2))
	spoil := noises(t, "", name)[kind]
	noisy := make([]string, len(texts))
	c := repair.NewCounter()
	for i, s := range texts {
		noisy[i] = spoil(s, rng)
		c.Add(noisy[i])
	}
	r, err := c.Repairer(repair.Options{Vocabulary: vocabulary})
	if err != nil {
		t.Fatal(err)
	}
	var right, wrong, all, spoilt float64
	changed, idsLost := map[string]int{}, map[string]int{}
	ids, nl := 0, 0
	for i, s := range texts[:n] {
		got := r.Repair(noisy[i])
		for _, c := range got.Changes {
			changed[c.Was+" "+got.Text[c.Start:c.End]]++
		}
		for _, w := range strings.Fields(s) {
			if mixedCase(w) && strings.Contains(" "+noisy[i]+" ", " "+w+" ") {
				ids++
				if !strings.Contains(" "+got.Text+" ", " "+w+" ") {
					idsLost[w]++
					nl++
				}
			}
		}
		a, b, c := strings.Fields(strings.ToLower(s)), strings.Fields(strings.ToLower(noisy[i])), strings.Fields(strings.ToLower(got.Text))
		had := bag(a, b)
		all += float64(len(a))
		wrong += float64(len(a) - had)
		right += float64(bag(a, c))
		if kind == "clean" || kind == "upper case" {
			spoilt += float64(len(got.Changes))
		}
	}
	out := fmt.Sprintf("%s %s | share %.4f rate %.4f spaces %.4f | wrong %.3f won back %.4f changed %.5f", name, kind, r.Share(c), r.ErrorRate(), r.SpaceRate(), wrong/all, 1-(all-right)/max(wrong, 1), spoilt/all)
	out += fmt.Sprintf(" ids %d lost %d %v", ids, nl, idsLost)
	if list := os.Getenv("COHORT_NOISE_LIST"); list == kind {
		for _, w := range slices.SortedFunc(maps.Keys(changed), func(a, b string) int { return cmp.Or(changed[b]-changed[a], strings.Compare(a, b)) }) {
			out += fmt.Sprintf("\n\t%d %s", changed[w], w)
		}
	}
	if len(names) == 0 || kind != "typing 10 %" {
		return out
	}
	for _, kind := range []string{"within", "start", "lower", "acronyms"} {
		lost := 0
		var list []string
		of := names
		if kind == "acronyms" {
			of = acronyms(vocabulary)
		}
		for k, x := range of {
			s := noisy[k%n]
			at := strings.Index(s, " ")
			if at < 0 {
				s, at = s+" ", len(s)
			}
			switch kind {
			case "within", "acronyms":
				s = s[:at] + " " + x + s[at:]
			case "start":
				s = x + s[at:]
			case "lower":
				x = strings.ToLower(x)
				s = s[:at] + " " + x + s[at:]
			}
			if got := r.Repair(s); !slices.Contains(strings.Fields(got.Text), x) {
				lost++
				if len(list) < 40 {
					for _, c := range got.Changes {
						if strings.Contains(c.Was, x) {
							list = append(list, x+">"+got.Text[c.Start:c.End])
						}
					}
				}
			}
		}
		out += fmt.Sprintf("\n\tnames %s: %.4f of %d changed: %s", kind, float64(lost)/float64(len(of)), len(of), strings.Join(list, ", "))
	}
	return out
}

// acronyms returns acronyms of all kinds that the vocabulary does not have, many of them
// a letter from one that is frequent in titles.
func acronyms(vocabulary []string) []string {
	return slices.DeleteFunc(strings.Fields(`ADHD AIPAC ALSA AMQP ANSI APAC APNG ARPA ASCII ASIC ATAPI AVIF BIOS BLAS BPEL CAPTCHA CCTV CDMA CIFS CISC CLOB CMYK COBOL
		COFF CORBA CSRF CUDA CVSS DDOS DDR3 DHCP DHTML DICOM DKIM DLNA DMCA DNSSEC DSLR DTLS EBCDIC ECMA EEPROM EFTA ELISA EPUB ETSI EXIF FIFO FTPS GDPR GIMP
		GPGPU GUID HDMI HIPAA HMAC HSQL HTTPS ICANN IEEE IETF IMAP IMEI IPTV ISBN ISDN JAXB JAXP JBOSS JCIFS JDBC JDOM JMX1 JPEG JPQL JSON JSTL KDE4 LAMP LAPACK LDAP LIFO LISP LLVM
		MFLOPS MIDI MIME MPEG MSDN MSMQ NAACP NAFTA NASDAQ NCAA NIST NTFS NTLM OASIS OAUTH ODBC OECD OLAP OLED OLTP OPEC OSGI OWASP PCMCIA PDSA PGSQL PLSQL POSIX PSQL PXML
		RADIUS RAID REST RISC RJSON ROFL RPGLE RSQL SAML SARS SASL SCSI SDRAM SFTP SGML SMTP SOAP SPARC SQLCE SSDP SSRS SWIFT SXML TCAS TIFF TSQL UDDI UNESCO UNICEF USAID UTF8
		UUID VBNET VBSC VHDL VLAN VOIP VPNS VRML WCAG WMAP WSDL WSGI WYSIWYG XAML XAMPP XHTML XKCD XLSX XMPP XPATH XQUERY XSLT YAML YMCA ZFSX`), func(w string) bool {
		return digits(w) || slices.Contains(vocabulary, strings.ToLower(w))
	})
}

func digits(w string) bool { return strings.ContainsAny(w, "0123456789") }

// bag returns how many words of a are among those of b.
func bag(a, b []string) int {
	n := map[string]int{}
	for _, w := range b {
		n[w]++
	}
	both := 0
	for _, w := range a {
		if n[w] > 0 {
			n[w]--
			both++
		}
	}
	return both
}

func mixedCase(w string) bool {
	for i := 1; i < len(w); i++ {
		if 'A' <= w[i] && w[i] <= 'Z' && 'a' <= w[i-1] && w[i-1] <= 'z' {
			return true
		}
	}
	return false
}
