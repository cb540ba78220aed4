package importer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// phrase writes a text so that set phrases can be compared: lower case, single
// spaces, no full stop.
func phrase(s string) string {
	if isPhrase(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return strings.TrimRight(strings.ToLower(strings.Join(strings.Fields(s), " ")), ". ")
		case c >= 'A' && c <= 'Z':
			b = append(b, c|0x20)
		case c != ' ' && (c < '\t' || c > '\r'):
			b = append(b, c)
		case len(b) > 0 && b[len(b)-1] != ' ':
			b = append(b, ' ')
		}
	}
	return strings.TrimRight(string(b), ". ")
}

// isPhrase reports whether s is written so already.
func isPhrase(s string) bool {
	if s == "" {
		return true
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
		case c == ' ' && i > 0 && s[i-1] != ' ':
		default:
			return false
		}
	}
	return s[len(s)-1] != ' '
}

// How many letters the longest of the set phrases below have, and some. A text with more of
// them is none, and need not be written as one.
const (
	longestPlaceholder = 12
	longestTitle       = 32
	longestPhrase      = 48
)

// setPhrase returns a text as a phrase, or "" if it has too many letters for a set one.
func setPhrase(s string, longest int) string {
	if len(s) <= longest {
		return phrase(s)
	}
	letters := 0
	for _, r := range s {
		if !unicode.IsSpace(r) && r != '.' {
			if letters++; letters > longest {
				return ""
			}
		}
	}
	return phrase(s)
}

// word writes a phrase as one word of an open list: "Home visit" is "home-visit".
func word(s string) string { return strings.ReplaceAll(phrase(s), " ", "-") }

// chargeOf reads a text about fees that is nothing but a set phrase.
func chargeOf(text string) directory.Charge {
	switch strings.TrimRight(setPhrase(text, longestPhrase), "!. ") {
	case "none", "free", "no fee", "no fees", "no charge", "no charges", "no cost", "free of charge", "n/a - free", "nil", "0", "0.00",
		"free to everyone", "free for everyone", "free to all", "free for all", "free to attend", "free to join", "free entry", "free admission",
		"free service", "free session", "free sessions", "it is free", "it's free", "this is a free service", "this service is free",
		"£0", "£0.00", "$0", "$0.00", "€0", "€0.00", "gbp 0", "gbp 0.00", "no cost to attend", "no charge to attend", "no charge for attending", "free of charge to attend", "there is no charge to attend", "there is no charge", "there is no cost",
		"there is no charge for this service", "this service is free of charge", "free to use", "free at the point of use", "am ddim", "gratis":
		return directory.Free
	case "donation", "donations", "by donation", "voluntary donation", "suggested donation", "donations welcome", "donation welcome", "donations accepted", "donations appreciated", "donation appreciated", "by voluntary donation", "voluntary contribution",
		"pay what you can", "pay as you feel":
		return directory.Donation
	}
	return ""
}

// dropInOf reads a text about hours or about applying that is nothing but a set phrase.
func dropInOf(text string) sp.Truth {
	switch strings.TrimRight(strings.ReplaceAll(setPhrase(text, longestPhrase), "-", " "), "!. ") {
	case "drop in", "drop ins", "drop in session", "drop in sessions", "drop ins welcome", "drop in only", "just drop in", "walk in", "walk ins", "walk in only",
		"walk ins welcome", "just turn up", "just come along", "no appointment needed", "no appointment necessary", "no appointment required",
		"no booking needed", "no booking necessary", "no booking required", "no need to book":
		return sp.Yes
	case "appointment only", "by appointment", "by appointment only", "appointment required", "appointments only", "booking essential", "booking required",
		"must be booked", "prior booking required", "referral only", "by referral only", "no drop ins", "no walk ins":
		return sp.No
	}
	return sp.Unknown
}

// isPlaceholder reports whether a text says nothing.
func isPlaceholder(text string) bool {
	switch setPhrase(text, longestPlaceholder) {
	case "see notes", "n/a", "na", "not known", "unknown", "tbc", "-":
		return true
	}
	return false
}

