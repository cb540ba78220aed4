package importer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// link takes a field that should be the address of a page on the web.
func (o *Object) link(field string) string {
	s := strings.ReplaceAll(o.textOf(field, identifier), "&amp;", "&")
	if s == "" {
		return ""
	}
	good, changed, ok := linkOf(s)
	switch {
	case !ok:
		o.keep(field)
		o.report(sp.Warning, field, "bad-url", "is no address of a page on the web")
		return ""
	case changed:
		o.keep(field)
		o.report(sp.Note, field, "url-form", "was completed to the address of a page; the original is kept beside it")
	}
	return good
}

var (
	webPage  = regexp.MustCompile(`^[hH][tT][tT][pP][sS]?://[^\s/?#<>"'\\@:]+(?::\d{1,5})?(?:[/?#][^\s<>"\\]*)?$`) // of nobody's name: what stands before an @ misleads
	noSlash  = regexp.MustCompile(`^(?i:(https?):/{0,1})([a-z0-9][a-z0-9.-]*\.[a-z]{2,}(?:[/?#:][^\s<>"]*)?)$`)
	anchor   = regexp.MustCompile(`^(?is:<a\s[^<>]*href\s*=\s*["']([^"'<>]+)["'][^<>]*>[^<>]*</a>)$`)
	bareHost = regexp.MustCompile(`^(?i:[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?:[/?#][^\s<>"]*)?$`)
	address  = regexp.MustCompile(`^[^\s@<>()",;:\\]+@[^\s@<>()",;:\\?&=/#]+\.[^\s@<>()",;:\\?&=/#.]{2,}$`)
)

// inHosts and inPaths are the bytes of which nearly all addresses are made.
var inHosts, inPaths = func() (hosts, paths [256]bool) {
	for c := range hosts {
		hosts[c] = c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.'
		paths[c] = hosts[c] || c < utf8.RuneSelf && strings.IndexByte("/_~?#&=%+,", byte(c)) >= 0
	}
	return hosts, paths
}()

// isUsualPage reports whether s is the address of a page as nearly all are, without the
// expressions that find out about the others.
func isUsualPage(s string) bool {
	rest, ok := strings.CutPrefix(s, "http")
	if !ok {
		return false
	}
	rest, ok = strings.CutPrefix(strings.TrimPrefix(rest, "s"), "://")
	host := 0
	for host < len(rest) && inHosts[rest[host]] {
		host++
	}
	if !ok || host == 0 || host < len(rest) && rest[host] != '/' {
		return false
	}
	for i := host; i < len(rest); i++ {
		if !inPaths[rest[i]] {
			return false
		}
	}
	return true
}

// isUsualAddress reports whether s is an e-mail address as nearly all are.
func isUsualAddress(s string) bool {
	at, dot := strings.IndexByte(s, '@'), strings.LastIndexByte(s, '.')
	if at < 1 || dot < at+2 || len(s)-dot < len(".uk") {
		return false
	}
	for i := range len(s) {
		if i != at && !inHosts[s[i]] && (i > at || s[i] != '_' && s[i] != '+') {
			return false
		}
	}
	return true
}

// linkOf reads the address of a page, and completes one that lacks its scheme.
func linkOf(s string) (good string, changed, ok bool) {
	if isUsualPage(s) {
		return s, false, true
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.C, r) }) { // controls, and what turns letters round
		return "", false, false
	}
	if webPage.MatchString(s) {
		return s, false, true
	}
	if m := anchor.FindStringSubmatch(s); m != nil && webPage.MatchString(m[1]) {
		return m[1], true, true
	}
	if m := noSlash.FindStringSubmatch(s); m != nil {
		return strings.ToLower(m[1]) + "://" + m[2], true, true
	}
	if bareHost.MatchString(s) {
		return "http://" + s, true, true
	}
	return "", false, false
}

// mostAddresses bounds how many e-mail addresses stand in one field.
const mostAddresses = 10

// firstAddress returns the first of several e-mail addresses, if a text has nothing else.
func firstAddress(s string) string {
	items := strings.FieldsFunc(strings.NewReplacer(" or ", ";", " and ", ";").Replace(s), func(r rune) bool { return r == ';' || r == ',' || r == '/' || r == ' ' || r == '\n' })
	if len(items) < 2 || len(items) > mostAddresses {
		return ""
	}
	for _, item := range items {
		if !address.MatchString(item) {
			return ""
		}
	}
	return items[0]
}

// email takes a field that should be an e-mail address.
func (o *Object) email(field string) string {
	s := o.textOf(field, identifier)
	if s == "" {
		return ""
	}
	bare := s
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		bare = strings.TrimSpace(s[7:])
	}
	switch {
	case isUsualAddress(bare) && bare == s:
	case !address.MatchString(bare) && firstAddress(bare) != "":
		o.keep(field)
		o.report(sp.Note, field, "email-form", "has several addresses, of which the first is used")
		return firstAddress(bare)
	case !address.MatchString(bare):
		o.keep(field)
		o.report(sp.Warning, field, "bad-email", "is no e-mail address")
		return ""
	case bare != s:
		o.keep(field)
		o.report(sp.Note, field, "email-form", "was reduced to the address; the original is kept beside it")
	}
	return bare
}
