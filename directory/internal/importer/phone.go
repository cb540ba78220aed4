package importer

import (
	"regexp"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

func (o *Object) phones() []directory.Phone {
	var phones []directory.Phone
	for _, field := range [...]string{"phones", "phone_numbers", "phone", "telephone"} {
		switch j := o.find(field); {
		case j == 0:
		case o.t.nodes[j+1].kind == text || o.t.nodes[j+1].kind == number:
			phones = append(phones, o.numbers(field)...)
		default:
			for _, p := range o.list(field) {
				if phone := p.phone(); !isEmpty(phone) {
					phones = append(phones, phone)
				}
			}
		}
	}
	return phones
}

// numbers takes telephone numbers that stand in a text: nothing but several of them, or one
// as it is written.
func (o *Object) numbers(field string) []directory.Phone {
	items := strings.FieldsFunc(betweenPhones.Replace(o.peek(field)), func(r rune) bool { return r == ';' || r == ',' || r == '\n' })
	several := len(items) > 1 && len(items) <= mostItems
	for i, item := range items {
		items[i] = strings.TrimSpace(item)
		several = several && isPhone(items[i])
	}
	text := o.textOf(field, coded)
	if text == "" {
		return nil
	}
	o.keep(field)
	if !several {
		items = []string{strings.TrimPrefix(text, "tel:")}
		if strings.HasSuffix(field, "s") && !isPhone(items[0]) { // which is a list by its name
			o.report(sp.Warning, field, "wrong-type", "is not a list, nor a telephone number")
			return nil
		}
	}
	o.report(sp.Note, field, "text-for-object", "was read as a telephone number, or several")
	phones := make([]directory.Phone, len(items))
	for i, number := range items {
		phones[i].Number = number
		if number, extension, ok := withExtension(number); ok {
			phones[i].Number, phones[i].Extension = number, extension
		}
	}
	return phones
}

// betweenPhones are what people write between two telephone numbers.
var betweenPhones = strings.NewReplacer(" or ", ";", " and ", ";", " / ", ";", " & ", ";")

// isEmpty reports whether a telephone number says nothing but its identifier.
func isEmpty(p directory.Phone) bool { return p.Number == "" && p.Extension == "" && p.Note == "" }

func (o *Object) phone() directory.Phone {
	phone := directory.Phone{
		ID: o.ownID(), Number: o.first(coded, "number", "phone", "telephone"), Extension: o.extension(),
		Kind: o.first(coded, "type", "number_type"), Note: o.first(words, "description", "department"),
		Confidential: o.unlisted(),
	}
	if bare := strings.Trim(phone.Number, `"' `); bare != phone.Number {
		o.keep("number")
		o.report(sp.Note, "number", "quoted-phone", "quotation marks were removed")
		phone.Number = bare
	}
	if number, extension, ok := withExtension(phone.Number); ok && phone.Extension == "" {
		o.keep("number")
		o.report(sp.Note, "number", "phone-extension", "the number of an extension stands behind it, and was taken apart; the original is kept beside it")
		phone.Number, phone.Extension = number, extension
	}
	if !isPhone(phone.Number) && (phone.Number != "" || !o.has("number")) { // a word for nothing was reported
		o.report(sp.Note, "number", "odd-phone", "is not a telephone number; kept as written")
	}
	return phone
}

// unlisted reports whether a number is not to be told to everybody.
func (o *Object) unlisted() bool {
	secret := false
	for _, field := range [...]string{"confidential", "is_confidential", "private", "is_private", "ex_directory"} {
		if o.has(field) && o.yes(field) != sp.No && !isNullWord(o.peek(field)) {
			secret = true
		}
	}
	return secret
}

// extension is a number in the standard, and not always one in life.
func (o *Object) extension() string {
	if j := o.find("extension"); j > 0 && o.t.nodes[j+1].kind == number {
		return o.t.text(o.take("extension"))
	}
	return o.textOf("extension", coded)
}

// extended is a telephone number with that of an extension behind it.
var extended = regexp.MustCompile(`(?i)^([+ ()\-./\d]{3,}?)[ ,;]*(?:extension|ext|ex|x)[ .:]*(\d{1,6})$`)

// withExtension parts a number from that of the extension behind it.
func withExtension(s string) (number, extension string, ok bool) {
	if isPhone(s) || len(s) > longestPhrase {
		return "", "", false
	}
	m := extended.FindStringSubmatch(s)
	if m == nil || !isPhone(m[1]) {
		return "", "", false
	}
	return m[1], m[2], true
}

// isPhone reports whether s has the form of a number: 3 to 15 digits, as in
// ITU-T E.164, and what is written between them.
func isPhone(s string) bool {
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !strings.ContainsRune("+ ()-./", c):
			return false
		}
	}
	return digits >= 3 && digits <= 15
}
