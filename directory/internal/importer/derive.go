package importer

import (
	"strconv"
	"strings"

	"github.com/socialprescribing/sp/directory"
)

// deriveIDs gives the parts that their feed did not identify the identifiers that
// an exporter needs: that of their record, their kind and their number. They are
// the same on every import of the same record, and an exported record that comes
// back has them as its own.
func (im *Importer) deriveIDs() {
	for i := range im.catalogue.Organisations {
		o := &im.catalogue.Organisations[i]
		d := deriver(inert(o.Provenance.SourceID))
		d.phones(o.Phones, "")
		d.contacts(o.Contacts)
	}
	for i := range im.catalogue.Services {
		s := &im.catalogue.Services[i]
		d := deriver(inert(s.Provenance.SourceID))
		d.phones(s.Phones, "")
		d.contacts(s.Contacts)
		d.schedules(s.Schedules)
		for n := range s.Cost.Prices {
			d.derive(&s.Cost.Prices[n].ID, "-cost-", n)
		}
	}
	for i := range im.catalogue.Places {
		p := &im.catalogue.Places[i]
		d := deriver(inert(p.Provenance.SourceID))
		d.phones(p.Phones, "")
		d.contacts(p.Contacts)
		d.schedules(p.Schedules)
		if !p.Address.IsZero() && p.Address.ID == "" {
			p.Address.ID = string(d) + "-address"
		}
	}
	for i := range im.catalogue.Venues {
		v := &im.catalogue.Venues[i]
		if v.Provenance.SourceID == "" {
			_, after, _ := strings.Cut(string(v.ID), "/")
			v.Provenance.SourceID = after
		}
		d := deriver(inert(v.Provenance.SourceID))
		d.phones(v.Phones, "")
		d.contacts(v.Contacts)
		d.schedules(v.Schedules)
	}
}

// A deriver is the identifier of a record.
type deriver string

func (d deriver) derive(id *string, kind string, n int) {
	if *id == "" {
		*id = string(d) + kind + strconv.Itoa(n+1)
	}
}

func (d deriver) phones(all []directory.Phone, of string) {
	for n := range all {
		d.derive(&all[n].ID, of+"-phone-", n)
	}
}

func (d deriver) schedules(all []directory.Schedule) {
	for n := range all {
		d.derive(&all[n].ID, "-schedule-", n)
	}
}

func (d deriver) contacts(all []directory.Contact) {
	for n := range all {
		d.derive(&all[n].ID, "-contact-", n)
		deriver(all[n].ID).phones(all[n].Phones, "")
	}
}
