package threesixty

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A text is a member of JSON that should be a string and may be a number, a truth or
// null. An object or a list is no text, and is left empty.
type text string

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (t *text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case '"':
		b, err := jsontext.AppendUnquote(nil, v)
		*t = text(bytes.TrimSpace(b))
		return err
	case '0', 't', 'f':
		*t = text(v)
	default:
		*t = ""
	}
	return nil
}

// A list is a member of JSON that should be a list of objects, of which the first
// counts, and may be one object.
type list[T any] struct {
	first T
	n     int
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (l *list[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '{' {
		l.n = 1
		return json.UnmarshalDecode(d, &l.first)
	}
	if d.PeekKind() == '[' {
		if _, err := d.ReadToken(); err != nil {
			return err
		}
		for ; d.PeekKind() != ']'; l.n++ {
			if l.n == 0 && d.PeekKind() == '{' {
				if err := json.UnmarshalDecode(d, &l.first); err != nil {
					return err
				}
				continue
			}
			if err := d.SkipValue(); err != nil {
				return err
			}
		}
		_, err := d.ReadToken()
		return err
	}
	return d.SkipValue()
}

// texts is a list of strings, or one, of which the first counts.
type texts struct {
	first text
	n     int
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (l *texts) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '[' {
		l.n = 1
		return l.first.UnmarshalJSONFrom(d)
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for ; d.PeekKind() != ']'; l.n++ {
		var t text
		if err := t.UnmarshalJSONFrom(d); err != nil {
			return err
		}
		if l.n == 0 {
			l.first = t
		}
	}
	_, err := d.ReadToken()
	return err
}

// plain returns what stands there.
func plain(t text) string { return string(t) }

type jsonDates struct {
	Start    text `json:"startDate"`
	End      text `json:"endDate"`
	Duration text `json:"duration"`
}

func (d jsonDates) dates() dates { return dates{string(d.Start), string(d.End), string(d.Duration)} }

type jsonOrganisation struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

func (o jsonOrganisation) organisation() Organisation {
	return Organisation{directory.ID(plain(o.ID)), plain(o.Name)}
}

// A jsonGrant is the members that are read. Names of people are none of them.
type jsonGrant struct {
	ID          text                   `json:"id"`
	Title       text                   `json:"title"`
	Description text                   `json:"description"`
	Currency    text                   `json:"currency"`
	Amount      text                   `json:"amountAwarded"`
	Awarded     text                   `json:"awardDate"`
	Modified    text                   `json:"dateModified"`
	Planned     list[jsonDates]        `json:"plannedDates"`
	Actual      list[jsonDates]        `json:"actualDates"`
	Recipient   list[jsonOrganisation] `json:"recipientOrganization"`
	Individual  list[struct{}]         `json:"recipientIndividual"`
	Funder      list[jsonOrganisation] `json:"fundingOrganization"`
	Programme   list[struct {
		Title text `json:"title"`
	}] `json:"grantProgramme"`
	Related texts `json:"relatedActivity"`
}

// json reads an object with a list of grants, or the list itself.
func (in *source) json(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	found, err := in.document(d)
	if bad, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		line := 1 + bytes.Count(data[:min(int(bad.ByteOffset), len(data))], []byte{'\n'})
		return sp.Issue{Severity: sp.Error, File: in.file, Line: line, Field: string(bad.JSONPointer), Code: "bad-json", Detail: "is no JSON from here on"}
	}
	if err == nil && !found {
		err = sp.Invalid("grants", "", sp.Missing, "must be a list in the file")
	}
	return err
}

// document finds the list of grants.
func (in *source) document(d *jsontext.Decoder) (found bool, err error) {
	if d.PeekKind() == '[' {
		return true, in.list(d)
	}
	if _, err := d.ReadToken(); err != nil {
		return false, err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return found, err
		}
		if name.String() == "grants" && d.PeekKind() == '[' {
			found, err = true, in.list(d)
		} else {
			err = d.SkipValue()
		}
		if err != nil {
			return found, err
		}
	}
	_, err = d.ReadToken()
	return found, err
}

// list reads the grants of a list.
func (in *source) list(d *jsontext.Decoder) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for i := 0; d.PeekKind() != ']'; i++ {
		at := "grants[" + strconv.Itoa(i) + "]"
		if d.PeekKind() != '{' {
			if err := d.SkipValue(); err != nil {
				return err
			}
			in.issues.Add(sp.Issue{Severity: sp.Error, File: in.file, Field: at, Code: "no-object", Detail: "is no object, and so no grant"})
			continue
		}
		var g jsonGrant
		if err := json.UnmarshalDecode(d, &g); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		in.add(&published{
			id: string(g.ID), title: string(g.Title), description: string(g.Description), currency: string(g.Currency), amount: string(g.Amount),
			awarded: string(g.Awarded), modified: string(g.Modified), planned: g.Planned.first.dates(), actual: g.Actual.first.dates(),
			recipient: g.Recipient.first.organisation(), funder: g.Funder.first.organisation(), individual: g.Individual.n > 0,
			programme: string(g.Programme.first.Title), related: string(g.Related.first),
		}, 0, at, func(member string) string { return member })
		in.several(at, string(g.ID), "recipientOrganization", g.Recipient.n)
		in.several(at, string(g.ID), "plannedDates", g.Planned.n)
		in.several(at, string(g.ID), "actualDates", g.Actual.n)
		in.several(at, string(g.ID), "relatedActivity", g.Related.n)
	}
	_, err := d.ReadToken()
	return err
}

// several warns of a list of which only the first counts.
func (in *source) several(at, id, member string, n int) {
	if n > 1 {
		in.issues.Add(sp.Issue{Severity: sp.Warning, File: in.file, Record: known(id), Field: at + "." + member, Code: "several", Detail: fmt.Sprintf("has %d entries, of which the first is used", n)})
	}
}

// known returns an identifier that may stand in an issue.
func known(id string) string {
	if sp.ValidID(id) {
		return id
	}
	return ""
}
