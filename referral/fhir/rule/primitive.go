package rule

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// primitive checks a value of a type that has no parts (hl7.org/fhir/R4/datatypes.html).
func (c *checker) primitive(at *place, name string, v resource.Value) {
	switch name {
	case "boolean":
		if _, ok := v.Bool(); !ok {
			c.wrong(at, "wrong-type", "must be true or false")
		}
		return
	case "integer", "positiveInt", "unsignedInt":
		n, ok := v.Int()
		if !ok || name == "positiveInt" && n < 1 || name == "unsignedInt" && n < 0 {
			c.wrong(at, "wrong-type", "must be a whole number of type "+name+", without a fraction")
		}
		return
	case "decimal":
		if v.Number() == "" {
			c.wrong(at, "wrong-type", "must be a number")
		}
		return
	}
	if !v.IsText() {
		c.wrong(at, "wrong-type", "must be a string")
		return
	}
	s := v.Text()
	if strings.TrimSpace(s) == "" {
		c.empty(at, v)
		return
	}
	if fault := text(name, s); fault != "" {
		c.wrong(at, "malformed", fault)
	}
}

// text returns what is wrong with a primitive that is written as a string, or nothing.
func text(name, s string) string {
	switch name {
	case "date", "dateTime", "instant":
		t, err := resource.ParseTime(s)
		switch {
		case err != nil:
			return "must be a year, a month, a day that exists, or a time with seconds and a zone"
		case name == "date" && t.Precision() == resource.ToSecond, name == "instant" && t.Precision() < resource.ToSecond:
			return "must be of type " + name
		}
	case "id":
		if !isID(s) {
			return "an id has from 1 to 64 letters, digits, hyphens and points"
		}
	case "uri", "url", "canonical", "oid", "uuid":
		if strings.ContainsAny(s, " \t\r\n") {
			return "holds no white space"
		}
	case "code":
		if s != strings.Join(strings.Fields(s), " ") {
			return "a code has no blanks around it and no two in a row"
		}
	}
	if len(s) > 1<<20 && name != "base64Binary" {
		return "is longer than 1 MB"
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }) {
		return "holds a control character"
	}
	return ""
}

func isID(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") == "" && utf8.ValidString(s)
}

// active are elements of XHTML that act or fetch, which a narrative does not have (txt-1).
const active = " script form input button select textarea iframe object embed applet base link meta style head body frame frameset "

// narrative checks the text of a resource.
func (c *checker) narrative(at *place, v resource.Value) {
	c.object(at, "Narrative", v)
	div := v.Get("div").Text()
	if div == "" {
		return
	}
	decoder := xml.NewDecoder(strings.NewReader(div))
	decoder.Entity = xml.HTMLEntity
	visible := false
	for n := 0; ; n++ {
		t, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.wrong(at.to("div"), "malformed", "must be well-formed XHTML")
			return
		}
		switch t := t.(type) {
		case xml.CharData:
			visible = visible || strings.TrimSpace(string(t)) != ""
		case xml.StartElement:
			if n == 0 && (t.Name.Local != "div" || t.Name.Space != "http://www.w3.org/1999/xhtml") {
				c.wrong(at.to("div"), "malformed", "must be a div of XHTML with its namespace")
			}
			visible = visible || t.Name.Local == "img"
			if strings.Contains(active, " "+t.Name.Local+" ") || acts(t.Attr) {
				c.wrong(at.to("div"), "active", "must hold nothing that acts or fetches (txt-1)")
			}
		}
	}
	if !visible {
		c.wrong(at.to("div"), "empty", "must show something (txt-2)")
	}
}

func acts(attributes []xml.Attr) bool {
	for _, a := range attributes {
		value := strings.ToLower(strings.TrimSpace(a.Value))
		if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") || strings.HasPrefix(value, "javascript:") || a.Name.Local == "src" && strings.Contains(value, ":") && !strings.HasPrefix(value, "data:") {
			return true
		}
	}
	return false
}
