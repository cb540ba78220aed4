package importer

import (
	"cmp"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// statusWords are what feeds write for the statuses of the standard.
var statusWords = map[string]directory.Status{
	"temporarily closed": directory.TemporarilyClosed, "temporary closed": directory.TemporarilyClosed, "closed temporarily": directory.TemporarilyClosed, "suspended": directory.TemporarilyClosed,
	"live": directory.Active, "published": directory.Active, "open": directory.Active, "current": directory.Active, "enabled": directory.Active,
	"closed": directory.Inactive, "archived": directory.Inactive, "withdrawn": directory.Inactive, "ended": directory.Inactive, "deleted": directory.Inactive, "unpublished": directory.Inactive,
	"draft": directory.Inactive, "disabled": directory.Inactive, "not active": directory.Inactive, "permanently closed": directory.Defunct, "discontinued": directory.Defunct,
}

// statusFlags are fields that say in a yes or a no whether a service is offered.
var statusFlags = []struct {
	field   string
	yes, no directory.Status
}{
	{"active", directory.Active, directory.Inactive},
	{"is_active", directory.Active, directory.Inactive},
	{"deleted", directory.Inactive, ""},
	{"is_deleted", directory.Inactive, ""},
	{"archived", directory.Inactive, ""},
	{"is_archived", directory.Inactive, ""},
}

// status takes whether a service is offered, in the words of the standard or others that
// mean one of these. A yes or a no that says that it is not goes before them.
func (o *Object) status() directory.Status {
	written := directory.Status(strings.ToLower(o.textOf("status", coded)))
	status := cmp.Or(statusWords[strings.ReplaceAll(strings.ReplaceAll(phrase(string(written)), "_", " "), "-", " ")], written)
	if status != written {
		o.keep("status")
		o.report(sp.Note, "status", "status-form", "was read as "+string(status))
	}
	listed(o, sp.Warning, "status", status, directory.Active, directory.Inactive, directory.Defunct, directory.TemporarilyClosed)
	for _, flag := range statusFlags {
		said := directory.Status("")
		switch o.peekTruth(flag.field) {
		case sp.Yes:
			said = flag.yes
		case sp.No:
			said = flag.no
		case sp.Unknown:
		}
		switch {
		case said == "" || said.Open() == status.Open():
		case status == "":
			o.report(sp.Note, flag.field, "status-form", "was read as a status: "+string(said))
			status = said
		case said.Open() == sp.No:
			o.keep("status")
			o.report(sp.Warning, flag.field, "contradicting-fact", "says that it is not offered, and the status that it is; it is taken for inactive")
			status = said
		}
	}
	return status
}
