package repo

import (
	"strings"

	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/walk"
	"github.com/socialprescribing/sp/evaluation/extract"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/voice"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/agreement"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/measure"
	"github.com/socialprescribing/sp/workforce/record"
	"github.com/socialprescribing/sp/workforce/site"
)

// mayHold are values of the types that may hold personal data or secrets, or that print
// themselves in a way of their own.
func mayHold() []any {
	return []any{
		consent.File{},
		breach.Incident{},
		register.Facts{},
		register.Register{},
		directory.Address{},
		directory.Catalogue{},
		directory.Contact{},
		directory.Extra{},
		directory.Organisation{},
		directory.Place{},
		directory.Service{},
		directory.Venue{},
		walk.Result{},
		extract.Options{},
		needs.Assessment{},
		needs.Item{},
		needs.Plan{},
		needs.PlanRecord{},
		needs.Step{},
		needs.Worded{},
		person.Circumstances{},
		person.Contact{},
		person.Equality{},
		person.Fact{},
		person.HashKey{},
		person.Index{},
		person.Interest{},
		person.Person{},
		person.Profile{},
		person.Record{},
		person.Registration{},
		person.Representative{},
		custom.Record{},
		custom.Value{},
		custom.Values{},
		note.Note{},
		note.Record{},
		note.Version{},
		referral.Referral{},
		caseload.Limits{},
		team.Burden{},
		team.Morning{},
		team.Scheme{},
		fhir.Case{},
		fhir.Goal{},
		resource.Object{},
		resource.Value{},
		placement.Group{},
		placement.Placement{},
		session.Session{},
		subject.Document{},
		subject.File{},
		subject.Key{},
		subject.Keyring{},
		subject.Part{},
		rest.Answer{},
		store.Batch{},
		store.History[store.Event]{},
		store.Put{},
		store.Record{},
		store.RecordedEvent{},
		observe.Call{},
		seal.Secret{},
		voice.Record{},
		voice.Statement{},
		workforce.Worker{},
		agreement.Agreement{},
		agreement.Glossary{},
		fidelity.Adaptation{},
		measure.Records{},
		site.Request{},
		record.Record[workforce.Worker]{},
	}
}

// secret reports whether the lists of bytes of a type are keys, or bodies of records. Those of
// other types are the data of events, which holds nothing personal. FHIR is all JSON.
func secret(name string) bool {
	return strings.HasPrefix(name, "store") || strings.HasPrefix(name, "referral/fhir") || name == "person.HashKey" || name == "person.Index" || name == "rest.Answer"
}

// asJSON reports whether a type writes the names of people as JSON: those of a directory,
// which is stored and exchanged so, and whatever is FHIR. A log in JSON has them too.
func asJSON(name string) bool {
	return strings.HasPrefix(name, "directory.") || strings.HasPrefix(name, "referral/fhir/resource.") || name == "directory/walk.Result" || name == "rest.Answer" // which is stored so
}

// elsewhere are those of them that are not filled here, and why.
var elsewhere = map[string]string{
	"directory/hsds.Exporter":        "writes a feed of a directory, of which its own tests say what stays out",
	"evaluation/disclosure.Released": "is what may be shown",
	"referral/referraltest.World":    "a made-up scheme for tests, with nobody in it",
	"store/memstore.Store":           "a database: what it holds are records, which are filled here",
}
