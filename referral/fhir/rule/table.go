package rule

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// The elements of R4 and what the profiles of SDOHCC make of them, one a line: path,
// cardinality, types with the targets of references, and the codes of a required binding
// or a fixed value. They are the snapshots of the structure definitions, without slices, of
// FHIR R4 4.0.1 and of SDOH Clinical Care 3.0.0 (both HL7, CC0).
var (
	//go:embed r4.txt
	r4Lines string
	//go:embed sdohcc.txt
	sdohccLines string
)

// An element is what a structure definition says of one.
type element struct {
	name     string // "owner", or "value" of a choice
	choice   bool   // value[x]: one member of several names
	required bool
	most     string // "1", "*" or "0"
	types    []kind
	codes    []string
	fixed    string // a code, a coding as system#code, or "true"
}

// A kind is a type that an element may have.
type kind struct {
	name    string   // "Reference"
	targets []string // types of resources; none where all are
}

// shape are the elements of a type or of a part of one, by path: "Task.input".
type shape []element

type definitions struct {
	shapes   map[string]shape
	profiles map[string]shape // by "SDOHCC-Consent Consent.provision"
}

var tables = sync.OnceValue(func() definitions {
	d := definitions{map[string]shape{}, map[string]shape{}}
	for line := range strings.Lines(r4Lines) {
		parent, e := read(strings.Fields(line))
		d.shapes[parent] = append(d.shapes[parent], e)
	}
	for line := range strings.Lines(sdohccLines) {
		profile, rest, _ := strings.Cut(line, " ")
		parent, e := read(strings.Fields(rest))
		d.profiles[profile+" "+parent] = append(d.profiles[profile+" "+parent], e)
	}
	return d
})

// read reads the fields of a line, and returns the path of what the element is part of.
func read(fields []string) (parent string, e element) {
	path := fields[0]
	i := strings.LastIndexByte(path, '.')
	e.name, e.choice = strings.CutSuffix(path[i+1:], "[x]")
	least, most, _ := strings.Cut(fields[1], "..")
	e.required, e.most = least != "0", most
	if fields[2] == "*" {
		for name := range strings.FieldsSeq(anyType) {
			e.types = append(e.types, kind{name: name})
		}
	} else if fields[2] != "-" {
		for name := range strings.SplitSeq(fields[2], "|") {
			name, targets, some := strings.Cut(strings.TrimSuffix(name, ")"), "(")
			k := kind{name: name}
			if some {
				k.targets = strings.Split(targets, ",")
			}
			e.types = append(e.types, k)
		}
	}
	if len(fields) > 3 {
		if fixed, is := strings.CutPrefix(fields[3], "="); is {
			e.fixed = fixed
		} else {
			e.codes = strings.Split(fields[3], "|")
		}
	}
	return path[:i], e
}

// anyType are the types that a value[x] may have which is open to all
// (hl7.org/fhir/R4/datatypes.html#open).
const anyType = `base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid
Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing
ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta`

// member returns the element that a member of this name is, and as which of its types.
func (s shape) member(name string) (*element, kind) {
	for i := range s {
		e := &s[i]
		switch rest, begins := strings.CutPrefix(name, e.name); {
		case !begins:
		case !e.choice && rest == "":
			if len(e.types) == 0 {
				return e, kind{}
			}
			return e, e.types[0]
		case e.choice && rest != "":
			if k := slices.IndexFunc(e.types, func(k kind) bool { return upper(k.name) == rest }); k >= 0 {
				return e, e.types[k]
			}
		}
	}
	return nil, kind{}
}

// upper is how a type is written behind the name of a choice: "valueDateTime".
func upper(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
