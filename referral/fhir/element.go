package fhir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

func object() *resource.Object { return new(resource.Object) }

func coding(c sp.Code) resource.Value {
	return object().Set("system", resource.Text(c.System)).Set("version", resource.Text(c.Version)).Set("code", resource.Text(c.Code)).Set("display", resource.Text(c.Display)).Value()
}

func concept(text string, codes ...sp.Code) resource.Value {
	all := make([]resource.Value, len(codes))
	for i, c := range codes {
		all[i] = coding(c)
	}
	return object().Set("coding", resource.List(all...)).Set("text", resource.Text(text)).Value()
}

func readCoding(v resource.Value) sp.Code {
	return sp.Code{System: v.Get("system").Text(), Version: v.Get("version").Text(), Code: v.Get("code").Text(), Display: v.Get("display").Text()}
}

// codesOf yields the codings of a CodeableConcept.
func codesOf(v resource.Value) iter.Seq[sp.Code] {
	return func(yield func(sp.Code) bool) {
		for _, one := range v.Get("coding").All() {
			if !yield(readCoding(one)) {
				return
			}
		}
	}
}

// setExtension writes an extension in the place of the one of this URL, or behind the
// others; no value removes it.
func setExtension(o *resource.Object, url, valueType string, v resource.Value) {
	var all []resource.Value
	made := object().Set("url", resource.Text(url)).Set(valueType, v).Value()
	if v.IsZero() {
		made = resource.Value{}
	}
	for _, one := range o.Get("extension").All() {
		if one.Get("url").Is(url) {
			one, made = made, resource.Value{}
		}
		all = append(all, one)
	}
	o.Set("extension", resource.List(append(all, made)...))
}

// findExtension returns the value of an extension, or the list of extensions within it
// where it is complex.
func findExtension(list resource.Value, url string) resource.Value {
	for _, one := range list.All() {
		if !one.Get("url").Is(url) {
			continue
		}
		for name, v := range one.Members() {
			if strings.HasPrefix(name, "value") || name == "extension" {
				return v
			}
		}
	}
	return resource.Value{}
}

// digest makes an ID of whatever names something.
func digest(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}

// id returns an ID as identifier and as logical ID, which is a digest where the ID has
// characters that FHIR has not.
func (e Encoder) id(kind, id string) (identifier resource.Value, logical string) {
	system := ""
	if e.Own != "" {
		system = e.Own + "/" + kind
	}
	identifier = object().Set("system", resource.Text(system)).Set("value", resource.Text(id)).Value()
	if id != "" && len(id) <= 64 && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") == "" {
		return identifier, id
	}
	return identifier, digest(kind + "|" + id)
}

// ref returns a reference to a resource of ours.
func (e Encoder) ref(resourceType, kind, id string) resource.Value {
	if id == "" {
		return resource.Value{}
	}
	identifier, logical := e.id(kind, id)
	reference := resourceType + "/" + logical
	if e.bundled {
		if reference = e.url(resourceType, kind, id); !e.present[reference] {
			reference = ""
		}
	}
	return object().Set("reference", resource.Text(reference)).Set("type", resource.Text(resourceType)).Set("identifier", identifier).Value()
}

// named returns a reference by identifier alone, for what no resource is written of.
func (e Encoder) named(resourceType, kind, id string) resource.Value {
	if id == "" {
		return resource.Value{}
	}
	identifier, _ := e.id(kind, id)
	return object().Set("type", resource.Text(resourceType)).Set("identifier", identifier).Value()
}

// url returns the address of a resource of ours in a bundle, the same in each: a UUID of
// version 8, made of what names it.
func (e Encoder) url(resourceType, kind, id string) string {
	sum := sha256.Sum256([]byte(resourceType + "|" + e.Own + "/" + kind + "|" + id))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// at is the path of an element of a list.
func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