var (
	agesOver    = regexp.MustCompile(`^ages? (\d{1,3})(?: years)?(?: and (?:older|over|up|above)|\+)$`)
	agesBetween = regexp.MustCompile(`^ages? (\d{1,3}) ?(?:-|to) ?(\d{1,3})$`)
)

// eligibilityOf reads a text about eligibility that is nothing but a set phrase.
func eligibilityOf(text string) (ages directory.Ages, anybody bool) {
	p := setPhrase(text, longestPhrase)
	switch p {
	case "open to anyone", "open to the public", "open to public", "open to all", "anyone", "everyone", "no restrictions":
		return directory.Ages{}, true
	case "serves all ages", "all ages":
		return directory.Ages{From: sp.Know(directory.Months(0))}, false
	}
	var youngest, oldest *decimal.Decimal
	if !strings.HasPrefix(p, "age") {
		return directory.Ages{}, false
	}
	if m := agesOver.FindStringSubmatch(p); m != nil {
		youngest = numberOf(m[1])
	} else if m := agesBetween.FindStringSubmatch(p); m != nil {
		youngest, oldest = numberOf(m[1]), numberOf(m[2])
	}
	ages, err := directory.NewAges(youngest, oldest)
	if err != nil {
		return directory.Ages{}, false
	}
	return ages, false
}

// maxNumber bounds the digits of numbers: no fact about a service needs more.
const maxNumber = 32

// numberOf reads a number, and returns nil for what is none.
func numberOf(s string) *decimal.Decimal {
	if s == "" || len(s) > maxNumber {
		return nil
	}
	d, err := decimal.NewFromString(s)
	if err != nil || d.Exponent() > maxNumber || d.Exponent() < -maxNumber {
		return nil
	}
	return &d
}

// modeOf reads how people attend.
func modeOf(text string) directory.Mode {
	switch w := word(text); w {
	case "venue", "in-person", "face-to-face":
		return directory.InPerson
	case "virtual", "online", "video":
		return directory.Online
	case "phone", "telephone", "by-phone":
		return directory.Telephone
	case "home", "home-visit", "home-visits":
		return directory.HomeVisit
	}
	return ""
}

// accessOf reads an accessibility text that is nothing but a set phrase or one of
// the codes of the Ohana API, and whether it grants or denies.
func accessOf(text string) (access directory.Access, granted bool) {
	p := strings.ReplaceAll(setPhrase(text, longestPhrase), "_", " ")
	p, denied := strings.CutPrefix(p, "no ")
	if not, ok := strings.CutPrefix(p, "not "); ok {
		p, denied = not, true
	}
	switch p {
	case "step free", "step-free", "step-free access", "step free access", "wheelchair access", "wheelchair accessible", "fully wheelchair accessible", "accessible by wheelchair",
		"wheelchair accessible entrance", "wheelchair", "level access":
		access = directory.StepFree
	case "accessible toilet", "accessible toilets", "accessible toilet facilities", "disabled toilet", "disabled toilets", "restroom":
		access = directory.AccessibleToilet
	case "accessible parking", "accessible parking spaces", "disabled parking", "blue badge parking":
		access = directory.AccessibleParking
	case "hearing loop", "induction loop":
		access = directory.HearingLoop
	case "sign language", "bsl interpreter", "sign language interpreter", "deaf interpreter":
		access = directory.SignLanguage
	case "quiet space", "quiet room":
		access = directory.QuietSpace
	case "transport", "transport provided":
		access = directory.Transport
	}
	return access, !denied
}

// languageOf returns the tag of a language named in English, and whether it is
// one of those that the data at hand name.
func languageOf(name string) (directory.Language, bool) {
	tag, ok := languageTags[setPhrase(name, longestTitle)]
	return tag, ok
}

var languageTags = map[string]directory.Language{
	"american sign language": "ase", "arabic": "ar", "asl": "ase", "bengali": "bn",
	"british sign language": "bfi", "bsl": "bfi", "chinese": "zh", "english": "en",
	"french": "fr", "german": "de", "italian": "it", "korean": "ko", "mandarin": "zh",
	"polish": "pl", "portuguese": "pt", "russian": "ru", "spanish": "es",
	"ukrainian": "uk", "urdu": "ur", "welsh": "cy", "cymraeg": "cy",
}
